"""What a feed says becomes headlines."""

from datetime import datetime

from services.model.headlines import FeedId
from services.networks.feeds.convert import headlines_of, publisher_of
from services.networks.feeds.subscriptions import Subscription, subscribe
from services.networks.feeds.wire import ParsedEntry, ParsedFeed
from services.text.clean import clean_line
from tests.builders import at


def subscription(name: str = "Herons") -> Subscription:
    """Follow one feed."""
    one = subscribe("https://herons.example/feed", name)
    assert one is not None
    return one


def entry(
    guid: str = "1",
    title: str = "Back",
    url: str | None = "https://herons.example/1",
    published_at: datetime | None = None,
    paragraph: str = "It stands there.",
) -> ParsedEntry:
    """Give an item."""
    return ParsedEntry(guid, title, paragraph, url, published_at)


def a_feed(*entries: ParsedEntry, title: str = "The Heron Post") -> ParsedFeed:
    """Give a feed that was understood."""
    return ParsedFeed(title, None, None, entries, is_cut=False)


def test_nothing_is_later_than_when_it_was_seen() -> None:
    """A story from next week is from now; what is old stays as old as it says."""
    found = headlines_of(
        a_feed(
            entry("ahead", published_at=at(600_000)),
            entry("old", published_at=at(-900_000_000)),
        ),
        subscription(),
        at(0),
    )
    assert [one.published_at for one in found] == [at(-900_000_000), at(0)]
    assert all(one.seen_at == at(0) for one in found)


def test_without_dates_the_order_of_the_feed_counts() -> None:
    """The newest stands on top."""
    found = headlines_of(
        a_feed(entry("a", "newest"), entry("b", "older"), entry("c", "oldest")),
        subscription(),
        at(0),
    )
    assert [one.title for one in found] == ["oldest", "older", "newest"]


def test_an_item_has_one_id_whenever_it_is_read_and_another_in_another_feed() -> None:
    """Whatever else changes about it."""
    first = headlines_of(a_feed(entry()), subscription(), at(0))[0]
    again = headlines_of(a_feed(entry(title="Corrected")), subscription(""), at(60))[0]
    elsewhere = Subscription(FeedId("other"), subscription().url, subscription().name)
    assert first.id == again.id != headlines_of(a_feed(entry()), elsewhere, at(0))[0].id
    assert headlines_of(a_feed(entry("\ud800")), subscription(), at(0))
    assert len(headlines_of(a_feed(entry(), entry()), subscription(), at(0))) == 1


def test_what_the_child_says_is_cleaned_again() -> None:
    """A process that strangers' bytes went through does not vouch for itself."""
    odd = entry(title="\x1b]52;c;eA==\x07Title", url="javascript:alert(1)", paragraph="a\nb\x9b")
    (found,) = headlines_of(a_feed(odd), subscription(), at(0))
    assert "\x1b" not in found.title
    assert found.url is None
    assert found.paragraph.startswith("a b")
    assert "\x9b" not in found.paragraph


def test_an_item_without_title_goes_by_its_address_and_one_without_both_is_none() -> None:
    """There would be nothing to show."""
    (found,) = headlines_of(a_feed(entry(title=" ")), subscription(), at(0))
    assert found.title == "https://herons.example/1"
    assert headlines_of(a_feed(entry(title="", url=None)), subscription(), at(0)) == ()


def test_no_more_than_five_hundred_are_taken() -> None:
    """Those on top of the feed."""
    many = tuple(entry(str(number)) for number in range(600))
    assert len(headlines_of(a_feed(*many), subscription(), at(0))) == 500


def test_a_publisher_goes_by_the_name_its_follower_gave() -> None:
    """Else by its own, else by its host."""
    assert publisher_of("Own", subscription("Mine")) == "Mine"
    assert publisher_of("Own\n", subscription("")) == clean_line("Own")
    assert publisher_of(" ", subscription("")) == "herons.example"
