"""Which stories are breaking: new ones that publishers who are no relations bring at once."""

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.model.ids import NetworkName
from services.topics.breaking import HALVED_IN, NEW_FOR, Breaking, breaking, coverage_of, house_of
from services.topics.values import HeadlineItem
from tests.builders import at
from tests.services.topics.samples import an_item

DAM = "Dam at Weirford bursts after three days of rain"
NOW = at(20 * 60)


def carried(
    by: str, minute: int = 0, title: str = "", url: str | None = None, speed: float | None = None
) -> HeadlineItem:
    """Give what a publisher says, in words of its own unless they are given."""
    slug = by.casefold().replace(" ", "-")
    return an_item(
        f"{slug} {minute}",
        title or f"What {by} has to say of it",
        publisher=by,
        minute=minute,
        url=url or f"https://news.{slug}.example/{minute}",
        speed=speed,
    )


def on_hacker_news(link: str, minute: int = 0, speed: float | None = None) -> HeadlineItem:
    """Give what is read there of somebody else's page."""
    item = carried("Hacker News", minute, f"Show {link}", url=link, speed=speed)
    return replace(item, network=NetworkName.HACKERNEWS)


def told(*items: HeadlineItem, is_spoken_of: bool = False) -> Breaking:
    """Ask twenty minutes after noon."""
    coverage = coverage_of(items)
    assert coverage is not None
    return breaking(coverage, NOW, is_spoken_of=is_spoken_of)


def test_one_publisher_is_a_usual_story() -> None:
    """However many headlines it makes of it."""
    alone = told(*(carried("Heron Post", minute, f"Part {minute}") for minute in range(9)))
    assert (alone.is_breaking, alone.publishers, alone.times_usual) == (False, 1, 1.0)


def test_two_who_are_no_relations_make_it_break() -> None:
    """Within an hour; each later headline of either changes nothing."""
    pair = [carried("Heron Post"), carried("The Weir", 10)]
    story = told(*pair)
    assert (story.is_breaking, story.publishers, story.times_usual) == (True, 2, 2.0)
    assert story.first_at == at(0)
    assert told(*pair, carried("The Weir", 12, "More of it")) == story


def test_what_follows_slowly_does_not_break() -> None:
    """The hour is any hour: what most came together in counts."""
    slow = [carried(f"Paper {number}", 61 * number) for number in range(4)]
    coverage = coverage_of(slow)
    assert coverage is not None
    assert (coverage.publishers, coverage.sources) == (1, 4)
    assert not breaking(coverage, at(61 * 60 * 3)).is_breaking
    coverage = coverage_of([*slow, carried("The Weir", 183 + 59), carried("Ferry Line", 183 + 60)])
    assert coverage is not None
    assert coverage.publishers == 3
    assert breaking(coverage, at(60 * 250)).is_breaking


@pytest.mark.parametrize(
    "second",
    [
        carried("HERON POST", 5, url="https://other.example/a"),
        carried("Heron Sport", 5, url="https://sport.heron-post.example/a"),
        on_hacker_news("https://www.heron-post.example/0", 5),
    ],
)
def test_who_shares_a_name_or_a_house_is_one(second: HeadlineItem) -> None:
    """Another feed of one publisher, its pages elsewhere, and whoever only points there."""
    assert not told(carried("Heron Post"), second).is_breaking
    assert told(carried("Heron Post"), second, carried("The Weir", 6)).publishers == 2


def test_who_points_to_two_makes_them_no_relations() -> None:
    """Each keeps its own weight, whichever came first."""
    pointers = [on_hacker_news(f"https://{name}.example/1") for name in ("heron-post", "the-weir")]
    assert told(*pointers).publishers == 2
    assert told(*pointers, carried("Heron Post", 5), carried("The Weir", 6)).publishers == 2
    digest = [
        carried("A Digest", n, url=f"https://{name}.example/2")
        for n, name in enumerate(("heron-post", "the-weir"))
    ]
    assert told(*digest).publishers == 1
    assert told(*digest, carried("Heron Post", 5), carried("The Weir", 6)).publishers == 2


def test_a_copy_counts_half() -> None:
    """Word for word; two more of them count as one who writes, as does one with its own words."""
    copies = [carried(f"Paper {n}", n, f"{DAM} - Paper {n}") for n in range(3)]
    two, three = told(*copies[:2]), told(*copies)
    assert (two.is_breaking, two.publishers, two.times_usual) == (False, 2, 1.5)
    assert (three.is_breaking, three.times_usual) == (True, 2.0)
    later = carried("Paper 1", 9, "What else is known of Weirford")
    assert told(*copies[:2], later).is_breaking


