-- What breaks, how strongly, and whose it is.
ALTER TABLE topic ADD COLUMN breaking INTEGER NOT NULL DEFAULT 0;
ALTER TABLE topic ADD COLUMN times_usual REAL;
ALTER TABLE topic ADD COLUMN score REAL NOT NULL DEFAULT 0;
ALTER TABLE topic ADD COLUMN sources TEXT NOT NULL DEFAULT '[]';   -- a JSON array of names
ALTER TABLE topic ADD COLUMN rates TEXT NOT NULL DEFAULT '[]';     -- a JSON array of counts
ALTER TABLE topic ADD COLUMN names TEXT NOT NULL DEFAULT '[]';     -- a JSON array
ALTER TABLE topic ADD COLUMN stream_posts TEXT NOT NULL DEFAULT '[]';  -- a JSON array of posts
ALTER TABLE topic ADD COLUMN follows TEXT NOT NULL DEFAULT '[]';   -- a JSON array
ALTER TABLE topic ADD COLUMN known INTEGER NOT NULL DEFAULT 0;
ALTER TABLE topic ADD COLUMN joined INTEGER NOT NULL DEFAULT 0;
ALTER TABLE topic ADD COLUMN reasons TEXT NOT NULL DEFAULT '[]';   -- a JSON array of sentences

-- What there is to say about the list as a whole: one row.
CREATE TABLE topics_now (
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  warming INTEGER NOT NULL,
  words   TEXT NOT NULL                -- a JSON array of sentences
) STRICT;
