"""What the social lane finds by words that are said together."""

import pytest
from msgspec.structs import replace

from services.topics import social as module
from services.topics.bursts import Heard
from services.topics.social import SocialLane
from tests.services.topics.lane_samples import NOW, a_burst, a_lane, a_quiet_time, the_one

ASHORE = (
    "Two boats against the school in this harbour",
    "harbour wall gone, boats beside our school",
    "Do not go near school: boats adrift, harbour closed",
    "All children of that school saw boats leave a harbour by themselves",
    "wind 12, boats loose, harbour and school empty",
    "Is any teacher of the school there? Boats on its lawn, harbour dark",
    "They carry boats from harbour through school",
    "harbour master says: count your boats, mind the school",
)
"""Of boats, of schools and of harbours somebody writes every few minutes."""


_SAID = ("boats", "school", "harbour", *(f"noun{n}" for n in range(27)))


def a_busy_day() -> list[Heard]:
    """Give a post every twenty seconds, each about one thing of thirty."""
    return [
        replace(post, body=f"{_SAID[n % 30]} word{n * 7 % 300} {n}")
        for n, post in enumerate(a_quiet_time(4_000))
    ]


def test_everyday_words_that_never_met_are_news() -> None:
    """And are called by one of them, and told with what they hold together."""
    found = the_one(a_lane(*a_burst(ASHORE), before=a_busy_day()))
    assert found.people == len(ASHORE)
    assert {"boats", "school", "harbour"} <= {name.casefold() for name in found.names}
    assert found.label in found.names


def test_what_met_is_known_after_a_restart() -> None:
    """And what never did breaks in the lane that goes on as it would have before."""
    before, after = SocialLane(), SocialLane()
    before.take(a_busy_day())
    after.restore(before.state())
    for lane in (before, after):
        lane.take(a_burst(ASHORE))
    assert before.bursts(NOW) == after.bursts(NOW) != []


def test_words_that_met_all_day_are_no_news() -> None:
    """However often somebody says them together within the hour."""
    often = [
        replace(post, body=f"{post.body} boats school harbour") if n % 45 == 0 else post
        for n, post in enumerate(a_busy_day())
    ]
    assert a_lane(*a_burst(ASHORE), before=often).bursts(NOW) == []


def test_couples_are_looked_at_once_enough_posts_were_counted_by_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A stream that was large until now has no couples that are usual."""
    lane = SocialLane()
    with monkeypatch.context() as large:
        large.setattr(module, "SMALL_STREAM", 0)
        lane.take(a_busy_day())
    lane.take(a_burst(ASHORE))
    assert lane.bursts(NOW) == []
