"""A commons into which anybody in its group has written, past every Chinwag."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from services.clock import SystemClock
from services.networks.commons.client import open_commons, own_byline
from services.store.shared_file import Place
from tests.prove.seat import Home

_US = 1_000_000


@dataclass(slots=True)
class Planter:
    """Writes to a commons what no Chinwag would, as anybody in its group can."""

    connection: sqlite3.Connection
    now_us: int
    count: int = 0
    ours: str = field(default_factory=lambda: own_byline().handle)

    def post(
        self, handle: str, name: str, body: str, *, to: str | None = None, age_s: float = 60.0
    ) -> str:
        """Plant one post and give its id."""
        self.count += 1
        key = f"planted.{self.count}"
        raw = [part.encode("utf-8", "surrogatepass") for part in (handle, name, body)]
        self.connection.execute(
            """INSERT INTO post (id, change, thread, parent, answers, handle, name, uid, body,
                 created_at)
               VALUES (?, ?, ?, ?, ?, CAST(? AS TEXT), CAST(? AS TEXT), 7, CAST(? AS TEXT), ?)""",
            (
                key,
                self.count,
                to or key,
                to,
                self.ours if to else None,
                *raw,
                self.now_us - int(age_s * _US),
            ),
        )
        return key

    def presence(self, handle: str, name: str) -> None:
        """Plant somebody who is here."""
        raw = [part.encode("utf-8", "surrogatepass") for part in (handle, name)]
        self.connection.execute(
            """INSERT OR REPLACE INTO presence (handle, uid, name, state, minutes_left, seen_at)
               VALUES (CAST(? AS TEXT), 7, CAST(? AS TEXT), 'live', 9, ?)""",
            (*raw, self.now_us + 60 * _US),
        )


@contextmanager
def planted(home: Home) -> Iterator[Planter]:
    """Let somebody who has joined find what is planted in this block."""
    home.join_commons()
    place = Place(home.data / "commons", is_shared=False)
    home.data.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def make() -> None:
        network = await open_commons(place, own_byline(), SystemClock())
        await network.close()

    asyncio.run(make())
    with closing(sqlite3.connect(place.path)) as connection, connection:
        yield Planter(connection, int(time.time() * _US))
