"""The runtime: everything opened once, in order, and closed in the reverse.

Law: the composition root. It alone knows which networks there are, holds the lease, and sets the
one factor of time.
"""

import asyncio
import contextlib
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from services.clock import Clock, SystemClock
from services.config import Config, read_config, save_config
from services.desk import Desk, open_desk, open_files
from services.errors import ChinwagError, StoreError
from services.model.changes import Family
from services.model.ids import NetworkName
from services.model.people import Neighbour
from services.model.session import Sitting
from services.model.words import Safe
from services.networks.base import Neighbourhood, Network
from services.networks.commons.client import open_commons, own_byline
from services.paths import Paths, make_private, own_paths
from services.presence import PresenceKeeper
from services.store.lease import Holder, Lease, LeaseLock
from services.store.shared_file import Place, place_of
from services.tastes import Tastebook
from services.text.clean import clean_line
from services.topics.hosting import MakeHost, TopicsChild

if TYPE_CHECKING:
    from services.connections import Connections
    from services.news import News

TAKE_OVER_S = 3.0
"""How long a terminal that was asked to let go is waited for."""

_WANTED_LOOK_S = 0.2


@dataclass(frozen=True, slots=True)
class CutOff:
    """A session that never came to its end."""

    sitting: Sitting
    is_practice: bool


