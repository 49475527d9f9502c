"""Words fit their cells: clipping, padding, folding."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from wcwidth import iter_graphemes

from widgets.cells import LINES_AT_MOST, clip, pad, wrap

_TEXTS = st.text(max_size=200) | st.text("지우👩‍👧e\u0301שa b\n…🏳️‍🌈", max_size=80)


@given(_TEXTS, st.integers(-2, 60))
def test_a_clipped_text_fits(text: str, cells: int) -> None:
    """Whatever is clipped takes no more cells than there are and is one line."""
    clipped = clip(text, cells)
    assert cell_len(clipped) <= max(0, cells)
    assert "\n" not in clipped


@given(_TEXTS, st.integers(1, 60))
def test_a_padded_text_fills_its_place(text: str, cells: int) -> None:
    """A padded text is exactly as wide as asked, so that columns stand."""
    assert cell_len(pad(text, cells)) == cells


@given(_TEXTS, st.integers(2, 60), st.integers(1, 30))
def test_folded_lines_fit(text: str, cells: int, lines: int) -> None:
    """Folding gives at most as many lines as asked, each of which fits."""
    folded = wrap(text, cells, lines)
    assert 1 <= len(folded) <= lines
    assert all(cell_len(line) <= cells for line in folded)


@given(st.text("ab cd한", max_size=80), st.integers(2, 20))
def test_folding_loses_no_word(text: str, cells: int) -> None:
    """Every letter is there after folding, in order."""
    assert "".join("".join(wrap(text, cells)).split()) == "".join(text.split())


def test_a_cluster_is_never_taken_apart() -> None:
    """A family of four is shown whole or not at all."""
    family = "👨‍👩‍👧‍👦"
    for cells in range(1, 12):
        shown = clip(family * 6, cells).rstrip("…")
        assert all(cluster == family for cluster in iter_graphemes(shown))
        assert all(
            set(iter_graphemes(line)) <= {family} for line in wrap(family * 6, max(2, cells))
        )


def test_short_text_is_left_alone() -> None:
    """What fits is shown as it is, on one line."""
    assert clip("Ha,  exactly.\nYes", 40) == "Ha, exactly. Yes"
    assert clip("three weeks", 8) == "three w…"


def test_own_line_breaks_are_kept() -> None:
    """A paragraph begins a line, and too many lines end in an ellipsis."""
    assert wrap("one\n\ntwo three", 5) == ["one", "", "two", "three"]
    assert wrap("one\ntwo\nthree", 9, 2) == ["one", "two…"]


def test_hostile_sizes_are_bounded() -> None:
    """A megabyte of word, of lines or of marks is folded into a bounded number of lines."""
    for text in ("x" * 1_000_000, "\n" * 100_000, "e" + "\u0301" * 1_000_000, "한" * 1_000_000):
        assert len(wrap(text, 76)) <= LINES_AT_MOST
        assert cell_len(clip(text, 76)) <= 76
