"""The topic engine: the same facts give the same list, and nothing stays that was taken back."""

import random
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.model.headlines import FeedId, HeadlineId
from services.model.ids import AccountId, NetworkName, PostId
from services.model.posts import Reach, Relation
from services.model.topics import TopicKind
from services.topics import stories, talk, trends
from services.topics.carried import PUBLISHERS_AT_MOST
from services.topics.engine import DROPPED_AT_ONCE, TopicEngine
from services.topics.items import item_of_post
from services.topics.trends import trend_id
from services.topics.values import (
    RANKED_AT_MOST,
    SHOWN_AT_MOST,
    Ended,
    HeadlineItem,
    Item,
    LetGo,
    PostItem,
    Ranked,
    Take,
    Withdrawn,
)
from tests.builders import US, a_post_around, an_answer, at
from tests.services.topics.samples import an_item

NOW = at(3600)
DAM = "Dam at Weirford bursts after three days of rain"
OTHER = AccountId("bluesky:ada")
_ABOUT = (DAM, f"{DAM} - live", "Weirford dam bursts after days of rain", "Heron wins a prize")
_SAYS = (
    "#weir",
    "#weir #dam",
    "https://dam.example/a",
    "Morning.",
    "#dam https://dam.example/a?x=1",
)


def told(*items: Item) -> TopicEngine:
    """Give an engine that knows these."""
    engine = TopicEngine()
    engine.take(items)
    return engine


def a_said(name: str, body: str, minute: int = 0, *, by: str = "ben") -> PostItem:
    """Give somebody's post."""
    return item_of_post(a_post_around(name, body, by=by, created_at=at(60 * minute)))


def ranked(engine: TopicEngine) -> tuple[Ranked, ...]:
    """Rank an hour after noon."""
    return engine.rank(NOW).topics


@st.composite
def items(draw: st.DrawFn) -> list[Item]:
    """Draw posts, headlines, and posts that are taken back, each of a name of its own."""
    made: list[Item] = []
    for number in range(draw(st.integers(1, 12))):
        minute = draw(st.integers(0, 59))
        if draw(st.booleans()):
            post = a_said(f"p{number}", draw(st.sampled_from(_SAYS)), minute)
            whose = draw(st.sampled_from(Relation))
            made.append(
                replace(post, relation=whose, account=draw(st.sampled_from((US.id, OTHER))))
            )
            continue
        url = draw(st.sampled_from((None, "https://dam.example/a")))
        publisher = draw(st.sampled_from(("Heron Post", "The Weir")))
        title = draw(st.sampled_from(_ABOUT))
        item = an_item(f"h{number}", title, minute=minute, publisher=publisher, url=url)
        if on := draw(st.sampled_from((None, None, "Bluesky", "chat.example"))):
            item = replace(item, trends_on=on, title=draw(st.sampled_from((title, "#Weir"))))
        made.append(item)
    return made


@pytest.mark.no_cover
@given(made=items(), cuts=st.sets(st.integers(0, 12)))
@settings(deadline=None)
def test_how_items_were_cut_into_takings_makes_no_difference(
    made: list[Item], cuts: set[int]
) -> None:
    """One by one, in parts, or all at once, with rankings between."""
    engine = TopicEngine()
    for number, item in enumerate(made):
        engine.take([item])
        if number in cuts:
            engine.rank(NOW)
    assert ranked(engine) == ranked(told(*made))


@pytest.mark.no_cover
@given(made=items(), seed=st.integers(0, 99))
@settings(deadline=None)
def test_the_order_of_arrival_makes_no_difference(made: list[Item], seed: int) -> None:
    """Neither to the order of the topics, nor to their ids, nor to what they say."""
    other = made.copy()
    random.Random(seed).shuffle(other)  # noqa: S311 - an order, not a secret
    assert ranked(told(*other)) == ranked(told(*made))


@pytest.mark.no_cover
@given(made=items())
@settings(deadline=None)
def test_what_is_told_twice_counts_once(made: list[Item]) -> None:
    """An engine that is warmed from the cache hears some things again."""
    assert ranked(told(*made, *made)) == ranked(told(*made))


