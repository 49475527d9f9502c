"""What servers of three kinds send becomes posts."""

from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import Garbled
from services.model.ids import AccountId, PersonId
from services.model.posts import MediumKind, Post, Reach, Relation
from services.networks.mastodon.convert import (
    View,
    body_of,
    is_hidden,
    moment_of,
    order,
    person_of,
    post_of,
    reach_of,
    visibility_of,
)
from services.networks.mastodon.wire import StatusWire, read, read_many
from services.text.warnings import without_filters
from tests.fakes import NOON

RECORDED = Path(__file__).parent / "recorded"
VIEW = View(
    AccountId("mastodon:ada@double.example"),
    PersonId("mastodon:ada@double.example"),
    "100",
    "double.example",
)


def status(name: str, **fields: object) -> StatusWire:
    """Read a recorded status, with other fields."""
    said = msgspec.json.decode((RECORDED / f"{name}.json").read_bytes())
    return msgspec.convert(said | fields, StatusWire)


def post(name: str, **fields: object) -> Post:
    """Make a post of a recorded status."""
    return post_of(status(name, **fields), VIEW, "root", NOON)


def test_a_post_of_mastodon_keeps_names_and_links_whole() -> None:
    """Names carry their hosts, links are not shortened, and choices stand as lines."""
    made = post("mastodon")
    assert made.body == (
        "@ada@double.example @cleo@near.example read "
        "https://example.org/a/long/path?x=1&y=2 #Tea\n\nsecond\n\n- green\n- black"
    )
    assert made.names == ("@cleo@near.example",)
    assert made.links == ("https://example.org/a/long/path?x=1&y=2",)
    assert made.tags == ("tea",)


def test_a_post_of_mastodon_has_all_around_it() -> None:
    """Warning and filter, language, media, card, quote, edit and reach are taken over."""
    made = post("mastodon")
    assert made.warning == "filter: hot drinks \u00b7 tea talk"
    assert without_filters(made.warning) == "tea talk"
    assert (made.language, made.reach) == ("en-GB", Reach.UNLISTED)
    assert [one.kind for one in made.media] == [
        MediumKind.PICTURE,
        MediumKind.VIDEO,
        MediumKind.OTHER,
        MediumKind.CARD,
    ]
    assert made.media[0].alt == "a cup"
    assert made.media[2].url is None
    assert made.media[3].alt == "Tea & talk"
    assert made.quotes == "114300"
    assert made.can_be_quoted
    assert made.edited_at == datetime(2026, 11, 22, 12, 1, tzinfo=UTC)
    assert made.relation is Relation.TO_US
    assert made.answers == VIEW.us
    assert made.author.person == "mastodon:ben@far.example"
    assert "\u202e" not in made.author.name


def test_a_post_of_snac_is_survived() -> None:
    """A number as a date, no mentions, a name that is missing and an unknown reach do no harm."""
    made = post("snac")
    assert made.created_at == datetime.fromtimestamp(1795320521.4131, UTC)
    assert made.author.name == made.author.handle == "@ben@snac.example"
    assert made.body.startswith("@ada@double.example hello world https://example.org/a ")
    assert made.names == ("@cleo@near.example",)
    assert made.tags == ("tag",)
    assert (made.reach, made.language) == (Reach.FOLLOWERS, "")
    assert (made.relation, made.answers) == (Relation.TO_US, VIEW.us)


def test_a_post_of_gotosocial_is_read() -> None:
    """Its names of letters, its other zone and its other name for a quote are known."""
    made = post("gotosocial")
    assert made.created_at == datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
    assert made.author.handle == "@cleo@double.example"
    assert made.body == "hallo @ada@double.example"
    assert (made.reach, made.relation) == (Reach.DIRECT, Relation.TO_US)
    assert made.quotes == "01JD9QUOTED"
    assert made.media[0].kind is MediumKind.OTHER


def test_whom_a_reply_answers_is_known_where_anybody_says_it() -> None:
    """A reply to oneself, to somebody named, to somebody remembered, and to nobody known."""
    assert post("mastodon", in_reply_to_account_id="7").answers == "mastodon:ben@far.example"
    assert post("mastodon", in_reply_to_account_id="8").answers == "mastodon:cleo@near.example"
    assert post("mastodon", in_reply_to_account_id="9").answers is None
    people = {"9": person_of("dora", "double.example")}
    made = post_of(status("mastodon", in_reply_to_account_id="9"), VIEW, "r", NOON, people=people)
    assert made.answers == "mastodon:dora@double.example"


