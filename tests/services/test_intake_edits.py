"""What is edited, renamed, held or marked on its network is so here, and nobody waits twice."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.intake import Intake
from services.model.changes import Family
from services.model.ids import AccountId, PersonId, PostId, ThreadId
from services.model.posts import Medium, MediumKind, Post, PostState, Reach
from services.model.sending import Draft, TargetKind
from services.model.waiting import Lane, WaitState
from services.networks.base import Arrivals, Cursor
from services.store.database import Transaction
from services.text.clean import clean, clean_line, clean_url
from tests.builders import THREAD, US, a_post, a_post_around, a_send, a_target, an_answer, at
from tests.services.test_intake import Rig, open_rig


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    """Everything on fresh files."""
    async with open_rig(tmp_path) as opened:
        yield opened


def edited(post: Post, body: str, **fields: object) -> Post:
    """Give a post with other words."""
    return replace(post, body=clean(body), edited_at=at(500), **fields)


async def renamed(rig: Rig, *pairs: tuple[str, str], posts: tuple[Post, ...] = ()) -> None:
    """Take an arrival in that renames."""
    names = tuple((PostId(old), PostId(new)) for old, new in pairs)
    await rig.intake.take(US.id, Arrivals(posts, Cursor("9"), renamed=names))


RICH = a_post(
    "p1",
    "Look at them.",
    state=PostState.HELD,
    warning=clean_line("birds"),
    language="en-GB",
    media=(
        Medium(MediumKind.PICTURE, clean_line("A heron"), clean_url("https://a.example/1.png")),
        Medium(MediumKind.SOUND, clean_line(""), None),
    ),
    quotes=PostId("q1"),
    names=(clean_line("@cleo@chat.example"),),
    edited_at=at(3),
    can_be_quoted=True,
)


async def test_all_that_a_post_has_is_kept_in_both_files(rig: Rig) -> None:
    """Read again from comments, from the cache, and in the row that waits."""
    around = replace(RICH, id=PostId("r2"), thread=ThreadId("r2"))
    await rig.take(RICH, a_post_around("r1"), around)
    (kept,) = (await rig.tables.comments.thread(US.id, THREAD)).posts
    assert kept == RICH
    assert (await rig.tables.threads.read(US.id, THREAD)).posts == (RICH,)
    row = next(one for one in await rig.waiting() if one.post == "p1")
    assert row.is_held
    assert row.warning == "birds"


async def test_small_things_that_other_hands_broke_hide_no_words(rig: Rig) -> None:
    """Media and names that cannot be read are left out; those that can are cleaned."""
    await rig.take(RICH)
    async with rig.files.private.write() as tx:
        await tx.run("UPDATE comment SET media = '[[1]]', names = '{'")
    (post,) = (await rig.tables.comments.thread(US.id, THREAD)).posts
    assert (post.media, post.names, post.body) == ((), (), "Look at them.")
    async with rig.files.private.write() as tx:
        await tx.run(
            """UPDATE comment SET media = '[["kite", "", null]]', names = '["\\u001b[31m@x"]'"""
        )
    (post,) = (await rig.tables.comments.thread(US.id, THREAD)).posts
    assert post.media == ()
    assert "\x1b" not in post.names[0]


async def test_an_edit_changes_what_waits_and_what_is_found(rig: Rig) -> None:
    """The row, the thread, the search and what we remember say the new words; it waits once."""
    first = a_post("p1", "Was it a heron?", created_at=at(10))
    await rig.take(first)
    assert await rig.take(first) == frozenset()
    after = edited(first, "It was a stork.", warning=clean_line("storks"))
    assert await rig.take(after) == {Family.WAITING, Family.THREADS}
    assert await rig.take(after) == frozenset()
    (row,) = await rig.waiting()
    assert (row.body, row.warning, row.words) == ("It was a stork.", "storks", 1)
    assert row.lane is Lane.REST
    assert row.since_at == at(10)
    assert await rig.tables.comments.search("heron") == ()
    assert [post.id for post in await rig.tables.comments.search("stork")] == ["p1"]
    (cached,) = (await rig.tables.threads.read(US.id, THREAD)).posts
    assert cached.body == "It was a stork."
    (person,) = await rig.files.private.read("SELECT last_body FROM person WHERE words > 0")
    assert person["last_body"] == "It was a stork."


async def test_an_edition_of_yesterday_does_not_come_back(rig: Rig) -> None:
    """Pages that overlap may bring the words from before."""
    first = a_post("p1", "One.")
    await rig.take(replace(edited(first, "Three."), edited_at=at(90)))
    assert await rig.take(replace(edited(first, "Two."), edited_at=at(50))) == frozenset()
    assert [row.body for row in await rig.waiting()] == ["Three."]


async def test_an_edit_of_what_was_answered_opens_nothing(rig: Rig) -> None:
    """Whoever was answered stays answered, whatever they make of their words; so does an undo."""
    first = a_post("p1", "Thanks!", created_at=at(10))
    await rig.take(first, an_answer("a1", created_at=at(60)))
    assert await rig.waiting() == ()
    await rig.take(edited(first, "Thanks! But why?"))
    assert await rig.waiting() == ()
    (row,) = await rig.files.private.read("SELECT state, body FROM waiting")
    assert tuple(row) == (WaitState.ANSWERED, "Thanks! But why?")


async def test_an_edit_of_an_earlier_word_leaves_the_last_one_shown(rig: Rig) -> None:
    """The row shows their last word; the earlier one is other in the thread."""
    first = a_post("p1", "One.", created_at=at(10))
    await rig.take(first, a_post("p2", "Two.", created_at=at(20)))
    await rig.take(edited(first, "One and a half."))
    (row,) = await rig.waiting()
    assert (row.body, row.post, row.words) == ("Two.", "p2", 2)


async def test_our_own_edit_is_in_what_we_remember(rig: Rig) -> None:
    """Whoever edits in another client finds it so here: thread and exchange."""
    rig.sitting = None
    ours = an_answer("a1", "It is.", created_at=at(60))
    await rig.take(a_post("p1", created_at=at(10)))
    await rig.land(post="a1")
    assert [one.our_words for one in await rig.exchanges()] == ["It is."]
    changed = await rig.take(edited(ours, "It was."))
    assert changed == {Family.WAITING, Family.THREADS}
    assert [one.our_words for one in await rig.exchanges()] == ["It was."]
    assert await rig.waiting() == ()


async def test_a_comment_that_is_approved_loses_its_mark(rig: Rig) -> None:
    """Held until then; it waits all the while, in the lane that its words give it."""
    held = a_post("p1", "May I ask something?", state=PostState.HELD)
    await rig.take(held)
    (row,) = await rig.waiting()
    assert row.is_held
    assert row.lane is Lane.QUESTION
    await rig.take(replace(held, state=PostState.UP))
    (row,) = await rig.waiting()
    assert not row.is_held


@pytest.mark.parametrize(
    "state", [PostState.SPAM, PostState.DELETED, PostState.MISSING, PostState.BLOCKED]
)
async def test_what_was_taken_away_does_not_wait(rig: Rig, state: PostState) -> None:
    """Nor does it begin to; back again, it does."""
    await rig.take(a_post("p1", state=state))
    assert await rig.waiting() == ()
    await rig.take(a_post("p1"))
    assert len(await rig.waiting()) == 1
    assert await rig.take(a_post("p1", state=state)) >= {Family.WAITING}
    assert await rig.waiting() == ()


async def test_our_answer_deleted_elsewhere_lets_them_wait_again(rig: Rig) -> None:
    """As taking it back here does."""
    await rig.take(a_post("p1", created_at=at(10)), an_answer("a1", created_at=at(60)))
    assert await rig.waiting() == ()
    await rig.take(an_answer("a1", "", created_at=at(60), state=PostState.DELETED))
    assert len(await rig.waiting()) == 1


async def test_reading_a_thread_takes_over_edits_and_deletions(rig: Rig) -> None:
    """Of what was said between us; strangers' words are in the cache alone."""
    first, second = a_post("p1", "One.", created_at=at(1)), a_post("p2", "Two.", created_at=at(2))
    around = a_post_around("r1", "Around.")
    await rig.take(first, second)
    assert await rig.intake.keep((around,)) == {Family.THREADS}
    assert await rig.intake.keep((around,)) == frozenset()
    changed = await rig.intake.keep((edited(first, "Uno."), edited(around, "Along.")))
    assert changed == {Family.WAITING, Family.THREADS}
    gone = replace(second, body=clean(""), state=PostState.DELETED)
    assert await rig.intake.keep((gone,)) == {Family.WAITING, Family.THREADS}
    (row,) = await rig.waiting()
    assert (row.body, row.post) == ("Uno.", "p1")


