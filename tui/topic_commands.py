"""Topics in words: the list, why one stands in it, and a file replayed to the engine.

Law: prints and ends; what strangers wrote leaves here cleaned, in JSON as well. A replay opens no
store, needs no account and leaves no trace.
"""

import gc
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from services.model.ids import TopicId
from services.model.topics import Topic
from services.text.clean import clean, clean_line
from tui.command_line import REFUSED
from tui.commands import print_json, print_words, reading
from tui.report import sentence
from tui.streams import FAILED, is_there, printable, say
from widgets.ages import count
from widgets.cells import clip, pad
from widgets.topic_words import topic_words

if TYPE_CHECKING:
    from services.topics.replay import Shown, Tick

STANDARD_INPUT = "-"
_NAMED_AT_MOST = 3
_NOTHING = (
    "Nothing is up yet. Topics come up when publishers carry something, or people talk about it; "
    "b in the lobby, or “chinwag feeds --add ADDRESS”, chooses whose headlines are read."
)
_WARMING = "It is not known yet what is usual here, so nothing can be told to break."


async def show(*, as_json: bool) -> int:
    """Print the topics as the pane of a session lists them."""
    async with reading() as desk:
        found = await desk.topics_now()
        now = desk.now()
    if as_json:
        print_json([_topic(one) for one in found.topics])
        return 0
    for topic in found.topics:
        print_words(f"{pad(clip(topic.title, 58), 60)}{topic_words(topic, now)}")
    if not found.topics:
        print_words(_NOTHING)
    elif found.is_warming:
        print_words(_WARMING)
    for words in found.words:
        print_words(words)
    return 0


async def why(which: str, *, as_json: bool) -> int:
    """Tell at length why a topic stands where it does; ``which`` is its id, or of its title."""
    async with reading() as desk:
        found = _named(which, (await desk.topics_now()).topics)
        if len(found) > 1:
            titles = "”, “".join(clip(one.title, 40) for one in found[:_NAMED_AT_MOST])
            say(
                f"“{printable(which)}” is in the titles of {len(found)} topics: “{titles}”. "
                "Name one in more of its words."
            )
            return FAILED
        topic = found[0].id if found else TopicId(which)
        reasons = await desk.why(topic)
        opened = await desk.topic(topic)
        now = desk.now()
    if reasons is None or opened is None:
        say(
            f"There is no topic “{printable(which)}” now. “chinwag topics” lists those that there "
            "are: name one in words of its title, or by the id that “chinwag topics --json” tells."
        )
        return FAILED
    if as_json:
        print_json({**_topic(opened.topic), "reasons": list(reasons)})
        return 0
    print_words(opened.topic.title)
    for reason in reasons or (topic_words(opened.topic, now),):
        print_words(f"  {reason}")
    return 0


def _named(which: str, topics: Sequence[Topic]) -> list[Topic]:
    """Give the topic of that id, or all with these words in their titles."""
    words = clean_line(which).casefold()
    by_id = [one for one in topics if one.id == which]
    return by_id or [one for one in topics if words and words in one.title.casefold()]


def replay(file: str, every_s: int, *, as_json: bool) -> int:
    """Tell a file to an engine of its own and print what breaks at every tick."""
    from services.topics.engine import TopicEngine  # noqa: PLC0415 - only a replay needs one
    from services.topics.replay import BadLine, read_rows  # noqa: PLC0415
    from services.topics.replay import replay as ticks_of  # noqa: PLC0415

    # As in the engine's own process: what it keeps refers to nothing in a circle.
    gc.freeze()
    gc.disable()
    try:
        is_empty = True
        with _opened(file) as lines:
            for tick in ticks_of(read_rows(_lines(lines)), TopicEngine(), every_s):
                print_tick(tick, as_json=as_json)
                is_empty = False
        if is_empty and not as_json:
            print_words("There is no post and no headline in it.")
    except BadLine as error:
        say(sentence(error))
        return REFUSED
    except _Unread as error:
        say(f"“{printable(file)}” cannot be read: {error}. Name a file of JSON lines, or “-”.")
        return REFUSED
    finally:
        gc.enable()
        gc.unfreeze()
    return 0


class _Unread(Exception):
    """A file cannot be opened or read."""


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == STANDARD_INPUT:
        if not is_there(sys.stdin):
            raise _Unread("it is closed")
        yield sys.stdin.buffer
        return
    try:
        lines = open(file, "rb")  # noqa: PTH123, SIM115 - a path as it was typed; closed below
    except (OSError, ValueError) as error:
        raise _Unread(_reason(error)) from None
    with lines:
        yield lines


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Give the lines; one that is too long comes cut, and is told as such."""
    from services.topics.replay import LINE_BYTES_AT_MOST  # noqa: PLC0415

    while True:
        try:
            line = file.readline(LINE_BYTES_AT_MOST + 1)
        except OSError as error:
            raise _Unread(_reason(error)) from None
        if not line:
            return
        yield line


def _reason(error: Exception) -> str:
    words = error.strerror if isinstance(error, OSError) else None
    return (words or "its name is none").lower()


def print_tick(tick: "Tick", *, as_json: bool) -> None:
    """Print one tick, at once: whoever reads along need not wait for the next."""
    if as_json:
        topics = [_shown(topic) for topic in tick.topics]
        sys.stdout.write(json.dumps({"at": tick.at, "topics": topics}) + "\n")
    else:
        when = datetime.fromtimestamp(tick.at, UTC)
        heading = f"{when:%Y-%m-%d %H:%M} UTC"
        print_words(heading if tick.topics else f"{heading}  nothing breaks")
        for topic in tick.topics:
            print_words(f"  {pad(clip(topic.label, 46), 48)}{_words(topic, tick.at)}")
    sys.stdout.flush()


def _words(topic: "Shown", at_s: float) -> str:
    minutes = max(0, round((at_s - topic.first_seen) / 60))
    parts = [f"×{topic.times_usual:.0f}", f"{minutes} min"]
    if topic.sources:
        parts.insert(1, count(len(topic.sources), "source"))
    return ", ".join(parts)


def _shown(topic: "Shown") -> dict[str, Any]:
    return {
        "id": topic.id,
        "label": clean_line(topic.label),
        "posts": list(topic.posts),
        "score": topic.score,
        "times_usual": topic.times_usual,
        "sources": [clean(source) for source in topic.sources],
        "first_seen": topic.first_seen,
    }


def _topic(topic: Topic) -> dict[str, Any]:
    return {
        "id": topic.id,
        "title": topic.title,
        "kind": topic.kind.value,
        "network": topic.network.value,
        "breaking": topic.is_breaking,
        "publishers": list(topic.publishers),
        "sources": list(topic.sources),
        "people": topic.people,
        "posts": topic.posts,
        "first_at": topic.first_at.isoformat(),
        "last_at": topic.last_at.isoformat(),
        "url": topic.url,
        "verify_first": topic.is_unverified,
        "times_usual": topic.times_usual if topic.times_usual is not None else topic.speed,
        "trends_on": list(topic.trends_on),
        "follows": list(topic.follows),
        "known": topic.known,
        "joined": topic.is_joined,
    }
