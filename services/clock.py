"""Time, as a value that is handed in.

Law: nothing else in ``services`` reads a clock or sleeps. Wall time is for people and rows,
monotonic time for durations, boot time (which counts while the machine sleeps) for deadlines.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import msgspec

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class BootTime(msgspec.Struct, frozen=True):
    """A moment on the boot clock; moments of two boots cannot be compared."""

    boot: str
    seconds: float

    def since(self, earlier: "BootTime") -> float | None:
        """Give the seconds from ``earlier`` to this, or ``None`` across a reboot."""
        return self.seconds - earlier.seconds if self.boot == earlier.boot else None


class Clock(Protocol):
    """All the time that a part of the program may know."""

    def now(self) -> datetime:
        """Give the wall clock, aware, UTC."""

    def monotonic(self) -> float:
        """Give seconds that never go back."""

    def boot(self) -> BootTime:
        """Give the moment on the boot clock."""

    async def sleep(self, seconds: float) -> None:
        """Let ``seconds`` of this clock pass."""


class SystemClock:
    """The machine's clocks, with all durations divided by one factor.

    ``scale`` 1 is real time. A larger one makes this clock run that many times faster, which
    the proofs use to live through minutes in seconds; it is set once, where everything is put
    together.
    """

    def __init__(self, scale: float = 1.0) -> None:
        """Start a clock that runs ``scale`` times as fast as real time from now on."""
        self._scale = scale
        self._wall = datetime.now(UTC)
        self._start = time.monotonic()
        self._boot_id = _read_boot_id()
        self._boot_start = _boot_seconds()

    def now(self) -> datetime:
        """Give the wall clock, aware, UTC."""
        if self._scale == 1.0:
            return datetime.now(UTC)
        return self._wall + timedelta(seconds=self.monotonic() - self._start)

    def monotonic(self) -> float:
        """Give seconds that never go back."""
        return self._start + (time.monotonic() - self._start) * self._scale

    def boot(self) -> BootTime:
        """Give the moment on the boot clock."""
        passed = (_boot_seconds() - self._boot_start) * self._scale
        return BootTime(self._boot_id, self._boot_start + passed)

    async def sleep(self, seconds: float) -> None:
        """Let ``seconds`` of this clock pass."""
        await asyncio.sleep(max(0.0, seconds) / self._scale)


def _boot_seconds() -> float:
    """Give seconds since boot; macOS counts sleep in its monotonic clock (clock_gettime(3))."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def _read_boot_id() -> str:
    """Give what tells this boot from others; empty where the system does not say.

    Source: proc_sys_kernel(5), ``random/boot_id``, 2026-11.
    """
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except OSError:
        return ""
