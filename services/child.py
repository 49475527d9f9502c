"""Child processes of our own: started, fed with frames, ended.

Law: a child is ``sys.executable -P -m module``; it never forks from us, takes frames on its
standard input, gives frames on its standard output, and ends when its input does. A frame is
four bytes of length, big endian, then as many bytes. Nothing of ours is in its environment but
what a Python needs. Where both want the processor, whoever sits at the screen comes first.
"""

import asyncio
import contextlib
import os
import struct
import sys
from typing import BinaryIO

FRAME_BYTES_AT_MOST = 64_000_000
_LENGTH = struct.Struct(">I")
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "PYTHONPYCACHEPREFIX")
_LAST_WORDS_S = 2.0
"""In which a child that has nothing to keep ends by itself."""
_PIECE = 65_536
_BEHIND = 10
"""How much nicer a child is than we are."""


class ChildGone(Exception):
    """The child has ended, or says what is no frame; what was asked of it is not done."""


class Child:
    """A running child; made by ``start_child``."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        to: asyncio.StreamWriter,
        from_: asyncio.StreamReader,
        last_words_s: float = _LAST_WORDS_S,
    ) -> None:
        """Speak with ``process`` through its two pipes; once closed it has ``last_words_s``."""
        self._last_words_s = last_words_s
        self._process = process
        self._to = to
        self._from = from_

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.returncode is None

    async def put(self, frame: bytes) -> None:
        """Hand a frame over, waiting while the child is behind.

        Raises:
            ChildGone: it does not listen any more.
        """
        try:
            self._to.write(_LENGTH.pack(len(frame)))
            self._to.write(frame)
            await self._to.drain()
        except (OSError, RuntimeError) as error:
            raise ChildGone("the child does not listen") from error

    async def get(self) -> bytes:
        """Take the next frame.

        Raises:
            ChildGone: it has ended.
        """
        try:
            (length,) = _LENGTH.unpack(await self._from.readexactly(_LENGTH.size))
            if length > FRAME_BYTES_AT_MOST:
                raise ChildGone("the child says too much at once")
            return await self._from.readexactly(length)
        except (OSError, asyncio.IncompleteReadError) as error:
            raise ChildGone("the child has ended") from error

    async def close(self) -> None:
        """Let it end by itself, and end it where it does not."""
        with contextlib.suppress(OSError, RuntimeError):
            self._to.close()
        try:
            async with asyncio.timeout(self._last_words_s):
                await self._ended()
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """End it now."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        with contextlib.suppress(OSError, RuntimeError):
            self._to.close()
        await self._ended()

    async def _ended(self) -> None:
        """Wait for its end; what it still has to say would hold that up while nobody listens."""
        with contextlib.suppress(OSError, RuntimeError):
            while await self._from.read(_PIECE):
                pass
        await self._process.wait()


async def start_child(module: str, *arguments: str, last_words_s: float = _LAST_WORDS_S) -> Child:
    """Start ``module`` as a child, which has ``last_words_s`` to end when it is closed.

    Raises:
        ChildGone: it could not be started.
    """
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", module, *arguments,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL, env=environment, start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise ChildGone("the child could not be started") from error
    if process.stdin is None or process.stdout is None:
        raise ChildGone("the child has no pipes")
    with contextlib.suppress(OSError):  # it may have ended already
        os.setpriority(os.PRIO_PROCESS, process.pid, os.getpriority(os.PRIO_PROCESS, 0) + _BEHIND)
    return Child(process, process.stdin, process.stdout, last_words_s)


def read_frame(source: BinaryIO) -> bytes | None:
    """Read one frame, in the child; ``None`` when there will be no more."""
    head = source.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    body = source.read(length)
    return body if len(body) == length else None


def write_frame(sink: BinaryIO, frame: bytes) -> None:
    """Write one frame, in the child."""
    sink.write(_LENGTH.pack(len(frame)))
    sink.write(frame)
    sink.flush()