@pytest.mark.no_cover
@given(made=items())
@settings(deadline=None)
def test_withdrawing_all_posts_leaves_what_publishers_say(made: list[Item]) -> None:
    """And of the posts nothing at all."""
    engine = told(*made)
    ranked(engine)
    engine.take(Withdrawn(item.account, item.id) for item in made if isinstance(item, PostItem))
    assert engine.posts == 0
    assert not engine._talk.by_tag
    only = told(*(item for item in made if isinstance(item, HeadlineItem)))
    assert ranked(engine) == ranked(only)
    assert not engine._talk.subjects
    assert not engine._talk.by_link


def test_headlines_of_one_thing_are_one_story() -> None:
    """Its publishers by name, earliest first, each once; speed is that of the fastest."""
    (story,) = ranked(
        told(
            an_item("h2", f"{DAM} - The Weir", publisher="The Weir", minute=5, speed=2.0),
            an_item("h1", DAM, publisher="Heron Post", minute=2, paragraph="It gave way."),
            an_item("h3", "Weirford dam bursts after days of rain", publisher="the weir", minute=9),
        )
    )
    assert (story.kind, story.title, story.lead) == (TopicKind.STORY, DAM, "It gave way.")
    assert story.publishers == ("Heron Post", "The Weir")
    assert story.headline_ids == ("h1", "h2", "h3")
    assert (story.first_at, story.last_at, story.speed) == (at(120), at(540), 2.0)
    assert (story.account, story.root, story.reach, story.people) == (None, None, Reach.PUBLIC, 0)
    assert (story.network, story.url) == (NetworkName.FEEDS, "https://h1.example/news/h1")


def test_a_story_keeps_its_id_as_it_grows() -> None:
    """An earlier headline found later does not rename it; of two stories the older id stays."""
    engine = told(an_item("h2", DAM, minute=10))
    (alone,) = ranked(engine)
    engine.take([an_item("h1", DAM, minute=12, published_at=at(60))])
    (grown,) = ranked(engine)
    assert (grown.id, grown.headline_ids) == (alone.id, ("h1", "h2"))
    link = "https://dam.example/a"
    engine = told(an_item("h1", "Rain", minute=1), an_item("h2", "Weirford", minute=2, url=link))
    first, second = sorted(ranked(engine), key=lambda topic: topic.first_at)
    url = first.url
    assert url is not None
    engine.take([an_item("h3", "Rain", minute=3, url=f"{url}?utm_source=x")])
    assert {topic.id for topic in ranked(engine)} == {first.id, second.id}
    both = told(
        an_item("h1", DAM, minute=1, url="https://a.example/1"),
        an_item("h2", "Weirford in trouble", minute=2, url="https://b.example/2"),
    )
    older = min(ranked(both), key=lambda topic: topic.first_at).id
    both.take([an_item("h3", DAM, minute=3, url="https://b.example/2")])
    (one,) = ranked(both)
    assert (one.id, one.headline_ids) == (older, ("h1", "h2", "h3"))


def test_posts_that_link_to_a_story_join_it() -> None:
    """They are counted there and make no topic beside it; one of them can be answered."""
    link = "https://www.dam.example/a?utm_source=feed"
    post = a_said("p1", "Look https://dam.example/a", 20)
    ours = item_of_post(an_answer("a1", "See https://dam.example/a", created_at=at(60 * 30)))
    engine = told(post, ours)
    (before,) = ranked(engine)
    assert before.kind is TopicKind.LINK
    engine.take([an_item("h1", DAM, minute=10, url=link)])
    (story,) = ranked(engine)
    assert (story.kind, story.people, story.posts) == (TopicKind.STORY, 2, 2)
    assert (story.account, story.network, story.root) == (US.id, NetworkName.COMMONS, "p1")
    assert story.post_keys == ((US.id, "p1"), (US.id, "a1"))
    assert (story.first_at, story.last_at) == (at(600), at(1800))
    engine.take([Withdrawn(US.id, PostId("p1"))])
    (alone,) = ranked(engine)
    assert (alone.account, alone.people) == (None, 1)


