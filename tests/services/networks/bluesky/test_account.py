"""An account on Bluesky: what is read of it, what it says, and how each failure is told."""

import asyncio
import itertools
import socket
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.errors import (
    Gone,
    NetworkError,
    RateLimited,
    Rejected,
    SignedOut,
    Unclear,
    Unreachable,
)
from services.http import Door
from services.model.ids import NetworkName, PersonId, PostId, SendId, ThreadId
from services.model.limits import Keying
from services.model.posts import Post, PostState, Reach, Relation
from services.model.queue import QueuedId, QueuedKind
from services.model.sending import Picture, Target, TargetKind
from services.networks.base import (
    Completing,
    Cursor,
    Distance,
    Guarding,
    Message,
    Network,
    Queueing,
    SigningOut,
)
from services.networks.bluesky.account import POLL_S, BlueskyAccount
from services.networks.bluesky.convert import account_of
from services.networks.bluesky.mark import Line, after_reading, mark_of, newest_of
from services.networks.bluesky.signin import open_bluesky, sign_in_bluesky
from services.secrets import Secret
from tests.doubles.bluesky import POST, BlueskyDouble, Person, Refusal, Trouble, mention_of
from tests.fakes import NOON, FakeClock
from tests.services.networks.conformance import Conformance, Stage, drain

_PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def message_of(
    us: BlueskyAccount, body: str, above: Post | None = None, number: int = 0
) -> Message:
    """Make a new post of ours, or a reply."""
    target = Target(
        kind=TargetKind.NEW if above is None else TargetKind.REPLY,
        account=us.account.id,
        network=NetworkName.BLUESKY,
        reach=Reach.PUBLIC,
        as_handle=us.account.author.handle,
        thread=None if above is None else above.thread,
        post=None if above is None else above.id,
        person=None if above is None else above.author.person,
    )
    pressed_at = NOON + timedelta(milliseconds=number)
    return Message(SendId(f"send-{number}"), target, body, pressed_at)


def with_target(message: Message, **fields: object) -> Message:
    """Change what a message speaks to."""
    return replace(message, target=replace(message.target, **fields))


async def the_newest(us: BlueskyAccount) -> Post:
    """Poll from the beginning and give the last post."""
    posts, _ = await drain(us)
    return posts[-1]


def test_what_can_be_done(us: BlueskyAccount) -> None:
    """It says what the place can do before anybody types."""
    network: Network = us
    can = network.capabilities
    assert (can.keying, can.reach, can.graphemes_at_most) == (Keying.KEYED, Reach.PUBLIC, 300)
    assert (can.can_take_back, can.can_quote, can.has_languages) == (True, True, True)
    assert (can.pictures_at_most, can.can_edit, can.can_warn) == (4, False, False)
    assert can.picture_bytes_at_most == 1_000_000
    for what in (Guarding, Completing, Queueing, SigningOut):
        assert isinstance(us, what)


async def test_opening_asks_nothing(us: BlueskyAccount, network: BlueskyDouble) -> None:
    """A start without a network works: the first poll is what asks."""
    assert not network.asked
    await us.poll(None)
    assert network.asked


async def test_people_are_known_by_what_does_not_change(
    us: BlueskyAccount, network: BlueskyDouble, ben: Person
) -> None:
    """Somebody who takes another handle is the same person."""
    network.says(ben, "first", None, facets=mention_of(network.person("ada"), "first"))
    before = await the_newest(us)
    ben.handle = "benno.example"
    after = await the_newest(us)
    assert before.author.person == after.author.person == PersonId(f"bluesky:{ben.did}")
    assert (before.author.handle, after.author.handle) == ("@ben.example", "@benno.example")
    assert str(after.url).startswith("https://bsky.app/profile/benno.example/post/")


async def test_likes_are_not_asked_for_and_nothing_is_marked_seen(
    us: BlueskyAccount, network: BlueskyDouble
) -> None:
    """What other clients go by is left alone, and only words are asked for."""
    await drain(us)
    assert set(network.count()) == {"listNotifications", "getAuthorFeed"}


