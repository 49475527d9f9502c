"""Everything that is installed is pinned to its bytes, and no file says where it comes from."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = ["requirements.txt", "requirements-dev.txt"]
PIN = re.compile(r"(?P<name>[a-z0-9][a-z0-9.-]*)==(?P<version>[\w.!+]+)( ;[^\\]+)? \\\n")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?\n")


def read_pins(text: str) -> dict[str, str]:
    """Read a requirements file that holds pins with hashes and nothing else.

    Raises:
        ValueError: a line is anything else, or a pin has no hash.
    """
    pins: dict[str, str] = {}
    hashes = 1
    for line in text.splitlines(keepends=True):
        if pin := PIN.fullmatch(line):
            if not hashes:
                raise ValueError(f"no hash before {line}")
            pins[pin["name"]] = pin["version"]
            hashes = 0
        elif HASH.fullmatch(line):
            hashes += 1
        elif line != "# Written by `make lock`.\n":
            raise ValueError(f"neither a pin nor a hash: {line}")
    if not hashes:
        raise ValueError("the last pin has no hash")
    return pins


def wanted(*groups: str) -> set[str]:
    """Give the names that pyproject.toml asks for, in the form of the index."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lines = list(project["project"]["dependencies"])
    for group in groups:
        lines += project["dependency-groups"][group]
    names = [re.match(r"[\w.-]+", line) for line in lines]
    return {re.sub(r"[-_.]+", "-", name[0]).lower() for name in names if name}


@pytest.mark.parametrize("name", FILES)
def test_only_pins_and_hashes(name: str) -> None:
    """A requirements file holds versions and hashes: no host, no option, no path."""
    assert read_pins((ROOT / name).read_text("utf-8"))


def test_all_that_is_asked_for_is_pinned() -> None:
    """Each dependency of pyproject.toml is in the file that is installed for it."""
    runtime = read_pins((ROOT / FILES[0]).read_text("utf-8"))
    development = read_pins((ROOT / FILES[1]).read_text("utf-8"))
    assert wanted("build") <= runtime.keys()
    assert wanted("build", "dev") <= development.keys()
    assert runtime.items() <= development.items()


@pytest.mark.parametrize(
    "text",
    [
        "--extra-index-url https://example.org/simple\n",
        "rich @ https://example.org/rich.whl \\\n",
        "rich==15.0.0\n",
        "rich==15.0.0 \\\n",
        "rich>=15 \\\n    --hash=sha256:" + "0" * 64 + "\n",
        "rich==15.0.0 \\\n    --hash=md5:" + "0" * 32 + "\n",
        "rich==15.0.0 \\\ntextual==8.2.8 \\\n    --hash=sha256:" + "0" * 64 + "\n",
        "    # via -r run.in\n",
    ],
)
def test_anything_else_is_noticed(text: str) -> None:
    """A host, a range, a missing or weak hash and a path are each refused."""
    with pytest.raises(ValueError, match="hash"):
        read_pins(text)
