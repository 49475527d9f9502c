"""The one door to the world: every request of every network goes through here.

Law: nothing else imports the HTTP library. A fetch ends within its deadline and holds no more
than its limits; it connects only to an address that has been checked, and to a private one only
where the user's own configuration names that host. Credentials stay with their host. Errors
leave as errors of ours.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

from services.clock import Clock
from services.web.addresses import Resolver, resolve
from services.web.values import Answer, Request


class Door:
    """Fetches; made by the runtime, closed by it."""

    def __init__(
        self,
        clock: Clock,
        *,
        named_hosts: frozenset[str] = frozenset(),
        resolver: Resolver = resolve,
    ) -> None:
        """Fetch by this clock.

        ``named_hosts`` are those that the user's configuration names: ``host`` or ``host:port``,
        in lower case. They may be private, on any port, and are reached directly only, never by a
        redirect from another host.
        """

    async def fetch(self, request: Request) -> Answer:
        """Fetch and give the whole answer, whatever its status.

        Raises:
            Unreachable: certainly nothing arrived there: no such name, no connection, refused by
                the rules of the door.
            Unclear: it was asked and the answer did not come whole in time, or is too large, or
                cannot be read.
            RateLimited: this host has asked us to wait, and how long; nothing was sent.
        """

    def stream(self, request: Request) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Open a body that goes on (server-sent events), as pieces within the same rules.

        ``limits.deadline_s`` holds until the headers are there; after that for each piece.
        """

    async def close(self) -> None:
        """Let go of every connection."""


def expect_ok(answer: Answer) -> Answer:
    """Give an answer that is what was asked for (2xx or 304).

    Raises:
        Gone: 404 or 410.
        SignedOut: 401.
        RateLimited: 429, or 503 with a time; says how long where the server did.
        Rejected: any other 4xx.
        Unclear: 5xx, or what has no meaning here.
    """