async def test_a_lost_notification_is_found_at_our_post(
    us: BlueskyAccount, network: BlueskyDouble, ada: Person, ben: Person
) -> None:
    """A reply of which the network tells nothing comes from the thread of our own post."""
    root = network.says(ada, "anybody in?")
    _, arrivals = await drain(us)
    lost = network.says(ben, "here", root)
    network.lost.add(lost)
    posts, arrivals = await drain(us, arrivals.cursor)
    assert [(post.id, post.relation) for post in posts] == [(lost, Relation.TO_US)]
    posts, _ = await drain(us, arrivals.cursor)
    assert posts == []


async def test_a_thread_that_we_muted_stays_quiet(
    us: BlueskyAccount, network: BlueskyDouble, ada: Person, ben: Person
) -> None:
    """Who answers where we want to hear no more does not wait, though our post is read again."""
    root = network.says(ada, "anybody in?")
    _, arrivals = await drain(us)
    reply = network.says(ben, "here", root)
    network.lost.add(reply)
    network.flags[reply] = {"threadMuted": True}
    posts, _ = await drain(us, arrivals.cursor)
    assert posts == []


async def test_a_clock_that_was_ahead_hides_nothing(
    us: BlueskyAccount, network: BlueskyDouble, ada: Person, ben: Person
) -> None:
    """After a mention that the network has dated to a later year, others are heard all the same."""
    network.says(ben, "before", None, facets=mention_of(ada, "before"))
    _, arrivals = await drain(us)
    early = network.says(ben, "afar", None, facets=mention_of(ada, "afar"))
    ben.stored_at[early] = NOON + timedelta(days=4_000)
    _, arrivals = await drain(us, arrivals.cursor)
    late = network.says(ben, "first", None, facets=mention_of(ada, "first"))
    posts, _ = await drain(us, arrivals.cursor)
    assert [post.id for post in posts] == [late]


def test_a_clock_of_ours_that_stands_behind_is_none_of_theirs() -> None:
    """Where everything is of a later year, that is when it was said."""
    later = NOON + timedelta(days=400)
    assert newest_of([later], Line(), NOON) == later
    assert newest_of([later], Line(later), NOON) == later
    assert newest_of([later, NOON], Line(), NOON) == NOON
    assert newest_of([later], Line(NOON), NOON) is None


def test_a_cursor_that_is_too_long_is_none() -> None:
    """What a server calls its next page cannot make us forget how far we have read."""
    assert after_reading(Line(), NOON, NOON, "c" * 2_001).gap is None
    assert after_reading(Line(), NOON, NOON, "c").gap is not None


async def test_what_we_answered_elsewhere_is_ours(
    us: BlueskyAccount, network: BlueskyDouble, ada: Person, ben: Person
) -> None:
    """An answer from another client arrives as ours, with whom it answers."""
    theirs = network.says(ben, "hello", None, facets=mention_of(ada, "hello"))
    network.says(ada, "hello yourself", theirs)
    posts, _ = await drain(us)
    assert posts[-1].relation is Relation.OURS
    assert (posts[-1].parent, posts[-1].answers) == (theirs, f"bluesky:{ben.did}")


async def test_a_long_absence_is_read_page_by_page(
    us: BlueskyAccount, network: BlueskyDouble, ada: Person, ben: Person
) -> None:
    """Of 750 waiting comments each comes once, however many polls that takes, then new ones."""
    root = network.says(ada, "say something")
    said = [network.says(ben, f"number {n}", root) for n in range(750)]
    posts, arrivals = await drain(us)
    theirs = [post.id for post in posts if post.relation is Relation.TO_US]
    assert set(theirs) == set(said)
    assert len(arrivals.cursor) < 100_000
    more = network.says(ben, "one more", root)
    posts, _ = await drain(us, arrivals.cursor)
    assert more in {post.id for post in posts}


async def test_nothing_older_than_we_go_back_comes(
    us: BlueskyAccount, network: BlueskyDouble, ada: Person, ben: Person
) -> None:
    """What was said more than 90 days before the sign-in stays where it is."""
    old = network.says(ben, "long ago", None, facets=mention_of(ada, "long ago"))
    ben.stored_at[old] = NOON - timedelta(days=91)
    new = network.says(ben, "now", None, facets=mention_of(ada, "now"))
    posts, _ = await drain(us)
    assert [post.id for post in posts] == [new]


