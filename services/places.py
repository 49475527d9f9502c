"""How sentences call the networks. Pure."""

from services.model.ids import NetworkName

_NAMES = {
    NetworkName.COMMONS: "the commons",
    NetworkName.PRACTICE: "practice",
    NetworkName.MASTODON: "Mastodon",
    NetworkName.BLUESKY: "Bluesky",
    NetworkName.WORDPRESS: "WordPress",
    NetworkName.HACKERNEWS: "Hacker News",
    NetworkName.FEEDS: "the feed",
}


def place_name(network: NetworkName) -> str:
    """Give a network's name as it stands in the middle of a sentence."""
    return _NAMES[network]
