"""Why a topic stands where it does, in sentences that claim only what was counted."""

import pytest

from services.topics.rank import Step
from services.topics.reasons import in_signs, reasons_of
from tests.builders import a_ranked, at

FIRST = f"The first word of it that is known is of {at(0):%d %B, %H:%M} UTC.".replace(
    " of 0", " of "
)


def test_a_bare_row_says_its_place_and_its_first_moment() -> None:
    """Nothing that was not counted."""
    place, first = reasons_of(a_ranked(), Step.OTHERS)
    assert place.startswith("It is among the latest")
    assert first == FIRST


STANDS = "What breaks stands by its strength, the strongest first: this one's is"


def test_what_breaks_says_everything() -> None:
    """How far above its usual, who says it, in which words, what it is to us, what it counts."""
    row = a_ranked(
        is_breaking=True,
        times_usual=16.4,
        score=9.6,
        people=1,
        posts=1_200,
        publishers=("Heron Post",),
        sources=("Heron Post", "Bluesky", "chat.example"),
        names=("#otterham", "Otterham Weir"),
        speed=12.4,
        trends_on=("Bluesky", "chat.example"),
        follows=("#otterham",),
        known=2,
        is_joined=True,
    )
    assert reasons_of(row, Step.BREAKING, factor=1.5)[1:] == (
        "It is at 16 times its own usual level.",
        "1,200 posts of late, by 1 person, on Bluesky and chat.example.",
        "Heron Post carries it.",
        "What holds it together: #otterham, Otterham Weir.",
        "It is taken up 12 times as fast as others of its age.",
        "It trends on Bluesky and chat.example, which counts as no source.",
        FIRST,
        "You follow #otterham.",
        "You know 2 of those who speak.",
        "You have said something about it.",
        f"{STANDS} 8.9, raised by 1.5 for what is yours.",
    )


def test_many_publishers_are_counted_beyond_six() -> None:
    """A sentence stays a sentence."""
    row = a_ranked(publishers=tuple(f"Post {n}" for n in range(8)), people=2, posts=1)
    said = reasons_of(row, Step.SEVERAL_PUBLISHERS)
    assert "1 post of late, by 2 people." in said
    carriers = "Post 0, Post 1, Post 2, Post 3, Post 4, Post 5 and 2 more carry it."
    assert carriers in said


def test_each_step_has_its_own_words() -> None:
    """So that nobody wonders why one stands before another."""
    assert len({reasons_of(a_ranked(), step)[0] for step in Step}) == len(Step)


def test_a_few_posts_more_change_no_word() -> None:
    """A ranking every few seconds would otherwise say something else each time."""
    one = a_ranked(is_breaking=True, times_usual=16.4, score=9.6)
    two = a_ranked(is_breaking=True, times_usual=15.6, score=9.5)
    assert reasons_of(one, Step.BREAKING) == reasons_of(two, Step.BREAKING)


@pytest.mark.parametrize(("times", "said"), [(2.46, 2.5), (3.4, 3.0), (99.0, 99.0), (0.0, 0.0)])
def test_times_are_told_as_they_are_read(times: float, said: float) -> None:
    """A half counts where there are few; later nobody sees it."""
    assert in_signs(times) == said
