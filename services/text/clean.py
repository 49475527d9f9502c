"""Hostile text made harmless: the one door through which a stranger's words come in.

Law: only this module makes a ``Safe``. What it lets through is bounded in size and holds no
control, no bidi control and nothing that hides; what it takes out it shows as U+FFFD, so that a
name with something hidden in it does not look like the name without. Cleaning twice changes
nothing.
"""

import ipaddress
import re
import unicodedata
from typing import Final
from urllib.parse import quote, urlsplit

from services.model.words import Safe

REPLACED: Final = "\ufffd"
"""What stands where something was taken out."""
CUT: Final = "\u2026"
"""What stands where a text was too long."""

_MARKS_AT_MOST = 4
_MARKS = frozenset({"Mn", "Me"})
_URL_CHARS_AT_MOST = 2_000
_HOST_CHARS_AT_MOST = 253

# A list of what is refused rather than of what escape sequences look like: without ESC and C1
# no sequence begins. Unassigned code points pass in the planes where new emoji come, because
# this Python may be older than the emoji.
_HOSTILE_RANGES = (
    "\x00-\x09\x0b-\x1f\x7f-\x9f"  # C0 but LF, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidi controls
    "\u200b\u2060-\u2065\u206a-\u206f\ufeff"  # zero width, deprecated format
    "\u2028\u2029"  # line and paragraph separator
    "\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0"  # letters that draw nothing
    "\ufe00-\ufe0d"  # variation selectors, but text and emoji style
    "\ufff0-\ufffb"  # unassigned and invisible, interlinear annotation
    "\ud800-\udfff\ue000-\uf8ff"  # surrogates, private use
    "\ufdd0-\ufdef\ufffe\uffff"  # noncharacters
    "\U00013430-\U0001345f\U0001bca0-\U0001bcaf\U0001d173-\U0001d17a"  # layout of old scripts
    "\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0003fffe\U0003ffff"
    # Planes 4 to 16: unassigned, tags, more variation selectors, private use (U+10EEEE among
    # it, with which a terminal can be told to show pictures).
    "\U00040000-\U0010ffff"
)
HOSTILE: Final = re.compile(f"[{_HOSTILE_RANGES}]+")
"""A run of code points that no ``Safe`` holds."""

_ODD_SPACES = {
    **dict.fromkeys((0x1680, *range(0x2000, 0x2007), 0x2008, 0x2009, 0x200A, 0x205F), " "),
    0x2007: "\u00a0",
    0x202F: "\u00a0",
    0x00AD: None,  # a soft hyphen: a hint that no terminal follows
}
_ODD_SPACE = re.compile("[\u00ad\u1680\u2000-\u200a\u202f\u205f]")
_SPACES = re.compile(r"\s+")
_BLANK_LINES = re.compile(r"\n{4,}")

# Marks are no word characters to ``re``, so this finds all runs of them and few other things.
_MAYBE_MARK = r"[^\w\s\x00-\u02ff\u2010-\u2027\u2030-\u2bff\ufffd\U0001f000-\U0001faff]"
_MANY_MARKS = re.compile(_MAYBE_MARK + f"{{{_MARKS_AT_MOST + 1},}}")
_FIRST_MARKS = re.compile("^" + _MAYBE_MARK + "+", re.MULTILINE)
_JOINERS = "\u200c\u200d"

# Arabic to Tibetan, Myanmar, Khmer, Mongolian and the newer blocks of the same families.
_SCRIPTS = (
    "\u0600-\u0fff\u1000-\u109f\u1780-\u18af\u1a20-\u1aad\u1b00-\u1c4f\ua840-\ua8ff"
    "\ua980-\uabff\ufb50-\ufdcf\ufe70-\ufefc\U00011000-\U00011fff"
)
_PICTURES = "\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_LOOSE_AFTER_LETTER = re.compile(f"(?<=[{_SCRIPTS}])[{_JOINERS}](?![{_SCRIPTS}])")
_LOOSE_JOINER = re.compile(
    f"(?<![{_SCRIPTS}])\u200c|\u200c(?![{_SCRIPTS}])"
    f"|(?<![{_SCRIPTS}{_PICTURES}\ufe0f])\u200d|\u200d(?![{_SCRIPTS}{_PICTURES}])"
)

# Letters, digits and points of the scripts that most is written in, and no space but the one.
_PLAIN = re.compile(
    "[ -~\u00a1-\u00ac\u00ae-\u02ff\u0400-\u0481\u048a-\u052f"
    "\u05d0-\u05ea\u0620-\u064a\u0660-\u0669\u0671-\u06d3"
    "\u2010-\u2027\u20a0-\u20bf\u3041-\u3096\u30a1-\u30fe\u4e00-\u9fff\uac00-\ud7a3"
    "\u3001-\u3003\u3008-\u3011\U0001f300-\U0001f64f\U0001f680-\U0001f6c5]*"
)

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
_DOTS = re.compile("[\u3002\uff0e\uff61]")
_URL_SAFE = "%/:=&?~#+!$,;'@()*[]"


def is_hostile(text: str) -> bool:
    """Tell whether ``text`` holds a code point that no ``Safe`` may hold."""
    return HOSTILE.search(text) is not None


