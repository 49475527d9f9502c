"""What the cast says, and when: a pure function of the seed and of what it has heard.

Law: nothing here is random or reads a clock. The same seed, the same beginning and the same
words of ours in the same order give the same lines under the same keys, so that after a crash
the talk goes on as if nothing had happened. No line is said twice.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import product
from typing import TypeVar

from services.model.ids import PostId, ThreadId
from services.networks.practice.voices import ME, Cast, Hum, Voice
from services.store.commons import Byline

ROUNDS = 4
"""After so many answers in one thread somebody has said their last word."""

TOPICS = 2
"""How many come up by themselves."""

_SILENCE = 0.1
_ECHO = 0.2
_ASK = 0.5
_ASK_TOO = 0.4
_TOPIC_STARTS_S = ((6.0, 18.0), (170.0, 230.0))
HUM_LINES = 100
"""Answers in each thread of the day before: together they are enough to tell what is usual."""
_HUM_HOURS = (24.2, 47.0)
"""How long ago they were said: known as usual, and too old to be listed."""
_HUM_BEGAN_H = 47.5
_HUM_STRIDE = 389
"""A prime, so that one goes through what can be said in no order and says nothing twice."""
_CHATTER_HOURS = (2.0, 60.0)
_CHATTER_BEFORE = 2
_CHATTER_FIRST_S = 100.0
_CHATTER_EVERY_S = (55.0, 85.0)
_COMMENT_S = ((15.0, 40.0), (40.0, 65.0), (65.0, 90.0))

_NOT_WORDS = re.compile(r"(?:https?://|[@#])\S+")
_WORD = re.compile("(?<![\\w'\u2019-])[a-z]{7,14}(?![\\w'\u2019-])")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Line:
    """One post of somebody made up, or of ours from the time before."""

    key: PostId
    by: Byline
    body: str
    due_at: datetime
    parent: PostId | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that we said."""

    post: PostId
    thread: ThreadId
    answers: str | None
    """The handle of whom it answers."""
    is_reply: bool
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Memory:
    """What the cast knows of the talk so far."""

    cast: Cast
    seed: int
    heard: int = 0
    taken: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """How many of their lines of one kind somebody has said."""
    rounds: Mapping[tuple[ThreadId, str], int] = field(default_factory=dict)
    """How often we have answered somebody in one thread."""


def past_key(name: str) -> PostId:
    """Name a post of ours from the time before."""
    return PostId(f"practice.past.{name}")


def opening(cast: Cast, seed: int, started_at: datetime, ours: Byline) -> tuple[Line, ...]:
    """Give what was said before: our posts with their comments, small talk, and a quiet day.

    Shape: oldest first; a parent comes before whatever is under it.
    """
    lines = []
    for past in cast.past:
        root = previous = past_key(past.name)
        lines.append(Line(root, ours, past.says, started_at - timedelta(hours=past.hours)))
        for place, talk in enumerate(past.talk):
            parent = previous if talk.under_previous else root
            previous = PostId(f"{root}.{place}")
            by = ours if talk.by == ME else _byline(cast, talk.by)
            due_at = started_at - timedelta(hours=talk.hours)
            lines.append(Line(previous, by, talk.says, due_at, parent))
    for voice in cast.voice:
        for place, body in enumerate(_shuffled(voice.openings, seed, voice.handle)):
            if place < _CHATTER_BEFORE:
                hours = _between(_CHATTER_HOURS, seed, "before", voice.handle, place)
                due_at = started_at - timedelta(hours=hours)
                lines.append(Line(_chatter_key(voice, place), _by(cast, voice), body, due_at))
    for place, hum in enumerate(cast.hum):
        lines += _hum(cast, seed, started_at, hum, PostId(f"practice.hum.{place}"))
    return tuple(sorted(lines, key=lambda line: (line.due_at, line.key)))


def script(cast: Cast, seed: int, started_at: datetime) -> tuple[Line, ...]:
    """Give what they say without being spoken to: topics, comments on old posts, small talk.

    Shape: in the order it is due, the first within half a minute, the last after some forty.
    """
    lines = [*_topics(cast, seed, started_at), *_chatter(cast, seed, started_at)]
    for place, later in enumerate(cast.later):
        due_at = _after(started_at, _between(later.after_s, seed, "later", place))
        key = PostId(f"practice.later.{place}")
        by = _byline(cast, later.by)
        lines.append(Line(key, by, later.says, due_at, past_key(later.under)))
    return tuple(sorted(lines, key=lambda line: (line.due_at, line.key)))


