"""Bluesky, over the AT Protocol: one account through its own server."""
