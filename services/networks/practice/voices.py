"""The cast as the data file has it: who they are and all they can say.

Law: the file is checked whole when it is read; an error says where in it.
"""

from collections.abc import Iterator
from importlib import resources

import msgspec

from services.errors import ConfigError

ME = "me"
"""Who speaks, in the file, where it is the person at the keys."""

_FILE = "cast.toml"


class Voice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody made up."""

    handle: str
    name: str
    replies_s: tuple[float, float]
    """How soon they answer: the quickest and the slowest, in seconds."""
    openings: tuple[str, ...]
    asked: tuple[str, ...]
    told: tuple[str, ...]
    asks: tuple[str, ...]
    echoes: tuple[str, ...]
    comments: tuple[str, ...]
    last: tuple[str, ...]


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One post in a topic, some seconds after its first."""

    by: str
    says: str
    after_s: float


class Story(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A topic that can come up: several people about one tag or link."""

    name: str
    lines: tuple[Said, ...]


class Hum(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A thread of the day before: how it began, and what its many answers are put together of."""

    by: str
    says: str
    starts: tuple[str, ...]
    middles: tuple[str, ...]
    ends: tuple[str, ...]


class Talk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One comment of the time before, under the post or under the comment before it."""

    by: str
    says: str
    hours: float
    """How long ago."""
    under_previous: bool = False


class Past(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A post of ours from the time before, and what was said under it."""

    name: str
    says: str
    hours: float
    talk: tuple[Talk, ...]


class Later(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A comment that comes by itself under a post of the time before."""

    by: str
    under: str
    says: str
    after_s: tuple[float, float]
    """Since the beginning: the earliest and the latest, in seconds."""


class Cast(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everybody, and everything."""

    voice: tuple[Voice, ...]
    topic: tuple[Story, ...]
    past: tuple[Past, ...]
    later: tuple[Later, ...]
    hum: tuple[Hum, ...]
    """What is usual there: against it what several speak of all at once stands out."""
    plain: frozenset[str]
    """Words too common to be said back to somebody."""

    def named(self, handle: str | None) -> Voice | None:
        """Find whoever goes by ``handle``."""
        return next((voice for voice in self.voice if voice.handle == handle), None)


def load_cast() -> Cast:
    """Read the cast that comes with the program.

    Raises:
        ConfigError: the file is damaged.
    """
    return parse_cast(resources.files(__package__).joinpath(_FILE).read_bytes())


def parse_cast(toml: bytes) -> Cast:
    """Read a cast and check that everybody it names is in it.

    Raises:
        ConfigError: it cannot be read, or names somebody or something it does not have.
    """
    try:
        cast = msgspec.toml.decode(toml, type=Cast)
    except msgspec.DecodeError as error:
        raise _damaged(str(error)) from error
    handles = {voice.handle for voice in cast.voice}
    for where, by in _speakers(cast):
        if by not in handles:
            raise _damaged(f"{where} names {by}, who is not in it")
    pasts = {past.name for past in cast.past}
    for place, later in enumerate(cast.later):
        if later.under not in pasts:
            raise _damaged(f"later[{place}].under names {later.under}, which is not in it")
    return cast


def _speakers(cast: Cast) -> Iterator[tuple[str, str]]:
    for story in cast.topic:
        for place, said in enumerate(story.lines):
            yield f"topic {story.name}, lines[{place}].by", said.by
    for place, hum in enumerate(cast.hum):
        yield f"hum[{place}].by", hum.by
    for past in cast.past:
        for place, talk in enumerate(past.talk):
            if talk.by != ME:
                yield f"past {past.name}, talk[{place}].by", talk.by
    for place, later in enumerate(cast.later):
        yield f"later[{place}].by", later.by


def _damaged(why: str) -> ConfigError:
    return ConfigError(f"The cast of the practice network cannot be read: {why}.", "Install anew.")