async def test_the_muted_are_not_heard(
    us: BlueskyAccount, network: BlueskyDouble, ada: Person, ben: Person
) -> None:
    """Whom we put away here or elsewhere does not reach us, at once."""
    root = network.says(ada, "quiet")
    _, arrivals = await drain(us)
    await us.keep_away(PersonId(f"bluesky:{ben.did}"), Distance.MUTE)
    network.says(ben, "loud", root)
    posts, arrivals = await drain(us, arrivals.cursor)
    assert posts == []
    assert ben.did in ada.muted
    ada.muted.clear()  # the network has not noticed yet
    network.says(ben, "louder", root)
    assert (await drain(us, arrivals.cursor))[0] == []


async def test_quotes_of_somebody_can_be_muted_alone(
    us: BlueskyAccount, network: BlueskyDouble, ada: Person, ben: Person
) -> None:
    """Where only somebody's quotes are muted, their replies come through."""
    root = network.says(ada, "a saying")
    ben.view["mutedOnlyQuoteposts"] = True
    embed = {"$type": "app.bsky.embed.record", "record": network.ref(root)}
    network.says(ben, "look at this", None, embed=embed)
    network.says(ben, "well said", root)
    posts, _ = await drain(us)
    assert [post.body for post in posts if post.relation is Relation.TO_US] == ["well said"]


async def test_a_block_is_made_once(us: BlueskyAccount, ada: Person, ben: Person) -> None:
    """Blocking somebody who is blocked already makes no second record."""
    person = PersonId(f"bluesky:{ben.did}")
    await us.keep_away(person, Distance.BLOCK)
    await us.keep_away(person, Distance.BLOCK)
    (block,) = ada.records["app.bsky.graph.block"].values()
    assert block["subject"] == ben.did
    with pytest.raises(Rejected):
        await us.keep_away(PersonId("mastodon:ben"), Distance.MUTE)


async def test_a_report_says_which_version(
    us: BlueskyAccount, network: BlueskyDouble, ben: Person
) -> None:
    """The moderators get our words and the post as it was; one that is gone cannot be told of."""
    bad = network.says(ben, "bad")
    await us.report(PostId(bad), "He is rude.")
    (told,) = network.reports
    assert (told["reason"], told["subject"]["uri"]) == ("He is rude.", bad)
    assert told["subject"]["cid"] == network.ref(bad)["cid"]
    network.remove(bad)
    with pytest.raises(Gone):
        await us.report(PostId(bad), "again")


async def test_handles_are_completed(us: BlueskyAccount, ben: Person) -> None:
    """A beginning finds people, without those who were put away, and nothing finds nobody."""
    (found,) = await us.complete("@be")
    assert (found.handle, found.name) == ("@ben.example", "Ben")
    await us.keep_away(found.person, Distance.MUTE)
    assert await us.complete("be") == ()
    assert await us.complete(" @") == ()
    assert ben.did in found.person


async def test_drafts_are_read_and_dropped(
    us: BlueskyAccount, network: BlueskyDouble, ada: Person
) -> None:
    """Drafts of another client are listed as drafts; a server without them has none."""
    ada.drafts["3k"] = {"posts": [{"text": "One\x1b"}, {"text": "Two"}], "odd": {}}
    (draft,) = await us.queued()
    assert (draft.kind, draft.body, draft.due_at) == (QueuedKind.DRAFT, "One\ufffd\n\nTwo", None)
    await us.drop_queued(draft.id)
    await us.drop_queued(draft.id)
    assert await us.queued() == ()
    network.missing_methods.add("getDrafts")
    assert await us.queued() == ()
    network.trouble["deleteDraft"] = Trouble(Refusal(400, "NotFound"))
    await us.drop_queued(QueuedId("gone"))


