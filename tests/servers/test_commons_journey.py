"""Whole journeys at a real terminal: two people on one commons, and a practice."""

import asyncio
import grp
import os
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from services.store.shared_file import create_commons
from tests.bench.terminal import Terminal
from tests.prove.box import Box, Person, made_box
from tests.prove.seat import COMPOSER, Home, await_true, begin_post, rows, type_text

pytestmark = pytest.mark.servers

PRACTICE_PATIENCE_S = 60.0
ANSWER_PATIENCE_S = 150.0
RETURNED = """SELECT person.name FROM exchange JOIN person ON person.id = exchange.person
  WHERE returned_at IS NOT NULL AND our_body LIKE 'I had not looked%'"""
"""Who wrote back to what we say here."""


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    """Two Unix users who share a group, and Chinwag installed for them."""
    with made_box() as box:
        yield box


def _seat(box: Box, person: Person, folder: Path, stack: ExitStack) -> Terminal:
    """Sit a Unix user down at a pty, as themselves and with nothing of ours."""
    program = (
        "import os, sys\n"
        f"os.umask({person.umask})\n"
        f"os.setgroups([{box.gid}])\n"
        f"os.setgid({person.own_gid})\n"
        f"os.setuid({person.uid})\n"
        f"os.chdir({str(person.home)!r})\n"
        f"os.execv({str(box.python)!r}, [{str(box.python)!r}, '-P', "
        f"{str(box.python.with_name('chinwag'))!r}, 'live'])\n"
    )
    home = {"HOME": str(person.home), "CHINWAG_COMMONS": str(folder)}
    own = {f"XDG_{name}_HOME": "" for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    return stack.enter_context(
        Terminal(
            [sys.executable, "-c", program], env=home | own | {"PYTHONPATH": ""}, cwd=Path("/")
        )
    )


def _talk(first: Terminal, second: Terminal, answerer: str) -> None:
    """Hold the conversation: asked, answered, answered, answered again, and an end."""
    begin_post(first)
    type_text(first, "who has the key to the shed?")
    first.press("ctrl+j")

    second.wait_for("Composer")
    second.wait_for("key to the shed", 10)
    second.press("t")
    second.settle(0.3, 3)
    second.press("enter")
    second.wait_for(r"(?s)key to the shed.*key to the shed")
    second.settle(0.3, 3)
    second.press("r")
    second.wait_for(COMPOSER)
    type_text(second, "I have it here")
    second.press("ctrl+j")

    first.wait_for("I have it here", 10)
    first.settle(0.5, 3)
    first.press("r")
    first.wait_for(f"Composer.*{re.escape(answerer)}")
    first.wait_for(COMPOSER)
    type_text(first, "may I fetch it at six?")
    first.press("ctrl+j")

    second.wait_for("fetch it at six", 10)
    second.settle(0.5, 3)
    second.press("e")
    second.settle(0.3, 3)
    second.press("r")
    second.wait_for(COMPOSER)
    type_text(second, "six is fine")
    second.press("ctrl+j")

    first.wait_for("six is fine", 10)
    first.settle(0.5, 3)
    first.press("q")
    first.wait_for("End the session")
    first.press("y")
    first.wait_for("export")
    shown = first.text()
    assert re.search(r"wrote back|two-way|came back", shown), shown
    assert answerer in shown
    assert "practice" not in shown.casefold()


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="making Unix users takes root")
def test_two_unix_users_talk_at_full_screens(box: Box) -> None:
    """Sam asks, Kim answers and answers again; Sam's real debrief counts it as returned."""
    folder = box.root / "journey"
    asyncio.run(create_commons(folder, box.group))
    with ExitStack() as stack:
        sam = _seat(box, box.sam, folder, stack)
        sam.wait_for("Composer")
        kim = _seat(box, box.kim, folder, stack)
        _talk(sam, kim, box.kim.name)
        private = box.sam.home / ".local/share/chinwag/private.db"
        told = rows(private, "SELECT count(*) FROM exchange WHERE returned_at IS NOT NULL")
        assert told == [(1,)]


def test_a_practice_from_the_lobby_to_its_debrief(tmp_path: Path) -> None:
    """A comment and a topic come in, a reply is answered, and the debrief says by whom."""
    home = Home(tmp_path / "home")
    with home.open() as terminal:
        terminal.wait_for("practice")
        terminal.settle(0.2, 3)
        terminal.press("p")
        terminal.wait_for("Composer")
        board = home.data / "practice" / "board.db"
        cache = home.data / "practice" / "cache.db"
        private = home.data / "practice" / "private.db"

        def comments() -> int:
            return len(rows(private, "SELECT post FROM comment WHERE relation = 1"))

        def topics() -> set[object]:
            return {row[0] for row in rows(cache, "SELECT id FROM topic")}

        await_true(lambda: comments() and topics(), "the practice has begun")
        terminal.settle(0.5, 3)
        had, knew = comments(), topics()
        await_true(lambda: comments() > had, "a comment comes in", PRACTICE_PATIENCE_S)
        await_true(lambda: topics() - knew, "a topic is new", PRACTICE_PATIENCE_S)

        terminal.settle(0.5, 3)
        terminal.press("r")
        terminal.wait_for(COMPOSER)
        type_text(terminal, "I had not looked at it that way, tell me more")
        terminal.press("ctrl+j")
        await_true(
            lambda: rows(board, "SELECT 1 FROM post WHERE body LIKE 'I had not looked%'"),
            "our reply is on the board",
        )
        await_true(
            lambda: rows(private, RETURNED),
            "it is answered",
            ANSWER_PATIENCE_S,
        )
        ((name,),) = rows(private, RETURNED)
        terminal.settle(0.5, 3)
        terminal.press("q")
        terminal.wait_for("End the session")
        terminal.press("y")
        terminal.wait_for("export")
        shown = terminal.text()
        assert re.search("(?i)practice", shown), shown
        assert str(name) in shown
        assert re.search(r"wrote back|two-way|came back", shown), shown
        terminal.press("enter")
        terminal.wait_for("leave")
        await_true(lambda: not private.exists(), "what it left is swept away")
        assert home.private("SELECT 1 FROM exchange UNION ALL SELECT 1 FROM session") == []


def test_two_people_with_one_group_folder(tmp_path: Path) -> None:
    """The folder that the doctor makes is one that a program joins without a question."""
    group = grp.getgrgid(os.getegid()).gr_name
    folder = tmp_path / "talk"
    asyncio.run(create_commons(folder, group))
    home = Home(tmp_path / "home", {"CHINWAG_COMMONS": str(folder)})
    with home.open("live", "--minutes", "5") as terminal:
        begin_post(terminal)
        type_text(terminal, "is anybody here")
        terminal.press("ctrl+j")
        posts = folder / "commons.db"
        await_true(lambda: rows(posts, "SELECT 1 FROM post"), "it is on the commons")
        assert rows(posts, "SELECT body FROM post") == [("is anybody here",)]