def test_what_is_ours_and_what_is_around_is_told_apart() -> None:
    """Ours is what we wrote; what names us nowhere is around, unless the server told us of it."""
    ours = {"id": 100, "acct": "ada"}
    assert post("mastodon", account=ours).relation is Relation.OURS
    aside = status("mastodon", mentions=None, in_reply_to_account_id=None)
    assert post_of(aside, VIEW, "r", NOON).relation is Relation.AROUND
    assert post_of(aside, VIEW, "r", NOON, is_to_us=True).relation is Relation.TO_US


def test_what_a_filter_hides_is_hidden() -> None:
    """So is a boost; what is only warned of is not."""
    hide = [{"filter": {"title": "x", "filter_action": "hide"}}]
    assert is_hidden(status("mastodon", filtered=hide))
    assert is_hidden(status("mastodon", reblog={"id": "1"}))
    assert not is_hidden(status("mastodon"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-22T12:00:00Z", NOON),
        ("2026-11-22T12:00:00", NOON),
        (NOON.timestamp(), NOON),
        (NOON.timestamp() * 1000, NOON),
        (str(int(NOON.timestamp())), NOON),
        ("soon", None),
        ("", None),
        ("nan", None),
        (-1, None),
        (True, None),
        (None, None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
    ],
)
def test_odd_moments_are_read(value: str | float | None, expected: datetime | None) -> None:
    """Dates and numbers, in strings or not; what is neither has no time."""
    assert moment_of(value) == expected


def test_what_has_no_time_has_the_time_it_was_read() -> None:
    """A post without a date stands where it came."""
    assert post("mastodon", created_at=None).created_at == NOON


@pytest.mark.parametrize("reach", [Reach.PUBLIC, Reach.UNLISTED, Reach.FOLLOWERS, Reach.DIRECT])
def test_a_reach_has_one_word(reach: Reach) -> None:
    """What is sent with a word is read with the same reach; others are sent narrow."""
    assert reach_of(visibility_of(reach)) is reach
    assert visibility_of(Reach.BOX) == "private"


@pytest.mark.parametrize("visibility", [None, "", "mutuals_only", "list"])
def test_a_reach_that_nobody_says_is_narrow(visibility: str | None) -> None:
    """What may have been for few is never answered to all."""
    assert reach_of(visibility) is Reach.FOLLOWERS


def test_names_are_sorted_by_age() -> None:
    """Numbers of different length, and ids of letters, sort as they came."""
    assert sorted(["100", "99", "9"], key=order) == ["9", "99", "100"]
    assert order("01JD9Z7V") < order("01JD9Z7W")


def test_a_list_loses_only_what_is_odd() -> None:
    """One entry that makes no sense costs that entry; what is no list is an error."""
    good = (RECORDED / "gotosocial.json").read_bytes()
    assert len(read_many(b'[{"id": []}, 5, ' + good + b"]", StatusWire)) == 1
    for body in (b"{}", b"<html>", b"\xff", b"[" * 100_000):
        with pytest.raises(Garbled):
            read_many(body, StatusWire)
    with pytest.raises(Garbled):
        read(b"[]", StatusWire)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.no_cover
@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("media_attachments", "mentions", "tags", "card", "poll", "quote", "quote_approval",
             "filtered", "reblog"),
            _JSON,
        ),
    )
)  # fmt: skip
def test_whatever_hangs_on_a_status_is_survived(fields: dict[str, object]) -> None:
    """No value in the parts of a status keeps it from becoming a post."""
    made = post("gotosocial", **fields)
    assert made.id == "01JD9Z7V5QK3M8T2X4C6B8N0PA"


@given(st.text())
def test_whatever_the_words_are_is_survived(content: str) -> None:
    """Any content becomes a body."""
    assert body_of(status("gotosocial", content=content), "double.example") is not None


@pytest.mark.parametrize("piece", ['href="x" ', '<a href="', "<a href=''>  "])
def test_no_markup_takes_long_to_read(piece: str) -> None:
    """A status that is written to keep us busy does not: the time grows with its length alone."""
    began_s = process_time()
    body_of(status("mastodon", content="<a " + piece * 12_000), "double.example")
    assert process_time() - began_s < 2.0  # a hundredth of it is usual, a minute was
