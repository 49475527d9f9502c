-- Where people talk about a topic besides: a JSON array of names.
ALTER TABLE topic ADD COLUMN trends TEXT NOT NULL DEFAULT '[]';
