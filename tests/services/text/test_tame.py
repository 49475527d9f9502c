"""The short way through the cleaner."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.text.clean import clean
from services.text.tame import cleaned
from tests.hostile import PAYLOADS

_LIKELY = st.text(
    alphabet=st.sampled_from("ab \n\u00e4\u4e2d\U0001f600\u2019#/\t\u0301\u200d\u202e\u2028\ufe0f")
)


@settings(max_examples=400)
@given(st.one_of(st.text(), _LIKELY), st.integers(1, 5), st.integers(1, 40))
def test_both_ways_give_the_same(text: str, lines: int, chars: int) -> None:
    """Whatever is written, and however short it has to be."""
    assert cleaned(text) == clean(text)
    assert cleaned(text, lines=lines, chars=chars) == clean(text, lines=lines, chars=chars)


@pytest.mark.no_cover
@pytest.mark.parametrize("code", range(0, 0x20000, 0x400))
def test_no_letter_is_taken_for_harmless_that_is_not(code: int) -> None:
    """Each code point by itself and behind a letter, so that no range is too wide."""
    for letter in map(chr, range(code, code + 0x400)):
        assert cleaned(f"a{letter}b") == clean(f"a{letter}b")
        assert cleaned(letter) == clean(letter)


def test_what_is_meant_to_hurt_takes_the_long_way() -> None:
    """Each of the payloads comes out as the cleaner gives it."""
    for payload in PAYLOADS:
        assert cleaned(payload.text[:5_000]) == clean(payload.text[:5_000])
