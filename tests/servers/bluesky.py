"""People of the Bluesky network who are not the one under test: they post, answer and look.

Law: each asks the PDS directly and past its rate limits; what is returned was seen on the server.

Source: lexicons of com.atproto and app.bsky as @atproto/pds 0.5.35 serves them, seen 2026-11.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec

from tests.servers.hosts.values import BlueskyHost, BlueskyPerson

Json = dict[str, Any]
_POST = "app.bsky.feed.post"
_PAGE = 100
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Ref:
    """A version of a record."""

    uri: str
    cid: str

    @property
    def json(self) -> dict[str, str]:
        """Write it as records do."""
        return {"uri": self.uri, "cid": self.cid}

    @property
    def key(self) -> str:
        """Its key in its collection."""
        return self.uri.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Said:
    """A post of ours, and the first one of its thread."""

    ref: Ref
    root: Ref


class Refused(Exception):
    """The server answered with an error: its status, its name for it, and its words."""

    def __init__(self, answer: httpx.Response) -> None:
        """Read the error from an answer."""
        said = answer.json() if answer.content else {}
        self.status = answer.status_code
        self.name = str(said.get("error", ""))
        super().__init__(f"{self.status} {self.name} {said.get('message', '')}")


@dataclass(frozen=True, slots=True)
class BlueskyAccount:
    """Somebody with a session on the PDS."""

    person: BlueskyPerson
    client: httpx.AsyncClient

    async def get(self, method: str, **parameters: str | int | Sequence[str]) -> Json:
        """Query.

        Raises:
            Refused: the server would not.
        """
        return _read(
            await self.client.get(f"/xrpc/{method}", params=parameters, headers=self._auth())
        )

    async def do(self, method: str, body: Json | None = None) -> Json:
        """Run a procedure.

        Raises:
            Refused: the server would not.
        """
        answer = await self.client.post(f"/xrpc/{method}", json=body, headers=self._auth())
        return _read(answer)

    async def put(self, collection: str, record: Json, key: str | None = None) -> Ref:
        """Write a record into one's own repository."""
        full = {"$type": collection, "createdAt": now_text()} | record
        body: Json = {"repo": self.person.did, "collection": collection, "record": full}
        method = "create" if key is None else "put"
        if key is not None:
            body["rkey"] = key
        made = await self.do(f"com.atproto.repo.{method}Record", body)
        return Ref(made["uri"], made["cid"])

    async def post(self, text: str, **more: object) -> Said:
        """Begin a thread."""
        ref = await self.put(_POST, {"text": text, "langs": ["en"]} | more)
        return Said(ref, ref)

    async def reply(self, to: Said, text: str, **more: object) -> Said:
        """Answer a post."""
        link = {"root": to.root.json, "parent": to.ref.json}
        ref = await self.put(_POST, {"text": text, "langs": ["en"], "reply": link} | more)
        return Said(ref, to.root)

    async def quote(self, what: Said, text: str) -> Said:
        """Begin a thread that shows another post."""
        return await self.post(
            text, embed={"$type": "app.bsky.embed.record", "record": what.ref.json}
        )

    async def mention(self, whom: BlueskyPerson, before: str, after: str) -> Said:
        """Begin a thread that names somebody between two texts."""
        begin = len(before.encode())
        handle = f"@{whom.handle}"
        facet = {
            "index": {"byteStart": begin, "byteEnd": begin + len(handle.encode())},
            "features": [{"$type": "app.bsky.richtext.facet#mention", "did": whom.did}],
        }
        return await self.post(before + handle + after, facets=[facet])

    async def picture(self, text: str, png: bytes, alt: str) -> Said:
        """Begin a thread with an image."""
        answer = await self.client.post(
            "/xrpc/com.atproto.repo.uploadBlob",
            content=png,
            headers={**self._auth(), "content-type": "image/png"},
        )
        image = {"alt": alt, "image": _read(answer)["blob"]}
        return await self.post(text, embed={"$type": "app.bsky.embed.images", "images": [image]})

    async def delete(self, what: Said) -> None:
        """Take a post back."""
        await self.do(
            "com.atproto.repo.deleteRecord",
            {"repo": self.person.did, "collection": _POST, "rkey": what.ref.key},
        )

    async def posts(self) -> list[Json]:
        """List every post in one's own repository, newest first: what the server truly holds."""
        found: list[Json] = []
        cursor: dict[str, str] = {}
        while True:
            page = await self.get(
                "com.atproto.repo.listRecords",
                repo=self.person.did, collection=_POST, limit=_PAGE, **cursor,
            )  # fmt: skip
            found += page["records"]
            if not page.get("cursor"):
                return found
            cursor = {"cursor": page["cursor"]}

    async def thread(self, uri: str, depth: int = 10) -> Json:
        """Read a thread as the AppView tells it."""
        return dict((await self.get("app.bsky.feed.getPostThread", uri=uri, depth=depth))["thread"])

    async def notifications(self, limit: int = 50) -> list[Json]:
        """List what the AppView tells this person, newest first."""
        page = await self.get("app.bsky.notification.listNotifications", limit=limit)
        return list(page["notifications"])

    async def app_password(self, name: str) -> str:
        """Make an app password."""
        made = await self.do("com.atproto.server.createAppPassword", {"name": name})
        return str(made["password"])

    async def revoke_app_password(self, name: str) -> None:
        """Revoke it: its sessions cannot be refreshed any more, their access lives on."""
        await self.do("com.atproto.server.revokeAppPassword", {"name": name})

    async def session(self, password: str) -> Json:
        """Sign in anew, with the main or an app password."""
        body = {"identifier": self.person.handle, "password": password}
        return _read(await self.client.post("/xrpc/com.atproto.server.createSession", json=body))

    async def renew(self) -> "BlueskyAccount":
        """Give this person with a session that was refreshed."""
        answer = await self.client.post(
            "/xrpc/com.atproto.server.refreshSession",
            headers={"authorization": f"Bearer {self.person.refresh}"},
        )
        new = _read(answer)
        person = msgspec.structs.replace(
            self.person, access=new["accessJwt"], refresh=new["refreshJwt"]
        )
        return BlueskyAccount(person, self.client)

    def _auth(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.person.access}"}


