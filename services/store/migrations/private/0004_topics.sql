-- What was done with a topic: joined, or dismissed; a topic may have been both.
CREATE TABLE topic_mark (
  topic TEXT NOT NULL,
  mark  TEXT NOT NULL,
  title TEXT NOT NULL,
  at    INTEGER NOT NULL,
  PRIMARY KEY (topic, mark)
) STRICT, WITHOUT ROWID;
CREATE INDEX topic_mark_at ON topic_mark (mark, at);