async def test_a_thread_whose_first_post_is_gone(
    us: BlueskyAccount, network: BlueskyDouble, ada: Person, ben: Person
) -> None:
    """What is left of a thread is read under a sign for what was deleted."""
    root = network.says(ben, "a question")
    network.says(ada, "an answer", root)
    ours = await the_newest(us)
    network.remove(root)
    thread = await us.thread(ours.thread)
    assert [(post.id, post.state, post.body) for post in thread.posts] == [
        (root, PostState.DELETED, ""),
        (ours.id, PostState.UP, "an answer"),
    ]


async def test_the_text_of_a_reply_names_its_root(
    us: BlueskyAccount, network: BlueskyDouble, ada: Person, ben: Person
) -> None:
    """A reply deep in a thread carries both what it answers and what the thread hangs under."""
    root = network.says(ada, "one")
    network.says(ben, "two", root)
    two = await the_newest(us)
    sent = await us.send(message_of(us, "three", two, 3))
    record = network.record(sent.id)
    assert record is not None
    assert record["reply"] == {"root": network.ref(root), "parent": network.ref(two.id)}
    assert (sent.thread, sent.parent, sent.answers) == (root, two.id, two.author.person)


async def test_names_links_and_tags_are_marked(
    us: BlueskyAccount, network: BlueskyDouble, ben: Person
) -> None:
    """Known handles, links and tags point somewhere; a handle that is nobody's stays words."""
    body = "👋🏽 @ben.example @no.example https://x.example/ü #Tide"
    sent = await us.send(with_target(message_of(us, body), language="en"))
    record = network.record(sent.id)
    assert record is not None
    kinds = [one["features"][0]["$type"].partition("#")[2] for one in record["facets"]]
    assert kinds == ["mention", "link", "tag"]
    assert record["facets"][0]["features"][0]["did"] == ben.did
    assert record["langs"] == ["en"]
    assert record["createdAt"] == "2026-11-22T12:00:00.000Z"
    assert sent.names == ("@ben.example",)


async def test_pictures_go_with_their_words(
    us: BlueskyAccount, network: BlueskyDouble, tmp_path: Path
) -> None:
    """Pictures are uploaded and hang on the post with their alt text, beside a quote too."""
    quoted = network.says(network.person("ben"), "look")
    files = {
        "a.png": _PNG, "b.jpg": b"\xff\xd8\xff\xe0", "c.webp": b"RIFF\0\0\0\0WEBPVP8 ",
        "d.gif": b"GIF89a",
    }  # fmt: skip
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    pictures = tuple(Picture(str(tmp_path / name), f"alt of {name}") for name in files)
    message = with_target(message_of(us, "see"), pictures=pictures, quotes=PostId(quoted))
    sent = await us.send(message)
    record = network.record(sent.id)
    assert record is not None
    assert [one["alt"] for one in record["embed"]["media"]["images"]] == [
        picture.alt for picture in pictures
    ]
    assert record["embed"]["record"]["record"]["uri"] == quoted
    assert sent.quotes == quoted
    one = await us.send(with_target(message_of(us, "one", None, 1), pictures=pictures[:1]))
    assert (network.record(one.id) or {})["embed"]["$type"] == "app.bsky.embed.images"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("big.png", _PNG + b"\0" * 1_000_000, "big.png is larger"),
        ("words.txt", b"hello", "words.txt is no picture"),
        ("none.png", None, "none.png cannot be read"),
    ],
)
async def test_a_picture_that_cannot_go(
    us: BlueskyAccount, network: BlueskyDouble, tmp_path: Path, name: str, data: bytes | None,
    words: str,
) -> None:  # fmt: skip
    """It is said which picture and why, and nothing is published."""
    if data is not None:
        (tmp_path / name).write_bytes(data)
    pictures = (Picture(str(tmp_path / name), "alt"),)
    with pytest.raises(Rejected, match=words):
        await us.send(with_target(message_of(us, "see"), pictures=pictures))
    assert not network.uploads
    assert await us.latest(5) == ()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"pictures": (Picture("/x", ""),) * 5}, "4 pictures"),
        ({"kind": TargetKind.EDIT}, "nobody change"),
        ({"quotes": PostId("at://did:plc:x/app.bsky.feed.post/3k")}, "quote is not there"),
        (
            {"kind": TargetKind.REPLY, "post": PostId("at://did:plc:x/app.bsky.feed.post/3k")},
            "answer is not there",
        ),
    ],
)
async def test_what_cannot_be_sent_is_told_why(
    us: BlueskyAccount, network: BlueskyDouble, fields: dict[str, object], words: str
) -> None:
    """It is refused before anything is written."""
    with pytest.raises(Rejected, match=words):
        await us.send(with_target(message_of(us, "no"), **fields))
    assert "putRecord" not in network.count()


