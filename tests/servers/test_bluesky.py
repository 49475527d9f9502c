"""What we rely on of the Bluesky network, asked of the real one."""

import asyncio

import pytest

from services.clock import Clock, SystemClock
from tests.servers.bluesky import Bluesky, BlueskyAccount, Json, Refused, now_text

pytestmark = pytest.mark.servers

_POST = "app.bsky.feed.post"


async def _put(who: BlueskyAccount, key: str, record: dict[str, str]) -> dict[str, str]:
    body = {"repo": who.person.did, "collection": _POST, "rkey": key, "swapRecord": None}
    return await who.do("com.atproto.repo.putRecord", body | {"record": record})


async def _key(who: BlueskyAccount) -> str:
    """Get a key of the kind that posts have, which is free again."""
    said = await who.post("for its key")
    await who.delete(said)
    return said.ref.key


def _record(text: str) -> dict[str, str]:
    return {"$type": _POST, "text": text, "createdAt": now_text()}


async def test_an_answer_is_told_and_stands_in_the_thread(bluesky: Bluesky) -> None:
    """A reply by the second person is in the first one's notifications and thread."""
    alice, bob = await bluesky.newcomer("ada"), await bluesky.newcomer("ben")
    root = await alice.post("Who has the key to the shed?")
    await bluesky.settle()
    reply = await bob.reply(root, "I have.")
    await bluesky.settle()
    thread = await alice.thread(root.ref.uri)
    assert [each["post"]["uri"] for each in thread["replies"]] == [reply.ref.uri]
    told = await alice.notifications()
    assert [(each["reason"], each["uri"]) for each in told] == [("reply", reply.ref.uri)]
    assert [each["uri"] for each in await bob.posts()] == [reply.ref.uri]


async def test_the_same_record_under_a_frozen_key_is_written_once(bluesky: Bluesky) -> None:
    """Putting with ``swapRecord: null`` again gives the same and says that nothing was written."""
    ada = await bluesky.newcomer("ada")
    key, record = await _key(ada), _record("once")
    first = await _put(ada, key, record)
    again = await _put(ada, key, record)
    assert first["cid"] == again["cid"]
    assert "commit" in first
    assert "commit" not in again
    assert len(await ada.posts()) == 1


async def test_another_record_under_a_taken_key_is_refused(bluesky: Bluesky) -> None:
    """Putting another text under it is 400 InvalidSwap, and the first one stays."""
    ada = await bluesky.newcomer("ada")
    key = await _key(ada)
    await _put(ada, key, _record("first"))
    with pytest.raises(Refused) as refused:
        await _put(ada, key, _record("second"))
    assert (refused.value.status, refused.value.name) == (400, "InvalidSwap")
    assert [each["value"]["text"] for each in await ada.posts()] == ["first"]


async def test_creating_under_a_taken_key_is_an_error_of_the_server(bluesky: Bluesky) -> None:
    """The second createRecord under a key is 500, which says nothing about the first."""
    ada = await bluesky.newcomer("ada")
    body: Json = {"repo": ada.person.did, "collection": _POST, "rkey": await _key(ada)}
    body["record"] = _record("twice")
    await ada.do("com.atproto.repo.createRecord", body)
    with pytest.raises(Refused) as refused:
        await ada.do("com.atproto.repo.createRecord", body)
    assert refused.value.status == 500


async def test_a_key_has_to_be_a_time(bluesky: Bluesky) -> None:
    """A key of another shape is 400 InvalidRequest."""
    ada = await bluesky.newcomer("ada")
    with pytest.raises(Refused) as refused:
        await _put(ada, "shed", _record("no"))
    assert (refused.value.status, refused.value.name) == (400, "InvalidRequest")


async def test_an_aged_session_is_400_and_can_be_refreshed(bluesky: Bluesky) -> None:
    """An expired token is 400 ExpiredToken, not 401; the refreshed one is taken."""
    ada = await bluesky.newcomer("ada")
    await bluesky.age(ada.person)
    with pytest.raises(Refused) as refused:
        await ada.notifications()
    assert (refused.value.status, refused.value.name) == (400, "ExpiredToken")
    clock: Clock = SystemClock()
    await clock.sleep(1.05)  # a token says when it was given in whole seconds
    assert await (await ada.renew()).notifications() == []


async def test_no_token_and_a_bad_one_are_told_apart(bluesky: Bluesky) -> None:
    """Without a token it is 401 AuthMissing, with a malformed one 400 InvalidToken."""
    told = "/xrpc/app.bsky.notification.listNotifications"
    none = await bluesky.client.get(told)
    bad = await bluesky.client.get(told, headers={"authorization": "Bearer not.a.token"})
    assert (none.status_code, none.json()["error"]) == (401, "AuthMissing")
    assert (bad.status_code, bad.json()["error"]) == (400, "InvalidToken")


async def test_a_revoked_session_cannot_be_refreshed(bluesky: Bluesky) -> None:
    """Once the password was changed, a refresh is refused and the access token lives on."""
    ada = await bluesky.newcomer("ada")
    await bluesky.revoke(ada.person)
    with pytest.raises(Refused) as refused:
        await ada.renew()
    assert (refused.value.status, refused.value.name) == (400, "ExpiredToken")
    assert await ada.notifications() == []


async def test_an_app_password_signs_in(bluesky: Bluesky) -> None:
    """A session by app password is another one of the same person; a wrong one is 401."""
    ada = await bluesky.newcomer("ada")
    session = await ada.session(await ada.app_password("chinwag"))
    assert session["did"] == ada.person.did
    with pytest.raises(Refused) as refused:
        await ada.session("wrong")
    assert (refused.value.status, refused.value.name) == (401, "AuthenticationRequired")


async def test_the_topics_are_what_was_set(bluesky: Bluesky) -> None:
    """What trends is asked through the PDS and comes from our list."""
    await bluesky.set_topics("Low tide")
    answer = await bluesky.alice.get("app.bsky.unspecced.getTrendingTopics")
    assert [each["topic"] for each in answer["topics"]] == ["Low tide"]


async def test_ten_senders_at_once_lose_nothing(bluesky: Bluesky) -> None:
    """Ten posts of one person at the same time are ten posts."""
    ada = await bluesky.newcomer("ada")
    await asyncio.gather(*(ada.post(f"number {n}") for n in range(10)))
    assert len(await ada.posts()) == 10
