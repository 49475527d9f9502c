"""What the app and a screen on which something is written ask of each other."""

from typing import Protocol, runtime_checkable

from textual import events


@runtime_checkable
class Keeping(Protocol):
    """An app that keeps what could not be saved until it has left the screen."""

    def keep_words(self, texts: tuple[str, ...]) -> None:
        """Keep texts, to be given back to their author at the end."""


@runtime_checkable
class Writing(Protocol):
    """A screen with a composer."""

    async def save(self) -> None:
        """Save what is typed.

        Raises:
            StoreError: it could not be saved.
        """

    def take_letter(self, event: events.Key) -> bool:
        """Put a letter into the composer that was on its way elsewhere when that was opened."""


def keep_words(app: object, texts: tuple[str, ...]) -> None:
    """Let ``app`` keep texts, if it is one that does."""
    if isinstance(app, Keeping):
        app.keep_words(texts)
