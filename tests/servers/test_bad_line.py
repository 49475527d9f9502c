"""The bad line before each real server: what it says was done is what the server holds."""

import contextlib
from collections.abc import Mapping

import httpx
import pytest

from tests.servers.bluesky import Bluesky
from tests.servers.proxy import Fault, Manners, bad_line, seeded
from tests.servers.snac import Snac
from tests.servers.wordpress import WordPress

pytestmark = pytest.mark.servers

SENDS = 24
WEIGHTS = dict.fromkeys(Fault, 1.0)
QUICK = Manners(hang_s=0.5, drip_s=0.001)
PATIENCE = httpx.Timeout(0.4, connect=5.0)
UNKEPT = httpx.Limits(max_keepalive_connections=0)


async def _send(
    origin: str, path: str, bodies: list[dict[str, object]],
    headers: Mapping[str, str], auth: httpx.Auth | None = None,
) -> list[str]:  # fmt: skip
    """Send each body once over a bad line; give the texts that the server was given whole."""
    async with (
        bad_line(origin, seeded(7, WEIGHTS), QUICK) as line,
        httpx.AsyncClient(
            base_url=line.url, headers=headers, auth=auth, timeout=PATIENCE, limits=UNKEPT
        ) as client,
    ):
        for body in bodies:
            with contextlib.suppress(httpx.TransportError):
                await client.post(path, json=body)
        assert {passage.fault for passage in line.passages} == set(Fault)
        return [f"number {each.request.number}" for each in line.passages if each.reached]


async def test_on_bluesky(bluesky: Bluesky) -> None:
    """Every post that went through is in the repository once, and no other."""
    ada = await bluesky.newcomer("ada")
    bodies: list[dict[str, object]] = [
        {
            "repo": ada.person.did,
            "collection": "app.bsky.feed.post",
            "record": {"text": f"number {n}", "createdAt": "2026-11-23T12:00:00.000Z"},
        }
        for n in range(1, SENDS + 1)
    ]
    headers = {"authorization": f"Bearer {ada.person.access}"} | bluesky.host.bypass
    path = "/xrpc/com.atproto.repo.createRecord"
    done = await _send(bluesky.host.pds, path, bodies, headers)
    assert sorted(each["value"]["text"] for each in await ada.posts()) == sorted(done)


async def test_on_wordpress(wordpress: WordPress) -> None:
    """Every comment that went through is under the post once, and no other."""
    post = await wordpress.create_post("A bad line")
    bodies: list[dict[str, object]] = [
        {"post": post, "content": f"number {n}"} for n in range(1, SENDS + 1)
    ]
    owner = wordpress.host.owner
    auth = httpx.BasicAuth(owner.name, owner.password)
    done = await _send(wordpress.host.url, "/wp-json/wp/v2/comments", bodies, {}, auth)
    found = [each["content"]["raw"] for each in await wordpress.comments(post)]
    assert sorted(found) == sorted(done)


async def test_on_snac(snac: Snac) -> None:
    """Every status that went through is on the server once, and no other."""
    cara = snac.newcomer("cara")
    bodies: list[dict[str, object]] = [{"status": f"number {n}"} for n in range(1, SENDS + 1)]
    headers = {"authorization": f"Bearer {cara.person.token}"}
    done = await _send(snac.host.url, "/api/v1/statuses", bodies, headers)
    assert sorted(each["text"] for each in await cara.statuses()) == sorted(done)