@pytest.mark.parametrize(
    ("body", "words"),
    [("x" * 301, "300 characters; this has 301"), ("👨‍👩‍👧‍👦" * 200, "3,000 bytes")],
)
async def test_too_long_says_which_limit(us: BlueskyAccount, body: str, words: str) -> None:
    """Characters and bytes are two limits, and the one that is passed is named."""
    with pytest.raises(Rejected, match=words):
        await us.send(message_of(us, body))


async def test_authors_can_close_and_forbid(
    us: BlueskyAccount, network: BlueskyDouble, ada: Person, ben: Person
) -> None:
    """A closed thread and a post that may not be quoted are refused with their author's wish.

    Source: app.bsky.feed.defs#viewerState (replyDisabled, embeddingDisabled), 2026-11.
    """
    theirs = network.says(ben, "mine", None, facets=mention_of(ada, "mine"))
    network.flags[theirs] = {"replyDisabled": True, "embeddingDisabled": True}
    post = await the_newest(us)
    assert not post.can_be_quoted
    with pytest.raises(Rejected, match="closed this thread"):
        await us.send(message_of(us, "but", post))
    with pytest.raises(Rejected, match="does not let others quote"):
        await us.send(with_target(message_of(us, "so"), quotes=post.id))


async def test_a_send_again_is_one_post_though_the_surroundings_changed(
    us: BlueskyAccount, network: BlueskyDouble, ben: Person
) -> None:
    """A handle that is somebody's by the second try changes the record, and not what was said."""
    ben.handle = "other.example"
    message = message_of(us, "hi @ben.example")
    first = await us.send(message)
    ben.handle = "ben.example"
    second = await us.send(message)
    assert first.id == second.id
    assert len(await us.latest(5)) == 1
    assert "facets" not in (network.record(first.id) or {})


async def test_another_text_under_our_key_is_none_of_ours(
    us: BlueskyAccount, network: BlueskyDouble, ada: Person
) -> None:
    """What stands under the key with other words is not taken for what was sent."""
    message = message_of(us, "this")
    sent = await us.send(message)
    ada.records[POST][sent.id.rpartition("/")[2]]["text"] = "that"
    with pytest.raises(Rejected, match="Something else of ours"):
        await us.send(message)
    assert network.record(sent.id)


async def test_a_second_try_after_what_it_answers_is_gone(
    us: BlueskyAccount, network: BlueskyDouble, ada: Person, ben: Person
) -> None:
    """What went out at the first try is found, though it could not be sent any more."""
    root = network.says(ben, "hm", None, facets=mention_of(ada, "hm"))
    message = message_of(us, "so it is", await the_newest(us))
    network.trouble["putRecord"] = Trouble(is_done=True)
    with pytest.raises(Unclear):
        await us.send(message)
    network.remove(root)
    assert (await us.send(message)).body == "so it is"


@pytest.mark.parametrize(
    ("method", "trouble", "error"),
    [
        ("putRecord", Trouble(), Unclear),
        ("putRecord", Trouble(is_done=True), Unclear),
        ("putRecord", Trouble(Refusal(500, "InternalServerError")), Unclear),
        ("putRecord", Trouble(Refusal(500, "InternalServerError"), is_done=True), Unclear),
        ("putRecord", Trouble(Refusal(502, "UpstreamFailure")), Unclear),
        ("putRecord", Trouble(Refusal(400, "InvalidRequest", "at $.record.text")), Rejected),
        ("putRecord", Trouble(Refusal(404, "NotFound")), Rejected),
        ("putRecord", Trouble(Refusal(429, "RateLimitExceeded", Retry_After="290")), RateLimited),
        ("putRecord", Trouble(Refusal(401, "AuthMissing"), times=2), SignedOut),
        ("resolveHandle", Trouble(Refusal(503, "NotEnoughResources"), times=9), Unreachable),
        ("resolveHandle", Trouble(times=9), Unreachable),
    ],
)
async def test_each_failure_of_a_send_says_what_is_known(
    us: BlueskyAccount, network: BlueskyDouble, method: str, trouble: Trouble,
    error: type[NetworkError],
) -> None:  # fmt: skip
    """Certainly out, certainly not, or not known: no failure claims more than is so."""
    network.trouble[method] = trouble
    with pytest.raises(error) as caught:
        await us.send(message_of(us, "hi @ben.example"))
    assert type(caught.value) is error
    puts = network.count()["putRecord"]
    assert puts == (0 if method == "resolveHandle" else 2 if error is SignedOut else 1)


