"""Doing to its end what must not be left half done.

Law: whoever is told to stop meanwhile stops afterwards.
"""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any


async def whole(work: Coroutine[Any, Any, None]) -> None:
    """Do ``work`` to its end, even where one is told to stop meanwhile."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        if task.cancelled():
            raise
        with contextlib.suppress(Exception):  # it is told to nobody: whoever asked has gone
            await task
        raise
