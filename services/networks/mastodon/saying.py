"""Saying something: a post, a reply, an edit; and finding again what may have been said.

Law: what is raised says whether it may be out. Pictures go first, so that nothing has been said
when one of them fails. A post that stood there before the key was pressed is never taken for the
one that the key sent.
"""

import asyncio
import unicodedata
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from services.clock import Clock
from services.errors import Gone, RateLimited, Rejected, Unclear, Unreachable
from services.model.ids import PostId, SendId
from services.model.posts import Reach
from services.model.sending import Picture, Target, TargetKind
from services.networks.base import Message
from services.networks.mastodon.client import MastodonClient, part
from services.networks.mastodon.convert import moment_of, visibility_of
from services.networks.mastodon.instance import Instance
from services.networks.mastodon.wire import MediumWire, StatusWire, each, read
from services.text.html import html_to_text
from services.text.marks import MENTION
from services.web.values import Method

LOOKED_THROUGH: Final = 40
BEFORE_PRESS: Final = timedelta(minutes=2)
CLOCKS_APART: Final = timedelta(hours=1)
"""How far a server's clock may be off that does not say what it shows."""
_PICTURE_WAITS: Final = 12
_PICTURE_WAIT_S: Final = 1.0
_REMEMBERED = 500
_MARKS_OF_LAYOUT = frozenset("*_`~>\\-\u200b\u200c\u200d\ufe0e\ufe0f")
_TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".heic": "image/heic",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}


def text_of(message: Message) -> str:
    """Give the words that go out: of a direct one they name whom it is for, or nobody gets it."""
    target, body = message.target, message.body
    whom = (target.person or "").partition(":")[2]
    if target.reach is not Reach.DIRECT or target.kind is not TargetKind.REPLY or not whom:
        return body
    home = _host_of(target.as_handle.lower())
    named = {_whole(match[1].lower(), home) for match in MENTION.finditer(body)}
    return body if _whole(whom.lower(), home) in named else f"@{whom} {body}"


def reduced(text: str) -> str:
    """Give what of a text every server keeps: no layout, and of a name only its local part."""
    plain = MENTION.sub(lambda match: "@" + match[1].partition("@")[0], text)
    folded = unicodedata.normalize("NFKC", plain).casefold()
    kept = [sign for sign in folded if not sign.isspace()]
    return "".join(sign for sign in kept if sign not in _MARKS_OF_LAYOUT) or "".join(kept)


