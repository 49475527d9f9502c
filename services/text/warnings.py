"""What is read before a post: its author's warning, and behind a mark of ours what our filters say.

Law: pure. What a filter of ours is called is for our eyes alone: it leads nobody else's words, and
goes out with none of ours.
"""

from typing import Final

from services.model.words import Safe
from services.text.clean import clean_line

BETWEEN_WARNINGS: Final = " \u00b7 "
_FILTER: Final = "filter: "


def said_by_filter(title: str) -> Safe:
    """Write the name of a filter as one part of what is read before a post; nothing of no name."""
    name = clean_line(title.replace("\u00b7", "-"))
    return clean_line(f"{_FILTER}{name}") if name else name


def without_filters(warning: str) -> str:
    """Give what of it others may read: the author's own warning."""
    parts = warning.split(BETWEEN_WARNINGS)
    while parts and parts[0].startswith(_FILTER):
        del parts[0]
    return BETWEEN_WARNINGS.join(parts)
