"""The second wall: what is painted is looked at once more, on its way to the terminal.

Law: it knows nothing of the cleaner and works the other way round. The cleaner refuses a list;
this lets through what Python calls printable and a few kinds beside it. Each holds alone.
"""

import unicodedata
from functools import lru_cache
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_REPLACED = "\ufffd"

# Zero-width joiner and non-joiner, and the signs that Arabic numbers and verses are written
# with: formally invisible, in truth letters.
_KEPT_FORMATS: Final = frozenset(
    "\u200c\u200d\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2"
    "\U000110bd\U000110cd"
)


class PaintFilter(LineFilter):
    """Takes every control out of painted segments and keeps every line as wide as it was.

    What has a width is shown as U+FFFD. What has none is dropped, since a sign in its place
    would push the rest of the line aside. Hyperlinks are not painted either: their address
    would go to the terminal outside the text. Control segments are treated like all others,
    because a widget has no reason to move the cursor.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """Filter one line.

        Args:
            segments: The line, as a widget painted it.
            background: What it stands on; nothing depends on it.

        Returns:
            The line itself where there was nothing to do, which is nearly always.
        """
        for text, style, _ in segments:
            if not text.isprintable() or (style is not None and style.link is not None):
                return _filtered(segments)
        return segments


def _filtered(segments: list[Segment]) -> list[Segment]:
    """Rebuild a line in which something was found."""
    rebuilt: list[Segment] = []
    for segment in segments:
        text, style, _ = segment
        if not text.isprintable():
            text = harmless(text) if not segment.control else ""
        if text:
            rebuilt.append(Segment(text, _without_link(style)))
    return rebuilt


def harmless(text: str) -> str:
    """Give a text of the same cell width with nothing in it that a terminal obeys."""
    width = cell_len(text)
    shown = "".join([_shown(character) for character in text])
    # A joiner or a selector beside what was taken out may now measure differently.
    return shown if cell_len(shown) == width else set_cell_size(shown, width)


@lru_cache(maxsize=4_096)
def _shown(character: str) -> str:
    """Give what is painted for one character: itself, U+FFFD, or nothing where it has no width."""
    if _may_pass(character):
        return character
    return _REPLACED * cell_len(character)


def _may_pass(character: str) -> bool:
    """Tell whether a character may reach the terminal."""
    point = ord(character)
    match unicodedata.category(character):
        case "Cc" | "Cs" | "Co" | "Zl" | "Zp":
            return False
        case "Cf":
            return character in _KEPT_FORMATS
        case "Cn":
            # Emoji that are newer than this Python; not the noncharacters, nor what Unicode
            # keeps for signs without a picture.
            is_noncharacter = point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF  # noqa: PLR2004
            is_invisible = point == 0x2065 or 0xFFF0 <= point <= 0xFFF8  # noqa: PLR2004
            return point < 0x40000 and not is_noncharacter and not is_invisible  # noqa: PLR2004
        case _:
            return True


@lru_cache(maxsize=1_024)
def _without_link(style: Style | None) -> Style | None:
    """Give the same style without a hyperlink."""
    return style if style is None or style.link is None else style.update_link(None)
