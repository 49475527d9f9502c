"""Which screens can be seen.

Law: what nobody sees is neither read nor painted. The library takes the screen right under the
top one for visible whatever lies over it, and paints the top anew for each of its changes.
"""

from typing import Any

from textual.screen import Screen


def is_seen(screen: Screen[Any]) -> bool:
    """Tell whether ``screen`` is on top, or under nothing but sheets that let it through."""
    stack = screen.app.screen_stack
    if screen not in stack:
        return False
    above = stack[stack.index(screen) + 1 :]
    return all(one.styles.background.a < 1 for one in above)
