"""What a person is told about a send that did not simply go out: what happened, what to do.

Law: it claims only what is known, and always says where the text is.
"""

from typing import assert_never

from services.model.ids import NetworkName
from services.model.sending import Send, SendState, TargetKind
from services.model.words import NOTHING, Safe
from services.places import place_name
from services.text.clean import clean, clean_line

_WORDS_CHARS = 40
"""How much of a text stands for the whole in a sentence."""


def words_for(send: Send) -> tuple[Safe, Safe]:
    """Give what happened and what to do, for CHECK, HELD and REJECTED; else no words."""
    place = _place(send)
    match send.state:
        case SendState.CHECK:
            what = (
                f"Your {_what(send)} may be {place}: {_because(send, 'there was no clear answer')}"
            )
            remedy = (
                "Your latest posts there are shown; say whether it is among them. "
                "Until then it is kept here, and nothing is sent again by itself."
            )
        case SendState.HELD:
            what = f"Your {_what(send)} did not go out: {_because(send, 'it could not leave')}"
            remedy = f"{_where_text_is(send)} Send it again when you like, or let it be."
        case SendState.REJECTED:
            what = f"Your {_what(send)} was not taken {place}: {_because(send, 'no reason given')}"
            remedy = f"{_where_text_is(send)} Change it and send it again, or let it be."
        case SendState.QUEUED | SendState.INFLIGHT | SendState.SENT:
            return NOTHING, NOTHING
        case _:
            assert_never(send.state)
    return clean(what), clean(remedy)


def words_for_taken_back(send: Send) -> tuple[Safe, Safe]:
    """Give what can be said honestly after a post was deleted again."""
    if send.target.network is NetworkName.COMMONS:
        what = f"Your {_what(send)} is gone from {_name(send)}; somebody may have read it already."
    else:
        what = f"Your {_what(send)} is deleted {_place(send)}; copies of it may remain elsewhere."
    return clean(what), clean("Its text is back in the composer.")


def _what(send: Send) -> str:
    words = clean_line(send.body, chars=_WORDS_CHARS)
    to = send.target.to_name
    match send.target.kind:
        case TargetKind.REPLY:
            return f"reply to {to} “{words}”" if to else f"reply “{words}”"
        case TargetKind.NEW | TargetKind.TOPIC:
            return f"post “{words}”"
        case TargetKind.EDIT:
            return f"edit “{words}”"


def _name(send: Send) -> str:
    return place_name(send.target.network)


def _place(send: Send) -> str:
    return f"on {_name(send)}"


def _because(send: Send, otherwise: str) -> str:
    """Give the reason as the end of a sentence that names its speaker by a colon."""
    reason = (send.reason or otherwise).strip()
    return reason if reason.endswith((".", "!", "?", "…")) else f"{reason}."


def _where_text_is(send: Send) -> str:
    if send.is_given_back:
        return "Your text is back in the composer."
    return "Another draft stands in the composer, so your text is kept beside it."
