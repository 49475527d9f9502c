"""A keyring is asked only where it was asked for, and never waited for long."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from services.errors import VaultError
from services.model.ids import AccountId
from services.secrets import Secret
from services.vault import open_vault
from services.vault_keyring import KeyringVault, open_keyring

ADA = AccountId("bluesky:@ada.example")
SECRETS = {"access": Secret("hush-1"), "refresh": Secret("hush-2")}


class Ring:
    """A keyring in memory, with the faults of real ones."""

    name = "Wallet"
    priority = 5.0

    def __init__(self) -> None:
        """Hold nothing."""
        self.kept: dict[tuple[str, str], str] = {}
        self.error: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()

    def get_password(self, service: str, username: str) -> str | None:
        """Give what is kept."""
        self._trouble()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep."""
        self._trouble()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Forget."""
        del self.kept[service, username]

    def _trouble(self) -> None:
        self.gate.wait(5)
        if self.error is not None:
            raise self.error


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ring]:
    """A keyring that the library ``ring_of_tests`` gives."""
    made = Ring()
    module = ModuleType("ring_of_tests")
    module.get_keyring = lambda: made  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "ring_of_tests", module)
    yield made
    made.gate.set()


async def test_secrets_are_kept_by_account(ring: Ring) -> None:
    """Kept, replaced, forgotten twice; its sentence names it."""
    vault = open_keyring("ring_of_tests")
    assert await vault.read(ADA) == {}
    await vault.keep(ADA, SECRETS)
    assert await vault.read(ADA) == SECRETS
    assert list(ring.kept) == [("chinwag", ADA)]
    await vault.forget(ADA)
    await vault.forget(ADA)
    assert ring.kept == {}
    assert "keyring (Wallet)" in vault.words
    assert "administrators" in vault.words


def test_without_the_library_it_says_what_to_install(tmp_path: Path) -> None:
    """Nothing falls back to a file in silence."""
    with pytest.raises(VaultError, match="not installed") as refused:
        open_keyring("no_such_library_here")
    assert "chinwag[keyring]" in refused.value.remedy
    with pytest.raises(VaultError):
        open_vault(tmp_path / "secrets.json", wants_keyring=True)


def test_a_machine_without_a_keyring_is_said(ring: Ring) -> None:
    """The library gives one that fails at everything, of a low priority."""
    ring.priority = 0.0
    with pytest.raises(VaultError, match="no keyring"):
        open_keyring("ring_of_tests")


async def test_one_that_waits_for_a_dialogue_is_left_behind(ring: Ring) -> None:
    """It is said after the time that was allowed, now and at the start."""
    vault = open_keyring("ring_of_tests", 0.05)
    ring.gate.clear()
    with pytest.raises(VaultError, match="does not answer"):
        await vault.read(ADA)
    with pytest.raises(VaultError, match="does not answer"):
        open_keyring("ring_of_tests", 0.05)


async def test_one_that_refuses_is_told_without_what_it_says(
    ring: Ring, caplog: pytest.LogCaptureFixture
) -> None:
    """Its own words may hold the secret."""
    vault = KeyringVault(ring)
    ring.error = RuntimeError("cannot keep hush-1")
    with pytest.raises(VaultError, match="refuses") as refused:
        await vault.keep(ADA, SECRETS)
    assert "hush" not in f"{refused.value} {refused.value.remedy} {caplog.text}"
    assert "RuntimeError" in caplog.text


async def test_what_is_no_sign_in_is_said(ring: Ring) -> None:
    """Somebody else's entry under our name."""
    ring.kept["chinwag", ADA] = '["hush-1"]'
    with pytest.raises(VaultError, match="no sign-in") as refused:
        await KeyringVault(ring).read(ADA)
    assert refused.value.__suppress_context__
