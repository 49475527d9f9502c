"""What arrives is written down once, whole, and mended by asking again."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from services.desk import Files
from services.errors import DiskFull, StoreError
from services.intake import Intake
from services.model.changes import Family
from services.model.debrief import Exchange
from services.model.ids import PersonId, PostId, SessionId
from services.model.people import Acquaintance, Talks
from services.model.session import Plan, Sitting
from services.model.waiting import Lane, Waiting, WaitState
from services.reading import Tables, tables_of
from services.store.cursors import read_cursor
from services.store.database import Database, Transaction
from tests.builders import (
    THREAD,
    US,
    a_post,
    a_post_around,
    a_send,
    a_target,
    an_answer,
    arrivals,
    at,
    open_pair,
)

R = TypeVar("R")
SITTING = Sitting(SessionId("s1"), Plan(20), at(30), at(1230), extensions=0)


@dataclass
class Rig:
    """Two files, what writes them, and what reads them."""

    files: Files
    intake: Intake
    tables: Tables
    sitting: Sitting | None = None

    async def take(self, *posts: object, **fields: object) -> frozenset[Family]:
        """Take posts in; gives what changed."""
        heard = await self.intake.take(US.id, arrivals(*posts, **fields))  # type: ignore[arg-type]
        return heard.families

    async def waiting(self) -> tuple[Waiting, ...]:
        """Read who waits."""
        return (await self.tables.waiting.read(at(3000))).rows

    async def exchanges(self, session: str = "s1") -> tuple[Exchange, ...]:
        """Read the exchanges of a session."""
        return await self.tables.exchanges.of_session(SessionId(session))

    async def land(self, send: str = "send1", post: str = "a1", **fields: Any) -> None:  # noqa: ANN401
        """Let a send of ours arrive in session s1."""
        async with self.files.private.write() as tx:
            ours = an_answer(post, **fields)
            await self.intake.land(tx, a_send(session=SessionId("s1"), id=send), ours)

    async def unsay(self, post: str = "a1") -> None:
        """Take a post of ours back."""
        async with self.files.private.write() as tx:
            await self.intake.unsay(tx, a_send(post=PostId(post)))

    async def whole(self) -> list[str]:
        """Give every row of both files, as text."""
        return [
            line for file in (self.files.private, self.files.cache) for line in await _dump(file)
        ]


async def _dump(file: Database) -> list[str]:
    tables = await file.read("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    return [
        f"{table['name']} {tuple(row)}"
        for table in tables
        for row in await file.read(f'SELECT * FROM "{table["name"]}"')  # noqa: S608 - our names
    ]


@asynccontextmanager
async def open_rig(directory: Path) -> AsyncIterator[Rig]:
    """Open everything."""
    async with open_pair(directory) as files:
        opened = Rig(
            files,
            Intake(files.private, files.cache, lambda: opened.sitting),
            tables_of(files.private, files.cache),
        )
        yield opened


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    """Everything on fresh files."""
    async with open_rig(tmp_path) as opened:
        yield opened


EVENING = (
    a_post_around("r1", "A heron at the weir #herons", created_at=at(0)),
    a_post("p1", "Where was it?", created_at=at(10)),
    an_answer("a1", created_at=at(60)),
    a_post("p2", "Lovely. And when?", created_at=at(90)),
    a_post("p3", "I saw it too.", by="cleo", created_at=at(95)),
)


async def test_the_same_arrivals_twice_change_nothing(rig: Rig) -> None:
    """Both files hold the same rows after the second taking, and nothing is said to change."""
    first = await rig.take(*EVENING)
    assert first == {Family.WAITING, Family.THREADS}
    once = await rig.whole()
    assert await rig.take(*EVENING) == frozenset()
    assert await rig.whole() == once


async def test_a_post_at_a_time_is_the_same_as_all_at_once(tmp_path: Path) -> None:
    """How the arrivals were cut into polls leaves no trace."""
    async with open_rig(tmp_path / "one") as one, open_rig(tmp_path / "many") as many:
        await one.take(*EVENING)
        for post in EVENING:
            await many.take(post)
        assert await one.whole() == await many.whole()


class _Full(Database):
    """A private file whose disk is full."""

    async def write_whole(self, work: Callable[[Transaction], Coroutine[Any, Any, R]]) -> R:
        """Write, and fail before the commit."""

        async def fail(tx: Transaction) -> R:
            await work(tx)
            raise DiskFull("The disk is full.")

        return await super().write_whole(fail)


async def test_a_crash_between_the_two_files_is_mended_by_polling_again(rig: Rig) -> None:
    """The cache has the posts, the private file nothing; the cursor stood still, so it comes."""
    private = rig.files.private
    full = _Full(private.path, private.schema, private._writer, private._reader)
    with pytest.raises(DiskFull):
        await Intake(full, rig.files.cache, lambda: None).take(US.id, arrivals(*EVENING))
    assert await read_cursor(private, US.id) is None
    assert await rig.waiting() == ()
    assert (await rig.tables.threads.read(US.id, THREAD)).posts
    await rig.take(*EVENING, cursor="7")
    assert await read_cursor(private, US.id) == "7"
    assert [row.author.name for row in await rig.waiting()] == ["Ben", "Cleo"]


async def test_an_empty_poll_moves_only_the_cursor(rig: Rig) -> None:
    """Nothing new is no change."""
    assert await rig.take(cursor="5") == frozenset()
    assert await read_cursor(rig.files.private, US.id) == "5"


async def test_posts_around_us_make_nobody_wait(rig: Rig) -> None:
    """They are topics and threads, and nobody is written down as having spoken to us."""
    await rig.take(a_post_around())
    assert await rig.waiting() == ()
    assert await rig.tables.people.talks(PersonId("commons:ben")) == Talks()


async def test_an_answer_in_a_session_is_an_exchange(rig: Rig) -> None:
    """Their words and ours, when and with whom, and whether it was a question."""
    await rig.take(a_post("p1", "Where was it?", created_at=at(10)))
    await rig.land(created_at=at(60))
    (made,) = await rig.exchanges()
    assert made == Exchange(
        author=a_post().author,
        network=US.network,
        acquaintance=Acquaintance.NEW,
        asked_at=at(10),
        answered_at=at(60),
        was_question=True,
        returned_at=None,
        their_words=a_post(body="Where was it?").body,
        our_words=an_answer().body,
    )
    assert await rig.waiting() == ()
    assert (await rig.tables.people.talks(PersonId("commons:ben"))).exchanges == 1


async def test_the_second_exchange_with_somebody_is_again(rig: Rig) -> None:
    """Whom we have answered before is not new, whoever was away for months is back."""
    await rig.take(a_post("p1", created_at=at(10)))
    await rig.land()
    await rig.take(a_post("p2", created_at=at(90)))
    await rig.land("send2", "a2", created_at=at(100))
    later = at(90 * 86_400)
    await rig.take(a_post("p3", created_at=later))
    (row,) = (await rig.tables.waiting.read(later)).rows
    assert (row.lane, row.away_days) == (Lane.BACK, 89)
    await rig.land("send3", "a3", created_at=later.replace(hour=20))
    assert [one.acquaintance for one in await rig.exchanges()] == [
        Acquaintance.NEW,
        Acquaintance.AGAIN,
        Acquaintance.BACK,
    ]


async def test_a_second_answer_to_the_same_words_is_no_exchange(rig: Rig) -> None:
    """Adding something is not a second conversation."""
    await rig.take(a_post("p1"), an_answer("a1", created_at=at(20)))
    await rig.take(an_answer("a2", created_at=at(30)))
    rows = await rig.files.private.read("SELECT our_post FROM exchange")
    assert [row["our_post"] for row in rows] == ["a1"]


async def test_speaking_again_returns_the_exchange_once(rig: Rig) -> None:
    """The first word after our answer makes it two-way; later ones change nothing."""
    await rig.take(a_post("p1", created_at=at(10)))
    await rig.land()
    await rig.take(a_post("p2", "By the weir?", created_at=at(90)))
    await rig.take(a_post("p3", "Hello?", created_at=at(95)))
    (made,) = await rig.exchanges()
    assert (made.returned_at, made.returned_words) == (at(90), "By the weir?")
    assert await rig.tables.exchanges.returned_since(at(89)) == (made,)
    assert await rig.tables.exchanges.returned_since(at(90)) == ()


@pytest.mark.parametrize(("second", "is_live"), [(61, True), (360, True), (361, False)])
async def test_who_answers_within_five_minutes_is_live(
    rig: Rig, second: float, is_live: bool
) -> None:
    """It is told by name, with the row that it is about."""
    await rig.take(a_post("p1", created_at=at(10)), an_answer("a1", created_at=at(60)))
    heard = await rig.intake.take(US.id, arrivals(a_post("p2", created_at=at(second))))
    assert [one.name for one in heard.live] == (["Ben"] if is_live else [])
    if is_live:
        row = await rig.tables.waiting.one(heard.live[0].waiting)
        assert row is not None
        assert row.post == "p2"


async def test_whom_we_spoke_to_first_is_live_when_they_answer(rig: Rig) -> None:
    """Answering somebody's post in a topic, and being answered, is a live exchange too."""
    around = a_post_around("p1", created_at=at(0), thread=THREAD)
    ours = an_answer("a1", parent=PostId("p1"), created_at=at(60))
    await rig.take(around, ours)
    heard = await rig.intake.take(US.id, arrivals(a_post("p2", created_at=at(90))))
    assert [one.name for one in heard.live] == ["Ben"]
    (row,) = (await rig.tables.waiting.read(at(100))).rows
    assert row.lane is Lane.LIVE


