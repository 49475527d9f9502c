"""Messages of a public timeline, as what they tell."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.model.ids import NetworkName
from services.networks.mastodon.public import PublicTimeline, address_of
from services.topics.came import Came, Kind
from services.topics.values import StreamPost

URL = "https://far.example/@ben/7"


def _status(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of a status
    return {
        "id": "7",
        "account": {"id": "9", "acct": "ben@far.example"},
        "created_at": "2026-11-22T11:59:58.000Z",
        "url": URL,
        "uri": "https://far.example/users/ben/statuses/7",
        "content": "<p>hello <b>there</b></p>",
        "visibility": "public",
        "language": "en",
        "media_attachments": [],
        **more,
    }


def _message(event: str, payload: object) -> str:
    said = payload if isinstance(payload, str) else json.dumps(payload)
    return json.dumps({"stream": ["public"], "event": event, "payload": said})


@pytest.fixture
def wire() -> PublicTimeline:
    """The timeline of a server."""
    return PublicTimeline("wss://a.example/api/v1/streaming?stream=public", "a.example")


def _post(wire: PublicTimeline, **more: Any) -> StreamPost:  # noqa: ANN401 - as above
    came = wire.read(_message("update", _status(**more)))
    assert came.kind is Kind.POST
    post = wire.post(came)
    assert post is not None
    return post


def test_a_status_is_a_post_under_its_address(wire: PublicTimeline) -> None:
    """By whoever wrote it, wherever they are; its words without the markup."""
    assert _post(wire) == StreamPost(
        key=URL,
        network=NetworkName.MASTODON,
        source="a.example",
        person="ben@far.example",
        body="hello there",
        tags=(),
        links=(),
        language="en",
        is_adult=False,
        created_at=datetime(2026, 11, 22, 11, 59, 58, tzinfo=UTC),
    )
    local = _post(wire, account={"id": "1", "acct": "ada"}, url=None)
    assert local.person == "ada@a.example"
    assert local.key == "https://far.example/users/ben/statuses/7"


def test_tags_and_links_are_those_of_the_status(wire: PublicTimeline) -> None:
    """As the server lists them, or else as they stand in the text."""
    content = '<p>#Pier <a href="https://paper.example/x">paper.example/x</a></p>'
    post = _post(wire, content=content, tags=[{"name": "Pier"}, {"name": "pier"}, {"name": "#"}])
    assert post.tags == ("pier",)
    assert _post(wire, content=content).tags == ("pier",)
    assert _post(wire, content="see https://paper.example/x now").links == (
        "https://paper.example/x",
    )


def test_what_is_behind_a_warning_stays_there(wire: PublicTimeline) -> None:
    """Its warning is heard, not its words; that alone makes it nothing for adults."""
    folded = _post(wire, spoiler_text="food", sensitive=True, content="<p>a #secret</p>")
    assert (folded.body, folded.tags, folded.is_adult) == ("food", (), False)
    assert _post(wire, sensitive=True, media_attachments=[{"id": "1", "type": "image"}]).is_adult


def test_an_edit_is_a_post_and_a_deletion_takes_back_what_was_heard(wire: PublicTimeline) -> None:
    """A deletion names the server's own id; of what was never heard it says nothing."""
    assert wire.read(_message("delete", "7")).kind is Kind.OTHER
    wire.read(_message("update", _status()))
    assert wire.read(_message("status.update", _status())).kind is Kind.POST
    assert wire.read(_message("delete", " 7 ")) == Came(Kind.GONE, URL)
    assert wire.read(_message("delete", "7")).kind is Kind.OTHER


def test_so_many_ids_are_remembered() -> None:
    """And no more, the latest."""
    wire = PublicTimeline("wss://a.example", "a.example", remembered=3)
    for number in range(5):
        wire.read(_message("update", _status(id=str(number))))
    assert wire.read(_message("delete", "1")).kind is Kind.OTHER
    assert wire.read(_message("delete", "2")).kind is Kind.GONE


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("update", _status(reblog=_status())),
        ("update", _status(visibility="unlisted")),
        ("update", _status(visibility=None)),
        ("filters_changed", ""),
        ("notification", "{}"),
        ("", ""),
    ],
)
def test_boosts_and_what_is_not_for_everybody_is_no_post(
    wire: PublicTimeline, event: str, payload: object
) -> None:
    """Nor is anything else that may come."""
    assert wire.read(_message(event, payload)).kind is Kind.OTHER


@pytest.mark.parametrize(
    "frame",
    [
        "this is no JSON",
        b"\xff",
        "[]",
        _message("update", "nonsense"),
        _message("update", {"id": 7}),
        _message("update", _status(url="javascript:x", uri=None)),
        json.dumps({"event": "update", "payload": 7}),
    ],
)
def test_what_cannot_be_read_is_told_as_such(wire: PublicTimeline, frame: str | bytes) -> None:
    """And costs nothing else."""
    assert wire.read(frame).kind is Kind.UNREADABLE


def test_a_status_of_no_time_is_none(wire: PublicTimeline) -> None:
    """It could be from any year."""
    came = wire.read(_message("update", _status(created_at="soon")))
    assert wire.post(came) is None


@given(st.one_of(st.text(), st.binary()))
def test_no_message_raises(frame: str | bytes) -> None:
    """Anything at all may come."""
    assert PublicTimeline("wss://a.example", "a.example").read(frame).kind is Kind.UNREADABLE


def test_it_streams_where_the_server_says_or_on_itself() -> None:
    """Never in the open where the server is not, since our token goes along."""
    own = "wss://a.example/api/v1/streaming?stream=public"
    assert address_of("https://a.example") == own
    assert address_of("https://a.example", "wss://stream.a.example") == (
        "wss://stream.a.example/api/v1/streaming?stream=public"
    )
    assert address_of("https://a.example", "ws://stream.a.example") == own
    assert address_of("nonsense") == ""
    wire = PublicTimeline(own, "a.example")
    assert wire.address(7) == own
