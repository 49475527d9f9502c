-- Times are microseconds since 1970, UTC. States and lanes are the numbers of services.model.

CREATE TABLE person (
  id        TEXT PRIMARY KEY,
  network   TEXT NOT NULL,
  handle    TEXT NOT NULL,
  name      TEXT NOT NULL,
  words     INTEGER NOT NULL DEFAULT 0,  -- posts of theirs addressed to us
  exchanges INTEGER NOT NULL DEFAULT 0,
  last_at   INTEGER,                     -- their latest word to us
  last_body TEXT,
  before_at INTEGER,                     -- the one before what waits now
  before_body TEXT
) STRICT;

CREATE TABLE comment (                   -- what was said to us, and what we said
  account    TEXT NOT NULL,
  post       TEXT NOT NULL,
  network    TEXT NOT NULL,
  thread     TEXT NOT NULL,
  parent     TEXT,
  answers    TEXT,
  person     TEXT NOT NULL REFERENCES person (id),
  relation   INTEGER NOT NULL,
  reach      TEXT NOT NULL,
  body       TEXT NOT NULL,
  url        TEXT,
  created_at INTEGER NOT NULL,
  words      INTEGER NOT NULL,           -- the rowid of its row in comment_words
  PRIMARY KEY (account, post)
) STRICT, WITHOUT ROWID;
CREATE INDEX comment_thread ON comment (account, thread, created_at);
CREATE INDEX comment_newest ON comment (created_at DESC);
CREATE INDEX comment_ours ON comment (account, thread, created_at) WHERE relation = 2;