def test_bad_news_marks_a_story() -> None:
    """In a headline, or in what is said of it."""
    link = "https://dam.example/a"
    (grave,) = ranked(told(an_item("h1", "Earthquake kills 12 near Weirford")))
    assert grave.is_grave
    light = an_item("h1", "Heron wins a prize", url=link)
    (said,) = ranked(told(light, a_said("p1", f"Rest in peace {link}", 1)))
    assert said.is_grave
    (plain,) = ranked(told(light))
    assert not plain.is_grave


def test_several_publishers_stand_before_talk_and_talk_before_one_publisher() -> None:
    """A source that pours out a hundred headlines buries nothing that is talked about."""
    titles = [f"{word} number {word}{word} wanders off" for word in map(str, range(100, 200))]
    pour = [an_item(f"x{n}", title, minute=59, publisher="Pour") for n, title in enumerate(titles)]
    story = [an_item(f"h{n}", DAM, minute=n, publisher=f"Paper {n}") for n in range(3)]
    pair = [
        an_item(f"k{n}", "Heron wins a prize again", minute=n, publisher=f"P {n}") for n in (5, 6)
    ]
    spoken, earlier = a_said("p1", "#weir", 30), a_said("p2", "#dam", 20)
    old = a_said("p3", "#old", -60)
    first, second, third, fourth, *rest = ranked(told(*pour, *story, *pair, spoken, earlier, old))
    assert [first.title, second.title] == [DAM, "Heron wins a prize again"]
    assert [third.title, fourth.title] == ["#weir", "#dam"]
    assert len(rest) == 101
    assert rest[-1].title == "#old"
    assert [topic.id for topic in rest[:-1]] == sorted(topic.id for topic in rest[:-1])


def test_several_publishers_of_this_morning_are_no_longer_in_front() -> None:
    """What no longer breaks stands by its time after a while, like any other."""
    story = [an_item(f"h{n}", DAM, minute=n, publisher=f"Paper {n}") for n in range(3)]
    engine = told(*story, a_said("p1", "#weir", 380))
    assert engine.rank(at(240 * 60)).topics[0].title == DAM
    assert [topic.title for topic in engine.rank(at(420 * 60)).topics] == ["#weir", DAM]


def test_what_is_old_is_forgotten_in_slices_and_shown_at_once_no_more() -> None:
    """Posts after a day, headlines after two; a ranking forgets only so many."""
    many = [a_said(f"p{n}", f"#t{n}", n % 60) for n in range(DROPPED_AT_ONCE + 5)]
    engine = told(*many, an_item("h1", DAM))
    later = NOW + timedelta(days=1)
    assert engine.rank(later).topics == ()
    assert (engine.posts, engine.headlines) == (DROPPED_AT_ONCE + 5, 1)
    pass_to(engine, later)
    engine.rank(later)
    assert (engine.posts, engine.headlines) == (5, 1)
    engine.rank(later)
    assert engine.posts == 0
    last = at(0) + stories.KEPT_FOR
    pass_to(engine, last)
    engine.rank(last)
    assert engine.headlines == 0
    assert not engine._carried
    assert not engine._stories.all
    assert not engine._stories._words
    assert not engine._stories._links
    assert not engine._stories._titles


def pass_to(engine: TopicEngine, moment: datetime) -> None:
    """Let the stream come to a moment, with something that is no topic."""
    post = replace(a_said("now", "#now"), created_at=moment)
    engine.take([post, Withdrawn(post.account, post.id)])


def test_a_clock_that_is_stepped_forth_and_back_leaves_no_trace() -> None:
    """What is forgotten follows the posts' own time, and a stranger's clock alone ages nothing."""
    story = [an_item(f"h{n}", DAM, minute=n, publisher=f"Paper {n}") for n in range(3)]
    engine = told(*story, a_said("p1", "#weir", 30))
    before = ranked(engine)
    assert engine.rank(NOW + timedelta(days=9)).topics == ()
    assert engine.rank(NOW - timedelta(days=9)).topics
    assert ranked(engine) == before
    pass_to(engine, NOW + timedelta(days=400))
    assert ranked(engine) == before


