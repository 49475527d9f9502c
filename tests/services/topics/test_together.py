"""Words that are said in one post, wherever in it they stand."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from services.topics.features import features_of
from services.topics.together import BOTH, couples_in, couples_of, is_word, words_of

WORDS = st.lists(st.text("abcxyz", min_size=3, max_size=4), max_size=8, unique=True)


def test_a_couple_is_of_words_and_tags() -> None:
    """Not of links, of two words that stand beside each other, or of letters without spaces."""
    said = features_of("Two boats sank near Otterham #weir https://otter.example/1 東京都")
    assert "東京" in said.names
    assert {one for one in said.names if is_word(one)} == {
        "boat",
        "sank",
        "near",
        "otterham",
        "weir",
        "two",
    } & set(said.names)
    assert all(BOTH in one for one in couples_of(said.names))
    assert BOTH.join(("boat", "weir")) in couples_of(said.names)


@given(WORDS)
def test_each_couple_is_named_once(words: list[str]) -> None:
    """However the words are said, and a couple knows its words."""
    couples = couples_of(words)
    assert sorted(couples) == sorted(couples_of(reversed(words)))
    assert len(set(couples)) == len(couples) == len(words) * (len(words) - 1) // 2
    assert {frozenset(words_of(one)) for one in couples} == {
        frozenset(two) for two in combinations(words, 2)
    }


def test_what_is_no_couple_is_itself() -> None:
    """A word, two that stand beside each other, a link."""
    for one in ("weir", "otterham weir", "→otter.example/1"):
        assert words_of(one) == [one]


@given(st.dictionaries(st.text("abcxyz", min_size=3, max_size=4), st.sets(st.integers(0, 9))))
def test_couples_are_of_the_same_posts(said: dict[str, set[int]]) -> None:
    """Of a post with few raised words all are found, and in no post that has only one."""
    found = couples_in({word: sorted(posts) for word, posts in said.items()})
    for couple, posts in found.items():
        one, other = words_of(couple)
        assert set(posts) <= said[one] & said[other]
    for one, other in combinations(sorted(said), 2):
        for number in said[one] & said[other]:
            if sum(number in posts for posts in said.values()) <= 6:
                assert number in found[f"{one}{BOTH}{other}"]


def test_a_long_post_is_no_work() -> None:
    """Whoever says everything in one post is heard by the words that are raised most."""
    words = [f"word{n:02}" for n in range(40)]
    assert len(couples_of(words)) == 24 * 23 // 2
    assert len(couples_in({word: [1] for word in words})) == 6 * 5 // 2
    assert BOTH.join(("word00", "word05")) in couples_in({word: [1] for word in words})
