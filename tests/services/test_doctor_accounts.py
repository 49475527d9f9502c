"""The doctor looks at who we are on the networks, and at what signs us in."""

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from services.accounts import put_account
from services.doctor import Finding, FindingKind, Surroundings, examine
from services.secrets import Secret
from services.store.shared_file import Place
from services.vault_file import FileVault
from tests.services.test_accounts import ADA, BEN
from tests.services.test_doctor import HEALTHY
from tests.services.test_vault_keyring import Ring


@pytest.fixture
async def around(tmp_path: Path) -> Surroundings:
    """A box on which Ada is signed in, and all is well."""
    private = tmp_path / "private"
    put_account(tmp_path / "config" / "accounts.toml", ADA)
    await FileVault(private / "secrets.json").keep(ADA.id, {"access": Secret("hush-1")})
    place = Place(private / "commons", is_shared=False)
    return Surroundings(tmp_path / "config" / "config.toml", private, place, HEALTHY)


async def wrong(around: Surroundings) -> list[Finding]:
    """Give what is wrong."""
    findings = await examine(around)
    assert "hush" not in repr(findings)
    return [one for one in findings if one.kind is FindingKind.WRONG]


async def test_all_is_well(around: Surroundings) -> None:
    """It says where sign-ins are kept and who could read them."""
    assert await wrong(around) == []
    assert any("administrators can read" in one.words for one in await examine(around))


async def test_an_account_without_its_sign_in_is_named(around: Surroundings) -> None:
    """With what to press."""
    put_account(around.config_file.with_name("accounts.toml"), BEN)
    (finding,) = await wrong(around)
    assert "no sign-in kept for @ben@chat.example" in finding.words
    assert finding.remedy


async def test_a_file_that_others_can_read_is_named(around: Surroundings) -> None:
    """With the command that closes it."""
    (around.private_directory / "secrets.json").chmod(0o644)
    findings = await wrong(around)
    assert all("chmod" in one.remedy for one in findings)
    assert any("Others on this machine can read" in one.words for one in findings)


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="gives a file away, which only root may")
async def test_a_file_of_somebody_else_is_named(around: Surroundings) -> None:
    """It is not used."""
    os.chown(around.private_directory / "secrets.json", 4242, -1)
    assert any("somebody else" in one.words for one in await wrong(around))


async def test_what_cannot_be_read_is_named(around: Surroundings) -> None:
    """accounts.toml, and secrets of another kind; a broken config.toml is said once."""
    secrets = around.private_directory / "secrets.json"
    secrets.write_text("hush-1")
    (finding,) = await wrong(around)
    assert "does not hold sign-ins" in finding.words
    around.config_file.with_name("accounts.toml").write_text("account = ")
    (finding,) = await wrong(around)
    assert "accounts.toml" in finding.words
    around.config_file.write_text("minutes = ")
    (finding,) = await wrong(around)
    assert "config.toml" in finding.words


async def test_a_keyring_that_was_asked_for_is_looked_for(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Missing, it is said; there, it says where sign-ins are."""
    around.config_file.write_text("[secrets]\nkeyring = true\n")
    monkeypatch.setitem(sys.modules, "keyring", None)
    (finding,) = await wrong(around)
    assert "keyring" in finding.words
    library = ModuleType("keyring")
    library.get_keyring = Ring  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", library)
    assert await wrong(around) == []
    assert any("in your keyring (Wallet)" in one.words for one in await examine(around))
