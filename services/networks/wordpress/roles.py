"""What the blog lets us do, and how we may therefore ask.

Law: pure.

Source: WordPress ``WP_REST_Comments_Controller``: the edit context of the list is for
``moderate_comments``, the parameter ``status`` for ``edit_posts``; 6.1.9 on the wire, 2026-11.
"""

from enum import Enum

from services.model.ids import NetworkName
from services.model.limits import Capabilities, Keying
from services.model.posts import Reach
from services.networks.wordpress.client import Params
from services.networks.wordpress.wire import Me


class Role(Enum):
    """How far we are trusted there."""

    READER = "reader"
    """May comment; sees what everybody sees."""
    AUTHOR = "author"
    """May write posts; sees what is held under them, and lets it in."""
    MODERATOR = "moderator"
    """May moderate every comment: the owner, an editor."""

    @property
    def context(self) -> str:
        """In which context comments are read."""
        return "edit" if self is Role.MODERATOR else "view"

    @property
    def asks(self) -> Params:
        """What every list of comments is asked with; ``all`` leaves spam and trash out."""
        match self:
            case Role.READER:
                return {}
            case Role.AUTHOR:
                return {"status": "all"}
            case Role.MODERATOR:
                return {"status": "all", "context": "edit"}


def role_of(me: Me) -> Role:
    """Read a role off what we may do."""
    if me.capabilities.get("moderate_comments"):
        return Role.MODERATOR
    return Role.AUTHOR if me.capabilities.get("edit_posts") else Role.READER


def role_named(name: str) -> Role:
    """Give the role of that name; the least where there is none."""
    return next((role for role in Role if role.value == name), Role.READER)


def capabilities_of(role: Role) -> Capabilities:
    """Say what we can do there.

    A new post is a post on the blog: a short first line becomes its title. Who may not write
    posts may neither change nor delete comments, not even their own; who may moderates what
    stands under their own posts at least, and the blog refuses the rest in plain words.
    """
    is_trusted = role is not Role.READER
    return Capabilities(
        network=NetworkName.WORDPRESS,
        keying=Keying.KEYLESS,
        reach=Reach.PUBLIC,
        graphemes_at_most=None,
        can_take_back=is_trusted,
        can_edit=is_trusted,
        can_moderate=is_trusted,
    )
