"""The queue against the news: which posts that wait speak of something that breaks. Pure.

Law: it only tells. Rather nothing than a common word: a link, a tag, a name of two words or
several rare words have to be shared. Where the news is grave one name is enough, since a cheerful
word about it is worse than one look too many.
"""

from collections.abc import Iterable

import msgspec

from services.model.ids import AccountId, TopicId
from services.model.queue import QueuedId
from services.model.touching import Touch
from services.model.words import Safe


class InTheNews(msgspec.Struct, frozen=True):
    """A topic that breaks, as far as it is compared."""

    id: TopicId
    title: Safe
    times_usual: float | None
    is_grave: bool
    titles: tuple[str, ...]
    """Its own and those of its headlines."""
    names: tuple[str, ...]
    """What holds it together, as people write it."""
    links: tuple[str, ...]


class ToSay(msgspec.Struct, frozen=True):
    """Something that waits to be said."""

    account: AccountId
    queued: QueuedId
    is_point: bool
    goes_out: bool
    """Whether it goes out by itself."""
    body: Safe


def touches_of(news: Iterable[InTheNews], waiting: Iterable[ToSay]) -> tuple[Touch, ...]:
    """Tell what touches what: grave news first, then in the order of the topics."""
    del news, waiting
    return ()