async def test_topics_hear_of_edits_and_of_nothing_that_is_between_two(rig: Rig) -> None:
    """An edited post leaves them and comes again; held and direct ones never come."""
    told: list[tuple[list[str], list[str]]] = []

    async def hear(posts: tuple[Post, ...], gone: tuple[tuple[AccountId, PostId], ...]) -> None:
        told.append(([post.body for post in posts], [post for _, post in gone]))

    intake = Intake(rig.files.private, rig.files.cache, lambda: None, hear)
    post = a_post_around("r1", "One.")
    quiet = (a_post("d1", reach=Reach.DIRECT), a_post("h1", state=PostState.HELD))
    await intake.take(US.id, Arrivals((post, *quiet), Cursor("1")))
    await intake.take(US.id, Arrivals((edited(post, "Two."),), Cursor("2")))
    await intake.take(US.id, Arrivals((edited(post, "Two."),), Cursor("2")))
    await intake.take(
        US.id,
        Arrivals(
            (replace(edited(post, "Two."), id=PostId("r9")),),
            Cursor("3"),
            renamed=((PostId("r1"), PostId("r9")),),
        ),
    )
    assert told == [(["One."], []), ([], ["r1"]), (["Two."], []), ([], ["r9"]), (["Two."], ["r1"])]


