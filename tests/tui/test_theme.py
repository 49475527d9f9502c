"""Every ink can be read on every surface, and the terminal's colours stay its own."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import Theme

from tui.theme import HEARTH, NAMES, PAPER, SURFACES, TERMINAL, THEMES, VOICES, choose

_INKS = [voice for voice in VOICES if voice != "hairline"]
_REPOSITORY = Path(__file__).parents[2]
_APP = """
from tests.widgets.showcase import Showcase
Showcase({wanted!r}).run()
"""


def _luminance(colour: Color) -> float:
    """Give the relative luminance (WCAG 2.2)."""
    parts = [value / 255 for value in colour.rgb]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colours (WCAG 2.2)."""
    lights = sorted((_luminance(Color.parse(one)), _luminance(Color.parse(other))))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _surface(theme: Theme, name: str) -> str:
    return str(getattr(theme, name))


def test_contrast_is_computed_as_defined() -> None:
    """Black on white is 21:1."""
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", [t for t in THEMES if not t.ansi], ids=lambda t: t.name)
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("ink", _INKS)
def test_every_ink_can_be_read(theme: Theme, surface: str, ink: str) -> None:
    """Every ink has 4.5:1 on every surface."""
    assert _contrast(theme.variables[ink], _surface(theme, surface)) >= 4.5


@pytest.mark.parametrize("theme", [t for t in THEMES if not t.ansi], ids=lambda t: t.name)
def test_words_on_colour_can_be_read(theme: Theme) -> None:
    """What stands on amber, on the caret and on a selection has 4.5:1 too."""
    for kind in ("block-cursor", "input-cursor", "input-selection"):
        front, back = theme.variables[f"{kind}-foreground"], theme.variables[f"{kind}-background"]
        assert _contrast(front, back) >= 4.5


def test_the_terminal_theme_names_only_the_sixteen() -> None:
    """Every colour of the terminal's theme is one of its own."""
    theme = next(theme for theme in THEMES if theme.name == TERMINAL)
    for colour in theme.to_color_system().generate().values():
        assert not re.search(r"#[0-9a-fA-F]{3,8}", colour), colour


def test_choosing() -> None:
    """A known name is worn, an unknown one means hearth, and NO_COLOR the terminal's own."""
    assert choose(PAPER, {}).theme == PAPER
    assert choose("plaid", {}).theme == HEARTH
    assert choose(PAPER, {"NO_COLOR": ""}).theme == PAPER
    assert choose(PAPER, {"NO_COLOR": "1"}).theme == TERMINAL
    assert choose(PAPER, {"NO_COLOR": "1"}).ansi_color is True
    assert set(NAMES) == {theme.name for theme in THEMES}


def _bytes_on_a_terminal(wanted: str, **more: str) -> str:
    """Run the showcase on a pty until it has painted; give what it wrote."""
    environ = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "COLUMNS": "100", "LINES": "30"}
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", _APP.format(wanted=wanted)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environ | more,
        cwd=_REPOSITORY,
    ):
        os.close(theirs)
        written = b""
        ends_at = time.monotonic() + 30
        while b"Okafor" not in written or b"left" not in written:
            ready, _, _ = select.select([ours], [], [], max(0.0, ends_at - time.monotonic()))
            assert ready, written
            written += os.read(ours, 65536)
        os.write(ours, b"\x11")
        while select.select([ours], [], [], 10)[0]:
            try:
                piece = os.read(ours, 65536)
            except OSError:
                break
            if not piece:
                break
            written += piece
        os.close(ours)
    return written.decode("utf-8", "replace")


def _colours(written: str) -> list[str]:
    """Find every parameter of an SGR that asks for a colour."""
    found: list[str] = []
    for parameters in re.findall(r"\x1b\[([0-9;:]*)m", written):
        codes = [int(code or 0) for code in re.split("[;:]", parameters)]
        if any(30 <= code <= 38 or 40 <= code <= 48 or 90 <= code <= 107 for code in codes):
            found.append(parameters)
    return found


def test_the_terminal_theme_sends_no_colour_of_ours() -> None:
    """On a terminal the theme of its own colours sends no truecolor and no 256-colour code."""
    sent = _colours(_bytes_on_a_terminal(TERMINAL))
    assert sent
    assert not [code for code in sent if re.search(r"(^|;)[34]8[;:]", code)]


def test_hearth_sends_its_own_colours() -> None:
    """The check above would find truecolor where there is some."""
    sent = _colours(_bytes_on_a_terminal(HEARTH))
    assert [code for code in sent if re.search(r"(^|;)[34]8[;:]2", code)]


def test_no_color_sends_no_colour_at_all() -> None:
    """With NO_COLOR set no code that asks for a colour leaves the program."""
    assert not _colours(_bytes_on_a_terminal(HEARTH, NO_COLOR="1"))
