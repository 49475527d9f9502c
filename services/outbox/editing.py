"""An edit on its way: other words for a post of ours, where a send makes a new one.

Law: the same edit made twice is one, so an edit may be repeated on every network. Whether it is
there already is seen from the post itself.
"""

import re

from services.errors import NetworkError, Rejected
from services.model.posts import Post
from services.model.sending import Send, TargetKind
from services.networks.base import Editing, Message, Network
from services.text.clean import clean

_LOOKED_THROUGH = 40
"""Our latest posts, among which an edited one is looked for."""

_SPACES = re.compile(r"\s+")


def is_edit(send: Send) -> bool:
    """Tell whether a send changes a post rather than making one."""
    return send.target.kind is TargetKind.EDIT


async def publish(network: Network, message: Message) -> Post:
    """Make the post of a message, or change the one that it edits.

    Raises:
        NetworkError: as ``Network.send`` and ``Editing.edit`` do.
    """
    if message.target.kind is not TargetKind.EDIT:
        return await network.send(message)
    post = message.target.edits
    if post is None or not isinstance(network, Editing):
        raise Rejected("This network changes nothing once it is said.", "Take it back instead.")
    return await network.edit(post, message)


async def look(network: Network, message: Message) -> Post | None:
    """Find what a message has published, or the post that it edits where it has these words.

    Raises:
        NetworkError: it could not be looked up, so nothing is known.
    """
    if message.target.kind is not TargetKind.EDIT:
        return await network.look(message)
    words = _squeezed(clean(message.body))
    for post in await network.latest(_LOOKED_THROUGH):
        if _squeezed(post.body) == words:
            return post  # whatever it is called now
        if post.id == message.target.edits:
            # Words may come back otherwise than they went; that it was edited since tells as much.
            was_edited = post.edited_at is not None and post.edited_at >= message.pressed_at
            return post if was_edited else None
    raise NetworkError("The post is not among our latest ones there.")


def _squeezed(text: str) -> str:
    return _SPACES.sub(" ", text).strip()
