"""How long a text is for a network."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.text.measure import graphemes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("plain", 5),
        ("a\nb", 3),
        ("a\r\nb", 3),
        ("e\u0301", 1),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", 1),
        ("\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7", 2),
        ("\u6f22\u5b57", 2),
        ("\u1112\u1161\u11ab", 1),
        ("1\ufe0f\u20e3", 1),
    ],
)
def test_a_reader_s_characters_are_counted(text: str, expected: int) -> None:
    """A family, a flag or a letter with its marks is one."""
    assert graphemes(text) == expected


@given(st.text())
def test_there_are_never_more_than_code_points(text: str) -> None:
    """Whatever the text, its length is between nothing and its code points."""
    assert bool(text) <= graphemes(text) <= len(text)
