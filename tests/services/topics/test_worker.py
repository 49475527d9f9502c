"""The engine as a child program: what it answers, what it keeps, and what it does with neither."""

import asyncio
import gc
import io
import logging
import resource
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from services.child import read_frame, write_frame
from services.model.topics import Tastes
from services.topics.engine import TopicEngine
from services.topics.items import item_of_post
from services.topics.memory import Memory
from services.topics.state_file import Kept, StateFile
from services.topics.values import Asked, Item, Listen, Prefer, Rank, Ranking, Take
from services.topics.worker import KEEP_EVERY_S, confine, serve
from tests.builders import a_post_around, at
from tests.fakes import FakeClock, until

WEIR = item_of_post(a_post_around("p1", "#weir"))
DAM = item_of_post(a_post_around("p2", "#dam", created_at=at(5)))


class Sink:
    """Takes what is answered."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.written = io.BytesIO()

    def write(self, data: bytes) -> None:
        """Keep it."""
        self.written.write(data)

    async def drain(self) -> None:
        """Never be behind."""

    def rankings(self) -> list[Ranking]:
        """Read every answer."""
        self.written.seek(0)
        found = []
        while (frame := read_frame(self.written)) is not None:
            found.append(msgspec.msgpack.decode(frame, type=Ranking))
        return found


def a_source(*asked: Asked, ends: bool = True) -> asyncio.StreamReader:
    """Give a stream of questions."""
    source = asyncio.StreamReader()
    put(source, *asked)
    if ends:
        source.feed_eof()
    return source


def put(source: asyncio.StreamReader, *asked: Asked) -> None:
    """Ask more."""
    frames = io.BytesIO()
    for one in asked:
        write_frame(frames, msgspec.msgpack.encode(one))
    source.feed_data(frames.getvalue())


async def answers(*asked: Asked, file: StateFile | None = None) -> list[Ranking]:
    """Let a worker answer, to its end."""
    sink = Sink()
    await serve(a_source(*asked), sink, FakeClock(), file)
    return sink.rankings()


def names_in(folder: Path) -> list[str]:
    """Name what is in a folder."""
    return [path.name for path in folder.iterdir()]


async def test_it_answers_every_question_and_nothing_else() -> None:
    """Frames in, rankings out, until there are no more frames."""
    engine = TopicEngine()
    engine.take([WEIR])
    found = await answers(Take((WEIR,)), Listen(()), Rank(at(5)), Rank(at(9)))
    assert found == [engine.rank(at(5)), engine.rank(at(9))]


async def test_it_ends_in_the_middle_of_a_frame() -> None:
    """Whoever asked is gone; there is nobody to answer."""
    source = a_source(Take((WEIR,)), ends=False)
    source.feed_data(b"\0\0\0\x09abc")
    source.feed_eof()
    sink = Sink()
    await serve(source, sink, FakeClock())
    assert sink.rankings() == []


async def test_tastes_hold_from_when_they_are_told() -> None:
    """And from then on."""
    (before, after) = await answers(
        Take((WEIR, DAM)), Rank(at(9)), Prefer(Tastes(mutes=("#weir",))), Rank(at(9))
    )
    assert [topic.title for topic in before.topics] == ["#dam", "#weir"]
    assert [topic.title for topic in after.topics] == ["#dam"]


async def test_a_state_is_kept_at_the_end_and_known_at_the_next_start(tmp_path: Path) -> None:
    """What the social lane was told is not told to it a second time by the cache."""
    file = StateFile(tmp_path / "topics.state")
    await answers(Take((WEIR, DAM)), file=file)
    kept = file.read()
    assert kept is not None
    engine = TopicEngine()
    engine.restore(kept.engine)
    before = engine.state()
    engine.take([WEIR, DAM])
    assert engine.state() == before
    assert (tmp_path / "topics.state").stat().st_mode & 0o777 == 0o600
    assert names_in(tmp_path) == ["topics.state"]


async def test_a_state_is_kept_every_few_minutes(tmp_path: Path) -> None:
    """So that a crash costs little."""
    file, clock, source = StateFile(tmp_path / "s"), FakeClock(), a_source(ends=False)
    serving = asyncio.create_task(serve(source, Sink(), clock, file))
    await until(lambda: clock.sleepers == 1)
    await clock.advance(KEEP_EVERY_S)
    await until((tmp_path / "s").exists)
    source.feed_eof()
    await serving


@pytest.mark.parametrize("spoilt", ["cut", "turned", "empty", "other", "large"])
async def test_a_state_that_is_spoilt_is_none(tmp_path: Path, spoilt: str) -> None:
    """The engine begins anew, and puts a good one in its place."""
    path = tmp_path / "topics.state"
    file = StateFile(path)
    await answers(Take((WEIR,)), file=file)
    raw = path.read_bytes()
    if spoilt == "large":
        with path.open("wb") as wide:
            wide.truncate(1_000_000_000)
    elif spoilt == "other":
        file.write(Kept(msgspec.msgpack.encode([99, b"", [], [], [], 0.0, True]), {}))
    else:
        changed = {"cut": raw[:-3], "turned": raw[:20] + b"\xff" + raw[21:], "empty": b""}
        path.write_bytes(changed[spoilt])
    (ranking,) = await answers(Take((WEIR,)), Rank(at(5)), file=file)
    assert [topic.title for topic in ranking.topics] == ["#weir"]
    kept = file.read()
    assert kept is not None
    TopicEngine().restore(kept.engine)


async def test_where_nothing_can_be_kept_it_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A folder that is gone is said in the log; what was answered was answered."""
    file = StateFile(tmp_path / "gone" / "topics.state")
    with caplog.at_level(logging.WARNING):
        assert len(await answers(Take((WEIR,)), Rank(at(5)), file=file)) == 1
    assert "could not be kept" in caplog.text


