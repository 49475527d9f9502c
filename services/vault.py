"""Where sign-ins are kept: a file that only its owner can read, or a keyring.

Law: a secret is in no database, no log, no argument, no environment and no message; what is kept
is written whole or not at all.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from services.model.ids import AccountId
from services.secrets import Secret
from services.vault_file import FileVault
from services.vault_keyring import open_keyring


class Vault(Protocol):
    """Keeps the secrets of each account, several by name."""

    async def read(self, account: AccountId) -> Mapping[str, Secret]:
        """Give the secrets of an account; none where none are kept.

        Raises:
            VaultError: it cannot be read.
        """

    async def keep(self, account: AccountId, secrets: Mapping[str, Secret]) -> None:
        """Keep these secrets of an account in place of those before.

        Raises:
            VaultError: they could not be written; those before are still there.
        """

    async def forget(self, account: AccountId) -> None:
        """Forget an account's secrets.

        Raises:
            VaultError: they are still there.
        """

    @property
    def words(self) -> str:
        """Where they are kept and who on this machine could read them, as one sentence."""


def open_vault(file: Path, *, wants_keyring: bool) -> Vault:
    """Give the vault that the configuration asks for; nothing is read before it is asked.

    It may take two seconds, so whoever has a loop calls it in a thread.

    Raises:
        VaultError: a keyring was asked for and there is none that answers within two seconds.
    """
    if wants_keyring:
        return open_keyring()
    return FileVault(file)
