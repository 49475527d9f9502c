"""Choosing among what is offered: names with their addresses, and what choosing them means."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.getters import query_one
from textual.screen import ModalScreen

from services.model.words import Safe
from services.networks.feeds.catalogue import Offer
from services.text.clean import clean_line
from widgets.lines import Lines
from widgets.offer_list import Choice, OfferList
from widgets.page import Page
from widgets.said_line import SaidLine
from widgets.sheet import Sheet
from widgets.voices import Part, Voice

MEANING = (
    "Those you choose will see this machine's address and the name Chinwag. "
    "Nothing you write goes to them."
)

_ROWS_AROUND = 16
"""At most: the edges, the frame, the heading, the meaning and the keys."""
_LEAST_ROWS = 2


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked over the choices."""

    heading: str
    meaning: str
    accepts: str
    """What Enter does, in a word."""
    refuses: str = ""
    """What x and n do, where the whole can be refused for good."""


def offer_screen(offers: Sequence[Offer]) -> "OfferScreen":
    """Ask once whose headlines are read, all of them chosen to begin with."""
    question = Question("Headlines", MEANING, "reads them", "no, do not ask again")
    return OfferScreen(question, [Choice(one.name, _asked(one), is_chosen=True) for one in offers])


def _asked(offer: Offer) -> Safe:
    """Give whom reading an offer asks: its address, or the host of its interface."""
    if offer.subscription is not None:
        return offer.subscription.url
    return clean_line(f"{offer.host}, without an account")


class OfferScreen(ModalScreen[tuple[int, ...] | None]):
    """Gives the places of what was chosen, none where it was refused, ``None`` for later."""

    DEFAULT_CSS = """
    OfferScreen .sheet { height: auto; max-height: 100%; }
    OfferScreen .sheet > Page { height: auto; max-height: 4; }
    OfferScreen .sheet > #keys { margin-top: 1; }
    OfferScreen OfferList { height: auto; margin: 1 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "take_or_leave", "Choose or leave", show=False),
        Binding("x,n", "refuse", "No", show=False),
        Binding("escape,q", "later", "Later", show=False),
    ]

    choices = query_one(OfferList)
    keys = query_one("#keys", Page)

    def __init__(self, question: Question, choices: Sequence[Choice]) -> None:
        """Let somebody choose among ``choices``."""
        super().__init__()
        self._question = question
        self._values = tuple(choices)

    def compose(self) -> ComposeResult:
        """What is offered, what it means, and the keys."""
        title = SaidLine()
        title.said = ((self._question.heading, Voice.NAME),)
        page = Page()
        page.can_focus = False
        page.lines = (((self._question.meaning, Voice.QUIET),),)
        keys = Page(id="keys")
        keys.can_focus = False
        with Sheet():
            yield title
            yield OfferList()
            yield page
            yield keys

    def on_mount(self) -> None:
        """Show them."""
        self.choices.values = self._values
        self.choices.focus()
        self._say()

    def on_resize(self, event: events.Resize) -> None:
        """Leave room for what choosing means; the list scrolls."""
        self.choices.styles.max_height = max(_LEAST_ROWS, event.size.height - _ROWS_AROUND)

    @on(Lines.Chosen)
    def accept(self) -> None:
        """Give what is chosen."""
        values = self.choices.values
        self.dismiss(tuple(at for at, one in enumerate(values) if one.is_chosen))

    def action_take_or_leave(self) -> None:
        """Choose what is under the cursor, or leave it."""
        at = self.choices.cursor
        values = list(self.choices.values)
        if 0 <= at < len(values):
            values[at] = replace(values[at], is_chosen=not values[at].is_chosen)
            self.choices.values = tuple(values)
            self._say()

    def action_refuse(self) -> None:
        """Give nothing, for good."""
        if self._question.refuses:
            self.dismiss(())

    def action_later(self) -> None:
        """Leave it open."""
        self.dismiss(None)

    def _say(self) -> None:
        chosen = sum(one.is_chosen for one in self.choices.values)
        many = len(self.choices.values)
        said: list[Part] = [
            ("enter", Voice.KEY),
            (f" {self._question.accepts} ({chosen} of {many})   ", Voice.QUIET),
            ("space", Voice.KEY),
            (" takes or leaves one   ", Voice.QUIET),
        ]
        if self._question.refuses:
            said += [("x", Voice.KEY), (f" {self._question.refuses}   ", Voice.QUIET)]
        said += [("esc", Voice.KEY), (" later" if self._question.refuses else " back", Voice.QUIET)]
        self.keys.lines = (tuple(said),)
