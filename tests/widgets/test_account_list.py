"""Accounts in a list: where, who, how; and whose account a row speaks to."""

import pytest
from rich.cells import cell_len

from services.model.ids import AccountId
from services.text.clean import clean_line
from tests.widgets.samples import HOSTILE_NAMES, NOW, waiting
from widgets.account_list import AccountList, AccountRow
from widgets.unread_list import place_words
from widgets.waiter_list import WaiterList


def _row(handle: str, server: str = "", state: str = "well") -> AccountRow:
    return AccountRow(
        AccountId(handle), "Mastodon", clean_line(handle), server, state, is_well=state == "well"
    )


@pytest.mark.parametrize("cells", [30, 52, 70, 110])
@pytest.mark.parametrize("handle", [*HOSTILE_NAMES, "@sam@social.example"])
def test_a_row_fits_and_says_its_state(handle: str, cells: int) -> None:
    """Whatever a handle is made of, the state stands whole at the right end."""
    (line,) = AccountList().render_row(_row(handle, "a.example"), cells, is_selected=False)
    words = "".join(text for text, _ in line)
    assert cell_len(words) <= cells
    assert words.endswith("well")


def test_the_server_is_named_where_there_is_room() -> None:
    """It makes room for the handle in a narrow window."""
    row = _row("@sam", "social.example", "signed out there")
    for cells, there in ((110, True), (50, False)):
        (line,) = AccountList().render_row(row, cells, is_selected=True)
        assert ("social.example" in "".join(text for text, _ in line)) is there


def test_our_account_is_named_where_there_are_several() -> None:
    """In Unread beside the network, in the lobby in its place; nothing where it is narrow."""
    row = waiting(1)
    assert " to @sam" in place_words(row, NOW, 80, "@sam")
    assert "@sam" not in place_words(row, NOW, 50, "@sam")
    for cells, there in ((70, True), (60, False)):
        waiters = WaiterList()
        waiters.set_reactive(WaiterList.crowded, {row.account: "@sam"})
        (line,) = waiters.render_row(row, cells, is_selected=False)
        assert ("@sam" in "".join(text for text, _ in line)) is there
