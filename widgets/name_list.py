"""People whom a name that is being typed may mean: a short list over the composer."""

import re

from services.model.ids import PersonId
from services.model.people import Author
from widgets.cells import clip
from widgets.lines import Lines
from widgets.voices import Part, Voice

SHOWN_AT_MOST = 4
_BEGUN = re.compile(r"(?:^|[\s(\[\"“])(@[\w][\w.-]{0,63}(?:@[\w.-]{0,253})?)$")
_LEAST_CHARS = 2
"""A single letter means nobody yet."""


def name_begun(line: str) -> str:
    """Give the name that ends ``line`` unfinished, with its ``@``; empty where there is none."""
    found = _BEGUN.search(line[-400:])
    return found[1] if found and len(found[1]) > _LEAST_CHARS else ""


class NameList(Lines[Author]):
    """One person a line; the keys stay with the text."""

    DEFAULT_CSS = """
    NameList { display: none; height: auto; max-height: 4; }
    """
    REST_ON = "panel"
    can_focus = False

    def key_of(self, value: Author) -> PersonId:
        """A row is the same while it is the same person."""
        return value.person

    def render_row(self, value: Author, cells: int, *, is_selected: bool) -> tuple[list[Part], ...]:
        """Say the name that would be put in, and what they call themselves."""
        half = max(8, cells // 2)
        handle = clip(value.handle, half)
        name = clip(value.name, max(1, cells - half - 3))
        voice = Voice.NAME if is_selected else Voice.INK
        said: list[Part] = [(handle, voice), ("  ", Voice.INK), (name, Voice.QUIET)]
        if is_selected:
            said += [("   tab", Voice.KEY), (" takes it", Voice.QUIET)]
        return (said,)
