-- What posts of signed-in networks have beside their words, as in the private file.
ALTER TABLE post ADD COLUMN state TEXT NOT NULL DEFAULT 'up';
ALTER TABLE post ADD COLUMN warning TEXT NOT NULL DEFAULT '';
ALTER TABLE post ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE post ADD COLUMN media TEXT;
ALTER TABLE post ADD COLUMN quotes TEXT;
ALTER TABLE post ADD COLUMN names TEXT;
ALTER TABLE post ADD COLUMN edited_at INTEGER;
ALTER TABLE post ADD COLUMN can_be_quoted INTEGER NOT NULL DEFAULT 0;
