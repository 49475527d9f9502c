"""Whoever waits for an account that is signed out is in no list, and comes back with it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.model.ids import AccountId, NetworkName, ThreadId
from services.model.posts import Post
from services.model.waiting import Order, WaitState
from services.networks.base import Arrivals, Cursor
from services.store.accounts import AccountRows
from services.store.cursors import read_cursor
from tests.builders import US, a_post, an_answer, at
from tests.services.test_intake import Rig, open_rig

OTHER = AccountId("bluesky:@other")


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    """Two accounts: a pile of six and a last word for one, one person for the other."""
    async with open_rig(tmp_path) as opened:
        await AccountRows(opened.files.private).arrive(US.id, NetworkName.COMMONS)
        await AccountRows(opened.files.private).arrive(OTHER, NetworkName.BLUESKY)
        names = ("ben", "cleo", "dan", "eve", "fay", "gus")
        await opened.take(
            *(a_post(f"p{n}", by=name, created_at=at(n)) for n, name in enumerate(names)),
            a_post("q1", "Where?", by="hal", thread=ThreadId("t2"), created_at=at(1)),
            a_post("q2", "Thanks!", by="ida", thread=ThreadId("t2"), created_at=at(2)),
            a_post("q3", by="jon", thread=ThreadId("t2"), created_at=at(3)),
            an_answer("a1", to="jon", thread=ThreadId("t2"), created_at=at(60)),
        )
        await opened.intake.take(OTHER, theirs("x1"))
        yield opened


def theirs(post: str) -> Arrivals:
    """Give a comment to the other account."""
    return Arrivals((of_other(a_post(post, by="kim")),), Cursor("5"))


def of_other(post: Post) -> Post:
    """Let a post be the other account's."""
    return replace(post, account=OTHER, network=NetworkName.BLUESKY)


async def shown(rig: Rig) -> tuple[list[object], int, int]:
    """Read the list as its rows and its two counts."""
    found = await rig.tables.waiting.read(at(3000))
    oldest = await rig.tables.waiting.read(at(3000), Order.OLDEST)
    assert {row.id for row in oldest.rows} == {row.id for row in found.rows}
    return list(found.rows), found.people, found.last_words


async def test_signed_out_they_wait_nowhere_and_come_back_as_they_were(rig: Rig) -> None:
    """Piles, lanes, counts, what was seen, set aside and watched."""
    rows = AccountRows(rig.files.private)
    (watched,) = [row for row in await rig.waiting() if row.author.name == "Hal"]
    await rig.tables.waiting.decide(watched.id, WaitState.WATCHING)
    before = await rig.whole()
    as_shown = await shown(rig)
    assert as_shown[1:] == (7, 1)
    await rows.leave(US.id)
    await rows.leave(US.id)
    left, people, last_words = await shown(rig)
    assert [getattr(row, "account", None) for row in left] == [OTHER]
    assert (people, last_words) == (1, 0)
    assert await rig.tables.waiting.watched() == ()
    assert await rig.tables.waiting.pile(US.id, ThreadId("t1")) == ()
    assert await rig.tables.waiting.waited_a_day(at(10**6)) == 1
    assert await rig.tables.waiting.decide(watched.id, WaitState.SEEN) is None
    found = await rig.tables.waiting.one(watched.id)
    assert found is not None
    assert found.state is WaitState.WATCHING
    await rows.arrive(US.id, NetworkName.COMMONS)
    await rows.arrive(US.id, NetworkName.COMMONS)
    assert await shown(rig) == as_shown
    # A pile that has become nobody's is kept by single steps and not by a rebuilding.
    nobody = "pile ('commons:ada', 't2', 0, None, None)"
    assert await rig.whole() == [line for line in before if line != nobody]


async def test_forgotten_words_are_nowhere_and_others_stay(rig: Rig) -> None:
    """Comments, search, waiting, exchanges and cursor of that account alone."""
    rows = AccountRows(rig.files.private)
    await rows.leave(US.id)
    await rows.forget(US.id)
    left, people, last_words = await shown(rig)
    assert (len(left), people, last_words) == (1, 1, 0)
    assert await read_cursor(rig.files.private, US.id) is None
    assert await read_cursor(rig.files.private, OTHER) == "5"
    assert {post.account for post in await rig.tables.comments.search("heron")} == {OTHER}
    assert await rows.present() == {OTHER}
    private = "\n".join(line for line in await rig.whole() if line.startswith("person"))
    assert "heron" in private
    assert "Where?" not in private


async def test_who_forgets_before_leaving_counts_right(rig: Rig) -> None:
    """The counts are those of the others."""
    await AccountRows(rig.files.private).forget(US.id)
    assert (await shown(rig))[1:] == (1, 0)


async def test_held_back_people_are_counted_over_accounts_that_are_here(rig: Rig) -> None:
    """Kept per account, changed by what a poll says, not by one that says nothing."""
    rows = AccountRows(rig.files.private)
    assert await rows.held_back() == 0
    await rig.intake.take(US.id, Arrivals((), Cursor("2"), held_back=3))
    heard = await rig.intake.take(OTHER, Arrivals((), Cursor("6"), held_back=2))
    assert heard.families
    assert await rows.held_back() == 5
    heard = await rig.intake.take(OTHER, Arrivals((), Cursor("6"), held_back=2))
    assert not heard.families
    await rig.intake.take(OTHER, Arrivals((), Cursor("7")))
    await rows.leave(US.id)
    assert await rows.held_back() == 2
