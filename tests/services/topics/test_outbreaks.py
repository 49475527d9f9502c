"""What breaks: a burst, a story, or both in one row that says what is known of either."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from services.model.ids import NetworkName, TopicId
from services.model.posts import Relation
from services.model.topics import Tastes, TopicKind
from services.topics.breaking import ENOUGH
from services.topics.carried import Carried, rates_of
from services.topics.outbreaks import Outbreak, Shown, moment_of, persons_of, shown_of, strength_of
from services.topics.plain import Covered
from services.topics.stories import Stories
from services.topics.talk import Said, Talk
from services.topics.values import HeadlineItem, PostItem
from tests.builders import at
from tests.services.topics.samples import a_found, an_item
from tests.services.topics.test_breaking_list import (
    BEGINS,
    NOW,
    a_burst,
    a_stream_post,
    breaking,
    kept,
    the_one,
    told,
)

STORY = an_item("h1", "Weir bursts at Otterham, dozens on roofs", published_at=BEGINS)


def carried(*items: HeadlineItem) -> Carried:
    """Give the one story of these."""
    stories = Stories()
    for item in items:
        stories.take(item)
    stories.settle()
    (story,) = stories.all
    return Carried(story, Talk())


def test_what_just_breaks_is_as_strong_as_two_publishers() -> None:
    """So that both lanes are measured by one measure."""
    assert strength_of(a_found()) == ENOUGH


def test_a_burst_alone_says_what_its_posts_say() -> None:
    """Its lead is the best of them, its network theirs; with none to show it has its label."""
    post = a_stream_post("p", "The weir is gone", at(0), "ben")
    row = Outbreak(TopicId("b"), a_found(), None, None, (post,)).ranked(at(600))
    assert (row.kind, row.title, row.lead) == (TopicKind.BURST, "Otterham weir", post.body)
    assert (row.network, row.account, row.root) == (NetworkName.BLUESKY, None, None)
    assert (row.first_at, row.last_at, row.rates) == (at(0), at(300), tuple(range(8)))
    bare = Outbreak(TopicId("b"), a_found(), None, None, ()).ranked(at(600))
    assert (bare.lead, bare.network, bare.stream_posts) == (
        "Otterham weir",
        NetworkName.COMMONS,
        (),
    )


def test_a_row_of_both_counts_both() -> None:
    """Its name is a headline, its sources publishers first, its steps those of posts and news."""
    story = carried(replace(STORY, published_at=at(60), seen_at=at(60)))
    verdict = story.breaking(at(600), is_spoken_of=True)
    assert verdict is not None
    both = Outbreak(story.id, a_found(), story, verdict, ())
    row = both.ranked(at(601))
    assert (row.kind, row.title, row.id) == (TopicKind.STORY, STORY.title, story.id)
    assert row.sources == ("Heron Post", "Bluesky", "this box")
    assert (row.people, row.posts, row.rates[-2:], row.times_usual) == (7, 9, (6, 8), 16.4)
    assert both.score == strength_of(a_found()) + verdict.score


def test_of_neither_nothing_can_be_said() -> None:
    """There is no such row."""
    with pytest.raises(ValueError, match="x"):
        Outbreak(TopicId("x"), None, None, None, ()).ranked(NOW)


def test_posts_that_are_not_known_any_more_are_not_shown() -> None:
    """Those that are keep their order, and whoever wrote them is known by one name."""
    post = a_stream_post("p", "Hm.", at(0), "ben")
    said = Said(kept(post, by="commons:ben"))
    known: dict[str, Shown] = {"a": post, "b": said}

    def find(key: str) -> Shown | None:
        return known.get(key)

    found = shown_of(a_found(post_keys=("b", "a", "gone")), find)
    assert found == (said, post)
    assert persons_of(found) == ("commons:ben", "bluesky:did:plc:ben")


def test_steps_of_ten_minutes_end_with_the_moment_of_asking() -> None:
    """What is older, or is dated later, stands in none."""
    moments = [NOW + timedelta(minutes=n) for n in (-81, -79, -10, -1, 0, 1)]
    assert rates_of(moments, NOW) == (1, 0, 0, 0, 0, 0, 1, 2)
    assert moment_of(NOW.timestamp()) == NOW


def test_a_tag_of_one_post_among_ten_is_still_listed() -> None:
    """What breaks covers the tags of half of what shows it, and those that hold it together."""
    posts = a_burst()
    said = Said(replace(kept(posts[0]), tags=("Otterham", "roofs")))
    burst = a_found(names=("#otterham",))
    few = Covered([Outbreak(burst.id, burst, None, None, (said, *posts[1:]))])
    assert (few.has_tag("otterham"), few.has_tag("roofs")) == (True, False)
    assert Covered([Outbreak(burst.id, burst, None, None, (said,))]).has_tag("roofs")


def test_of_kept_posts_too_those_that_say_something_muted_are_not_shown() -> None:
    """The topic stays, as most of it says nothing of the kind."""
    items: list[PostItem] = [kept(post) for post in a_burst()]
    row = the_one(told(*items, tastes=Tastes(mutes=("sirens",))))
    bodies = {item.id: item.body for item in items}
    assert not any("Sirens" in bodies[post] for _, post in row.post_keys)
    assert len(row.post_keys) == len(items) - 1


def test_what_was_dismissed_with_its_posts_stays_away_without_them() -> None:
    """And what was joined so is joined still: by whichever name it had."""
    three = [
        replace(
            STORY, id=f"h{n}", feed=f"f{n}", publisher=f"Post {n}", url=f"https://p{n}.example/w"
        )
        for n in range(3)
    ]
    posts = a_burst()
    engine = told(*posts, *three)
    both = the_one(engine)
    later = NOW + timedelta(hours=2)
    engine.take(replace(post, key=f"x{post.key}", created_at=later) for post in a_burst(["Hm."]))
    alone = the_one(engine, later)
    assert (alone.id, alone.posts) != (both.id, both.posts)
    engine.prefer(Tastes(joined=(both.id,)))
    assert the_one(engine, later).is_joined
    engine.prefer(Tastes(dismissed=(both.id,)))
    assert breaking(engine, later) == []


def test_a_story_answers_to_the_name_it_had_with_its_burst() -> None:
    """Also when neither breaks any more: what was set aside stays so, what was joined says so."""
    engine = told(*a_burst(), replace(STORY, url="https://p.example/w"))
    both = the_one(engine)
    later = NOW + timedelta(hours=3)
    engine.take(replace(post, key=f"x{post.key}", created_at=later) for post in a_burst(["Hm."]))
    assert breaking(engine, later) == []
    assert len(engine.rank(later).topics) == 1
    engine.prefer(Tastes(dismissed=(both.id,)))
    assert engine.rank(later).topics == ()
    engine.prefer(Tastes(joined=(both.id,)))
    assert engine.rank(later).topics[0].is_joined


def test_what_is_dismissed_does_not_come_back_as_its_own_tag() -> None:
    """Where the tag stands on nothing else; what is muted hides what speaks of it only."""
    posts = [replace(kept(post), tags=("Otterham",)) for post in a_burst()]
    row = the_one(told(*posts))
    aside = Tastes(dismissed=(row.id,))
    assert told(*posts, tastes=aside).rank(NOW).topics == ()
    before = NOW - timedelta(hours=5)
    calm = [
        replace(posts[0], id=f"c{n}", person=f"c{n}", body=f"Tea at {n}", created_at=before)
        for n in range(20)
    ]
    for tastes in (aside, Tastes(mutes=("weir",))):
        assert len(told(*posts, *calm, tastes=tastes).rank(NOW).topics) == 1


def test_ours_alone_is_answered_to_nobody() -> None:
    """A row that only our own words show has no root."""
    said = Said(replace(kept(a_burst()[0]), relation=Relation.OURS))
    row = Outbreak(TopicId("b"), a_found(), None, None, (said,)).ranked(NOW)
    assert (row.root, row.account) == (None, None)
    assert row.post_keys == ((said.item.account, said.item.id),)
