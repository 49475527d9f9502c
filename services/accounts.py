"""Who we are on the networks: ``accounts.toml``, read whole and written back with its comments.

Law: no secret is ever in it. The file is its owner's: their order and their comments stay. One
that cannot be read is an error with its line, never a silent nothing.
"""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from services.errors import ConfigError
from services.model.accounts import SignedIn
from services.model.ids import AccountId, NetworkName
from services.paths import make_private, shown_path
from services.text.clean import clean_line, clean_url
from services.text_file import replace_file

_MEND = "Mend that line, or move the file away and sign in again."


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    network: NetworkName
    server: str
    handle: str
    remote_id: str
    back_to: datetime
    name: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    account: tuple[_Entry, ...] = ()


def read_accounts(path: Path) -> tuple[SignedIn, ...]:
    """Read who we are, each account once, in the order of the file.

    Raises:
        ConfigError: it cannot be read, is not TOML, or an entry of it is no account.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        entries = msgspec.convert(table, _File).account
    except FileNotFoundError:
        return ()
    except OSError as error:
        what = f"{shown_path(path)} cannot be read: {error.strerror}."
        raise ConfigError(what, "Check who owns it.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise _unusable(path, str(error)) from error
    found: dict[AccountId, SignedIn] = {}
    for entry in entries:
        one = _signed_in(entry)
        if one is None:
            raise _unusable(path, f"“{entry.server}” is no http or https address")
        found.setdefault(one.id, one)
    return tuple(found.values())


def put_account(path: Path, who: SignedIn) -> None:
    """Write an account in its place, or at the end where it is new.

    Raises:
        ConfigError: the file cannot be read or written; it is as it was.
    """
    import tomlkit  # noqa: PLC0415 - 50 ms, and only who signs in needs it

    there = {one.id: one for one in read_accounts(path)}
    if there.get(who.id) == who:
        return
    document = _document(path)
    accounts: Any = document.setdefault("account", tomlkit.aot())
    entry: Any = next((one for one in accounts if one["id"] == who.id), None)
    if entry is None:
        is_inline = not isinstance(accounts, tomlkit.items.AoT)
        entry = tomlkit.inline_table() if is_inline else tomlkit.table()
        _fill(entry, who)
        accounts.append(entry)
    else:
        _fill(entry, who)
    _write(path, tomlkit.dumps(document))


def remove_account(path: Path, account: AccountId) -> None:
    """Take an account out; not an error where it is not there.

    Raises:
        ConfigError: the file cannot be read or written; it is as it was.
    """
    if account not in {one.id for one in read_accounts(path)}:
        return
    import tomlkit  # noqa: PLC0415 - as above

    document = _document(path)
    accounts: Any = document["account"]
    for index in reversed(range(len(accounts))):
        if accounts[index]["id"] == account:
            del accounts[index]
    if not accounts:
        del document["account"]
    _write(path, tomlkit.dumps(document))


def _signed_in(entry: _Entry) -> SignedIn | None:
    server = clean_url(entry.server)
    if server is None:
        return None
    back_to = entry.back_to
    return SignedIn(
        id=AccountId(entry.id),
        network=entry.network,
        server=str(server),
        handle=clean_line(entry.handle),
        name=clean_line(entry.name or entry.handle),
        remote_id=entry.remote_id,
        back_to=back_to.replace(tzinfo=UTC) if back_to.tzinfo is None else back_to.astimezone(UTC),
    )


def _fill(entry: Any, who: SignedIn) -> None:  # noqa: ANN401 - tomlkit's own containers
    """Write the fields that differ, so that comments beside the others stay."""
    fields: dict[str, str | datetime] = {
        "id": str(who.id),
        "network": who.network.value,
        "server": who.server,
        "handle": str(who.handle),
        "name": str(who.name),
        "remote_id": who.remote_id,
        "back_to": who.back_to,
    }
    for name, value in fields.items():
        if entry.get(name) != value:
            entry[name] = value


def _document(path: Path) -> Any:  # noqa: ANN401 - as above
    import tomlkit  # noqa: PLC0415 - as above

    try:
        return tomlkit.parse(path.read_text("utf-8")) if path.exists() else tomlkit.document()
    except (OSError, UnicodeDecodeError, tomlkit.exceptions.TOMLKitError) as error:
        raise _unusable(path, str(error)) from error


def _write(path: Path, text: str) -> None:
    try:
        make_private(path.parent)
        replace_file(path, text)
    except OSError as error:
        what = f"{shown_path(path)} cannot be written: {error.strerror}."
        raise ConfigError(what, "Check who owns it, and whether there is room.") from error


def _unusable(path: Path, why: str) -> ConfigError:
    return ConfigError(f"{shown_path(path)} cannot be used: {clean_line(why)}.", _MEND)
