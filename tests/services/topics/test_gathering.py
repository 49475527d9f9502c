"""What is spoken of far more than usual, gathered from the posts of a window."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.topics import gathering as module
from services.topics.couples import couples_of
from services.topics.gathering import RAISED, SURPRISING, Gathering, Look, surprise
from services.topics.usual import Usual
from services.topics.window import Post, Window

NOW = 1_800_000_000.0


def a_window(*rows: tuple[str, str], features: tuple[str, ...] = ()) -> Window:
    """Give a window with a post for each author and words."""
    window = Window(lambda _: None)
    for n, (author, words) in enumerate(rows):
        said = (*words.split(), *features)
        number = int.from_bytes(author.encode(), "big")
        window.add(Post(f"p{n}", number, said, words, 0, words, "Bluesky", NOW + n))
    return window


def a_usual(*words: str, count: int = 10_000) -> Usual:
    """Give what is usual where these are heard in every tenth post."""
    usual = Usual()
    for n in range(count):
        usual.count(words if n % 10 == 0 else (f"other{n % 50}",), NOW)
    return usual


def gathered(window: Window, usual: Usual | None = None) -> list[Gathering]:
    """Give what is gathered, the strongest first."""
    found = Look(window, (usual or a_usual()).shares(NOW)).gatherings()
    return sorted(found, key=lambda one: -one.score)


def keys(window: Window, one: Gathering) -> list[str]:
    """Give the posts of a gathering."""
    return [window.posts[number].key for number in one.posts]


WEIR = (
    ("ada", "weir otterham siren"),
    ("ben", "weir otterham roof"),
    ("cem", "otterham water"),
    ("dua", "weir cellar"),
)


def test_what_goes_together_is_one_thing() -> None:
    """Its posts, its people, its features, and how far above the usual it is."""
    window = a_window(*WEIR)
    (found,) = gathered(window)
    assert set(found.core) == {"weir", "otterham"}
    assert sorted(keys(window, found)) == ["p0", "p1", "p2", "p3"]
    assert (found.people, found.texts) == (4, 4)
    assert found.score > SURPRISING
    assert found.times_usual > 1


def test_two_things_stay_two() -> None:
    """Whatever is said at the same time."""
    kiln = [
        (f"k{author}", words.replace("weir", "kiln").replace("otterham", "marlbeck"))
        for author, words in WEIR
    ]
    window = a_window(*WEIR, *[(who, f"{words}s") for who, words in kiln])
    assert len(gathered(window)) == 2


def test_what_is_usual_surprises_nobody() -> None:
    """Nor does an hour in which nobody wrote, or only few did."""
    assert gathered(a_window(*WEIR), a_usual("weir", "otterham")) == []
    assert gathered(a_window()) == []
    assert gathered(a_window(*WEIR[:2])) == []


def test_copies_and_one_person_weigh_little() -> None:
    """Less than as many people in words of their own."""
    own = gathered(
        a_window(*[(f"a{n}", f"weir otterham word{n} more{n} yet{n}") for n in range(6)])
    )
    copies = gathered(a_window(*[(f"a{n}", "weir otterham word more yet") for n in range(6)]))
    same = gathered(a_window(*[("ada", f"weir otterham word{n} more{n} yet{n}") for n in range(6)]))
    assert own[0].score > SURPRISING
    assert all(one.score == 0 for one in copies)
    assert all(one.score == 0 for one in same)


def test_copies_stand_behind_the_rest() -> None:
    """What shows it best stands first."""
    window = a_window(*WEIR, ("eli", "weir otterham siren"), ("fay", "weir otterham siren"))
    (found,) = gathered(window)
    shown = keys(window, found)
    assert shown[0] in {"p0", "p1"}
    assert set(shown[-2:]) < {"p0", "p4", "p5"}


def test_to_look_changes_nothing_and_gives_the_same() -> None:
    """However often."""
    window, usual = a_window(*WEIR), a_usual()
    before = window.state(), usual.state()
    looks = [
        [(one.core, one.posts, one.score) for one in gathered(window, usual)] for _ in range(3)
    ]
    assert looks[0] == looks[1] == looks[2]
    assert (window.state(), usual.state()) == before


def test_a_look_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The most surprising features are looked at."""
    monkeypatch.setattr(module, "LOOKED_AT_MOST", 1)
    window = a_window(*WEIR, *[(f"x{n}", "heron") for n in range(3)])
    (found,) = gathered(window)
    assert found.core in (["weir"], ["otterham"])


