"""The accounts that were signed in: opened with the desk, taken in and let go while it is open.

Law: opening asks no network for anything. Secrets go from the vault to the adapter and back, and
nowhere else. Whoever signs out is forgotten here even where the server could not be told.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec.structs import replace

from services.accounts import put_account, read_accounts, remove_account
from services.clock import Clock
from services.desk import Desk
from services.errors import ChinwagError, ConfigError, SignedOut, VaultError
from services.http import Door
from services.model.accounts import SignedIn
from services.model.changes import Family
from services.model.ids import AccountId
from services.model.words import NOTHING, Safe
from services.networks.base import Network, SigningOut
from services.networks.registry import Entered, Opener, open_network
from services.outbox.delivery import within
from services.places import place_name
from services.secrets import Secret
from services.store.threads import forget_posts
from services.text.clean import clean_line
from services.vault import Vault
from services.whole import whole

_LOG = logging.getLogger(__name__)
_REVOKING_S = 30.0
_NOT_TOLD = clean_line(
    "You are signed out here, but the server could not be told. "
    "Revoke Chinwag in your settings there to be sure."
)


class Identities:
    """Who we are on the networks that one signs in to, for one real desk."""

    def __init__(
        self,
        desk: Desk,
        door: Door,
        clock: Clock,
        accounts_file: Path,
        make_vault: Callable[[], Vault],
        opener: Opener = open_network,
    ) -> None:
        """Open nothing yet; ``make_vault`` may take a moment and is called in a thread."""
        self._desk = desk
        self._door = door
        self._clock = clock
        self._accounts_file = accounts_file
        self._make_vault = make_vault
        self._opener = opener
        self._vault: Vault | None = None
        self._turn = asyncio.Lock()
        self._who: dict[AccountId, SignedIn] = {}
        self._troubles: dict[AccountId, Safe] = {}
        self._keeping = asyncio.Lock()
        self._openings: dict[AccountId, object] = {}
        """Which opening of an account may keep secrets: the last, until it is signed out."""
        self._file_trouble: ConfigError | None = None

    @property
    def who(self) -> tuple[SignedIn, ...]:
        """Who we are, in the order of ``accounts.toml``."""
        return tuple(self._who.values())

    @property
    def troubles(self) -> Mapping[AccountId, Safe]:
        """Why accounts could not be opened, or may not be the next time."""
        return self._troubles

    @property
    def words(self) -> tuple[Safe, ...]:
        """What is wrong with our accounts themselves, in words."""
        file = self._file_trouble
        return (*self._troubles.values(), *(() if file is None else (clean_line(file.what),)))

    @property
    def vault(self) -> Vault:
        """Where the sign-ins are kept.

        Raises:
            VaultError: the keyring that was asked for is not there.
        """
        if self._vault is None:
            self._vault = self._make_vault()
        return self._vault

    async def open(self) -> None:
        """Open every account that was signed in; trouble with one is told and stops no other.

        Raises:
            StoreError: who is here could not be written down.
        """
        async with self._turn:
            try:
                found = await asyncio.to_thread(read_accounts, self._accounts_file)
            except ConfigError as error:
                self._file_trouble = error
                return
            self._who = {one.id: one for one in found}
            if found:
                with contextlib.suppress(VaultError):  # each account says so for itself
                    await self._open_vault()
            rows = self._desk.tables.accounts
            for account in await rows.present() - self._who.keys():
                await rows.leave(account)
            for one in found:
                await rows.arrive(one.id, one.network)
                try:
                    self._desk.add(await self._network(one))
                except ChinwagError as error:
                    self._troubles[one.id] = _trouble(one, error)
        self._desk.changes.publish(Family.NETWORKS, Family.WAITING)

    async def take_in(self, entered: Entered) -> SignedIn:
        """Keep a sign-in and follow its account from now on, in place of an earlier one of it.

        Raises:
            VaultError: it could not be kept; nothing has changed.
            ConfigError: ``accounts.toml`` could not be written; nothing of it is kept.
            StoreError: it is kept, and will be followed from the next start.
        """
        who, secrets = entered
        async with self._turn:
            if (known := self._who.get(who.id)) is not None:
                who = replace(who, back_to=min(who.back_to, known.back_to))
            vault = await self._open_vault()
            async with self._keeping:
                before = await vault.read(who.id)
                await vault.keep(who.id, secrets)
                try:
                    await asyncio.to_thread(put_account, self._accounts_file, who)
                except ConfigError:
                    await (vault.keep(who.id, before) if before else vault.forget(who.id))
                    raise
                self._openings.pop(who.id, None)
            self._who[who.id] = who
            await self._desk.remove(who.id)
            network = await self._network(who)
            self._troubles.pop(who.id, None)
            await self._desk.tables.accounts.arrive(who.id, who.network)
            self._desk.add(network)
        self._desk.changes.publish(Family.NETWORKS, Family.WAITING)
        return who

    async def sign_out(self, account: AccountId, *, forget_words: bool) -> Safe:
        """Revoke a sign-in and let its account go.

        Gives a sentence where the server could not be told, else nothing. What was said stays,
        and is hidden until the account comes back, unless ``forget_words``.

        Raises:
            ChinwagError: something of ours is on its way there; nothing has changed.
            VaultError: the secrets are still here, and so is the account.
            ConfigError: ``accounts.toml`` could not be written; its secrets are forgotten.
        """
        async with self._turn:
            open_sends = await self._desk.tables.outbox.open()
            if any(row.send.target.account == account for row in open_sends):
                raise ChinwagError(
                    "Something you said is still on its way there.",
                    "Sign out once it has arrived or come back.",
                )
            words = await self._revoke(account)
            vault = await self._open_vault()
            async with self._keeping:
                await vault.forget(account)
                self._openings.pop(account, None)
            await asyncio.to_thread(remove_account, self._accounts_file, account)
            self._who.pop(account, None)
            self._troubles.pop(account, None)
            await self._desk.remove(account)
            await self._desk.tables.accounts.leave(account)
            if forget_words:
                await self._desk.tables.accounts.forget(account)
                gone = await forget_posts(self._desk.files.cache, account)
                await self._desk.topics.take((), tuple((account, post) for post in gone))
        self._desk.changes.publish(Family.NETWORKS, Family.WAITING, Family.THREADS)
        return words

    async def _revoke(self, account: AccountId) -> Safe:
        """Make the server forget us; a sentence where it may not have."""
        network, who = self._desk.networks.get(account), self._who.get(account)
        await self._desk.sources.leave(account)  # its polls would renew what is revoked
        try:
            if network is not None or who is None:
                await self._tell_server(network)
            else:  # it could not be opened before, and may be known there all the same
                network = await self._network(who)
                try:
                    await self._tell_server(network)
                finally:
                    await network.close()
        except SignedOut:
            return NOTHING
        except (ChinwagError, TimeoutError):
            return _NOT_TOLD
        except Exception:  # noqa: BLE001 - see below
            # Whatever is wrong with an adapter or a server, we are forgotten here.
            _LOG.exception("signing %s out failed", account)
            return _NOT_TOLD
        return NOTHING

    async def _tell_server(self, network: Network | None) -> None:
        if isinstance(network, SigningOut):
            await within(self._clock, _REVOKING_S, network.sign_out())

    async def _network(self, who: SignedIn) -> Network:
        opening = object()

        async def keep(secrets: Mapping[str, Secret]) -> None:
            async with self._keeping:
                if self._openings.get(who.id) is opening:  # nothing comes back after a sign-out
                    await self._keep(vault, who, secrets)

        vault = await self._open_vault()
        secrets = await vault.read(who.id)
        if not secrets:
            raise SignedOut("There is no sign-in kept for it.", "Sign in again.")
        network = await self._opener(who, secrets, self._door, self._clock, keep)
        self._openings[who.id] = opening
        return network

    async def _keep(self, vault: Vault, who: SignedIn, secrets: Mapping[str, Secret]) -> None:
        """Keep refreshed secrets; what has gone wrong is told here, and stops no word of ours."""
        try:
            await whole(vault.keep(who.id, secrets))
        except VaultError as error:
            words = f"The sign-in of {who.handle} was renewed and is not kept: {error.what}"
            self._troubles[who.id] = clean_line(words)
        else:
            self._troubles.pop(who.id, None)
        self._desk.changes.publish(Family.NETWORKS)

    async def _open_vault(self) -> Vault:
        return await asyncio.to_thread(lambda: self.vault)


def _trouble(who: SignedIn, error: ChinwagError) -> Safe:
    """Word why an account could not be opened."""
    if isinstance(error, SignedOut):
        name = place_name(who.network)
        return clean_line(f"You are signed out of {name} as {who.handle}; a signs in again.")
    return clean_line(f"{who.handle} is not connected: {error.what}")
