"""Starting the workers of a screen, so that one which comes too late disturbs nobody.

Law: what is started is a function and not its coroutine, so that a worker which is replaced
before its first turn leaves no coroutine behind that nobody awaits; and what was still reading
when its screen closed finds no widgets, which is no fault.
"""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from textual.css.query import NoMatches
from textual.screen import Screen
from textual.worker import Worker

Work = Callable[[], Coroutine[Any, Any, None]]
"""Something to run beside the screen."""


def start(screen: Screen[Any], work: Work, group: str) -> None:
    """Run ``work`` for ``screen``; whatever of ``group`` still runs there is cancelled."""
    _: Worker[None] = screen.run_worker(
        partial(while_there, screen, work), group=group, exclusive=True
    )


async def while_there(screen: Screen[Any], work: Work) -> None:
    """Await ``work``, which may look for widgets of ``screen`` after it was closed."""
    app = screen.app
    try:
        await work()
    except NoMatches:
        if app.is_running and screen in app.screen_stack:
            raise
