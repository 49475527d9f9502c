"""Recorded answers of the real network become posts, and odd ones do no harm.

``recorded`` holds answers of @atproto/pds 0.5.35 with @atproto/bsky 0.0.280, 2026-11, between two
accounts made for it.
"""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import Garbled
from services.model.accounts import SignedIn
from services.model.ids import AccountId, NetworkName, ThreadId
from services.model.posts import MediumKind, Post, PostState, Reach, Relation
from services.networks.bluesky.convert import account_of, post_of, stored_post, time_of
from services.networks.bluesky.threads import POSTS_AT_MOST, answers_in, thread_of
from services.networks.bluesky.wire import (
    FeedItem,
    FeedPage,
    Node,
    NotificationPage,
    PostPage,
    PostView,
    StoredRecord,
    ThreadAnswer,
    part,
    parts,
    read,
    written,
)
from services.text.clean import clean_line
from tests.fakes import NOON

RECORDED = Path(__file__).with_name("recorded")
ODILE = "did:plc:odileodileodileodileodil"
FINN = "did:plc:finnfinnfinnfinnfinnfinn"
US = account_of(
    SignedIn(
        AccountId(f"bluesky:{ODILE}"), NetworkName.BLUESKY, "https://pds.example",
        clean_line("@odile.test"), clean_line("Odile"), ODILE, NOON,
    )
)  # fmt: skip


def recorded(name: str) -> bytes:
    """Read a recorded answer."""
    return (RECORDED / f"{name}.json").read_bytes()


def posts_of(raws: tuple[msgspec.Raw, ...]) -> list[Post]:
    """Make posts of views."""
    made = [post_of(view, US) for view in parts(raws, PostView)]
    return [post for post in made if post is not None]


def view_of(**fields: Any) -> PostView:  # noqa: ANN401 - parts of any shape
    """Make a view as it would come over the wire."""
    record = {"text": "hm", "createdAt": "2026-11-22T12:00:00Z"} | fields.pop("record", {})
    view = {
        "uri": f"at://{FINN}/app.bsky.feed.post/3n2xc5kplc22h",
        "cid": "bafy",
        "author": {"did": FINN, "handle": "finn.test"},
        "indexedAt": "2026-11-22T12:00:01Z",
    }
    return read(written(view | fields | {"record": record}), PostView)


def post(**fields: Any) -> Post:  # noqa: ANN401 - as above
    """Make a post of such a view."""
    made = post_of(view_of(**fields), US)
    assert made is not None
    return made


def test_notifications() -> None:
    """A quote and a reply to us, with what the reply's facets say written out."""
    page = read(recorded("notifications"), NotificationPage)
    posts = {post.body: post for post in posts_of(page.notifications)}
    body = "Me 👋🏽 @odile.test, see https://harbour.example/times?day=mon #tide"
    reply = posts[clean_line(body)]
    assert reply.relation is Relation.TO_US
    assert reply.answers == f"bluesky:{ODILE}"
    assert str(reply.thread) == reply.parent
    assert (reply.tags, reply.language, reply.reach) == (("tide",), "en", Reach.PUBLIC)
    assert reply.links == ("https://harbour.example/times?day=mon",)
    assert reply.names == ()
    assert (reply.author.handle, reply.author.name) == ("@finn.test", "Finn")
    quote = posts[clean_line("This.")]
    assert (quote.relation, quote.quotes) == (Relation.TO_US, reply.parent)
    assert not quote.can_be_quoted  # a notification does not say


def test_our_own_feed() -> None:
    """What we wrote is ours, newest first as the network has it."""
    page = read(recorded("author_feed"), FeedPage)
    posts = posts_of(tuple(item.post for item in parts(page.feed, FeedItem)))
    assert {one.relation for one in posts} == {Relation.OURS}
    bodies = {one.body for one in posts}
    assert bodies == {"Low tide at six. Who brings the lamp?", "The lamp", "Why not?"}


def test_views_with_what_hangs_on_them() -> None:
    """A quote with a card, and a labelled picture with its words; the deleted one is left out."""
    page = read(recorded("posts"), PostPage)
    quote, lamp = posts_of(page.posts)
    (card,) = quote.media
    assert (card.kind, card.url) == (MediumKind.CARD, "https://harbour.example/")
    assert card.alt == "Harbour – Tides and times"
    assert quote.quotes is not None
    assert quote.can_be_quoted
    (picture,) = lamp.media
    assert (picture.kind, picture.alt) == (MediumKind.PICTURE, "A brass lamp on a wet step")
    assert str(picture.url).startswith("https://cdn.example/")
    assert lamp.warning == "graphic"


