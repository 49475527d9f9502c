"""Lists of feeds as other readers write them (OPML).

Law: pure, and only ever in the child: others wrote them.

Source: http://opml.org/spec2.opml, 2026-11.
"""

import re

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
