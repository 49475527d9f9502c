"""What the app asks of a screen on which something is written."""

from typing import Protocol, runtime_checkable

from textual import events


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
