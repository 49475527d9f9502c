"""A thread or a topic folded into lines of a given width: what the reading pane shows.

Law: pure, and bounded: however much strangers wrote, no more than ``LINES_AT_MOST`` lines are
made, and one post takes no more than its share.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.model.people import Talks
from services.model.posts import Post, Relation, Thread
from services.model.topics import OpenTopic
from services.model.words import Safe
from widgets.ages import count, day, duration, since, times, when
from widgets.cells import clip, wrap
from widgets.topic_list import topic_words
from widgets.voices import Part, Voice

LINES_AT_MOST = 1_500
_POST_LINES = 200
_CROWDED = 20
"""With more posts than this each gets ``_CROWDED_LINES`` only."""
_CROWDED_LINES = 40
_QUOTE_CELLS = 120
_DAYS_IN_WORDS_S = 60 * 24 * 3600
_GRAVE = "This speaks of death or disaster. Reading is enough."


@dataclass(frozen=True, slots=True)
class FoldedLine:
    """One line, and the index of the post it belongs to; ``None`` for what we say ourselves."""

    parts: tuple[Part, ...]
    post: int | None


def posts_of(subject: Thread | OpenTopic | None) -> tuple[Post, ...]:
    """Give the posts of what is read, oldest first."""
    return () if subject is None else subject.posts


def fold(
    subject: Thread | OpenTopic | None,
    cells: int,
    now: datetime | None,
    talks: Talks | None = None,
    talks_name: Safe | None = None,
) -> tuple[FoldedLine, ...]:
    """Fold what is read, and what we remember of the person, into lines of ``cells`` cells."""
    if subject is None or cells <= 0:
        return ()
    lines: list[FoldedLine] = []
    if isinstance(subject, OpenTopic):
        lines += _topic_head(subject, cells, now)
    each = _POST_LINES if len(subject.posts) <= _CROWDED else _CROWDED_LINES
    for index, post in enumerate(subject.posts):
        if len(lines) >= LINES_AT_MOST:
            left = count(len(subject.posts) - index, "post")
            rest = f"{left} more; the link shows them all."
            lines.append(FoldedLine(((clip(rest, cells), Voice.QUIET),), None))
            break
        is_root = index == 0 and isinstance(subject, Thread)
        lines += _fold_post(post, index, cells, now, each, is_root=is_root)
    if talks is not None and talks.exchanges:
        lines.append(FoldedLine((), None))
        lines += _talks(talks, talks_name, cells, now)
    return tuple(lines)


def _topic_head(subject: OpenTopic, cells: int, now: datetime | None) -> list[FoldedLine]:
    topic = subject.topic
    head = [FoldedLine(((line, Voice.NAME),), None) for line in wrap(topic.title, cells, 2)]
    head.append(FoldedLine(((clip(topic_words(topic, now), cells), Voice.QUIET),), None))
    if topic.url:
        head.append(FoldedLine(((clip(topic.url, cells), Voice.QUIET),), None))
    if topic.is_grave:
        head += [FoldedLine(((line, Voice.INK),), None) for line in wrap(_GRAVE, cells, 3)]
    head.append(FoldedLine((), None))
    return head


def _fold_post(
    post: Post, index: int, cells: int, now: datetime | None, at_most: int, *, is_root: bool
) -> list[FoldedLine]:
    """Fold one post: who and when, then its words, indented under what it answers."""
    is_ours = post.relation is Relation.OURS
    if is_root:
        head = _root_head(post, cells, now, is_ours=is_ours)
        indent = 0
    else:
        name = "you" if is_ours else clip(post.author.name, max(8, cells - 20))
        head = (
            ("└ ", Voice.HAIRLINE),
            (name, Voice.QUIET if is_ours else Voice.NAME),
            (" ", Voice.INK),
            (f"{duration(since(post.created_at, now))} ago", Voice.QUIET),
        )
        indent = 2
    space: Part = (" " * indent, Voice.INK)
    body = wrap(post.body, max(1, cells - indent), at_most)
    return [
        FoldedLine(head, index),
        *(FoldedLine((space, (line, Voice.INK)), index) for line in body),
    ]


def _root_head(post: Post, cells: int, now: datetime | None, *, is_ours: bool) -> tuple[Part, ...]:
    """Say who began and when: a date when it is long ago, an age when it is not."""
    ago = since(post.created_at, now)
    at = day(post.created_at) if ago > _DAYS_IN_WORDS_S else f"{duration(ago)} ago"
    if is_ours:
        return ((clip(f"you, {at}", cells), Voice.QUIET),)
    return (
        (clip(post.author.name, max(8, cells - 20)), Voice.NAME),
        (" ", Voice.INK),
        (at, Voice.QUIET),
    )


def _talks(talks: Talks, name: Safe | None, cells: int, now: datetime | None) -> list[FoldedLine]:
    """Say how often we have talked, and quote the last words there were."""
    sentence = f"You have talked {times(talks.exchanges)}."
    quote = ""
    if talks.last_words:
        at = f", {when(talks.last_at, now)}," if talks.last_at is not None else ""
        first = clip(name, 40).split(" ")[0] if name else "they"
        quote = f" Last{at} {first} wrote: “{clip(talks.last_words, _QUOTE_CELLS)}”"
    return _two_voices(wrap(sentence + quote, cells, 6), len(sentence))


def _two_voices(lines: Sequence[str], teal: int) -> list[FoldedLine]:
    """Paint the first ``teal`` characters of folded lines as people, the rest as quiet."""
    said: list[FoldedLine] = []
    left = teal
    for line in lines:
        here = min(len(line), max(0, left))
        said.append(FoldedLine(((line[:here], Voice.PEOPLE), (line[here:], Voice.QUIET)), None))
        left -= len(line) + 1
    return said