def react(memory: Memory, heard: Heard) -> tuple[Memory, tuple[Line, ...]]:
    """Give what the cast says to something of ours, and what it remembers from then on.

    Whoever was answered speaks again within two minutes, after four rounds a last time, and now
    and then not at all, but for the first time always. A new post finds one to three comments.

    Shape: at most three lines, each under ``heard.post``, in the order they are due.
    """
    lines: tuple[Line, ...] = ()
    voice = memory.cast.named(heard.answers)
    if voice is not None:
        memory, lines = _answer(memory, heard, voice)
    elif not heard.is_reply:
        memory, lines = _comment(memory, heard)
    return replace(memory, heard=memory.heard + 1), lines


def echo_of(cast: Cast, body: str) -> str | None:
    """Find a word of somebody's that can be said back to them: the longest, the first of those."""
    words = [word for word in _WORD.findall(_NOT_WORDS.sub(" ", body)) if word not in cast.plain]
    return max(words, key=len, default=None)


def _answer(memory: Memory, heard: Heard, voice: Voice) -> tuple[Memory, tuple[Line, ...]]:
    talk = (heard.thread, voice.handle)
    so_far = memory.rounds.get(talk, 0)
    is_first = memory.heard == 0
    memory = replace(memory, rounds={**memory.rounds, talk: so_far + 1})
    is_silent = not is_first and _roll(memory.seed, heard.post, "silence") < _SILENCE
    if so_far >= ROUNDS or is_silent:
        return memory, ()
    kinds = ("last",) if so_far == ROUNDS - 1 else _kinds(memory.seed, heard)
    memory, kind, body = _take_first(memory, voice, kinds, heard.body)
    if kind == "last":
        memory = replace(memory, rounds={**memory.rounds, talk: ROUNDS})
    if kind == "asked" and _roll(memory.seed, heard.post, "too") < _ASK_TOO:
        memory, _, question = _take_first(memory, voice, ("asks",), heard.body)
        body = f"{body} {question}".strip()
    if not body:
        return memory, ()
    due_at = _after(heard.at, _between(voice.replies_s, memory.seed, heard.post, "tempo"))
    return memory, (_reaction(memory.cast, voice, heard, body, due_at),)


def _kinds(seed: int, heard: Heard) -> tuple[str, ...]:
    """Say which kinds of line fit, the best first."""
    if "?" in heard.body:
        return ("asked", "asks", "last")
    roll = _roll(seed, heard.post, "kind")
    if roll < _ECHO:
        return ("echoes", "told", "asks", "last")
    return ("asks", "told", "last") if roll < _ASK else ("told", "asks", "last")


def _comment(memory: Memory, heard: Heard) -> tuple[Memory, tuple[Line, ...]]:
    named = [voice for voice in memory.cast.voice if voice.handle in heard.body]
    others = _shuffled(memory.cast.voice, memory.seed, heard.post)
    speakers = [*named, *(voice for voice in others if voice not in named)]
    count = 1 + int(_roll(memory.seed, heard.post, "count") * len(_COMMENT_S))
    lines: list[Line] = []
    for voice, window_s in zip(speakers[:count], _COMMENT_S, strict=False):
        memory, _, body = _take_first(memory, voice, ("comments", "asks"), heard.body)
        if body:
            seconds = _between(window_s, memory.seed, heard.post, voice.handle)
            due_at = _after(heard.at, seconds)
            lines.append(_reaction(memory.cast, voice, heard, body, due_at))
    return memory, tuple(lines)


def _take_first(
    memory: Memory, voice: Voice, kinds: Sequence[str], said: str
) -> tuple[Memory, str, str]:
    """Give the next line that has not been said, of the first kind that has one, and its kind."""
    lines_of: dict[str, tuple[str, ...]] = {
        "asked": voice.asked,
        "told": voice.told,
        "asks": voice.asks,
        "echoes": voice.echoes,
        "comments": voice.comments,
        "last": voice.last,
    }
    echo = echo_of(memory.cast, said)
    for kind in kinds:
        taken = memory.taken.get((voice.handle, kind), 0)
        lines = _shuffled(lines_of[kind], memory.seed, voice.handle, kind)
        if taken == len(lines) or (kind == "echoes" and echo is None):
            continue
        count = {**memory.taken, (voice.handle, kind): taken + 1}
        return replace(memory, taken=count), kind, lines[taken].replace("{echo}", echo or "")
    return memory, "", ""


