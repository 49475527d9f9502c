"""The topic engine as a child program: items in, rankings out, firehoses read on the way.

Law: it opens nothing but its own state file and the firehoses it is told to read, writes nothing
but its answers and that file, and ends when its input does. The moment of a ranking comes with
the question; its own clock only paces the firehoses and the keeping of its state.
"""

import asyncio
import contextlib
import gc
import logging
import resource
import struct
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol, assert_never

import msgspec

from services.clock import Clock, SystemClock
from services.topics.engine import TopicEngine
from services.topics.listening import Listening
from services.topics.state_file import Kept, StateFile
from services.topics.values import Asked, Item, Listen, Prefer, Rank, Take

_LOG = logging.getLogger(__name__)
KEEP_EVERY_S = 300.0
"""So much of a firehose may have to be read again after a crash; it can be, for hours."""
_MEMORY_BYTES = 1_500_000_000
_STATE_BYTES = 256_000_000
_FILES = 64
"""The streams, a socket for each firehose, and what asking for addresses takes."""
_LENGTH = struct.Struct(">I")
_AT_ONCE = 50
"""Items between two looks at the firehoses."""


class Source(Protocol):
    """Where questions come from."""

    async def readexactly(self, n: int, /) -> bytes:
        """Give so many bytes; raises ``asyncio.IncompleteReadError`` where no more come."""


class Sink(Protocol):
    """Where answers go."""

    def write(self, data: bytes, /) -> None:
        """Hand over bytes."""

    async def drain(self) -> None:
        """Wait while the other side is behind."""


def main() -> None:
    """Confine this process and serve its standard streams; the first argument is its file."""
    confine()
    file = StateFile(Path(sys.argv[1])) if len(sys.argv) > 1 else None
    asyncio.run(_serve_streams(file))


def confine() -> None:
    """Give up for good what the engine never needs: much memory, many files, large ones.

    Source: getrlimit(2), 2026-11.
    """
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, _STATE_BYTES),
        (resource.RLIMIT_NOFILE, _FILES),
    ):
        _, allowed = resource.getrlimit(what)
        if allowed == resource.RLIM_INFINITY or allowed > most:
            with contextlib.suppress(OSError, ValueError):  # some systems keep no such limit
                resource.setrlimit(what, (most, most))
    # What the engine keeps refers to nothing in a circle, and looking for circles among all of
    # it would hold up a ranking.
    gc.freeze()
    gc.disable()


async def serve(source: Source, sink: Sink, clock: Clock, file: StateFile | None = None) -> None:
    """Answer every question in turn, until there are no more; then keep the state.

    A state with which an answer fails is no state either: the next one begins without it.
    """
    kept = None if file is None else await asyncio.to_thread(file.read)
    engine = _begin(kept)
    listening = Listening(clock, lambda item: _take(engine, (item,)))
    listening.resume(kept.cursors if kept is not None else {})
    keeping = asyncio.create_task(_keep_often(engine, listening, clock, file), name="keeping")
    try:
        await _answer(engine, listening, source, sink)
    except OSError:  # whoever asked is gone, which is no fault of the state
        _keep(engine, listening, file)
        raise
    except Exception:
        if file is not None:
            file.drop()
        raise
    else:
        _keep(engine, listening, file)  # before the streams are left, which may take a while
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await listening.close()


async def _answer(engine: TopicEngine, listening: Listening, source: Source, sink: Sink) -> None:
    asked = msgspec.msgpack.Decoder(Asked)
    encode = msgspec.msgpack.Encoder().encode
    while (frame := await _read(source)) is not None:
        match asked.decode(frame):
            case Take(items):
                for begin in range(0, len(items), _AT_ONCE):
                    _take(engine, items[begin : begin + _AT_ONCE])
                    await asyncio.sleep(0)  # the firehoses are read in between
            case Rank(at):
                ranking = engine.rank(at)
                words = (*ranking.words, *listening.words)
                tallies = listening.tallies
                answer = encode(msgspec.structs.replace(ranking, words=words, tallies=tallies))
                sink.write(_LENGTH.pack(len(answer)))
                sink.write(answer)
                await sink.drain()
            case Prefer(tastes):
                engine.prefer(tastes)
            case Listen(firehoses):
                listening.listen(firehoses)
            case _ as never:
                assert_never(never)


async def _read(source: Source) -> bytes | None:
    """Read one frame; ``None`` when there will be no more."""
    try:
        (length,) = _LENGTH.unpack(await source.readexactly(_LENGTH.size))
        return await source.readexactly(length)
    except asyncio.IncompleteReadError:
        return None


def _take(engine: TopicEngine, items: Iterable[Item]) -> None:
    """Tell the engine; an item that it cannot take is one less, and holds up no other."""
    for item in items:
        try:
            engine.take((item,))
        except Exception:  # noqa: BLE001 - whatever a stranger wrote, the others are heard
            _LOG.exception("an item could not be taken")


def _begin(kept: Kept | None) -> TopicEngine:
    """Give an engine that knows what an earlier run knew; what means nothing is no state."""
    engine = TopicEngine()
    if kept is None:
        return engine
    try:
        engine.restore(kept.engine)
    except Exception:  # noqa: BLE001 - whatever is wrong with it, nothing in it is anybody's own
        _LOG.warning("what was usual is not known any more")
        return TopicEngine()  # the other may know a half of it
    return engine


def _keep(engine: TopicEngine, listening: Listening, file: StateFile | None) -> None:
    if file is not None:
        # Both at one moment, so that what is read again goes on where the counts end.
        file.write(Kept(engine.state(), listening.cursors()))


async def _keep_often(
    engine: TopicEngine, listening: Listening, clock: Clock, file: StateFile | None
) -> None:
    while file is not None:
        await clock.sleep(KEEP_EVERY_S)
        kept = Kept(engine.state(), listening.cursors())
        await asyncio.to_thread(file.write, kept)


async def _serve_streams(file: StateFile | None) -> None:
    loop = asyncio.get_running_loop()
    source = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(source), sys.stdin.buffer)
    transport, protocol = await loop.connect_write_pipe(
        asyncio.streams.FlowControlMixin, sys.stdout.buffer
    )
    sink = asyncio.StreamWriter(transport, protocol, None, loop)
    with contextlib.suppress(OSError):  # whoever asked is gone
        await serve(source, sink, SystemClock(), file)


if __name__ == "__main__":
    main()
