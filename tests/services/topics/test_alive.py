"""What breaks, from one look to the next."""

import pytest
from msgspec.structs import replace

from services.topics import alive as module
from services.topics.alive import KNOWN_FOR_S, Alive
from services.topics.gathering import Gathering
from services.topics.window import Post, Window
from tests.services.topics.lane_samples import (
    BEGINS,
    NOW,
    WEIR,
    a_burst,
    a_lane,
    a_post,
    a_quiet_time,
    the_one,
)


def a_window(*moments: float) -> Window:
    """Give a window with a post of each moment."""
    window = Window(lambda _: None)
    for n, at_s in enumerate(moments):
        window.add(Post(f"p{n}", n, ("weir",), f"{n}", 0, "a weir", "Bluesky", at_s))
    return window


def test_a_thing_keeps_its_id_while_it_lives_and_when_it_comes_again() -> None:
    """Although it is spoken of in other words, and hours have gone by."""
    lane = a_lane(*a_burst())
    first = the_one(lane)
    for post in a_quiet_time(60, 4.0):
        lane.take([replace(post, key=f"l{post.key}", at_s=post.at_s + 5 * 3_600)])
        assert all(one.id == first.id for one in lane.bursts(post.at_s + 5 * 3_600))
    again = BEGINS + 5 * 3_600 - 400
    for n, body in enumerate(WEIR):
        lane.take([a_post(f"again{n}", f"{body} still", again + 30 * n)])
    found = the_one(lane, again + 300)
    assert (found.id, found.first_at_s) == (first.id, BEGINS)
    assert found.score < first.score * 2


def test_two_things_never_have_one_id() -> None:
    """Also where both begin with one post."""
    window = a_window(NOW, NOW + 1, NOW + 2)
    alive = Alive()
    one = alive.keep(None, Gathering([0, 1], ["weir", "otter"], 9.0), window)
    other = alive.keep(None, Gathering([0, 2], ["kiln", "heron"], 9.0), window)
    assert one.id != other.id
    assert (one.core, other.core) == (["weir", "otter"], ["kiln", "heron"])


def test_a_thing_is_known_by_its_features_or_by_its_posts() -> None:
    """By neither it is another one, and so is what is told already."""
    window = a_window(*[NOW + n for n in range(6)])
    alive = Alive()
    was = alive.keep(None, Gathering([0, 1, 2], ["weir", "otter", "roof"], 9.0), window)
    assert alive.of(Gathering([3, 4], ["roof", "weir"], 9.0), window, ()) is was
    assert alive.of(Gathering([2, 3, 4], ["kiln"], 9.0), window, ()) is was
    assert alive.of(Gathering([3, 4, 5], ["kiln", "weir"], 9.0), window, ()) is None
    assert alive.of(Gathering([0, 1], ["roof", "weir"], 9.0), window, {was.id}) is None


def test_what_was_shown_long_ago_is_forgotten() -> None:
    """By the stream's own time."""
    alive = Alive()
    alive.keep(None, Gathering([0], ["weir"], 9.0), a_window(NOW))
    later = a_window(NOW + KNOWN_FOR_S + 1)
    alive.keep(None, Gathering([0], ["kiln"], 9.0), later)
    assert [state.core for state in alive.state()] == [["kiln"]]


def test_no_more_is_known_than_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was shown last stays."""
    monkeypatch.setattr(module, "ALIVE_AT_MOST", 3)
    alive, window = Alive(), a_window(*[NOW + n for n in range(9)])
    for n in range(9):
        alive.keep(None, Gathering([n], [f"otter{n}"], 9.0), window)
    assert len(alive.state()) == 3


def test_rates_tell_of_more_than_the_hour_of_posts() -> None:
    """Eight steps, the latest last; what has left the window is remembered."""
    alive, window = Alive(), a_window(NOW, NOW + 601, NOW + 602)
    was = alive.keep(None, Gathering([0, 1, 2], ["weir"], 9.0), window)
    assert was.rates(NOW + 602)[-2:] == (1, 2)
    assert was.rates(NOW + 602 + 3_600)[:2] == (1, 2)
    assert len(was.rates(NOW)) == 8


@pytest.mark.parametrize("after_s", range(0, 600, 60))
def test_the_last_bar_does_not_fall_as_the_clock_strikes(after_s: int) -> None:
    """What was said three minutes ago is in it, at whatever moment somebody asks."""
    at_s = NOW + after_s
    was = Alive().keep(None, Gathering([0, 1], ["weir"], 9.0), a_window(at_s - 180, at_s))
    assert was.rates(at_s)[-1] == 2


@pytest.mark.parametrize(
    ("core", "is_renamed"),
    [
        (["weir", "roof", "river", "boat", "lamp"], False),
        (["river", "weir", "roof", "hill", "hut"], False),
        (["weir", "roof", "hill", "hut", "barn"], True),
        (["hill", "weir", "roof", "river", "boat"], True),
        (["weir"], False),
        ([], False),
    ],
)
def test_it_is_called_the_same_while_most_of_it_is(core: list[str], is_renamed: bool) -> None:
    """And what is strongest was part of it already: a row does not change its words for nothing."""
    window = a_window(NOW)
    body = "A weir, a roof, a river, a boat, a lamp, a hill, a hut and a barn"
    window.add(Post("p9", 9, (), "", 0, body, "Bluesky", NOW))
    first = Gathering([1], ["weir", "roof", "river", "boat", "lamp"], 9.0)
    was = Alive().keep(None, first, window)
    names = was.name(first, window)
    assert names[:2] == ("weir", "roof")
    again = was.name(Gathering([1], core, 9.0), window)
    assert (again != names) is is_renamed


def test_they_are_known_again() -> None:
    """As they were."""
    alive, other = Alive(), Alive()
    alive.keep(None, Gathering([0], ["weir"], 9.0), a_window(NOW))
    other.restore(alive.state())
    assert other.state() == alive.state()