async def test_an_answer_written_elsewhere_ends_the_waiting(rig: Rig) -> None:
    """What we said in another client counts, and belongs to a session that was on."""
    rig.sitting = SITTING
    await rig.take(a_post("p1", created_at=at(10)), a_post("p2", by="cleo", created_at=at(11)))
    await rig.take(an_answer("a1", created_at=at(29)))
    await rig.take(an_answer("a2", to="cleo", created_at=at(30)))
    assert await rig.waiting() == ()
    assert [one.author.name for one in await rig.exchanges()] == ["Cleo"]


async def test_an_answer_that_only_names_a_post_answers_its_author(rig: Rig) -> None:
    """Where the network says which post but not whose, our own record knows."""
    await rig.take(a_post("p1"))
    await rig.take(an_answer("a1", answers=None, parent=PostId("p1")))
    assert await rig.waiting() == ()


async def test_a_post_of_ours_that_answers_nobody_we_know_changes_nobody(rig: Rig) -> None:
    """It is kept; whoever waits goes on waiting."""
    await rig.take(a_post("p1"))
    await rig.take(
        an_answer("a1", answers=None),
        an_answer("a2", answers=None, parent=PostId("unknown")),
        an_answer("a3", to="stranger"),
    )
    assert len(await rig.waiting()) == 1
    assert len((await rig.tables.comments.thread(US.id, THREAD)).posts) == 4


