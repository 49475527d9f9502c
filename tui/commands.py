"""The commands that only print: read the stores, say it, end. None of them sends a post.

Law: what strangers wrote leaves here cleaned, in JSON as well.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from services.clock import SystemClock
from services.debriefs import Debriefs
from services.desk import open_files
from services.doctor import FindingKind, Surroundings, examine
from services.errors import ChinwagError
from services.model.debrief import Debrief
from services.model.waiting import Waiting
from services.paths import own_paths, shown_path
from services.reading import Reading, tables_of
from services.store.shared_file import create_commons, place_of
from services.text.clean import clean
from tui.report import sentence
from tui.telling import markdown, tell
from widgets.ages import count, duration, since
from widgets.cells import clip, pad
from widgets.unread_list import reason


async def waiting(*, as_json: bool) -> int:
    """Print who waits, in order."""
    async with reading() as desk:
        found = await desk.waiting()
        now = desk.now()
    if as_json:
        print_json({"people": found.people, "last_words": found.last_words,
                     "waiting": [_waiting(row) for row in found.rows]})  # fmt: skip
        return 0
    print_words(f"{count(found.people, 'person', 'people')} waiting")
    for row in found.rows:
        why, _ = reason(row, now)
        age = duration(since(row.since_at, now))
        print_words(
            f"{pad(clip(row.author.name, 20), 22)}{pad(clip(why, 22), 24)}"
            f"{row.network.value:<11}{age:<11}{clip(row.body, 60)}"
        )
    return 0


async def report(*, as_json: bool) -> int:
    """Print the past sessions."""
    async with reading() as desk:
        told = await desk.debriefs.latest()
        now = desk.now()
    if as_json:
        print_json([_debrief(one) for one in told])
    elif told:
        print_words("\n".join(markdown(tell(one, now, is_latest=one is told[0])) for one in told))
    else:
        print_words("There has been no session yet.")
    return 0


async def doctor(make_commons: str | None = None, group: str | None = None) -> int:
    """Say what is wrong here; or make a folder for a commons that a group shares."""
    if make_commons is not None:
        if not group:
            print_words("A commons belongs to a group: name it with “--group NAME”.")
            return 1
        directory = await asyncio.to_thread(Path(make_commons).absolute)
        try:
            path = await create_commons(directory, group)
        except ChinwagError as error:
            print_words(sentence(error))
            return 1
        print_words(f"{shown_path(path)} is made. Each member sets CHINWAG_COMMONS={directory}.")
        return 0
    paths = own_paths()
    findings = await examine(
        Surroundings(paths.config_file, paths.data, place_of(os.environ, paths.commons), os.environ)
    )
    for finding in findings:
        print_words(f"{finding.kind.value:<6} {finding.words}")
        if finding.remedy:
            print_words(f"       {finding.remedy}")
    return int(any(finding.kind is FindingKind.WRONG for finding in findings))


@asynccontextmanager
async def reading() -> AsyncIterator[Reading]:
    """Open the stores to read; nothing is polled and nothing sent."""
    paths = own_paths()
    clock = SystemClock()
    files = await open_files(paths.private_file, paths.cache_file)
    try:
        tables = tables_of(files.private, files.cache)
        debriefs = Debriefs(
            tables.sessions, tables.exchanges, tables.outbox, tables.waiting, tables.topics,
            clock, frozenset(),
        )  # fmt: skip
        yield Reading(tables, debriefs, clock)
    finally:
        await files.close()


def _waiting(row: Waiting) -> dict[str, Any]:
    return {
        "name": row.author.name,
        "handle": row.author.handle,
        "network": row.network.value,
        "lane": row.lane.name.lower(),
        "since_at": row.since_at.isoformat(),
        "people": row.people,
        "body": row.body,
    }


def _debrief(one: Debrief) -> dict[str, Any]:
    sitting = one.sitting
    return {
        "started_at": sitting.started_at.isoformat(),
        "ended_at": sitting.ended_at.isoformat() if sitting.ended_at else None,
        "intention": sitting.plan.intention,
        "verdict": sitting.verdict.value if sitting.verdict else None,
        "posts": one.posts,
        "exchanges": [
            {
                "name": exchange.author.name,
                "network": exchange.network.value,
                "acquaintance": exchange.acquaintance.value,
                "question": exchange.was_question,
                "asked_at": exchange.asked_at.isoformat(),
                "answered_at": exchange.answered_at.isoformat(),
                "returned_at": exchange.returned_at.isoformat() if exchange.returned_at else None,
            }
            for exchange in one.exchanges
        ],
    }


def print_words(words: str) -> None:
    """Print a line or several, cleaned."""
    sys.stdout.write(clean(words, lines=1_000_000, chars=10_000_000) + "\n")


def print_json(value: dict[str, Any] | Sequence[Any]) -> None:
    """Print a value for programs, in ASCII."""
    sys.stdout.write(json.dumps(value, ensure_ascii=True, indent=1) + "\n")
