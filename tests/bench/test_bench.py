"""The arithmetic of the benches, apart from any program."""

import pytest

from tests.bench.figures import Figure, Verdict, write_table
from tests.bench.firehose import _balance
from tests.bench.losing import unsaved_s
from tests.bench.scenarios import SCENARIOS
from tests.bench.stream import TO_US_EVERY, BenchNetwork, _convert, _event

TYPED = [(1.0, "a"), (2.0, "b"), (3.0, "c")]


@pytest.mark.parametrize(("saved", "lost_s"), [("abc", 0.0), ("ab", 1.0), ("", 3.0), ("xbc", 3.0)])
def test_what_is_lost_counts_from_the_first_letter_that_is_not_saved(
    saved: str, lost_s: float
) -> None:
    """A text that was saved whole loses nothing, one without its first letter everything."""
    assert unsaved_s(TYPED, saved, 4.0) == lost_s


def test_what_was_not_measured_is_never_kept() -> None:
    """No value, or none that is a number, says so; a miss says by how much."""
    figures = [
        Figure("a", None, 1, "s"),
        Figure("b", float("nan"), 1, "s"),
        Figure("c", 1.5, 1, "s"),
    ]
    assert [one.verdict for one in figures[:2]] == [Verdict.NOT_MEASURED] * 2
    table = write_table(figures)
    assert "MISSED by 50%" in table
    assert "nan" not in table


def test_one_event_in_so_many_is_a_comment_to_us() -> None:
    """The flood holds what it says, cleaned."""
    posts = [_convert(_event(number)) for number in range(2 * TO_US_EVERY)]
    assert sum(post.answers is not None for post in posts) == 2
    assert len({post.id for post in posts}) == len(posts)
    assert all(post.tags or post.links for post in posts)


def test_each_event_of_a_firehose_is_accounted_for() -> None:
    """What was neither taken nor told of is lost; what was passed over is told."""
    tally = {"came": 90, "looked_at": 70, "passed_over": 15, "gone": 2, "other": 3}
    lost, passed = _balance({"sent": 100}, {"ws://a": tally}, 10.0, "busy")
    assert (lost.measured, lost.verdict) == (10, Verdict.MISSED)
    assert passed.measured == 15
    lost, _ = _balance({"sent": 90}, {"ws://a": tally}, 10.0, "busy")
    assert lost.verdict is Verdict.KEPT
    assert next(_balance({"sent": 90}, {}, 10.0, "busy")).measured == 90


async def test_the_flood_has_its_rate() -> None:
    """Nothing is made before time, and nothing twice."""
    network = BenchNetwork(1_000_000, None, None)
    assert (await network.poll(None)).posts == ()
    first, then = await network.poll(None), await network.poll(None)
    assert {post.id for post in first.posts}.isdisjoint(post.id for post in then.posts)
    await network.close()


def test_every_scenario_says_what_it_does() -> None:
    """A name that can be asked for leads to a measurement with a sentence."""
    assert all(scenario.__doc__ for scenario in SCENARIOS.values())
