"""What else one asks of a server: to keep people away, whom a handle means, what is queued.

Law: a server that lacks one of these says so in a sentence; each is asked for once.
"""

import re
from collections.abc import Mapping
from typing import Final

from services.errors import Garbled, Gone, Rejected
from services.model.ids import AccountId, NetworkName, PersonId, PostId
from services.model.people import Author
from services.model.queue import Queued, QueuedId, QueuedKind
from services.model.words import NOTHING, Safe
from services.networks.base import Distance
from services.networks.mastodon.client import MastodonClient, checked, part
from services.networks.mastodon.convert import (
    attached,
    author_of,
    moment_of,
    person_of,
    reach_of,
)
from services.networks.mastodon.wire import (
    AccountWire,
    CredentialWire,
    ScheduledWire,
    TagWire,
    read,
    read_many,
)
from services.secrets import Secret
from services.text.clean import clean, clean_line
from services.web.values import Method

COMPLETED_AT_MOST: Final = 8
FOLLOWED_TAGS_AT_MOST: Final = 200
_TAG_PAGES_AT_MOST = 5
"""So many readings: a server may give fewer at once than it is asked for."""
_NEXT = re.compile(r"<[^<>]*[?&]max_id=([0-9A-Za-z_-]{1,64})(?:&[^<>]*)?>\s*;\s*rel=\"?next\"?")
QUEUED_AT_MOST: Final = 40
_WORDS_AT_MOST = 1000
"""Of a report (methods/reports, 2026-11)."""


