"""Whether what stands in a file is exactly what our migrations make.

Law: nothing of a file that others may write is used before its tables, indexes, triggers and
views have been compared, word for word, with ours: a trigger or a view would run as us.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from services.errors import StoreError, Untrusted
from services.store.database import Schema, migrations
from services.text.clean import clean_line

_BUSY_S = 5.0
_OBJECTS = "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema"

_Object = tuple[str, str, str, str]


def verify_schema(path: Path, schema: Schema) -> None:
    """Compare what is in the file at ``path`` with ours; a file that is not there passes.

    Raises:
        Untrusted: it is no database, or holds something that is not ours.
        StoreError: it cannot be read now, or a newer Chinwag wrote it.
    """
    if not path.exists():
        return
    with _errors_of(path):
        uri = f"file:{quote(str(path))}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_S)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA query_only = ON")
            number = int(connection.execute("PRAGMA user_version").fetchone()[0])
            found = _objects(connection)
    newest = migrations(schema)[-1][0]
    if number > newest:
        raise StoreError(
            f"A newer Chinwag has written {schema.label}.",
            "Update this one, or use another folder.",
        )
    _compare(path, found, ours(schema, number))


def ours(schema: Schema, number: int) -> frozenset[_Object]:
    """Make what the migrations up to ``number`` make, in memory, and read it back."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for step, script in migrations(schema):
            if step <= number:
                connection.executescript(script)
        return _objects(connection)


def _objects(connection: sqlite3.Connection) -> frozenset[_Object]:
    """Read everything that a schema holds."""
    connection.text_factory = lambda stored: stored.decode("utf-8", "replace")
    return frozenset(
        (str(kind), str(name), str(table), str(sql))
        for kind, name, table, sql in connection.execute(_OBJECTS)
    )


def _compare(path: Path, found: frozenset[_Object], expected: frozenset[_Object]) -> None:
    """Name the first difference."""
    kinds = {name: kind for kind, name, _, _ in expected}
    where = clean_line(str(path))
    set_aside = "Ask whoever looks after this folder to set the file aside and make a new one."
    strange = sorted(found - expected)
    for kind, name, _, _ in strange:
        if kinds.get(name) != kind:
            shown = f"{clean_line(kind)} {clean_line(name)}"
            raise Untrusted(f"{where} holds the {shown}, which is not Chinwag's.", set_aside)
    for kind, name, _, _ in strange:
        raise Untrusted(f"In {where} the {kind} {name} is not as Chinwag makes it.", set_aside)
    for kind, name, _, _ in sorted(expected - found):
        raise Untrusted(f"{where} lacks the {kind} {name}.", set_aside)


@contextmanager
def _errors_of(path: Path) -> Iterator[None]:
    """Tell a file that is no database of ours from one that cannot be read now."""
    where = clean_line(str(path))
    remedy = "Ask whoever looks after this folder to set the file aside and make a new one."
    try:
        yield
    except sqlite3.DatabaseError as error:
        if "malformed" in str(error):
            what = f"{where} is damaged, or somebody has changed what it is made of."
            raise Untrusted(what, remedy) from error
        if isinstance(error, sqlite3.OperationalError):
            what = f"{where} could not be read."
            raise StoreError(what, "Try again in a moment; `chinwag doctor` says more.") from error
        raise Untrusted(f"{where} is not a database of Chinwag's.", remedy) from error
