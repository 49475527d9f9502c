"""What we say on a blog: comments, posts, other words for them, and taking them back.

Law: nothing is asked twice by itself. A refusal as a duplicate is believed only after a look.

Source: WordPress 6.1.9 on the wire, 2026-11: its look for duplicates (author, post, parent and
text; spaces at the edges and case aside) is not atomic, and covers comments alone.
"""

from datetime import datetime, timedelta
from typing import Final

from services.errors import Gone, NetworkError, Rejected, Unclear
from services.model.ids import PostId
from services.model.posts import Post
from services.model.sending import TargetKind
from services.networks.base import Message
from services.networks.wordpress.client import Params, WordPressClient
from services.networks.wordpress.convert import (
    Place,
    blog_post,
    body_of,
    comment_number,
    comment_post,
    moment_of,
    post_number,
    text_of,
)
from services.networks.wordpress.origins import Origins
from services.networks.wordpress.refusals import Duplicate
from services.networks.wordpress.roles import Role
from services.networks.wordpress.wire import BlogPost, Comment
from services.networks.wordpress.words import (
    comment_html,
    comment_text,
    divide,
    is_plain,
    is_same,
    post_html,
    title_html,
)

SLACK: Final = timedelta(seconds=2)
"""The blog's clock counts whole seconds, and its answer was on its way for a while."""

_LOOKED_BACK: Final = timedelta(days=1)
"""How far before the key press is asked, whatever the blog's clock shows."""
_ANY_STATUS: Final = "publish,future,draft,pending,private"


