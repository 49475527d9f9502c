"""A word that somebody named is found whole, in any script, and nowhere else."""

# ruff: noqa: RUF001  (words of several alphabets)
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.topics.sought import Sought, folded

FOUND = [
    ("python", "I love Python's new shell"),
    ("python", "all of #Python is here"),
    ("#python", "a #PYTHON day"),
    ("#python", "a ＃python day"),
    ("white paper", "The White-Paper is out"),
    ("white paper", "read the white\npaper"),
    ("white paper", "#WhitePaper"),
    ("c++", "in C++ today"),
    ("R&D", "our r&d team"),
    ("地震", "今日地震がありました"),
    ("#地震", "#地震 だ"),
    ("ai", "生成AIの話"),
    ("파이썬", "파이썬을 배운다"),
    ("हिन्दी", "मैं हिन्दी बोलता"),
    ("straße", "In der STRASSE"),
    ("🦊", "a 🦊 at night"),
]
NOT_FOUND = [
    ("python", "pythonic and monty_python"),
    ("#python", "python"),
    ("#python", "#pythonic"),
    ("#python", "https://x.example/a#python"),
    ("white paper", "white papers"),
    ("white paper", "a paper, white"),
    ("white paper", "white and also a paper"),
    ("c++", "cc++"),
    ("#地震", "#地震速報"),
    ("rain", "a train"),
    ("हिन्द", "हिन्दी"),
    ("", "anything"),
    (" # ", "# anything #"),
]


@pytest.mark.parametrize(("word", "text"), FOUND)
def test_it_is_found(word: str, text: str) -> None:
    """A word, a tag or a phrase is found whole, whatever its case."""
    assert Sought(word).is_in(folded(text))


@pytest.mark.parametrize(("word", "text"), NOT_FOUND)
def test_it_is_not_found(word: str, text: str) -> None:
    """Nothing is found inside a longer word, and a tag is no word."""
    assert not Sought(word).is_in(folded(text))


@given(st.text(max_size=30), st.text(max_size=200))
def test_nothing_raises(word: str, text: str) -> None:
    """Whatever is named and whatever is said, looking does no harm."""
    sought = Sought(word)
    if sought.is_in(folded(text)):
        assert sought.longest in folded(text)
