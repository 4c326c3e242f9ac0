-- Times are microseconds since 1970. Facts that are filtered and sorted by stand in narrow tables; the documents
-- stand beside them, so that counting does not read past megabytes of JSON.
-- The word tables keep no text of their own (content=''): whoever deletes a row brings the words that were indexed.
-- The ascii tokenizer leaves every character above U+007F as it is; tokenchars adds the signs of ASCII.

CREATE TABLE IF NOT EXISTS cases (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  revision INTEGER NOT NULL,
  jurisdiction TEXT NOT NULL,
  state TEXT NOT NULL,
  level TEXT NOT NULL,
  topic TEXT NOT NULL,
  city TEXT NOT NULL,
  unit TEXT NOT NULL,                     -- the unit that leads
  detected_at INTEGER NOT NULL,
  last_post_at INTEGER NOT NULL,
  next_due INTEGER NOT NULL,              -- soonest due time of a running clock; 2^62 where none runs
  next_rung_at INTEGER,
  next_send_at INTEGER,
  next_event_at INTEGER,
  published_at INTEGER,                   -- the latest statement that the public page shows
  handled_as TEXT NOT NULL DEFAULT ''     -- the handling class that people assessed
);
CREATE INDEX IF NOT EXISTS cases_newest ON cases (detected_at);
CREATE INDEX IF NOT EXISTS cases_active ON cases (last_post_at);
CREATE INDEX IF NOT EXISTS cases_soonest ON cases (next_due, id);  -- most cases of a filter may have no clock
CREATE INDEX IF NOT EXISTS cases_of_state ON cases (state, jurisdiction);
CREATE INDEX IF NOT EXISTS cases_rung ON cases (next_rung_at) WHERE next_rung_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS cases_sending ON cases (next_send_at) WHERE next_send_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS cases_event ON cases (next_event_at) WHERE next_event_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS cases_published ON cases (published_at) WHERE published_at IS NOT NULL;

CREATE TABLE IF NOT EXISTS case_tags (
  tag TEXT NOT NULL,                      -- unit:<id> who has part in it, turn:<word> whose turn it is, restricted
  n INTEGER NOT NULL,
  PRIMARY KEY (tag, n)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS case_tags_of ON case_tags (n);

CREATE TABLE IF NOT EXISTS case_documents (
  n INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  lead TEXT NOT NULL,
  doc BLOB NOT NULL
);
CREATE VIRTUAL TABLE IF NOT EXISTS case_words USING fts5 (
  title, lead, content = '', columnsize = 0,
  tokenize = "ascii tokenchars '!""#$%&''()*+,-./:;<=>?@[\]^_`{|}~'"
);

CREATE TABLE IF NOT EXISTS lines (
  n INTEGER PRIMARY KEY,
  post_id TEXT NOT NULL,
  version TEXT NOT NULL,
  disposition TEXT NOT NULL,
  case_id TEXT,
  source TEXT NOT NULL,
  at INTEGER NOT NULL,
  first_public_at INTEGER NOT NULL,
  attitude TEXT,                          -- of a post that belongs to a case
  address TEXT NOT NULL DEFAULT '',       -- where the post stands, as huiying.identity.address says it
  reply_to TEXT,                          -- of a dropped post: the post that it answers
  UNIQUE (post_id, version)
);
CREATE INDEX IF NOT EXISTS lines_newest ON lines (first_public_at);
CREATE INDEX IF NOT EXISTS lines_written ON lines (at, disposition);
CREATE INDEX IF NOT EXISTS lines_of_case ON lines (case_id, first_public_at) WHERE case_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS lines_answering ON lines (reply_to, at) WHERE reply_to IS NOT NULL;
CREATE INDEX IF NOT EXISTS lines_hourly ON lines (first_public_at, attitude) WHERE attitude IS NOT NULL;
CREATE INDEX IF NOT EXISTS lines_at_address ON lines (address) WHERE address <> '';

CREATE TABLE IF NOT EXISTS line_documents (
  n INTEGER PRIMARY KEY,
  doc BLOB NOT NULL
);
CREATE VIRTUAL TABLE IF NOT EXISTS line_words USING fts5 (
  words, content = '', columnsize = 0,
  tokenize = "ascii tokenchars '!""#$%&''()*+,-./:;<=>?@[\]^_`{|}~'"
);

-- Every line is indexed, the dropped ones too: whoever asks why something was not seen has only its words.  That is
-- the dearest part of a put (a third of a millisecond for 350 characters); fewer, later merges save a quarter of it.
INSERT INTO line_words (line_words, rank) VALUES ('pgsz', 4000), ('automerge', 16), ('crisismerge', 32);

-- A row: lines were blanked, and their words may still lie in the file, marked as deleted.
CREATE TABLE IF NOT EXISTS wiping (n INTEGER PRIMARY KEY);

CREATE TABLE IF NOT EXISTS register (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;
