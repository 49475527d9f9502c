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


def test_a_line_says_that_it_was_cut_only_when_it_was() -> None:
    """As much as is kept is kept, and one more is cut."""
    assert clean_line("a" * 200) == "a" * 200
    assert clean_line("a" * 201) == "a" * 199 + "…"
