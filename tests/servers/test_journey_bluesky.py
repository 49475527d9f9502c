"""A whole conversation on the real Bluesky network, from no account to none, by keys alone."""

from pathlib import Path

import msgspec
import pytest

from services.networks.bluesky.account import POLL_S
from tests.servers.bluesky import Bluesky, BlueskyAccount, Ref, Refused, Said
from tests.servers.journey import begin_journey

pytestmark = pytest.mark.servers

INDEX_S = 5.0
"""What the network itself may take until it tells somebody of a reply."""


async def test_from_no_account_to_an_answered_comment_and_out(
    bluesky: Bluesky, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sign in, answer who waits, be answered, take a post back, sign out; the server agrees."""
    us, them = await bluesky.newcomer("olive"), await bluesky.newcomer("theo")
    ours = await us.post("The heron is back at the weir.")
    theirs = await them.reply(ours, "Which heron do you mean?")
    await bluesky.settle()
    password = await us.app_password("chinwag")
    async with begin_journey("bluesky", bluesky.host.pds, tmp_path) as journey:
        await journey.open_form("b")
        await journey.fill(us.person.handle, password, journey.line.url)
        account = await journey.until_welcome()
        assert password not in journey.shown()
        await journey.sit_with("Theo", "Which heron do you mean?")
        await journey.until_shown("The heron is back at the weir.")

        answered = await journey.answer("The grey one.")
        journey.tell("answered after")
        (record,) = [one for one in await us.posts() if one["value"]["text"] == "The grey one."]
        assert record["uri"] == answered.id
        assert record["value"]["reply"]["parent"] == theirs.ref.json
        assert record["value"]["reply"]["root"] == ours.ref.json
        await bluesky.settle()
        seen = await them.thread(theirs.ref.uri)
        assert [one["post"]["record"]["text"] for one in seen["replies"]] == ["The grey one."]

        said = Said(Ref(record["uri"], record["cid"]), ours.ref)
        back = await them.reply(said, "Ah, that one! Is it alone?")
        await journey.until_live("Theo", "Is it alone?", POLL_S + INDEX_S)
        second = await journey.answer("Quite alone, it seems.")
        (record,) = [one for one in await us.posts() if one["uri"] == second.id]
        assert record["value"]["reply"]["parent"] == back.ref.json
        await journey.press("z")
        await journey.until_shown("is deleted", "Its text is back in the composer.")
        assert second.id not in {one["uri"] for one in await us.posts()}
        assert answered.id in {one["uri"] for one in await us.posts()}
        journey.tell("taken back after")

        await journey.end()
        refresh = journey.kept(account)["refresh"]
        words = await journey.sign_out(account)
        assert "could not be told" not in words
        kept = BlueskyAccount(msgspec.structs.replace(us.person, refresh=refresh), us.client)
        with pytest.raises(Refused):
            await kept.renew()
    with capsys.disabled():
        print(journey.story)  # noqa: T201 - the figures of the proof
