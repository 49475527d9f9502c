"""A few publishers are offered by name."""

from services.networks.feeds.catalogue import OfferKind, read_catalogue


def test_a_handful_is_offered_each_once() -> None:
    """Each with a name, a few words and an address over https; three are of a kind of their own."""
    offers = read_catalogue()
    assert 8 <= len(offers) <= 12
    assert len({offer.name for offer in offers}) == len(offers)
    assert all(offer.about for offer in offers)
    feeds = [offer.subscription for offer in offers if offer.kind is OfferKind.FEED]
    assert all(feed is not None and feed.url.startswith("https://") for feed in feeds)
    assert len({feed.id for feed in feeds if feed is not None}) == len(feeds) == len(offers) - 3
    besides = [offer for offer in offers if offer.kind is OfferKind.SOURCE]
    assert [str(offer.source) for offer in besides] == [
        "bluesky-trends",
        "mastodon-trends:mastodon.social",
        "hackernews",
    ]
    assert all(offer.source is not None and offer.source.name == offer.name for offer in besides)
    assert not any(offer.subscription for offer in besides)


def test_an_offer_says_whom_it_asks() -> None:
    """Whoever answers the question can see which hosts will hear of them."""
    hosts = {str(offer.name): offer.host for offer in read_catalogue()}
    assert hosts["LWN.net"] == "lwn.net"
    assert hosts["Hacker News"] == "hacker-news.firebaseio.com"
    assert hosts["Bluesky trends"] == "public.api.bsky.app"
    assert hosts["Mastodon trends (mastodon.social)"] == "mastodon.social"