async def test_a_word_that_crossed_our_answer_waits_and_the_answer_counts(rig: Rig) -> None:
    """They wrote on while our answer was on its way: an exchange, returned, and they wait."""
    await rig.take(
        a_post("p1", "Where was it?", created_at=at(10)),
        a_post("p2", "It was big.", created_at=at(61)),
        a_post("p3", "Really.", created_at=at(62)),
    )
    await rig.land(created_at=at(60))
    (row,) = await rig.waiting()
    assert (row.since_at, row.words, row.lane, row.body) == (at(61), 2, Lane.REST, "Really.")
    (made,) = await rig.exchanges()
    assert (made.asked_at, made.their_words, made.was_question) == (at(10), "Where was it?", True)
    assert (made.returned_at, made.returned_words) == (at(61), "It was big.")


async def test_taking_back_puts_the_person_back(rig: Rig) -> None:
    """Whom we answered waits as long as before, and the exchange never was."""
    await rig.take(a_post("p1", "Where was it?", created_at=at(10)))
    await rig.land()
    await rig.unsay()
    (row,) = await rig.waiting()
    assert (row.since_at, row.state, row.lane) == (at(10), WaitState.SEEN, Lane.QUESTION)
    assert await rig.exchanges() == ()
    assert (await rig.tables.people.talks(PersonId("commons:ben"))).exchanges == 0
    assert await rig.tables.comments.search("is") == ()
    await rig.land()
    assert len(await rig.exchanges()) == 1


async def test_taking_back_one_of_two_answers_leaves_the_other(rig: Rig) -> None:
    """Whoever still has an answer of ours does not wait."""
    await rig.take(a_post("p1", created_at=at(10)))
    await rig.land()
    await rig.land("send2", "a2", created_at=at(70))
    await rig.unsay("a2")
    assert await rig.waiting() == ()
    assert len(await rig.exchanges()) == 1


async def test_taking_back_after_they_spoke_again_waits_since_the_beginning(rig: Rig) -> None:
    """With our answer gone none of their words is answered."""
    await rig.take(a_post("p1", created_at=at(10)))
    await rig.land()
    await rig.take(a_post("p2", created_at=at(90)))
    await rig.unsay()
    (row,) = await rig.waiting()
    assert (row.since_at, row.words, row.post) == (at(10), 2, "p2")


async def test_what_was_set_aside_stays_aside_when_words_go(rig: Rig) -> None:
    """A decision holds, whatever is taken back."""
    await rig.take(a_post("p1", created_at=at(10)), a_post("p2", created_at=at(20)))
    (row,) = await rig.waiting()
    await rig.tables.waiting.decide(row.id, WaitState.SET_ASIDE)
    await rig.take(gone=("p2",))
    again = await rig.tables.waiting.one(row.id)
    assert again is not None
    assert (again.state, again.post, again.words) == (WaitState.SET_ASIDE, "p1", 1)


