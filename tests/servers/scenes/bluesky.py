"""A scene on the Bluesky network: every kind of comment, and every way to be refused.

Source: lexicons of com.atproto and app.bsky as @atproto/pds 0.5.35 serves them, seen 2026-11.
"""

import base64
from collections.abc import Callable

import httpx

from tests.servers.bluesky import Bluesky, BlueskyAccount, Json, Said, now_text
from tests.servers.hosts.values import BlueskyHost

Keep = Callable[[str, httpx.Response], None]
_POST = "app.bsky.feed.post"
_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFElEQVR4nGP8z8DAwMDAxMDAwMDAAAANHQEDasKb6QAAAABJRU5ErkJggg=="
)


async def play(host: BlueskyHost, client: httpx.AsyncClient, keep: Keep) -> None:
    """Let Ada post, and others answer, mention, quote, like and delete; keep what Ada is told."""
    network = Bluesky(host, client)
    ada, ben = await network.newcomer("ada"), await network.newcomer("ben")
    await ada.do("app.bsky.notification.updateSeen", {"seenAt": now_text()})
    root = await _talk(network, ada, ben)
    await _threads(ada, root, keep)
    await _people(ada, ben, keep)
    await _block(network, ada, root["thread"], keep)
    await _refusals(network, ada, keep)
    await _sessions(network, ada, keep)


async def _talk(network: Bluesky, ada: BlueskyAccount, ben: BlueskyAccount) -> dict[str, Said]:
    """Say everything, each after the index has caught up with what came before."""
    root = await ada.post("Who has the key to the shed? 🔑 It was on the nail.")
    await network.settle()
    answer = await ben.reply(root, "I have. See https://shed.example.test/keys for the list.")
    await network.settle()
    under = await ada.reply(answer, "Thank you, Ben.")
    await network.settle()
    deeper = await ben.reply(under, "Any time.")
    lost = await ben.reply(root, "I take this back.")
    await network.settle()
    orphan = await ada.reply(lost, "What did you say?")
    await network.settle()
    await ben.delete(lost)
    picture = await ben.picture("The shed today", _PNG, "A grey shed with a green door")
    await ben.reply(root, "And this is in German: Schlüssel", langs=["de"])
    quote = await ben.quote(root, "Somebody is looking for a key.")
    mention = await ben.mention(ada.person, "Grüße an ", ", der Schuppen ist offen 🌿")
    like = {"subject": root.ref.json}
    await ben.put("app.bsky.feed.like", like)
    await ben.put("app.bsky.feed.repost", like)
    await ben.put("app.bsky.graph.follow", {"subject": ada.person.did})
    await network.settle()
    return {
        "thread": root, "thread-deep": deeper, "thread-deleted-parent": orphan,
        "thread-images": picture, "thread-quote": quote, "thread-mention": mention,
    }  # fmt: skip


async def _get(who: BlueskyAccount, method: str, **parameters: str | int) -> httpx.Response:
    headers = {"authorization": f"Bearer {who.person.access}"}
    return await who.client.get(f"/xrpc/{method}", params=parameters, headers=headers)


async def _do(who: BlueskyAccount, method: str, body: Json | None) -> httpx.Response:
    headers = {"authorization": f"Bearer {who.person.access}"}
    return await who.client.post(f"/xrpc/{method}", json=body, headers=headers)


async def _threads(ada: BlueskyAccount, said: dict[str, Said], keep: Keep) -> None:
    for name, post in said.items():
        asked: dict[str, str | int] = {"uri": post.ref.uri, "depth": 10, "parentHeight": 20}
        keep(name, await _get(ada, "app.bsky.feed.getPostThread", **asked))
    keep("posts", await _get(ada, "app.bsky.feed.getPosts", uris=said["thread"].ref.uri))
    missing = f"at://{ada.person.did}/{_POST}/3aaaaaaaaaa2a"
    keep("thread-missing", await _get(ada, "app.bsky.feed.getPostThread", uri=missing))
    keep("quotes", await _get(ada, "app.bsky.feed.getQuotes", uri=said["thread"].ref.uri))


