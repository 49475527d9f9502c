"""Chinwag among hostile networks, with one wall or both taken down for the proof.

Law: everything that is changed is changed here, in the process of the proof; the product has no
switch for any of it. Called with the walls that are down, ``--`` and the words of a command line.
"""

import sys

import services.text.clean as cleaner
from services.model.words import Safe

FEW = 150
"""Code points of each payload in an error's text."""

_CALM = 3
"""Polls before the trouble begins."""


def take_down_cleaner() -> None:
    """Let everything through as it is, but for its length."""

    def body(raw: str, *, lines: int = 400, chars: int = 20_000) -> Safe:
        assert lines
        return Safe(raw[:chars])

    def line(raw: str, *, chars: int = 200) -> Safe:
        return Safe(raw[:chars])

    cleaner.clean = body
    cleaner.clean_line = line


def take_down_filter() -> None:
    """Paint without looking."""
    from textual.app import App  # noqa: PLC0415 - after the cleaner

    from tui.app import ChinwagApp  # noqa: PLC0415

    ChinwagApp.get_line_filters = App.get_line_filters  # type: ignore[method-assign]


def be_hostile() -> None:
    """Have a network that answers every send and many a poll with somebody's hostile words."""
    from services.errors import Rejected, Unreachable  # noqa: PLC0415
    from services.networks.board import BoardNetwork  # noqa: PLC0415
    from tests.hostile import SMALL  # noqa: PLC0415

    whole = "".join(f" {one.text[:FEW]} " for one in SMALL)
    plain_poll = BoardNetwork.poll
    calls = 0

    async def send(_self: BoardNetwork, _message: object) -> object:
        raise Rejected(f"refused {whole}", f"do {whole}")

    async def poll(self: BoardNetwork, cursor: object) -> object:
        nonlocal calls
        calls += 1
        arrivals = await plain_poll(self, cursor)  # type: ignore[arg-type]
        if calls > _CALM and not arrivals.posts:
            part = (calls * 160) % len(whole)
            raise Unreachable(f"lost {whole[part : part + 160]}")
        return arrivals

    BoardNetwork.send = send  # type: ignore[assignment,method-assign]
    BoardNetwork.poll = poll  # type: ignore[assignment,method-assign]


def main() -> int:
    """Start Chinwag."""
    split = sys.argv.index("--")
    down, words = sys.argv[1:split], sys.argv[split + 1 :]
    if "cleaner" in down:
        take_down_cleaner()
    if "filter" in down:
        take_down_filter()
    be_hostile()
    from tui.cli import main as chinwag  # noqa: PLC0415

    return chinwag(words)


if __name__ == "__main__":
    sys.exit(main())