def test_a_record_of_our_own_repository() -> None:
    """What stands on our own server becomes our post."""
    made = stored_post(read(recorded("record"), StoredRecord), US)
    assert made is not None
    assert (made.body, made.relation, made.warning) == ("The lamp", Relation.OURS, "graphic")


def test_a_thread() -> None:
    """All of it, oldest first, under its first post."""
    node = read(read(recorded("thread"), ThreadAnswer).thread, Node)
    view = part(node.post, PostView)
    assert view is not None
    thread = thread_of(node, ThreadId(view.uri), US)
    assert [one.body[:8] for one in thread.posts] == ["Low tide", "Me 👋🏽 @o", "The lamp"]
    assert [one.author.did for one in answers_in(node)] == [FINN]


def test_a_deleted_post_above() -> None:
    """What was deleted has a sign in its place, dated by its own key."""
    node = read(read(recorded("thread_above"), ThreadAnswer).thread, Node)
    view = part(node.post, PostView)
    assert view is not None
    deleted, left = thread_of(node, ThreadId("at://x"), US).posts
    assert (deleted.state, deleted.body) == (PostState.DELETED, "")
    assert deleted.author.person == f"bluesky:{FINN}"
    assert deleted.created_at.isoformat().startswith("2026-11-23T04:28:37")
    assert left.parent == deleted.id


def test_what_we_are_not_shown() -> None:
    """Blocked, deleted and unheard-of places in a thread are signs; an address that is none is not.

    Source: app.bsky.feed.defs (blockedPost, notFoundPost), @atproto/api 0.20.44, 2026-11.
    """
    uri = "at://did:plc:x/app.bsky.feed.post/3n2xc5kplc22"
    blocked = {"did": "did:plc:x", "handle": "x.test", "viewer": {"blockedBy": True}}
    tree = {
        "post": msgspec.to_builtins(_plain(view_of())),
        "replies": [
            {"$type": "app.bsky.feed.defs#blockedPost", "uri": f"{uri}a", "blocked": True,
             "author": {"did": "did:plc:x"}},
            {"$type": "app.bsky.feed.defs#notFoundPost", "uri": f"{uri}b", "notFound": True},
            {"$type": "app.bsky.feed.defs#sealedPost", "uri": f"{uri}c"},
            {"$type": "app.bsky.feed.defs#sealedPost", "uri": "odd"},
            {"post": {**_plain(view_of()), "uri": f"{uri}d", "author": blocked}},
            "odd",
        ],
    }  # fmt: skip
    thread = thread_of(read(written(tree), Node), ThreadId(view_of().uri), US)
    states = {one.id[-1]: one.state for one in thread.posts}
    assert states == {
        "h": PostState.UP, "a": PostState.BLOCKED, "b": PostState.DELETED,
        "c": PostState.MISSING, "d": PostState.BLOCKED,
    }  # fmt: skip
    assert all(one.answers == f"bluesky:{FINN}" for one in thread.posts if one.id[-1] != "h")


def test_a_thread_of_many() -> None:
    """Of a thousand replies the first post and the newest are kept."""
    replies = [
        {
            "post": {
                **_plain(view_of()), "uri": f"at://{FINN}/app.bsky.feed.post/{n}",
                "indexedAt": f"2026-11-22T13:{n // 60:02}:{n % 60:02}Z",
                "record": {"text": str(n), "createdAt": f"2026-11-22T13:{n // 60:02}:{n % 60:02}Z"},
            }
        }
        for n in range(1000)
    ]  # fmt: skip
    node = read(written({"post": _plain(view_of()), "replies": replies}), Node)
    posts = thread_of(node, ThreadId(view_of().uri), US).posts
    assert len(posts) == POSTS_AT_MOST
    assert (posts[0].body, posts[-1].body) == ("hm", "999")


@pytest.mark.parametrize(
    ("embed", "media"),
    [
        ({"$type": "app.bsky.embed.video#view", "playlist": "https://v.example/a.m3u8",
          "alt": "A boat"}, [(MediumKind.VIDEO, "A boat", "https://v.example/a.m3u8")]),
        ({"$type": "app.bsky.embed.smell#view", "scent": 3}, [(MediumKind.OTHER, "", None)]),
        ({"$type": "app.bsky.embed.images#view", "images": [3, {"alt": "x", "fullsize": "no"}]},
         [(MediumKind.PICTURE, "x", None)]),
        ({"$type": "app.bsky.embed.external#view", "external": 3}, []),
        ({"$type": "app.bsky.embed.record#view", "record": {"uri": "at://did:plc:x/app.bsky.graph.list/3k"}},
         []),
        ({"$type": "app.bsky.embed.images#view", "images": 3}, []),
        ("odd", []),
    ],
)  # fmt: skip
def test_what_hangs_on_a_post(
    embed: object, media: list[tuple[MediumKind, str, str | None]]
) -> None:
    """Each kind is said, one that is not known has a sign, a broken one is as good as none.

    Source: app.bsky.embed.video#view, @atproto/api 0.20.44, 2026-11 (no video on loopback).
    """
    made = post(embed=embed)
    assert [(one.kind, one.alt, one.url) for one in made.media] == media
    assert made.quotes is None