class Runtime:
    """Everything that is open for one terminal; made by ``open_runtime``."""

    def __init__(
        self, paths: Paths, config: Config, clock: Clock, place: Place, lease: Lease, desk: Desk
    ) -> None:
        """Hold what ``open_runtime`` has opened."""
        self.paths = paths
        self.config = config
        self.clock = clock
        self.place = place
        self.lease = lease
        self.real = desk
        """The desk of the real networks."""
        self.practice: Desk | None = None
        """The desk of the practice that is on."""
        self._stack = AsyncExitStack()
        self._practice_stack: AsyncExitStack | None = None
        self._presence: PresenceKeeper | None = None
        self.commons_trouble: ChinwagError | None = None
        """Why the commons could not be opened."""
        self.connections: Connections | None = None
        """What leads out of this box, once ``connect`` has opened it."""
        self._connecting = asyncio.Lock()
        self.tastes = self._taste(desk)
        """What we want to see of the topics."""

    @property
    def looks_on(self) -> bool:
        """Whether another terminal holds the lease, so that here nothing is written."""
        return not self.lease.is_held

    @property
    def desk(self) -> Desk:
        """The desk that is sat at: the practice one while a practice is on."""
        return self.practice or self.real

    @property
    def commons(self) -> Network | None:
        """The commons, once joined and open."""
        for network in self.real.networks.values():
            if network.account.network is NetworkName.COMMONS:
                return network
        return None

    async def holder(self) -> Holder | None:
        """Give which terminal has the lease, if it is not this one."""
        return None if self.lease.is_held else await self.lease.holder()

    async def cut_off(self) -> CutOff | None:
        """Give a session that was cut off and can be gone on with."""
        if (real := await self.real.reading.cut_off()) is not None:
            return CutOff(real, is_practice=False)
        if _practice_file(self.paths).exists() and not self.looks_on:
            desk = await self.begin_practice(seed=None, is_new=False)
            if (sitting := await desk.reading.cut_off()) is not None:
                return CutOff(sitting, is_practice=True)
            await self.end_practice()
        return None

    async def join_commons(self) -> Network:
        """Take part in the commons from now on.

        Raises:
            Untrusted: it is not what it should be; we have not joined.
            ChinwagError: it could not be opened, or this terminal only looks on.
        """
        if (there := self.commons) is not None:
            return there
        if self.looks_on:
            raise ChinwagError("Another terminal of yours is open.", "Take it over first.")
        network = await self._open_commons()
        await self.choose(
            msgspec.structs.replace(
                self.config, commons=msgspec.structs.replace(self.config.commons, joined=True)
            )
        )
        return network

    async def open_joined(self) -> None:
        """Open what was joined in an earlier run; trouble is kept to be told, not raised."""
        if not self.config.commons.joined:
            return
        try:
            await self._open_commons()
        except ChinwagError as error:
            self.commons_trouble = error

    @property
    def news(self) -> "News | None":
        """The publishers that are followed, once connected."""
        return None if self.connections is None else self.connections.news

    async def connect(self) -> "Connections":
        """Open what leads out of this box, once; nobody is asked for what was not agreed to.

        It is apart from the opening of everything else so that the first paint need not wait for
        what it imports.

        Raises:
            StoreError: the cache cannot be read.
        """
        async with self._connecting:
            if self.connections is None:
                from services.connections import open_connections  # noqa: PLC0415 - as said above

                opened = await open_connections(
                    self.real, self.clock, lambda: self.config, self.choose, self.paths
                )
                self._stack.push_async_callback(opened.close)
                self.connections = opened
                self.real.changes.publish(Family.NETWORKS)
            return self.connections

    async def choose(self, config: Config) -> None:
        """Change what is configured, and write it down.

        Raises:
            ConfigError: it could not be written; it holds until the end of the program.
        """
        was_hidden = self.config.commons.hidden
        wanted = self.config.topics, self.config.firehose
        self.config = config
        if wanted != (config.topics, config.firehose):
            for desk in (self.real, self.desk):
                desk.changes.publish(Family.TASTES)
        if self._presence is not None and was_hidden is not config.commons.hidden:
            await self._presence.hide(is_hidden=config.commons.hidden)
        await asyncio.to_thread(save_config, self.paths.config_file, config)

    async def neighbours(self) -> tuple[Neighbour, ...]:
        """Give who else is on this box and lets themselves be seen."""
        network = self.commons
        if not isinstance(network, Neighbourhood):
            return ()
        with contextlib.suppress(ChinwagError):
            return await network.neighbours()
        return ()

    def note_key(self) -> None:
        """Note that somebody is at the keys."""
        if self._presence is not None:
            self._presence.note_key()

    async def begin_practice(self, seed: int | None, *, is_new: bool = True) -> Desk:
        """Open a practice desk; a new one sweeps away what an earlier one left.

        Raises:
            StoreError: it cannot be made.
        """
        from services.networks.practice.client import open_practice  # noqa: PLC0415 - rarely used

        await self.end_practice(is_swept=is_new)
        folder = self.paths.practice
        await asyncio.to_thread(make_private, folder)
        stack = AsyncExitStack()
        try:
            network = await open_practice(
                folder / "board.db",
                seed=secrets.randbelow(10**9) if seed is None else seed,
                clock=self.clock,
                our_name=own_byline().name,
            )
            try:
                files = await open_files(_practice_file(self.paths), folder / "cache.db")
            except BaseException:
                await network.close()
                raise
            stack.push_async_callback(files.close)
            self.practice = await stack.enter_async_context(
                open_desk(files, (network,), self.clock, own_sites=frozenset(), is_practice=True)
            )
            tastes = self._taste(self.practice)
            stack.push_async_callback(tastes.close)
            tastes.start()
        except BaseException:
            await stack.aclose()
            raise
        self._practice_stack = stack
        return self.practice

    async def end_practice(self, *, is_swept: bool = True) -> None:
        """Close the practice desk, if one is open, and sweep away its files."""
        if self._practice_stack is not None:
            stack, self._practice_stack, self.practice = self._practice_stack, None, None
            await stack.aclose()
        if is_swept and not self.looks_on:
            await asyncio.to_thread(shutil.rmtree, self.paths.practice, ignore_errors=True)

    async def close_practice(self) -> None:
        """Close the practice desk but leave its files, so that it can be gone on with."""
        if self.practice is not None and self.practice.engine.session is None:
            await self.end_practice()
        else:
            await self.end_practice(is_swept=False)

    def start(self, stack: AsyncExitStack) -> None:
        """Begin what runs beside the screens, until ``stack`` closes."""
        self._stack = stack
        stack.push_async_callback(self.tastes.close)
        self.tastes.start()
        if not self.looks_on:
            task = asyncio.create_task(self._watch_lease(), name="lease")
            stack.callback(task.cancel)

    def _taste(self, desk: Desk) -> Tastebook:
        return Tastebook(desk, lambda: self.config, self.choose, self.clock)

    async def _open_commons(self) -> Network:
        network = await open_commons(self.place, own_byline(), self.clock)
        self.real.add(network)
        self.commons_trouble = None
        self._presence = PresenceKeeper(
            network, self.clock, lambda: self.real.engine.clock, self.config.commons.hidden
        )
        self._presence.start()
        self._stack.push_async_callback(self._presence.close)
        return network

    async def _watch_lease(self) -> None:
        while not await self.lease.is_wanted():
            await self.clock.sleep(_WANTED_LOOK_S)
        self.real.changes.publish(Family.LEASE)


