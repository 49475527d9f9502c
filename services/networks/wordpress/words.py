"""Text on its way in and out: what was typed is what is read.

Law: pure. What goes out is HTML in which nothing but our own paragraphs means anything.
"""

import html
import re
from typing import Final

from services.text.html import html_to_text
from services.text.measure import graphemes

TITLE_GRAPHEMES: Final = 80
"""A first line that is no longer than this is a post's title, where more follows."""

_BLOCK = re.compile(r"<!--\s*/?wp:(?P<name>[\w/-]+)")
_PLAIN_BLOCKS = frozenset({"paragraph", "heading", "list", "list-item", "quote"})
_OURS = frozenset({"paragraph"})
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_RESTYLED = re.compile("['\"\u2018\u2019\u201c\u201d\u2032\u2033`\u2013\u2014\u2026.x\u00d7-]|\\s+")
_TRADEMARK = "\u2122"


def comment_html(text: str) -> str:
    """Give what a comment is sent as; the blog makes paragraphs of its lines."""
    return html.escape(text.replace("\r\n", "\n").strip(), quote=False)


def comment_text(raw: str) -> str:
    """Read a comment as it is stored: every line of it is one."""
    return html_to_text(raw.replace("\r\n", "\n").replace("\n", "<br>"))


def divide(text: str) -> tuple[str, str]:
    """Divide what is to be a post into its title, which may be empty, and the rest."""
    lines = text.replace("\r\n", "\n").strip()
    first, _, rest = lines.partition("\n")
    if rest.strip() and graphemes(first.strip()) <= TITLE_GRAPHEMES:
        return first.strip(), rest.strip("\n")
    return "", lines


def title_html(title: str) -> str:
    """Give what a title is sent as."""
    return _escaped(title)


def post_html(text: str) -> str:
    """Give what the words of a post are sent as: blocks of paragraphs.

    Source: developer.wordpress.org/block-editor, ``core/paragraph``, 2026-11.
    """
    paragraphs = (part for part in _PARAGRAPHS.split(text.strip("\n")) if part.strip())
    return "\n\n".join(
        f"<!-- wp:paragraph -->\n<p>{_lines(part)}</p>\n<!-- /wp:paragraph -->"
        for part in paragraphs
    )


def post_text(raw: str | None, rendered: str) -> str:
    """Read the words of a post: as stored where that is all to it, else as readers get them."""
    if raw is None or not _blocks(raw) or not _blocks(raw) <= _PLAIN_BLOCKS or "[" in raw:
        return html_to_text(rendered)
    return html_to_text(raw)


def is_plain(raw: str | None) -> bool:
    """Tell whether a post holds nothing that writing its text anew would lose."""
    return raw is not None and bool(_blocks(raw)) and _blocks(raw) <= _OURS and "[" not in raw


def is_same(one: str, other: str, *, is_restyled: bool) -> bool:
    """Tell whether two texts say the same, spaces and case aside, as the blog compares them.

    ``is_restyled``: one of them has been through the blog's typography, which changes quotation
    marks, dashes, dots and the sign of multiplication.

    Source: WordPress ``wptexturize``, and its answer to a duplicate, 2026-11.
    """
    if is_restyled:
        return _bare(one) == _bare(other)
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _bare(text: str) -> str:
    return _RESTYLED.sub("", text.replace(_TRADEMARK, "(tm)").casefold())


def _escaped(text: str) -> str:
    """Escape what HTML and the blog's own short codes would make something of."""
    return html.escape(text, quote=False).replace("[", "&#91;")


def _lines(text: str) -> str:
    return "<br />".join(_escaped(line) for line in text.split("\n"))


def _blocks(raw: str) -> frozenset[str]:
    return frozenset(match["name"] for match in _BLOCK.finditer(raw))