async def test_a_new_name_is_carried_through(rig: Rig) -> None:
    """Comment, what hangs on it, the row that waits, search, cache: all by the new name."""
    reply = an_answer("a1", parent=PostId("p1"), answers=None, created_at=at(60))
    await rig.take(a_post("p1", "A heron.", created_at=at(1)), reply)
    await rig.take(a_post("p2", "Another.", created_at=at(90)))
    await renamed(rig, ("p2", "p2x"), ("p1", "p1x"))
    posts = (await rig.tables.comments.thread(US.id, THREAD)).posts
    assert [(post.id, post.parent) for post in posts] == [
        ("p1x", None),
        ("a1", "p1x"),
        ("p2x", None),
    ]
    cached = (await rig.tables.threads.read(US.id, THREAD)).posts
    assert [(post.id, post.parent) for post in cached] == [
        ("p1x", None),
        ("a1", "p1x"),
        ("p2x", None),
    ]
    (row,) = await rig.waiting()
    assert row.post == "p2x"
    assert [post.id for post in await rig.tables.comments.search("heron")] == ["p1x"]
    before = await rig.whole()
    await renamed(rig, ("p1", "p1x"), ("nobody", "knows"))
    assert await rig.whole() == before


async def test_a_root_that_is_renamed_takes_its_thread_along(rig: Rig) -> None:
    """Five who wait under it are one pile still, counted once; drafts speak to the new name."""
    root = ThreadId("t1")
    await rig.take(an_answer("t1", "Well?", answers=None, created_at=at(0)))
    names = ("ben", "cleo", "dan", "eve", "fay")
    await rig.take(
        *(
            a_post(f"p{place}", by=name, created_at=at(place + 1), parent=PostId("t1"))
            for place, name in enumerate(names)
        )
    )
    target = a_target(thread=root)
    await rig.tables.drafts.save(Draft(target, "Well…", at(1)))
    await renamed(rig, ("t1", "t1x"))
    (pile,) = await rig.waiting()
    assert (pile.thread, pile.people) == ("t1x", 5)
    assert (await rig.tables.waiting.read(at(3000))).people == 5
    moved = await rig.tables.drafts.read(US.id, replace(target, thread=ThreadId("t1x")).key)
    assert moved is not None
    assert moved.target.thread == "t1x"
    assert (await rig.tables.threads.read(US.id, root)).posts == ()
    under = (await rig.tables.threads.read(US.id, ThreadId("t1x"))).posts
    assert {post.parent for post in under} == {None, "t1x"}
    await rig.take(
        an_answer("a1", to="ben", thread=ThreadId("t1x"), created_at=at(900)),
    )
    assert {one.people for one in await rig.waiting()} == {1}
    assert len(await rig.waiting()) == 4