def _topics(cast: Cast, seed: int, started_at: datetime) -> list[Line]:
    lines = []
    chosen = _shuffled(cast.topic, seed, "topics")[:TOPICS]
    for story, window_s in zip(chosen, _TOPIC_STARTS_S, strict=True):
        begins_s = _between(window_s, seed, story.name)
        for place, said in enumerate(story.lines):
            key = PostId(f"practice.topic.{story.name}.{place}")
            due_at = _after(started_at, begins_s + said.after_s)
            lines.append(Line(key, _byline(cast, said.by), said.says, due_at))
    return lines


def _chatter(cast: Cast, seed: int, started_at: datetime) -> list[Line]:
    left = [
        (voice, place, body)
        for voice in cast.voice
        for place, body in enumerate(_shuffled(voice.openings, seed, voice.handle))
        if place >= _CHATTER_BEFORE
    ]
    lines = []
    due_s = _CHATTER_FIRST_S
    for voice, place, body in _shuffled(left, seed, "chatter"):
        key = _chatter_key(voice, place)
        lines.append(Line(key, _by(cast, voice), body, _after(started_at, due_s)))
        due_s += _between(_CHATTER_EVERY_S, seed, "chatter", key)
    return lines


def _hum(cast: Cast, seed: int, started_at: datetime, hum: Hum, root: PostId) -> list[Line]:
    """Give a thread of the day before: one line after the other, no two alike."""
    began_at = started_at - timedelta(hours=_HUM_BEGAN_H)
    lines = [Line(root, _byline(cast, hum.by), hum.says, began_at)]
    parts = (hum.starts, hum.middles, hum.ends)
    said = tuple(product(*parts))
    begins = int(_digest(seed, root), 16)
    first, last = _HUM_HOURS
    for place in range(HUM_LINES):
        start, middle, end = said[(begins + place * _HUM_STRIDE) % len(said)]
        voice = cast.voice[(begins + place) % len(cast.voice)]
        hours = last - (last - first) * (place + _roll(seed, root)) / HUM_LINES
        key, due_at = PostId(f"{root}.{place}"), _after(started_at, -3600 * hours)
        lines.append(Line(key, _by(cast, voice), f"{start} {middle}, {end}.", due_at, root))
    return lines


def _reaction(cast: Cast, voice: Voice, heard: Heard, body: str, due_at: datetime) -> Line:
    key = PostId(f"practice.re.{_digest(heard.post)}.{cast.voice.index(voice)}")
    return Line(key, _by(cast, voice), body, due_at, heard.post)


def _chatter_key(voice: Voice, place: int) -> PostId:
    return PostId(f"practice.chatter.{voice.handle}.{place}")


def _byline(cast: Cast, handle: str) -> Byline:
    return _by(cast, next(voice for voice in cast.voice if voice.handle == handle))


def _by(cast: Cast, voice: Voice) -> Byline:
    return Byline(voice.handle, voice.name, 1 + cast.voice.index(voice))


def _after(moment: datetime, seconds: float) -> datetime:
    return moment + timedelta(seconds=round(seconds, 1))


def _between(window: tuple[float, float], *parts: object) -> float:
    low, high = window
    return low + (high - low) * _roll(*parts)


def _shuffled(items: Sequence[_T], *parts: object) -> tuple[_T, ...]:
    order = sorted(range(len(items)), key=lambda place: _digest(*parts, place))
    return tuple(items[place] for place in order)


def _roll(*parts: object) -> float:
    """Give a number from 0 up to 1 that looks random and is not."""
    return int(_digest(*parts), 16) / 2.0**64


def _digest(*parts: object) -> str:
    """Give 16 hexadecimal digits that stand for ``parts``, the same on every machine."""
    text = "\x1f".join(str(part) for part in parts)
    return hashlib.blake2s(text.encode(), digest_size=8).hexdigest()
