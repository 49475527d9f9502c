"""The commons: posts and replies among the people on this box."""
