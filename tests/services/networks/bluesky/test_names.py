"""Names: addresses, identities, and keys made of time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.model.ids import PersonId, SendId
from services.networks.bluesky.names import (
    author_of_uri,
    did_of,
    key_of,
    moment_of,
    page_of,
    place_of,
    post_id,
    written_at,
)
from tests.fakes import NOON

_SENDS = st.text(min_size=1, max_size=40)
_MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1)).map(  # noqa: DTZ001 - made aware here
    lambda moment: moment.replace(tzinfo=UTC)
)


@given(_MOMENTS, _SENDS)
def test_a_key_is_made_of_its_moment(moment: datetime, send: str) -> None:
    """The same press makes the same key, of which the moment can be read again."""
    key = key_of(moment, SendId(send))
    assert key == key_of(moment, SendId(send))
    assert len(key) == 13
    assert written_at(post_id("did:plc:x", key)) == moment


@given(_MOMENTS, _SENDS, st.integers(1, 10**9))
def test_keys_sort_by_time(moment: datetime, send: str, later_us: int) -> None:
    """What was pressed later has the greater key, as the network sorts them."""
    later = moment + timedelta(microseconds=later_us)
    assert key_of(moment, SendId(send)) < key_of(later, SendId(send + "x"))


def test_two_presses_within_a_microsecond_differ() -> None:
    """Two sends of one moment do not share a key."""
    assert key_of(NOON, SendId("a")) != key_of(NOON, SendId("b"))


@pytest.mark.parametrize(
    "uri",
    ["", "at://x", "https://bsky.app", "at://did:plc:x/app.bsky.feed.post", "at://did:plc:x/a/b/c",
     "at://did:plc:x/app.bsky.feed.post/3k\n", "at://alice.example/app.bsky.feed.post/3k"],
)  # fmt: skip
def test_what_is_no_address(uri: str) -> None:
    """Nothing is made of what is no address of a record."""
    assert place_of(uri) is None
    assert author_of_uri(uri) is None
    assert written_at(uri) is None


def test_a_key_that_is_no_time_says_none() -> None:
    """Other clients use other keys."""
    assert written_at("at://did:plc:x/app.bsky.feed.post/self") is None
    latest = written_at("at://did:plc:x/app.bsky.feed.post/j" + "z" * 12)
    assert latest is not None
    assert latest.year == 2540


def test_pages_and_people() -> None:
    """A post's page goes by the handle, or by the identity where there is none."""
    place = place_of("at://did:plc:x/app.bsky.feed.post/3k")
    assert place is not None
    assert page_of(place, "a.example") == "https://bsky.app/profile/a.example/post/3k"
    assert page_of(place, "handle.invalid") == "https://bsky.app/profile/did:plc:x/post/3k"
    assert page_of(place, "") == "https://bsky.app/profile/did:plc:x/post/3k"
    assert did_of(PersonId("bluesky:did:plc:x")) == "did:plc:x"
    assert did_of(PersonId("bluesky:x")) is None
    assert did_of(PersonId("mastodon:did:plc:x")) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T12:00:00.000Z", NOON),
        ("2026-11-22T13:00:00+01:00", NOON),
        ("2026-11-22T12:00:00", NOON),
        ("0001-01-01T00:00:00+23:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_odd_dates(text: str, moment: datetime | None) -> None:
    """A moment is read in any zone, and what is none is none."""
    assert moment_of(text) == moment
