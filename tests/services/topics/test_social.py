"""The social lane: what is spoken of far more than it usually is."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.topics.bursts import Burst, Heard
from services.topics.social import SocialLane
from tests.services.topics.lane_samples import (
    BEGINS,
    NOW,
    WEIR,
    ZERO,
    a_burst,
    a_lane,
    a_post,
    a_quiet_time,
    the_one,
)

DAY_S = 86_400.0
FEW = settings(max_examples=12, deadline=None)
_QUIET = a_lane().state()


def quiet() -> SocialLane:
    """Give a lane that has heard a quiet day, quickly."""
    lane = SocialLane()
    lane.restore(_QUIET)
    return lane


def told(*bodies: str, author: str | None = None) -> SocialLane:
    """Give a lane in which these were said at once, after a quiet day."""
    lane = quiet()
    for post in a_burst(bodies, author=author):
        lane.take([post])
    return lane


def test_what_many_say_in_their_own_words_breaks() -> None:
    """It says what it is called, how much, since when, and shows who says it."""
    found = the_one(told(*WEIR))
    assert "otterham" in found.label.casefold()
    assert (found.posts, found.people, sum(found.rates)) == (8, 8, 8)
    assert (found.first_at_s, found.last_at_s) == (BEGINS, BEGINS + 840)
    assert set(found.post_keys) <= {f"w{n}" for n in range(8)}
    assert found.sources == ("Bluesky",)
    assert found.times_usual > 2
    assert len(found.rates) == 8


def test_three_people_in_their_own_words_are_enough() -> None:
    """Where nobody ever spoke of it."""
    assert the_one(told(*WEIR[:3])).people == 3


def test_on_a_quiet_day_nothing_breaks() -> None:
    """Whenever one asks."""
    lane = quiet()
    assert [lane.bursts(BEGINS + minutes * 60) for minutes in range(0, 60, 10)] == [[]] * 6


@pytest.mark.parametrize("authors", [1, 2])
def test_one_text_by_few_never_breaks(authors: int) -> None:
    """However often it is sent."""
    lane = quiet()
    for n in range(200):
        lane.take([a_post(f"s{n}", WEIR[0], BEGINS + n, f"bot{n % authors}")])
    assert lane.bursts(NOW) == []


def test_one_text_by_many_never_breaks() -> None:
    """It is sent round, not spoken of; also where each puts a number to it."""
    lane = quiet()
    for n in range(200):
        lane.take([a_post(f"s{n}", f"{n}x otter {WEIR[0]}", BEGINS + n)])
    assert lane.bursts(NOW) == []


def test_one_who_says_much_never_breaks() -> None:
    """In whichever words."""
    assert told(*WEIR, author="ada").bursts(NOW) == []


@pytest.mark.no_cover
@pytest.mark.parametrize("authors", [1, 2])
def test_few_people_never_break_in_a_quiet_night(authors: int) -> None:
    """After days in which many spoke, when nobody else does."""
    lane = a_lane(before=a_quiet_time(6_000))
    night = BEGINS + 5 * 3_600
    for n in range(3):
        lane.take([a_post(f"night{n}", "", night)])
    for n, body in enumerate(WEIR):
        lane.take([a_post(f"w{n}", body, night + 60 * n, f"u{n % authors}")])
    assert lane.bursts(night + 900) == []


def test_whoever_is_not_named_is_somebody_new() -> None:
    """Each time."""
    assert the_one(told(*WEIR, author="")).people == len(WEIR)


def test_what_is_always_spoken_of_never_breaks() -> None:
    """A tag in a quarter of all posts, also when there are twice as many for a while."""
    lane = a_lane(before=a_quiet_time(tag="goodmorning"))
    for n, post in enumerate(a_quiet_time(120, 1.0, "goodmorning")):
        lane.take([replace(post, key=f"m{n}", at_s=BEGINS + n, author=f"m{n}")])
    assert lane.bursts(NOW) == []


def test_a_known_key_changes_nothing() -> None:
    """Whatever is said under it."""
    lane = told(*WEIR)
    before = lane.state()
    for post in a_burst():
        lane.take([replace(post, body="something else")])
    assert lane.state() == before


def test_what_is_taken_back_no_longer_breaks() -> None:
    """What is not known changes nothing."""
    lane = told(*WEIR)
    lane.withdraw("nobody")
    assert lane.bursts(NOW)
    for n in range(len(WEIR)):
        lane.withdraw(f"w{n}")
    assert lane.bursts(NOW) == []
    assert lane.heard("w1") is None


def test_a_post_that_was_heard_lately_is_known() -> None:
    """As far as it is needed to show it."""
    heard = told(*WEIR).heard("w1")
    assert heard is not None
    assert (heard.body, heard.source, heard.at_s) == (WEIR[1], "Bluesky", BEGINS + 120)


_KILN = (
    *a_burst(
        (
            "Smoke over Marlbeck, is that an old kiln",
            "Marlbeck kiln burns, flames as high as trees",
            "Three engines went up towards Marlbeck",
            "My aunt lives beside that kiln in Marlbeck",
            "Ash covers every car across Marlbeck",
            "Nobody hurt, says Marlbeck brigade",
        )
    ),
    a_post("copy0", "Smoke over Marlbeck, is that an old kiln", BEGINS + 5),
    a_post("copy1", "Ash covers every car across Marlbeck", BEGINS + 6),
    a_post("twice", "Black water runs down Marlbeck lane", BEGINS + 7, "w2"),
)


@pytest.mark.no_cover
@FEW
@given(st.permutations(_KILN))
def test_posts_may_come_in_any_order(posts: list[Heard]) -> None:
    """Within the hour; copies, and people who speak twice, count alike."""
    plain, mixed = quiet(), quiet()
    for post in _KILN:
        plain.take([post])
    for post in posts:
        mixed.take([post])
    assert plain.bursts(NOW)
    assert [_rounded(one) for one in mixed.bursts(NOW)] == [
        _rounded(one) for one in plain.bursts(NOW)
    ]


def _rounded(burst: Burst) -> object:
    """Sums of doubles differ in the last digit with their order."""
    said = msgspec.to_builtins(burst)
    return {key: round(each, 6) if isinstance(each, float) else each for key, each in said.items()}


@FEW
@given(
    st.lists(
        st.tuples(
            st.sampled_from(WEIR), st.integers(-4_000, 8_000), st.sampled_from(["", "ada", "ben"])
        ),
        max_size=12,
    ),
    st.integers(0, 12),
)
def test_whoever_begins_anew_goes_on_alike(rows: list[tuple[str, int, str]], cut: int) -> None:
    """The same bursts and the same state after the same further posts."""
    posts = [a_post(f"p{n}", body, BEGINS + s, who) for n, (body, s, who) in enumerate(rows)]
    lane, other = quiet(), SocialLane()
    for post in posts[:cut]:
        lane.take([post])
    lane.bursts(NOW)
    other.restore(lane.state())
    for post in posts[cut:]:
        lane.take([post])
        other.take([post])
    assert other.bursts(NOW) == lane.bursts(NOW)
    assert other.state() == lane.state()


@pytest.mark.parametrize("away_s", [9 * DAY_S, 2_700.0, -9 * DAY_S, -2_700.0])
def test_a_clock_that_is_stepped_leaves_no_trace(away_s: float) -> None:
    """Forth and back, or back and forth."""
    lane, other = told(*WEIR), told(*WEIR)
    lane.bursts(NOW)
    other.bursts(NOW)
    lane.bursts(NOW + away_s)
    assert lane.state() == other.state()
    assert lane.bursts(NOW) == other.bursts(NOW)


def test_what_nobody_spoke_of_for_an_hour_is_not_told() -> None:
    """And it is again, once the clock stands right."""
    lane = told(*WEIR)
    assert lane.bursts(NOW + 3_700) == []
    assert lane.bursts(NOW)


def test_one_or_two_posts_from_the_future_change_little() -> None:
    """What breaks goes on, and what is usual stays."""
    lane = told(*WEIR)
    for n, days in enumerate((400, 5_000)):
        lane.take([a_post(f"f{n}", "from far away", NOW + days * DAY_S)])
    assert the_one(lane).posts == 8
    lane.take([a_post("old", "from long ago", NOW - 9_000 * DAY_S)])
    assert the_one(lane).posts == 8


def test_it_knows_what_is_usual_after_some_hundred_posts() -> None:
    """Once these have left the hour; a few from long ago are no day."""
    lane = SocialLane()
    assert not lane.is_warm
    assert lane.bursts(NOW) == []
    for n in range(2):
        lane.take([a_post(f"old{n}", "long ago", ZERO - 90 * DAY_S)])
    for post in a_quiet_time(390, 1.9):
        lane.take([post])
    assert not lane.is_warm
    for post in a_quiet_time(900, 1.9):
        lane.take([replace(post, key=f"more{post.key}", at_s=post.at_s + 3_600)])
    assert lane.is_warm


@pytest.mark.no_cover
def test_where_many_write_it_takes_more_to_know_what_is_usual() -> None:
    """Half as many as are spoken of now: some hundred say little of thousands."""
    lane = a_lane(before=a_quiet_time(4_500, 1.5))
    assert not lane.is_warm
    for post in a_quiet_time(3_000, 1.0):
        lane.take([replace(post, key=f"more{post.key}", at_s=post.at_s + 5_400)])
    assert lane.is_warm


@pytest.mark.no_cover
def test_what_is_known_once_is_known_while_much_is_said() -> None:
    """What fills the window is what breaks: that is no reason to say nothing."""
    lane = a_lane(before=a_quiet_time(1_200, 3.0))
    assert lane.is_warm
    for n in range(1_500):
        lane.take([a_post(f"s{n}", f"{WEIR[n % 8]} {n}", BEGINS + n / 10)])
    assert lane.is_warm
    assert lane.bursts(BEGINS + 151) != []
    other = SocialLane()
    other.restore(lane.state())
    assert other.is_warm


@pytest.mark.no_cover
def test_a_surge_is_no_colder_for_being_heard_at_once() -> None:
    """However posts are cut into takings, it is known whether something was usual before."""
    before = a_quiet_time(1_200, 1.9)
    after = a_quiet_time(4_000, 0.3)
    surge = [replace(post, key=f"more{post.key}", at_s=post.at_s + 1_800) for post in after]
    at_once, one_by_one = SocialLane(), SocialLane()
    at_once.take([*before, *surge])
    for post in (*before, *surge):
        one_by_one.take([post])
    assert at_once.state() == one_by_one.state()
    assert at_once.is_warm


@pytest.mark.parametrize("words", [1, 2])
def test_a_text_sent_round_with_everyday_words_put_to_it_never_breaks(words: int) -> None:
    """Though each of these was heard elsewhere within the hour."""
    lane = quiet()
    heard = [post.body.split() for post in a_quiet_time(40, 0.6)]
    for n, body in enumerate(heard):
        lane.take([a_post(f"h{n}", " ".join(body), BEGINS + n)])
    common = sorted({word for body in heard for word in body if len(word) > 3})
    for n in range(200):
        put = " ".join(common[(n * 7 + k) % len(common)] for k in range(words))
        lane.take([a_post(f"s{n}", f"{put} {' '.join(WEIR[:words])}", BEGINS + 60 + n)])
    assert lane.bursts(BEGINS + 270) == []


def test_a_text_sent_round_with_words_of_it_exchanged_never_breaks() -> None:
    """Two of its twelve, each time others, which take four of its pairs with them."""
    lane = quiet()
    text = "glorious harbour lottery platform gives every newcomer triple bonus coins without fee"
    common = sorted({word for post in a_quiet_time(40) for word in post.body.split()})
    for n in range(60):
        said = text.split()
        for k in (3, 8):
            said[k] = common[(n * 7 + k) % len(common)]
        lane.take([a_post(f"s{n}", " ".join(said), BEGINS + 60 + n)])
    assert lane.bursts(BEGINS + 270) == []


def test_where_few_people_write_a_day_is_enough() -> None:
    """Its night left out."""
    assert not a_lane(before=a_quiet_time(40, 19.0)).is_warm
    assert a_lane(before=a_quiet_time(40, 26.0)).is_warm


def test_half_letters_harm_nothing() -> None:
    """Neither in what is said nor in who says it: all of it can be kept."""
    lane = quiet()
    for n in range(3):
        bad = f"\ud800{n}"
        post = a_post(bad, f"weir {bad}", BEGINS + n)
        links = (f"https://weir.example/{bad}",)
        lane.take([replace(post, tags=(bad,), source=bad, links=links)])
    SocialLane().restore(lane.state())
    assert lane.heard("\ud8000") is not None
    lane.withdraw("\ud8000")
    assert lane.heard("\ud8000") is None


@pytest.mark.parametrize(
    "state",
    [b"", b"\xff", b"\x90", msgspec.msgpack.encode([1, [{}, 0.0, None, 1.0], [], 0, [], [], []])],
)
def test_what_is_no_state_of_ours_is_said(state: bytes) -> None:
    """Or one of another version."""
    with pytest.raises(ValueError, match="state"):
        SocialLane().restore(state)


def test_the_links_that_many_share_are_told() -> None:
    """In one form; one that only somebody has is not."""
    lane = quiet()
    for n, post in enumerate(a_burst()):
        links = (f"https://www.heron.example/7?utm_source={n}", f"https://otter.example/{n}")
        lane.take([replace(post, links=links)])
    assert the_one(lane).links == ("heron.example/7",)
