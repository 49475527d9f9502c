"""Which keys the status line shows: those that work where the focus is."""

from typing import TYPE_CHECKING

from services.model.headlines import Headline
from services.model.posts import Relation
from services.model.sending import TargetKind
from services.model.session import Stage
from tui.actions import Place, hint
from widgets.pad import Pad
from widgets.status_line import Hint
from widgets.thread_view import ThreadView
from widgets.topic_list import TopicList

if TYPE_CHECKING:
    from tui.screens.live import LiveScreen

_HELP = ("?", "help")


def hints_for(screen: "LiveScreen") -> tuple[Hint, ...]:
    """Give the keys for whatever has the focus on ``screen``."""
    if screen.desk.looks_on:
        return (("t", "take over"), _HELP)
    focused = screen.focused
    if isinstance(focused, Pad):
        send = "ctrl+enter" if screen.composer.has_ctrl_enter else "ctrl+j"
        return (
            (send, "say it"),
            hint(Place.COMPOSER, "leave_pad"),
            *_beside(screen),
            *_whom(screen),
            ("f1", "help"),
            *_narrower(screen),
            hint(Place.COMPOSER, "editor"),
        )
    named = ["reply", "new", "set_aside", "watch"]
    if isinstance(focused, TopicList):
        if focused.selected is None:
            return (_live("tastes"), _live("unread"), _HELP)
        return (("enter", "read"), _live("why"), _live("set_aside"), _live("unread"), _HELP)
    if isinstance(focused, ThreadView):
        return _for_reading(screen, focused)
    if screen.wanted.pile is not None or screen.wanted.topic is not None:
        named = ["reply", "back", "set_aside"]
    hints = [*_held(screen), *(_live(name) for name in named)]
    clock = screen.clock
    if clock is not None and clock.stage is not Stage.RUNNING and clock.extensions_left:
        hints.insert(0, _live("more_time"))
    more = ("topics", "search", "person", "end")
    return (*hints[:2], _HELP, *hints[2:], *(_live(name) for name in more))


def _for_reading(screen: "LiveScreen", view: ThreadView) -> tuple[Hint, ...]:
    """Give the keys for what is under the cursor of the reading pane."""
    is_topic = screen.wanted.topic is not None
    why = (_live("why"),) if is_topic else ()
    if is_topic and view.marked_item is None:
        return (_live("own"), _live("back"), _HELP, *why)
    if isinstance(view.marked_item, Headline):
        return (_live("copy"), _live("own"), _live("back"), _HELP, *why)
    if view.hides_marked:
        return (("enter", "open it"), _live("reply"), _live("back"), _HELP)
    post = view.marked_post
    if post is not None and post.relation is Relation.OURS:
        return (_live("edit"), _live("back"), _HELP, _live("copy"))
    own = (_live("own"),) if is_topic else ()
    if post is not None and post.account not in screen.desk.networks:
        return (_live("copy"), *own, _live("back"), _HELP, *why, _live("accounts"))
    return (_live("reply"), *own, _live("back"), _HELP, _live("copy"), *why)


def _held(screen: "LiveScreen") -> tuple[Hint, ...]:
    """Offer to let through, or to take away, what is held for our leave."""
    row = screen.unread.list.selected
    return (_live("approve"), _live("spam")) if row is not None and row.is_held else ()


def _beside(screen: "LiveScreen") -> tuple[Hint, ...]:
    """Offer what can go with the text, where the network takes anything."""
    target = screen.composer.target
    can = None if target is None else screen.composing.capabilities_of(target)
    takes = can is not None and (can.can_warn or can.has_languages or can.pictures_at_most > 0)
    return (hint(Place.COMPOSER, "do('options')"),) if takes else ()


def _narrower(screen: "LiveScreen") -> tuple[Hint, ...]:
    """Offer another reach where there is a choice."""
    return (hint(Place.COMPOSER, "do('reach')"),) if len(screen.composing.reaches()) > 1 else ()


def _whom(screen: "LiveScreen") -> tuple[Hint, ...]:
    """Offer another account for what begins something, where there is one."""
    target = screen.composer.target
    begins = target is not None and target.kind in (TargetKind.NEW, TargetKind.TOPIC)
    answering = [one for one in screen.desk.networks.values() if one.capabilities.can_answer]
    return (hint(Place.COMPOSER, "do('as_whom')"),) if begins and len(answering) > 1 else ()


def _live(name: str) -> Hint:
    return hint(Place.LIVE, f"do('{name}')")
