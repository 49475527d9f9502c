"""How a text of ours goes out, and how it is found again.

Law: the key comes from the key press alone, so that the server itself can tell a repeat.
Whatever goes wrong before the record leaves, nothing is out; a record is sent once.

Source: com.atproto.repo.putRecord as @atproto/pds 0.5.35 has it, 2026-11: ``swapRecord: null``
writes only where nothing stands; the same record again writes nothing; another one is refused
with InvalidSwap. An unknown outcome is found out by getRecord under the same key.
"""

from collections.abc import Mapping
from typing import Final

from services.errors import Gone, NetworkError, Rejected, Unclear, Unreachable
from services.model.sending import TargetKind
from services.networks.base import Message
from services.networks.bluesky.client import Client
from services.networks.bluesky.convert import reply_of
from services.networks.bluesky.facets import names_in
from services.networks.bluesky.names import key_of
from services.networks.bluesky.pictures import read_picture
from services.networks.bluesky.record import check_length, embed_of, record_of
from services.networks.bluesky.refusals import Taken
from services.networks.bluesky.wire import (
    PostView,
    Record,
    Ref,
    ReplyRef,
    StoredRecord,
    read,
    written,
)

PICTURES_AT_MOST: Final = 4
_NAMES_AT_MOST: Final = 20

Json = Mapping[str, object]


class Sender:
    """Publishes for one account."""

    def __init__(self, client: Client) -> None:
        """Publish through ``client``."""
        self._client = client

    async def send(self, message: Message) -> StoredRecord:
        """Publish, and give what stands on the server afterwards.

        Raises:
            NetworkError: as ``Network.send``.
        """
        try:
            record = await self._prepared(message)
        except Rejected as refusal:
            # It may have gone out at an earlier try, and what it answers be gone since.
            return await self._sent_before(message, refusal)
        except Unclear as error:
            raise Unreachable(error.what, error.remedy) from error
        try:
            ref = await self._client.put(key_of(message.pressed_at, message.key), record)
        except Taken:
            return await self._standing(message)
        except Gone as error:
            raise Rejected(error.what) from error
        return StoredRecord(ref.uri, read(written(record), Record), ref.cid)

    async def look(self, message: Message) -> StoredRecord | None:
        """Find what was published under the key of a message.

        Raises:
            NetworkError: it could not be looked up.
        """
        return await self._client.record(key_of(message.pressed_at, message.key))

    async def _prepared(self, message: Message) -> Json:
        """Make the record; what it needs of the network is asked here."""
        target = message.target
        if target.kind is TargetKind.EDIT:
            raise Rejected(
                "Bluesky lets nobody change what was said.", "Take it back and say it anew."
            )
        check_length(message.body)
        if len(target.pictures) > PICTURES_AT_MOST:
            raise Rejected(f"Bluesky takes {PICTURES_AT_MOST} pictures at most.")
        reply, quoted = await self._around(message)
        dids = await self._dids(message.body)
        images = [
            {"alt": picture.alt, "image": await self._client.upload(*await read_picture(picture))}
            for picture in target.pictures
        ]
        return record_of(message, dids, reply, embed_of(images, quoted))

    async def _around(self, message: Message) -> tuple[ReplyRef | None, Ref | None]:
        """Read what is answered and what is quoted, and whether we may."""
        target = message.target
        answered = target.post if target.kind is TargetKind.REPLY else None
        wanted = [uri for uri in (answered, target.quotes) if uri is not None]
        found = await self._client.posts(list(dict.fromkeys(wanted))) if wanted else {}
        reply = None if answered is None else _reply(found.get(answered))
        quoted = None if target.quotes is None else _quoted(found.get(target.quotes))
        return reply, quoted

    async def _dids(self, body: str) -> dict[str, str]:
        """Ask whose the handles in a text are; nobody's stay plain words."""
        found = {}
        for handle in names_in(body)[:_NAMES_AT_MOST]:
            did = await self._client.resolve(handle)
            if did is not None:
                found[handle] = did
        return found

    async def _sent_before(self, message: Message, refusal: Rejected) -> StoredRecord:
        try:
            stored = await self.look(message)
        except Unclear as error:
            raise Unreachable(error.what, error.remedy) from error
        if stored is None:
            raise refusal
        return stored

    async def _standing(self, message: Message) -> StoredRecord:
        """Give what stands under our key; another text there is none of ours."""
        try:
            stored = await self.look(message)
        except NetworkError as error:
            raise Unclear(error.what, error.remedy) from error
        if stored is None or stored.value.text != message.body:
            raise Rejected("Something else of ours stands there already.", "Send it again.")
        return stored


def _reply(above: PostView | None) -> ReplyRef:
    """Say what is answered, and what the thread hangs under."""
    if above is None:
        raise Rejected("What you answer is not there any more.")
    if above.viewer is not None and above.viewer.reply_disabled:
        raise Rejected("Its author has closed this thread to your reply.")
    parent, reply = Ref(above.uri, above.cid), reply_of(above)
    return ReplyRef(parent if reply is None else reply.root, parent)


def _quoted(post: PostView | None) -> Ref:
    if post is None:
        raise Rejected("What you quote is not there any more.")
    if post.viewer is not None and post.viewer.embedding_disabled:
        raise Rejected(
            "Its author does not let others quote it.", "Take the quote out, or answer it."
        )
    return Ref(post.uri, post.cid)
