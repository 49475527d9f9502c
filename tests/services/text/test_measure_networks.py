"""How long a text is as networks count it."""

import pytest

from services.model.limits import Counting
from services.text.measure import length


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", 5),
        ("https://example.org/" + "x" * 200, 23),
        ("http://a.example", 23),
        ("see https://example.org.", 4 + 23 + 1),
        ("(https://example.org)", 1 + 23 + 1),
        ("@ada@a.very.long.host.example hi", len("@ada hi")),
        ("@ada hi", 7),
        ("me@example.org", 14),
        ("https://example.org/@ada@far.example", 23),
        ("https://a.example https://b.example", 23 + 1 + 23),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467 e\u0301", 3),
    ],
)
def test_links_and_names_count_as_on_mastodon(text: str, expected: int) -> None:
    """A link counts 23 whatever its length, of a name only the part before its host."""
    assert length(text, Counting.MASTODON) == expected


def test_a_server_s_own_number_for_links_is_used() -> None:
    """What the instance says that a link counts is counted."""
    assert length("https://example.org/long", Counting.MASTODON, 32) == 32


def test_others_count_what_is_there() -> None:
    """Where nothing is special, every grapheme counts."""
    assert length("https://example.org @a@b.example", Counting.GRAPHEMES) == 32
