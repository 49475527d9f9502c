-- Everything here can be had again: the file may be deleted at any time.

CREATE TABLE post (
  account     TEXT NOT NULL,
  id          TEXT NOT NULL,
  network     TEXT NOT NULL,
  thread      TEXT NOT NULL,
  parent      TEXT,
  answers     TEXT,
  person      TEXT NOT NULL,
  handle      TEXT NOT NULL,
  name        TEXT NOT NULL,
  relation    INTEGER NOT NULL,
  reach       TEXT NOT NULL,
  body        TEXT NOT NULL,
  url         TEXT,
  created_at  INTEGER NOT NULL,
  PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX post_thread ON post (account, thread, created_at);
CREATE INDEX post_oldest ON post (created_at);

CREATE TABLE topic (
  id        TEXT PRIMARY KEY,
  account   TEXT NOT NULL,
  network   TEXT NOT NULL,
  kind      TEXT NOT NULL,
  title     TEXT NOT NULL,
  lead      TEXT NOT NULL,
  reach     TEXT NOT NULL,
  root      TEXT NOT NULL,
  url       TEXT,
  grave     INTEGER NOT NULL DEFAULT 0,
  posts     INTEGER NOT NULL,
  people    INTEGER NOT NULL,
  first_at  INTEGER NOT NULL,
  last_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX topic_newest ON topic (last_at DESC);

CREATE TABLE topic_post (
  topic      TEXT NOT NULL REFERENCES topic (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  account    TEXT NOT NULL,
  post       TEXT NOT NULL,
  person     TEXT NOT NULL,
  PRIMARY KEY (topic, created_at, account, post)
) STRICT, WITHOUT ROWID;
CREATE INDEX topic_post_person ON topic_post (topic, person);
CREATE INDEX topic_post_post ON topic_post (account, post);
