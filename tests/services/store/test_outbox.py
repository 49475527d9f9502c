"""Steps of a row: each wins or loses whole."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from services.clock import BootTime
from services.model.ids import NetworkName, SendId, SessionId
from services.model.posts import Post
from services.model.sending import Draft, Send, SendState
from services.store.database import Database, Transaction
from services.store.drafts import Drafts
from services.store.outbox import OutboxRows
from services.text.clean import clean
from tests.fakes import NOON
from tests.outbox_stage import SESSION, new_post, open_watched, queued, reply_to
from tests.services.test_outbox_machine import POST

PRESSED = BootTime("boot-1", 1000.5)
LATER = NOON + timedelta(seconds=7)
BEN = reply_to("ben")
A = SendId("a")


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """A private file."""
    opened = await open_watched(tmp_path / "private.db")
    yield opened
    await opened.close()


async def nothing(_tx: Transaction, _send: Send, _post: Post | None = None) -> None:
    """Write nothing beside it."""


async def put(rows: OutboxRows, name: str, state: SendState, **changes: object) -> Send:
    """Make a row in a state by the steps that lead there."""
    send = msgspec.structs.replace(queued(name, BEN), **changes)
    await rows.enqueue(send, PRESSED)
    if state is not SendState.QUEUED:
        await rows.claim(send.id)
    match state:
        case SendState.SENT:
            await rows.settle_sent(send.id, POST, LATER, nothing)
        case SendState.REJECTED | SendState.HELD:
            await rows.settle_unsent(send.id, state, None, LATER)
        case SendState.CHECK:
            await rows.settle_unclear(send.id, None, LATER)
        case _:
            pass
    read = await rows.read(send.id)
    assert read is not None
    assert read.state is state
    return read


async def test_a_row_comes_back_whole(db: Database) -> None:
    """Everything that was asked for is kept as it was."""
    rows = OutboxRows(db)
    send = queued("a", BEN)
    made = await rows.enqueue(send, PRESSED)
    assert (made.send, made.pressed) == (send, PRESSED)
    assert await rows.row(A) == made
    assert await rows.read(SendId("b")) is None


Step = Callable[[OutboxRows], Awaitable[object]]
STEPS: dict[str, tuple[Step, set[SendState]]] = {
    "claim": (lambda rows: rows.claim(A), {SendState.QUEUED}),
    "again": (lambda rows: rows.claim_again(A, 1), {SendState.INFLIGHT}),
    "requeue": (lambda rows: rows.requeue(A), {SendState.INFLIGHT}),
    "press": (lambda rows: rows.press_again(A, PRESSED), {SendState.CHECK}),
    "sent": (
        lambda rows: rows.settle_sent(A, POST, LATER, nothing),
        {SendState.QUEUED, SendState.INFLIGHT, SendState.CHECK},
    ),
    "unsent": (
        lambda rows: rows.settle_unsent(A, SendState.HELD, None, LATER),
        {SendState.QUEUED, SendState.INFLIGHT},
    ),
    "unclear": (
        lambda rows: rows.settle_unclear(A, None, LATER),
        {SendState.QUEUED, SendState.INFLIGHT},
    ),
    "take": (
        lambda rows: rows.take_text(A, LATER),
        {SendState.REJECTED, SendState.HELD, SendState.CHECK},
    ),
    "dismiss": (
        lambda rows: rows.dismiss(A),
        {SendState.REJECTED, SendState.HELD, SendState.CHECK},
    ),
    "begin": (lambda rows: rows.begin_taking_back(A, LATER), {SendState.SENT}),
    "finish": (lambda rows: rows.finish_taking_back(A, LATER, nothing), set()),
}


@pytest.mark.parametrize("state", SendState)
@pytest.mark.parametrize("name", STEPS)
async def test_a_step_is_taken_from_its_states_only(
    db: Database, name: str, state: SendState
) -> None:
    """From any other state nothing changes and the caller is told; no other row is touched."""
    rows = OutboxRows(db)
    other = await put(rows, "other", state, target=reply_to("cleo"))
    before = await put(rows, "a", state)
    step, states = STEPS[name]
    result = await step(rows)
    assert (result is not None) == (state in states)
    after = await rows.read(A)
    assert (after == before) == (state not in states)
    assert await rows.read(SendId("other")) == other


@pytest.mark.parametrize("name", ["press", "sent", "take", "dismiss"])
async def test_what_was_dealt_with_stays_so(db: Database, name: str) -> None:
    """A dismissed row takes no further step."""
    rows = OutboxRows(db)
    await put(rows, "a", SendState.CHECK)
    assert await rows.dismiss(A) is not None
    assert await STEPS[name][0](rows) is None


async def test_one_of_many_wins_a_race(db: Database) -> None:
    """However many claim a row, one gets it."""
    rows = OutboxRows(db)
    await put(rows, "a", SendState.QUEUED)
    won = await asyncio.gather(*(rows.claim(A) for _ in range(8)))
    assert sum(row is not None for row in won) == 1
    won = await asyncio.gather(*(rows.claim_again(A, 1) for _ in range(8)))
    assert [row.send.attempts for row in won if row is not None] == [2]


async def test_what_each_step_writes(db: Database) -> None:
    """Counts, flags, reasons and times are exactly those of the step."""
    rows = OutboxRows(db)
    await put(rows, "a", SendState.QUEUED)
    claimed = await rows.claim(A)
    assert claimed is not None
    assert (claimed.send.maybe_out, claimed.send.attempts) == (True, 1)
    requeued = await rows.requeue(A)
    assert requeued is not None
    assert (requeued.send.maybe_out, requeued.send.attempts) == (False, 1)
    await rows.claim(A)
    check = await rows.settle_unclear(A, clean("no answer"), LATER)
    assert check is not None
    assert (check.maybe_out, check.reason, check.settled_at) == (True, "no answer", LATER)
    pressed = BootTime("boot-2", 3.25)
    again = await rows.press_again(A, pressed)
    assert again is not None
    assert again.pressed == pressed
    assert (again.send.attempts, again.send.reason, again.send.settled_at) == (0, None, None)
    assert (again.send.maybe_out, again.send.pressed_at) == (True, NOON)
    sent = await rows.settle_sent(A, POST, LATER, nothing)
    assert sent is not None
    assert (sent.post, sent.settled_at, sent.is_given_back) == (POST.id, LATER, False)


@pytest.mark.parametrize("state", [SendState.REJECTED, SendState.HELD])
async def test_unsent_text_is_a_draft_again(db: Database, state: SendState) -> None:
    """State, reason and draft are one write."""
    rows, drafts = OutboxRows(db), Drafts(db)
    await put(rows, "a", SendState.INFLIGHT)
    settled = await rows.settle_unsent(A, state, clean("why"), LATER)
    assert settled is not None
    assert (settled.state, settled.reason, settled.maybe_out) == (state, "why", False)
    assert settled.is_given_back
    assert await drafts.all() == (Draft(BEN, "text a", LATER),)
    assert await rows.unsure() == (settled,)


async def test_a_new_send_deals_with_what_was_given_back(db: Database) -> None:
    """Only rows of the same target whose text was given back are dealt with."""
    rows, drafts = OutboxRows(db), Drafts(db)
    await put(rows, "a", SendState.HELD)
    await put(rows, "other", SendState.HELD, target=new_post())
    await rows.enqueue(queued("c", BEN), PRESSED)
    assert [send.id for send in await rows.unsure()] == ["other"]
    assert [draft.target for draft in await drafts.all()] == [new_post()]
    await rows.claim(SendId("c"))
    await drafts.save(Draft(BEN, "newer", NOON))
    kept = await rows.settle_unsent(SendId("c"), SendState.HELD, None, LATER)
    assert kept is not None
    assert not kept.is_given_back
    await rows.enqueue(queued("d", BEN), PRESSED)
    assert {send.id for send in await rows.unsure()} == {"other", "c"}


async def test_an_unwritten_ledger_means_not_sent(db: Database) -> None:
    """SENT and what is written beside it stand or fall together."""
    rows = OutboxRows(db)
    await put(rows, "a", SendState.INFLIGHT)

    async def fail(tx: Transaction, send: Send, post: Post | None) -> None:
        assert (send.state, post) == (SendState.SENT, POST)
        await tx.run("INSERT INTO cursor VALUES ('x', 'y')")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await rows.settle_sent(A, POST, LATER, fail)
    read = await rows.read(A)
    assert read is not None
    assert read.state is SendState.INFLIGHT
    assert await db.read("SELECT * FROM cursor") == []


async def test_the_lists_hold_what_they_say_in_their_order(db: Database) -> None:
    """Open, unsure and a session oldest first; what was said newest first, practice aside."""
    rows = OutboxRows(db)
    for number, state in enumerate([*SendState, *SendState]):
        at = NOON - timedelta(seconds=number)
        session = SessionId("other") if number >= len(SendState) else SESSION
        target = reply_to(f"person{number}")
        name = f"{state.name}{number}"
        await put(rows, name, state, pressed_at=at, session=session, target=target)
    practice = msgspec.structs.replace(BEN, network=NetworkName.PRACTICE)
    await put(rows, "practice", SendState.SENT, target=practice, session=None)
    names = [row.send.id for row in await rows.open()]
    assert names == ["INFLIGHT7", "QUEUED6", "INFLIGHT1", "QUEUED0"]
    unsure = [send.id for send in await rows.unsure()]
    assert unsure == ["CHECK11", "HELD10", "REJECTED9", "CHECK5", "HELD4", "REJECTED3"]
    assert await rows.said() == ("text SENT2", "text SENT8")
    assert await rows.said(1) == ("text SENT2",)
    of_session = [send.id for send in await rows.of_session(SESSION)]
    assert of_session == ["CHECK5", "HELD4", "REJECTED3", "SENT2", "INFLIGHT1", "QUEUED0"]


async def test_taking_back_can_be_undone_and_begun_again(db: Database) -> None:
    """The draft comes, goes when the post stands, and stays when it was changed meanwhile."""
    rows, drafts = OutboxRows(db), Drafts(db)
    await put(rows, "a", SendState.SENT)
    begun = await rows.begin_taking_back(A, LATER)
    assert begun is not None
    assert begun.is_given_back
    assert await rows.begin_taking_back(A, LATER) == begun
    assert [draft.body for draft in await drafts.all()] == ["text a"]
    await rows.undo_taking_back(begun)
    assert await drafts.all() == ()
    assert await rows.begin_taking_back(A, LATER) == begun
    await drafts.save(Draft(BEN, "text a, and more", NOON))
    await rows.undo_taking_back(begun)
    assert [draft.body for draft in await drafts.all()] == ["text a, and more"]
    await rows.begin_taking_back(A, LATER)
    taken = await rows.finish_taking_back(A, LATER, nothing)
    assert taken is not None
    assert taken.taken_back_at == LATER
    await rows.undo_taking_back(taken)
    assert await rows.read(A) == taken
    assert await rows.begin_taking_back(A, LATER) is None
    assert await rows.said() == ()
