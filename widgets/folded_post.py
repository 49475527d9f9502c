"""One post or headline folded into lines: who, when, how public, and what was said.

Law: pure, and bounded. Words behind a warning are not shown before they are opened; words that
were taken back are not shown at all. Everything that is not their words is said in ours.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from services.model.headlines import Headline
from services.model.posts import Medium, MediumKind, Post, PostState, Reach, Relation
from widgets.ages import day, duration, since
from widgets.cells import clip, wrap
from widgets.voices import Part, Voice

_TITLE_LINES = 4
_PARAGRAPH_LINES = 12
_ALT_LINES = 4
_WARNING_CELLS = 200
_DAYS_IN_WORDS_S = 60 * 24 * 3600
_LEAST_CELLS = 24
"""Of its words, a reply keeps so many however deep it hangs."""
_REMEMBERED = 4_096
_NOT_SHOWN = (PostState.DELETED, PostState.MISSING, PostState.BLOCKED)
_TOLD_REACHES = (Reach.FOLLOWERS, Reach.DIRECT)


@dataclass(frozen=True, slots=True)
class FoldedLine:
    """One line, and the index of the item it belongs to; ``None`` for what we say ourselves."""

    parts: tuple[Part, ...]
    item: int | None


@dataclass(frozen=True, slots=True)
class Hanging:
    """Where a post stands among the others, and how much room it has."""

    index: int
    depth: int
    """0 for what a thread hangs under."""
    cells: int
    lines_at_most: int
    is_opened: bool = False
    """Whether what its warning hides is shown."""


def is_folded(post: Post, *, is_opened: bool) -> bool:
    """Tell whether a warning hides the words of a post."""
    return bool(post.warning) and not is_opened and post.state not in _NOT_SHOWN


def fold_headline(
    headline: Headline, index: int, cells: int, now: datetime | None
) -> list[FoldedLine]:
    """Fold one headline: who carries it and since when, its words, its address, and air."""
    age = f"{duration(since(headline.published_at, now))} ago"
    head: tuple[Part, ...] = (
        (clip(headline.publisher, max(8, cells - 20)), Voice.NAME),
        (f" · {age}", Voice.QUIET),
    )
    said: list[Part] = [(line, Voice.INK) for line in wrap(headline.title, cells, _TITLE_LINES)]
    if headline.paragraph:
        said += [(line, Voice.QUIET) for line in wrap(headline.paragraph, cells, _PARAGRAPH_LINES)]
    for words, address in (("", headline.url), ("talked about at ", headline.discussion)):
        if address is not None and (not words or address != headline.url):
            said += [(line, Voice.QUIET) for line in wrap(f"{words}{address}", cells)]
    return [
        FoldedLine(head, index),
        *(FoldedLine((part,), index) for part in said),
        FoldedLine((), None),
    ]


def fold_post(post: Post, place: Hanging, now: datetime | None) -> list[FoldedLine]:
    """Fold one post: who and when, then its words, indented under what it answers."""
    indent = min(2 * place.depth, max(2 * min(place.depth, 1), place.cells - _LEAST_CELLS))
    space: Part = (" " * indent, Voice.INK)
    cells = max(1, place.cells - indent)
    said = _said(post, cells, place)
    head = _head(post, place, indent, now)
    return [
        FoldedLine(head, place.index),
        *(FoldedLine((space, part), place.index) for part in said),
    ]


def _head(post: Post, place: Hanging, indent: int, now: datetime | None) -> tuple[Part, ...]:
    """Say who and when; of what a thread hangs under a date where it is long ago."""
    is_ours = post.relation is Relation.OURS
    beside = _beside(post, now)
    ago = since(post.created_at, now)
    if place.depth == 0:
        at = day(post.created_at) if ago > _DAYS_IN_WORDS_S else f"{duration(ago)} ago"
        if is_ours:
            return ((clip(f"you, {at}{beside}", place.cells), Voice.QUIET),)
        name: tuple[Part, ...] = ((clip(post.author.name, max(8, place.cells - 20)), Voice.NAME),)
        return (*name, (" ", Voice.INK), (f"{at}{beside}", Voice.QUIET))
    called = "you" if is_ours else clip(post.author.name, max(8, place.cells - indent - 18))
    return (
        (f"{' ' * (indent - 2)}└ ", Voice.HAIRLINE),
        (called, Voice.QUIET if is_ours else Voice.NAME),
        (" ", Voice.INK),
        (f"{duration(ago)} ago{beside}", Voice.QUIET),
    )


_ONLY_READ = "only read"
"""What stands beside a post that none of our accounts has, so that none can answer it."""


def _beside(post: Post, now: datetime | None) -> str:
    """Say what else there is to know of a post: for whom it is, that it is held, or edited."""
    words: list[str] = [] if post.account else [_ONLY_READ]
    if post.reach in _TOLD_REACHES:
        words.append(post.reach.value)
    if post.state in (PostState.HELD, PostState.SPAM):
        words.append(post.state.value)
    if post.edited_at is not None and post.state not in _NOT_SHOWN:
        words.append(f"edited {duration(since(post.edited_at, now))} ago")
    return "".join(f" · {one}" for one in words)


def _said(post: Post, cells: int, place: Hanging) -> list[Part]:
    """Give the lines under the head: the words, or what became of them."""
    if post.state in _NOT_SHOWN:
        return [(clip(post.state.value, cells), Voice.QUIET)]
    said: list[Part] = []
    if post.warning:
        opens = "" if place.is_opened else " · enter opens it"
        words = f"warning: {clip(post.warning, _WARNING_CELLS)}{opens}"
        said += [(line, Voice.QUIET) for line in wrap(words, cells, _ALT_LINES)]
        if not place.is_opened:
            return said
    if post.body or not post.media:
        said += [(line, Voice.INK) for line in _wrapped(post.body, cells, place.lines_at_most)]
    for medium in post.media:
        said += [(line, Voice.QUIET) for line in _medium(medium, cells)]
    if post.quotes is not None:
        said.append((clip("it quotes another post", cells), Voice.QUIET))
    return said


def _medium(medium: Medium, cells: int) -> list[str]:
    """Say what hangs on a post in its author's words, and where it is; an address is never cut."""
    what = medium.kind.value
    if medium.alt:
        words = f"{what}: {medium.alt}"
    elif medium.kind is MediumKind.CARD:
        words = what
    else:
        words = f"{what} without a description"
    return [*wrap(words, cells, _ALT_LINES), *(wrap(medium.url, cells) if medium.url else ())]


@lru_cache(maxsize=_REMEMBERED)
def _wrapped(body: str, cells: int, at_most: int) -> tuple[str, ...]:
    """Fold words; a long thread is folded anew with every age, and its words stay the same."""
    return tuple(wrap(body, cells, at_most))