@pytest.mark.parametrize(
    "state", [b"", b"nonsense", msgspec.msgpack.encode([0, b"", [], [], [], 0, True])]
)
def test_what_is_no_state_is_refused(state: bytes) -> None:
    """With an error that says so."""
    with pytest.raises(ValueError, match="state"):
        TopicEngine().restore(state)


async def test_half_a_state_is_no_state(tmp_path: Path) -> None:
    """Whom the social lane knows nothing of is told to it again, whatever else was read."""
    file = StateFile(tmp_path / "topics.state")
    memory = Memory()
    memory.is_new(WEIR)
    file.write(Kept(memory.state(b"no lane of ours"), {"wss://weir.example": 7}))
    await answers(Take((WEIR,)), file=file)
    kept = file.read()
    assert kept is not None
    fresh = TopicEngine()
    fresh.take((WEIR,))
    assert kept.engine == fresh.state()
    assert kept.cursors == {"wss://weir.example": 7}


async def test_an_item_that_cannot_be_taken_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The engine goes on with the next."""
    take = TopicEngine.take

    def faulty(engine: TopicEngine, items: Iterable[Item]) -> None:
        kept = tuple(items)
        if WEIR in kept:
            raise RuntimeError("odd")
        take(engine, kept)

    monkeypatch.setattr(TopicEngine, "take", faulty)
    (ranking,) = await answers(Take((WEIR, DAM)), Rank(at(9)))
    assert [topic.title for topic in ranking.topics] == ["#dam"]
    assert "an item could not be taken" in caplog.text


async def test_a_state_with_which_no_answer_comes_is_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the next worker would die of it as well, and the next."""
    file = StateFile(tmp_path / "topics.state")
    await answers(Take((WEIR,)), file=file)

    def faulty(engine: TopicEngine, now: datetime) -> Ranking:
        raise ZeroDivisionError(engine.posts, now)

    with monkeypatch.context() as patch:
        patch.setattr(TopicEngine, "rank", faulty)
        with pytest.raises(ZeroDivisionError):
            await answers(Rank(at(9)), file=file)
    assert file.read() is None
    assert len(await answers(Rank(at(9)), file=file)) == 1


async def test_a_state_is_kept_where_whoever_asked_is_gone(tmp_path: Path) -> None:
    """That is no fault of the state's."""

    class Gone(Sink):
        async def drain(self) -> None:
            raise BrokenPipeError

    file = StateFile(tmp_path / "topics.state")
    with pytest.raises(BrokenPipeError):
        await serve(a_source(Take((WEIR,)), Rank(at(9))), Gone(), FakeClock(), file)
    assert file.read() is not None


def test_it_is_confined_where_the_system_keeps_such_limits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And goes on where it keeps none of them; looking for circles is left off."""
    tried: list[int] = []

    def refuses(what: int, limits: tuple[int, int]) -> None:
        tried.append(what)
        raise ValueError(limits)

    monkeypatch.setattr(resource, "setrlimit", refuses)
    monkeypatch.setattr(
        resource, "getrlimit", lambda _: (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    )
    try:
        confine()
        assert not gc.isenabled()
    finally:
        gc.enable()
        gc.unfreeze()
    assert len(tried) == 4
