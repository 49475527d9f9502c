"""A scene on snac: what a server says that speaks Mastodon's API in its own way.

Source: snac 2.75, Mastodon client API v1, seen 2026-11.
"""

import asyncio
from collections.abc import Callable

import httpx

from tests.servers.hosts.values import SnacHost
from tests.servers.snac import Snac, SnacAccount

Keep = Callable[[str, httpx.Response], None]
_PATIENCE_S = 40.0
_LOOK_S = 0.5
_MISSING = "1795320459ffffffffffffffffffffffffffffffff"


async def play(host: SnacHost, client: httpx.AsyncClient, keep: Keep) -> None:
    """Let Bob answer and like what Alice says; keep what Alice is told."""
    pond = Snac(host, client)
    alice, bob = pond.alice, pond.bob
    root = await alice.post("Who has the key to the shed? 🔑 #shed")
    held = await alice.post("Only for those who ask", spoiler_text="dull", visibility="unlisted")
    answer = await bob.reply(root["id"], "@alice I have, see https://shed.example.test/keys")
    direct = await bob.post("@alice between us", visibility="direct")
    await bob.favourite(root["id"])
    under = await alice.reply(answer["id"], "@bob thank you")
    await _told(alice, answer["id"], direct["id"])
    await _told(bob, under["id"])
    for name, number in (("status", root["id"]), ("status-warned", held["id"])):
        keep(name, await alice.get(f"v1/statuses/{number}"))
    keep("status-direct", await alice.get(f"v1/statuses/{direct['id']}"))
    keep("context", await alice.get(f"v1/statuses/{root['id']}/context"))
    keep("context-deep", await alice.get(f"v1/statuses/{under['id']}/context"))
    keep("notifications", await alice.get("v1/notifications"))
    keep("notifications-page", await alice.get("v1/notifications", limit=1))
    await _places(alice, keep)
    await _refusals(alice, root["id"], keep)


async def _told(who: SnacAccount, *numbers: str) -> None:
    """Wait until somebody is told of all these statuses."""
    async with asyncio.timeout(_PATIENCE_S):
        while True:
            told = [each.get("status") or {} for each in await who.notifications()]
            if set(numbers) <= {each.get("id") for each in told}:
                return
            await asyncio.sleep(_LOOK_S)


async def _places(alice: SnacAccount, keep: Keep) -> None:
    me = await alice.get("v1/accounts/verify_credentials")
    keep("me", me)
    keep("own-statuses", await alice.get(f"v1/accounts/{me.json()['id']}/statuses"))
    keep("instance", await alice.get("v1/instance"))
    keep("tag", await alice.get("v1/timelines/tag/shed"))
    keep("search", await alice.get("v2/search", q="#shed"))
    keep("search-people", await alice.get("v2/search", q="bob", type="accounts"))
    keep("conversations", await alice.get("v1/conversations"))
    keep("trends-tags", await alice.get("v1/trends/tags"))
    keep("scheduled", await alice.get("v1/scheduled_statuses"))
    keep("filters", await alice.get("v1/filters"))
    others = (await alice.notifications())[0]["account"]["id"]
    keep("relationships", await alice.get("v1/accounts/relationships", **{"id[]": others}))
    keep("account", await alice.get(f"v1/accounts/{others}"))


async def _refusals(alice: SnacAccount, number: str, keep: Keep) -> None:
    own = {"authorization": f"Bearer {alice.person.token}"}
    client, status = alice.client, f"/api/v1/statuses/{number}"
    bad = {"authorization": "Bearer wrong"}
    keep("error-no-token", await client.get("/api/v1/notifications"))
    keep("error-bad-token", await client.get("/api/v1/notifications", headers=bad))
    keep("error-delete", await client.delete(status, headers=own))
    keep("error-missing", await alice.get(f"v1/statuses/{_MISSING}"))
    keep("error-no-route", await alice.get("v2/instance"))
    keep("edited", await client.put(status, json={"status": "Found."}, headers=own))
