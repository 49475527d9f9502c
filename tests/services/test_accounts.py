"""accounts.toml is its owner's file: read with an error that says where, changed by the line."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.accounts import put_account, read_accounts, remove_account
from services.errors import ConfigError
from services.model.accounts import SignedIn
from services.model.ids import AccountId, NetworkName
from services.text.clean import clean_line

ADA = SignedIn(
    id=AccountId("bluesky:@ada.example"),
    network=NetworkName.BLUESKY,
    server="https://pds.example",
    handle=clean_line("@ada.example"),
    name=clean_line("Ada"),
    remote_id="did:plc:ada",
    back_to=datetime(2026, 8, 24, 12, tzinfo=UTC),
)
BEN = replace(
    ADA,
    id=AccountId("mastodon:@ben@chat.example"),
    network=NetworkName.MASTODON,
    server="https://chat.example:8443/?rest_route=/",
    handle=clean_line("@ben@chat.example"),
    remote_id="17",
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where it is, in a folder that is not there yet."""
    return tmp_path / "config" / "accounts.toml"


def test_accounts_are_read_as_they_were_written(file: Path) -> None:
    """Two of different networks, in order; the file is its owner's alone."""
    assert read_accounts(file) == ()
    put_account(file, ADA)
    put_account(file, BEN)
    assert read_accounts(file) == (ADA, BEN)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_several_accounts_of_one_network_are_several(file: Path) -> None:
    """Each with its own id."""
    second = replace(ADA, id=AccountId("bluesky:@other.example"), remote_id="did:plc:other")
    put_account(file, ADA)
    put_account(file, second)
    assert read_accounts(file) == (ADA, second)


def test_a_change_keeps_comments_and_order(file: Path) -> None:
    """What its owner wrote around and beside the fields stays."""
    put_account(file, ADA)
    put_account(file, BEN)
    text = file.read_text().replace('name = "Ada"\n', 'name = "Ada"  # me\n', 1)
    file.write_text(f"# who I am\n{text}")
    put_account(file, replace(ADA, server="https://new.example"))
    changed = file.read_text()
    assert changed.startswith("# who I am\n")
    assert 'name = "Ada"  # me\n' in changed
    assert read_accounts(file) == (replace(ADA, server="https://new.example"), BEN)
    before = file.stat().st_mtime_ns
    put_account(file, BEN)
    assert file.stat().st_mtime_ns == before


def test_an_account_is_taken_out(file: Path) -> None:
    """Once and again; the last one leaves an empty list."""
    remove_account(file, ADA.id)
    assert not file.exists()
    put_account(file, ADA)
    put_account(file, BEN)
    remove_account(file, ADA.id)
    remove_account(file, ADA.id)
    assert read_accounts(file) == (BEN,)
    remove_account(file, BEN.id)
    assert read_accounts(file) == ()


def test_accounts_that_were_written_in_one_line_are_changed_there(file: Path) -> None:
    """Whoever writes an array of inline tables keeps it."""
    file.parent.mkdir()
    file.write_text(
        'account = [{id = "a", network = "bluesky", server = "https://a.example", '
        'handle = "@a", remote_id = "1", back_to = 2026-08-24T12:00:00}]\n'
    )
    put_account(file, BEN)
    first, second = read_accounts(file)
    assert (first.id, first.server, first.name) == ("a", "https://a.example", "@a")
    assert first.back_to == ADA.back_to
    assert second == BEN
    assert file.read_text().startswith("account = [{")


def test_times_of_other_zones_are_utc(file: Path) -> None:
    """Whatever its owner writes."""
    there = datetime(2026, 8, 24, 14, tzinfo=timezone(timedelta(hours=2)))
    put_account(file, replace(ADA, back_to=there))
    (read,) = read_accounts(file)
    assert read.back_to == ADA.back_to
    assert read.back_to.tzinfo is UTC


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"account = ", "Invalid value"),
        (b"\xff", "utf-8"),
        (b'[[account]]\nid = "a"\n', "missing required field"),
        (b'[[account]]\npassword = "hush"\n', "password"),
        (b"people = 1", "people"),
    ],
)
def test_what_cannot_be_used_is_said(file: Path, content: bytes, why: str) -> None:
    """With why; nothing is written over it, and what stood in it is in no sentence."""
    file.parent.mkdir()
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=why) as refused:
        read_accounts(file)
    assert "hush" not in refused.value.what
    with pytest.raises(ConfigError):
        put_account(file, ADA)
    with pytest.raises(ConfigError):
        remove_account(file, ADA.id)
    assert file.read_bytes() == content


def test_a_server_that_is_no_address_is_said(file: Path) -> None:
    """Only http and https are gone to."""
    put_account(file, ADA)
    file.write_text(file.read_text().replace("https:", "file:"))
    with pytest.raises(ConfigError, match="no http or https address"):
        read_accounts(file)


def test_what_cannot_be_read_or_written_is_said(file: Path) -> None:
    """A folder where the file should be, and a file where its folder should be."""
    file.mkdir(parents=True)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_accounts(file)
    file.rmdir()
    file.parent.rmdir()
    file.parent.write_text("")
    with pytest.raises(ConfigError):
        put_account(file, ADA)
