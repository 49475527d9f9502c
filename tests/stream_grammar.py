"""The grammar of all that our program writes to a terminal, and a parser that knows no more.

Law: what is not written down here is a violation. The set is that of the pinned Textual's
``drivers/linux_driver.py``, ``strip.py``, ``_compositor.py`` and ``app.py``, checked against a
capture; code points are judged by a list of its own, so that neither wall judges itself.
"""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from enum import Enum
from typing import Final


class Breach(Enum):
    """What can be wrong with a stream."""

    SEQUENCE = "a sequence that the program never writes"
    CONTROL = "a control character"
    DEL = "a DEL"
    C1 = "a C1 code point"
    BIDI = "a bidi control"
    HIDDEN = "a code point that hides or has no meaning here"
    ENCODING = "not UTF-8"
    MISPLACED = "a sequence where it does not belong"
    OUTSIDE = "a position outside the screen"
    UNFINISHED = "something begun and not ended"


@dataclass(frozen=True, slots=True)
class Violation:
    """One departure from the grammar."""

    offset: int
    """In bytes from the beginning of the stream."""
    breach: Breach
    found: str


@dataclass(frozen=True, slots=True)
class Screen:
    """What this run of the program may write beside the common set."""

    columns: int = 10_000
    rows: int = 10_000
    copies: frozenset[str] | None = None
    """Texts that may go to the clipboard by OSC 52; ``None`` forbids every one."""
    may_ring: bool = False
    may_be_cut: bool = False
    """The program was killed, so the stream may end anywhere."""


_PRIVATE_MODES = frozenset(
    {
        *(f"\x1b[?{mode}{to}" for mode in (25, 1049, 1004, 2004, 2026, 2048) for to in "hl"),
        *(f"\x1b[?{mode}{to}" for mode in (7, 1000, 1003, 1006, 1015) for to in "hl"),
        "\x1b[?1016h",  # mouse positions in pixels, where the terminal reports its size
        "\x1b[?2026$p",  # asks whether updates can be synchronised
        "\x1b[?2048$p",  # asks whether the size is reported in band
        "\x1b[>25u",  # kitty keyboard flags on the stack
        "\x1b[<u",  # and off again
    }
)
_SYNC_START = "\x1b[?2026h"
_SYNC_END = "\x1b[?2026l"

_BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_ATTRIBUTE = r"(?:[1-9]|21|51|52|53)"
_FOREGROUND = rf"(?:3[0-79]|9[0-7]|38;5;{_BYTE}|38;2;{_BYTE};{_BYTE};{_BYTE})"
_BACKGROUND = rf"(?:4[0-79]|10[0-7]|48;5;{_BYTE}|48;2;{_BYTE};{_BYTE};{_BYTE})"
_SGR = re.compile(
    rf"\x1b\[(?=\d)(?:{_ATTRIBUTE}(?:;{_ATTRIBUTE})*(?:;(?=\d)|(?=m)))?"
    rf"(?:{_FOREGROUND}(?:;(?=\d)|(?=m)))?(?:{_BACKGROUND})?m"
)
_SGR_END = "\x1b[0m"
_POSITION = re.compile(r"\x1b\[([1-9]\d{0,4});([1-9]\d{0,4})H")
_LINE_END_OR_POINTER = re.compile(r"\r\n|\x1b\]22;[a-z-]{1,20}\x07")
_COPY = re.compile(r"\x1b\]52;c;([A-Za-z0-9+/]*={0,2})\x07")
_LITERAL = re.compile(r"\x1b\[(?:\?\d{1,4}(?:[hl]|\$p)|>25u|<u)")
_TEXT = re.compile(r"[^\x00-\x1f]+")
_STRANGE = re.compile(
    "\x1b(?:[\\[][0-?]{0,40}[ -/]{0,4}[@-~]?|[\\]PX^_][^\x07\x1b]{0,40}(?:\x07|\x1b\\\\)?|.)?"
)