class Sayer:
    """Says things as one account."""

    def __init__(self, client: MastodonClient, our_id: str, clock: Clock) -> None:
        """Speak through ``client`` as the one whom the server calls ``our_id``."""
        self._client = client
        self._our_id = our_id
        self._clock = clock
        self._seen: dict[str, SendId | None] = {}
        self._before: dict[SendId, frozenset[str]] = {}
        self._uploaded: dict[tuple[SendId, str], str] = {}
        self._ahead: timedelta | None = None

    def see(self, name: str, key: SendId | None = None) -> None:
        """Know that a post of ours stands there, and which key sent it where that is known."""
        self._seen[name] = self._seen.get(name) or key
        while len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]

    def knows(self, name: str) -> bool:
        """Whether it is a post of ours that was seen."""
        return name in self._seen

    def hear_date(self, date: str | None) -> None:
        """Learn how far the server's clock is ahead of ours, from a Date header."""
        from email.utils import parsedate_to_datetime  # noqa: PLC0415 - rarely needed

        try:
            self._ahead = parsedate_to_datetime(date or "") - self._clock.now()
        except (ValueError, TypeError):
            return

    async def say(self, message: Message, instance: Instance, reach: Reach) -> StatusWire:
        """Say it once, to ``reach``.

        Raises:
            NetworkError: as ``services.networks.base.Network.send``.
        """
        self._before.setdefault(message.key, frozenset(self._seen))
        if message.target.kind is TargetKind.EDIT:
            return await self._edit(message)
        media = await self._upload_all(message, instance)
        values = self._values(message, reach) | ({"media_ids": media} if media else {})
        headers = (("Idempotency-Key", message.key),)
        answer = await self._client.ask(Method.POST, "/api/v1/statuses", values, headers)
        status = read(answer.body, StatusWire)
        self.see(str(status.id), message.key)
        return status

    async def find(self, message: Message) -> StatusWire | None:
        """Find what a send has published.

        Raises:
            NetworkError: it could not be looked up.
        """
        target, words = message.target, reduced(text_of(message))
        if target.edits is not None:
            status = await self._client.status(target.edits)
            return status if status is not None and words in _texts(status) else None
        for status in await self.own():
            if self._is_from_before(status, message) or status.reblog is not None:
                continue
            above = None if status.in_reply_to_id is None else str(status.in_reply_to_id)
            if words in _texts(status) and above == target.post:
                self.see(str(status.id), message.key)
                return status
        return None

    async def own(self, count: int = LOOKED_THROUGH) -> tuple[StatusWire, ...]:
        """Read our latest posts, newest first.

        Raises:
            NetworkError: they could not be read.
        """
        path = f"/api/v1/accounts/{part(self._our_id)}/statuses"
        query = (("exclude_reblogs", "true"), ("limit", str(min(count, LOOKED_THROUGH))))
        answer = await self._client.get(path, query)
        self.hear_date(answer.headers.get("date"))
        return each(read(answer.body, list[Any]), StatusWire)

    async def take_back(self, post: PostId) -> None:
        """Delete a post; where the server says that there is none, look whether that is so.

        Raises:
            Rejected: it stands there still, since this server does not delete.
            NetworkError: it may still be there.
        """
        try:
            await self._client.ask(Method.DELETE, f"/api/v1/statuses/{part(post)}")
        except Gone:
            if await self._client.status(post) is not None:
                raise Rejected(
                    "This server does not delete posts.", "The post is still there."
                ) from None

    def _values(self, message: Message, reach: Reach) -> dict[str, Any]:
        target = message.target
        values: dict[str, Any] = {"status": text_of(message), "visibility": visibility_of(reach)}
        if target.kind is TargetKind.REPLY and target.post is not None:
            values["in_reply_to_id"] = target.post
        if target.quotes is not None:
            values["quoted_status_id"] = target.quotes
        return values | _dressing(target)

    async def _edit(self, message: Message) -> StatusWire:
        """Put other words in place; what hangs on the post stays there.

        Source: docs.joinmastodon.org/methods/statuses#edit, 4.5, 2026-11; media that are not named
        again are taken off (app/services/update_status_service.rb, main).
        """
        name = message.target.edits or ""
        try:
            before = await self._client.status(name)
        except Unclear as error:
            raise Unreachable(error.what, error.remedy) from error
        if before is None:
            raise Gone("The post that you edit is not there any more.")
        media = [str(one.id) for one in each(before.media_attachments, MediumWire)]
        values: dict[str, Any] = {"status": text_of(message), "media_ids": media}
        values |= _dressing(message.target)
        answer = await self._client.ask(Method.PUT, f"/api/v1/statuses/{part(name)}", values)
        status = read(answer.body, StatusWire)
        self.see(str(status.id))
        return status

    async def _upload_all(self, message: Message, instance: Instance) -> list[str]:
        return [
            await self._upload(message.key, picture, instance)
            for picture in message.target.pictures
        ]

    async def _upload(self, key: SendId, picture: Picture, instance: Instance) -> str:
        """Upload a picture, once for each key press, and wait until the server has taken it in.

        Source: docs.joinmastodon.org/methods/media#v2, 4.5, 2026-11: 202 while it is worked on,
        then 206, then 200; older servers know v1 only.
        """
        if (key, picture.path) in self._uploaded:
            return self._uploaded[key, picture.path]
        body, kind = await asyncio.to_thread(_packed, picture, instance.picture_bytes_at_most)
        try:
            try:
                answer = await self._client.upload("/api/v2/media", body, kind)
            except Gone:
                answer = await self._client.upload("/api/v1/media", body, kind)
            name = str(read(answer.body, MediumWire).id)
            for _ in range(_PICTURE_WAITS):
                if answer.status not in {202, 206}:
                    break
                await self._clock.sleep(_PICTURE_WAIT_S)
                answer = await self._client.get(f"/api/v1/media/{part(name)}")
            else:
                raise RateLimited("The server is not done with the picture yet.", _PICTURE_WAIT_S)
        except Unclear as error:
            # The words have not been sent: whatever became of the picture, nothing is out.
            raise Unreachable(f"The picture did not arrive: {error.what}", error.remedy) from error
        self._uploaded[key, picture.path] = name
        return name

    def _is_from_before(self, status: StatusWire, message: Message) -> bool:
        """Whether it stood there when the key was pressed, as far as that can be known."""
        if self._seen.get(str(status.id)) not in {None, message.key}:
            return True  # another key has sent it
        if str(status.id) in self._before.get(message.key, ()):
            return True
        # Of what was seen long ago nothing is remembered, so its age decides here as well.
        at = moment_of(status.created_at)
        if at is None:
            return False
        early = BEFORE_PRESS if self._ahead is not None else CLOCKS_APART
        return at < message.pressed_at + (self._ahead or timedelta()) - early


def _host_of(name: str) -> str:
    """Give the host in a name, without a port: in running text a name ends before it."""
    return name.rpartition("@")[2].partition(":")[0]


def _whole(name: str, home: str) -> str:
    """Give a name with its host; one without any is of ``home``, and another person elsewhere."""
    local, _, host = name.partition("@")
    return f"{local}@{_host_of(host) if host else home}"


def _texts(status: StatusWire) -> frozenset[str]:
    """Give the words of a post, as they were typed and as they are shown."""
    shown = reduced(html_to_text(status.content or ""))
    return frozenset({shown} if status.text is None else {shown, reduced(status.text)})


def _dressing(target: Target) -> dict[str, Any]:
    """Give what words wear: a warning, a language."""
    values: dict[str, Any] = {}
    if target.warning:
        values |= {"spoiler_text": target.warning, "sensitive": True}
    if target.language:
        values["language"] = target.language
    return values


def _packed(picture: Picture, bytes_at_most: int) -> tuple[bytes, str]:
    """Read a picture and write it as a form with its description.

    Raises:
        Rejected: there is none, or it is larger than the server takes.

    Source: RFC 7578; the boundary is longer than chance can hit.
    """
    path = Path(picture.path)
    try:
        body = path.read_bytes() if path.stat().st_size <= bytes_at_most else None
    except OSError as error:
        raise Rejected(
            f"The picture cannot be read: {error.strerror}.", "Choose it anew."
        ) from None
    if body is None:
        raise Rejected(
            f"This server takes pictures of {bytes_at_most // 1_000_000} MB at most.",
            "Make the picture smaller first.",
        )
    boundary = f"chinwag-{uuid4().hex}"
    kind = _TYPES.get(path.suffix.lower(), "application/octet-stream")
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="description"\r\n\r\n'
        f"{picture.alt}\r\n--{boundary}\r\nContent-Disposition: form-data; "
        f'name="file"; filename="picture{path.suffix.lower()[:8]}"\r\nContent-Type: {kind}\r\n\r\n'
    )
    whole = head.encode() + body + f"\r\n--{boundary}--\r\n".encode()
    return whole, f"multipart/form-data; boundary={boundary}"
