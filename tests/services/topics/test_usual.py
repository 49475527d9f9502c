"""What is usual: sums over posts, each weighed by its own time."""

import pytest

from services.topics.usual import SUPPOSED, SUPPOSED_OF, Usual, UsualState, number_of

DAY_S = 86_400.0
NOW = 1_800_000_000.0


def heard(*moments: float) -> Usual:
    """Give what is usual after one post at each of these moments."""
    usual = Usual()
    for at_s in moments:
        usual.count(("weir",), at_s)
    return usual


def share(usual: Usual, feature: str, at_s: float = NOW) -> float:
    """Give in which share of posts a feature is usually heard."""
    return usual.shares(at_s).of_number(number_of(feature))


def test_what_was_never_heard_is_supposed_to_be_rare() -> None:
    """Never nothing at all, and to ask changes nothing."""
    usual = Usual()
    assert share(usual, "weir") == SUPPOSED / SUPPOSED_OF
    assert usual.posts(NOW) == 0
    assert usual.state().zero_s is None


def test_three_days_halve_what_was_heard() -> None:
    """All alike, so that a share stays as it is but for what is supposed."""
    usual = heard(*[NOW] * 4_000)
    assert usual.posts(NOW + 3 * DAY_S) == pytest.approx(2_000)
    assert share(usual, "weir") == pytest.approx(4_000.5 / 5_000)
    assert share(usual, "weir", NOW + 3 * DAY_S) == pytest.approx(2_000.5 / 3_000)


def test_posts_may_come_in_any_order() -> None:
    """Each weighs by its own time."""
    moments = [NOW + DAY_S * n for n in range(6)]
    one, other = heard(*moments), heard(*reversed(moments))
    assert one.posts(NOW) == pytest.approx(other.posts(NOW))
    assert share(one, "weir") == pytest.approx(share(other, "weir"))


@pytest.mark.parametrize("days", [-5_000, -400, -121, 121, 400, 5_000, 3_000_000])
def test_no_distance_in_time_is_too_far(days: float) -> None:
    """What is far away counts nothing, and what is heard then counts in full."""
    usual = heard(*[NOW] * 10)
    there = NOW + days * DAY_S
    usual.count(("otter",), there)
    later = max(NOW, there)
    assert usual.posts(later) == pytest.approx(1 if days > 0 else 10)
    assert 0 < share(usual, "weir", later) < 1
    assert 0 < share(usual, "weir", NOW - 9_000 * DAY_S) <= 1


def test_it_knows_again_what_it_was_told() -> None:
    """And goes on from there alike."""
    usual, other = heard(NOW, NOW + DAY_S), Usual()
    other.restore(usual.state())
    for one in (usual, other):
        one.count(("otter",), NOW + 2 * DAY_S)
    assert other.state() == usual.state()


@pytest.mark.no_cover
def test_however_much_is_said_what_is_rare_stays_rare() -> None:
    """Of two hundred thousand words each said once, none is taken for one said often."""
    usual = Usual()
    for n in range(100_000):
        usual.count(("weir", f"otter{n}", f"heron{n}"), NOW + n)
    shares = usual.shares(NOW + 100_000)
    assert shares.of_number(number_of("weir")) == pytest.approx(1.0, rel=0.02)
    never = [shares.of_number(number_of(f"kiln{n}")) * 100_000 for n in range(1_000)]
    once = [shares.of_number(number_of(f"otter{n}")) * 100_000 for n in range(0, 100_000, 100)]
    assert sum(never) / len(never) < 1
    assert min(once) > 0.5
    assert sum(once) / len(once) < 3


def test_it_takes_the_same_room_whatever_was_said() -> None:
    """So it can be neither filled nor forgotten but by its age; before it takes none."""
    usual = Usual()
    assert not usual.state().cells
    usual.count(("otter",), NOW)
    first = len(usual.state().cells)
    for n in range(10_000):
        usual.count((f"otter{n}",), NOW)
    assert len(usual.state().cells) == first


def test_who_has_heard_nothing_supposes_the_same_of_everything() -> None:
    """And so does who was told so by a state."""
    usual = heard(NOW)
    usual.restore(Usual().state())
    shares = usual.shares(NOW)
    assert shares.of(["weir", "kiln"]) == 2 * [shares.of_number(number_of("weir"))]
    assert 0 < shares.of_number(number_of("weir")) < 0.001
    assert usual.posts(NOW) == 0
    usual.count(("weir",), NOW)
    assert usual.posts(NOW) == 1
    assert share(usual, "weir") > share(usual, "kiln")


def test_a_state_of_nothing_may_have_any_size() -> None:
    """One that was kept with room for all that might be said is one as well."""
    usual = heard(NOW)
    usual.restore(UsualState(bytes(len(usual.state().cells)), 0.0, None))
    assert usual.state() == Usual().state()
    usual.count(("weir",), NOW)
    assert usual.posts(NOW) == 1


def test_half_a_letter_is_counted_as_well() -> None:
    """Only a broken program sends it."""
    usual = Usual()
    usual.count(("\ud800",), NOW)
    assert share(usual, "\ud800") > share(usual, "weir")


def test_a_state_of_another_size_is_refused() -> None:
    """And what was known stays."""
    usual = heard(NOW)
    with pytest.raises(ValueError, match="size"):
        usual.restore(UsualState(b"abc", 1.0, NOW))
    assert usual.posts(NOW) == 1


def test_shares_of_many_are_the_shares_of_each() -> None:
    """In their order; and what is counted by numbers is counted as what has them."""
    usual, other = heard(NOW), Usual()
    other.count_numbers([number_of("weir"), number_of("kiln")], NOW)
    usual.count(("kiln",), NOW)
    for one in (usual, other):
        shares = one.shares(NOW)
        said = ["weir", "kiln", "never", "weir"]
        assert shares.of(said) == [shares.of_number(number_of(word)) for word in said]
        assert shares.of(said)[0] == shares.of(said)[1] > shares.of(said)[2]