@asynccontextmanager
async def open_runtime(
    *,
    paths: Paths | None = None,
    clock: Clock | None = None,
    environment: Mapping[str, str] = os.environ,
    takes_over: bool = False,
    topics: MakeHost = TopicsChild,
) -> AsyncIterator[Runtime]:
    """Open everything for one terminal, and close it in order.

    ``takes_over`` asks a terminal that holds the lease to let go and waits for it; ``topics``
    makes what keeps the topics of the real desk.

    Raises:
        ConfigError: the configuration cannot be used.
        StoreError: a file cannot be opened.
    """
    paths = paths or own_paths()
    clock = clock or SystemClock(time_scale(environment))
    config = await asyncio.to_thread(read_config, paths.config_file)
    for directory in (paths.data, paths.cache):
        await asyncio.to_thread(_make, directory)
    async with AsyncExitStack() as stack:
        files = await open_files(paths.private_file, paths.cache_file)
        stack.push_async_callback(files.close)
        lock = LeaseLock(paths.lease_file)
        lease = Lease(files.private, lock, clock, f"{os.getpid()}-{secrets.token_hex(4)}")
        stack.callback(lease.release)
        held = await lease.acquire() or (takes_over and await lease.take_over(TAKE_OVER_S))
        desk = await stack.enter_async_context(
            open_desk(
                files,
                (),
                clock,
                own_sites=frozenset(config.own_sites),
                looks_on=not held,
                topics=topics,
            )
        )
        place = place_of(environment, paths.commons)
        runtime = Runtime(paths, config, clock, place, lease, desk)
        runtime.start(stack)
        stack.push_async_callback(runtime.close_practice)
        if held:
            await runtime.open_joined()
        yield runtime


def time_scale(environment: Mapping[str, str]) -> float:
    """Read how many times faster than real the proofs want time to run; 1 for everybody else."""
    try:
        return max(1.0, float(environment.get("CHINWAG_TIME_SCALE", "1")))
    except ValueError:
        return 1.0


def trouble_of(desk: Desk) -> tuple[Safe, ...]:
    """Give what is wrong with the networks of a desk and around it, in words."""
    troubles = (clean_line(words) for words in desk.sources.troubles.values())
    return (*desk.queue.alarms, *troubles, *desk.outside())


def _practice_file(paths: Paths) -> Path:
    return paths.practice / "private.db"


def _make(directory: Path) -> None:
    try:
        make_private(directory)
    except OSError as error:
        if isinstance(error, FileExistsError | NotADirectoryError):
            what, remedy = "it is not a directory", "`chinwag doctor` says more."
        else:
            what, remedy = str(error.strerror), "Check who owns it."
        raise StoreError(f"{directory} cannot be used: {what}.", remedy) from error