@pytest.mark.parametrize(
    ("labels", "own", "warning"),
    [
        ([{"val": "porn"}], None, "adult content"),
        ([{"val": "sexual"}, {"val": "nudity"}], None, "sexual content, nudity"),
        ([{"val": "gore"}, {"val": "graphic-media"}], None, "graphic"),
        ([{"val": "porn"}, {"val": "porn", "neg": True}], None, ""),
        ([{"val": "spam"}, 3, {"val": "!no-unauthenticated"}], None, ""),
        ([], {"values": [{"val": "nudity"}]}, "nudity"),
        (None, "odd", ""),
    ],
)
def test_labels_warn(labels: object, own: object, warning: str) -> None:
    """What an author or a moderator says of a post is read before it; unknown words are not."""
    assert post(labels=labels, record={"labels": own}).warning == warning


@pytest.mark.parametrize(
    ("fields", "moment"),
    [
        ({"record": {"createdAt": "2026-11-20T12:00:00Z"}}, "2026-11-20T12:00:00"),
        ({"record": {"createdAt": "2031-01-01T00:00:00Z"}}, "2026-11-22T12:00:01"),
        ({"record": {"createdAt": "soon"}}, "2026-11-22T12:00:01"),
        ({"record": {"createdAt": ""}, "indexedAt": ""}, "2026-11-23T04:28"),
        ({"record": {"createdAt": ""}, "indexedAt": "", "uri": f"at://{FINN}/a.b/x"}, "1970-01-01"),
    ],
)
def test_when_a_post_was_written(fields: dict[str, Any], moment: str) -> None:
    """As it says itself, but never after it was seen, and by its key where it says nothing."""
    assert time_of(view_of(**fields)).isoformat().startswith(moment)


def test_odd_parts_of_a_post_do_no_harm() -> None:
    """Wrong shapes and unknown fields leave the words, which are cleaned."""
    made = post(
        record={
            "text": "a\x1b]52;c;x\x07b\u202e", "reply": {"root": 3}, "facets": [3, {"index": {}}],
            "langs": ["<script>"], "tags": ["Tide\x1b", "tide"], "odd": {"x": [1]},
        },
        author={"did": FINN, "handle": "", "displayName": "\u202e"}, labels=["x"], odd=3,
    )  # fmt: skip
    assert not set(made.body + made.author.name + "".join(made.tags)) & set("\x1b\x07\u202e")
    assert (made.parent, made.language, made.relation) == (None, "", Relation.AROUND)
    assert made.author.handle == FINN
    assert post_of(view_of(uri="odd"), US) is None
    names = post(
        record={
            "text": "@a.test @odile.test",
            "facets": [
                {"index": {"byteStart": start, "byteEnd": end},
                 "features": [{"$type": "app.bsky.richtext.facet#mention", "did": did}]}
                for start, end, did in ((0, 7, FINN), (8, 19, ODILE), (1, 7, "did:plc:z"))
            ],
        }
    )  # fmt: skip
    assert (names.names, names.relation) == (("@a.test",), Relation.TO_US)


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)


@pytest.mark.no_cover
@given(
    st.dictionaries(
        st.sampled_from(["text", "createdAt", "reply", "facets", "langs", "labels", "embed"]), _ANY
    ),
    st.dictionaries(st.sampled_from(["embed", "labels", "viewer", "indexedAt"]), _ANY),
)
def test_anything_at_all_is_survived(record: dict[str, Any], fields: dict[str, Any]) -> None:
    """A post that makes no sense is none; it never breaks the page that it stands on."""
    view = {**_plain(view_of()), **fields, "record": {"text": "hm", **record}}
    for one in parts((msgspec.Raw(written(view)),), PostView):
        assert post_of(one, US) is not None


def test_no_json_is_told() -> None:
    """A page for people instead of an answer is an error that says so."""
    with pytest.raises(Garbled):
        read(b"<html>", PostPage)


def _plain(view: PostView) -> dict[str, Any]:
    """Give a view as the wire has it."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(view))
    return {key: value for key, value in plain.items() if value is not None}
