"""Pictures show the cells that the terminal shows."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.widgets import Static

from tests import shoot
from tests.coverage import summarize
from tests.picture import CELL_WIDTH_PX, MARGIN_PX, draw

SVG = "{http://www.w3.org/2000/svg}"


class Hello(App[None]):
    """Something to take a picture of."""

    def compose(self) -> ComposeResult:
        """Put it there."""
        yield Static("a < b & │ 日", markup=False)


def read(svg: str) -> list[tuple[str, float]]:
    """Give every text of a picture with its column."""
    texts = ET.fromstring(svg).iter(f"{SVG}text")  # noqa: S314 - written by ourselves
    place = {t.text or "": (float(t.attrib["x"]) - MARGIN_PX) / CELL_WIDTH_PX for t in texts}
    return [(text, round(column, 1)) for text, column in place.items()]


def test_each_run_stands_at_its_cell() -> None:
    """Wide letters take two cells, and what follows them stands where the terminal has it."""
    svg = draw([[Segment("ab日c"), Segment("─│", Style(bold=True))]], columns=10)
    assert read(svg) == [("ab", 0), ("日", 2), ("c", 4), ("─│", 5)]


def test_colours_come_through() -> None:
    """Foreground, ground, reverse and dim are drawn as the terminal draws them."""
    svg = draw([[Segment("x", Style(color="#102030", bgcolor="#405060"))]], columns=1)
    assert 'fill="#102030"' in svg
    assert 'fill="#405060"' in svg
    turned = draw([[Segment("x", Style.parse("#102030 on #405060 reverse"))]], columns=1)
    assert '#405060">x<' in turned
    dimmed = draw([[Segment("x", Style.parse("#ffffff on #000000 dim"))]], columns=1)
    assert '#999999">x<' in dimmed


def test_a_screen_is_taken_whole_and_fetches_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scene becomes a well-formed picture that names a font and no address."""

    async def drive() -> str:
        app = Hello()
        async with app.run_test(size=(40, 5)) as pilot:
            await pilot.pause()
            return shoot.take(app)

    monkeypatch.setitem(shoot.SCENES, "hello", drive)
    written = shoot.write_scene("hello", tmp_path)
    svg = written[0].read_text("utf-8")
    assert [text for text, _ in read(svg)] == ["a < b & ", "│", "日"]
    assert "DejaVu Sans Mono" in svg
    assert svg.count("http") == 1, "the namespace and nothing else"
    assert all(0 < path.stat().st_size < shoot.LARGEST_PNG_BYTES for path in written)


def test_two_scenes_of_a_name_are_refused() -> None:
    """A picture is written by one scene only."""

    async def drive() -> str:
        return ""

    shoot.scene("only for this test")(drive)
    with pytest.raises(ValueError, match="two scenes"):
        shoot.scene("only for this test")(drive)
    del shoot.SCENES["only for this test"]


def test_coverage_is_said_for_lines_and_branches() -> None:
    """Both are counted apart, and nothing to cover is no division by zero."""
    totals = '"num_statements": 200, "covered_lines": 150, "covered_branches": 0, "num_branches": 0'
    said = summarize(f'{{"totals": {{{totals}}}}}')
    assert said == "services: 150 of 200 lines (75.0%), 0 of 0 branches (none)"
