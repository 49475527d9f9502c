"""What we rely on of WordPress, asked of the real one."""

import asyncio

import httpx
import pytest

from tests.servers.wordpress import Unwelcome, WordPress, own_address

pytestmark = pytest.mark.servers

_COMMENTS = "/wp-json/wp/v2/comments"


async def test_a_first_comment_waits_and_the_owner_lets_it_in(wordpress: WordPress) -> None:
    """A visitor's first comment is held; approved, it is seen, and so is their next at once."""
    post = await wordpress.create_post("Seeds")
    number = await wordpress.visitor_comments("Dora Digger", "Which ones?", post=post)
    assert (await wordpress.comment(number))["status"] == "hold"
    await wordpress.approve(number)
    assert (await wordpress.comment(number))["status"] == "approved"
    await wordpress.backdate(number)
    second = await wordpress.visitor_comments("Dora Digger", "And when?", post=post, parent=number)
    found = await wordpress.comments(post)
    assert [(c["id"], c["parent"], c["status"]) for c in found] == [
        (number, 0, "approved"),
        (second, number, "approved"),
    ]


async def test_a_visitor_who_repeats_or_hurries_is_refused(wordpress: WordPress) -> None:
    """The same words are 409; other words from the same place at once are 429."""
    address = own_address()
    await wordpress.visitor_comments("Ed Hasty", "Now.", address=address)
    with pytest.raises(Unwelcome) as refused:
        await wordpress.visitor_comments("Ed Hasty", "Now.", address=address)
    assert refused.value.status == 409
    with pytest.raises(Unwelcome) as refused:
        await wordpress.visitor_comments("Ed Hasty", "At once.", address=address)
    assert refused.value.status == 429


async def test_the_same_reply_again_is_a_duplicate(wordpress: WordPress) -> None:
    """Author, post, parent and text alike are 409, case and edges aside; another parent is not."""
    fields = {"post": await wordpress.create_post("Tools"), "content": "Thank you"}
    client = wordpress.client
    first = await client.post(_COMMENTS, json=fields)
    again = await client.post(_COMMENTS, json=fields | {"content": " thank YOU "})
    under = await client.post(_COMMENTS, json=fields | {"parent": first.json()["id"]})
    assert (first.status_code, again.status_code, under.status_code) == (201, 409, 201)
    assert again.json()["code"] == "comment_duplicate"


async def test_a_wrong_password_reads_as_anybody(wordpress: WordPress) -> None:
    """A public read with a wrong password is 200; users/me and the edit context are 401."""
    wrong = httpx.BasicAuth(wordpress.host.owner.name, "not it")
    client = wordpress.client
    public = await client.get(_COMMENTS, auth=wrong)
    me = await client.get("/wp-json/wp/v2/users/me", auth=wrong)
    edit = await client.get(_COMMENTS, params={"context": "edit"}, auth=wrong)
    assert (public.status_code, me.status_code, edit.status_code) == (200, 401, 401)


async def test_the_list_is_paged_and_after_is_strict(wordpress: WordPress) -> None:
    """Totals are in headers, a page past the end is empty, ``after`` leaves its second out."""
    post = await wordpress.create_post("Water")
    number = await wordpress.visitor_comments("Fay Early", "Mine", post=post)
    date = (await wordpress.comment(number))["date_gmt"]
    asked: dict[str, str | int] = {"context": "edit", "status": "all", "post": post, "per_page": 1}
    first = await wordpress.client.get(_COMMENTS, params=asked)
    past = await wordpress.client.get(_COMMENTS, params=asked | {"page": 9})
    after = await wordpress.client.get(_COMMENTS, params=asked | {"after": date})
    assert first.headers["x-wp-total"] == "1"
    assert (past.status_code, past.json()) == (200, [])
    assert after.json() == []


async def test_six_at_once_may_be_more_than_one(wordpress: WordPress) -> None:
    """Identical replies sent at once are each taken or refused as duplicates; one is taken."""
    fields = {"post": await wordpress.create_post("Paths"), "content": "Hello"}
    sent = await asyncio.gather(*(wordpress.client.post(_COMMENTS, json=fields) for _ in range(6)))
    statuses = [answer.status_code for answer in sent]
    assert set(statuses) <= {201, 409}
    assert statuses.count(201) == len(await wordpress.comments(int(str(fields["post"])))) >= 1


async def test_a_comment_ends_in_the_trash_and_then_for_good(wordpress: WordPress) -> None:
    """Deleted once it is trash, twice is 410, forced it is gone and 404."""
    number = await wordpress.visitor_comments("Gus Gone", "Take this away")
    await wordpress.delete(number)
    again = await wordpress.client.delete(f"{_COMMENTS}/{number}")
    assert (again.status_code, again.json()["code"]) == (410, "rest_already_trashed")
    await wordpress.delete(number, for_good=True)
    gone = await wordpress.client.get(f"{_COMMENTS}/{number}")
    assert (gone.status_code, gone.json()["code"]) == (404, "rest_comment_invalid_id")


async def test_approved_comments_are_asked_for_as_approve(wordpress: WordPress) -> None:
    """A comment says that it is approved; the list knows the state as approve alone."""
    post = await wordpress.create_post("Bees")
    number = await wordpress.visitor_comments("Nan Hive", "Which kind?", post=post)
    await wordpress.approve(number)
    assert [c["status"] for c in await wordpress.comments(post, "approve")] == ["approved"]
    assert await wordpress.comments(post, "approved") == []


async def test_a_subscriber_may_not_moderate(wordpress: WordPress) -> None:
    """Approving as one is 403, and a revoked password is 401 where it matters."""
    someone = await wordpress.newcomer("hal", "subscriber")
    auth = httpx.BasicAuth(someone.name, someone.password)
    answer = await wordpress.client.post(
        f"{_COMMENTS}/{wordpress.host.comments[-1]}", json={"status": "approved"}, auth=auth
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "rest_cannot_edit")
    await wordpress.revoke(someone)
    me = await wordpress.client.get("/wp-json/wp/v2/users/me", auth=auth)
    assert me.status_code == 401
