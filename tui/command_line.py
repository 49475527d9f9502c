"""The command line's grammar: which commands there are, and what each takes.

Law: importing this imports nothing heavy; what cannot be understood is one cleaned sentence.
"""

import argparse
import sys
from typing import NoReturn

from tui.streams import print_out, printable, say

REFUSED = 2
RHYTHMS = ("reply-first", "on-the-story")
NETWORKS = ("bluesky", "mastodon", "wordpress", "hackernews")
_LONGEST_MINUTES = 180
EVERY_S = 300
"""How often a replay tells."""
_LONGEST_EVERY_S = 86_400


def build_parser() -> argparse.ArgumentParser:
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
        "--rhythm", choices=RHYTHMS, default=RHYTHMS[0], help="how the time is shared"
    )
    live.add_argument("--intention", default="", metavar="TEXT", help="what you sit down for")

    practice = commands.add_parser(
        "practice", help="a session with a made-up cast; leaves no trace"
    )
    practice.add_argument("--seed", type=_seed, metavar="N", help="the same practice again")

    waiting = commands.add_parser("waiting", help="who waits for an answer")
    waiting.add_argument("--json", action="store_true", help="for programs")
    _add_topics(commands.add_parser("topics", help="what is up, in the order of a session's pane"))
    report = commands.add_parser("report", help="your past sessions, to keep or to share")
    report.add_argument("--format", choices=("md", "json"), default="md", help="the form (md)")
    doctor = commands.add_parser("doctor", help="what is wrong here, in words")
    doctor.add_argument(
        "--make-commons", metavar="DIR", help="make a folder for a commons that a group shares"
    )
    doctor.add_argument("--group", metavar="NAME", help="whose commons it will be")
    commands.add_parser("accounts", help="who you are, and where")
    _add_login(commands.add_parser("login", help="sign in to a network"))
    logout = commands.add_parser("logout", help="sign out of a network")
    logout.add_argument(
        "account", metavar="ACCOUNT", help="a handle, as “chinwag accounts” names it"
    )
    logout.add_argument(
        "--forget", action="store_true", help="forget what was said to it and by it as well"
    )
    _add_feeds(commands.add_parser("feeds", help="whose headlines are read, and how each feed is"))
    return parser


def _add_topics(topics: argparse.ArgumentParser) -> None:
    """Say what can be asked of topics; a replay looks at nothing but its file."""
    topics.add_argument("--json", action="store_true", help="for programs")
    one = topics.add_mutually_exclusive_group()
    one.add_argument(
        "--why",
        metavar="WHICH",
        help="tell at length why a topic stands where it does: by its id, or by words of its title",
    )
    one.add_argument(
        "--replay",
        metavar="FILE",
        help="tell what breaks in a file of JSON lines, oldest first (“-”: the standard input); "
        "each has “id”, “ts” in seconds and “text”, and may have “author”, “source”, “url”, "
        "“title” and “lang”",
    )
    topics.add_argument(
        "--every",
        type=_seconds,
        metavar="SECONDS",
        help=f"of a replay: after so much of its own time, what breaks then is told ({EVERY_S})",
    )


def _add_login(login: argparse.ArgumentParser) -> None:
    """Say what can be told beforehand of a sign-in; a password never can."""
    login.add_argument("network", choices=NETWORKS, metavar="NETWORK", help=", ".join(NETWORKS))
    login.add_argument("--name", metavar="NAME", help="your handle or user name there")
    login.add_argument("--server", metavar="ADDRESS", help="the server, or the blog")
    login.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the app password, one line, from the standard input",
    )


def _add_feeds(feeds: argparse.ArgumentParser) -> None:
    """Say what can be done with feeds, one thing at a time."""
    one = feeds.add_mutually_exclusive_group()
    one.add_argument("--add", metavar="ADDRESS", help="follow a feed, or the one a page names")
    one.add_argument("--remove", metavar="ADDRESS", help="follow it no longer")
    one.add_argument(
        "--import", dest="bring", metavar="FILE", help="follow what an OPML file lists"
    )
    one.add_argument("--export", dest="take", metavar="FILE", help="write an OPML file")


def _minutes(text: str) -> int:
    """Read a session's length."""
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _LONGEST_MINUTES:
        return int(text)
    raise argparse.ArgumentTypeError(f"a session lasts 1 to {_LONGEST_MINUTES} minutes")


def _seconds(text: str) -> int:
    """Read how often a replay tells."""
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _LONGEST_EVERY_S:
        return int(text)
    raise argparse.ArgumentTypeError(f"a replay tells every 1 to {_LONGEST_EVERY_S} seconds")


def _seed(text: str) -> int:
    """Read a practice's seed."""
    if text.isascii() and text.isdigit() and len(text) <= 9:  # noqa: PLR2004 - fits any integer
        return int(text)
    raise argparse.ArgumentTypeError("a seed is a whole number of up to nine digits")


class _Parser(argparse.ArgumentParser):
    """Errors as one cleaned sentence; what was typed may have been pasted."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line and leave."""
        say(f"{printable(message)}. “{self.prog} --help” shows what can be asked for.")
        raise SystemExit(REFUSED)

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """Leave after help was printed."""
        if message:
            say(printable(message))
        raise SystemExit(print_out(lambda: status))


class _Version(argparse.Action):
    """Print the installed version; looked up only when asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        """Print and leave."""
        from importlib.metadata import version  # noqa: PLC0415 - costs 15 ms

        sys.stdout.write(f"chinwag {version('chinwag')}\n")
        parser.exit()
