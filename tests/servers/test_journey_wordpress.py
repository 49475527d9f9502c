"""A whole conversation on a real blog, from no account to none, by keys alone."""

from pathlib import Path

import pytest

from services.networks.wordpress.account import POLL_S
from tests.servers.journey import begin_journey
from tests.servers.wordpress import WordPress, own_address
from tui.screens.confirm import ConfirmScreen

pytestmark = pytest.mark.servers

BLOG_S = 5.0
"""What the blog itself may take."""


async def test_from_no_account_to_an_answered_comment_and_out(
    wordpress: WordPress, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sign in, let a comment through, answer, be answered, take back, sign out; the blog agrees."""
    person = await wordpress.newcomer("olive")
    post = await wordpress.create_post("The heron is back", "At the weir, since Monday.")
    address = own_address()
    theirs = await wordpress.visitor_comments(
        "Theo Weir", "Which heron do you mean?", post=post, address=address
    )
    await wordpress.backdate(theirs)
    async with begin_journey("wordpress", wordpress.host.url, tmp_path) as journey:
        await journey.open_form("w")
        await journey.fill(journey.line.url, person.name, person.password)
        account = await journey.until_welcome()
        assert person.password not in journey.shown()
        await journey.sit_with("Theo Weir", "Which heron do you mean?")
        await journey.until_shown("At the weir, since Monday.", "held")
        await journey.press("v")
        await journey.until_on(ConfirmScreen)
        await journey.press("y")

        async def is_up() -> bool:
            return str((await wordpress.comment(theirs))["status"]) == "approved"

        await journey.until(is_up)
        journey.tell("let through after")

        answered = await journey.answer("The grey one.")
        journey.tell("answered after")
        (comment,) = [one for one in await wordpress.comments(post) if one["author"] == person.id]
        assert (str(comment["id"]), comment["parent"]) == (answered.id, theirs)
        assert comment["content"]["raw"] == "The grey one."

        back = await wordpress.visitor_comments(
            "Theo Weir", "Ah, that one! Is it alone?", post=post, parent=comment["id"],
            address=address,
        )  # fmt: skip
        await journey.until_live("Theo Weir", "Is it alone?", POLL_S + BLOG_S)
        second = await journey.answer("Quite alone, it seems.")
        assert (await wordpress.comment(int(second.id)))["parent"] == back
        await journey.press("z")
        await journey.until_shown("is deleted", "Its text is back in the composer.")
        assert (await wordpress.comment(int(second.id)))["status"] == "trash"
        assert (await wordpress.comment(int(answered.id)))["status"] == "approved"
        journey.tell("taken back after")

        await journey.end()
        words = await journey.sign_out(account)
        assert "could not be told" not in words
        assert await wordpress.passwords(person) == []
    with capsys.disabled():
        print(journey.story)  # noqa: T201 - the figures of the proof
