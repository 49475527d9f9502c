"""What breaks in one list: bursts of posts and stories of publishers, joined and judged."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from services.model.ids import AccountId, PostId
from services.model.topics import Tastes, TopicKind
from services.topics.engine import TopicEngine
from services.topics.items import item_of_post
from services.topics.values import Item, PostItem, Ranked, Ranking, StreamPost, Unsaid, Withdrawn
from tests.builders import US, a_post_around, a_streamed, at
from tests.services.topics.lane_samples import WEIR
from tests.services.topics.samples import an_item

_NAMES = [
    "ada",
    "ben",
    "cem",
    "dua",
    "eli",
    "fay",
    "gus",
    "hal",
    "ida",
    "jon",
    "kay",
    "lee",
    "mia",
    "ned",
    "ora",
    "pia",
    "rex",
    "sue",
    "tom",
    "una",
]
_VERBS = [
    "baked",
    "washed",
    "painted",
    "lost",
    "found",
    "sold",
    "mended",
    "counted",
    "planted",
    "borrowed",
]
_THINGS = [
    "bread",
    "chairs",
    "boats",
    "letters",
    "shirts",
    "clocks",
    "kites",
    "lamps",
    "apples",
    "ropes",
    "spoons",
    "drums",
]
_WHEN = [
    "today",
    "again",
    "slowly",
    "outside",
    "tonight",
    "alone",
    "somehow",
    "early",
    "twice",
    "quietly",
]
BEGINS = at(26 * 3600)
"""When something happens, after a quiet day."""
NOW = BEGINS + timedelta(minutes=20)

KILN = (
    "Smoke over Marlbeck, is that the old kiln? #marlbeck",
    "The Marlbeck kiln burns, you see it from the bridge #marlbeck",
    "Three engines just went up to Marlbeck #marlbeck",
    "Marlbeck again! First the mill, now the kiln #marlbeck",
    "My aunt lives beside the kiln in Marlbeck, she is out and well #marlbeck",
    "Nobody was in the kiln, says the Marlbeck brigade #marlbeck",
    "Ash on every car in Marlbeck #marlbeck",
    "What a fire. Marlbeck kiln is no more #marlbeck",
)


def a_stream_post(key: str, body: str, when: datetime, by: str, **fields: object) -> StreamPost:
    """Give a post of a firehose."""
    tags = tuple(word[1:] for word in body.split() if word.startswith("#"))
    made = replace(a_streamed(key, body, f"did:plc:{by}"), tags=tags, created_at=when)
    return replace(made, **fields)


def a_quiet_day(count: int = 1_200) -> list[StreamPost]:
    """Give a day of posts about nothing in particular."""
    step = timedelta(hours=26) / count
    made = []
    for n in range(count):
        verb, thing, when = _VERBS[n * 7 % 10], _THINGS[n * 11 % 12], _WHEN[n * 3 % 10]
        body = f"{verb} the {thing} {when} with {_NAMES[n * 13 % 20]}"
        made.append(a_stream_post(f"q{n}", body, at(0) + n * step, _NAMES[n % 20]))
    return made


def a_burst(bodies: Sequence[str] = WEIR, name: str = "w", **fields: object) -> list[StreamPost]:
    """Give what many say within a quarter of an hour, each somebody else."""
    return [
        a_stream_post(f"{name}{n}", body, BEGINS + timedelta(minutes=2 * n), f"{name}{n}", **fields)
        for n, body in enumerate(bodies)
    ]


def kept(post: StreamPost, *, by: str = "") -> PostItem:
    """Give the same as a post of a network of ours."""
    made = item_of_post(a_post_around(post.key.rpartition("/")[2], post.body))
    return replace(made, created_at=post.created_at, person=by or post.person)


def told(*items: Item, tastes: Tastes | None = None) -> TopicEngine:
    """Give an engine that has heard a quiet day and these."""
    engine = TopicEngine()
    engine.take(a_quiet_day())
    engine.prefer(tastes or Tastes())
    engine.take(items)
    return engine


def breaking(engine: TopicEngine, now: datetime = NOW) -> list[Ranked]:
    """Give what breaks."""
    return [topic for topic in engine.rank(now).topics if topic.is_breaking]


def the_one(engine: TopicEngine, now: datetime = NOW) -> Ranked:
    """Give the one thing that breaks."""
    (found,) = breaking(engine, now)
    return found


def test_on_a_quiet_day_nothing_breaks() -> None:
    """However much is said."""
    engine = told()
    assert [breaking(engine, at(hour * 3600)) for hour in range(20, 27)] == [[]] * 7


def test_what_many_speak_of_at_once_breaks() -> None:
    """Its row says what it is called, how much, since when, where, and shows who says it."""
    found = the_one(told(*a_burst()))
    assert found.kind is TopicKind.BURST
    assert "otterham" in found.title.casefold()
    assert found.times_usual is not None
    assert found.times_usual > 2
    assert (found.people, found.posts, found.first_at) == (8, 8, BEGINS)
    assert found.sources == ("Bluesky",)
    assert {post.body for post in found.stream_posts} <= set(WEIR)
    assert all(post.person for post in found.stream_posts)
    assert len(found.stream_posts) >= 3
    assert sum(found.rates) == 8
    assert found.root is None
    assert any("times its own usual level" in reason for reason in found.reasons)


def test_whoever_is_not_named_is_somebody_new() -> None:
    """A stream without names breaks as one with names does."""
    assert the_one(told(*(replace(post, person="") for post in a_burst()))).people == 8


def test_what_breaks_among_people_we_read_can_be_answered() -> None:
    """Posts of our own networks are named by their keys, the newest one is there to answer."""
    posts = [kept(post) for post in a_burst()]
    found = the_one(told(*posts))
    assert (found.account, found.network) == (US.id, US.network)
    assert found.root in {post.id for post in posts}
    assert set(found.post_keys) <= {(post.account, post.id) for post in posts}
    assert found.stream_posts == ()


def test_what_breaks_is_listed_once() -> None:
    """Its tag, and the talk it is said in, are no rows of their own beside it."""
    posts = [kept(post) for post in a_burst()]
    listed = told(*posts).rank(NOW).topics
    assert [topic.title.casefold() for topic in listed if "otterham" in topic.title.casefold()] == [
        listed[0].title.casefold()
    ]


def test_a_burst_and_a_story_about_it_are_one_row() -> None:
    """By their names: the headline is its title, both are its sources."""
    story = an_item("h1", "Weir bursts at Otterham, dozens on roofs", published_at=BEGINS)
    found = the_one(told(*a_burst(), story))
    assert (found.kind, found.title) == (TopicKind.STORY, story.title)
    assert found.sources == ("Heron Post", "Bluesky")
    assert found.headline_ids == ("h1",)
    assert found.stream_posts
    alone = the_one(told(*a_burst()))
    assert found.score > alone.score


def test_a_burst_and_a_story_at_one_address_are_one_row() -> None:
    """Whatever words they use."""
    link = "https://heron.example/news/7"
    posts = [replace(post, links=(f"{link}?utm_source=x",)) for post in a_burst()]
    story = an_item("h1", "Read this now", published_at=BEGINS, url=link)
    found = the_one(told(*posts, story))
    assert found.title == "Read this now"


def test_a_story_about_something_else_stays_apart() -> None:
    """One word in common joins nothing."""
    story = an_item("h1", "Otterham wins the village prize", published_at=BEGINS)
    listed = told(*a_burst(), story).rank(NOW).topics
    assert [topic.title for topic in listed if topic.headline_ids] == [story.title]
    assert not next(topic for topic in listed if topic.headline_ids).is_breaking


def test_the_name_of_a_row_stays_when_the_other_side_comes() -> None:
    """Whoever was looking at it goes on looking at it."""
    engine = told(*a_burst())
    before = the_one(engine)
    engine.take([an_item("h1", "Weir bursts at Otterham, dozens on roofs", published_at=NOW)])
    after = the_one(engine, NOW + timedelta(minutes=1))
    assert (after.id, after.kind) == (before.id, TopicKind.STORY)


def test_several_publishers_break_without_a_word_of_anybody() -> None:
    """And while nothing is known of what is usual among people."""
    engine = TopicEngine()
    titles = (
        "Weir bursts at Otterham after rain",
        "Otterham weir bursts, roads under water",
        "Otterham: weir bursts after days of rain",
    )
    engine.take(
        [
            an_item(f"h{n}", title, publisher=f"Paper {n}", published_at=BEGINS)
            for n, title in enumerate(titles)
        ]
    )
    found = the_one(engine)
    assert (found.times_usual, found.people, len(found.sources)) == (3.0, 0, 3)
    assert sum(found.rates) == 3


def test_it_says_that_it_does_not_know_yet_what_is_usual() -> None:
    """Until it does; where nobody speaks at all there is nothing to wait for."""
    engine = TopicEngine()
    assert not engine.rank(at(0)).is_warming
    engine.take([an_item("h1", "A heron is back")])
    assert not engine.rank(at(0)).is_warming
    engine.take(a_quiet_day()[:10])
    assert engine.rank(at(0)).is_warming
    assert not told().rank(NOW).is_warming


@pytest.mark.parametrize("word", ["#otterham", "weir"])
def test_what_is_followed_says_so_and_stands_before_its_equal(word: str) -> None:
    """Of two things that break alike."""
    items = (*a_burst(), *a_burst(KILN, "k"))
    plain = {topic.title: topic for topic in breaking(told(*items))}
    assert len(plain) == 2
    first = breaking(told(*items, tastes=Tastes(follows=(word,))))[0]
    assert first.follows == (word,)
    assert "otterham" in first.title.casefold()
    assert any(word in reason for reason in first.reasons)


def test_people_we_know_are_counted() -> None:
    """Each once."""
    found = the_one(
        told(*a_burst(), tastes=Tastes(known=("bluesky:did:plc:w1", "bluesky:did:plc:w2")))
    )
    shown = {post.person for post in found.stream_posts}
    assert found.known == len({"did:plc:w1", "did:plc:w2"} & shown)


def test_what_is_muted_or_dismissed_is_left_out() -> None:
    """And what was joined says so."""
    found = the_one(told(*a_burst()))
    assert breaking(told(*a_burst(), tastes=Tastes(mutes=("otterham",)))) == []
    assert breaking(told(*a_burst(), tastes=Tastes(dismissed=(found.id,)))) == []
    assert the_one(told(*a_burst(), tastes=Tastes(joined=(found.id,)))).is_joined


def test_a_muted_word_in_a_third_of_its_posts_leaves_a_topic_out() -> None:
    """Though it is no name of it; where only one post says it, that one is not shown."""
    tastes = Tastes(mutes=("omg",))
    said = [f"{body} omg" for body in WEIR]
    for posts in (a_burst(said), [kept(post) for post in a_burst(said)]):
        assert breaking(told(*posts, tastes=tastes)) == []
    found = the_one(told(*a_burst([said[0], *WEIR[1:]]), tastes=tastes))
    assert {post.body for post in found.stream_posts} == set(WEIR[1:])


@pytest.mark.parametrize("more", ["", f"{' so it goes on' * 30} #nsfw"])
def test_what_tags_say_that_nobody_sees_counts(more: str) -> None:
    """Beside a text, or so far behind in it that it is shown no more; also after a restart."""
    posts = a_burst([f"{body}{more}" for body in WEIR], tags=("nsfw",))
    engine = told(*posts)
    again = TopicEngine()
    again.restore(engine.state())
    for one in (engine, again):
        assert breaking(one) == []
        one.prefer(Tastes(shows_adult=True, mutes=("#nsfw",)))
        assert breaking(one) == []
        one.prefer(Tastes(shows_adult=True))
        assert the_one(one).stream_posts[0].tags == ("nsfw",)


def test_what_was_dismissed_stays_away_when_publishers_bring_it() -> None:
    """Under whichever of its two names it would come."""
    story = an_item("h1", "Weir bursts at Otterham, dozens on roofs", published_at=BEGINS)
    alone = the_one(told(*a_burst()))
    assert breaking(told(*a_burst(), story, tastes=Tastes(dismissed=(alone.id,)))) == []


def test_what_is_for_adults_is_not_raised_unless_it_is_wanted() -> None:
    """By what its posts say of themselves."""
    posts = a_burst(is_adult=True)
    assert breaking(told(*posts)) == []
    assert the_one(told(*posts, tastes=Tastes(shows_adult=True))).stream_posts[0].is_adult


def test_death_and_disaster_are_marked() -> None:
    """Where a third of what shows it speaks of it."""
    assert not the_one(told(*a_burst())).is_grave
    grave = [f"{body} three people died" for body in WEIR]
    assert the_one(told(*a_burst(grave))).is_grave


def test_what_is_taken_back_no_longer_breaks() -> None:
    """Whether it was kept or only heard."""
    posts = a_burst()
    engine = told(*posts)
    engine.take(Unsaid(post.key) for post in posts)
    assert breaking(engine) == []
    items = [kept(post) for post in posts]
    engine = told(*items)
    engine.take(Withdrawn(item.account, item.id) for item in items)
    assert breaking(engine) == []


def test_posts_from_the_future_blind_nobody() -> None:
    """However many a stranger's clock makes."""
    engine = told(*(kept(post) for post in a_burst()))
    before = the_one(engine)
    ahead = [a_stream_post(f"f{n}", "from tomorrow", NOW, f"f{n}") for n in range(9)]
    engine.take(replace(kept(one), created_at=NOW + timedelta(days=3)) for one in ahead)
    assert the_one(engine) == before


