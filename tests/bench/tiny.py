"""The smallest Textual app that says something: what the others are measured beside."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Tiny(App[None]):
    """One line."""

    def compose(self) -> ComposeResult:
        """Put the line there."""
        yield Static("ready")


if __name__ == "__main__":
    Tiny().run()
