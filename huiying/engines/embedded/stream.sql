-- Records of all topics, in one table: id = topic * 2^40 + position, so that a topic is one stretch of the file and
-- needs no second index. Positions of a topic have no gaps except what was purged from its beginning.
CREATE TABLE IF NOT EXISTS topics (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  next INTEGER NOT NULL DEFAULT 0         -- position of the next record; survives a purge of everything
);
CREATE TABLE IF NOT EXISTS records (
  id INTEGER PRIMARY KEY,
  published_at INTEGER NOT NULL,          -- microseconds since 1970
  key TEXT NOT NULL,
  value BLOB NOT NULL
);
