"""The few voices a line is painted in, and lines made of them.

Law: a widget names a voice, never a colour; words are painted as literal segments, so that
nothing in them can be markup; a line is exactly as wide as its place.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import cache

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip
from textual.widget import Widget

from widgets.cells import cut, width, wrap


class Voice(Enum):
    """How something is said on screen."""

    INK = "ink"
    NAME = "name"
    """Names, titles and the numbers that matter."""
    QUIET = "quiet"
    """Where and when."""
    NOW = "now"
    NOW_NAME = "now-name"
    PEOPLE = "people"
    FAILURE = "failure"
    HAIRLINE = "hairline"
    CURSOR = "cursor"
    """What the row under the cursor stands on."""
    REST = "rest"
    """The same while the keys go elsewhere."""
    BAR = "bar"
    KEY = "key"
    CHIP = "chip"
    """What Enter does, and the answer that is chosen: amber, filled."""


Part = tuple[str, Voice]
"""Words and how they are said."""
Palette = Mapping[Voice, Style]

_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)])
"""A line cannot hold these; they have no width, so leaving them out moves nothing."""

_WORDS = re.compile(r" +|[^ ]+")
_LEAST_ROOM = 8
"""Cells beside a column; where fewer are left nothing hangs there."""
_COLOURS = {
    Voice.INK: "ink",
    Voice.NAME: "ink",
    Voice.QUIET: "quiet",
    Voice.NOW: "amber",
    Voice.NOW_NAME: "amber",
    Voice.PEOPLE: "teal",
    Voice.FAILURE: "red",
    Voice.HAIRLINE: "hairline",
    Voice.BAR: "amber",
    Voice.KEY: "ink",
    Voice.CHIP: "amber",
}
"""The CSS variable each voice has its colour from."""
_TEXT_STYLES = {
    Voice.NAME: "bold",
    Voice.NOW_NAME: "bold",
    Voice.KEY: "bold",
    Voice.CHIP: "bold reverse",
}
_TEXT_STYLE_VARIABLES = {
    Voice.QUIET: "quiet-style",
    Voice.HAIRLINE: "quiet-style",
    Voice.CURSOR: "cursor-style",
}


def palette_of(widget: Widget, *, rest_on: str = "surface") -> Palette:
    """Give the styles of all voices in the theme that is on.

    ``rest_on`` is the CSS variable of what the row under the cursor stands on while the keys go
    elsewhere.
    """
    # Not component classes: matching thirteen more for every widget took a fifth of a start.
    variables = widget.app.theme_variables
    grounds = {Voice.CURSOR: "panel", Voice.REST: rest_on}
    return {
        voice: _style(
            variables.get(_COLOURS.get(voice, "")),
            variables.get(grounds.get(voice, "")),
            _TEXT_STYLES.get(voice) or variables.get(_TEXT_STYLE_VARIABLES.get(voice, ""), "none"),
        )
        for voice in Voice
    }


@cache
def _style(colour: str | None, ground: str | None, text_style: str) -> Style:
    """Make a style of colours as CSS names them; ``None`` leaves what stands below."""
    return Style(color=_colour(colour), bgcolor=_colour(ground)) + Style.parse(text_style)


def _colour(name: str | None) -> RichColor | None:
    """Read a colour; the transparent one is none."""
    if name is None:
        return None
    colour = Color.parse(name)
    return colour.rich_color if colour.a > 0 else None


def measure(parts: Iterable[Part]) -> int:
    """Give the cells that ``parts`` take."""
    return sum(width(text) for text, _ in parts)


def fit(parts: Iterable[Part], cells: int) -> list[Part]:
    """Give as much of ``parts`` as fits into ``cells``, the last one cut with "…"."""
    kept: list[Part] = []
    left = cells
    for text, voice in parts:
        wide = width(text)
        if wide <= left:
            kept.append((text, voice))
            left -= wide
            continue
        if left > 0:
            kept.append((cut(text, left), voice))
        break
    return kept


def fold(parts: Sequence[Part], cells: int) -> list[tuple[Part, ...]]:
    """Fold ``parts`` between words into lines of at most ``cells``.

    A first part that ends in a space is a column, and what is folded hangs beside it; white
    space at the beginning is an indent.
    """
    if cells <= 0 or measure(parts) <= cells:
        return [tuple(parts)]
    first = parts[0][0]
    hang = width(first) if first.endswith(" ") else len(first) - len(first.lstrip(" "))
    indent: list[Part] = [(" " * hang, Voice.INK)] if 0 < hang <= cells - _LEAST_ROOM else []
    lines: list[list[Part]] = [[]]
    for text, voice in parts:
        for token in _WORDS.findall(text):
            begun = indent if len(lines) > 1 else []
            if len(lines[-1]) > len(begun) and measure(lines[-1]) + width(token) > cells:
                lines.append([*indent])
            if token.isspace():
                if len(lines) == 1 or len(lines[-1]) > len(indent):
                    lines[-1].append((token, voice))
                continue
            for index, piece in enumerate(wrap(token, cells - measure(lines[-1]))):
                if index:
                    lines.append([*indent])
                lines[-1].append((piece, voice))
    return [tuple(line) for line in lines]


def spread(left: Sequence[Part], right: Sequence[Part], cells: int) -> list[Part]:
    """Set ``left`` and ``right`` at the two ends of ``cells``, with two cells between at least.

    Where both do not fit, the right end stays if it takes at most half and the left is cut;
    otherwise the right end goes.
    """
    right_wide = measure(right)
    if not right or right_wide * 2 > cells:
        return fit(left, cells)
    start = fit(left, cells - right_wide - 2)
    gap = cells - right_wide - measure(start)
    return [*start, (" " * gap, Voice.INK), *right]


def paint(parts: Iterable[Part], cells: int, palette: Palette, base: Style) -> Strip:
    """Make a line of exactly ``cells`` cells of ``parts``, standing on ``base``."""
    segments: list[Segment] = []
    before = Voice.CHIP
    for text, voice in parts:
        said = text.translate(_CONTROLS)
        # A space looks the same in every voice that is not filled; the one before costs no bytes.
        if not (said.isspace() and segments and before is not Voice.CHIP):
            before = voice
        if said:
            segments.append(Segment(said, base + palette[before]))
    return Strip(segments).adjust_cell_length(max(0, cells), base).simplify()
