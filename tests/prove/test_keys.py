"""Every key that help names works where it says, and is a letter where one writes.

Law: the table below has a row for every key of the registry; a key without one fails.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.bench.terminal import NotShown, Terminal
from tests.prove.planter import planted
from tests.prove.seat import COMPOSER, Home, await_true, begin_post, rows, type_text
from tui.actions import ACTIONS, Place

pytestmark = pytest.mark.prove

SEED = "7"
ANSWER_S = 5.0

LOBBY: dict[str, str] = {
    "m": "How many minutes",
    "i": "What do you sit down for",
    "d": "Debriefs",
    "a": "Accounts",
    "b": "Nothing you write goes to them",
    ",": "Settings",
    "f": "settled",
    "u": "Queued elsewhere",
    "v": "holds anybody back",
    "t": "only terminal",
    "w": "What you follow",
    "?": "Everywhere",
}
"""What a key of the lobby shows; esc comes back."""

SHEETS = {LOBBY[key] for key in "midabuw,?"}
"""Those of them that have to be closed again."""

LIVE: dict[str, str] = {
    "r": COMPOSER,
    "n": COMPOSER,
    "/": "search what was said",
    "q": "End the session",
    "a": "Accounts",
    "i": "hide here",
    "l": "Queued elsewhere",
    "g": "What you follow",
    "?": "Everywhere",
}

SAID: dict[str, str] = {
    "m": "Only what you said|no post under",
    "c": "not quoted|no post under",
    "v": "waits for your leave",
    "d": "waits for your leave",
    "ctrl+o": "Nothing is begun yet|no other account",
    "ctrl+r": "Nothing is begun yet|as public as it is",
    "ctrl+t": "Nothing is begun yet|What goes with it",
}
"""What a key of a session says where there is nothing for it to do."""


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, Terminal]]:
    """A seeded practice with people who wait and topics."""
    home = Home(tmp_path_factory.mktemp("practice") / "home", {"EDITOR": "true"})
    with home.open("practice", "--seed", SEED) as terminal:
        terminal.wait_for("Composer")
        terminal.wait_for("1 of")
        terminal.settle(0.5, 4)
        yield home, terminal


@pytest.fixture
def lobby(tmp_path: Path) -> Iterator[Terminal]:
    """A lobby with nobody in it."""
    home = Home(tmp_path / "home")
    with home.open() as terminal:
        terminal.wait_for("practice")
        terminal.settle(0.3, 4)
        yield terminal


def _changes(terminal: Terminal, *keys: str) -> None:
    """Press and expect the screen to be another one."""
    before = terminal.text()
    terminal.press(*keys)
    end_s = time.monotonic() + ANSWER_S
    while terminal.text() == before:
        if time.monotonic() > end_s:
            raise NotShown(f"{keys} changed nothing:\n{before}")
        time.sleep(0.02)  # noqa: TID251 - another process is waited for
    terminal.settle(0.2, 3)


def _home(terminal: Terminal) -> None:
    """Come back to the list of who waits."""
    terminal.press("escape")
    _rest()
    terminal.press("e", "home")
    _rest()
    terminal.settle(0.2, 2)


def _rest() -> None:
    """Give a key that may change nothing its time; what follows an escape at once is alt."""
    time.sleep(0.3)  # noqa: TID251 - a hand that types


def test_the_keys_of_the_lobby(lobby: Terminal) -> None:
    """Each opens what it names, or says why not."""
    for key, shown in LOBBY.items():
        lobby.press(key)
        lobby.wait_for(shown, ANSWER_S)
        if shown in SHEETS:
            lobby.press("escape")
            lobby.wait_without(shown)
    for keys in (("right",), ("left",), ("l",), ("h",), ("s",), ("s",)):
        _changes(lobby, *keys)
    lobby.press("f1")
    lobby.wait_for("Everywhere")
    lobby.press("escape")
    lobby.wait_without("Everywhere")
    lobby.press("ctrl+p")
    lobby.settle(0.4, 2)
    lobby.write("rhythm")
    lobby.wait_for("(?i)on the story")
    lobby.press("escape")
    _rest()
    lobby.press("c")
    lobby.wait_for("on the commons of this box")
    lobby.wait_for("Nobody else is here")
    lobby.press("enter")
    lobby.wait_for("Composer")


def test_the_keys_that_need_somebody(tmp_path: Path) -> None:
    """O turns the order; r sits down for five minutes, from the lobby and from the debrief."""
    home = Home(tmp_path / "home")
    with planted(home) as planter:
        planter.post("@kim", "Kim", f"{planter.ours} shall we?")
    with home.open() as terminal:
        terminal.wait_for("1 person waits")
        terminal.press("o")
        terminal.wait_for("oldest first")
        terminal.press("r")
        terminal.wait_for(r"Composer")
        terminal.wait_for(r"5 min left")
        terminal.settle(0.3, 3)
        terminal.press("q")
        terminal.wait_for("End the session")
        terminal.press("y")
        terminal.wait_for("five more minutes with Kim")
        terminal.press("r")
        terminal.wait_for(r"5 min left")


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
def test_the_keys_that_leave(lobby: Terminal, key: str) -> None:
    """Both end the program."""
    lobby.press(key)
    assert lobby.wait_for_end() == 0


def test_letters_are_letters_where_one_is_asked(lobby: Terminal) -> None:
    """In a line that is asked for every letter of the registry is typed."""
    letters = "".join(sorted({key for key in _letters() if key.isalpha()}))
    lobby.press("i")
    lobby.wait_for("What do you sit down for")
    lobby.settle(0.2, 2)
    lobby.write(letters + "?,/+")
    lobby.wait_for(f"{letters}\\?,/\\+")
    lobby.press("enter")
    lobby.wait_for(f"Intention.*{letters}")


def test_letters_are_letters_where_one_writes(practice: tuple[Home, Terminal]) -> None:
    """In the composer and the search every key that is a letter is typed, and does nothing."""
    _, terminal = practice
    letters = "".join(sorted(key for key in _letters() if key.isalpha()))
    _home(terminal)
    before = terminal.line(1)
    terminal.press("n")
    terminal.wait_for(COMPOSER)
    terminal.write(letters + "?,/+")
    terminal.wait_for(f"{letters}\\?,/\\+")
    assert terminal.line(1) == before
    terminal.write("\x7f" * (len(letters) + 4))
    terminal.wait_without(letters)
    _home(terminal)
    terminal.press("/")
    terminal.wait_for("search what was said")
    terminal.settle(0.2, 2)
    terminal.write(letters + "?,+")
    terminal.wait_for(f"{letters}\\?,\\+")
    _home(terminal)


def test_the_keys_of_a_session(practice: tuple[Home, Terminal]) -> None:
    """Each shows what it names, and esc comes back."""
    _, terminal = practice
    for key, shown in LIVE.items():
        _home(terminal)
        terminal.press(key)
        terminal.wait_for(shown, ANSWER_S)
        terminal.press("escape")
        terminal.wait_without(COMPOSER if shown == COMPOSER else shown)


def test_the_keys_that_say_why_not(practice: tuple[Home, Terminal]) -> None:
    """Each says in words what it needs."""
    _, terminal = practice
    for key, said in SAID.items():
        _home(terminal)
        terminal.press(key)
        terminal.wait_for(said, ANSWER_S)
        terminal.press("escape")


def test_the_keys_of_lists(practice: tuple[Home, Terminal]) -> None:
    """Moving, paging, first and last, and the panes."""
    _, terminal = practice
    _home(terminal)
    for keys in (("down",), ("up",), ("j",), ("k",), ("pagedown",), ("pageup",), ("end",)):
        _changes(terminal, *keys)
    _changes(terminal, "home")
    _changes(terminal, "tab")
    _changes(terminal, "shift+tab")
    _home(terminal)
    _changes(terminal, "o")
    _changes(terminal, "o")
    _changes(terminal, "t")
    _changes(terminal, "enter")
    terminal.press("s")
    terminal.wait_for(COMPOSER)
    terminal.press("escape")
    terminal.wait_without(COMPOSER)
    _changes(terminal, "escape")
    _changes(terminal, "t")
    terminal.press("h")
    terminal.wait_for("Why it is here")
    terminal.press("escape")
    terminal.wait_without("Why it is here")
    _changes(terminal, "e")
    terminal.press("f")
    terminal.wait_for("settled")
    terminal.press("+")
    terminal.wait_for(r"2[2-5] min left")
    terminal.press("y")
    terminal.wait_for("Copied|no address")


def test_the_keys_that_decide(practice: tuple[Home, Terminal]) -> None:
    """Setting aside and watching are kept in the store, and undone there."""
    home, terminal = practice
    private = home.data / "practice" / "private.db"

    def states() -> dict[object, object]:
        return dict(rows(private, "SELECT id, state FROM waiting"))  # type: ignore[arg-type]

    for key in ("x", "w"):
        _home(terminal)
        # Piles are opened rather than decided on, so the last row is taken.
        terminal.press("end")
        _rest()
        before = set(states().items())
        terminal.press(key)
        await_true(partial(_is_gone, states, before), f"{key} is kept")
        _rest()
        terminal.press("u")
        await_true(partial(_is_there, states, before), f"{key} is undone")


def _is_gone(
    states: Callable[[], dict[object, object]], before: set[tuple[object, object]]
) -> bool:
    return not before <= set(states().items())


def _is_there(
    states: Callable[[], dict[object, object]], before: set[tuple[object, object]]
) -> bool:
    return before <= set(states().items())


def test_the_keys_that_speak(tmp_path: Path) -> None:
    """Ctrl+J says it, z takes it back, ctrl+e writes elsewhere, esc keeps the text."""
    home = Home(tmp_path / "home", {"EDITOR": "sh -c 'printf more >> \"$0\"'"})
    home.join_commons()
    with home.open("live", "--intention", "to listen") as terminal:
        begin_post(terminal)
        type_text(terminal, "one word and ")
        terminal.press("ctrl+e")
        terminal.wait_for("one word and more")
        terminal.wait_for(COMPOSER)
        terminal.settle(0.3, 2)
        terminal.press("ctrl+j")
        await_true(lambda: home.posts() == ["one word and more"], "it is said")
        terminal.wait_without(COMPOSER)
        terminal.press("z")
        await_true(lambda: home.posts() == [""], "it is taken back")
        terminal.wait_for("one word and more")
        terminal.wait_for(COMPOSER)
        terminal.press("escape")
        terminal.wait_without(COMPOSER)
        assert home.drafts() == ["one word and more"]
        terminal.press("q")
        terminal.wait_for("End the session")
        terminal.press("y")
        terminal.wait_for("Was that it")
        for key, said in (("s", "partly it"), ("n", "not it"), ("y", "That was it")):
            terminal.press(key)
            terminal.wait_for(said)
        terminal.press("e")
        terminal.wait_for("Written to")
        assert list(home.folder.glob("chinwag-*.md"))
        terminal.press("enter")
        terminal.wait_for("leave")


def test_every_key_of_the_registry_is_tried() -> None:
    """A key that is added needs a line above."""
    tried = {
        Place.LOBBY: {
            *LOBBY,
            "b",
            "r",
            "right",
            "l",
            "left",
            "h",
            "s",
            "p",
            "c",
            "g",
            "q",
            "o",
            "enter",
        },
        Place.LIVE: {*LIVE, *SAID, *"soxwuzteyh+f", "escape"},
        Place.LISTS: {"down", "j", "up", "k", "pagedown", "home", "end", "enter"},
        Place.EVERYWHERE: {"f1", "?", "ctrl+p", "ctrl+z", "ctrl+q", "tab"},
        Place.COMPOSER: {"ctrl+j", "ctrl+e", "ctrl+o", "ctrl+r", "ctrl+t", "escape"},
        Place.DEBRIEF: {"y", "s", "n", "e", "r", "enter", "escape", "q"},
    }
    names = {"comma": ",", "slash": "/", "question_mark": "?", "plus": "+"}
    missing = [
        (action.place, key)
        for action in ACTIONS
        for key in action.key.split(",")
        if names.get(key, key) not in tried[action.place]
    ]
    assert missing == []


def _letters() -> set[str]:
    return {key for action in ACTIONS for key in action.key.split(",") if len(key) == 1}
