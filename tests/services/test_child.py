"""Children start, take and give frames, and end, whichever way it goes."""

import asyncio
import io
import os
import sys
from pathlib import Path

import pytest

from services.child import (
    FRAME_BYTES_AT_MOST,
    Child,
    ChildGone,
    read_frame,
    start_child,
    write_frame,
)
from services.networks.feeds.parsing import CHILD
from tests.fakes import until


async def start(program: str, last_words_s: float = 2.0) -> Child:
    """Start a child that runs ``program``."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-c", program,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    return Child(process, process.stdin, process.stdout, last_words_s)


def environment_of(pid: int) -> bytes:
    """Read the environment of a process, where the system shows it."""
    shown = Path(f"/proc/{pid}/environ")
    return shown.read_bytes() if shown.exists() else b""


LEAST = 19
"""The priority below which there is none."""
ECHO = """
import os
while piece := os.read(0, 65536):
    os.write(1, piece)
"""


async def test_frames_come_back_as_they_went() -> None:
    """A child that gives back what it gets gives back every frame, small and large."""
    child = await start(ECHO)
    try:
        for frame in (b"", b"a", bytes(range(256)) * 40):
            await child.put(frame)
            assert await child.get() == frame
        assert child.is_running
    finally:
        await child.close()
    assert not child.is_running


async def test_a_child_that_has_ended_says_so() -> None:
    """Who waits for a frame of a child that ends, or speaks to it, learns that it is gone."""
    child = await start("")
    with pytest.raises(ChildGone):
        await child.get()
    await until(lambda: not child.is_running)
    with pytest.raises(ChildGone):
        await child.put(b"x" * 10_000_000)
    await child.close()


async def test_a_frame_that_is_too_long_is_not_waited_for() -> None:
    """A child that announces more than a frame may have is not believed."""
    length = FRAME_BYTES_AT_MOST + 1
    child = await start(f"import os, sys; os.write(1, ({length}).to_bytes(4)); sys.stdin.read()")
    with pytest.raises(ChildGone):
        await child.get()
    await child.close()


async def test_a_child_that_does_not_end_is_ended() -> None:
    """A child that goes on when its input has ended is killed."""
    child = await start("import signal\nwhile True: signal.pause()", 0.05)
    await child.close()
    assert not child.is_running


async def test_a_child_that_still_speaks_ends_by_itself(tmp_path: Path) -> None:
    """What nobody waits for any more does not keep it from its last words, nor from its end."""
    kept = tmp_path / "kept"
    child = await start(
        "import sys, pathlib; sys.stdin.buffer.read(); sys.stdout.buffer.write(bytes(9_000_000));"
        f"sys.stdout.flush(); pathlib.Path({str(kept)!r}).touch()"
    )
    await child.close()
    assert await asyncio.to_thread(kept.exists)


async def test_a_child_that_speaks_without_end_is_ended() -> None:
    """Whatever of it nobody has read."""
    child = await start("import sys\nwhile True: sys.stdout.buffer.write(bytes(1_000_000))", 0.05)
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await child.close()
    assert not child.is_running


async def test_killing_twice_is_killing_once() -> None:
    """A child that is dead already can be killed."""
    child = await start(ECHO)
    await child.kill()
    await child.kill()
    assert not child.is_running


async def test_no_secret_of_the_environment_goes_along(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child is given what a Python needs of the environment, and is in a session of its own."""
    monkeypatch.setenv("CHINWAG_TOKEN", "hush")
    child = await start_child(CHILD, "5", "512000000")
    try:
        environ = await asyncio.to_thread(environment_of, child.pid)
        assert b"hush" not in environ
        assert os.getsid(child.pid) == child.pid
    finally:
        await child.close()


async def test_a_child_stands_back_behind_the_screen() -> None:
    """Where the processor is short, the one that draws gets it before the one that parses."""
    child = await start_child(CHILD, "5", "512000000")
    here, there = (os.getpriority(os.PRIO_PROCESS, pid) for pid in (0, child.pid))
    await child.close()
    assert there > here or there == LEAST


async def test_a_child_that_cannot_be_started_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no interpreter to start, the child is gone before it was there."""
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with pytest.raises(ChildGone):
        await start_child(CHILD)


@pytest.mark.parametrize("cut", [1, 4, 7])
def test_a_frame_that_is_cut_is_the_end(cut: int) -> None:
    """In the child, whatever is no whole frame is the end of the input."""
    pipe = io.BytesIO()
    write_frame(pipe, b"whole")
    assert read_frame(io.BytesIO(pipe.getvalue())) == b"whole"
    assert read_frame(io.BytesIO(pipe.getvalue()[:cut])) is None
