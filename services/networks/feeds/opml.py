"""Lists of feeds as other readers write and read them (OPML).

Law: pure. ``opml_of`` is for anywhere; ``read_opml`` reads what others wrote, so only in the
child.

Source: http://opml.org/spec2.opml, 2026-11.
"""

import re
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from services.networks.feeds.entries import link_of, plain
from services.networks.feeds.wire import (
    OUTLINES_AT_MOST,
    TITLE_CHARS,
    NotUnderstood,
    Outline,
    Outlines,
    ParseJob,
    Reason,
)

_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""", re.IGNORECASE
)
_UNREADABLE_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def read_opml(job: ParseJob) -> Outlines | NotUnderstood:
    """Read a list: groups in one another are one list, and each address is there once."""
    import listparser  # noqa: PLC0415 - only who imports a list needs it

    text = _decoded(job.body)
    if not text.strip():
        return NotUnderstood(Reason.EMPTY)
    try:
        read = listparser.parse(text.encode("utf-8", "replace"))
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 - the library raises anything for what is wrong enough
        return NotUnderstood(Reason.BROKEN)
    listed: list[dict[str, object]] = list(read.get("feeds") or [])
    if not read.get("version") and not listed:
        return NotUnderstood(Reason.NOT_A_LIST)
    return _outlines(listed)


def opml_of(feeds: Iterable[tuple[str, str]]) -> bytes:
    """Write a list that other readers can read.

    Args:
        feeds: Their names and addresses.

    Returns:
        An OPML 2.0 document in UTF-8.
    """
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = "Feeds"
    body = ET.SubElement(root, "body")
    for name, url in feeds:
        shown = _UNREADABLE_IN_XML.sub("", name)
        address = _UNREADABLE_IN_XML.sub("", url)
        ET.SubElement(body, "outline", type="rss", text=shown, title=shown, xmlUrl=address)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _outlines(listed: list[dict[str, object]]) -> Outlines:
    """Keep what can be read, each address once."""
    found: dict[str, Outline] = {}
    refused = 0
    for feed in listed:
        if len(found) == OUTLINES_AT_MOST:
            return Outlines(tuple(found.values()), refused, is_cut=True)
        url = link_of(str(feed.get("url") or ""), "")
        if url is None:
            refused += 1
            continue
        found.setdefault(url, Outline(plain(str(feed.get("title") or ""), TITLE_CHARS) or url, url))
    return Outlines(tuple(found.values()), refused, is_cut=False)


def _decoded(body: bytes) -> str:
    """Decode by the mark at the beginning, by what is declared, or as UTF-8."""
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return body.decode("utf-16", "replace")
    declared = _DECLARED.match(body)
    try:
        return body.decode(declared[1].decode("ascii") if declared else "utf-8-sig")
    except (LookupError, ValueError):
        return body.decode("cp1252", "replace")
