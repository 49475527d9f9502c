"""What is usual: sums over posts, each weighed by its own time."""

import pytest

from services.topics import usual as module
from services.topics.usual import SUPPOSED, SUPPOSED_OF, Usual

DAY_S = 86_400.0
NOW = 1_800_000_000.0


def heard(*moments: float) -> Usual:
    """Give what is usual after one post at each of these moments."""
    usual = Usual()
    for at_s in moments:
        usual.count(("weir",), at_s)
    return usual


def test_what_was_never_heard_is_supposed_to_be_rare() -> None:
    """Never nothing at all, and to ask changes nothing."""
    usual = Usual()
    assert usual.shares(NOW)["weir"] == SUPPOSED / SUPPOSED_OF
    assert usual.posts(NOW) == 0
    assert usual.state().zero_s is None


def test_three_days_halve_what_was_heard() -> None:
    """All alike, so that a share stays as it is but for what is supposed."""
    usual = heard(*[NOW] * 4_000)
    assert usual.posts(NOW + 3 * DAY_S) == pytest.approx(2_000)
    assert usual.shares(NOW)["weir"] == pytest.approx(4_000.5 / 5_000)
    assert usual.shares(NOW + 3 * DAY_S)["weir"] == pytest.approx(2_000.5 / 3_000)


def test_posts_may_come_in_any_order() -> None:
    """Each weighs by its own time."""
    moments = [NOW + DAY_S * n for n in range(6)]
    one, other = heard(*moments), heard(*reversed(moments))
    assert one.posts(NOW) == pytest.approx(other.posts(NOW))
    assert one.shares(NOW)["weir"] == pytest.approx(other.shares(NOW)["weir"])


@pytest.mark.parametrize("days", [-5_000, -400, -121, 121, 400, 5_000, 3_000_000])
def test_no_distance_in_time_is_too_far(days: float) -> None:
    """What is far away counts nothing, and what is heard then counts in full."""
    usual = heard(*[NOW] * 10)
    there = NOW + days * DAY_S
    usual.count(("otter",), there)
    later = max(NOW, there)
    assert usual.posts(later) == pytest.approx(1 if days > 0 else 10)
    assert 0 < usual.shares(later)["weir"] < 1
    assert 0 < usual.shares(NOW - 9_000 * DAY_S)["weir"] <= 1


def test_it_knows_again_what_it_was_told() -> None:
    """And goes on from there alike."""
    usual, other = heard(NOW, NOW + DAY_S), Usual()
    other.restore(usual.state())
    for one in (usual, other):
        one.count(("otter",), NOW + 2 * DAY_S)
    assert other.state() == usual.state()


def test_what_is_hardly_ever_heard_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of features is bounded, and what is heard often stays."""
    monkeypatch.setattr(module, "FEATURES_AT_MOST", 100)
    usual = Usual()
    for n in range(2_000):
        usual.count(("weir", f"otter{n}", f"heron{n}"), NOW + n)
    assert len(usual.state().counts) < 150
    assert usual.state().counts["weir"] > 1_900