class Sender:
    """Speaks for one account."""

    def __init__(self, client: WordPressClient, origins: Origins) -> None:
        """Speak through ``client``."""
        self._client = client
        self._origins = origins

    async def send(self, message: Message, place: Place, role: Role, now: datetime) -> Post:
        """Publish once.

        Raises:
            NetworkError: as ``services.networks.base.Network.send`` says.
        """
        if message.target.kind is TargetKind.EDIT:
            return await self._edit(message, place, now)
        if message.target.kind is not TargetKind.REPLY:
            fields = _post_fields(message.body) | {"status": "publish"}
            made = await self._client.write_post(fields)
            return blog_post(made, place, {}, now)
        post, parent = _above(message)
        words = comment_html(message.body)
        try:
            comment = await self._client.write_comment(
                {"post": post, "parent": parent, "content": words}
            )
        except Duplicate:
            found = await self._look_again(message, place, role, now)
            if found is None:
                raise
            return found
        # It is published: nothing may be asked any more that could fail.
        return self._said(comment, message, place, now)

    async def look(self, message: Message, place: Place, role: Role, now: datetime) -> Post | None:
        """Find what a send of ``message`` published, by place, author, moment and text.

        Raises:
            NetworkError: it could not be looked up.
        """
        match message.target.kind:
            case TargetKind.EDIT:
                return await self._look_for_edit(message, place, role, now)
            case TargetKind.REPLY:
                return await self._look_for_comment(message, place, role, now)
            case TargetKind.NEW | TargetKind.TOPIC:
                return await self._look_for_post(message, place, role, now)

    async def latest(self, count: int, place: Place, role: Role, now: datetime) -> list[Post]:
        """Read our own latest comments and posts, newest first.

        Raises:
            NetworkError: they could not be read.
        """
        newest = {"order": "desc", "orderby": "date_gmt"}
        comments = await self._comments({**newest, **_by_us(place, role)}, place, role)
        await self._origins.look_up(comments[:count], place, role)
        posts = await self._posts({"order": "desc", "orderby": "date"}, place, role)
        made = [
            *(self._made(one, place, now) for one in comments[:count]),
            *(blog_post(one, place, {}, now) for one in posts[:count]),
        ]
        made.sort(key=lambda post: post.created_at, reverse=True)
        return made[:count]

    async def take_back(self, post: PostId) -> None:
        """Put a comment or a post of ours into the blog's trash, from where it can be restored.

        Raises:
            NetworkError: it may still be there.
        """
        number = post_number(post)
        path = f"comments/{comment_number(post)}" if number is None else f"posts/{number}"
        try:
            await self._client.bin(path)
        except Gone:
            return

    async def _look_again(
        self, message: Message, place: Place, role: Role, now: datetime
    ) -> Post | None:
        """Look after a refusal as a duplicate, which proves neither that it is up nor the reverse.

        Raises:
            Unclear: it could not be looked up.
        """
        try:
            return await self.look(message, place, role, now)
        except NetworkError as error:
            raise Unclear(error.what, error.remedy) from error

    async def _edit(self, message: Message, place: Place, now: datetime) -> Post:
        """Put other words in place of a comment or a post."""
        edits = message.target.edits or PostId("")
        number = post_number(edits)
        if number is None:
            fields = {"content": comment_html(message.body)}
            comment = await self._client.write_comment(fields, comment_number(edits) or 0)
            return self._said(comment, message, place, now)
        before = await self._client.post("posts", number, context="edit")
        if before is None:
            raise Gone("This post is not there any more.")
        if not is_plain(before.content.raw):
            raise Rejected(
                "This post has a layout of its own, which plain text would undo.",
                "Edit it in wp-admin.",
            )
        made = await self._client.write_post(_post_fields(message.body), number)
        return blog_post(made, place, {}, now)

    async def _look_for_comment(
        self, message: Message, place: Place, role: Role, now: datetime
    ) -> Post | None:
        post, parent = _above(message)
        asked = {
            "post": post, "parent": parent, "order": "desc", "orderby": "date_gmt",
            "after": self._asked_after(message), **_by_us(place, role),
        }  # fmt: skip
        found = await self._comments(asked, place, role)
        typed = comment_text(comment_html(message.body))
        since = self._since(message)
        for one in found:
            is_restyled = one.content.raw is None
            if _is_since(one.date_gmt, since) and is_same(
                body_of(one), typed, is_restyled=is_restyled
            ):
                return self._said(one, message, place, now)
        return None

    async def _look_for_post(
        self, message: Message, place: Place, role: Role, now: datetime
    ) -> Post | None:
        if role is Role.READER:
            return None
        found = await self._posts(
            {"order": "desc", "orderby": "date", "after": self._asked_after(message)}, place, role
        )
        since = self._since(message)
        for one in found:
            if _is_since(one.date_gmt, since) and _says(one, message.body):
                return blog_post(one, place, {}, now)
        return None

    async def _look_for_edit(
        self, message: Message, place: Place, role: Role, now: datetime
    ) -> Post | None:
        """Tell whether a comment or a post says by now what it is to say."""
        edits = message.target.edits or PostId("")
        number = post_number(edits)
        if number is not None:
            post = await self._client.post("posts", number, context="edit")
            is_done = post is not None and _says(post, message.body)
            return blog_post(post, place, {}, now) if post is not None and is_done else None
        comment = await self._client.comment(comment_number(edits) or 0, context=role.context)
        typed = comment_text(comment_html(message.body))
        if not is_same(body_of(comment), typed, is_restyled=comment.content.raw is None):
            return None
        return self._said(comment, message, place, now)

    async def _comments(self, asked: Params, place: Place, role: Role) -> list[Comment]:
        """List comments of ours."""
        found, _ = await self._client.comments({**asked, **role.asks})
        return [one for one in found if one.author == place.us]

    async def _posts(self, asked: Params, place: Place, role: Role) -> tuple[BlogPost, ...]:
        """List posts of ours, as they are stored; readers have none."""
        if role is Role.READER:
            return ()
        mine: Params = {"author": place.us, "context": "edit", "status": _ANY_STATUS}
        found = await self._client.posts("posts", {**asked, **mine})
        return tuple(one for one in found if one.author == place.us)

    def _said(self, comment: Comment, message: Message, place: Place, now: datetime) -> Post:
        """Make a post of a comment of ours, with whom it was addressed to."""
        self._origins.note((comment,), place)
        answers = self._origins.answers(comment, place) or message.target.person
        return comment_post(comment, place, answers, now, is_to_us=False)

    def _made(self, comment: Comment, place: Place, now: datetime) -> Post:
        answers = self._origins.answers(comment, place)
        return comment_post(comment, place, answers, now, is_to_us=False)

    def _asked_after(self, message: Message) -> str:
        moment = self._client.on_its_clock(message.pressed_at) - _LOOKED_BACK
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _since(self, message: Message) -> datetime:
        """Give the key press on the blog's clock."""
        return self._client.on_its_clock(message.pressed_at) - SLACK


def _above(message: Message) -> tuple[int, int]:
    """Give the numbers of the blog post and of the comment that are answered, the latter or 0.

    Raises:
        Rejected: it answers nothing that a blog knows.
    """
    target = message.target
    post = post_number(target.thread or "")
    if post is None:
        raise Rejected("It is not known where on the blog this belongs.")
    return post, comment_number(target.post or "") or 0


def _post_fields(body: str) -> dict[str, str | int]:
    title, words = divide(body)
    return {"title": title_html(title), "content": post_html(words)}


def _by_us(place: Place, role: Role) -> Params:
    """Ask for our own where we may: ``author`` is for those who may write posts."""
    return {} if role is Role.READER else {"author": place.us}


def _is_since(date_gmt: str | None, since: datetime) -> bool:
    moment = moment_of(date_gmt)
    return moment is not None and moment >= since


def _says(post: BlogPost, body: str) -> bool:
    title, words = divide(body)
    typed = "\n\n".join(part for part in (title, words) if part)
    return is_same(text_of(post), typed, is_restyled=post.content.raw is None)
