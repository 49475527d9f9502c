"""People of the snac server who are not the one under test: they post, answer and look.

Law: what is returned was seen on the server.

Source: snac 2.75, Mastodon client API v1, seen 2026-11.
"""

import itertools
from dataclasses import dataclass
from typing import Any

import httpx

from tests.servers.hosts.snac import add_person, sign_in
from tests.servers.hosts.values import SnacHost, SnacPerson

Json = dict[str, Any]
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class SnacAccount:
    """Somebody with a token."""

    person: SnacPerson
    client: httpx.AsyncClient

    async def get(self, path: str, **parameters: str | int) -> httpx.Response:
        """Ask below ``/api``; the answer is as it came."""
        return await self.client.get(f"/api/{path}", params=parameters, headers=self._auth())

    async def post(self, text: str, **more: str | int) -> Json:
        """Say something; ``more`` as the API calls it (visibility, spoiler_text, ...)."""
        answer = await self.client.post(
            "/api/v1/statuses", json={"status": text, **more}, headers=self._auth()
        )
        return dict(answer.raise_for_status().json())

    async def reply(self, to: str, text: str, **more: str | int) -> Json:
        """Answer a status by its id."""
        return await self.post(text, in_reply_to_id=to, **more)

    async def favourite(self, what: str) -> None:
        """Like a status."""
        answer = await self.client.post(f"/api/v1/statuses/{what}/favourite", headers=self._auth())
        answer.raise_for_status()

    async def status(self, number: str) -> Json:
        """Read a status."""
        return dict((await self.get(f"v1/statuses/{number}")).raise_for_status().json())

    async def context(self, number: str) -> Json:
        """Read what stands around a status."""
        return dict((await self.get(f"v1/statuses/{number}/context")).raise_for_status().json())

    async def notifications(self, **parameters: str | int) -> list[Json]:
        """List what this person is told, newest first. A mention takes some seconds to arrive."""
        answer = await self.get("v1/notifications", **parameters)
        return list(answer.raise_for_status().json())

    async def statuses(self) -> list[Json]:
        """List what this person has said, newest first: what the server truly holds."""
        me = (await self.get("v1/accounts/verify_credentials")).raise_for_status().json()
        found: list[Json] = []
        before: dict[str, str | int] = {}
        while True:
            answer = await self.get(f"v1/accounts/{me['id']}/statuses", limit=40, **before)
            page = answer.raise_for_status().json()
            new = [each for each in page if each["id"] not in {known["id"] for known in found}]
            if not new:
                return found
            found += new
            before = {"max_id": new[-1]["id"]}

    def _auth(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.person.token}"}


@dataclass(frozen=True, slots=True)
class Snac:
    """The server and its people."""

    host: SnacHost
    client: httpx.AsyncClient

    @property
    def alice(self) -> SnacAccount:
        """The first person."""
        return SnacAccount(self.host.people["alice"], self.client)

    @property
    def bob(self) -> SnacAccount:
        """The second person."""
        return SnacAccount(self.host.people["bob"], self.client)

    def newcomer(self, name: str = "someone") -> SnacAccount:
        """Make an account that no other test knows; its name begins with ``name``."""
        own = f"{name}{next(_numbers)}"
        password = add_person(self.host.program, self.host.libraries, self.host.data, own)
        person = SnacPerson(own, password, sign_in(self.host.url, own, password))
        return SnacAccount(person, self.client)
