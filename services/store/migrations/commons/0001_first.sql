-- Posts are never deleted: one that was taken back stays as an empty tombstone, so that
-- numbers only grow and everybody hears of it.
CREATE TABLE post (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  change INTEGER NOT NULL UNIQUE,
  thread TEXT NOT NULL,
  parent TEXT,
  answers TEXT,
  handle TEXT NOT NULL,
  name TEXT NOT NULL,
  uid INTEGER NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  gone INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX post_by_thread ON post (thread, seq) WHERE gone = 0;

CREATE INDEX post_by_author ON post (handle, seq) WHERE gone = 0;

CREATE TABLE presence (
  handle TEXT PRIMARY KEY,
  uid INTEGER NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  minutes_left INTEGER,
  seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX presence_by_time ON presence (seen_at);
