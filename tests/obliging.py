"""What a network may do beside reading and sending, remembered, and in trouble when told to be."""

from services.errors import ChinwagError
from services.model.ids import PersonId, PostId
from services.model.people import Author
from services.model.queue import Queued, QueuedId
from services.networks.base import Distance


class Obliging:
    """Moderating, Guarding, Completing and Queueing of ``services.networks.base``."""

    def __init__(self) -> None:
        """Have done nothing yet."""
        self.trouble: ChinwagError | None = None
        """What is raised in place of doing anything."""
        self.approved: list[PostId] = []
        self.spam: list[PostId] = []
        self.kept_away: list[tuple[PersonId, Distance]] = []
        self.reported: list[tuple[PostId, str]] = []
        self.asked_names: list[str] = []
        self.people: tuple[Author, ...] = ()
        self.waiting: list[Queued] = []
        """What is queued there."""
        self.dropped: list[QueuedId] = []

    async def approve(self, post: PostId) -> None:
        """Remember it."""
        self._fail()
        self.approved.append(post)

    async def mark_spam(self, post: PostId) -> None:
        """Remember it."""
        self._fail()
        self.spam.append(post)

    async def keep_away(self, person: PersonId, distance: Distance) -> None:
        """Remember it."""
        self._fail()
        self.kept_away.append((person, distance))

    async def report(self, post: PostId, words: str) -> None:
        """Remember it."""
        self._fail()
        self.reported.append((post, words))

    async def complete(self, beginning: str) -> tuple[Author, ...]:
        """Give those whose handle begins like that."""
        self.asked_names.append(beginning)
        self._fail()
        return tuple(one for one in self.people if one.handle.startswith(f"@{beginning}"))

    async def queued(self) -> tuple[Queued, ...]:
        """Give what is queued."""
        self._fail()
        return tuple(self.waiting)

    async def drop_queued(self, queued: QueuedId) -> None:
        """Cancel it."""
        self._fail()
        self.dropped.append(queued)
        self.waiting = [one for one in self.waiting if one.id != queued]

    def _fail(self) -> None:
        if self.trouble is not None:
            raise self.trouble
