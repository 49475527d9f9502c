"""The queue against the news: what waits to go out and what breaks meanwhile."""

import msgspec

from services.model.ids import AccountId, TopicId
from services.model.queue import QueuedId
from services.model.words import Safe


class Touch(msgspec.Struct, frozen=True):
    """A queued post, or a talking point, that speaks of something that breaks."""

    account: AccountId
    queued: QueuedId
    """The queued post; of a talking point the one that its words were taken from."""
    is_point: bool
    """Whether it is a talking point: nothing sends it but us."""
    topic: TopicId
    title: Safe
    """What the topic is called."""
    times_usual: float | None
    """How many times its usual level, where that is known."""
    is_grave: bool
    """Whether the topic speaks of death or disaster."""
    why: Safe
    """What they have in common: a tag, a name, words, or "the same link"."""
    alarm: Safe | None
    """A calm sentence, of a queued post that goes out by itself into grave news."""

    @property
    def pair(self) -> tuple[AccountId, QueuedId, TopicId]:
        """What touches what: the same as long as both are there."""
        return self.account, self.queued, self.topic
