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
from services.model.topics import Topic
from services.model.waiting import Waiting
from services.paths import own_paths, shown_path
from services.reading import Reading, tables_of
from services.store.shared_file import create_commons, place_of
from services.text.clean import clean
from tui.report import sentence
from tui.telling import markdown, tell
from widgets.ages import count, duration, since
from widgets.cells import clip, pad
from widgets.topic_list import topic_words
from widgets.unread_list import reason


async def waiting(*, as_json: bool) -> int:
    """Print who waits, in order."""
    async with _reading() as reading:
        found = await reading.waiting()
        now = reading.now()
    if as_json:
        _print_json({"people": found.people, "last_words": found.last_words,
                     "waiting": [_waiting(row) for row in found.rows]})  # fmt: skip
        return 0
    _print(f"{count(found.people, 'person', 'people')} waiting")
    for row in found.rows:
        why, _ = reason(row, now)
        age = duration(since(row.since_at, now))
        _print(
            f"{pad(clip(row.author.name, 20), 22)}{pad(clip(why, 22), 24)}"
            f"{row.network.value:<11}{age:<11}{clip(row.body, 60)}"
        )
    return 0


async def topics(*, as_json: bool) -> int:
    """Print the topics as the pane of a session lists them."""
    async with _reading() as reading:
        found = await reading.topics()
        now = reading.now()
    if as_json:
        _print_json([_topic(one) for one in found])
        return 0
    for topic in found:
        _print(f"{pad(clip(topic.title, 58), 60)}{topic_words(topic, now)}")
    if not found:
        _print("Nothing is up yet.")
    return 0


async def report(*, as_json: bool) -> int:
    """Print the past sessions."""
    async with _reading() as reading:
        told = await reading.debriefs.latest()
        now = reading.now()
    if as_json:
        _print_json([_debrief(one) for one in told])
    elif told:
        _print("\n".join(markdown(tell(one, now, is_latest=one is told[0])) for one in told))
    else:
        _print("There has been no session yet.")
    return 0


async def doctor(make_commons: str | None = None, group: str | None = None) -> int:
    """Say what is wrong here; or make a folder for a commons that a group shares."""
    if make_commons is not None:
        if not group:
            _print("A commons belongs to a group: name it with “--group NAME”.")
            return 1
        directory = await asyncio.to_thread(Path(make_commons).absolute)
        try:
            path = await create_commons(directory, group)
        except ChinwagError as error:
            _print(sentence(error))
            return 1
        _print(f"{shown_path(path)} is made. Each member sets CHINWAG_COMMONS={directory}.")
        return 0
    paths = own_paths()
    findings = await examine(
        Surroundings(paths.config_file, paths.data, place_of(os.environ, paths.commons), os.environ)
    )
    for finding in findings:
        _print(f"{finding.kind.value:<6} {finding.words}")
        if finding.remedy:
            _print(f"       {finding.remedy}")
    return int(any(finding.kind is FindingKind.WRONG for finding in findings))


@asynccontextmanager
async def _reading() -> AsyncIterator[Reading]:
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


def _topic(topic: Topic) -> dict[str, Any]:
    return {
        "id": topic.id,
        "title": topic.title,
        "kind": topic.kind.value,
        "network": topic.network.value,
        "publishers": list(topic.publishers),
        "people": topic.people,
        "posts": topic.posts,
        "first_at": topic.first_at.isoformat(),
        "last_at": topic.last_at.isoformat(),
        "url": topic.url,
        "verify_first": topic.is_unverified,
        "times_usual": topic.speed,
        "trends_on": list(topic.trends_on),
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


def _print(words: str) -> None:
    sys.stdout.write(clean(words, lines=1_000_000, chars=10_000_000) + "\n")


def _print_json(value: dict[str, Any] | Sequence[Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=True, indent=1) + "\n")
