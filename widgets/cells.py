"""How wide words are on a screen, and how they are cut and folded to fit.

Law: widths are those that Textual paints with, a grapheme cluster is never taken apart, and the
work is bounded by the space there is, not by the length of what somebody wrote.
"""

from collections.abc import Iterator

from rich.cells import cell_len

ELLIPSIS = "…"
_JOINER = "\u200d"
LINES_AT_MOST = 400
"""No text is folded into more lines than this."""
_CODE_POINTS_PER_CELL = 16
"""What one cell may be made of; a longer pile of marks is cut off with the rest."""


def width(text: str) -> int:
    """Give the cells that ``text`` takes."""
    return cell_len(text)


def clip(text: str, cells: int) -> str:
    """Give ``text`` on one line in at most ``cells`` cells, cut with "…" where it is longer.

    Line breaks and runs of white space become one space.
    """
    if cells <= 0:
        return ""
    reach = cells * _CODE_POINTS_PER_CELL + 64
    line = _ended(" ".join(text[:reach].split()))
    if len(text) <= reach and cell_len(line) <= cells:
        return line
    return _head(line, cells - 1) + ELLIPSIS


def cut(text: str, cells: int) -> str:
    """Give the beginning of one line of ``text`` that fits, ending in "…"; spaces stay."""
    return _head(text, cells - 1) + ELLIPSIS if cells > 0 else ""


def pad(text: str, cells: int) -> str:
    """Give ``text`` in exactly ``cells`` cells: clipped, or filled with spaces on the right."""
    clipped = clip(text, cells)
    return clipped + " " * (cells - cell_len(clipped))


def wrap(text: str, cells: int, lines: int = LINES_AT_MOST) -> list[str]:
    """Fold ``text`` into lines of at most ``cells`` cells, at most ``lines`` of them.

    Its own line breaks are kept, words are kept whole where they fit, and a line too many ends
    the last one with "…". Empty text is one empty line.
    """
    if cells <= 0 or lines <= 0:
        return []
    folded: list[str] = []
    # One more line than asked for tells that something was left out.
    for line in _fold(text[: (lines + 1) * (cells + 1) * _CODE_POINTS_PER_CELL], cells):
        if len(folded) == lines:
            last = folded[-1]
            folded[-1] = (last if cell_len(last) < cells else _head(last, cells - 1)) + ELLIPSIS
            break
        folded.append(_ended(line))
    return folded


def _fold(text: str, cells: int) -> Iterator[str]:
    for paragraph in text.splitlines() or [""]:
        yield from _fold_paragraph(paragraph, cells)


def _fold_paragraph(paragraph: str, cells: int) -> Iterator[str]:
    line, used = "", 0
    for word in paragraph.split():
        wide = cell_len(word)
        if line and used + 1 + wide <= cells:
            line, used = f"{line} {word}", used + 1 + wide
            continue
        if line:
            yield line
        pieces = [word] if wide <= cells else list(_chop(word, cells))
        yield from pieces[:-1]
        line = pieces[-1] if pieces else ""
        used = cell_len(line)
    yield line


def _chop(word: str, cells: int) -> Iterator[str]:
    """Take a word that is too wide apart between its grapheme clusters."""
    piece, used = "", 0
    for cluster in _clusters(word):
        wide = cell_len(cluster)
        if wide > cells:
            continue
        if used + wide > cells:
            yield piece
            piece, used = "", 0
        piece, used = piece + cluster, used + wide
    yield piece


def _head(text: str, cells: int) -> str:
    """Give the longest beginning of ``text`` that fits into ``cells``."""
    if text.isascii():
        return text[: max(0, cells)].rstrip()
    kept: list[str] = []
    used = 0
    for cluster in _clusters(text):
        used += cell_len(cluster)
        if used > cells:
            break
        kept.append(cluster)
    return _ended("".join(kept).rstrip())


def _ended(text: str) -> str:
    """Give ``text`` without a joiner at its end, which would swallow what is painted after it."""
    return text.rstrip(_JOINER) if text.endswith(_JOINER) else text


def _clusters(text: str) -> Iterator[str]:
    """Give the grapheme clusters of ``text``, without piles of marks that no cell can hold."""
    if text.isascii():
        yield from text
        return
    from wcwidth import iter_graphemes  # noqa: PLC0415 - 15 ms that plain letters do without

    for cluster in iter_graphemes(text):
        if len(cluster) <= _CODE_POINTS_PER_CELL * 2:
            yield cluster
        else:
            yield cluster[0]
