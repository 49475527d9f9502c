"""To whom, how public, and as whom: the words on top of the composer."""

from typing import assert_never

from services.model.posts import Reach
from services.model.sending import Target, TargetKind
from widgets.cells import clip

TITLE = "Composer"
_NAME_CELLS = 32
REACH_CLASSES = ("-public", "-unlisted", "-followers", "-box", "-practice", "-direct")
"""The CSS classes by which the composer shows who can read it."""


def target_words(target: Target | None) -> str:
    """Say where a text goes, as literal words; just the pane's name when it goes nowhere yet."""
    if target is None:
        return TITLE
    match target.kind:
        case TargetKind.REPLY:
            to = f" ↳ {_name(target)}"
        case TargetKind.NEW:
            to = " · new post"
        case TargetKind.TOPIC:
            to = f" · about {_name(target)}"
        case TargetKind.EDIT:
            to = " · other words for your post"
        case _:
            assert_never(target.kind)
    return f"{TITLE}{to} · {reach_words(target)} · as {clip(target.as_handle, _NAME_CELLS)}"


def reach_words(target: Target) -> str:
    """Say who can read it."""
    match target.reach:
        case Reach.PUBLIC:
            return f"public on {target.network.value}"
        case Reach.BOX | Reach.PRACTICE:
            return str(target.reach.value)
        case Reach.UNLISTED | Reach.FOLLOWERS | Reach.DIRECT:
            return f"{target.reach.value}, on {target.network.value}"
        case _:
            assert_never(target.reach)


def reach_class(reach: Reach) -> str:
    """Give the CSS class for who can read it."""
    match reach:
        case Reach.PUBLIC:
            return "-public"
        case Reach.UNLISTED:
            return "-unlisted"
        case Reach.FOLLOWERS:
            return "-followers"
        case Reach.BOX:
            return "-box"
        case Reach.PRACTICE:
            return "-practice"
        case Reach.DIRECT:
            return "-direct"
        case _:
            assert_never(reach)


def _name(target: Target) -> str:
    return clip(target.to_name or "", _NAME_CELLS) or "somebody"
