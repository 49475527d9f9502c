"""A few publishers are offered by name."""

from services.networks.feeds.catalogue import OfferKind, read_catalogue


def test_a_handful_is_offered_each_once() -> None:
    """Each with a name, a few words and an address over https; Hacker News is of its own kind."""
    offers = read_catalogue()
    assert 8 <= len(offers) <= 12
    assert len({offer.name for offer in offers}) == len(offers)
    assert all(offer.about for offer in offers)
    feeds = [offer.subscription for offer in offers if offer.kind is OfferKind.FEED]
    assert all(feed is not None and feed.url.startswith("https://") for feed in feeds)
    assert len({feed.id for feed in feeds if feed is not None}) == len(feeds) == len(offers) - 1
    assert [offer.name for offer in offers if offer.subscription is None] == ["Hacker News"]


def test_an_offer_says_whom_it_asks() -> None:
    """Whoever answers the question can see which hosts will hear of them."""
    hosts = {str(offer.name): offer.host for offer in read_catalogue()}
    assert hosts["LWN.net"] == "lwn.net"
    assert hosts["Hacker News"] == "hacker-news.firebaseio.com"
