"""What the engine remembers that neither of its lanes does.

That is: which posts the social lane was told, which are for adults, what time it is in the
stream, and which id was chosen for a burst and a story that are one.

Law: bounded; the oldest goes first. The time of the stream is that of its latest post, but never
later than the moment of asking: neither a stranger's clock nor ours alone makes anything old.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from services.model.ids import TopicId
from services.topics.bursts import Burst
from services.topics.carried import Carried
from services.topics.items import key_of_post
from services.topics.outbreaks import choose_id
from services.topics.values import PostItem, StreamPost

VERSION = 2
POSTS_AT_MOST = 25_000
"""Somewhat more than a cache tells again."""
ADULT_AT_MOST = 20_000
CHOSEN_AT_MOST = 1_000
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class _State(msgspec.Struct, frozen=True, array_like=True):
    """What is kept between two runs."""

    version: int
    lane: bytes
    told: list[str]
    adult: list[str]
    chosen: list[tuple[str, str, str]]
    latest: float
    has_heard: bool


class Memory:
    """What one engine remembers."""

    def __init__(self) -> None:
        """Remember nothing."""
        self._told: dict[str, None] = {}
        self._adult: dict[str, None] = {}
        self._chosen: dict[tuple[str, str], TopicId] = {}
        self._latest = _EARLIEST
        self.has_heard = False
        """Whether the social lane was told anything at all."""

    def note_moment(self, moment: datetime) -> None:
        """Know that the stream has come to a moment."""
        self._latest = max(self._latest, moment)

    def latest(self, now: datetime) -> datetime:
        """Give the time of the stream as of ``now``."""
        return min(self._latest, now)

    def is_new(self, item: PostItem) -> bool:
        """Tell whether a post is to be told to the social lane; it is known from then on."""
        key = key_of_post(item.account, item.id)
        if key in self._told:
            return False
        self._told[key] = None
        _keep(self._told, POSTS_AT_MOST)
        self.has_heard = True
        return True

    def note_stream(self, post: StreamPost) -> None:
        """Remember of a post of a firehose what the social lane does not."""
        self.has_heard = True
        self.note_moment(post.created_at)
        if post.is_adult:
            self._adult[post.key] = None
            _keep(self._adult, ADULT_AT_MOST)

    def is_adult(self, key: str) -> bool:
        """Tell whether a post of a firehose is marked as for adults."""
        return key in self._adult

    def adult_share(self, keys: Iterable[str]) -> float:
        """Tell how many of these are, from 0 to 1."""
        marked = [key in self._adult for key in keys]
        return sum(marked) / len(marked) if marked else 0.0

    def id_of(self, burst: Burst, story: Carried) -> TopicId:
        """Give the id of a burst and a story that are one; it stays once it was given."""
        found = choose_id(burst, story, self._chosen)
        self._chosen.pop((burst.id, story.id), None)  # what is asked for is the last to go
        self._chosen[burst.id, story.id] = found
        _keep(self._chosen, CHOSEN_AT_MOST)
        return found

    def other_ids(self) -> dict[TopicId, set[TopicId]]:
        """Tell which bursts a story has been one with, by its id, and the other way round."""
        others: dict[TopicId, set[TopicId]] = {}
        for pair, chosen in self._chosen.items():
            burst, story = map(TopicId, pair)
            others.setdefault(story, set()).update((burst, chosen))
            others.setdefault(burst, set()).add(chosen)
        return others

    def state(self, lane: bytes) -> bytes:
        """Give all of it, with the state of the social lane."""
        return msgspec.msgpack.encode(
            _State(
                VERSION,
                lane,
                list(self._told),
                list(self._adult),
                [(*pair, chosen) for pair, chosen in self._chosen.items()],
                self._latest.timestamp(),
                self.has_heard,
            )
        )

    def restore(self, state: bytes) -> bytes:
        """Remember what ``state`` gave, and give the state of the social lane.

        Raises:
            ValueError: it is no state of ours, or of another version.
        """
        try:
            read = msgspec.msgpack.decode(state, type=_State)
        except msgspec.DecodeError as error:
            raise ValueError("no state of a topic engine") from error
        if read.version != VERSION:
            raise ValueError("a state of another version")
        try:
            latest = datetime.fromtimestamp(read.latest, UTC)
        except (OverflowError, OSError) as error:
            raise ValueError("a state of no time") from error
        self._told = dict.fromkeys(read.told)
        self._adult = dict.fromkeys(read.adult)
        self._chosen = {(burst, story): TopicId(chosen) for burst, story, chosen in read.chosen}
        self._latest = latest
        self.has_heard = read.has_heard
        return read.lane


def _keep(kept: dict[_Key, _Value], at_most: int) -> None:
    while len(kept) > at_most:
        del kept[next(iter(kept))]