def clean(raw: str, *, lines: int = 400, chars: int = 20_000) -> Safe:
    """Make a body fit to be shown: many lines, each without trailing space.

    Args:
        raw: Anything at all.
        lines: How many lines are kept; the last says that there were more.
        chars: How many code points are kept, looked at before anything else is.

    Returns:
        The text, at most two blank lines and four combining marks in a row.
    """
    if len(raw) <= chars and _is_plain(raw):
        return Safe(raw.rstrip(" "))
    text = raw[:chars]
    is_cut = len(raw) > chars
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\t" in text:
        text = text.replace("\t", "    ")
        is_cut = is_cut or len(text) > chars
        text = text[:chars]
    text = _without_hidden(text)
    if "\n" in text:
        text = "\n".join([line.rstrip() for line in text.split("\n")])
        text = _BLANK_LINES.sub("\n\n\n", text).strip("\n")
    else:
        text = text.rstrip()
    if text.count("\n") >= lines:
        # The sign is no longer than the lines that it stands for.
        return Safe("\n".join([*text.split("\n")[: lines - 1], CUT]))
    return Safe(_shortened(text, chars) if is_cut else text)


def clean_line(raw: str, *, chars: int = 200) -> Safe:
    """Make a name, a title, a file name or an error's text fit to be shown on one line.

    Args:
        raw: Anything at all.
        chars: How many code points are kept.

    Returns:
        The text on one line, every run of white space in it one space.
    """
    if len(raw) <= chars and _is_plain(raw):
        return Safe(" ".join(raw.split()))
    # White space folds together, so that a little more than what is kept has to be looked at.
    head = raw[: 4 * chars]
    text = _SPACES.sub(" ", _without_hidden(_SPACES.sub(" ", head)))
    start = 0
    while start < len(text) and (text[start] == " " or _is_mark(text[start])):
        start += 1
    text = text[start:].rstrip(" ")
    if len(text) <= chars and len(raw) <= len(head):
        return Safe(text)
    return Safe(_shortened(text, chars))


def clean_url(raw: str) -> Safe | None:
    """Make a link fit to be shown and opened, so that one sees where it leads.

    Args:
        raw: Anything at all.

    Returns:
        The link in ASCII, its host in punycode; ``None`` where it is no http or https link,
        names a user, or would have to be changed to be harmless.

    Source: what a browser makes of a host, https://url.spec.whatwg.org/#host-parsing, 2026-11.
    """
    if len(raw) > _URL_CHARS_AT_MOST or is_hostile(raw):
        return None
    if "\\" in raw or any(character.isspace() or character in _JOINERS for character in raw):
        return None
    try:
        parts = urlsplit(raw)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc:
        return None
    host = _ascii_host(parts.hostname or "", is_bracketed="[" in parts.netloc)
    if host is None:
        return None
    place = host if port is None else f"{host}:{port}"
    path = quote(parts.path, safe=_URL_SAFE)
    query = f"?{quote(parts.query, safe=_URL_SAFE)}" if parts.query else ""
    fragment = f"#{quote(parts.fragment, safe=_URL_SAFE)}" if parts.fragment else ""
    url = f"{parts.scheme}://{place}{path}{query}{fragment}"
    return Safe(url) if len(url) <= _URL_CHARS_AT_MOST else None


def _is_plain(text: str) -> bool:
    """Tell whether it is one line of what is never changed, as most of what is read is."""
    return _PLAIN.fullmatch(text) is not None


def _without_hidden(text: str) -> str:
    """Replace what is hostile, fold spaces of odd widths, thin out marks and loose joiners."""
    text = HOSTILE.sub(REPLACED, text)
    if text.isascii():
        return text
    if _ODD_SPACE.search(text):
        text = text.translate(_ODD_SPACES)
    text = _FIRST_MARKS.sub(_without_marks, text)
    text = _MANY_MARKS.sub(_with_few_marks, text)
    if "\u200c" in text or "\u200d" in text:
        text = _LOOSE_AFTER_LETTER.sub("", text)
        text = _LOOSE_JOINER.sub(REPLACED, text)
    return text


def _without_marks(match: re.Match[str]) -> str:
    """Drop marks that would sit on what stands before the line."""
    run = match[0]
    start = 0
    while start < len(run) and (run[start] in _JOINERS or _is_mark(run[start])):
        start += 1
    return run[start:]


def _with_few_marks(match: re.Match[str]) -> str:
    """Keep the first marks of every run."""
    run = match[0]
    kinds = set(run)
    known = {character for character in kinds if _is_mark(character)}
    if known == kinds:
        return run[:_MARKS_AT_MOST]
    marks = 0
    kept: list[str] = []
    for character in run:
        if character in known:
            marks += 1
            if marks > _MARKS_AT_MOST:
                continue
        elif character not in _JOINERS:
            # A joiner may go later on, so it does not begin a new run of marks.
            marks = 0
        kept.append(character)
    return "".join(kept)


def _is_mark(character: str) -> bool:
    """Tell whether it is drawn on what stands before it and takes no cell of its own."""
    return unicodedata.category(character) in _MARKS


def _shortened(text: str, chars: int) -> str:
    """Cut to one below ``chars`` and say so, without a loose end before the sign."""
    return text[: chars - 1].rstrip(f" \n\u00a0\u3000{_JOINERS}{CUT}") + CUT


def _ascii_host(host: str, *, is_bracketed: bool) -> str | None:
    """Give a host as a resolver sees it, or ``None`` where it is none."""
    if is_bracketed:
        try:
            return f"[{ipaddress.IPv6Address(host)}]"
        except ValueError:
            return None
    host = _DOTS.sub(".", unicodedata.normalize("NFKC", host).lower()).removesuffix(".")
    labels = [_ascii_label(label) for label in host.split(".")]
    name = ".".join(labels)
    if len(name) > _HOST_CHARS_AT_MOST or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    return name


def _ascii_label(label: str) -> str:
    """Give one label in punycode where it is not ASCII.

    Source: https://www.rfc-editor.org/rfc/rfc5891#section-4.4. The codec named ``idna`` of the
    standard library follows the older RFC 3490, which leads some names to other hosts.
    """
    return label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
