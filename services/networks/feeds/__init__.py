"""Feeds: RSS, Atom and JSON Feed, as publishers give them."""
