"""Under which post each post hangs: the chain of replies, as far as it is known.

Law: a chain that is not whole is survived; whatever is not known hangs under the nearest post that
is named. It remembers a bounded number of posts.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from services.errors import Gone, Rejected
from services.model.ids import PersonId
from services.networks.mastodon.client import CONTEXT_LIMITS, MastodonClient, part
from services.networks.mastodon.convert import people_in
from services.networks.mastodon.wire import ContextWire, StatusWire, each, read
from services.web.values import Answer

REMEMBERED: Final = 5_000
LOOK_UPS_A_POLL: Final = 6


class Context:
    """What stands around one post, and whether the server still gathers more of it."""

    def __init__(self, answer: Answer | None) -> None:
        """Read an answer; nothing stands around what there is none for."""
        said = ContextWire() if answer is None else read(answer.body, ContextWire)
        self.ancestors: Sequence[StatusWire] = each(said.ancestors, StatusWire)
        self.descendants: Sequence[StatusWire] = each(said.descendants, StatusWire)
        self.is_growing = answer is not None and "mastodon-async-refresh" in answer.headers
        """Source: docs.joinmastodon.org/methods/statuses#context, 4.5, 2026-11."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing in it was too odd to be read, cut off, or is still to come.

        Source: methods/statuses#context, 2026-11: 4,096 above and below for whoever is signed in.
        """
        return not self.is_growing and len(self.descendants) < 4_000  # noqa: PLR2004 - as above


async def read_context(client: MastodonClient, name: str) -> Context:
    """Read what stands around a post; nothing where the server does not say.

    Raises:
        NetworkError: it could not be read.
    """
    try:
        return Context(
            await client.get(f"/api/v1/statuses/{part(name)}/context", (), CONTEXT_LIMITS)
        )
    except (Gone, Rejected):
        return Context(None)


class Chains:
    """Remembers where posts hang, and whom the server's ids mean."""

    def __init__(self, client: MastodonClient, host: str) -> None:
        """Look up through ``client`` what is not known."""
        self._client = client
        self._host = host
        self._roots: dict[str, str] = {}
        self.people: dict[str, PersonId] = {}
        self.look_ups_left = LOOK_UPS_A_POLL

    def learn(self, statuses: Iterable[StatusWire], root: str | None = None) -> None:
        """Remember statuses, each below the one before it known; all under ``root`` if given."""
        for status in statuses:
            self.people |= people_in(status, self._host)
            self._remember(str(status.id), root or self._root_above(status) or str(status.id))
        while len(self.people) > REMEMBERED:
            del self.people[next(iter(self.people))]

    def known(self, name: str) -> str | None:
        """Give the root above a post that is remembered."""
        return self._roots.get(name)

    def place(self, name: str, root: str) -> None:
        """Remember that a post hangs under ``root``."""
        self._remember(name, root)

    def forget(self, names: Iterable[str]) -> None:
        """Forget posts that are gone."""
        for name in names:
            self._roots.pop(name, None)

    async def root_of(self, status: StatusWire) -> str:
        """Give the post that the thread of a status hangs under.

        Raises:
            NetworkError: it had to be looked up, and could not be.
        """
        self.people |= people_in(status, self._host)
        name = str(status.id)
        root = self._root_above(status)
        if root is None and self.look_ups_left > 0:
            self.look_ups_left -= 1
            above = (await read_context(self._client, name)).ancestors
            if above:
                await self._learn_thread(above)
            root = self._root_above(status)
        if root is None:
            root = str(status.in_reply_to_id)
        self._remember(name, root)
        return root

    async def _learn_thread(self, above: Sequence[StatusWire]) -> None:
        """Remember what stands above a post, and with one more look all else in its thread."""
        root = str(above[0].id)
        self.learn(above, root)
        if self.look_ups_left > 0:
            self.look_ups_left -= 1
            self.learn((await read_context(self._client, root)).descendants, root)

    def _root_above(self, status: StatusWire) -> str | None:
        if status.in_reply_to_id is None:
            return str(status.id)
        return self._roots.get(str(status.in_reply_to_id))

    def _remember(self, name: str, root: str) -> None:
        self._roots[name] = root
        while len(self._roots) > REMEMBERED:
            del self._roots[next(iter(self._roots))]
