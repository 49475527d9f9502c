"""A send that is killed anywhere is neither doubled nor lost, and nothing goes out afterwards."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.prove


def test_every_crash_point_of_a_send(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """At a hundred points and more: once there or not at all, the text kept, recovery silent."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.prove.crash_driver", str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    counts = json.loads(run.stdout)
    with capsys.disabled():
        print(f"\n{sum(counts['points'])} crash points {counts['points']}: {counts['outcomes']}")  # noqa: T201
    assert not [name for name in counts["outcomes"] if name.startswith("BAD")], counts
    assert sum(counts["points"]) >= 100
    assert {"NOROW/0", "SENT/1", "HELD/0"} <= set(counts["outcomes"])
