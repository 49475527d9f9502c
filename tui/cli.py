"""The command line: what was asked for, and whether this place can do it.

Law: importing this module imports nothing heavy, and nothing heavy is imported before the command
is known; a command that cannot run here says why in a sentence and gives 2.
"""

import argparse
import gc
import locale
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

if TYPE_CHECKING:
    from services.model.session import Rhythm
    from tui.opening import Opening

_PACKAGES = ("tui", "widgets", "services")
_FAILED = 1
_REFUSED = 2
_INTERRUPTED = 130
_RHYTHMS = ("reply-first", "on-the-story")
_LONGEST_MINUTES = 180
_COMING = frozenset({"login", "logout"})


def main(argv: Sequence[str] | None = None) -> int:
    """Do what ``argv`` asks for (the process's own arguments without it); give the exit status."""
    os.umask(0o077)
    if (problem := _find_intruder()) is not None:
        return _refuse(problem)
    if not _is_there(sys.stdout):
        return _refuse("There is nowhere to write to: the standard output is closed.")
    words = sys.argv[1:] if argv is None else argv
    if words and words[0] in _COMING:
        return _refuse(
            "Accounts on other networks come next, and “login” with them. "
            "Until then there is the commons of this box, and “chinwag practice”."
        )
    asked = _build_parser().parse_args(words)
    try:
        if asked.command in {None, "live", "practice"}:
            return _open_screen(asked)
        return _print_out(lambda: _run_text(asked))
    except KeyboardInterrupt:
        return _INTERRUPTED


def _print_out(print_it: Callable[[], int]) -> int:
    """Do what prints, and see that all of it has got out; give the exit status."""
    try:
        status = print_it()
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has gone, as `head` does.
        _let_go_of_output()
        return 0
    except OSError as error:
        _let_go_of_output()
        _say(f"Not all could be written out: {error.strerror}. See where it goes, and ask again.")
        return _FAILED
    return status


