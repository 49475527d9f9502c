"""What an import does: nothing, and in one direction."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCREEN = {"textual", "rich"}
HEAVY = SCREEN | {
    "aiosqlite",
    "sqlite3",
    "msgspec",
    "tomlkit",
    "asyncio",
    "wcwidth",
    "platformdirs",
}

Report = dict[str, dict[str, Any]]


def list_modules(package: str) -> list[str]:
    """Give the dotted name of every module below ``package`` except entry points."""
    names = []
    for path in sorted((ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[-1] != "__main__":
            names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return names


def import_all(modules: list[str], preload: str = "", root: Path = ROOT) -> Report:
    """Import each of ``modules`` in an interpreter of its own."""
    script = Path(__file__).with_name("importing.py")
    requirements = ROOT / "requirements.txt"
    done = subprocess.run(
        [sys.executable, "-B", str(script), str(root), str(requirements), preload, *modules],
        capture_output=True,
        text=True,
        cwd="/",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report: Report = json.loads(done.stdout)
    return report


def find_faults(report: Report) -> dict[str, list[str]]:
    """Give, by module, whatever an import must not do."""
    faults = {
        name: [
            *filter(None, [found["problem"]]),
            *found["effects"],
            *(f"thread {thread}" for thread in found["threads"] if thread != "MainThread"),
        ]
        for name, found in report.items()
    }
    return {name: found for name, found in faults.items() if found}


def test_services_import_alone_do_nothing_and_know_no_screen() -> None:
    """Every services module imports first, with run-time dependencies only, and does nothing.

    None of them brings a screen library or a package above it.
    """
    services = import_all(list_modules("services"), preload="aiosqlite,msgspec")
    assert len(services) >= 20
    assert find_faults(services) == {}
    above = SCREEN | {"widgets", "tui"}
    assert {name: above & set(found["tops"]) for name, found in services.items()} == {
        name: set() for name in services
    }


def test_screens_import_alone_and_do_nothing() -> None:
    """Every module of tui and widgets imports first and starts nothing."""
    report = import_all(list_modules("tui") + list_modules("widgets"), preload="textual.app")
    assert report
    assert find_faults(report) == {}


def test_widgets_know_values_only() -> None:
    """Importing the widgets brings nothing of services but values and text."""
    report = import_all(list_modules("widgets"), preload="textual.app")
    allowed = ("services.model", "services.text")
    for name, found in report.items():
        brought = [
            other
            for other in found["ours"]
            if other.startswith(("services.", "tui")) and not other.startswith(allowed)
        ]
        assert brought == [], name


def test_the_command_line_imports_nothing_heavy() -> None:
    """Importing tui.cli leaves everything heavy for the command that needs it."""
    found = import_all(["tui.cli"])["tui.cli"]
    assert found["problem"] is None
    assert HEAVY & set(found["tops"]) == set()


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("open('x', 'w')", "open 'x' 'w'"),
        ("import os; os.open('x', os.O_RDWR | os.O_CREAT)", "open 'x' None"),
        ("open(__file__.removesuffix('.py') + '.toml')", "planted.toml' 'r'"),
        ("import socket; socket.socket()", "socket.__new__"),
        ("import sqlite3; sqlite3.connect(':memory:')", "sqlite3.connect"),
        ("import subprocess; subprocess.run(['true'])", "subprocess.Popen"),
        ("import threading as t; t.Thread(target=t.Event().wait, name='left').start()", "left"),
        ("import pytest", "No module named 'pytest'"),
        ("import services.nothing", "ModuleNotFoundError"),
    ],
)
def test_the_watch_sees_each_fault(tmp_path: Path, line: str, fault: str) -> None:
    """An import that does one of the forbidden things is reported for just that."""
    (tmp_path / "planted.toml").touch()
    (tmp_path / "planted.py").write_text(f"import os; os.chdir({str(tmp_path)!r})\n{line}\n")
    (found,) = find_faults(import_all(["planted"], root=tmp_path)).values()
    assert fault in "\n".join(found)