CREATE VIRTUAL TABLE comment_words USING fts5 (
  body, name, account UNINDEXED, post UNINDEXED, tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE waiting (
  id         INTEGER PRIMARY KEY,
  account    TEXT NOT NULL,
  network    TEXT NOT NULL,
  thread     TEXT NOT NULL,
  person     TEXT NOT NULL REFERENCES person (id),
  post       TEXT NOT NULL,
  body       TEXT NOT NULL,
  reach      TEXT NOT NULL,
  since_at   INTEGER NOT NULL,
  last_at    INTEGER NOT NULL,
  ours_at    INTEGER,                    -- our latest word to them here
  words      INTEGER NOT NULL DEFAULT 1,
  lane       INTEGER NOT NULL,           -- QUESTION, BACK, REST or LAST_WORD; the rest is age
  away_days  INTEGER,
  state      INTEGER NOT NULL,
  piled      INTEGER NOT NULL DEFAULT 0, -- shown as part of its pile
  UNIQUE (account, thread, person)
) STRICT;
CREATE INDEX waiting_lane ON waiting (lane, since_at, id)
  WHERE state IN (0, 1) AND piled = 0;
CREATE INDEX waiting_oldest ON waiting (since_at, id)
  WHERE state IN (0, 1) AND piled = 0;
CREATE INDEX waiting_piled ON waiting (since_at)
  WHERE state IN (0, 1) AND piled = 1;
CREATE INDEX waiting_live ON waiting (ours_at)
  WHERE state IN (0, 1) AND ours_at IS NOT NULL;
CREATE INDEX waiting_thread ON waiting (account, thread, lane, since_at)
  WHERE state IN (0, 1);
CREATE INDEX waiting_watched ON waiting (last_at) WHERE state = 4;

CREATE TABLE pile (                      -- a thread in which several people wait
  account  TEXT NOT NULL,
  thread   TEXT NOT NULL,
  people   INTEGER NOT NULL,
  lane     INTEGER,                      -- of whoever stands first in it; kept from five people on
  since_at INTEGER,
  PRIMARY KEY (account, thread)
) STRICT, WITHOUT ROWID;
CREATE INDEX pile_lane ON pile (lane, since_at) WHERE people >= 5;
CREATE INDEX pile_oldest ON pile (since_at) WHERE people >= 5;

CREATE TABLE waiting_count (             -- one row; kept by every write that changes a state
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  people     INTEGER NOT NULL,
  last_words INTEGER NOT NULL
) STRICT;
INSERT INTO waiting_count VALUES (1, 0, 0);

CREATE TABLE exchange (
  id            INTEGER PRIMARY KEY,
  session       TEXT,
  account       TEXT NOT NULL,
  thread        TEXT NOT NULL,
  person        TEXT NOT NULL REFERENCES person (id),
  asked_at      INTEGER NOT NULL,
  asked_body    TEXT NOT NULL,
  answered_at   INTEGER NOT NULL,
  our_post      TEXT NOT NULL,
  our_body      TEXT NOT NULL,
  was_question  INTEGER NOT NULL,
  acquaintance  TEXT NOT NULL,
  away_days     INTEGER,
  returned_at   INTEGER,
  returned_body TEXT,
  UNIQUE (account, our_post, person)
) STRICT;
CREATE INDEX exchange_session ON exchange (session, answered_at);
CREATE INDEX exchange_open ON exchange (account, thread, person, answered_at);
CREATE INDEX exchange_returned ON exchange (returned_at) WHERE returned_at IS NOT NULL;

CREATE TABLE draft (
  account  TEXT NOT NULL,
  target   TEXT NOT NULL,                -- services.model.sending.Target.key
  detail   BLOB NOT NULL,                -- the whole target, msgspec JSON
  body     TEXT NOT NULL,
  saved_at INTEGER NOT NULL,
  PRIMARY KEY (account, target)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
  id           TEXT PRIMARY KEY,
  session      TEXT,
  account      TEXT NOT NULL,
  network      TEXT NOT NULL,
  target       TEXT NOT NULL,
  detail       BLOB NOT NULL,
  body         TEXT NOT NULL,
  state        INTEGER NOT NULL,
  maybe_out    INTEGER NOT NULL DEFAULT 0,
  attempts     INTEGER NOT NULL DEFAULT 0,
  reason       TEXT,
  post         TEXT,
  pressed_at   INTEGER NOT NULL,
  pressed_boot TEXT NOT NULL,
  pressed_boot_s REAL NOT NULL,
  settled_at   INTEGER,
  taken_back_at INTEGER,
  dismissed    INTEGER NOT NULL DEFAULT 0,
  given_back   INTEGER NOT NULL DEFAULT 0 -- its text stands in its target's draft again
) STRICT;
CREATE INDEX outbox_open ON outbox (pressed_at) WHERE state IN (0, 1);
CREATE INDEX outbox_unsure ON outbox (pressed_at) WHERE state IN (3, 4, 5) AND dismissed = 0;
CREATE INDEX outbox_said ON outbox (pressed_at) WHERE state = 2;
CREATE INDEX outbox_session ON outbox (session);

CREATE TABLE session (
  id          TEXT PRIMARY KEY,
  minutes     INTEGER NOT NULL,
  rhythm      TEXT NOT NULL,
  intention   TEXT NOT NULL,
  practice    INTEGER NOT NULL DEFAULT 0,
  started_at  INTEGER NOT NULL,
  ends_at     INTEGER NOT NULL,
  start_boot  TEXT NOT NULL,
  start_boot_s REAL NOT NULL,
  extensions  INTEGER NOT NULL DEFAULT 0,
  long_waits  INTEGER NOT NULL DEFAULT 0,
  ended_at    INTEGER,
  ending      TEXT,
  verdict     TEXT
) STRICT;
CREATE INDEX session_newest ON session (started_at DESC);

CREATE TABLE cursor (
  account TEXT PRIMARY KEY,
  cursor  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE lease (                     -- one row; whoever holds the lock file writes it
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  holder    TEXT NOT NULL,
  pid       INTEGER NOT NULL,
  since_at  INTEGER NOT NULL,
  wanted_by TEXT
) STRICT;
