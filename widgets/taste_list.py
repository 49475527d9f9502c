"""What is followed and what is muted: a word or a tag a line, and what is done with it."""

from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from services.model.ids import TopicId
from widgets.cells import clip, width
from widgets.lines import Lines
from widgets.voices import Part, Voice, spread


class Taste(Enum):
    """What is done with a word, in words."""

    FOLLOWED = "you follow"
    ELSEWHERE = "followed on your network"
    MUTED = "muted"
    SET_ASIDE = "set aside for two days"


_ROOMY = 60
"""From so many cells on what is done is said in full."""
_SHORT = {Taste.ELSEWHERE: "on your network", Taste.SET_ASIDE: "set aside"}


@dataclass(frozen=True, slots=True)
class TasteRow:
    """One word or tag, or one topic that was set aside."""

    word: str
    taste: Taste
    topic: TopicId | None = None
    """Of what was set aside."""


class TasteList(Lines[TasteRow]):
    """What is followed first, then what is muted, then what was set aside."""

    def key_of(self, value: TasteRow) -> tuple[str, str]:
        """A row is the same while its word is, and what is done with it."""
        return value.taste.value, value.topic or value.word

    def render_row(
        self, value: TasteRow, cells: int, *, is_selected: bool
    ) -> tuple[list[Part], ...]:
        """Say the word, and at the other end what is done with it."""
        words = value.taste.value if cells >= _ROOMY else _SHORT.get(value.taste, value.taste.value)
        name = clip(value.word, max(1, cells - width(words) - 4))
        left: list[Part] = [(" ", Voice.INK), (name, Voice.NAME if is_selected else Voice.INK)]
        return (spread(left, [(words, _voice(value.taste)), (" ", Voice.INK)], cells),)


def _voice(taste: Taste) -> Voice:
    match taste:
        case Taste.FOLLOWED | Taste.ELSEWHERE:
            return Voice.PEOPLE
        case Taste.MUTED | Taste.SET_ASIDE:
            return Voice.QUIET
        case _:
            assert_never(taste)