@pytest.mark.no_cover
def test_it_is_bounded() -> None:
    """Of too many posts and headlines the oldest go; a list and a topic hold only so much."""
    posts = [a_said(f"p{n}", "#weir", -n % 600) for n in range(talk.KEPT_AT_MOST + 10)]
    engine = told(*posts, *(a_said(f"t{n}", f"#t{n}", 59) for n in range(RANKED_AT_MOST + 10)))
    topics = ranked(engine)
    assert engine.posts == talk.KEPT_AT_MOST
    assert len(topics) == RANKED_AT_MOST
    weir = next(topic for topic in topics if topic.title == "#weir")
    assert len(weir.post_keys) == SHOWN_AT_MOST
    many = [an_item(f"h{n}", DAM, publisher=f"P {n}", minute=n) for n in range(60)]
    (story,) = ranked(told(*many))
    assert len(story.publishers) == PUBLISHERS_AT_MOST
    assert story.headline_ids == tuple(f"h{n}" for n in range(SHOWN_AT_MOST))


def test_what_was_let_go_is_not_dropped_twice() -> None:
    """A headline that left with its feed, and came again later, ages by its last coming."""
    engine = TopicEngine()
    for minute in (0, 5):
        engine.take([an_item(minute=minute)])
        engine.take([LetGo(an_item().feed)])
    assert engine.headlines == 0
    engine.take([an_item(minute=9)])
    pass_to(engine, at(60 * 9) + stories.KEPT_FOR)
    engine.rank(at(60 * 8) + stories.KEPT_FOR)
    assert engine.headlines == 1
    engine.rank(at(60 * 9) + stories.KEPT_FOR)
    assert engine.headlines == 0


def test_too_many_headlines_push_out_the_oldest() -> None:
    """The bound is that of the stories; what is pushed out leaves no story behind."""
    kept = stories.Stories()
    for number in range(30):
        kept.take(an_item(f"h{number}", f"{number}", minute=number))
    kept.drop(at(60 * 9), 100)
    assert len(kept) == 20
    assert len(kept.all) == 20


def a_trend(
    name: str,
    title: str,
    minute: int = 0,
    on: str = "Bluesky",
    **more: Any,  # noqa: ANN401 - fields of any type
) -> HeadlineItem:
    """Give what people talk about somewhere."""
    item = an_item(name, title, minute=minute, publisher=f"{on} trends", **more)
    return replace(item, network=NetworkName.BLUESKY, trends_on=on)


def test_a_trend_alone_is_a_topic_that_nobody_carries() -> None:
    """A tag one, whoever tells it; neither is answered, and no publisher stands there."""
    tags = (a_trend("t1", "#Weir", 1), a_trend("t2", "#weir", 2, "chat.example"))
    story, tag = ranked(told(a_trend("t3", DAM, 3), *tags))
    assert (tag.kind, tag.title, tag.trends_on) == (
        TopicKind.TAG,
        "#Weir",
        ("Bluesky", "chat.example"),
    )
    assert (story.kind, story.title, story.trends_on) == (TopicKind.STORY, DAM, ("Bluesky",))
    for topic in (tag, story):
        assert (topic.publishers, topic.people, topic.root, topic.account) == ((), 0, None, None)
    assert tag.id == trend_id("weir")


def test_a_trend_that_repeats_a_publisher_makes_no_second_source() -> None:
    """It joins by its link; only who carries it counts, and speaks first."""
    link = "https://dam.example/a"
    trend = a_trend("t1", "Have you seen this?", 1, url=f"{link}?utm_source=x")
    alone = told(trend)
    (before,) = ranked(alone)
    alone.take([an_item("h1", DAM, minute=10, url=link, paragraph="It gave way.")])
    (one,) = ranked(alone)
    assert (one.title, one.lead, one.publishers) == (DAM, "It gave way.", ("Heron Post",))
    assert (one.trends_on, one.id) == (("Bluesky",), before.id)
    assert one.headline_ids == ("t1", "h1")
    pair = [an_item(f"k{n}", "Heron wins a prize again", publisher=f"P {n}") for n in (5, 6)]
    alone.take(pair)
    first, second = ranked(alone)
    assert (len(first.publishers), second.id) == (2, one.id)  # a trend brings nothing forward


