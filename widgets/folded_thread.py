"""A thread or a topic folded into lines of a given width: what the reading pane shows.

Law: pure, and bounded: however much strangers wrote, no more than ``LINES_AT_MOST`` lines are
made, and one post takes no more than its share. An address is folded and never cut, so that it
can be read whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from services.model.headlines import Headline, HeadlineId
from services.model.ids import PostId
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
_TITLE_LINES = 4
_PARAGRAPH_LINES = 12
_QUOTE_CELLS = 120
_DAYS_IN_WORDS_S = 60 * 24 * 3600
_GRAVE = "This speaks of death or disaster. Reading is enough."


Item = Headline | Post
"""What the cursor of the reading pane can be on."""

ItemId = HeadlineId | PostId
"""What tells one item of a subject from the others."""


@dataclass(frozen=True, slots=True)
class FoldedLine:
    """One line, and the index of the item it belongs to; ``None`` for what we say ourselves."""

    parts: tuple[Part, ...]
    item: int | None


def items_of(subject: Thread | OpenTopic | None) -> tuple[Item, ...]:
    """Give what is read in the order it is read: headlines by source, then posts."""
    match subject:
        case None:
            return ()
        case OpenTopic(headlines=headlines, posts=posts):
            first = {one.publisher: at for at, one in reversed(tuple(enumerate(headlines)))}
            return (*sorted(headlines, key=lambda one: first[one.publisher]), *posts)
        case Thread(posts=posts):
            return posts
        case _:
            assert_never(subject)


def begins_at(subject: Thread | OpenTopic | None) -> ItemId | None:
    """Give what the cursor is on first: the earliest headline, or the last word not ours."""
    items = items_of(subject)
    if not items:
        return None
    if isinstance(items[0], Headline):
        return items[0].id
    theirs = [
        one for one in items if isinstance(one, Headline) or one.relation is not Relation.OURS
    ]
    return (theirs or items)[-1].id


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
    items = items_of(subject)
    each = _POST_LINES if len(subject.posts) <= _CROWDED else _CROWDED_LINES
    for index, item in enumerate(items):
        if len(lines) >= LINES_AT_MOST:
            rest = f"{_left(items[index:])} more; the link shows them all."
            lines.append(FoldedLine(((clip(rest, cells), Voice.QUIET),), None))
            break
        if isinstance(item, Headline):
            lines += _fold_headline(item, index, cells, now)
        else:
            is_root = index == 0 and isinstance(subject, Thread)
            lines += _fold_post(item, index, cells, now, each, is_root=is_root)
    if talks is not None and talks.exchanges:
        lines.append(FoldedLine((), None))
        lines += _talks(talks, talks_name, cells, now)
    return tuple(lines)


def _left(items: Sequence[Item]) -> str:
    """Count what is not shown."""
    headlines = sum(isinstance(one, Headline) for one in items)
    posts = len(items) - headlines
    words = [count(headlines, "headline")] if headlines else []
    return " and ".join(words + ([count(posts, "post")] if posts else []))


def _topic_head(subject: OpenTopic, cells: int, now: datetime | None) -> list[FoldedLine]:
    topic = subject.topic
    head = [(line, Voice.NAME) for line in wrap(topic.title, cells, 2)]
    head.append((topic_words(topic, now, cells, is_checked=True), Voice.QUIET))
    if topic.is_unverified and topic.publishers:
        verify = f"Verify first: only {topic.publishers[0]} carries it."
        head += [(line, Voice.INK) for line in wrap(verify, cells, 4)]
    if topic.url and not subject.headlines:
        head += [(line, Voice.QUIET) for line in wrap(topic.url, cells)]
    if topic.is_grave:
        head += [(line, Voice.INK) for line in wrap(_GRAVE, cells, 3)]
    return [*(FoldedLine((part,), None) for part in head), FoldedLine((), None)]


def _fold_headline(
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
