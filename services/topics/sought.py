"""A word that somebody named, looked for in what others say. Pure.

Law: a word is found whole, whatever its case. ``python`` is found as a word and as a tag, and
``#python`` as a tag alone; several words are one phrase, also where a tag writes them together.
Scripts that put no space between words are searched for the letters; Korean hangs its endings on
a word, so there a word is found by how it begins.
"""

import re
import unicodedata
from typing import Final

from services.topics.unspaced import IS_UNSPACED, UNSPACED

_LETTER = (
    rf"(?![{UNSPACED}])[\w\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u200c]"
    # vowel signs and the like are no word characters to ``re``, and yet inside a word
)
_IS_HANGUL: Final = re.compile(r"[\uac00-\ud7af]")
_IS_LETTER: Final = re.compile(_LETTER)
_BETWEEN = r"[\W_]{1,3}"
"""What may stand between the words of a phrase: a space, a hyphen, a line's end."""


def folded(text: str) -> str:
    """Give a text in the form in which it is searched."""
    return unicodedata.normalize("NFKC", text).casefold()


class Sought:
    """One word, tag or phrase, ready to be looked for."""

    __slots__ = ("_parts", "_pattern", "longest", "written")

    def __init__(self, written: str) -> None:
        """Get ready to look for ``written``; where there is no word in it nothing is found."""
        self.written = written
        parts = folded(written).split()
        self._parts = tuple(parts) if any(part != "#" for part in parts) else ()
        self.longest = max(self._parts, key=len, default="#\n")
        """What every ``folded`` text that says it holds; that is quicker asked."""
        self._pattern: re.Pattern[str] | None = None

    def is_in(self, text: str) -> bool:
        """Tell whether a ``folded`` text says it."""
        if self.longest not in text:
            return False
        if self._pattern is None:  # most words are never near to being found
            self._pattern = _pattern_of(self._parts)
        return self._pattern.search(text) is not None


def _pattern_of(parts: tuple[str, ...]) -> re.Pattern[str]:
    if not parts:
        return re.compile(r"(?!)")
    phrase = _bounded(parts[0], parts[-1], _BETWEEN.join(map(re.escape, parts)))
    if len(parts) > 1:
        phrase += rf"|#{re.escape(''.join(parts))}(?!{_LETTER})"
    return re.compile(phrase)


def _bounded(first: str, last: str, middle: str) -> str:
    """Let nothing be found inside a longer word."""
    before = rf"(?<!{_LETTER})" if _IS_LETTER.match(first[0]) else ""
    if first[0] == "#":
        before = r"(?<![\w&/#])"
    end = last[-1]
    is_open = IS_UNSPACED.match(end) or _IS_HANGUL.match(end)
    # A tag is as long as it is in any script; a sign such as in "c++" ends a word as well.
    after = "" if is_open and first[0] != "#" else rf"(?!{_LETTER})"
    if first[0] == "#" and is_open:
        after = r"(?!\w)"
    return before + middle + after
