"""Frames of a Jetstream, of both versions, as what they tell."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.model.ids import NetworkName
from services.networks.bluesky.jetstream import PUBLIC, SECOND_PATH, Jetstream, is_second
from services.topics.came import Came, Kind
from services.topics.values import StreamPost
from tests.doubles.jetstream import Event, first_frame, second_frame

AT_US = 1_795_348_801_123_456
WRITTEN_AT = datetime(2026, 11, 22, 11, 59, 58, tzinfo=UTC)
KEY = "at://did:plc:ada/app.bsky.feed.post/3kaaaaaaaaaaa"
VERSIONS = [(PUBLIC, first_frame), (f"wss://a.example{SECOND_PATH}", second_frame)]


def _event(operation: str = "create", **record: Any) -> Event:  # noqa: ANN401 - a record's fields
    whole = {"$type": "app.bsky.feed.post", "createdAt": "2026-11-22T11:59:58Z", **record}
    made = None if operation == "delete" else whole
    return Event("did:plc:ada", "3kaaaaaaaaaaa", operation, AT_US, made)


def _post(**record: Any) -> StreamPost:  # noqa: ANN401 - as above
    """Give what both versions make of a record."""
    made = []
    for url, frame_of in VERSIONS:
        wire = Jetstream(url)
        came = wire.read(frame_of(_event(**record)))
        assert came.kind is Kind.POST
        made.append(wire.post(came))
    assert made[0] == made[1]
    assert made[0] is not None
    return made[0]


def _facet(text: str, piece: str, **feature: str) -> dict[str, Any]:
    start = len(text[: text.index(piece)].encode())
    index = {"byteStart": start, "byteEnd": start + len(piece.encode())}
    kind = f"app.bsky.richtext.facet#{feature.pop('kind')}"
    return {"index": index, "features": [{"$type": kind, **feature}]}


def test_a_post_is_told_by_both_versions_alike() -> None:
    """With its address, its author and when it was written."""
    assert _post(text="hello", langs=["en", "cy"]) == StreamPost(
        key=KEY,
        network=NetworkName.BLUESKY,
        source="Bluesky",
        person="did:plc:ada",
        body="hello",
        tags=(),
        links=(),
        language="en",
        is_adult=False,
        created_at=WRITTEN_AT,
    )


def test_tags_come_from_facets_and_beside_the_text_or_else_from_it() -> None:
    """As they are written, each once, whatever its case."""
    text = "at the #Pier again"
    facets = [_facet(text, "#Pier", kind="tag", tag="Pier")]
    assert _post(text=text, facets=facets, tags=["ferry", "#FERRY"]).tags == ("Pier", "FERRY")
    assert _post(text="at the #Pier again").tags == ("pier",)
    assert _post(text="at the \uff03Pier again").tags == ("pier",)


def test_links_come_from_facets_and_cards_and_are_written_out() -> None:
    """A shortened one stands in the text as it leads; one that leads nowhere is left out."""
    text = "read paper.example/2026... now"
    facets = [
        _facet(text, "paper.example/2026...", kind="link", uri="https://paper.example/2026/x"),
        _facet(text, "now", kind="link", uri="javascript:alert(1)"),
    ]
    card = {"$type": "app.bsky.embed.external", "external": {"uri": "https://other.example/"}}
    with_media = {"$type": "app.bsky.embed.recordWithMedia", "record": {}, "media": card}
    for embed in (card, with_media):
        post = _post(text=text, facets=facets, embed=embed)
        assert post.body == "read https://paper.example/2026/x now"
        assert post.links == ("https://paper.example/2026/x", "https://other.example/")
    assert _post(text="see https://a.example/b.").links == ("https://a.example/b",)


@pytest.mark.parametrize("label", ["porn", "sexual", "nudity", "graphic-media"])
def test_what_its_author_marks_is_for_adults(label: str) -> None:
    """Unless they have thought better of it; other labels are none of that."""
    marked = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": label}]}
    assert _post(text="x", labels=marked).is_adult
    assert not _post(text="x", labels={"values": [{"val": label, "neg": True}]}).is_adult
    assert not _post(text="x", labels={"values": [{"val": "spoiler"}]}).is_adult


@pytest.mark.parametrize("said", ["2031-01-01T00:00:00Z", "soon", "", "99999-01-01"])
def test_nothing_was_written_after_it_was_seen(said: str) -> None:
    """A clock that is wrong, or none at all: the moment at which the stream had it."""
    seen = datetime.fromtimestamp(AT_US / 1e6, UTC)
    assert _post(text="x", createdAt=said).created_at == seen


def test_what_hides_in_a_text_is_cleaned_away() -> None:
    """Also in tags; a language that is none is not told."""
    post = _post(text="a\u202eb", tags=["c\u202ed", "\u202e#"], langs=["e\x1b[31m"])
    assert post.body == "a\ufffdb"
    assert "\u202e" not in "".join(post.tags)
    assert post.language == ""


def test_an_edit_is_a_post_and_a_deletion_takes_back() -> None:
    """Both under the address of the post."""
    for url, frame_of in VERSIONS:
        wire = Jetstream(url)
        assert wire.read(frame_of(_event("update", text="x"))).kind is Kind.POST
        assert wire.read(frame_of(_event("delete"))) == Came(Kind.GONE, KEY, AT_US)


@pytest.mark.parametrize(
    "odd",
    [
        {"facets": [{"index": {"byteStart": "x"}}, "nonsense"]},
        {"embed": {"external": 7}},
        {"labels": []},
        {"facets": {}, "text": "hello"},
    ],
)
def test_an_odd_part_costs_that_part_alone(odd: dict[str, Any]) -> None:
    """Its words are heard all the same, where they are words."""
    for url, frame_of in VERSIONS:
        wire = Jetstream(url)
        came = wire.read(frame_of(_event(**{"text": "hello", **odd})))
        if "facets" in odd and isinstance(odd["facets"], dict):
            assert came.kind is Kind.UNREADABLE
            continue
        made = wire.post(came)
        assert made is not None
        assert made.body == "hello"


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{",
        "[]",
        "null",
        "7",
        '"text"',
        "{}",
        b"\xff\xfe",
        '{"did": 7}',
        '{"commit": {"operation": 7}}',
        "[" * 100_000,
        first_frame(Event("not a did", "3k", "create", 1, {"text": "x"})),
        first_frame(Event("did:plc:ada", "a b", "delete", 1)),
        first_frame(Event("did:plc:ada", "3k", "create", 1)),
        first_frame(Event("did:plc:ada", "3k", "explode", 1, {"text": "x"})),
        first_frame(Event("did:plc:ada", "3k", "create", 1, {"text": 7})),
        second_frame(Event("did:plc:ada", "3k", "create", 1, {"text": 7})),
        '{"$type": "message", "payload": {}}',
        '{"$type": "message", "payload": 7}',
        '{"$type": "something"}',
    ],
)
def test_what_cannot_be_read_is_told_as_such(frame: str | bytes) -> None:
    """Whatever it is, by either version."""
    for url, _ in VERSIONS:
        kind = Jetstream(url).read(frame).kind
        assert kind is Kind.UNREADABLE, (url, frame[:40])


@given(st.one_of(st.text(), st.binary()))
def test_no_frame_raises(frame: str | bytes) -> None:
    """Anything at all may come."""
    for url, _ in VERSIONS:
        assert Jetstream(url).read(frame).kind is Kind.UNREADABLE


@pytest.mark.parametrize("at_us", [-1, -(10**18), 10**18, 2**64 - 1, 10**40])
def test_a_number_that_is_no_moment_is_none(at_us: int) -> None:
    """The post is heard, and says itself when it was written; nothing is resumed from there."""
    wire = Jetstream(PUBLIC)
    for record in (_event().record, _event(labels=7).record):
        came = wire.read(first_frame(Event("did:plc:ada", "3k", "create", at_us, record)))
        assert came.at_us == 0
        made = wire.post(came)
        assert made is not None
        assert made.created_at == WRITTEN_AT
    account = {"did": "did:plc:ada", "time_us": at_us, "kind": "account"}
    assert wire.read(json.dumps(account)) == Came(Kind.OTHER)


def test_what_is_no_post_is_passed_by_and_moves_the_cursor() -> None:
    """Accounts and identities come whatever is asked for, and other records from odd servers."""
    first, second = Jetstream(PUBLIC), Jetstream(VERSIONS[1][0])
    account = {"did": "did:plc:ada", "time_us": 5, "kind": "account", "account": {"active": True}}
    assert first.read(json.dumps(account)) == Came(Kind.OTHER, at_us=5)
    like = Event("did:plc:ada", "3k", "create", 7, {"subject": {}}, "app.bsky.feed.like")
    assert first.read(first_frame(like)) == Came(Kind.OTHER, at_us=7)
    assert second.read(second_frame(like)).kind is Kind.OTHER
    odd = Event("did:plc:ada", "3k", "create", 7, {"text": 7}, "org.example.thing")
    assert first.read(first_frame(odd)).kind is Kind.OTHER
    payload = {"$type": "x#identity", "did": "did:plc:ada", "time": "2026-11-22T12:00:00Z"}
    came = second.read(json.dumps({"$type": "message", "payload": payload}))
    assert (came.kind, came.at_us) == (Kind.OTHER, 1_795_348_800_000_000)


def test_the_second_version_says_what_is_wrong() -> None:
    """That a cursor was too old, that we are slow, and other things that concern nobody."""
    wire = Jetstream(VERSIONS[1][0])
    info = {"$type": "x#info", "name": "OutdatedCursor"}
    assert wire.read(json.dumps({"$type": "message", "payload": info})).kind is Kind.GAP
    error = {"$type": "error", "error": "ConsumerTooSlow", "message": "reconnect"}
    assert wire.read(json.dumps(error)).kind is Kind.SLOW
    assert wire.read(json.dumps({**error, "error": "Other"})).kind is Kind.OTHER


def test_each_version_is_asked_in_its_own_words() -> None:
    """Posts alone; from a moment on where there is one; v1's words are refused by v2."""
    assert Jetstream(PUBLIC).address(None) == f"{PUBLIC}?wantedCollections=app.bsky.feed.post"
    assert (
        Jetstream(f"{PUBLIC}?a=b")
        .address(7)
        .endswith("?a=b&wantedCollections=app.bsky.feed.post&cursor=7")
    )
    url = VERSIONS[1][0]
    assert (
        Jetstream(url).address(7) == f"{url}?kinds=commit&collections=app.bsky.feed.post&cursor=7"
    )
    assert Jetstream(url).subprotocols == ("xrpc.v1.json",)
    assert Jetstream(PUBLIC).subprotocols == ()
    assert is_second(f"{url}/")
    assert not is_second(PUBLIC)