async def test_who_takes_back_their_only_word_does_not_wait(rig: Rig) -> None:
    """Nothing of it is shown, found or remembered."""
    await rig.take(a_post("p1", "Where was it?"))
    assert await rig.take(gone=("p1",)) == {Family.WAITING, Family.THREADS}
    assert await rig.waiting() == ()
    assert (await rig.tables.waiting.read(at(0))).people == 0
    assert await rig.tables.comments.search("where") == ()
    assert not [line for line in await rig.whole() if "Where was it?" in line]


async def test_who_takes_back_one_of_two_words_waits_for_the_other(rig: Rig) -> None:
    """The row shows what is left."""
    await rig.take(a_post("p1", created_at=at(10)), a_post("p2", "Where?", created_at=at(20)))
    await rig.take(gone=("p2",))
    (row,) = await rig.waiting()
    assert (row.post, row.lane, row.words, row.since_at) == ("p1", Lane.REST, 1, at(10))


async def test_a_gone_post_that_was_never_kept_changes_nobody(rig: Rig) -> None:
    """A deletion of something unknown is harmless."""
    await rig.take(a_post("p1"))
    await rig.take(gone=("p9",))
    assert len(await rig.waiting()) == 1


async def test_a_send_that_only_its_author_saw_changes_nobody(rig: Rig) -> None:
    """Without its post nothing is known of what it answered; the next poll brings it."""
    await rig.take(a_post("p1"))
    async with rig.files.private.write() as tx:
        await rig.intake.land(tx, a_send(), None)
        await rig.intake.unsay(tx, a_send(post=None))
        await rig.intake.unsay(tx, a_send(post=PostId("unknown"), target=a_target(thread=None)))
    assert len(await rig.waiting()) == 1


async def test_what_we_said_arrives_once_however_it_comes(rig: Rig) -> None:
    """The poll that brings our own post after the send landed adds nothing."""
    await rig.take(a_post("p1", created_at=at(10)))
    await rig.land()
    once = await _dump(rig.files.private)
    await rig.take(an_answer("a1"), cursor="1")
    assert await _dump(rig.files.private) == once


async def test_posts_read_for_their_own_sake_are_new_once(rig: Rig) -> None:
    """A thread that was opened is kept, and says only the first time that it is new."""
    posts = (a_post_around("p1"), a_post_around("p2"))
    assert await rig.intake.keep(posts[:1])
    assert await rig.intake.keep(posts)
    assert not await rig.intake.keep(posts)
    assert not await rig.intake.keep(())


async def test_what_they_said_before_is_remembered_while_they_wait(rig: Rig) -> None:
    """Our memory of somebody is what they said before what waits now."""
    await rig.take(a_post("p1", "Nice evening.", created_at=at(10)), an_answer("a1"))
    await rig.take(a_post("p2", "Where was it?", created_at=at(90)))
    await rig.take(a_post("p3", "Hello?", created_at=at(95)))
    talks = await rig.tables.people.talks(PersonId("commons:ben"))
    assert talks == Talks(1, a_post(body="Nice evening.").body, at(10))
    assert await rig.tables.people.talks(PersonId("nobody")) == Talks()


async def test_a_closed_file_is_a_sentence(tmp_path: Path) -> None:
    """Whatever still polls while everything closes gets an error of ours."""
    async with open_rig(tmp_path) as rig:
        pass
    with pytest.raises(StoreError, match="closed"):
        await rig.take(a_post())


@pytest.mark.parametrize("second", [60.0, 57.5])
async def test_an_answer_to_ours_comes_after_it_whatever_its_clock_says(
    rig: Rig, second: float
) -> None:
    """Servers count whole seconds, and some are late: whoever answers our word waits, live."""
    await rig.take(a_post("p1", created_at=at(10)), an_answer("a1", created_at=at(60)))
    theirs = a_post("p2", "And when?", created_at=at(second), parent=PostId("a1"))
    heard = await rig.intake.take(US.id, arrivals(theirs))
    assert [one.name for one in heard.live] == ["Ben"]
    (row,) = await rig.waiting()
    assert (row.state, row.post) == (WaitState.UNREAD, "p2")
    before = await rig.whole()
    await rig.take(theirs)
    assert await rig.whole() == before


async def test_ours_comes_after_what_it_answers_whatever_its_clock_says(rig: Rig) -> None:
    """Their server is ahead of ours by a while; still whoever was answered waits no more."""
    await rig.take(a_post("p1", created_at=at(70)))
    await rig.land(parent=PostId("p1"), created_at=at(60))
    assert await rig.waiting() == ()
    assert len(await rig.exchanges()) == 1