def _let_go_of_output() -> None:
    """Let what is still buffered go nowhere, so that the end does not try it again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _is_there(stream: TextIO | None) -> bool:
    """Whether a standard stream was open when the process began."""
    return stream is not None


def _find_intruder() -> str | None:
    """Give a sentence when our packages are not all ours: their names are common words."""
    own = Path(__file__).resolve().parent.parent
    for name in _PACKAGES:
        spec = find_spec(name)
        places = () if spec is None else tuple(spec.submodule_search_locations or ())
        found = [Path(place).resolve().parent for place in places]
        if found != [own]:
            where = f" (found in {_clean(str(found[0]))})" if found else ""
            return (
                f"Another distribution has replaced Chinwag's package “{name}”{where}. "
                "Install Chinwag alone, with “pipx install chinwag” or “uv tool install chinwag”."
            )
    return None


def _build_parser() -> argparse.ArgumentParser:
    """Give the whole command line."""
    parser = _Parser(
        prog="chinwag",
        description="Live social sessions in the terminal: see who waits, talk, and stop.",
        epilog="Without a command it opens the lobby. No command sends a post.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="say which version this is")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")

    live = commands.add_parser("live", help="sit down for a session, without a question")
    live.add_argument("--minutes", type=_minutes, default=20, metavar="N", help="how long (20)")
    live.add_argument(
        "--rhythm", choices=_RHYTHMS, default=_RHYTHMS[0], help="how the time is shared"
    )
    live.add_argument("--intention", default="", metavar="TEXT", help="what you sit down for")

    practice = commands.add_parser(
        "practice", help="a session with a made-up cast; leaves no trace"
    )
    practice.add_argument("--seed", type=_seed, metavar="N", help="the same practice again")

    for name, text in (
        ("waiting", "who waits for an answer"),
        ("topics", "what is up, in the order of a session's pane"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("--json", action="store_true", help="for programs")
    report = commands.add_parser("report", help="your past sessions, to keep or to share")
    report.add_argument("--format", choices=("md", "json"), default="md", help="the form (md)")
    doctor = commands.add_parser("doctor", help="what is wrong here, in words")
    doctor.add_argument(
        "--make-commons", metavar="DIR", help="make a folder for a commons that a group shares"
    )
    doctor.add_argument("--group", metavar="NAME", help="whose commons it will be")
    commands.add_parser("accounts", help="who you are, and where")
    _add_feeds(commands.add_parser("feeds", help="whose headlines are read, and how each feed is"))
    return parser


def _add_feeds(feeds: argparse.ArgumentParser) -> None:
    """Say what can be done with feeds, one thing at a time."""
    one = feeds.add_mutually_exclusive_group()
    one.add_argument("--add", metavar="ADDRESS", help="follow a feed, or the one a page names")
    one.add_argument("--remove", metavar="ADDRESS", help="follow it no longer")
    one.add_argument(
        "--import", dest="bring", metavar="FILE", help="follow what an OPML file lists"
    )
    one.add_argument("--export", dest="take", metavar="FILE", help="write an OPML file")


def _open_screen(asked: argparse.Namespace) -> int:
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


def _read_opening(asked: argparse.Namespace) -> "Opening":
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


def _run_text(asked: argparse.Namespace) -> int:
    """Run a command that only prints."""
    _warn_of_encoding()

    import asyncio  # noqa: PLC0415

    from tui import commands  # noqa: PLC0415

    running: Coroutine[Any, Any, int]
    match asked.command:
        case "waiting":
            running = commands.waiting(as_json=asked.json)
        case "topics":
            running = commands.topics(as_json=asked.json)
        case "report":
            running = commands.report(as_json=asked.format == "json")
        case "doctor":
            running = commands.doctor(asked.make_commons, asked.group)
        case "feeds":
            running = _run_feeds(asked)
        case _:
            running = commands.accounts()
    return asyncio.run(_told(running))


def _run_feeds(asked: argparse.Namespace) -> "Coroutine[Any, Any, int]":
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


async def _told(running: "Coroutine[Any, Any, int]") -> int:
    """Run a command; where it cannot, say why and what to do."""
    from services.errors import ChinwagError  # noqa: PLC0415 - as in main's law
    from tui.report import sentence  # noqa: PLC0415

    try:
        return await running
    except ChinwagError as error:
        _say(sentence(error))
        return 1


def _find_no_screen() -> str | None:
    """Give a sentence when there is no terminal to fill."""
    if not (_is_there(sys.stdin) and sys.stdin.isatty() and sys.stdout.isatty()):
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
        _say(
            f"Your locale writes {_clean(encoding)}, not UTF-8: some letters may be unreadable. "
            "Setting LANG=C.UTF-8 helps."
        )


def _minutes(text: str) -> int:
    """Read a session's length."""
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _LONGEST_MINUTES:
        return int(text)
    raise argparse.ArgumentTypeError(f"a session lasts 1 to {_LONGEST_MINUTES} minutes")


def _seed(text: str) -> int:
    """Read a practice's seed."""
    if text.isascii() and text.isdigit() and len(text) <= 9:  # noqa: PLR2004 - fits any integer
        return int(text)
    raise argparse.ArgumentTypeError("a seed is a whole number of up to nine digits")


def _refuse(sentence: str) -> int:
    """Say why not."""
    _say(sentence)
    return _REFUSED


def _say(sentence: str) -> None:
    """Write one sentence to standard error, in whatever letters it can write."""
    if not _is_there(sys.stderr):
        return
    encoding = sys.stderr.encoding or "ascii"
    sys.stderr.write(sentence.encode(encoding, "replace").decode(encoding) + "\n")


def _clean(text: str) -> str:
    """Give what may be printed of ``text``; the cleaner proper is not trusted to be there yet."""
    return "".join(char if char.isprintable() else "�" for char in text)[:200]


class _Parser(argparse.ArgumentParser):
    """Errors as one cleaned sentence; what was typed may have been pasted."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line and leave."""
        _say(f"{_clean(message)}. “{self.prog} --help” shows what can be asked for.")
        raise SystemExit(_REFUSED)

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """Leave after help was printed."""
        if message:
            _say(_clean(message))
        raise SystemExit(_print_out(lambda: status))


class _Version(argparse.Action):
    """Print the installed version; looked up only when asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        """Print and leave."""
        from importlib.metadata import version  # noqa: PLC0415 - costs 15 ms

        sys.stdout.write(f"chinwag {version('chinwag')}\n")
        parser.exit()