async def test_a_limit_says_how_long(us: BlueskyAccount, network: BlueskyDouble) -> None:
    """What the server asks for reaches the outbox; Source: Retry-After seen on the real server."""
    network.trouble["putRecord"] = Trouble(
        Refusal(429, "RateLimitExceeded", "Rate Limit Exceeded", Retry_After="290")
    )
    with pytest.raises(RateLimited) as caught:
        await us.send(message_of(us, "hi"))
    assert caught.value.retry_after_s == 290


async def test_the_end_of_a_key_while_looking_is_not_known(
    us: BlueskyAccount, network: BlueskyDouble
) -> None:
    """Where the record stands and cannot be read, the send is neither out nor not."""
    network.trouble["putRecord"] = Trouble(Refusal(400, "InvalidSwap", "Record was at bafy"))
    network.trouble["getRecord"] = Trouble(Refusal(400, "InvalidRequest", "odd"), times=5)
    with pytest.raises(Unclear):
        await us.send(message_of(us, "hi"))
    network.trouble.clear()
    network.trouble["putRecord"] = Trouble(Refusal(400, "InvalidSwap", "Record was at bafy"))
    with pytest.raises(Rejected):
        await us.send(message_of(us, "hi"))


async def test_nobody_at_home_is_unreachable(
    us: BlueskyAccount, network: BlueskyDouble, door: Door, clock: FakeClock
) -> None:
    """Where no connection is made nothing left."""
    who, secrets = await sign_in_bluesky(
        "ada.example", Secret("ada-password"), door, clock, network.base_url
    )
    nowhere = replace(who, server=f"http://127.0.0.1:{_free_port()}")

    async def keep(_: object) -> None:
        """Keep nothing."""

    named = Door(clock, named_hosts=frozenset((nowhere.server.removeprefix("http://"),)))
    away = await open_bluesky(nowhere, secrets, named, clock, keep)
    with pytest.raises(Unreachable):
        await away.send(message_of(away, "hi"))
    await named.close()
    assert account_of(who) == us.account


async def test_only_our_own_is_taken_back(us: BlueskyAccount, network: BlueskyDouble) -> None:
    """What somebody else said, or no post at all, is not ours to delete."""
    theirs = network.says(network.person("ben"), "mine")
    for post in (theirs, "nonsense", f"at://{us.account.author.person[8:]}/app.bsky.graph.block/x"):
        with pytest.raises(Rejected):
            await us.take_back(PostId(post))
    assert network.record(theirs)


async def test_what_they_take_back_is_told(
    us: BlueskyAccount, network: BlueskyDouble, ada: Person, ben: Person, clock: FakeClock
) -> None:
    """A comment that its author deletes is gone within a minute of polls."""
    root = network.says(ada, "well?")
    reply = network.says(ben, "oops", root)
    _, arrivals = await drain(us)
    network.remove(reply)
    await clock.advance(61)
    _, arrivals = await drain(us, arrivals.cursor)
    assert arrivals.gone == (reply,)
    _, arrivals = await drain(us, arrivals.cursor)
    assert arrivals.gone == ()


async def test_our_deleted_post_that_is_read_again_brings_no_trouble(
    us: BlueskyAccount, network: BlueskyDouble, ada: Person, ben: Person
) -> None:
    """A thread that goes away between two calls of one poll is no error."""
    root = network.says(ada, "well?")
    network.says(ben, "yes", root)
    network.trouble["getPostThread"] = Trouble(Refusal(400, "NotFound"))
    posts, _ = await drain(us)
    assert len(posts) == 2


