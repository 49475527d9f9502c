"""What breaks, from one look to the next: its id, its name, its first moment, how it went so far.

Law: what was shown is remembered by the stream's own time, not by how often somebody looked. A
thing is the same while its posts or its strongest features are; its id is made from what it
began with, so that it is the same in every run.
"""

from collections.abc import Container
from hashlib import blake2b
from typing import Final

import msgspec

from services.topics.bursts import RATE_STEP_S, RATE_STEPS
from services.topics.gathering import Gathering
from services.topics.labels import names_of
from services.topics.window import Post, Window

SHOWN_FOR_S: Final = 1_800.0
"""So long after it was shown last it need not be as strong as what is new."""
KNOWN_FOR_S: Final = 6 * 3600.0
"""So long it is the same when it comes again."""
ALIVE_AT_MOST: Final = 200
_CORE: Final = 5
_SAME_NAME: Final = 3
"""Of these, while the strongest is among them, it need not be called anything else."""
_CORE_KEPT: Final = 12
"""What it began with is not spoken of all the time, and comes again."""
_SHARED_FEATURES: Final = 2
_SHARED_POSTS: Final = 0.3
_POSTS_KEPT: Final = 100
_COUNTED_S: Final = 120.0
"""Posts are counted in steps so fine, so that the latest of those told is nearly whole."""
_COUNTED_IN_ONE: Final = round(RATE_STEP_S / _COUNTED_S)
_STEPS_KEPT: Final = 2 * RATE_STEPS * _COUNTED_IN_ONE


class AliveState(msgspec.Struct, array_like=True):
    """One thing, as it is kept between runs."""

    id: str
    first_s: float
    shown_s: float
    core: list[str]
    posts: list[str]
    steps: dict[int, int]
    names: list[str]
    """What it is called, most often said first."""
    named_for: list[str]
    """The features that it is called so for."""


class Living:
    """One thing that breaks, or did lately."""

    __slots__ = ("core", "first_s", "id", "named_for", "names", "posts", "shown_s", "steps")

    def __init__(self, state: AliveState) -> None:
        """Be what was kept."""
        self.id = state.id
        self.first_s = state.first_s
        """When its first post was written."""
        self.shown_s = state.shown_s
        self.core = list(state.core)
        """What held it together, and what did before."""
        self.posts = set(state.posts)
        self.steps = dict(state.steps)
        """Posts by the number of the fine step in which they were written."""
        self.names = tuple(state.names)
        self.named_for = state.named_for

    def name(self, one: Gathering, window: Window) -> tuple[str, ...]:
        """Tell what it is called: as before, while most of what holds it together is the same."""
        core = one.core[:_CORE]
        same = sum(feature in self.named_for for feature in core)
        is_led_alike = not core or core[0] in self.named_for
        if not (self.names and is_led_alike and same >= min(_SAME_NAME, len(core))):
            bodies = (window.posts[number].body for number in one.posts)
            self.names, self.named_for = names_of(one.core, bodies), core
        return self.names

    def is_shown(self, at_s: float) -> bool:
        """Whether it was shown lately."""
        return at_s - self.shown_s <= SHOWN_FOR_S

    def rates(self, at_s: float) -> tuple[int, ...]:
        """Give its posts in each of the last steps before ``at_s``, oldest first."""
        counts = [0] * RATE_STEPS
        last = int(at_s // _COUNTED_S)
        for step, count in self.steps.items():
            ago = (last - step) // _COUNTED_IN_ONE
            if 0 <= ago < RATE_STEPS:
                counts[RATE_STEPS - 1 - ago] += count
        return tuple(counts)


class Alive:
    """All things that break, or did lately."""

    def __init__(self) -> None:
        """Know none."""
        self._all: dict[str, Living] = {}

    def of(self, one: Gathering, window: Window, taken: Container[str]) -> Living | None:
        """Give what a gathering was before, but for those whose ids ``taken`` has.

        Of several it is the one it shares most with.
        """
        core = set(one.core[:_CORE])
        keys = {window.posts[number].key for number in one.posts}
        best: tuple[float, str] | None = None
        for living in self._all.values():
            if living.id in taken:
                continue
            shared = len(core.intersection(living.core))
            posts = len(keys & living.posts)
            if shared >= _SHARED_FEATURES or posts >= _SHARED_POSTS * len(keys):
                rank = shared + posts / len(keys), living.id
                best = max(best, rank) if best else rank
        return self._all[best[1]] if best else None

    def keep(self, was: Living | None, one: Gathering, window: Window) -> Living:
        """Know a gathering that breaks as of the stream's own time."""
        at_s = window.newest_s
        posts = [window.posts[number] for number in one.posts]
        first = min(posts, key=lambda post: (post.at_s, post.key))
        if was is None:
            was = Living(AliveState(self._new_id(posts), first.at_s, at_s, [], [], {}, [], []))
            self._all[was.id] = was
        was.first_s = min(was.first_s, first.at_s)
        was.shown_s = max(was.shown_s, at_s)
        was.core = [
            *one.core[:_CORE],
            *(other for other in was.core if other not in one.core[:_CORE]),
        ]
        del was.core[_CORE_KEPT:]
        was.posts = {post.key for post in posts[:_POSTS_KEPT]}
        counts: dict[int, int] = {}
        for post in posts:
            step = int(post.at_s // _COUNTED_S)
            counts[step] = counts.get(step, 0) + 1
        for step, count in counts.items():
            was.steps[step] = max(count, was.steps.get(step, 0))
        oldest = int(at_s // _COUNTED_S) - _STEPS_KEPT
        was.steps = {step: count for step, count in was.steps.items() if step > oldest}
        self._forget(at_s)
        return was

    def _new_id(self, posts: list[Post]) -> str:
        """Make an id of the first post that no other thing has its id of."""
        made = ""
        for post in sorted(posts, key=lambda post: (post.at_s, post.key)):
            text = f"burst\0{post.key}".encode("utf-8", "surrogatepass")
            made = blake2b(text, digest_size=12).hexdigest()
            if made not in self._all:
                break
        return made

    def state(self) -> list[AliveState]:
        """Give all of them, to be kept between runs."""
        return [
            AliveState(
                one.id,
                one.first_s,
                one.shown_s,
                one.core,
                sorted(one.posts),
                one.steps,
                list(one.names),
                one.named_for,
            )
            for one in self._all.values()
        ]

    def restore(self, states: list[AliveState]) -> None:
        """Know these, and no others."""
        self._all = {state.id: Living(state) for state in states}

    def _forget(self, newest_s: float) -> None:
        """Forget what was shown too long ago, by the stream's own time."""
        old = [key for key, one in self._all.items() if newest_s - one.shown_s > KNOWN_FOR_S]
        for key in old:
            del self._all[key]
        while len(self._all) > ALIVE_AT_MOST:
            del self._all[min(self._all, key=lambda key: (self._all[key].shown_s, key))]
