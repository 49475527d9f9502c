"""The topic engine as a child program: items in, rankings out.

Law: it opens nothing, writes nothing but its answers, and ends when its input does. It keeps no
time: every question brings its moment.
"""

import gc
import resource
import sys
from typing import BinaryIO, assert_never

import msgspec

from services.child import read_frame, write_frame
from services.topics.engine import TopicEngine
from services.topics.values import Asked, Listen, Prefer, Rank, Take

_MEMORY_BYTES = 1_000_000_000
_STANDARD_STREAMS = 3


def main() -> None:
    """Confine this process and serve its standard streams."""
    confine()
    serve(sys.stdin.buffer, sys.stdout.buffer)


def confine() -> None:
    """Give up for good what the engine never needs: much memory, and every file.

    Source: getrlimit(2), 2026-11.
    """
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _STANDARD_STREAMS),
    ):
        _, allowed = resource.getrlimit(what)
        if allowed == resource.RLIM_INFINITY or allowed > most:
            resource.setrlimit(what, (most, most))
    # What the engine keeps refers to nothing in a circle, and looking for circles among all of
    # it would hold up a ranking.
    gc.freeze()
    gc.disable()


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer every question in turn, until there are no more."""
    engine = TopicEngine()
    asked = msgspec.msgpack.Decoder(Asked)
    encode = msgspec.msgpack.Encoder().encode
    while (frame := read_frame(source)) is not None:
        match asked.decode(frame):
            case Take(items):
                engine.take(items)
            case Rank(at):
                write_frame(sink, encode(engine.rank(at)))
            case Prefer() | Listen():
                pass
            case _ as never:
                assert_never(never)


if __name__ == "__main__":
    main()