@pytest.mark.parametrize("cursor", ["", "nonsense", "{}", '{"told": 3}', "x" * 200_000])
async def test_a_cursor_of_another_kind_is_a_beginning(
    us: BlueskyAccount, network: BlueskyDouble, ada: Person, cursor: str
) -> None:
    """Whatever was stored, the account is read."""
    network.says(ada, "hello")
    posts, _ = await drain(us, Cursor(cursor))
    assert len(posts) == 1
    assert mark_of(Cursor(cursor)).told.newest is None


async def test_waiting_lasts_an_interval(us: BlueskyAccount, clock: FakeClock) -> None:
    """A poll is due after the interval, and not before."""
    waiting = asyncio.create_task(us.wait())
    await clock.advance(POLL_S - 1)
    assert not waiting.done()
    await clock.advance(1)
    assert waiting.done()
    await us.close()


async def test_a_strange_address_of_a_record_is_not_shown(
    us: BlueskyAccount, network: BlueskyDouble
) -> None:
    """A server that answers a send with nonsense leaves it unknown."""
    network.trouble["putRecord"] = Trouble(Refusal(200, "x"))
    with pytest.raises(Unclear):
        await us.send(message_of(us, "hi"))


class _Quick(FakeClock):
    """A clock on which waiting costs nothing."""

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self._pass(seconds)
        await super().sleep(0)


@pytest.fixture
def quick() -> _Quick:
    """Noon."""
    return _Quick()


class _Spaced(Stage):
    """A stage on which no two keys are pressed within one millisecond."""

    def message(self, body: str, above: Post | None = None) -> Message:
        """Make a message."""
        made = Stage.message(self, body, above)
        number = int(made.key.rpartition("-")[2])
        return replace(made, pressed_at=NOON + timedelta(milliseconds=number + 1))


class TestConformance(Conformance):
    """Bluesky is a network like any other, but that talk among others does not come by itself."""

    @pytest.fixture
    async def stage(
        self, network: BlueskyDouble, door: Door, quick: _Quick, ada: Person, ben: Person
    ) -> Stage:
        """Ada and Ben; what Ben says to nobody names Ada, since nothing else comes to her."""

        async def keep(_: object) -> None:
            """Keep nothing."""

        who, secrets = await sign_in_bluesky(
            ada.handle, Secret(ada.password), door, quick, network.base_url
        )

        async def they_say(body: str, above: PostId | None) -> PostId:
            facets = mention_of(ada, body) if above is None else []
            return PostId(network.says(ben, body, above, facets=facets))

        us = await open_bluesky(who, secrets, door, quick, keep)
        return _Spaced(us, they_say, itertools.count())

    async def test_an_answer_to_us_is_to_us(self, stage: Stage) -> None:
        """A reply to our post is a comment; our own is ours; what names us is to us."""
        ours = await stage.us.send(stage.message("who is in?"))
        answer = await stage.they_say("me", ours.id)
        named = await stage.they_say("you", None)
        posts, _ = await drain(stage.us)
        by_id = {post.id: post for post in posts}
        assert by_id[ours.id].relation is Relation.OURS
        assert by_id[answer].relation is Relation.TO_US
        assert by_id[answer].answers == stage.us.account.author.person
        assert (by_id[answer].parent, by_id[answer].thread) == (ours.id, ours.thread)
        assert by_id[named].relation is Relation.TO_US

    async def test_talk_among_others_is_not_to_us(
        self, stage: Stage, network: BlueskyDouble, ben: Person
    ) -> None:
        """A reply to somebody else in our thread is shown there and waits for nobody."""
        ours = await stage.us.send(stage.message("who is in?"))
        answer = await stage.they_say("me", ours.id)
        aside = network.says(network.person("cleo"), "and he", answer)
        thread = await stage.us.thread(ThreadId(ours.id))
        relations = {post.id: post.relation for post in thread.posts}
        assert relations[PostId(aside)] is Relation.AROUND
        assert ben.did in answer


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
