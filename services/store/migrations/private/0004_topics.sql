-- What was done with a topic: joined, or dismissed.
CREATE TABLE topic_mark (
  topic TEXT PRIMARY KEY,
  mark  TEXT NOT NULL,
  title TEXT NOT NULL,
  at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX topic_mark_at ON topic_mark (at);
