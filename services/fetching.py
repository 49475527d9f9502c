"""Strangers' posts that a topic shows, brought home: read anew by an account of ours.

Law: nobody is asked before a topic is opened, and then only our own servers. What could not be
had stays readable as it came; nothing of this is anybody's trouble.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from services.changes import ChangeFeed
from services.clock import Clock
from services.errors import NetworkError
from services.intake import Intake
from services.model.changes import Family
from services.model.ids import AccountId, NetworkName, PostId, TopicId
from services.model.posts import Post
from services.networks.base import FETCHED_AT_MOST, Fetching, Network
from services.store.topics import Topics

_LOG = logging.getLogger(__name__)
FETCHED_AGAIN: Final = timedelta(minutes=10)
"""What was asked for is not asked for again before: it was not there, or its server was not."""
_REMEMBERED: Final = 1_000


class Fetcher:
    """Brings posts home for one desk."""

    def __init__(
        self,
        topics: Topics,
        networks: Mapping[AccountId, Network],
        intake: Intake,
        changes: ChangeFeed,
        clock: Clock,
    ) -> None:
        """Fetch through ``networks``, whichever are open when it is asked for."""
        self._topics = topics
        self._networks = networks
        self._intake = intake
        self._changes = changes
        self._clock = clock
        self._asked: dict[tuple[AccountId, PostId], datetime] = {}

    async def bring_home(self, topic: TopicId) -> int:
        """Fetch the posts of a topic that only a firehose has brought; give how many came.

        They are posts around us from then on, as any others, and can be answered.

        Raises:
            StoreError: they could not be read or written.
        """
        wanted: dict[NetworkName, list[PostId]] = {}
        for said, known in await self._topics.streamed(topic):
            if not any(post.account in self._networks for post in known):
                wanted.setdefault(said.network, []).append(PostId(said.key))
        posts = [post for name, keys in wanted.items() for post in await self._fetch(name, keys)]
        if not posts:
            return 0
        families = await self._intake.keep(tuple(posts))
        self._changes.publish(Family.TOPICS, *families)
        return len(posts)

    async def _fetch(self, name: NetworkName, keys: list[PostId]) -> tuple[Post, ...]:
        """Fetch from the first account of ours on that network that gets at any."""
        for account, network in tuple(self._networks.items()):
            if network.account.network is not name or not isinstance(network, Fetching):
                continue
            asked = self._not_asked_yet(account, keys)
            try:
                if asked and (posts := await network.fetch(asked)):
                    return posts
            except NetworkError as error:
                _LOG.info("%s could not fetch: %s", account, error.what)
        return ()

    def _not_asked_yet(self, account: AccountId, keys: list[PostId]) -> tuple[PostId, ...]:
        now = self._clock.now()
        oldest = now - FETCHED_AGAIN
        new = [key for key in keys if self._asked.get((account, key), oldest) <= oldest]
        asked = tuple(islice(new, FETCHED_AT_MOST))
        for key in asked:
            self._asked[account, key] = now
        while len(self._asked) > _REMEMBERED:
            del self._asked[next(iter(self._asked))]
        return asked
