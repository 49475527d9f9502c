"""What we rely on of snac, asked of the real one."""

import asyncio

import pytest

from tests.servers.snac import Json, Snac, SnacAccount

pytestmark = pytest.mark.servers

_KEYED = {"Idempotency-Key": "the-same"}


async def _told(who: SnacAccount, number: str) -> Json:
    """Wait until somebody is told of a status, and give how."""
    async with asyncio.timeout(40):
        while True:
            for each in await who.notifications():
                if (each.get("status") or {}).get("id") == number:
                    return each
            await asyncio.sleep(0.2)


async def test_an_answer_is_told_and_stands_in_the_context(snac: Snac) -> None:
    """A reply by the second person arrives as a mention, and below what it answers."""
    root = await snac.alice.post("Who has the key to the shed?")
    reply = await snac.bob.reply(root["id"], "@alice I have.")
    assert reply["in_reply_to_id"] == root["id"]
    told = await _told(snac.alice, reply["id"])
    assert told["type"] == "mention"
    around = await snac.alice.context(root["id"])
    assert [each["id"] for each in around["descendants"]] == [reply["id"]]
    assert reply["id"] in {each["id"] for each in await snac.bob.statuses()}


async def test_one_key_gives_two_posts(snac: Snac) -> None:
    """An Idempotency-Key is ignored: the same post twice is two."""
    cara = snac.newcomer("cara")
    sent = [
        await cara.client.post(
            "/api/v1/statuses",
            json={"status": "once"},
            headers={"authorization": f"Bearer {cara.person.token}"} | _KEYED,
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in sent] == [200, 200]
    assert len({answer.json()["id"] for answer in sent}) == 2
    assert len(await cara.statuses()) == 2


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}])
async def test_without_a_token_the_answer_is_empty(snac: Snac, headers: dict[str, str]) -> None:
    """No token and a wrong one are 401 with nothing in it."""
    answer = await snac.client.get("/api/v1/notifications", headers=headers)
    assert (answer.status_code, answer.content) == (401, b"")


async def test_since_includes_its_own_and_min_does_not(snac: Snac) -> None:
    """``since_id`` gives the notification it names again; ``min_id`` does not."""
    cara = snac.newcomer("cara")
    said = await snac.bob.post(f"@{cara.person.name} look")
    number = (await _told(cara, said["id"]))["id"]
    since = [each["id"] for each in await cara.notifications(since_id=number)]
    least = [each["id"] for each in await cara.notifications(min_id=number)]
    assert (since, least) == ([number], [])


async def test_a_post_cannot_be_taken_back(snac: Snac) -> None:
    """DELETE is 404 and the post stays."""
    cara = snac.newcomer("cara")
    said = await cara.post("here to stay")
    answer = await cara.client.delete(
        f"/api/v1/statuses/{said['id']}",
        headers={"authorization": f"Bearer {cara.person.token}"},
    )
    assert answer.status_code == 404
    assert [each["id"] for each in await cara.statuses()] == [said["id"]]


async def test_an_edit_gives_another_id(snac: Snac) -> None:
    """A status that was edited later has an id of its own, and one text."""
    cara = snac.newcomer("cara")
    said = await cara.post("befor")
    await asyncio.sleep(1.1)  # the id begins with the second
    answer = await cara.client.put(
        f"/api/v1/statuses/{said['id']}",
        json={"status": "before"},
        headers={"authorization": f"Bearer {cara.person.token}"},
    )
    assert answer.status_code == 200
    assert answer.json()["id"] != said["id"]


@pytest.mark.parametrize(
    "path", ["v1/streaming", "v1/streaming/user", "v2/instance", "v1/trends/links"]
)
async def test_what_it_lacks_is_a_page(snac: Snac, path: str) -> None:
    """What is not there is 404 with HTML."""
    answer = await snac.alice.get(path)
    assert answer.status_code == 404
    assert "html" in answer.headers["content-type"]


async def test_it_promises_what_it_does_not_keep(snac: Snac) -> None:
    """The instance names a streaming address that nobody answers, and gives its limit."""
    said = (await snac.alice.get("v1/instance")).json()
    assert said["urls"]["streaming_api"].startswith("wss://")
    assert said["configuration"]["statuses"]["max_characters"] > 5000