def test_a_trend_joins_the_tag_that_people_use_here() -> None:
    """As an extra reason on their topic and no row beside it, for as long as it trends."""
    engine = told(a_said("p1", "#weir", 20))
    (before,) = ranked(engine)
    engine.take([a_trend("t1", "#Weir", 1)])
    (joined,) = ranked(engine)
    assert joined == replace(before, trends_on=("Bluesky",), reasons=joined.reasons)
    assert "It trends on Bluesky, which counts as no source." in joined.reasons
    engine.take([Withdrawn(US.id, PostId("p1"))])
    (alone,) = ranked(engine)
    assert (alone.people, alone.trends_on) == (0, ("Bluesky",))
    engine.take([a_said("p2", "#weir", 21), Ended(HeadlineId("t1")), Ended(HeadlineId("t1"))])
    (left,) = ranked(engine)
    assert (left.people, left.trends_on) == (1, ())


def test_what_trends_no_longer_is_gone() -> None:
    """A story keeps what publishers say; nothing stays of what nobody else told."""
    link = "https://dam.example/a"
    engine = told(an_item("h1", DAM, url=link), a_trend("t1", "Look", url=link))
    engine.take([a_trend("t2", "Bread"), a_trend("t3", "#tea")])
    assert engine.headlines == 4
    engine.take([Ended(HeadlineId(name)) for name in ("t1", "t2", "t3")])
    (story,) = ranked(engine)
    assert (story.trends_on, story.headline_ids) == ((), ("h1",))
    assert engine.headlines == 1
    engine.take([a_trend("t3", "#tea", 5)])
    pass_to(engine, at(0) + stories.KEPT_FOR)
    engine.rank(at(0) + stories.KEPT_FOR)
    assert engine.headlines == 0


def test_trends_that_are_read_no_more_go_with_their_source() -> None:
    """Tags and articles alike; what another source tells of them stays."""
    engine = TopicEngine()
    source, other = FeedId("trends"), FeedId("others")
    engine.take([replace(a_trend(f"t{n}", f"#t{n}"), feed=source) for n in range(2)])
    engine.take([replace(a_trend("t3", "Look at the dam"), feed=source)])
    engine.take([replace(a_trend("o1", "#t1", 1), feed=other)])
    assert len(ranked(engine)) == 3
    engine.take([LetGo(source)])
    (left,) = ranked(engine)
    assert (left.title, left.headline_ids, engine.headlines) == ("#t1", ("o1",), 1)


def test_trending_tags_are_bounded_and_grow_old() -> None:
    """Of too many the oldest go, and after a day each."""
    engine = told(*(a_trend(f"t{n}", f"#t{n}", n % 60) for n in range(trends.KEPT_AT_MOST + 10)))
    assert engine.headlines == trends.KEPT_AT_MOST
    many = [a_trend(f"m{n}", "#many", 59, f"s{n:02}.example") for n in range(20)]
    engine.take(many)
    tag = next(topic for topic in ranked(engine) if topic.title == "#many")
    assert len(tag.trends_on) == trends.PLACES_AT_MOST
    pass_to(engine, NOW + trends.KEPT_FOR)
    engine.rank(NOW + trends.KEPT_FOR)
    assert engine.headlines == 0


def test_a_trend_goes_over_the_pipe_and_comes_from_earlier_versions_without() -> None:
    """The wire keeps its shape: what has no word of trends is read as before."""
    trend = a_trend("t1", "#weir")
    over = msgspec.msgpack.decode(msgspec.msgpack.encode(Take((trend,))), type=Take)
    assert over.items == (trend,)
    plain = {**msgspec.to_builtins(trend), "type": "headline"}
    del plain["trends_on"]
    assert msgspec.convert(plain, HeadlineItem).trends_on is None


def test_a_first_headline_that_comes_again_makes_no_second_row_of_one_name() -> None:
    """A story keeps the name of its first headline also when that has left and comes back."""
    first = an_item("h1", "Otterham weir bursts after storm", url="https://dam.example/a")
    engine = told(first, an_item("h2", DAM, minute=1, url="https://dam.example/a"))
    engine.take([Ended(first.id)])
    again = an_item("h1", "Heron wins a prize in Quell", minute=2, published_at=at(60))
    engine.take([again])
    for _ in range(2):
        ids = [topic.id for topic in engine.rank(NOW).topics]
        assert len(ids) == len(set(ids))
