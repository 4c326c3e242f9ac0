-- How far each group has come. A file of its own: commits in the publishers' file would starve behind them.
CREATE TABLE IF NOT EXISTS offsets (
  topic TEXT NOT NULL,
  grp TEXT NOT NULL,
  next INTEGER NOT NULL,                  -- position of the first record that is not committed
  PRIMARY KEY (topic, grp)
) WITHOUT ROWID;
