"""Hacker News, over its public API: read only."""