_JUDGED: Final = (
    (Breach.DEL, re.compile("\x7f")),
    (Breach.C1, re.compile("[\x80-\x9f]")),
    (Breach.BIDI, re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")),
    (
        Breach.HIDDEN,
        re.compile(
            "[\u200b\u2028\u2029\u2060-\u2065\u206a-\u206f\u180e\ufeff\ufff0-\ufffb"
            "\ufdd0-\ufdef\ufffe\uffff\ue000-\uf8ff"
            "\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U000e0000-\U000e007f\U000f0000-\U0010ffff]"
        ),
    ),
    (Breach.ENCODING, re.compile("[\ud800-\udfff]")),
)


@dataclass(slots=True)
class _Reader:
    """Where the parser is."""

    stream: str
    screen: Screen
    at: int = 0
    style_since: int | None = None
    sync_since: int | None = None
    violations: list[Violation] = field(default_factory=list)

    def blame(self, at: int, breach: Breach, found: str) -> None:
        """Note a violation."""
        offset = len(self.stream[:at].encode("utf-8", "surrogateescape"))
        self.violations.append(Violation(offset, breach, found[:80]))


def violations(
    stream: bytes, screen: Screen | None = None, *, at_most: int = 100
) -> tuple[Violation, ...]:
    """Parse all that was written and tell everything that the grammar does not know.

    Args:
        stream: As read from the other end of the pty, so that lines end with CR LF.
        screen: What this run may write beside the common set.
        at_most: How many violations are told.

    Returns:
        The violations in the order of the stream; none where it parses wholly.
    """
    text = stream.decode("utf-8", "surrogateescape")
    reader = _Reader(text, Screen() if screen is None else screen)
    while reader.at < len(text) and len(reader.violations) < at_most:
        reader.at = _step(reader)
    if not reader.screen.may_be_cut:
        for since in (reader.style_since, reader.sync_since):
            if since is not None:
                reader.blame(since, Breach.UNFINISHED, text[since : since + 40])
    elif reader.violations and _is_tail(reader):
        reader.violations.pop()
    return tuple(reader.violations[:at_most])


def _step(reader: _Reader) -> int:
    """Read one token and give where the next begins."""
    text, at = reader.stream, reader.at
    if match := _TEXT.match(text, at):
        for breach, pattern in _JUDGED:
            for found in pattern.finditer(text, at, match.end()):
                reader.blame(found.start(), breach, found[0])
        return match.end()
    if text.startswith(_SGR_END, at):
        if reader.style_since is None:
            reader.blame(at, Breach.MISPLACED, _SGR_END)
        reader.style_since = None
        return at + len(_SGR_END)
    if match := _SGR.match(text, at):
        if reader.style_since is not None:
            reader.blame(at, Breach.MISPLACED, match[0])
        reader.style_since = at
        return match.end()
    end = _between_styles(reader)
    if end is None:
        return _strange(reader)
    if reader.style_since is not None:
        # Every styled run is closed before anything else, so this came with somebody's text.
        reader.blame(at, Breach.MISPLACED, text[at:end])
    return end


def _between_styles(reader: _Reader) -> int | None:
    """Read what stands between styled runs: positions, modes, line ends, the two OSC."""
    text, at, screen = reader.stream, reader.at, reader.screen
    if match := _POSITION.match(text, at):
        if int(match[1]) > screen.rows or int(match[2]) > screen.columns:
            reader.blame(at, Breach.OUTSIDE, match[0])
        return match.end()
    if (match := _LITERAL.match(text, at)) and match[0] in _PRIVATE_MODES:
        _follow_sync(reader, match[0])
        return match.end()
    if match := _LINE_END_OR_POINTER.match(text, at):
        return match.end()
    if (match := _COPY.match(text, at)) and _copied(match[1]) in (screen.copies or ()):
        return match.end()
    return at + 1 if screen.may_ring and text.startswith("\x07", at) else None


def _follow_sync(reader: _Reader, mode: str) -> None:
    """Keep account of synchronised updates, which begin and end in turn."""
    if mode not in {_SYNC_START, _SYNC_END}:
        return
    is_start = mode == _SYNC_START
    if is_start is (reader.sync_since is not None):
        reader.blame(reader.at, Breach.MISPLACED, mode)
    reader.sync_since = reader.at if is_start else None


def _copied(base64_text: str) -> str | None:
    """Give what an OSC 52 puts on the clipboard."""
    try:
        return b64decode(base64_text, validate=True).decode()
    except (NotBase64, UnicodeDecodeError):
        return None


def _strange(reader: _Reader) -> int:
    """Blame what no rule reads, as much of it as belongs together."""
    text, at = reader.stream, reader.at
    if match := _STRANGE.match(text, at):
        reader.blame(at, Breach.SEQUENCE, match[0])
        return match.end()
    reader.blame(at, Breach.CONTROL, text[at])
    return at + 1


def _is_tail(reader: _Reader) -> bool:
    """Tell whether the last violation is only the beginning of something that was cut."""
    last = reader.violations[-1]
    end = len(reader.stream.encode("utf-8", "surrogateescape"))
    is_beginning = last.breach in {Breach.SEQUENCE, Breach.ENCODING, Breach.CONTROL}
    found_bytes = len(last.found.encode("utf-8", "surrogateescape"))
    return is_beginning and last.offset + found_bytes >= end
