"""Imports modules one by one and writes what each import did, as JSON, to standard output.

Law: run as ``python -B importing.py ROOT REQUIREMENTS PRELOAD MODULE...``. Every module is imported
in a fork of an interpreter that has imported nothing of the project, so each is the first.
"""

import gc
import importlib
import importlib.abc
import importlib.metadata
import importlib.util
import json
import os
import re
import sys
import threading
from pathlib import Path
from typing import Any

_LOADED_SUFFIXES = (".py", ".pyc", ".so", ".pth")
_EFFECTS = (
    "socket.__new__",
    "socket.connect",
    "socket.bind",
    "sqlite3.connect",
    "subprocess.Popen",
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.posix_spawn",
)


class _NotInstalled(importlib.abc.MetaPathFinder):
    """Hides the distributions that only the tests need."""

    def __init__(self, names: set[str]) -> None:
        self._names = names

    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname.partition(".")[0] in self._names:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


def _hide_development(requirements: Path) -> None:
    """Let only what ``requirements`` pins be imported from the environment."""
    pinned = set(re.findall(r"(?m)^([\w.-]+)==", requirements.read_text("utf-8")))
    kept = {re.sub(r"[-_.]+", "-", name).lower() for name in (*pinned, "chinwag")}
    hidden = {
        top
        for top, distributions in importlib.metadata.packages_distributions().items()
        if not kept & {re.sub(r"[-_.]+", "-", name).lower() for name in distributions}
    }
    sys.meta_path.insert(0, _NotInstalled(hidden))


def _watch(root: str, effects: list[str]) -> None:
    """Note everything that leaves a mark outside of the interpreter."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _EFFECTS:
            effects.append(f"{event} {arguments!r}")
        elif event == "open":
            path, mode, flags = (*arguments, None, None)[:3]
            writes = bool((flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)) or bool(
                set(mode or "") & set("wax+")
            )
            own = str(path).startswith(root + os.sep)
            if writes or (own and not str(path).endswith(_LOADED_SUFFIXES)):
                effects.append(f"open {path!r} {mode!r}")

    sys.addaudithook(hook)


def _report(module: str, root: str) -> dict[str, object]:
    """Import ``module`` here and say what came of it."""
    effects: list[str] = []
    _watch(root, effects)
    try:
        importlib.import_module(module)
        problem = None
    except BaseException as error:  # noqa: BLE001 - whatever it is, it goes into the report
        problem = f"{type(error).__name__}: {error}"
    threads = [thread.name for thread in threading.enumerate()]
    return {
        "problem": problem,
        "effects": effects,
        "threads": threads,
        "tops": sorted({name.partition(".")[0] for name in sys.modules}),
        "ours": sorted(
            name for name in sys.modules if name.partition(".")[0] in {"tui", "widgets", "services"}
        ),
    }


def _import_in_fork(module: str, root: str) -> dict[str, object]:
    """Import ``module`` in a process that knows nothing of the project yet."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        with os.fdopen(writing, "w") as pipe:
            json.dump(_report(module, root), pipe)
            pipe.flush()
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return dict(json.loads(text))


if __name__ == "__main__":
    _root, _requirements, _preload, *_modules = sys.argv[1:]
    sys.path[:] = [_root, *(entry for entry in sys.path[1:] if entry != _root)]
    gc.disable()  # each child is short-lived
    _hide_development(Path(_requirements))
    for _name in filter(None, _preload.split(",")):
        importlib.import_module(_name)
    json.dump({name: _import_in_fork(name, _root) for name in _modules}, sys.stdout)
