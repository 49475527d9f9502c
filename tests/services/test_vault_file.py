"""Sign-ins lie in a file that only its owner can read, whole or not at all."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from services.errors import VaultError
from services.model.ids import AccountId
from services.secrets import Secret
from services.vault import open_vault
from services.vault_file import FileVault

ADA, BEN = AccountId("bluesky:@ada.example"), AccountId("wordpress:@ben")
SECRETS = {"access": Secret("hush-1"), "refresh": Secret("hush-2")}


def vault_in(directory: Path) -> FileVault:
    """Give a vault in a folder that is not there yet."""
    return FileVault(directory / "data" / "secrets.json")


def file_of(directory: Path) -> Path:
    """Give where it keeps."""
    return directory / "data" / "secrets.json"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
async def test_nobody_else_can_read_it_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    """File 0600, folder 0700, and what is kept is given again."""
    vault = vault_in(tmp_path)
    os.umask(umask)
    await vault.keep(ADA, SECRETS)
    os.umask(0o022)
    assert file_of(tmp_path).stat().st_mode & 0o7777 == 0o600
    assert file_of(tmp_path).parent.stat().st_mode & 0o7777 == 0o700
    assert await vault.read(ADA) == SECRETS


async def test_accounts_are_kept_beside_one_another(tmp_path: Path) -> None:
    """One replaced or forgotten leaves the others; one unknown has none."""
    vault = vault_in(tmp_path)
    assert await vault.read(ADA) == {}
    await vault.forget(ADA)
    await vault.keep(ADA, SECRETS)
    await vault.keep(BEN, {"password": Secret("hush-3")})
    await vault.keep(ADA, {"access": Secret("hush-4")})
    assert await vault.read(ADA) == {"access": Secret("hush-4")}
    await vault.forget(ADA)
    await vault.forget(ADA)
    assert await vault.read(ADA) == {}
    assert await vault.read(BEN) == {"password": Secret("hush-3")}
    assert [path.name for path in file_of(tmp_path).parent.iterdir()] == ["secrets.json"]


async def test_two_who_write_at_once_lose_nothing(tmp_path: Path) -> None:
    """Refreshed sign-ins of many accounts, from two vaults on the same file."""
    vaults = (vault_in(tmp_path), vault_in(tmp_path))
    names = [AccountId(f"bluesky:@p{number}") for number in range(12)]
    await asyncio.gather(
        *(vaults[number % 2].keep(name, SECRETS) for number, name in enumerate(names))
    )
    assert [await vaults[0].read(name) for name in names] == [SECRETS] * 12


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o620])
async def test_a_file_that_others_can_get_at_is_not_used(tmp_path: Path, mode: int) -> None:
    """It says so and how to close it; nothing is read or written."""
    vault = vault_in(tmp_path)
    await vault.keep(ADA, SECRETS)
    file_of(tmp_path).chmod(mode)
    with pytest.raises(VaultError, match="Others on this machine") as refused:
        await vault.read(ADA)
    assert "chmod 600" in refused.value.remedy
    with pytest.raises(VaultError):
        await vault.keep(BEN, SECRETS)
    assert list(json.loads(file_of(tmp_path).read_text())) == [ADA]


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="gives a file away, which only root may")
async def test_a_file_or_folder_of_somebody_else_is_not_used(tmp_path: Path) -> None:
    """Whoever owns it could change it back and read what we put there."""
    vault = vault_in(tmp_path)
    await vault.keep(ADA, SECRETS)
    os.chown(file_of(tmp_path), 4242, -1)
    with pytest.raises(VaultError, match="somebody else"):
        await vault.read(ADA)
    os.chown(file_of(tmp_path), 0, -1)
    os.chown(file_of(tmp_path).parent, 4242, -1)
    with pytest.raises(VaultError, match="somebody else"):
        await vault.keep(ADA, SECRETS)


async def test_links_and_things_that_are_no_file_are_not_used(tmp_path: Path) -> None:
    """A link would take sign-ins elsewhere; a pipe would hang."""
    vault, file = vault_in(tmp_path), file_of(tmp_path)
    file.parent.mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("{}")
    elsewhere.chmod(0o600)
    file.symlink_to(elsewhere)
    with pytest.raises(VaultError, match="link"):
        await vault.keep(ADA, SECRETS)
    assert elsewhere.read_text() == "{}"
    file.unlink()
    os.mkfifo(file, 0o600)
    with pytest.raises(VaultError, match="is no file"):
        await vault.read(ADA)


@pytest.mark.parametrize("content", ["", "hush-1 {", '["hush-1"]', '{"a": {"hush-1": 1}}'])
async def test_a_file_of_something_else_is_said_without_a_word_of_it(
    tmp_path: Path, content: str
) -> None:
    """What stands in it may be a secret all the same, so no error carries it."""
    vault = vault_in(tmp_path)
    await vault.keep(ADA, SECRETS)
    file_of(tmp_path).write_text(content)
    with pytest.raises(VaultError, match="does not hold sign-ins") as refused:
        await vault.read(ADA)
    assert "hush" not in f"{refused.value} {refused.value.remedy} {refused.value.__cause__!r}"
    assert refused.value.__suppress_context__


async def test_what_cannot_be_written_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails at the last moment: the file before, and nothing beside it."""
    vault = vault_in(tmp_path)
    await vault.keep(ADA, SECRETS)

    def fails(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(VaultError, match="cannot be written: No space left"):
        await vault.keep(BEN, SECRETS)
    monkeypatch.undo()
    assert await vault.read(ADA) == SECRETS
    assert await vault.read(BEN) == {}
    assert [path.name for path in file_of(tmp_path).parent.iterdir()] == ["secrets.json"]


async def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    """With what the system calls it."""
    (tmp_path / "data").write_text("")
    with pytest.raises(VaultError, match="cannot be written"):
        await vault_in(tmp_path).keep(ADA, SECRETS)


def test_it_says_where_and_who(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence, with the folder as its owner would write it; no secret in its name."""
    monkeypatch.setenv("HOME", str(tmp_path))
    vault = open_vault(tmp_path / "data" / "secrets.json", wants_keyring=False)
    assert vault.words == (
        "Sign-ins are kept in ~/data/secrets.json, "
        "which only you and this machine's administrators can read."
    )
