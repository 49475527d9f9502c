"""The people of the blog who are not the one under test: visitors, and the owner elsewhere.

Law: each visitor comes from a loopback address of their own, since the blog slows down who
comments twice; what is returned was seen on the server.

Source: WordPress 6.1.9, REST API v2 and wp-comments-post.php, seen 2026-11.
"""

import itertools
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.servers.hosts.values import WordPressHost, WordPressPerson

Json = dict[str, Any]
_API = "/wp-json/wp/v2"
_PAGE = 100
_numbers = itertools.count(2)


class Unwelcome(Exception):
    """The blog did not take a visitor's comment: its status and its page."""

    def __init__(self, answer: httpx.Response) -> None:
        """Read the refusal from an answer."""
        self.status = answer.status_code
        super().__init__(f"{answer.status_code} {answer.text[-300:]}")


@dataclass(frozen=True, slots=True)
class WordPress:
    """The blog, its owner as another client of theirs, and visitors."""

    host: WordPressHost
    client: httpx.AsyncClient
    """Signed in as the owner."""

    async def visitor_comments(
        self, name: str, text: str, *, post: int | None = None, parent: int = 0,
        address: str | None = None,
    ) -> int:  # fmt: skip
        """Comment as somebody without an account, and give the comment's number.

        The first comment of a name is held for moderation. ``address`` repeats a visitor.

        Raises:
            Unwelcome: it is a duplicate, or too soon.
        """
        fields = {
            "comment_post_ID": str(post or self.host.post), "comment_parent": str(parent),
            "author": name, "email": f"{name.partition(' ')[0].lower()}@example.test",
            "comment": text,
        }  # fmt: skip
        source = httpx.AsyncHTTPTransport(local_address=address or own_address())
        async with httpx.AsyncClient(base_url=self.host.url, transport=source) as visitor:
            answer = await visitor.post("/wp-comments-post.php", data=fields)
        found = re.search(r"unapproved=(\d+)|#comment-(\d+)", answer.headers.get("location", ""))
        if found is None:
            raise Unwelcome(answer)
        return int(found[1] or found[2])

    async def comment(self, number: int) -> Json:
        """Read a comment as the owner sees it."""
        answer = await self.client.get(f"{_API}/comments/{number}", params={"context": "edit"})
        return dict(answer.raise_for_status().json())

    async def comments(self, post: int | None = None, status: str = "all") -> list[Json]:
        """List every comment of a post as the owner sees it, oldest first."""
        found: list[Json] = []
        for page in itertools.count(1):
            answer = await self.client.get(
                f"{_API}/comments",
                params={
                    "context": "edit", "status": status, "post": post or self.host.post,
                    "per_page": _PAGE, "page": page, "order": "asc", "orderby": "id",
                },
            )  # fmt: skip
            found += answer.raise_for_status().json()
            if page >= int(answer.headers["x-wp-totalpages"]):
                break
        return found

    async def change(self, number: int, **fields: str | int) -> Json:
        """Change a comment: its ``status`` (approved, hold, spam, trash) or its ``content``."""
        answer = await self.client.post(f"{_API}/comments/{number}", json=fields)
        return dict(answer.raise_for_status().json())

    async def backdate(self, number: int, seconds: int = 60) -> None:
        """Let a comment have been made earlier, so that its visitor may say more at once."""
        date = datetime.now(UTC) - timedelta(seconds=seconds)
        await self.change(number, date_gmt=date.strftime("%Y-%m-%dT%H:%M:%S"))

    async def approve(self, number: int) -> None:
        """Let a held comment be seen."""
        await self.change(number, status="approved")

    async def delete(self, number: int, *, for_good: bool = False) -> None:
        """Put a comment into the trash, or delete it."""
        answer = await self.client.delete(
            f"{_API}/comments/{number}", params={"force": "true"} if for_good else {}
        )
        answer.raise_for_status()

    async def create_post(self, title: str, content: str = "Ask here.") -> int:
        """Publish a post that nobody has commented, and give its number."""
        fields = {"title": title, "content": content, "status": "publish"}
        answer = await self.client.post(f"{_API}/posts", json=fields)
        return int(answer.raise_for_status().json()["id"])

    async def said_by(self, author: int) -> list[str]:
        """List what a user has commented and published on the blog, as it is stored."""
        found: list[str] = []
        for kind in ("comments", "posts"):
            for page in itertools.count(1):
                asked: dict[str, str | int] = {
                    "context": "edit", "author": author, "per_page": _PAGE, "page": page,
                }  # fmt: skip
                answer = await self.client.get(f"{_API}/{kind}", params=asked)
                found += [str(each["content"]["raw"]) for each in answer.raise_for_status().json()]
                if page >= int(answer.headers["x-wp-totalpages"]):
                    break
        return found

    async def newcomer(self, name: str, role: str = "administrator") -> WordPressPerson:
        """Make a user with an application password."""
        fields = {
            "username": f"{name}{next(_numbers)}", "email": f"{name}{next(_numbers)}@example.test",
            "password": f"{name}-password", "roles": [role],
        }  # fmt: skip
        answer = await self.client.post(f"{_API}/users", json=fields)
        made = answer.raise_for_status().json()
        answer = await self.client.post(
            f"{_API}/users/{made['id']}/application-passwords", json={"name": "chinwag"}
        )
        password = answer.raise_for_status().json()["password"]
        return WordPressPerson(made["id"], made["username"], password)

    async def passwords(self, person: WordPressPerson) -> list[str]:
        """List the application passwords of somebody, by the name that each was made with."""
        answer = await self.client.get(f"{_API}/users/{person.id}/application-passwords")
        return [str(each["name"]) for each in answer.raise_for_status().json()]

    async def revoke(self, person: WordPressPerson) -> None:
        """Revoke every application password of somebody."""
        answer = await self.client.delete(f"{_API}/users/{person.id}/application-passwords")
        answer.raise_for_status()


def own_address() -> str:
    """Give a loopback address from which nobody has come yet."""
    number = next(_numbers)
    return f"127.0.{number // 250}.{number % 250 + 2}"
