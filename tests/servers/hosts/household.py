"""The processes and the folder of one running host.

Law: a process ends before those it needs, by the id of its group; the folder goes last. When this
process is killed itself, a guard that reads from it sees the end of its input and does the same.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.hosts.values import Trouble

PREFIX = f"chinwag-host-{os.getuid()}-"
NOBODY = 65534
_GRACE_S = 5.0
_LOOK_S = 0.02
_LAST_LINES = 20
_GUARD = """
while read -r group; do groups="$groups -$group"; done
if [ -n "$groups" ]; then kill -s QUIT -- $groups; sleep 0.5; kill -s KILL -- $groups; fi
rm -rf -- "$1"
"""


def free_ports(count: int) -> list[int]:
    """Give ports of loopback on which nobody listens."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


@dataclass(frozen=True, slots=True)
class Member:
    """A process that runs until the household ends."""

    name: str
    process: asyncio.subprocess.Process
    log: Path
    parting: signal.Signals
    """How its group is asked to end."""

    def last_words(self) -> str:
        """Give the end of what it logged."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-_LAST_LINES:])


class Household:
    """A folder, and the processes that live in it."""

    def __init__(self) -> None:
        """Have a folder of one's own, with a short name: sockets lie in it."""
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        self.folder.chmod(0o755)
        self._members: list[Member] = []
        self._guard: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        """Begin, guarded."""
        self._guard = await asyncio.create_subprocess_exec(
            "/bin/sh", "-c", _GUARD, "guard", str(self.folder), start_new_session=True,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """End every process, the last one first, and remove the folder."""
        if self._guard is not None:
            self._guard.kill()
            await self._guard.wait()
        for member in reversed(self._members):
            await self._end(member)
        shutil.rmtree(self.folder, ignore_errors=True)

    async def add(
        self,
        name: str,
        *command: str,
        env: Mapping[str, str] | None = None,
        parting: signal.Signals = signal.SIGKILL,
        as_nobody: bool = False,
        keep: Sequence[int] = (),
    ) -> Member:
        """Start a process that stays, with a log and a group of its own.

        ``parting`` asks it to end; most need not be asked, since nothing of theirs is kept.
        """
        member = await self._start(name, command, env, parting, as_nobody=as_nobody, keep=keep)
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.write(f"{member.process.pid}\n".encode())
        return member

    async def run(
        self, name: str, *command: str, otherwise: str,
        env: Mapping[str, str] | None = None, as_nobody: bool = False,
    ) -> str:  # fmt: skip
        """Run a process to its end, and give what it said.

        Raises:
            Trouble: it failed, which ``otherwise`` puts into words.
        """
        member = await self._start(name, command, env, signal.SIGKILL, as_nobody=as_nobody)
        if await member.process.wait():
            raise Trouble(f"{otherwise}:\n{member.last_words()}")
        self._members.remove(member)
        return member.log.read_text(errors="replace")

    async def until(
        self, is_so: Callable[[], Awaitable[bool]], what: str, within_s: float = 60.0
    ) -> None:
        """Ask again and again until it is so.

        Raises:
            Trouble: a process ended meanwhile, or it took too long.
        """
        deadline = time.monotonic() + within_s
        while not await is_so():
            for member in self._members:
                if member.process.returncode is not None:
                    raise Trouble(f"{member.name} ended early:\n{member.last_words()}")
            if time.monotonic() > deadline:
                words = "\n".join(member.last_words() for member in self._members)
                raise Trouble(f"{what} did not happen within {within_s:.0f} s:\n{words}")
            await asyncio.sleep(_LOOK_S)

    async def any_end(self) -> str:
        """Wait until one of the processes ends by itself, and say which, with its last words."""
        waits = {asyncio.ensure_future(m.process.wait()): m for m in self._members}
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()
        member = waits[done.pop()]
        return f"{member.name} ended by itself:\n{member.last_words()}"

    async def _start(
        self, name: str, command: Sequence[str], env: Mapping[str, str] | None,
        parting: signal.Signals, *, as_nobody: bool, keep: Sequence[int] = (),
    ) -> Member:  # fmt: skip
        log = self.folder / f"{name}.log"
        who = NOBODY if as_nobody else None
        with log.open("wb") as out:
            process = await asyncio.create_subprocess_exec(
                *command, cwd=self.folder, env={**os.environ, **(env or {})},
                stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=out, pass_fds=tuple(keep),
                process_group=0, user=who, group=who, extra_groups=[] if as_nobody else None,
            )  # fmt: skip
        member = Member(name, process, log, parting)
        self._members.append(member)
        return member

    async def _end(self, member: Member) -> None:
        """Send one away, and whoever is left of its group."""
        group = member.process.pid
        with contextlib.suppress(ProcessLookupError):
            if member.process.returncode is None:
                os.killpg(group, member.parting)
        try:
            async with asyncio.timeout(_GRACE_S):
                await member.process.wait()
        except TimeoutError:
            pass
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
        await member.process.wait()