def test_our_own_words_make_nothing_break() -> None:
    """However often we say them."""
    from services.model.posts import Relation  # noqa: PLC0415 - used here alone

    items = [replace(kept(post), relation=Relation.OURS) for post in a_burst()]
    assert breaking(told(*items)) == []


def test_an_engine_that_begins_anew_gives_the_same_list() -> None:
    """From its state and what the cache tells again; nothing counts twice."""
    items: list[Item] = [kept(post) for post in a_burst()[:4]]
    stream = a_burst()[4:]
    story = an_item("h1", "Weir bursts at Otterham, dozens on roofs", published_at=BEGINS)
    engine = told(*items, *stream, story)
    before = engine.rank(NOW)
    other = TopicEngine()
    other.restore(engine.state())
    other.take([story, *items])
    assert _plain(other.rank(NOW)) == _plain(before)
    other.take([*a_quiet_day()[-30:], *stream, story, *items])
    assert _plain(other.rank(NOW)) == _plain(before)


def _plain(ranking: Ranking) -> list[object]:
    """Give what a list says; of the posts of a firehose less is known after a while."""
    return [
        (one.id, one.title, one.score, one.times_usual, one.sources, one.people, one.posts)
        for one in ranking.topics
    ]


def test_posts_of_two_accounts_are_told_apart() -> None:
    """One id on two networks is two posts."""
    post = kept(a_burst()[0])
    other = replace(post, account=AccountId("bluesky:ada"), id=PostId("w0"))
    engine = TopicEngine()
    engine.take([post, other])
    assert engine.posts == 2
