"""The line to each real server is gone for two minutes in the middle of a session.

Law: nothing that was said meanwhile is missing afterwards; the server's own list is the truth.
"""

import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest

from services.clock import SystemClock
from services.model.sending import SendState
from tests.servers.bluesky import Bluesky
from tests.servers.journey import Journey, open_app
from tests.servers.places import Place, Theirs, on_bluesky, on_snac, on_wordpress, open_place
from tests.servers.snac import Snac
from tests.servers.wordpress import WordPress
from tui.screens.help import HelpScreen
from tui.screens.live import LiveScreen

pytestmark = pytest.mark.servers

SCALE = 8.0
AWAY_S = 120.0
"""Of the session's clock."""
SAID = 6
"""By others, while the line is gone."""
KEY_S = 0.5
"""What a key may take, the whole test's own work included."""
TRIES = 3
"""A busy box holds a key up once or twice, a stutter of ours is there each time."""
BACK_S = 60.0
"""Real: a pause of a minute at the most, and what a server takes to tell of its own people."""


async def _heard(place: Place) -> set[str]:
    """Give what is kept of what was said to us."""
    rows = await place.runtime.real.files.private.read("SELECT post FROM comment WHERE relation=1")
    return {str(row["post"]) for row in rows}


async def _press_on(journey: Journey) -> float:
    """Ask for help and close it; give the seconds of the slower key."""
    slowest = 0.0
    for key, screen in (("question_mark", HelpScreen), ("escape", LiveScreen)):
        start_s = time.monotonic()
        await journey.press(key)
        await journey.until_on(screen)
        slowest = max(slowest, time.monotonic() - start_s)
    return slowest


async def _lose_the_line(make: Callable[[], Awaitable[Theirs]], folder: Path) -> str:
    """Lose it until no key was slow; give what there is to tell of each time."""
    told = ""
    for number in range(TRIES):
        slowest_s, words = await _lose_it_once(await make(), folder / str(number))
        told += words
        if slowest_s < KEY_S:
            return told
    raise AssertionError(f"a key was slow each time:{told}")


async def _lose_it_once(theirs: Theirs, folder: Path) -> tuple[float, str]:
    """Lose it for a while; give the seconds of the slowest key, and what there is to tell."""
    clock = SystemClock(SCALE)
    await theirs.speak("Is anybody there, number 0")
    async with (
        open_place(theirs, folder, clock) as place,
        open_app(place.runtime, place.line, theirs.name) as journey,
    ):
        await journey.until(lambda: bool(journey.waiting()), BACK_S)
        await journey.press("enter")
        await journey.until_on(LiveScreen)
        await journey.until(lambda: journey.selected is not None)
        slowest_s = 0.0
        async with place.line.away():
            gone_s = clock.monotonic()
            await journey.say("I am here.")
            await journey.until_shown("cannot be connected to", within_s=BACK_S)
            told_s = clock.monotonic() - gone_s
            spoken = 0
            while clock.monotonic() - gone_s < AWAY_S:
                if spoken < SAID:
                    spoken += 1
                    await theirs.speak(f"Hello, number {spoken}")
                slowest_s = max(slowest_s, await _press_on(journey))
                await clock.sleep(4.0)
            assert spoken == SAID
        back_s = clock.monotonic()

        async def is_whole() -> bool:
            listed = await theirs.spoken()
            return len(listed) > SAID and listed <= await _heard(place)

        await journey.until(is_whole, BACK_S)
        whole_s = clock.monotonic() - back_s
        assert await _heard(place) >= await theirs.spoken()
        await journey.until(lambda: "cannot be connected to" not in journey.shown(), BACK_S)
        (send,) = await place.runtime.real.tables.outbox.said_sends() or (
            await place.runtime.real.tables.outbox.unsure()
        )
        there = sum("I am here." in text for text in await theirs.texts())
        assert there == (send.state is SendState.SENT)
        if not there:
            assert send.is_given_back
    return slowest_s, (
        f"\n{theirs.name}: gone for {AWAY_S:.0f} s, said after {told_s:.0f} s; slowest key "
        f"{slowest_s * 1000:.0f} ms; {SAID} of {SAID} there {whole_s:.0f} s of the clock "
        f"({whole_s / SCALE:.1f} s real) after the return; ours {send.state.name}"
    )


async def test_bluesky(
    bluesky: Bluesky, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Keys go on being answered, the trouble is said, and every reply is there afterwards."""
    told = await _lose_the_line(partial(on_bluesky, bluesky), tmp_path)
    with capsys.disabled():
        print(told)  # noqa: T201 - the figures of the proof


async def test_wordpress(
    wordpress: WordPress, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Keys go on being answered, the trouble is said, and every comment is there afterwards."""
    told = await _lose_the_line(partial(on_wordpress, wordpress), tmp_path)
    with capsys.disabled():
        print(told)  # noqa: T201 - as above


async def test_snac(snac: Snac, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Keys go on being answered, the trouble is said, and every mention is there afterwards."""
    told = await _lose_the_line(partial(on_snac, snac), tmp_path)
    with capsys.disabled():
        print(told)  # noqa: T201 - as above
