"""A scene on the blog: comments in every state, and every way to be refused.

Source: WordPress 6.1.9, REST API v2, seen 2026-11.
"""

from collections.abc import Callable

import httpx

from tests.servers.hosts.values import WordPressHost
from tests.servers.wordpress import WordPress

Keep = Callable[[str, httpx.Response], None]
_API = "/wp-json/wp/v2"
_COMMENTS = f"{_API}/comments"


async def play(host: WordPressHost, client: httpx.AsyncClient, keep: Keep) -> None:
    """Let visitors comment and the owner answer, moderate and err; keep what the owner is told."""
    blog = WordPress(host, client)
    post = await blog.create_post("The pond & the <em>frogs</em>")
    numbers = {
        state: await blog.visitor_comments(f"{name} Visitor", words, post=post)
        for state, name, words in (
            ("approved", "Ida", "Do they sing at <b>night</b>? See https://frogs.example.test 🐸"),
            ("hold", "Jon", "Held & waiting"),
            ("spam", "Kim", "Buy frogs now"),
            ("trash", "Lea", "Never mind"),
        )
    }
    for state in ("approved", "spam"):
        await blog.change(numbers[state], status=state)
    await blog.delete(numbers["trash"])
    answer: dict[str, str | int] = {
        "post": post,
        "parent": numbers["approved"],
        "content": "They do.\n\nAll of them.",
    }
    keep("reply", await client.post(_COMMENTS, json=answer))
    await _lists(client, post, keep)
    await _refusals(host, client, answer, keep)
    await _moderation(client, numbers, keep)
    await _places(client, keep)


async def _lists(client: httpx.AsyncClient, post: int, keep: Keep) -> None:
    asked: dict[str, str | int] = {"context": "edit", "post": post}
    # Asked for as approve, what is told as approved; asked for as approved, there is nothing.
    for state in ("all", "approve", "approved", "hold", "spam", "trash"):
        params = asked | {"status": state}
        keep(f"comments-{state}", await client.get(_COMMENTS, params=params))
    page: dict[str, str | int] = asked | {"status": "all", "per_page": 1}
    keep("comments-page", await client.get(_COMMENTS, params=page))
    keep("comments-past-the-end", await client.get(_COMMENTS, params=page | {"page": 9}))
    keep("comments-public", await client.get(_COMMENTS, params={"post": post}, auth=httpx.Auth()))


async def _refusals(
    host: WordPressHost, client: httpx.AsyncClient, answer: dict[str, str | int], keep: Keep
) -> None:  # fmt: skip
    async def say(name: str, auth: httpx.Auth | None = None, **other: str | int) -> None:
        fields = answer | other
        who = auth or httpx.BasicAuth(host.owner.name, host.owner.password)
        keep(name, await client.post(_COMMENTS, json=fields, auth=who))

    wrong = httpx.BasicAuth(host.owner.name, "not it")
    other = httpx.BasicAuth(host.subscriber.name, host.subscriber.password)
    await say("error-duplicate")
    await say("error-empty", content="")
    await say("error-too-long", content="a" * 66_000)
    await say("error-no-post", post=999)
    await say("reply-to-missing", parent=9999, content="Hello?")
    await say("error-not-signed-in", auth=wrong, content="As nobody")
    await say("reply-held", auth=other, content="May I?")
    await say("error-flood", auth=other, content="And again?")
    edit = {"context": "edit"}
    keep("error-wrong-password", await client.get(f"{_API}/users/me", auth=wrong))
    keep("error-edit-context", await client.get(_COMMENTS, params=edit, auth=wrong))
    keep("comments-wrong-password", await client.get(_COMMENTS, auth=wrong))
    keep("error-too-many", await client.get(_COMMENTS, params={"per_page": 101}))
    keep("error-bad-date", await client.get(_COMMENTS, params={"after": "yesterday"}))
    await client.post(f"{_API}/posts/{answer['post']}", json={"comment_status": "closed"})
    await say("error-closed", content="Too late?", auth=other)


async def _moderation(client: httpx.AsyncClient, numbers: dict[str, int], keep: Keep) -> None:
    held = f"{_COMMENTS}/{numbers['hold']}"
    keep("approve", await client.post(held, json={"status": "approved"}))
    keep("edit", await client.post(held, json={"content": "Held no more"}))
    keep("spam", await client.post(held, json={"status": "spam"}))
    keep("delete", await client.delete(held))
    keep("error-already-trashed", await client.delete(held))
    keep("delete-for-good", await client.delete(held, params={"force": "true"}))
    keep("error-no-comment", await client.get(held))


async def _places(client: httpx.AsyncClient, keep: Keep) -> None:
    edit = {"context": "edit"}
    keep("me", await client.get(f"{_API}/users/me", params=edit))
    fields = "id,date_gmt,modified_gmt,slug,link,title,comment_status,author"
    keep("posts", await client.get(f"{_API}/posts", params={"_fields": fields}))
    index = "name,url,home,gmt_offset,namespaces,authentication"
    keep("index", await client.get("/wp-json/", params={"_fields": index}))
    keep("error-no-route", await client.get("/wp-json/wp/v2/nothing"))
