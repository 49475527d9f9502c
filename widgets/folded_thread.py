"""A thread or a topic folded into lines of a given width: what the reading pane shows.

Law: pure, and bounded: however much strangers wrote, no more than ``LINES_AT_MOST`` lines are
made, and one post takes no more than its share. An address is folded and never cut, so that it
can be read whole.
"""

from collections.abc import Sequence
from datetime import datetime

from services.model.headlines import Headline
from services.model.people import Talks
from services.model.posts import Thread
from services.model.topics import OpenTopic
from services.model.words import Safe
from widgets.ages import count, times, when
from widgets.cells import clip, wrap
from widgets.folded_post import FoldedLine, Hanging, fold_headline, fold_post
from widgets.thread_order import Item, ItemId, Order, order_of
from widgets.topic_words import times_words, topic_parts
from widgets.voices import Part, Voice, measure

LINES_AT_MOST = 5_000
_POST_LINES = 200
_CROWDED = 20
"""With more posts than this each gets ``_CROWDED_LINES`` only."""
_CROWDED_LINES = 40
_FULL = 250
"""With more than this each gets ``_FULL_LINES``, so that a thousand can be read."""
_FULL_LINES = 12
_QUOTE_CELLS = 120
_SENTENCE_LINES = 4
_GRAVE = "This speaks of death or disaster. Reading is enough."
NOTHING_OPENED: frozenset[ItemId] = frozenset()


def fold(
    subject: Thread | OpenTopic | None,
    cells: int,
    now: datetime | None,
    talks: Talks | None = None,
    talks_name: Safe | None = None,
    *,
    order: Order | None = None,
    opened: frozenset[ItemId] = NOTHING_OPENED,
    queued: int = 0,
) -> tuple[FoldedLine, ...]:
    """Fold what is read, and what we remember of the person, into lines of ``cells`` cells.

    ``order`` is that of ``subject``, where it is known already; ``opened`` are posts whose
    warning was opened; ``queued`` of our queued posts touch the topic.
    """
    if subject is None or cells <= 0:
        return ()
    order = order or order_of(subject)
    lines: list[FoldedLine] = []
    if isinstance(subject, OpenTopic):
        lines += _topic_head(subject, cells, now, queued)
    each = _lines_each(len(subject.posts))
    for index, item in enumerate(order.items):
        if len(lines) >= LINES_AT_MOST:
            rest = f"{_left(order.items[index:])} more; the link shows them all."
            lines.append(FoldedLine(((clip(rest, cells), Voice.QUIET),), None))
            break
        if isinstance(item, Headline):
            lines += fold_headline(item, index, cells, now)
        else:
            place = Hanging(index, order.depths[index], cells, each, item.id in opened)
            lines += fold_post(item, place, now)
        if index == 0 and isinstance(subject, Thread) and subject.more:
            older = f"… {count(subject.more, 'post')} more, older than what follows."
            lines.append(FoldedLine(((clip(older, cells), Voice.QUIET),), None))
    if talks is not None and talks.exchanges:
        lines.append(FoldedLine((), None))
        lines += _talks(talks, talks_name, cells, now)
    return tuple(lines)


def _lines_each(posts: int) -> int:
    if posts <= _CROWDED:
        return _POST_LINES
    return _CROWDED_LINES if posts <= _FULL else _FULL_LINES


def _left(items: Sequence[Item]) -> str:
    """Count what is not shown."""
    headlines = sum(isinstance(one, Headline) for one in items)
    posts = len(items) - headlines
    words = [count(headlines, "headline")] if headlines else []
    return " and ".join(words + ([count(posts, "post")] if posts else []))


def _topic_head(
    subject: OpenTopic, cells: int, now: datetime | None, queued: int
) -> list[FoldedLine]:
    topic = subject.topic
    lines: list[tuple[Part, ...]] = [((line, Voice.NAME),) for line in wrap(topic.title, cells, 2)]
    times = [(f"{times_words(topic)}  ", Voice.NAME)] if topic.is_breaking else []
    room = cells - measure(times)
    lines.append((*times, *topic_parts(topic, now, room, is_checked=True)))
    if queued:
        touch = f"{count(queued, 'queued post')} of yours {'touches' if queued == 1 else 'touch'}"
        lines += _wrapped(f"{touch} this: l shows the queue.", cells, Voice.NOW)
    if topic.is_unverified:
        verify = "Verify first: no publisher that is read here carries it."
        if topic.publishers:
            verify = f"Verify first: only {topic.publishers[0]} carries it."
        lines += _wrapped(verify, cells, Voice.INK)
    if topic.url and not subject.headlines:
        lines += [((line, Voice.QUIET),) for line in wrap(topic.url, cells)]
    if topic.is_grave:
        lines += _wrapped(_GRAVE, cells, Voice.INK)
    return [*(FoldedLine(line, None) for line in lines), FoldedLine((), None)]


def _wrapped(words: str, cells: int, voice: Voice) -> list[tuple[Part, ...]]:
    return [((line, voice),) for line in wrap(words, cells, _SENTENCE_LINES)]


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