async def _block(network: Bluesky, ada: BlueskyAccount, root: Said, keep: Keep) -> None:
    """Let somebody answer whom Ada then blocks, and others answer below."""
    cy, dan = await network.newcomer("cy"), await network.newcomer("dan")
    rude = await cy.reply(root, "Buy a shed of your own.")
    await network.settle()
    below = await dan.reply(rude, "No need for that.")
    await ada.put("app.bsky.graph.block", {"subject": cy.person.did})
    await network.settle()
    asked: dict[str, str | int] = {"uri": root.ref.uri, "depth": 10}
    keep("thread-blocked", await _get(ada, "app.bsky.feed.getPostThread", **asked))
    asked = {"uri": below.ref.uri, "parentHeight": 20}
    keep("thread-blocked-parent", await _get(ada, "app.bsky.feed.getPostThread", **asked))
    keep("profile-blocked", await _get(ada, "app.bsky.actor.getProfile", actor=cy.person.did))


async def _people(ada: BlueskyAccount, ben: BlueskyAccount, keep: Keep) -> None:
    told = "app.bsky.notification"
    keep("notifications", await _get(ada, f"{told}.listNotifications", limit=50))
    keep("notifications-page", await _get(ada, f"{told}.listNotifications", limit=2))
    keep("unread-count", await _get(ada, f"{told}.getUnreadCount"))
    keep("profile", await _get(ada, "app.bsky.actor.getProfile", actor=ben.person.did))
    keep("own-posts", await _get(ada, "app.bsky.feed.getAuthorFeed", actor=ada.person.did))
    keep("timeline", await _get(ada, "app.bsky.feed.getTimeline", limit=3))
    keep("search", await _get(ada, "app.bsky.feed.searchPosts", q="shed"))
    keep("trends", await _get(ada, "app.bsky.unspecced.getTrends"))
    keep("trending-topics", await _get(ada, "app.bsky.unspecced.getTrendingTopics"))
    own = {"repo": ada.person.did, "collection": _POST}
    keep("records", await _get(ada, "com.atproto.repo.listRecords", **own))


async def _refusals(network: Bluesky, ada: BlueskyAccount, keep: Keep) -> None:
    """Write the same again, something else, and what is not allowed."""
    said = await ada.post("for its key")
    await ada.delete(said)
    own: Json = {"repo": ada.person.did, "collection": _POST, "rkey": said.ref.key}
    record = {"$type": _POST, "text": "once", "createdAt": now_text()}
    put, create = "com.atproto.repo.putRecord", "com.atproto.repo.createRecord"
    frozen = own | {"swapRecord": None, "record": record}
    other = frozen | {"record": record | {"text": "other"}}
    keep("put", await _do(ada, put, frozen))
    keep("put-again", await _do(ada, put, frozen))
    keep("error-invalid-swap", await _do(ada, put, other))
    keep("error-taken-key", await _do(ada, create, own | {"record": record}))
    keep("error-bad-key", await _do(ada, put, frozen | {"rkey": "shed"}))
    long = own | {"rkey": "3aaaaaaaaaa2b", "record": record | {"text": "é" * 301}}
    keep("error-too-long", await _do(ada, put, long))
    bob = {"repo": network.bob.person.did}
    keep("error-not-ours", await _do(ada, put, frozen | bob))
    missing = {"repo": ada.person.did, "collection": _POST, "rkey": "3aaaaaaaaaa2c"}
    keep("error-no-record", await _get(ada, "com.atproto.repo.getRecord", **missing))
    found = {"repo": ada.person.did, "collection": _POST, "rkey": said.ref.key}
    keep("record", await _get(ada, "com.atproto.repo.getRecord", **found))
    keep("deleted", await _do(ada, "com.atproto.repo.deleteRecord", own))


async def _sessions(network: Bluesky, ada: BlueskyAccount, keep: Keep) -> None:
    sign_in = "/xrpc/com.atproto.server.createSession"
    refresh = "/xrpc/com.atproto.server.refreshSession"
    told = "app.bsky.notification.listNotifications"
    old = {"authorization": f"Bearer {ada.person.refresh}"}
    body = {"identifier": ada.person.handle, "password": await ada.app_password("chinwag")}
    keep("session", await ada.client.post(sign_in, json=body))
    keep("error-wrong-password", await ada.client.post(sign_in, json=body | {"password": "no"}))
    keep("refreshed", await ada.client.post(refresh, headers=old))
    keep("error-no-token", await ada.client.get(f"/xrpc/{told}"))
    bad = {"authorization": "Bearer not.a.token"}
    keep("error-bad-token", await ada.client.get(f"/xrpc/{told}", headers=bad))
    await network.age(ada.person)
    keep("error-expired", await _get(ada, told))
    await network.revoke(ada.person)
    keep("error-revoked", await ada.client.post(refresh, headers=old))
