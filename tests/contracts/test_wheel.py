"""What is built for others holds the three packages, their data, and nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = (".tcss", ".sql", ".toml")


@pytest.mark.prove
def test_the_wheel_holds_three_packages_and_their_data(tmp_path: Path) -> None:
    """The wheel has exactly three roots, every module and every data file, and starts."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "there")
    roots = {name.partition("/")[0] for name in names}
    assert {root for root in roots if not root.endswith(".dist-info")} == {
        "tui",
        "widgets",
        "services",
    }
    ours = {
        str(path.relative_to(ROOT))
        for package in ("tui", "widgets", "services")
        for path in (ROOT / package).rglob("*")
        if path.suffix in {".py", *DATA}
    }
    assert {name for name in names if ".dist-info/" not in name} == ours
    assert any(name.endswith(".sql") for name in names)
    said = subprocess.run(
        [sys.executable, "-P", "-c", "import sys; from tui.cli import main; main(['--help'])"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "there")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (said.returncode, said.stderr) == (0, "")
    assert "practice" in said.stdout
