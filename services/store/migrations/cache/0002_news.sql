-- What publishers carry, and how each feed is.

CREATE TABLE feed (
  id            TEXT PRIMARY KEY,
  network       TEXT NOT NULL,
  url           TEXT NOT NULL,
  name          TEXT NOT NULL,
  state         TEXT NOT NULL,
  words         TEXT NOT NULL,
  etag          TEXT,
  last_modified TEXT,
  checked_at    INTEGER NOT NULL,
  next_at       INTEGER NOT NULL,
  schedule      BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE headline (
  id           TEXT PRIMARY KEY,
  feed         TEXT NOT NULL,
  network      TEXT NOT NULL,
  publisher    TEXT NOT NULL,
  title        TEXT NOT NULL,
  paragraph    TEXT NOT NULL,
  url          TEXT,
  discussion   TEXT,
  published_at INTEGER NOT NULL,
  seen_at      INTEGER NOT NULL,
  speed        REAL
) STRICT, WITHOUT ROWID;
CREATE INDEX headline_newest ON headline (published_at);
CREATE INDEX headline_feed ON headline (feed, published_at);