async def test_two_names_that_are_both_known_become_one(rig: Rig) -> None:
    """The new one came first, in another page: one post, one who waits, one word counted."""
    new = ThreadId("t1x")
    await rig.take(
        a_post("p1", "One?", created_at=at(1)),
        a_post("p1x", "One?", created_at=at(1)),
        a_post("p2", "Two.", created_at=at(2), thread=new),
        a_post("t1", by="cleo", created_at=at(0)),
    )
    assert (await rig.tables.waiting.read(at(3000))).people == 3
    await renamed(rig, ("p1", "p1x"), ("t1", "t1x"))
    rows = {str(row.author.name): row for row in await rig.waiting()}
    assert set(rows) == {"Ben", "Cleo"}
    assert (rows["Ben"].thread, rows["Ben"].words, rows["Ben"].post) == ("t1x", 2, "p2")
    assert (await rig.tables.waiting.read(at(3000))).people == 2
    (counts,) = await rig.files.private.read("SELECT people, last_words FROM waiting_count")
    assert tuple(counts) == (2, 0)


async def test_an_edit_of_ours_that_has_arrived_is_written_down_once(rig: Rig) -> None:
    """No new exchange; the words and the name are the new ones, and the first send knows it."""
    await rig.take(a_post("p1", created_at=at(1)))
    await rig.land(post="a1")

    async def land(tx: Transaction) -> None:
        target = a_target(kind=TargetKind.EDIT, edits=PostId("a1"))
        ours = edited(an_answer("a1", created_at=at(60)), "It was.", id=PostId("a1x"))
        await rig.intake.land(tx, a_send(id="send2", target=target, post=PostId("a1x")), ours)

    await rig.files.private.write_whole(land)
    assert [one.our_words for one in await rig.exchanges()] == ["It was."]
    posts = (await rig.tables.comments.thread(US.id, THREAD)).posts
    assert [(post.id, post.body) for post in posts] == [
        ("p1", "The heron is back."),
        ("a1x", "It was."),
    ]
    assert await rig.waiting() == ()
    assert PersonId("commons:ben") in {post.answers for post in posts}


@pytest.mark.parametrize(
    "moment", [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)]
)
async def test_a_clock_at_the_end_of_time_stops_nobody(rig: Rig, moment: datetime) -> None:
    """A word from the first or the last moment that there is, and its answer, are taken in."""
    odd = a_post("p1", created_at=moment)
    await rig.take(
        odd, an_answer("a1", parent=odd.id), a_post("p2", "And you?", parent=PostId("a1"))
    )
    assert (await rig.tables.comments.thread(US.id, THREAD)).posts