@given(st.floats(1e-4, 1e9), st.floats(0.0, RAISED))
def test_what_is_heard_hardly_more_than_usual_need_not_be_weighed(usual: float, of: float) -> None:
    """It never surprises enough, however often it is heard."""
    assert surprise(usual * of, usual) < SURPRISING


FALLEN = (
    ("ada", "marlbeck two factory dead wall"),
    ("ben", "wall siren factory east marlbeck"),
    ("cem", "marlbeck roof wall smoke factory"),
    ("dua", "factory gone near marlbeck old wall"),
)
"""Of a town, of factories and of walls somebody writes all the time."""
EVERYDAY = ("factory", "marlbeck", "wall")


def a_talk() -> list[tuple[str, str]]:
    """Give an hour of it."""
    each = [
        (f"{one}{n}", f"{one} {one}thing{n} {one}hour{n}") for one in EVERYDAY for n in range(5)
    ]
    return [*each, *((f"o{n}", f"other{n % 17} sky{n}") for n in range(81))]


def a_usual_talk(every: int = 20) -> Usual:
    """Give what is usual where each is heard in one of so many posts, and no two of them ever."""
    said = (*EVERYDAY, *(f"other{m}" for m in range(every - len(EVERYDAY))))
    usual = Usual()
    for n in range(10_000):
        usual.count((said[n % every],), NOW)
    return usual


def coupled(window: Window, usual: Usual, together: Usual | None) -> list[Gathering]:
    """Give what is gathered where it is known how often words are said together."""
    known = None if together is None else together.shares(NOW)
    return Look(window, usual.shares(NOW), known).gatherings()


def test_everyday_words_in_one_post_are_news() -> None:
    """Where neither tells anything: that is how what few people tell begins."""
    window = a_window(*FALLEN, *a_talk())
    assert coupled(window, a_usual_talk(), None) == []
    (found,) = coupled(window, a_usual_talk(), a_usual())
    assert set(found.core) == set(EVERYDAY)
    assert sorted(keys(window, found)) == ["p0", "p1", "p2", "p3"]
    assert (found.people, found.texts) == (4, 4)
    assert found.score > SURPRISING
    assert found.times_usual > RAISED


def test_words_that_are_always_said_together_are_no_news() -> None:
    """As of those who look for people to hire."""
    together = Usual()
    for n in range(10_000):
        together.count_numbers(couples_of(EVERYDAY if n % 10 == 0 else ()), NOW)
    assert coupled(a_window(*FALLEN, *a_talk()), a_usual_talk(), together) == []


def test_a_couple_says_nothing_where_a_word_says_it() -> None:
    """The same is not counted twice."""
    window = a_window(*WEIR[:2], ("eva", "weir smoke otterham"), ("fay", "weir old otterham"))
    (alone,), (found,) = coupled(window, a_usual(), None), coupled(window, a_usual(), a_usual())
    assert (found.core, found.score) == (alone.core, alone.score)


def test_in_a_large_stream_words_speak_for_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Among very many posts many couples meet by chance."""
    monkeypatch.setattr(module, "SMALL_STREAM", len(FALLEN) + len(a_talk()) - 1)
    assert coupled(a_window(*FALLEN, *a_talk()), a_usual_talk(), a_usual()) == []


def test_three_people_and_everyday_words_are_no_news() -> None:
    """Nor are four who say it in three ways."""
    for rows in (FALLEN[:3], (*FALLEN[:3], ("eva", FALLEN[0][1]))):
        (found,) = coupled(a_window(*rows, *a_talk()), a_usual_talk(50), a_usual())
        assert set(found.core) == set(EVERYDAY)
        assert found.score == 0
    (found,) = coupled(a_window(*FALLEN, *a_talk()), a_usual_talk(50), a_usual())
    assert found.score > SURPRISING


def test_a_tag_of_two_words_is_said_once() -> None:
    """The words that it is made of tell nothing more."""
    tagged = [(f"b{n}", f"marlbeckwall marlbeck wall on{n} by{n}") for n in range(5)]
    window = a_window(*tagged, *a_talk())
    (alone,) = coupled(window, a_usual_talk(), None)
    (found,) = coupled(window, a_usual_talk(), a_usual())
    assert alone.core == found.core == ["marlbeckwall"]
    assert alone.score == found.score
