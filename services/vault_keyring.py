"""Sign-ins in the keyring of the desktop, for those who have one and ask for it.

Law: the library is not ours to bring (it is the extra ``chinwag[keyring]``) and is imported only
when it was asked for. Over SSH a keyring may wait for a dialogue that nobody sees, so nothing of
it is waited for longer than two seconds.
"""

import asyncio
import importlib
import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, TypeVar

import msgspec

from services.errors import VaultError
from services.model.ids import AccountId
from services.secrets import Secret

_T = TypeVar("_T")
_PATIENCE_S: Final = 2.0
_SERVICE: Final = "chinwag"
_OTHERWISE: Final = "Set `keyring = false` under `[secrets]` in config.toml to use a file instead."
_Kept = dict[str, str]


class Ring(Protocol):
    """What is asked of a keyring. Source: keyring.readthedocs.io, API, 2026-11."""

    @property
    def priority(self) -> float:
        """How well it fits here; below 1 it is none that one would choose."""

    @property
    def name(self) -> str:
        """What it is called."""

    def get_password(self, service: str, username: str) -> str | None:
        """Give what is kept."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep in place of what was kept."""

    def delete_password(self, service: str, username: str) -> None:
        """Forget."""


def open_keyring(library: str = "keyring", patience_s: float = _PATIENCE_S) -> "KeyringVault":
    """Find the keyring of this machine and see that it answers.

    Raises:
        VaultError: there is none, or it does not answer within ``patience_s``.
    """
    try:
        module: Any = importlib.import_module(library)
    except ImportError:
        raise VaultError(
            "A keyring is asked for, but what speaks with it is not installed.",
            f"Install `chinwag[keyring]`. {_OTHERWISE}",
        ) from None
    ring: Ring = _in_time(module.get_keyring, patience_s)
    if ring.priority < 1:
        raise VaultError("There is no keyring on this machine.", _OTHERWISE)
    vault = KeyringVault(ring, patience_s)
    _in_time(lambda: ring.get_password(_SERVICE, "-"), patience_s)
    return vault


class KeyringVault:
    """One entry for each account, a JSON object by name."""

    def __init__(self, ring: Ring, patience_s: float = _PATIENCE_S) -> None:
        """Keep in ``ring``."""
        self._ring = ring
        self._patience_s = patience_s

    @property
    def words(self) -> str:
        """Where they are kept and who on this machine could read them, as one sentence."""
        return (
            f"Sign-ins are kept in your keyring ({self._ring.name}), which whatever runs as you "
            "and this machine's administrators can read while it is unlocked."
        )

    async def read(self, account: AccountId) -> Mapping[str, Secret]:
        """Give the secrets of an account; none where none are kept.

        Raises:
            VaultError: the keyring does not answer, or holds something else.
        """
        content = await self._ask(lambda: self._ring.get_password(_SERVICE, account))
        try:
            kept = msgspec.json.decode(content or "{}", type=_Kept)
        except msgspec.MsgspecError:
            raise VaultError(
                "What the keyring holds for Chinwag is no sign-in.", "Sign in again."
            ) from None
        return {name: Secret(value) for name, value in kept.items()}

    async def keep(self, account: AccountId, secrets: Mapping[str, Secret]) -> None:
        """Keep these secrets of an account in place of those before.

        Raises:
            VaultError: the keyring does not answer; it is not known whether they are kept.
        """
        plain = msgspec.json.encode({name: one.reveal() for name, one in secrets.items()})
        await self._ask(lambda: self._ring.set_password(_SERVICE, account, plain.decode()))

    async def forget(self, account: AccountId) -> None:
        """Forget an account's secrets.

        Raises:
            VaultError: the keyring does not answer; they may still be there.
        """

        def forget() -> None:
            if self._ring.get_password(_SERVICE, account) is not None:
                self._ring.delete_password(_SERVICE, account)

        await self._ask(forget)

    async def _ask(self, work: Callable[[], _T]) -> _T:
        return await asyncio.to_thread(_in_time, work, self._patience_s)


def _in_time(work: Callable[[], _T], patience_s: float) -> _T:
    """Give what ``work`` gives; one that hangs is left behind and keeps nobody from leaving."""
    results: list[_T] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            results.append(work())
        except Exception as error:  # noqa: BLE001 - each keyring has errors of its own
            errors.append(error)

    thread = threading.Thread(target=run, name="keyring", daemon=True)
    thread.start()
    thread.join(patience_s)
    if results:
        return results[0]
    if errors:
        # By its kind alone: what a keyring says may hold what it was asked to keep.
        logging.getLogger(__name__).warning("the keyring failed: %s", type(errors[0]).__name__)
        raise VaultError("The keyring refuses.", f"Unlock it. {_OTHERWISE}")
    raise VaultError("The keyring does not answer.", f"Unlock it. {_OTHERWISE}")
