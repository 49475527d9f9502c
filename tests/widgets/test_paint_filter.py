"""The second wall holds alone, and every line stays as wide as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.control import Control
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter
from textual.strip import Strip
from textual.widgets import Static

from tests.hostile import PAYLOADS, SMALL, Payload
from tests.stream_grammar import violations
from widgets.paint_filter import PaintFilter

_BLACK = Color(0, 0, 0)
_ANY = st.text(
    st.one_of(
        st.characters(codec=None),
        st.sampled_from("\x1b\x9b\u202e\u200b\u200d\ufe0f\u0301\u6f22\U0001f469\u00ad\ud800 a"),
    )
)


def _painted(text: str) -> str:
    """Send one text through the filter."""
    segments = PaintFilter().apply([Segment(text, Style(bold=True))], _BLACK)
    return "".join(segment.text for segment in segments)


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: payload.name)
def test_no_payload_gets_through(payload: Payload) -> None:
    """With no cleaner before it, nothing that a terminal obeys is painted."""
    painted = _painted(payload.text[:50_000])
    assert not violations(painted.encode())


@given(_ANY)
def test_the_width_never_changes(text: str) -> None:
    """A filtered segment has the cells it had, so that no line goes ragged."""
    painted = _painted(text)
    assert cell_len(painted) == cell_len(text)
    assert not violations(painted.encode())


def test_what_is_harmless_is_the_same_object() -> None:
    """A line with nothing in it is not even copied."""
    line = [Segment("hello, 漢字 \U0001f469 │▊", Style(bold=True)), Segment("x", None)]
    assert PaintFilter().apply(line, _BLACK) is line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x1b[31mb", "a[31mb"),
        ("a\x9bb\x7fc\u202ed", "abcd"),
        ("a\u00a0b\u3000c", "a\u00a0b\u3000c"),
        ("\U0001f469\u200d\U0001f467", "\U0001f469\u200d\U0001f467"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("a\ud800b\ue000c\uffffd\U0010eeee", "a\ufffdb\ufffdc\ufffdd\ufffd"),
        (
            "a\U00050000b\u2065c\ufff0d",
            "a\ufffdb"
            + ("\ufffd" * cell_len("\u2065"))
            + "c"
            + ("\ufffd" * cell_len("\ufff0"))
            + "d",
        ),
        ("\U0001fae8\U0001fadf", "\U0001fae8\U0001fadf"),
    ],
)
def test_what_is_painted(text: str, expected: str) -> None:
    """What has a width becomes a sign, what has none goes, letters and pictures stay."""
    assert _painted(text) == expected


def test_styles_stay_and_links_go() -> None:
    """A hyperlink would carry an address past the text; all else of a style is kept."""
    style = Style(bold=True, link="https://evil.example\x1b]52;c;AAAA\x07")
    (segment,) = PaintFilter().apply([Segment("x", style)], _BLACK)
    assert segment.style is not None
    assert segment.style.bold
    assert segment.style.link is None


def test_a_widget_does_not_move_the_cursor() -> None:
    """A control segment in a painted line is dropped."""
    line = [Segment("a"), Control.move_to(3, 3).segment, Segment("b")]
    assert PaintFilter().apply(line, _BLACK) == [Segment("a"), Segment("b")]


def test_a_strip_keeps_its_length() -> None:
    """The length that a strip remembers is still true after the filter."""
    strip = Strip([Segment("a\x1b\u200b漢\u00ad\ue000b")])
    filtered = strip.apply_filter(PaintFilter(), _BLACK)
    assert filtered.cell_length == Strip(list(filtered)).cell_length == strip.cell_length


class _Wall(App[None]):
    """Shows texts uncleaned, with the filter where the framework asks for filters."""

    def __init__(self, *, has_filter: bool) -> None:
        super().__init__()
        self._own = [PaintFilter()] if has_filter else []

    def get_line_filters(self) -> list[LineFilter]:
        return [*super().get_line_filters(), *self._own]

    def compose(self) -> ComposeResult:
        for payload in SMALL:
            text = Static(Content(payload.text[:200]))
            text.border_title = Content(payload.text[:40])
            text.styles.border = ("round", "white")
            yield text


def _lines(app: App[None]) -> str:
    """Give all that the screen's widgets would write."""
    console = app.console
    painted: list[str] = []
    for widget in app.query(Static):
        region = widget.size.region.grow((1, 1, 1, 1)).translate((1, 1))
        painted += [strip.render(console) for strip in widget.render_lines(region)]
    return "\r\n".join(painted)


async def test_the_framework_puts_every_painted_line_through_the_filter() -> None:
    """Text and border titles reach the terminal harmless with the filter, and only with it."""
    async with _Wall(has_filter=True).run_test(size=(80, 24)) as pilot:
        assert violations(_lines(pilot.app).encode("utf-8", "surrogateescape")) == ()
    async with _Wall(has_filter=False).run_test(size=(80, 24)) as pilot:
        assert violations(_lines(pilot.app).encode("utf-8", "replace"))
