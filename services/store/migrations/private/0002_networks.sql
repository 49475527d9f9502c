-- What posts of signed-in networks have beside their words. States are the words of
-- services.model.posts; media and names are JSON, NULL where there are none.
ALTER TABLE comment ADD COLUMN state TEXT NOT NULL DEFAULT 'up';
ALTER TABLE comment ADD COLUMN warning TEXT NOT NULL DEFAULT '';
ALTER TABLE comment ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE comment ADD COLUMN media TEXT;
ALTER TABLE comment ADD COLUMN quotes TEXT;
ALTER TABLE comment ADD COLUMN names TEXT;
ALTER TABLE comment ADD COLUMN edited_at INTEGER;
ALTER TABLE comment ADD COLUMN can_be_quoted INTEGER NOT NULL DEFAULT 0;

ALTER TABLE waiting ADD COLUMN post_state TEXT NOT NULL DEFAULT 'up';
ALTER TABLE waiting ADD COLUMN warning TEXT NOT NULL DEFAULT '';

-- While an account is signed out its rows have 16 added to their state, so that no other index
-- and no count knows of them.
CREATE INDEX waiting_away ON waiting (account) WHERE state >= 16;

CREATE TABLE account (
  id        TEXT PRIMARY KEY,
  network   TEXT NOT NULL,
  away      INTEGER NOT NULL DEFAULT 0,  -- signed out
  held_back INTEGER NOT NULL DEFAULT 0   -- people whose words the network holds back from us
) STRICT, WITHOUT ROWID;
