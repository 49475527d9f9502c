"""Sign-ins in a file that only its owner can read, for boxes that have no keyring.

Law: a file that others can read, or that is not ours, is not used at all; it is replaced whole,
by a file that nobody else could ever have opened. Whoever writes holds a lock of the folder.
"""

import asyncio
import contextlib
import errno
import fcntl
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec

from services.errors import VaultError
from services.model.ids import AccountId
from services.paths import make_private, shown_path
from services.secrets import Secret

_AT_MOST_BYTES = 4_000_000
_Kept = dict[str, dict[str, str]]


class FileVault:
    """One JSON object: by account, by name."""

    def __init__(self, file: Path) -> None:
        """Keep in ``file``, which need not be there."""
        self._file = file

    @property
    def words(self) -> str:
        """Where they are kept and who on this machine could read them, as one sentence."""
        return (
            f"Sign-ins are kept in {shown_path(self._file)}, "
            "which only you and this machine's administrators can read."
        )

    def accounts(self) -> frozenset[AccountId]:
        """Give whose secrets are kept.

        Raises:
            VaultError: as ``read``.
        """
        return frozenset(AccountId(account) for account in self._read())

    async def read(self, account: AccountId) -> Mapping[str, Secret]:
        """Give the secrets of an account; none where none are kept.

        Raises:
            VaultError: the file cannot be read, or others could read it too.
        """
        kept = await asyncio.to_thread(self._read)
        return {name: Secret(value) for name, value in kept.get(account, {}).items()}

    async def keep(self, account: AccountId, secrets: Mapping[str, Secret]) -> None:
        """Keep these secrets of an account in place of those before.

        Raises:
            VaultError: they could not be written; those before are still there.
        """
        plain = {name: secret.reveal() for name, secret in secrets.items()}

        def change(kept: _Kept) -> bool:
            is_new = kept.get(account) != plain
            kept[account] = plain
            return is_new

        await asyncio.to_thread(self._change, change)

    async def forget(self, account: AccountId) -> None:
        """Forget an account's secrets.

        Raises:
            VaultError: they are still there.
        """
        await asyncio.to_thread(self._change, lambda kept: kept.pop(account, None) is not None)

    def _change(self, change: Callable[[_Kept], bool]) -> None:
        """Read, change and write while nobody else does."""
        with self._errors("written"):
            make_private(self._file.parent)
            folder = os.open(self._file.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                self._check_owner(os.fstat(folder), self._file.parent)
                fcntl.flock(folder, fcntl.LOCK_EX)
                kept = self._read()
                if change(kept):
                    self._write(kept)
                    os.fsync(folder)
            finally:
                os.close(folder)

    def _read(self) -> _Kept:
        with self._errors("read"):
            try:
                flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
                handle = os.open(self._file, flags)
            except FileNotFoundError:
                return {}
            with open(handle, "rb") as file:  # noqa: PTH123 - it is open already
                self._check(os.fstat(handle))
                content = file.read(_AT_MOST_BYTES)
        try:
            return msgspec.json.decode(content, type=_Kept)
        except msgspec.MsgspecError:
            # Without what it says: an error's context may be written down somewhere.
            raise VaultError(
                f"{shown_path(self._file)} does not hold sign-ins.",
                "Move it away and sign in again.",
            ) from None

    def _check(self, seen: os.stat_result) -> None:
        shown = shown_path(self._file)
        if not stat.S_ISREG(seen.st_mode):
            raise VaultError(f"{shown} is no file.", "Move it away and sign in again.")
        self._check_owner(seen, self._file)
        if seen.st_mode & 0o077:
            raise VaultError(
                f"Others on this machine can read {shown}, so it is not used.",
                f"`chmod 600 {shown}` closes it; if somebody may have read it, sign in anew.",
            )

    def _check_owner(self, seen: os.stat_result, path: Path) -> None:
        if seen.st_uid != os.geteuid():
            raise VaultError(
                f"{shown_path(path)} belongs to somebody else, so it is not used.",
                "Move it away and sign in again.",
            )

    def _write(self, kept: _Kept) -> None:
        beside = self._file.with_name(f".{self._file.name}-{os.urandom(6).hex()}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        handle = os.open(beside, flags, 0o600)
        try:
            with open(handle, "wb") as file:  # noqa: PTH123 - as above
                os.fchmod(handle, 0o600)  # a umask may have taken even the owner's right
                file.write(msgspec.json.encode(kept))
                file.flush()
                os.fsync(handle)
            beside.replace(self._file)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise

    @contextlib.contextmanager
    def _errors(self, done: str) -> Iterator[None]:
        shown = shown_path(self._file)
        try:
            yield
        except OSError as error:
            if error.errno == errno.ELOOP:
                what = f"{shown} is a link to somewhere else, so it is not used."
                raise VaultError(what, "Move it away and sign in again.") from error
            remedy = "Check who owns it, and whether there is room on the disk."
            raise VaultError(f"{shown} cannot be {done}: {error.strerror}.", remedy) from error
