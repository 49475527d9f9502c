"""The cleaner at its exact borders: one more, one less, the first, the last."""

import pytest

from services.text.clean import clean, clean_line, clean_url

MARK = "\u0301"


@pytest.mark.parametrize("end", [" ", "\u00a0", "\u3000", "…", "\n", " \u3000…"])
def test_a_cut_leaves_no_loose_end_before_its_sign(end: str) -> None:
    """What would hang before the ellipsis goes, and what the text begins with stays."""
    assert clean(f"  a{end}" + "b" * 30, chars=4 + len(end)) == "  a…"


def test_a_cut_leaves_no_joiner_before_its_sign() -> None:
    """A joiner that has lost what it joins goes with it."""
    assert clean("\u0645\u06cc\u200c\u062e\u0648\u0627", chars=4) == "\u0645\u06cc…"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("\u3001\u65e5", "\u3001\u65e5"),
        (MARK + "\u3001\u65e5", "\u3001\u65e5"),
        (MARK * 2 + "\u3001\u65e5", "\u3001\u65e5"),
        ("a" + MARK * 2 + "\u3001" + MARK * 5 + "b", "a" + MARK * 2 + "\u3001" + MARK * 4 + "b"),
    ],
)
def test_only_marks_count_as_marks(raw: str, expected: str) -> None:
    """A sign that stands in a cell of its own stays, and begins a new run of marks."""
    assert clean(raw) == expected


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
def test_each_joiner_alone_is_noticed(joiner: str) -> None:
    """A joiner between Latin letters joins nothing and hides in a name."""
    assert clean(f"ad{joiner}min") == "ad\ufffdmin"
    assert clean_line(f"ad{joiner}min") == "ad\ufffdmin"
    assert clean(f"\u0645{joiner} \u0645") == "\u0645 \u0645"


def test_a_link_may_be_two_thousand_characters_long() -> None:
    """The last length that is kept, and the first that is not."""
    start = "https://example.com/"
    longest = start + "a" * (2000 - len(start))
    assert clean_url(longest) == longest
    assert clean_url(longest + "a") is None


def test_a_host_may_be_253_characters_long() -> None:
    """The last length that a resolver takes, and the first that it does not."""
    start = ".".join(["a" * 63] * 3)
    longest = f"https://{start}.{'b' * 61}/"
    assert clean_url(longest) == longest
    assert clean_url(f"https://{start}.{'b' * 62}/") is None


def test_every_part_of_a_link_keeps_its_own_signs() -> None:
    """Signs with a meaning in a link are not written in hundredths anywhere in it."""
    link = "https://example.com/@a/b;c=(d)?e=f/g?h&i=[j]#/k?l=m&n=(o)!"
    assert clean_url(link) == link


@pytest.mark.parametrize("letter", ["a", "é"])
def test_a_text_says_that_it_was_cut_only_when_it_was(letter: str) -> None:
    """As much as is kept is kept, and one more is cut, in plain letters and in others."""
    assert clean(letter * 20_000) == letter * 20_000
    assert clean(letter * 20_001) == letter * 19_999 + "…"
    assert clean("\n".join(letter * 400)) == "\n".join(letter * 400)
    assert clean("\n".join(letter * 401)) == "\n".join([*letter * 399, "…"])
    assert clean_line(letter * 200) == letter * 200
    assert clean_line(letter * 201) == letter * 199 + "…"


def test_tabs_are_counted_by_what_they_become() -> None:
    """A text that fits with its tabs folded out is whole."""
    assert clean("a\tb", chars=6) == "a    b"
    assert clean("a\tb", chars=5) == "a…"


def test_only_line_feeds_part_lines() -> None:
    """Words stay together in the lines that are kept."""
    assert clean("a b\nc d\ne f", lines=2) == "a b\n…"
    assert clean("a b\nc\nd", lines=2, chars=7) == "a b\n…"


@pytest.mark.parametrize("text", ["X", "X MAXX", "X\nX", "X é X", "XX\nXéXX"])
def test_no_letter_is_taken_for_a_space(text: str) -> None:
    """Capitals at the ends stay, with and without space around them."""
    assert clean(f"\n{text} \n") == text
    assert clean(f"{text} ") == text
    assert clean_line(f" {text} ") == text.replace("\n", " ")


def test_a_line_is_looked_at_a_little_beyond_what_is_kept() -> None:
    """White space up to four times the length folds away, what comes after it is cut."""
    assert clean_line("é" + " " * 799) == "é"
    assert clean_line("é" + " " * 800) == "é…"
    assert clean_line(" " * 799 + "é") == "é"
    assert clean_line("é" + " " * 38 + "b", chars=10) == "é b"
    assert clean_line("é" + " " * 39 + "b", chars=10) == "é…"