@dataclass(frozen=True, slots=True)
class Bluesky:
    """The network, its people, and what only a test may ask of it."""

    host: BlueskyHost
    client: httpx.AsyncClient

    @property
    def alice(self) -> BlueskyAccount:
        """The first person."""
        return BlueskyAccount(self.host.people["alice"], self.client)

    @property
    def bob(self) -> BlueskyAccount:
        """The second person."""
        return BlueskyAccount(self.host.people["bob"], self.client)

    async def newcomer(self, name: str = "someone") -> BlueskyAccount:
        """Make an account that no other test knows; its handle begins with ``name``."""
        handle = f"{name[:9]}-{next(_numbers)}.test"
        password = f"{name}-password"
        body = {"handle": handle, "password": password, "email": f"{handle}@example.test"}
        made = _read(await self.client.post("/xrpc/com.atproto.server.createAccount", json=body))
        session = (made["accessJwt"], made["refreshJwt"])
        account = BlueskyAccount(
            BlueskyPerson(handle, made["did"], password, *session), self.client
        )
        await account.put("app.bsky.actor.profile", {"displayName": name.capitalize()}, key="self")
        return account

    async def settle(self) -> None:
        """Wait until everything that was written is indexed."""
        await self._control("settle", {})

    async def set_topics(self, *names: str) -> None:
        """Say what trends."""
        topics = [{"topic": n, "displayName": n, "link": f"/search?q={n}"} for n in names]
        await self._control("topics", {"topics": topics})

    async def age(self, person: BlueskyPerson) -> None:
        """Let three hours pass for every access token of this person: it expires."""
        await self._control("age", {"did": person.did})

    async def revoke(self, person: BlueskyPerson) -> None:
        """Change somebody's password as the server's admin: no session can be refreshed."""
        answer = await self.client.post(
            "/xrpc/com.atproto.admin.updateAccountPassword",
            json={"did": person.did, "password": "another-password"},
            auth=("admin", self.host.admin),
        )
        _read(answer)

    async def _control(self, what: str, body: Mapping[str, object]) -> None:
        answer = await self.client.post(f"{self.host.control}/{what}", json=body)
        answer.raise_for_status()


def now_text() -> str:
    """Write this moment as records do."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _read(answer: httpx.Response) -> Json:
    if not answer.is_success:
        raise Refused(answer)
    return dict(answer.json()) if answer.content else {}
