"""Words that are said in one post, wherever in it they stand."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from services.topics.couples import (
    BOTH,
    couples_in,
    couples_of,
    is_word,
    number_of_couple,
    raised_of,
    words_of,
)
from services.topics.features import features_of

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
    """Whichever word comes first."""
    assert sorted(couples_of(words)) == sorted(couples_of(words[::-1]))
    for one, other in combinations(words, 2):
        assert number_of_couple(one, other) == number_of_couple(other, one)


def test_couples_of_words_that_differ_alike_are_two() -> None:
    """As a sum of what differs would not tell."""
    assert number_of_couple("cat", "car") != number_of_couple("bat", "bar")


def test_a_couple_is_its_words_and_all_else_itself() -> None:
    """A word, two that stand beside each other, a link whatever it is made of."""
    assert words_of(f"otterham{BOTH}weir") == ["otterham", "weir"]
    for one in ("weir", "otterham weir", "→otter.example/1", "→otter.example/?q=a+b"):
        assert words_of(one) == [one]


def test_words_are_raised_that_are_heard_more_than_usual() -> None:
    """The most raised first; a year, what is said everywhere, and what is no word, are none."""
    heard = {
        "weir": range(10),
        "wall": range(8),
        "calm": range(11),
        "that": range(90),
        "2026": range(30),
        "weir wall": range(8),
        "tower": range(20),
    }
    usual = [5.0, 5.0, 9.5, 50.0, 1.0, 1.0, 4.0]
    found = raised_of({word: list(heard[word]) for word in heard}, usual, 1_000)
    assert list(found.items()) == [("tower", 4.0), ("weir", 5.0), ("wall", 5.0)]
    assert list(raised_of({"that": list(range(90))}, [50.0], 1_001)) == ["that"]


def test_words_that_are_looked_at_are_bounded() -> None:
    """Whoever makes up words by the thousand."""
    made = {f"word{n:04}": [1, 2, 3] for n in range(1_500)}
    found = raised_of(made, [0.1 if n >= 500 else 0.2 for n in range(1_500)], 1_000)
    assert list(found) == [f"word{n:04}" for n in range(500, 1_500)]


@given(st.dictionaries(st.integers(), st.lists(WORD, unique=True, max_size=6), max_size=9))
def test_the_couples_of_several_posts_are_found(posts: dict[int, list[str]]) -> None:
    """All of them, each once, the more raised word first, with all their posts."""
    raised = sorted({word for words in posts.values() for word in words})
    found = {(one, other): said_by for one, other, said_by in couples_in(posts, raised)}
    said = {
        two: [number for number in posts if set(two) <= set(posts[number])]
        for two in combinations(raised, 2)
    }
    assert found == {two: numbers for two, numbers in said.items() if len(numbers) >= 3}


def test_a_long_post_is_no_work() -> None:
    """What is beyond its first words is in no couple, neither counted nor looked at."""
    words = [f"word{n:02}" for n in range(40)]
    assert couples_of(words) == couples_of(words[:16])
    assert len(couples_of(words)) == 16 * 15 // 2
    found = list(couples_in(dict.fromkeys(range(3), words), words[::-1]))
    assert {word for one, other, _ in found for word in (one, other)} == set(words[10:16])
    assert len(found) == 6 * 5 // 2
