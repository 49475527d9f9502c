"""The three SQLite files: private, cache and commons, one module per family of tables."""
