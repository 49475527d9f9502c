"""HTML that strangers wrote, as text that can be read: paragraphs, lists, quotations, links.

Law: pure, and one pass from left to right without recursion. Every step consumes what it looked
at, and all of depth, tags, input and output are bounded, so that the time is too; no tree is built,
because building one takes time that grows with the square of depth and of attributes. What comes
out is still a stranger's text: it goes through ``services.text.clean`` afterwards.
"""

import html
import re
from urllib.parse import urlsplit

from services.text.clean import clean_url

CHARS_AT_MOST = 262_144
"""Of HTML; what comes later is not looked at."""
DEPTH_AT_MOST = 64
"""Of tags in one another; the text of deeper ones is kept as if they were not there."""
TEXT_CHARS_AT_MOST = 40_000
"""Of text; reading ends soon after."""

_TAGS_AT_MOST = 20_000
_NAME_CHARS_AT_MOST = 32
_SHOWN_QUOTES = 3
_SHOWN_LISTS = 4
_LINK_WORDS_AT_MOST = 2_000

# A quotation mark means something only after "=", as in
# https://html.spec.whatwg.org/multipage/parsing.html#before-attribute-value-state, 2026-11.
# Whatever is not ended reaches to the end, so that no piece is looked at twice.
_ATTRIBUTES = r"""(?:[^>=]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+)*+"""
_MARKUP = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    rf"|<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<attributes>{_ATTRIBUTES})(?:>|\Z)"
    r"|<!\[CDATA\[(?P<data>.*?)(?:\]\]>|\Z)"
    r"|<[!?/][^>]*+(?:>|\Z)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"""(?P<name>[^\s=/"'>]++)(?:\s*+=\s*+(?:"(?P<a>[^"]*+)"?|'(?P<b>[^']*+)'?|(?P<c>[^\s"'>]++)))?+"""
)
_HUGE_REFERENCE = re.compile(r"&#(?:[xX][0-9a-fA-F]{8,}|[0-9]{8,});?")
_SPACES = re.compile(r"[ \t\n\r\f]+")
_HOST_LIKE = re.compile(r"(?<![\w.@-])(?:www\.)?+([\w-]++(?:\.[\w-]++)*+|\[[0-9a-f:]+\])(?![\w@-])")
_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

_RAW = frozenset({"script", "style", "iframe", "noembed", "noframes", "textarea", "title", "xmp"})
"""Inside them a tag is no tag; none is for reading."""
_UNREAD = frozenset(
    {"head", "template", "svg", "math", "object", "audio", "video", "canvas", "select", "datalist"}
)
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
     "wbr"}
)  # fmt: skip
_PARAGRAPHS = frozenset({"p", "blockquote", "pre", "ul", "ol", "dl", "table", "figure", "hr"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = frozenset(
    {"address", "article", "aside", "body", "caption", "dd", "details", "div", "dt", "fieldset",
     "figcaption", "footer", "form", "header", "html", "legend", "li", "main", "nav", "option",
     "section", "summary", "tbody", "tfoot", "thead", "tr"}
)  # fmt: skip
_SPACED = _PARAGRAPHS | _HEADINGS
_BREAKING = _SPACED | _BLOCKS
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_ENDED_BY_ITSELF = frozenset({"p", "li", "dt", "dd", "tr", "td", "th", "option"})


def html_to_text(source: str) -> str:
    """Reduce HTML to text.

    Args:
        source: Anything at all.

    Returns:
        Plain text of lines: paragraphs apart by an empty line, ``- `` before what is listed,
        ``> `` before what is quoted, the words of a picture in brackets, and after a link whose
        words do not show its host that host in round ones. At most a little more than
        ``TEXT_CHARS_AT_MOST``.
    """
    source = source[:CHARS_AT_MOST]
    reader = _Reader()
    position = 0
    for _ in range(_TAGS_AT_MOST):
        start = source.find("<", position)
        if start < 0 or reader.is_full:
            break
        reader.text(source[position:start])
        match = _MARKUP.match(source, start)
        if match is None:
            reader.text("<")
            position = start + 1
            continue
        position = match.end()
        name = (match["name"] or "").lower()[:_NAME_CHARS_AT_MOST]
        if match["data"] is not None:
            reader.text(html.escape(match["data"]))
        elif match["end"]:
            reader.end(name)
        elif name in _RAW:
            position = _after_raw(source, position, name)
        elif name:
            reader.start(name, match["attributes"])
    if "<" not in source[position:] and not reader.is_full:
        reader.text(source[position:])
    return reader.result()


def first_paragraph(text: str, *, chars: int = 600) -> str:
    """Give the first paragraph with words of its own, on one line.

    Args:
        text: Text whose paragraphs are apart by empty lines.
        chars: How many are kept; it is cut between words and then says so.
    """
    for paragraph in re.split(r"\n[ \t]*\n", text[: 40 * chars]):
        line = " ".join(paragraph.split())
        if not line or (line.startswith("[") and line.endswith("]") and line.count("[") == 1):
            continue
        if len(line) <= chars:
            return line
        words = line[: chars - 1]
        return (words.rpartition(" ")[0] or words) + "\u2026"
    return ""


def _after_raw(source: str, position: int, name: str) -> int:
    """Give the place behind the end of an element that holds no tags."""
    end = re.compile(rf"</{name}(?=[\s/>])[^>]*+(?:>|\Z)", re.IGNORECASE).search(source, position)
    return len(source) if end is None else end.end()


def _decoded(text: str) -> str:
    """Resolve references; those far out of range first, whose digits nobody should count."""
    if "&" not in text:
        return text
    return html.unescape(_HUGE_REFERENCE.sub("\ufffd", text))


def _attributes_of(raw: str) -> dict[str, str]:
    """Give the attributes of a tag; of several with one name the first, and not all of many."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(raw[:16_000]):
        value = match["a"] or match["b"] or match["c"] or ""
        found.setdefault(match["name"].lower(), _decoded(value))
    return found


