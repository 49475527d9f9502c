"""Loopback servers that stand in for networks, each behaviour with its source."""