def test_one_publisher_and_people_who_speak_of_it() -> None:
    """People count as one publisher more; alone they are no story of publishers."""
    story = told(carried("Heron Post"), is_spoken_of=True)
    assert (story.is_breaking, story.publishers, story.times_usual) == (True, 1, 2.0)
    assert story.score > 2 * told(carried("Heron Post")).score


def test_a_trend_is_never_a_source() -> None:
    """Neither beside a publisher nor alone."""
    trend = replace(carried("Heron Post", 1), trends_on="Bluesky")
    assert coverage_of([trend]) is None
    other = replace(carried("The Weir", 1), trends_on="Bluesky")
    assert told(carried("Heron Post"), other) == told(carried("Heron Post"))


@pytest.mark.parametrize(
    ("speed", "is_breaking", "times_usual"),
    [(None, False, 1.0), (1.0, False, 1.0), (3.9, False, 1.0), (7.9, False, 7.9), (8.0, True, 8.0)],
)
def test_what_is_taken_up_far_faster_than_others_breaks(
    speed: float | None, is_breaking: bool, times_usual: float
) -> None:
    """Eight times the pace of its age counts as two publishers, and is said as it is."""
    story = told(on_hacker_news("https://weir.example/a", speed=speed))
    assert (story.is_breaking, story.publishers) == (is_breaking, 1)
    assert story.times_usual == times_usual
    faster = told(on_hacker_news("https://weir.example/a", speed=32.0))
    assert faster.score == pytest.approx(
        2 * told(on_hacker_news("https://a.example", speed=8)).score
    )


def test_what_is_old_and_carried_again_does_not_break() -> None:
    """Ten publishers at once, twenty hours after the first; its score has gone as well."""
    again = [carried(f"Paper {n}", 20 * 60) for n in range(10)]
    coverage, new = coverage_of([carried("Heron Post"), *again]), coverage_of(again)
    assert coverage is not None
    assert new is not None
    moment = at(20 * 3600)
    story = breaking(coverage, moment)
    assert (story.is_breaking, story.publishers) == (False, 10)
    assert breaking(new, moment).is_breaking
    assert story.score < breaking(new, moment).score / 50


def test_a_score_is_halved_in_three_hours() -> None:
    """It is largest at the beginning; a clock that is behind makes nothing newer than new."""
    coverage = coverage_of([carried("Heron Post"), carried("The Weir", 1)])
    assert coverage is not None
    fresh = breaking(coverage, at(0))
    assert fresh.score == 2.0 * (1 + 1)
    assert breaking(coverage, at(-600)) == fresh
    assert breaking(coverage, at(0) + HALVED_IN).score == fresh.score / 2
    assert breaking(coverage, at(0) + NEW_FOR).is_breaking
    assert not breaking(coverage, at(1) + NEW_FOR).is_breaking


@given(
    items=st.lists(
        st.builds(
            carried,
            st.sampled_from(("Heron Post", "The Weir", "Ferry Line", "Paper 4")),
            st.integers(0, 300),
            st.sampled_from((DAM, "", "Rain")),
        ),
        min_size=1,
        unique_by=lambda item: item.id,
    ),
    seed=st.randoms(use_true_random=False),
)
def test_the_order_in_which_headlines_are_told_makes_no_difference(
    items: list[HeadlineItem], seed: random.Random
) -> None:
    """And what is counted stays within who there is."""
    coverage = coverage_of(items)
    assert coverage is not None
    seed.shuffle(items)
    assert coverage_of(items) == coverage
    assert 1 <= coverage.publishers <= coverage.sources <= len({item.publisher for item in items})
    assert 0.5 <= coverage.weight <= coverage.publishers


@pytest.mark.parametrize(
    ("url", "house"),
    [
        ("https://www.weir.example/a", "weir.example"),
        ("https://news.weir.co.uk/a", "weir.co.uk"),
        ("https://weir.co.uk", "weir.co.uk"),
        ("https://a.b.weir.de:8443/", "weir.de"),
        ("https://heron.substack.com/p/1", "heron.substack.com"),
        ("http://127.0.1.7:80/a", "127.0.1.7"),
        ("http://[::1]/a", "::1"),
        ("http://localhost/", "localhost"),
        ("https://[weir", None),
        ("nothing", None),
        (None, None),
    ],
)
def test_whose_a_link_is(url: str | None, house: str | None) -> None:
    """What somebody has to register, without the parts below it."""
    assert house_of(url) == house


def test_nothing_takes_long_for_a_story_that_everybody_carries() -> None:
    """Thousands of headlines of as many publishers are counted, each once."""
    many = [carried(f"Paper {n}", n % 600) for n in range(3_000)]
    coverage = coverage_of(many)
    assert coverage is not None
    assert coverage.sources == 3_000
    assert coverage.first_at + timedelta(hours=9, minutes=59) == many[599].published_at
