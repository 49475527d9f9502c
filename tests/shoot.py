"""Writes ``screenshots/``: every scene as SVG, and as PNG where rsvg-convert is there.

Law: scenes are seeded, so the same sources write the same pictures; nothing else writes there.
``python -m tests.scenes [SCENE...]``.
"""

import argparse
import asyncio
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from textual.app import App

from tests.picture import draw

FOLDER = Path(__file__).resolve().parents[1] / "screenshots"
LARGEST_PNG_BYTES = 300_000

Scene = Callable[[], Awaitable[str]]
"""Drives the app to what is to be seen and gives it as SVG."""

SCENES: dict[str, Scene] = {}
"""Every scene by its file's name."""


def scene(name: str) -> Callable[[Scene], Scene]:
    """Enter a scene under the name of its picture."""

    def enter(drive: Scene) -> Scene:
        if name in SCENES:
            raise ValueError(f"two scenes are called {name}")
        SCENES[name] = drive
        return drive

    return enter


def take(app: App[Any]) -> str:
    """Give the picture of what ``app`` shows now."""
    lines = app.screen._compositor.render_strips()
    return draw([list(line) for line in lines], columns=app.size.width, theme=app.ansi_theme)


def write_scene(name: str, folder: Path = FOLDER) -> list[Path]:
    """Write the pictures of one scene; give their paths.

    Raises:
        ValueError: the PNG is larger than a README should load.
    """
    folder.mkdir(parents=True, exist_ok=True)
    vector = folder / f"{name}.svg"
    vector.write_text(asyncio.run(_see(SCENES[name])), "utf-8")
    converter = shutil.which("rsvg-convert")
    if converter is None:
        return [vector]
    bitmap = vector.with_suffix(".png")
    subprocess.run([converter, "-o", str(bitmap), str(vector)], check=True)
    if bitmap.stat().st_size > LARGEST_PNG_BYTES:
        raise ValueError(f"{bitmap.name} has {bitmap.stat().st_size:,} bytes")
    return [vector, bitmap]


async def _see(drive: Scene) -> str:
    return await drive()


def main() -> int:
    """Write the scenes that are asked for, or all; give 2 when there are none."""
    parser = argparse.ArgumentParser(prog="tests.scenes", description=__doc__)
    parser.add_argument("scene", nargs="*")
    names = parser.parse_args().scene or sorted(SCENES)
    if not names or set(names) - SCENES.keys():
        parser.error("there is no such scene" if names else "no scene has been entered yet")
    for name in names:
        for path in write_scene(name):
            sys.stdout.write(f"{path.name}  {path.stat().st_size:,} bytes\n")
    return 0
