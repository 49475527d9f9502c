-- Topics are made by the topic engine, which is told everything again that is kept here.
DROP TABLE topic_post;
DROP TABLE topic;

-- JSON arrays; of posts from before they were kept, NULL.
ALTER TABLE post ADD COLUMN tags TEXT;
ALTER TABLE post ADD COLUMN links TEXT;

CREATE TABLE topic (
  id         TEXT PRIMARY KEY,
  place      INTEGER NOT NULL,           -- in the ranking, from 0
  kind       TEXT NOT NULL,
  account    TEXT,
  network    TEXT NOT NULL,
  title      TEXT NOT NULL,
  lead       TEXT NOT NULL,
  people     INTEGER NOT NULL,
  posts      INTEGER NOT NULL,
  first_at   INTEGER NOT NULL,
  last_at    INTEGER NOT NULL,
  reach      TEXT NOT NULL,
  root       TEXT,
  grave      INTEGER NOT NULL,
  url        TEXT,
  publishers TEXT NOT NULL,              -- a JSON array of names
  speed      REAL,
  post_keys  TEXT NOT NULL,              -- a JSON array of [account, post]
  headlines  TEXT NOT NULL               -- a JSON array of ids
) STRICT;
CREATE INDEX topic_place ON topic (place);