class Errands:
    """Runs them for one account."""

    def __init__(self, client: MastodonClient, account: AccountId, host: str) -> None:
        """Ask through ``client``; people without a host are of ``host``."""
        self._client = client
        self._account = account
        self._host = host

    async def keep_away(
        self, person: PersonId, distance: Distance, people: Mapping[str, PersonId]
    ) -> None:
        """Mute or block somebody; ``people`` tells whom the server's ids mean.

        Raises:
            NetworkError: it is as it was, or that is not known.

        Source: docs.joinmastodon.org/methods/accounts#mute, #block, 4.5, 2026-11.
        """
        known = (name for name, known in people.items() if known == person)
        name = next(known, None) or await self._id_of(person)
        try:
            await self._client.ask(
                Method.POST, f"/api/v1/accounts/{part(name)}/{distance.value}", {}
            )
        except Gone:
            raise Rejected(f"This server does not {distance.value} people.") from None

    async def report(self, post: PostId, words: str) -> None:
        """Tell whoever looks after the server about a post.

        Raises:
            NetworkError: nobody was told, or that is not known.

        Source: docs.joinmastodon.org/methods/reports, 4.5, 2026-11.
        """
        status = await self._client.status(post)
        if status is None:
            raise Gone("This post is not there any more.")
        values = {
            "account_id": str(status.account.id),
            "status_ids": [str(status.id)],
            "comment": words[:_WORDS_AT_MOST],
        }
        try:
            await self._client.ask(Method.POST, "/api/v1/reports", values)
        except Gone:
            raise Rejected("This server takes no reports.") from None

    async def complete(self, beginning: str) -> tuple[Author, ...]:
        """Find people for a handle that is being typed; nobody is looked up elsewhere.

        Raises:
            NetworkError: it could not be asked.

        Source: docs.joinmastodon.org/methods/accounts#search, 4.5, 2026-11.
        """
        asked = beginning.strip().lstrip("@")
        if not asked:
            return ()
        query = (("q", asked), ("limit", str(COMPLETED_AT_MOST)), ("resolve", "false"))
        found = await self._client.many("/api/v1/accounts/search", AccountWire, query)
        return tuple(author_of(one, self._host) for one in found[:COMPLETED_AT_MOST])

    async def queued(self) -> tuple[Queued, ...]:
        """Read what goes out by itself, the next first.

        Raises:
            NetworkError: it could not be read.

        Source: docs.joinmastodon.org/methods/scheduled_statuses, 4.5, 2026-11; snac2 2.75 always
        gives an empty list, as seen on the wire, 2026-11.
        """
        path, query = "/api/v1/scheduled_statuses", (("limit", str(QUEUED_AT_MOST)),)
        found = await self._client.many_or_none(path, ScheduledWire, query) or ()
        is_said = all(one.params.visibility for one in found)
        usual = None if is_said else await self._usual_visibility()
        made = [self._queued(one, usual) for one in found]
        return tuple(sorted(made, key=lambda one: (one.due_at is None, one.due_at)))

    async def drop_queued(self, queued: QueuedId) -> None:
        """Cancel one for good.

        Raises:
            NetworkError: it may still go out.
        """
        try:
            await self._client.ask(Method.DELETE, f"/api/v1/scheduled_statuses/{part(queued)}")
        except Gone:
            return

    async def followed_tags(self) -> tuple[Safe, ...]:
        """Read the tags that this account follows; none where the server knows no such thing.

        Raises:
            NetworkError: they could not be read.

        Source: docs.joinmastodon.org/methods/followed_tags, 4.5, 2026-11: at most 200 at once,
        and where it goes on stands in the ``Link`` header alone.
        """
        found: dict[Safe, None] = {}
        query = [("limit", str(FOLLOWED_TAGS_AT_MOST))]
        below = ""
        for _ in range(_TAG_PAGES_AT_MOST):
            more = [("max_id", below)] if below else []
            try:
                answer = await self._client.get("/api/v1/followed_tags", [*query, *more])
            except (Gone, Rejected):
                break
            page = read_many(answer.body, TagWire)
            found.update((clean_line(one.name.lstrip("#"), chars=100), None) for one in page)
            after = _NEXT.search(answer.headers.get("link", ""))
            if after is None or not page or len(found) >= FOLLOWED_TAGS_AT_MOST:
                break
            below = after[1]
        return tuple(tag for tag in found if tag)[:FOLLOWED_TAGS_AT_MOST]

    async def sign_out(self, secrets: Mapping[str, Secret]) -> None:
        """Make the server forget this sign-in; not an error when it has already.

        Raises:
            NetworkError: it may still be good there.

        Source: docs.joinmastodon.org/methods/oauth#revoke, 4.5, 2026-11; RFC 7009, 2.2.
        """
        values = {
            name: secrets[name].reveal()
            for name in ("client_id", "client_secret", "token")
            if name in secrets
        }
        answer = await self._client.form("/oauth/revoke", values)
        checked(answer)

    async def _id_of(self, person: PersonId) -> str:
        """Ask what the server calls somebody."""
        acct = person.partition(":")[2]
        # snac2 2.75 finds nobody by a whole address, as seen on the wire, 2026-11.
        for asked in (acct, acct.partition("@")[0]):
            query = (("q", asked), ("limit", "40"), ("resolve", "false"))
            found = await self._client.many("/api/v1/accounts/search", AccountWire, query)
            for one in found:
                if person_of(one.acct, self._host) == person:
                    return str(one.id)
        raise Gone(f"This server does not know {clean_line(acct)}.")

    async def _usual_visibility(self) -> str | None:
        """Ask how public a post of ours is that says nothing of it; ``None``: nobody tells.

        Source: methods/accounts#verify_credentials, 4.5, 2026-11.
        """
        try:
            answer = await self._client.get("/api/v1/accounts/verify_credentials")
            return read(answer.body, CredentialWire).source.privacy
        except (Gone, Rejected, Garbled):
            return None

    def _queued(self, one: ScheduledWire, usual: str | None) -> Queued:
        warning = one.params.spoiler_text
        return Queued(
            id=QueuedId(str(one.id)),
            account=self._account,
            network=NetworkName.MASTODON,
            kind=QueuedKind.SCHEDULED,
            body=clean(one.params.text or ""),
            warning=clean_line(warning) if warning else NOTHING,
            reach=reach_of(one.params.visibility or usual),
            due_at=moment_of(one.scheduled_at),
            media=attached(one.media_attachments),
        )
