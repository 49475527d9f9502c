"""A whole conversation on a real server that speaks Mastodon's API, from no account to none."""

from functools import partial
from pathlib import Path

import msgspec
import pytest

from services.networks.mastodon.account import POLL_S
from tests.servers.journey import begin_journey
from tests.servers.places import allow
from tests.servers.snac import Snac, SnacAccount

pytestmark = pytest.mark.servers

TELLS_S = 25.0
"""What snac may take to tell somebody on the same server: 8 to 20 s were seen."""


async def test_from_no_account_to_an_answered_comment_and_out(
    snac: Snac, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sign in by a code, answer, be answered, be refused a deletion, sign out; snac agrees."""
    us, them = snac.newcomer("olive"), snac.newcomer("theo")
    ours = await us.post("The heron is back at the weir.")
    theirs = await them.reply(ours["id"], f"@{us.person.name} Which heron do you mean?")
    async with begin_journey("mastodon (snac)", snac.host.url, tmp_path) as journey:
        await journey.open_form("m")
        await journey.fill(journey.line.url)
        await journey.enter_code(partial(allow, us))
        account = await journey.until_welcome()
        await journey.sit_with("theo", "Which heron do you mean?")
        await journey.until_shown("The heron is back at the weir.")

        answered = await journey.answer("The grey one.")
        journey.tell("answered after")
        (status,) = [one for one in await us.statuses() if "grey" in one["text"]]
        assert (status["id"], status["in_reply_to_id"]) == (answered.id, theirs["id"])

        async def is_seen() -> bool:
            seen = (await them.context(theirs["id"]))["descendants"]
            return [one["id"] for one in seen] == [answered.id]

        await journey.until(is_seen, TELLS_S)

        words = f"@{us.person.name} Ah, that one! Is it alone?"
        await them.reply(answered.id, words)
        await journey.until_live("theo", "Is it alone?", POLL_S + TELLS_S)
        second = await journey.answer("Quite alone, it seems.")
        await journey.press("z")
        await journey.until_shown("does not delete")
        assert second.id in {one["id"] for one in await us.statuses()}
        assert (await journey.said("Quite alone, it seems.")).id == second.id
        journey.tell("refused to take back after")

        await journey.end()
        token = journey.kept(account)["token"]
        kept = SnacAccount(msgspec.structs.replace(us.person, token=token), us.client)
        assert (await kept.get("v1/accounts/verify_credentials")).status_code == 200
        told = await journey.sign_out(account)
        assert "could not be told" not in told
        # snac does not say 401 where a token was good once, as seen on the wire, 2026-11.
        assert (await kept.get("v1/accounts/verify_credentials")).status_code in {401, 422}
    with capsys.disabled():
        print(journey.story)  # noqa: T201 - the figures of the proof
