-- A post that a firehose brought is known here by its address, where that is not its id.
CREATE INDEX post_at ON post (url) WHERE network = 'mastodon';
