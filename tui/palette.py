"""The palette: every action of the screen that is open, by name."""

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tui.actions import ACTIONS, Action


class ActionProvider(Provider):
    """Offers what the registry says can be done here."""

    async def discover(self) -> Hits:
        """Offer everything that works here."""
        for action in self._actions():
            yield DiscoveryHit(Content(_words(action)), partial(self._run, action.name))

    async def search(self, query: str) -> Hits:
        """Offer what matches ``query``."""
        matcher = self.matcher(query)
        for action in self._actions():
            if (score := matcher.match(_words(action))) > 0:
                yield Hit(score, Content(_words(action)), partial(self._run, action.name))

    def _actions(self) -> list[Action]:
        """Give the actions that the screen below the palette, or the app, can do."""
        bound = {
            binding.action
            for bindings in self.screen._bindings.key_to_bindings.values()  # noqa: SLF001
            for binding in bindings
        } | {
            binding.action
            for bindings in self.app._bindings.key_to_bindings.values()  # noqa: SLF001
            for binding in bindings
        }
        found: dict[str, Action] = {}
        for action in ACTIONS:
            if action.is_bound and action.name in bound:
                found.setdefault(action.name, action)
        return list(found.values())

    async def _run(self, name: str) -> None:
        """Do it on the screen, or else in the app."""
        has_it = hasattr(self.screen, f"action_{name.split('(', maxsplit=1)[0]}")
        await self.app.run_action(name, default_namespace=self.screen if has_it else self.app)


def _words(action: Action) -> str:
    """Say what an action is called, what it does, and its key."""
    return f"{action.label}: {action.help} ({action.shown})"
