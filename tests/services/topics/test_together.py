"""Words that are said in one post, wherever in it they stand."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from services.topics.features import features_of
from services.topics.together import (
    MET_AT_LEAST,
    couples_in,
    couples_of,
    is_word,
    named,
    number_of_couple,
    words_of,
)

WORD = st.text("abcxyz", min_size=3, max_size=4)
WORDS = st.lists(WORD, max_size=8, unique=True)


def test_a_couple_is_of_words_and_tags() -> None:
    """Not of links, of two words that stand beside each other, or of letters without spaces."""
    said = features_of("Boats sank near Otterham #weir https://otter.example/1 東京都 Äpfel")
    assert {"東京", "boat sank", "→otter.example/1"} <= set(said.names)
    words = [one for one in said.names if is_word(one)]
    assert words == ["boat", "sank", "otterham", "weir", "apfel"]
    assert sorted(couples_of(said.names)) == sorted(
        number_of_couple(*two) for two in combinations(words, 2)
    )


@given(WORDS)
def test_couples_are_counted_alike(words: list[str]) -> None:
    """Whichever word comes first, and two words of the same letters are two couples."""
    assert sorted(couples_of(words)) == sorted(couples_of(words[::-1]))
    for one, other in combinations(words, 2):
        assert number_of_couple(one, other) == number_of_couple(other, one)
        assert named(one, other) == named(other, one)
        assert set(words_of(named(one, other))) == {one, other}


def test_couples_of_words_that_differ_alike_are_two() -> None:
    """As a sum of what differs would not tell."""
    assert number_of_couple("cat", "car") != number_of_couple("bat", "bar")


def test_what_is_no_couple_is_itself() -> None:
    """A word, two that stand beside each other, a link."""
    for one in ("weir", "otterham weir", "→otter.example/1"):
        assert words_of(one) == [one]


@given(st.dictionaries(WORD, st.sets(st.integers(0, 9)), max_size=6))
def test_the_couples_of_several_posts_are_found(said: dict[str, set[int]]) -> None:
    """All of them, each once and with all its posts."""
    found = [
        (named(one, other), posts)
        for one, other, posts in couples_in({word: sorted(said[word]) for word in said})
    ]
    assert dict(found) == {
        named(one, other): sorted(said[one] & said[other])
        for one, other in combinations(said, 2)
        if len(said[one] & said[other]) >= MET_AT_LEAST
    }
    assert len(found) == len(dict(found))


def test_a_long_post_is_no_work() -> None:
    """Whoever says everything in one post is heard by the words that are raised most."""
    words = [f"word{n:02}" for n in range(40)]
    assert len(couples_of(words)) == 24 * 23 // 2
    found = list(couples_in({word: [1, 2, 3] for word in words}))
    assert {word for one, other, _ in found for word in (one, other)} == set(words[:6])
    assert len(found) == 6 * 5 // 2
