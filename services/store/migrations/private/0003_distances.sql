-- Whom we keep away from an account: what they write to it does not wait. until_at: for words
-- written until then, NULL for good.
CREATE TABLE kept_away (
  account  TEXT NOT NULL,
  person   TEXT NOT NULL,
  until_at INTEGER,
  PRIMARY KEY (account, person)
) STRICT, WITHOUT ROWID;
