"""A reply of theirs over a stream, in the real app: how soon it stands on the screen."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.doubles.mastodon import MastodonDouble, serve_mastodon
from tests.servers.journey import Journey, begin_journey
from tests.tui.surroundings import own_surroundings

pytestmark = pytest.mark.servers

STREAMED_S = 2.0
SAID = 5


async def _sign_in(journey: Journey, double: MastodonDouble) -> None:
    async def allow(_: str) -> str:
        return "good-code"

    await journey.open_form("m")
    await journey.fill(double.url)
    await journey.enter_code(allow)
    await journey.until_welcome()


async def test_a_streamed_reply_is_on_the_screen_within_two_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody who was answered answers, again and again: the row is live within two seconds."""
    took: list[float] = []
    with own_surroundings(tmp_path, monkeypatch):
        async with (
            serve_mastodon() as double,
            begin_journey(
                "mastodon (a double that streams)", double.url, tmp_path, is_direct=True
            ) as journey,
        ):
            ours = double.say("ada", "The heron is back.", at=datetime.now(UTC))
            double.say("ben", "Which one?", ours["id"], at=datetime.now(UTC))
            await _sign_in(journey, double)
            await journey.sit_with("Ben", "Which one?")
            await journey.until(lambda: bool(double.streams.listeners), 30.0)
            for number in range(SAID):
                said = await journey.answer(f"The grey one, number {number}.")
                words = f"Is it alone, number {number}?"
                double.say("ben", words, said.id, at=datetime.now(UTC))
                took.append(await journey.until_live("Ben", words, STREAMED_S))
    with capsys.disabled():
        print(journey.story)  # noqa: T201 - the figures of the proof
        print("on screen after", *(f"{one:.2f} s" for one in took))  # noqa: T201 - as above
    assert max(took) < STREAMED_S