def _is_hidden(attributes: dict[str, str]) -> bool:
    """Tell whether a browser would not show it."""
    return "hidden" in attributes or _HIDES.search(attributes.get("style", "")) is not None


class _Link:
    """A link that is being read: where it leads, and its words so far."""

    def __init__(self, href: str) -> None:
        self.href = href.strip()
        self.words: list[str] = []

    def note(self) -> str:
        """Say where it leads, if its words do not."""
        url = clean_url(self.href)
        words = " ".join("".join(self.words).split())[:_LINK_WORDS_AT_MOST]
        if url is None or (words[:1] in {"@", "#"} and " " not in words):
            return ""
        shortened = words.rstrip(".\u2026")
        if shortened != words and "://" in shortened and self.href.startswith(shortened):
            # Cut by the site for its own layout: given whole.
            return f" ({url})"
        host = (urlsplit(url).hostname or "").removeprefix("www.")
        return "" if host in _HOST_LIKE.findall(words.lower()) else f" ({host})"


class _Reader:
    """What has been read so far: lines that are done, the line at hand, and the open tags."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._open: list[tuple[str, bool]] = []  # the name, and whether it hides what is in it
        self._deeper = 0
        self._hidden = 0
        self._quotes = 0
        self._quoted = 0  # how deep the line above is quoted
        self._lists = 0
        self._pre = 0
        self._link: _Link | None = None
        self._is_apart = False
        self._marker = ""
        self._chars = 0

    @property
    def is_full(self) -> bool:
        """Whether enough has been read."""
        return self._chars > TEXT_CHARS_AT_MOST

    def text(self, raw: str) -> None:
        """Take text between two tags."""
        if self._hidden or not raw:
            return
        words = _decoded(raw)
        if self._pre:
            first, *more = words.replace("\r\n", "\n").split("\n")
            self._put(first)
            for line in more:
                self._break(keep=True)
                self._put(line)
        else:
            self._put(_SPACES.sub(" ", words))

    def start(self, name: str, raw: str) -> None:
        """Take a tag that begins something."""
        attributes = _attributes_of(raw) if raw.strip(" /\n") else {}
        hides = name in _UNREAD or _is_hidden(attributes)
        if name in _VOID:
            if not hides:
                self._void(name, attributes)
            return
        if name == "body":
            self.end("head")
        if (
            self._open
            and self._open[-1][0] in _ENDED_BY_ITSELF & {name, "p"}
            and (name in _BREAKING or name == self._open[-1][0])
        ):
            self.end(self._open[-1][0])
        if len(self._open) >= DEPTH_AT_MOST:
            self._deeper += 1
            self._put(" ")
            return
        self._open.append((name, hides))
        self._hidden += hides
        if not self._hidden:
            self._begin(name, attributes)

    def end(self, name: str) -> None:
        """Take a tag that ends something; what was begun in it and not ended ends with it."""
        if self._deeper:
            self._deeper -= 1
            self._put(" ")
            return
        if name == "br":
            self._void(name, {})
        if not any(opened == name for opened, _ in self._open):
            return
        while True:
            opened, hides = self._open.pop()
            if not self._hidden:
                self._finish(opened)
            self._hidden -= hides
            if opened == name:
                return

    def result(self) -> str:
        """Give all that was read."""
        while self._open:
            self._deeper = 0
            self.end(self._open[-1][0])
        self._break()
        return "\n".join(self._lines)[: TEXT_CHARS_AT_MOST * 2].strip("\n")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        """Lay out what begins."""
        if name in _BREAKING:
            self._break(apart=name in _SPACED and not (name in _LISTS and self._lists))
        if name in _LISTS:
            self._lists += 1
        elif name == "li":
            self._marker = "  " * (min(self._lists, _SHOWN_LISTS) - 1) + "- "
        elif name == "blockquote":
            self._quotes += 1
        elif name == "pre":
            self._pre += 1
        elif name == "a":
            self._link = _Link(attributes.get("href", ""))
        elif name in {"td", "th"}:
            self._put(" ")

    def _finish(self, name: str) -> None:
        """Lay out what ends."""
        if name == "a" and self._link is not None:
            link, self._link = self._link, None
            if link.words:
                self._put(link.note())
        if name in _BREAKING:
            self._break(apart=name in _SPACED and not (name in _LISTS and self._lists > 1))
        if name in _LISTS:
            self._lists -= 1
        elif name == "li":
            self._marker = ""
        elif name == "blockquote":
            self._quotes -= 1
        elif name == "pre":
            self._pre -= 1

    def _void(self, name: str, attributes: dict[str, str]) -> None:
        """Take a tag that holds nothing."""
        if self._hidden:
            return
        if name == "br":
            self._break(keep=True)
        elif name == "hr":
            self._break(apart=True)
        elif name == "img" and (words := " ".join(attributes.get("alt", "").split())):
            self._put(f"[{words}]")

    def _put(self, words: str) -> None:
        """Write on the line at hand."""
        if not words or self._hidden:
            return
        if self._link is not None:
            self._link.words.append(words)
        self._line.append(words)
        self._chars += len(words)

    def _break(self, *, apart: bool = False, keep: bool = False) -> None:
        """End the line at hand; ``keep`` where an empty one is meant."""
        line = "".join(self._line)
        line = line.rstrip(" ") if self._pre else _SPACES.sub(" ", line).strip(" ")
        if line or (keep and self._lines and not self._is_apart):
            self._write(line)
        self._line = []
        self._is_apart = self._is_apart or apart

    def _write(self, line: str) -> None:
        """Put a line below the others."""
        quotes = min(self._quotes, _SHOWN_QUOTES)
        indent = "  " * min(self._lists, _SHOWN_LISTS) if self._lists else ""
        if self._is_apart and self._lines and line:
            self._lines.append(("> " * min(self._quoted, quotes)).rstrip())
        if line:
            self._is_apart = False
        whole = ("> " * quotes + (self._marker or indent) + line).rstrip(" ")
        self._marker = ""
        self._quoted = quotes
        self._lines.append(whole)
        self._chars += len(whole) - len(line) + 1
