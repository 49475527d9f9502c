"""Words, names and tags are told by the way a text is written."""

from hypothesis import given
from hypothesis import strategies as st

from services.topics.spelling import spelling_of


def test_names_are_what_begins_large_inside_a_sentence() -> None:
    """The first word of a sentence is large in any case, so it is no sure name."""
    found = spelling_of("Bread is baked. Nobody in Aveiro buys it from Maria's old mill")
    assert found.sure == {"aveiro", "maria"}
    assert found.large == {"bread", "nobody", "aveiro", "maria"}
    assert "baked" in found.words


def test_names_of_several_words_are_pairs() -> None:
    """Words that stand together large are one name, small ones between them do not part it."""
    found = spelling_of("We sail the Gulf of Mexico with Ada Lovelace, Maria")
    assert found.pairs == {"gulf mexico": "Gulf Mexico", "ada lovelace": "Ada Lovelace"}


def test_where_all_is_large_nothing_is_sure() -> None:
    """A title set in large letters, and German, tell no names by them."""
    assert spelling_of("Many Kettles Boil In The Old Mill").sure == frozenset()
    assert spelling_of("Many Kettles Boil In The Old Mill").pairs == {}
    german = spelling_of("Ich gehe in die Mühle und kaufe Brot mit Käse")
    assert german.sure == frozenset()
    assert "mühle" in german.large


def test_tags_are_words_as_well() -> None:
    """A tag is told by itself and as the word that it spells; a short one only by itself."""
    found = spelling_of("#Kettles and #AI, @sam@one.example https://x.example/mill")
    assert found.tags == {"kettles": "Kettles", "ai": "AI"}
    assert found.words == {"kettles": "#Kettles"}


def test_scripts_without_spaces_give_runs() -> None:
    """Four letters in a row are told where three of them make a word."""
    assert list(spelling_of("神奈川県のパン").runs) == ["神奈川県", "奈川県の"]
    assert spelling_of("でしたよね").runs == {}


@given(st.text(max_size=400))
def test_nothing_raises(text: str) -> None:
    """Any text is read without harm, and what is sure is large."""
    found = spelling_of(text)
    assert found.sure <= found.large
