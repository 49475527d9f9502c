"""A picture of a terminal as SVG: cells at exact places, in a font that is named and never fetched.

Law: the same cells give the same bytes. The font's box drawing meets across cells because a cell
is exactly as wide and as high as the font says.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from rich.cells import cell_len
from rich.color import Color
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import DIMMED_MONOKAI, TerminalTheme

FONTS = "'DejaVu Sans Mono', Menlo, Consolas, monospace"
FONT_PX = 16.0
CELL_WIDTH_PX = FONT_PX * 1233 / 2048
"""DejaVu Sans Mono's advance (its ``hmtx`` table, of 2048 units per em)."""
CELL_HEIGHT_PX = FONT_PX * 2384 / 2048
"""Its ascent and descent (``hhea``), which its box drawing fills."""
ASCENT_PX = FONT_PX * 1901 / 2048
MARGIN_PX = 10.0
_RUN = re.compile(r"[ -~]+|[\u2500-\u259f]+|.", re.DOTALL)
_DIM = 0.6


def draw(
    lines: Iterable[Sequence[Segment]], *, columns: int, theme: TerminalTheme = DIMMED_MONOKAI
) -> str:
    """Give the SVG of a screen ``columns`` cells wide; ``theme`` says what the 16 colours are."""
    boxes: list[str] = []
    words: list[str] = []
    row = 0
    for row, line in enumerate(lines, 1):
        top = MARGIN_PX + (row - 1) * CELL_HEIGHT_PX
        column = 0
        for text, style, control in line:
            if control:
                continue
            width = cell_len(text)
            look = style or Style.null()
            front, back = _colors(look, theme)
            if back != theme.background_color:
                boxes.append(_box(column, top, width, back))
            words += _words(text, column, top, look, front)
            column += width
    size = (columns * CELL_WIDTH_PX + 2 * MARGIN_PX, row * CELL_HEIGHT_PX + 2 * MARGIN_PX)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]:.0f} {size[1]:.0f}"'
        f' width="{size[0]:.0f}" height="{size[1]:.0f}" font-family="{FONTS}"'
        f' font-size="{FONT_PX:g}" xml:space="preserve">'
    )
    ground = f'<rect width="100%" height="100%" rx="6" fill="{theme.background_color.hex}"/>'
    crisp = '<g shape-rendering="crispEdges">'
    return "\n".join([head, ground, crisp, *boxes, "</g>", *words, "</svg>\n"])


def _words(text: str, column: int, top: float, style: Style, front: ColorTriplet) -> Iterator[str]:
    """Give the text elements of one segment; each begins at its own cell."""
    looks = [f'fill="{front.hex}"']
    looks += ['font-weight="bold"'] if style.bold else []
    looks += ['font-style="italic"'] if style.italic else []
    lines = [name for name, is_on in _decorations(style) if is_on]
    looks += [f'text-decoration="{" ".join(lines)}"'] if lines else []
    for run in _RUN.findall(text):
        width = cell_len(run)
        if run.strip() or lines:
            yield (
                f'<text x="{MARGIN_PX + column * CELL_WIDTH_PX:.2f}" y="{top + ASCENT_PX:.2f}"'
                f' textLength="{width * CELL_WIDTH_PX:.2f}" {" ".join(looks)}>'
                f"{escape(run, quote=False)}</text>"
            )
        column += width


def _decorations(style: Style) -> list[tuple[str, bool]]:
    return [("underline", bool(style.underline)), ("line-through", bool(style.strike))]


def _box(column: int, top: float, width: int, color: ColorTriplet) -> str:
    return (
        f'<rect x="{MARGIN_PX + column * CELL_WIDTH_PX:.2f}" y="{top:.2f}"'
        f' width="{width * CELL_WIDTH_PX:.2f}" height="{CELL_HEIGHT_PX:.2f}" fill="{color.hex}"/>'
    )


def _colors(style: Style, theme: TerminalTheme) -> tuple[ColorTriplet, ColorTriplet]:
    """Give what a style's text and ground look like."""
    front = _color(style.color, theme, theme.foreground_color)
    back = _color(style.bgcolor, theme, theme.background_color)
    if style.reverse:
        front, back = back, front
    if style.dim:
        front = _blend(back, front, _DIM)
    return front, back


def _color(color: Color | None, theme: TerminalTheme, default: ColorTriplet) -> ColorTriplet:
    return default if color is None or color.is_default else color.get_truecolor(theme)


def _blend(low: ColorTriplet, high: ColorTriplet, share: float) -> ColorTriplet:
    mixed = (round(a + (b - a) * share) for a, b in zip(low, high, strict=True))
    return ColorTriplet(*mixed)
