"""The only place that words an error for the screen: what happened, what to do."""

from textual.app import App

from services.errors import ChinwagError, Unreachable
from services.text.clean import clean_line

_TOAST_S = 8.0
_WORDS_CHARS = 2_400
"""Of what is said, so that an address of any length stands in it whole."""


def sentence(error: ChinwagError) -> str:
    """Give an error as one line, cleaned."""
    return clean_line(f"{error.what} {error.remedy}".strip(), chars=400)


def refusal_words(error: ChinwagError) -> str:
    """Say why nobody was signed in, and what to do, also where only the connection failed."""
    if isinstance(error, Unreachable) and not error.remedy:
        return f"{sentence(error)} Look at how it is written, or try it later."
    return sentence(error)


def show_error(app: App[object], error: ChinwagError) -> None:
    """Say what happened and what to do, for as long as it takes to read."""
    app.clear_notifications()
    title = clean_line(error.what)
    remedy = clean_line(error.remedy)
    app.notify(remedy or title, title=title if remedy else "", severity="warning", markup=False,
               timeout=_TOAST_S)  # fmt: skip


def show_words(app: App[object], words: str) -> None:
    """Say something that is well."""
    app.clear_notifications()
    app.notify(clean_line(words, chars=_WORDS_CHARS), markup=False, timeout=_TOAST_S)
