"""The command line: what was asked for, and whether this place can do it.

Law: importing this module imports nothing heavy, and nothing heavy is imported before the command
is known; a command that cannot run here says why in a sentence and gives 2.
"""

import gc
import locale
import os
import sys
from collections.abc import Coroutine, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.command_line import EVERY_S, REFUSED, build_parser
from tui.streams import is_there, print_out, printable, say

if TYPE_CHECKING:
    from argparse import Namespace

    from services.model.session import Rhythm
    from tui.opening import Opening

_PACKAGES = ("tui", "widgets", "services")
_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Do what ``argv`` asks for (the process's own arguments without it); give the exit status."""
    os.umask(0o077)
    if (problem := _find_intruder()) is not None:
        return _refuse(problem)
    if not is_there(sys.stdout):
        return _refuse("There is nowhere to write to: the standard output is closed.")
    words = sys.argv[1:] if argv is None else argv
    asked = build_parser().parse_args(words)
    try:
        if asked.command in {None, "live", "practice"}:
            return _open_screen(asked)
        return print_out(lambda: _run_text(asked))
    except KeyboardInterrupt:
        return _INTERRUPTED


def _find_intruder() -> str | None:
    """Give a sentence when our packages are not all ours: their names are common words."""
    own = Path(__file__).resolve().parent.parent
    for name in _PACKAGES:
        spec = find_spec(name)
        places = () if spec is None else tuple(spec.submodule_search_locations or ())
        found = [Path(place).resolve().parent for place in places]
        if found != [own]:
            where = f" (found in {printable(str(found[0]))})" if found else ""
            return (
                f"Another distribution has replaced Chinwag's package “{name}”{where}. "
                "Install Chinwag alone, with “pipx install chinwag” or “uv tool install chinwag”."
            )
    return None


def _open_screen(asked: "Namespace") -> int:
    """Open the full screen, where there is one."""
    if (problem := _find_no_screen()) is not None:
        return _refuse(problem)
    opening = _read_opening(asked)

    # Importing makes much that stays and nothing that goes: looking through it all again and
    # again would cost a tenth of the start.
    gc.disable()
    from tui.app import run_app  # noqa: PLC0415 - heavy, and only full-screen commands need it

    gc.freeze()
    gc.enable()
    return run_app(opening)


def _read_opening(asked: "Namespace") -> "Opening":
    """Make what was asked for into a value."""
    from tui.opening import OpenLive, OpenLobby, OpenPractice  # noqa: PLC0415 - as in main's law

    match asked.command:
        case "live":
            from services.model.session import Plan  # noqa: PLC0415
            from services.text.clean import clean_line  # noqa: PLC0415

            rhythm = _read_rhythm(asked.rhythm)
            return OpenLive(Plan(asked.minutes, rhythm, clean_line(asked.intention)))
        case "practice":
            return OpenPractice(asked.seed)
        case _:
            return OpenLobby()


def _read_rhythm(word: str) -> "Rhythm":
    """Give the rhythm of that name; argparse has let no other name in."""
    from services.model.session import Rhythm  # noqa: PLC0415

    return Rhythm(word)


def _run_text(asked: "Namespace") -> int:
    """Run a command that only prints."""
    _warn_of_encoding()
    if asked.command == "topics" and asked.replay is not None:
        from tui import topic_commands  # noqa: PLC0415 - as in main's law

        every_s = EVERY_S if asked.every is None else asked.every
        return topic_commands.replay(asked.replay, every_s, as_json=asked.json)
    if asked.command == "topics" and asked.every is not None:
        return _refuse("“--every” is of a replay; name a file with “--replay FILE” besides.")

    import asyncio  # noqa: PLC0415

    from tui import commands  # noqa: PLC0415

    running: Coroutine[Any, Any, int]
    match asked.command:
        case "waiting":
            running = commands.waiting(as_json=asked.json)
        case "topics":
            running = _run_topics(asked)
        case "report":
            running = commands.report(as_json=asked.format == "json")
        case "doctor":
            running = commands.doctor(asked.make_commons, asked.group)
        case "feeds":
            running = _run_feeds(asked)
        case _:
            running = _run_accounts(asked)
    return asyncio.run(_told(running))


def _run_topics(asked: "Namespace") -> "Coroutine[Any, Any, int]":
    """List the topics, or tell why one stands where it does."""
    from tui import topic_commands  # noqa: PLC0415 - as in main's law

    if asked.why is not None:
        return topic_commands.why(asked.why, as_json=asked.json)
    return topic_commands.show(as_json=asked.json)


def _run_feeds(asked: "Namespace") -> "Coroutine[Any, Any, int]":
    """Do the one thing that is asked of feeds; without one, list them."""
    from tui import feed_commands  # noqa: PLC0415 - as in main's law

    if asked.add is not None:
        return feed_commands.add(asked.add)
    if asked.remove is not None:
        return feed_commands.remove(asked.remove)
    if asked.bring is not None:
        return feed_commands.bring(asked.bring)
    if asked.take is not None:
        return feed_commands.take(asked.take)
    return feed_commands.show()


def _run_accounts(asked: "Namespace") -> "Coroutine[Any, Any, int]":
    """Say who we are; sign in, or out."""
    from tui import login_commands  # noqa: PLC0415 - as in main's law

    if asked.command == "accounts":
        return login_commands.accounts()
    if asked.command == "logout":
        return login_commands.logout(asked.account, forgets=asked.forget)
    asking = login_commands.Asking(
        asked.network, asked.name or "", asked.server or "", asked.password_stdin
    )
    return login_commands.login(asking)


async def _told(running: "Coroutine[Any, Any, int]") -> int:
    """Run a command; where it cannot, say why and what to do."""
    from services.errors import ChinwagError  # noqa: PLC0415 - as in main's law
    from tui.report import sentence  # noqa: PLC0415

    try:
        return await running
    except ChinwagError as error:
        say(sentence(error))
        return 1


def _find_no_screen() -> str | None:
    """Give a sentence when there is no terminal to fill."""
    if not (is_there(sys.stdin) and sys.stdin.isatty() and sys.stdout.isatty()):
        return (
            "Chinwag fills a terminal, and this is not one. "
            "For scripts there is “chinwag waiting”, “chinwag topics” and “chinwag report”."
        )
    if os.environ.get("TERM", "dumb") in {"dumb", ""}:
        return (
            "This terminal says that it cannot move its cursor (TERM=dumb). "
            "Try another one, or set TERM to what it is, such as xterm-256color."
        )
    _warn_of_encoding()
    return None


def _warn_of_encoding() -> None:
    """Say that words may be unreadable where the locale is not UTF-8."""
    encoding = locale.getencoding()
    if encoding.lower().replace("-", "") != "utf8":
        say(
            f"Your locale writes {printable(encoding)}, not UTF-8: some letters may be unreadable. "
            "Setting LANG=C.UTF-8 helps."
        )


def _refuse(sentence: str) -> int:
    """Say why not."""
    say(sentence)
    return REFUSED
