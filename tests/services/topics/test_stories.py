"""Which headlines are one story: rather one row too many than one too few."""

import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.model.headlines import FeedId, HeadlineId
from services.topics import stories as of_stories
from services.topics.clustering import STALE_IN_S, worth_after
from services.topics.links import canonical_link
from services.topics.stories import KEPT_FOR, Stories
from services.topics.values import HeadlineItem
from services.topics.words import stem, wording_of
from tests.builders import at
from tests.services.topics.samples import an_item

DAM = "Dam at Weirford bursts after three days of rain"
ABOUT_THE_DAM = (
    DAM,
    "Weirford flees as dam gives way",
    "Weirford dam burst leaves hundreds without a home",
    "LIVE: Dam burst floods Weirford",
    "What we know about the dam that burst at Weirford",
)
OTHERS = (
    "Heron wins a prize at Weirford after three years",
    "Three days of rain to come, forecasters say",
    "Ostby council gives way on bus fares",
    "Hundreds march in Tarn over rents",
    "Ferry line to Quell opens again",
    "Quell museum buys back its archive",
    "Choir of Tarn sings for the harbour bridge",
)


def told(*items: HeadlineItem) -> Stories:
    """Give stories of these."""
    stories = Stories()
    for item in items:
        stories.take(item)
    stories.settle()
    return stories


def groups(stories: Stories) -> set[frozenset[str]]:
    """Give which headlines are together."""
    return {frozenset(story.headlines) for story in stories.all}


def one_story(one: str, other: str, *, by: str = "The Weir", **fields: object) -> bool:
    """Tell whether two titles are one story, told both ways."""
    first = an_item("h1", one)
    second = an_item("h2", other, publisher=by, **fields)
    forth, back = told(first, second), told(replace(second, id=HeadlineId("h0")), first)
    assert len(forth.all) == len(back.all)
    return len(forth.all) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (DAM, DAM.upper()),
        (DAM, f"{DAM} | The Weir"),
        (DAM, "Weirford: dam bursts after days of heavy rain"),
        (DAM, "Weirford flees as dam gives way"),
        ("EU and US agree on steel tariffs", "EU, US agree on tariffs for steel"),
        ("京都の橋が地震で崩れた", "地震で京都の橋が崩れた"),
        ("Мост в Киеве закрыли после сильного дождя", "После сильного дождя мост в Киеве закрыли"),
    ],
)
def test_the_same_in_other_words_is_one_story(one: str, other: str) -> None:
    """Case, signs, the publisher's name, the order of words, in several scripts."""
    assert one_story(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Live updates", "Live updates"),
        ("Man held after fatal stabbing in London", "Man held after fatal stabbing in Leeds"),
        ("Man Held After Fatal Stabbing In London", "Man Held After Fatal Stabbing In Leeds"),
        ("Strong quake hits Chile coast", "Strong quake hits Japan coast"),
        (DAM, "Heron wins a prize at Weirford after three years"),
        ("東京で大雨", "大阪で地震"),
        ("Weirford", "Weirford"),
        ("", ""),
    ],
)
def test_what_only_looks_alike_is_not(one: str, other: str) -> None:
    """A name that differs, a title that says nothing, a shared turn of phrase."""
    assert not one_story(one, other)


def test_a_name_that_differs_keeps_a_headline_out_of_a_large_story() -> None:
    """However much else it shares with all that were told."""
    chile = ("Strong quake hits Chile coast", "Quake off Chile coast shakes towns")
    items = [an_item(f"h{n}", chile[n % 2], publisher=f"P {n}") for n in range(6)]
    stories = told(*items, an_item("i", "Strong quake hits Japan coast", publisher="P 9"))
    assert groups(stories) == {frozenset(f"h{n}" for n in range(6)), frozenset({"i"})}


def test_one_thing_in_the_words_of_many_is_one_story_among_others() -> None:
    """Each in words of its own, and with others between that share some of them."""
    items = [
        an_item(f"{kind}{n}", title, publisher=f"P {kind}{n}", minute=n)
        for kind, titles in (("dam", ABOUT_THE_DAM), ("other", OTHERS))
        for n, title in enumerate(titles)
    ]
    for seed in range(5):
        random.Random(seed).shuffle(items)  # noqa: S311 - an order, not a secret
        in_order = [replace(item, seen_at=at(n)) for n, item in enumerate(items)]
        dam = frozenset(f"dam{n}" for n in range(len(ABOUT_THE_DAM)))
        others = {frozenset({f"other{n}"}) for n in range(len(OTHERS))}
        assert groups(told(*in_order)) == {dam, *others}


def test_what_the_paragraph_says_counts_a_little() -> None:
    """It brings together what titles leave open, and alone no two that differ in them."""
    said = "The dam at Weirford has burst after days of rain, and hundreds flee."
    assert not one_story(DAM, "Hundreds without a home in the valley")
    assert one_story(DAM, "Hundreds flee from the dam", paragraph=said)
    assert not one_story("Council moves the clock", "Baker wins a prize", paragraph=said)


def test_what_a_publisher_sets_below_everything_makes_nothing_one_story() -> None:
    """Nor together with one word of a title: a place where many things happen."""
    below = "Read the whole article on our page, and subscribe to the morning letter."
    assert not one_story(DAM, "Herons win at Weirford", paragraph=below)
    items = [
        an_item(f"h{n}", title, paragraph=below, publisher=f"P {n}", minute=n)
        for n, title in enumerate((DAM, "Weirford choir wins a prize", "Ferry of Quell sinks"))
    ]
    assert len(told(*items).all) == 3


def test_a_column_that_comes_again_is_not_one_story() -> None:
    """Of one publisher another number is another piece; of another it may be a higher count."""
    one, other = (
        "Weirford after the storm: 12 roads flooded",
        "Weirford after the storm: 15 roads flooded",
    )
    assert one_story(one, other)
    assert not one_story(one, other, by="Heron Post")
    assert one_story(one, "Weirford after the storm: roads flooded", by="Heron Post")


def test_after_two_days_it_is_another_story() -> None:
    """Whatever the title and the link."""
    late = at(0) + KEPT_FOR
    link = "https://h1.example/news/h1"
    assert one_story(DAM, DAM, published_at=late, url=link)
    assert not one_story(DAM, DAM, published_at=at(1) + KEPT_FOR, url=link)


def test_the_same_words_a_day_later_are_another_thing() -> None:
    """What is alike enough within the hour may not be so tomorrow."""
    assert one_story(DAM, ABOUT_THE_DAM[1])
    assert not one_story(DAM, ABOUT_THE_DAM[1], published_at=at(0) + timedelta(hours=30))


def test_a_name_alone_brings_nothing_into_a_story_however_large() -> None:
    """Much happens in one place."""
    large = [an_item(f"h{n}", ABOUT_THE_DAM[n % 5], minute=n) for n in range(60)]
    stories = told(*large, an_item("new", "Weirford elects its youngest mayor", minute=61))
    assert sorted(len(story.headlines) for story in stories.all) == [1, 60]


def test_what_goes_on_for_long_is_measured_from_its_middle() -> None:
    """So it does not swallow forever what is new in it, however lately it was told again."""
    assert worth_after(0) == 1.0
    assert worth_after(STALE_IN_S) == pytest.approx(0.607, abs=0.001)
    stories = told(*(an_item(f"h{n}", DAM, minute=600 * n) for n in range(3)))
    (story,) = stories.all
    assert story.middle_s == at(600 * 60).timestamp()
    stories.forget(HeadlineId("h0"))
    assert story.middle_s == at(900 * 60).timestamp()


def test_a_link_or_a_title_makes_one_story_of_two() -> None:
    """The older one's id stays; what comes later by either goes there as well."""
    link = "https://b.example/2"
    items = [
        an_item("h1", DAM, minute=1),
        an_item("h2", "Look at this", minute=2, url=link),
        an_item("h3", DAM, minute=3, url=f"{link}?utm_source=x"),
    ]
    stories = told(*items[:2])
    first = stories.of(HeadlineId("h1"))
    assert first is not None
    first_id = first.id
    stories.take(items[2])
    (story,) = stories.all
    assert (story.id, set(story.headlines)) == (first_id, {"h1", "h2", "h3"})
    assert stories.at("b.example/2") is story
    assert stories.at("b.example/3") is None


def test_a_headline_alone_follows_its_link_into_the_story_it_is_like() -> None:
    """Somebody only pointed there before."""
    link = "https://b.example/2"
    dam = [an_item(f"h{n}", title, minute=n) for n, title in enumerate(ABOUT_THE_DAM)]
    stories = told(*dam, an_item("t", "Look at this", minute=8, url=link))
    assert len(stories.all) == 2
    stories.take(an_item("i", "Dam bursts at Weirford", minute=9, url=link))
    assert len(stories.all) == 1


def test_a_story_keeps_its_id_when_its_first_headline_leaves() -> None:
    """Until all have left."""
    stories = told(*(an_item(f"h{n}", DAM, publisher=f"P {n}", minute=n) for n in range(3)))
    (story,) = stories.all
    name = story.id
    stories.drop(at(60), 10)
    assert ({one.id for one in stories.all}, set(story.headlines)) == ({name}, {"h2"})
    stories.forget(HeadlineId("h2"))
    assert not stories.all
    assert stories.of(HeadlineId("h2")) is None


@st.composite
def headlines(draw: st.DrawFn) -> list[HeadlineItem]:
    """Draw headlines of one or several things, in the order in which they were seen."""
    made = []
    for number in range(draw(st.integers(1, 25))):
        title = draw(st.sampled_from((*ABOUT_THE_DAM, *OTHERS)))
        url = draw(st.sampled_from((None, "https://dam.example/a", "https://ferry.example/b")))
        publisher = draw(st.sampled_from(("Heron Post", "The Weir", "Ferry Line")))
        seen_at = at(draw(st.integers(0, 3)) * 60)
        item = an_item(f"h{number}", title, publisher=publisher, url=url, seen_at=seen_at)
        made.append(replace(item, feed=FeedId(f"f{number % 3}")))
    return sorted(made, key=lambda item: (item.seen_at, item.published_at, item.id))


def kinds(stories: Stories) -> dict[str, frozenset[str]]:
    """Give which headlines are together, by the ids of their stories."""
    return {story.id: frozenset(story.headlines) for story in stories.all}


@pytest.mark.no_cover
@given(
    items=headlines(), orders=st.randoms(use_true_random=False), reads=st.sets(st.integers(0, 24))
)
@settings(deadline=None)
def test_the_order_in_which_they_are_told_makes_no_difference(
    items: list[HeadlineItem], orders: random.Random, reads: set[int]
) -> None:
    """Stories, their ids and what is known of words are as if each was told when it was seen."""
    shuffled = items.copy()
    orders.shuffle(shuffled)
    late = Stories()
    for number, item in enumerate(shuffled):
        late.take(item)
        if number in reads:
            late.settle()
    late.settle()
    in_order = told(*items)
    assert kinds(late) == kinds(in_order)
    assert late._rarity._with == in_order._rarity._with
    sums = [
        {story.id: (story.centre._square, story.middle_s, story.age) for story in one.all}
        for one in (late, in_order)
    ]
    assert sums[0] == sums[1]


@pytest.mark.no_cover
@given(items=headlines(), left=st.sets(st.integers(0, 24)))
@settings(deadline=None)
def test_what_leaves_takes_exactly_what_it_brought(
    items: list[HeadlineItem], left: set[int]
) -> None:
    """Nothing is left of it anywhere; of all, nothing at all."""
    stories = told(*items)
    for number in left:
        stories.forget(HeadlineId(f"h{number}"))
    for story in stories.all:
        total: dict[str, int] = {}
        for kept in story.headlines.values():
            for feature, weight in zip(kept.arrow.features, kept.arrow.weights, strict=True):
                total[feature] = total.get(feature, 0) + weight
        assert story.centre._square == sum(weight * weight for weight in total.values())
        assert all(feature in story.centre for feature in total)
        words = {word for word, there in stories._words.items() if story in there}
        assert words == {feature for feature in total if " " not in feature}
    for number in range(3):
        stories.let_go(FeedId(f"f{number}"))
    assert len(stories) == 0
    for place in (stories.all, stories._words, stories._links, stories._titles, stories._kept):
        assert not place
    assert len(stories._rarity) == 0


def test_what_is_told_late_is_known_at_once() -> None:
    """It counts, takes a speed, and can leave before anybody has looked."""
    stories = told(an_item("h2", DAM, minute=2))
    early = an_item("h1", DAM, minute=1, publisher="The Weir")
    stories.take(early)
    assert len(stories) == 2
    stories.take(replace(early, speed=4.0))
    (story,) = {stories.of(HeadlineId("h1")), stories.of(HeadlineId("h2"))}
    assert story is not None
    assert story.headlines[HeadlineId("h1")].item.speed == 4.0
    stories.take(replace(early, speed=5.0))
    assert story.headlines[HeadlineId("h1")].item.speed == 5.0
    stories.take(an_item("h0", DAM))
    stories.forget(HeadlineId("h0"))
    assert len(stories) == 2


def test_it_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of too many the oldest go, also one that was told late; what is late is not kept waiting."""
    monkeypatch.setattr(of_stories, "KEPT_AT_MOST", 5)
    monkeypatch.setattr(of_stories, "DECIDED_AGAIN", 3)
    stories = Stories()
    for minute in (1, 2, 3, 4, 5, 0):
        stories.take(an_item(f"h{minute}", f"Heron number {minute}", minute=minute))
    assert set(stories._kept) == {f"h{minute}" for minute in range(1, 6)}
    for minute in (4, 3, 2):
        stories.take(an_item(f"late{minute}", "Heron", published_at=at(600), seen_at=at(minute)))
    assert not stories._late
    assert len(stories) == 5


@pytest.mark.no_cover
def test_one_that_is_told_very_late_joins_what_is_decided() -> None:
    """What came so long after it is not decided again; ids stay."""
    many = [an_item(f"h{n:04}", f"Heron number {n}", minute=n + 2) for n in range(600)]
    stories = told(an_item("dam", DAM, minute=1), *many)
    (before,) = {stories.of(HeadlineId("dam"))}
    stories.take(an_item("early", DAM, publisher="The Weir"))
    after = stories.of(HeadlineId("early"))
    assert before is not None
    assert after is before
    assert before.id == kinds(told(an_item("dam", DAM, minute=1))).popitem()[0]


def test_a_headline_is_compared_with_so_many_stories_only() -> None:
    """What only shares words that very many have is not sought among them."""
    stories = Stories()
    for number in range(1_000):
        stories.take(an_item(f"h{number}", f"Heron bridge x{number} y{number}", minute=number))
    looked = [len(stories._near(one.arrow)) for one in stories._kept.values()]
    assert max(looked) <= of_stories._STORIES_COMPARED


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("https://www.weir.example/a/?utm_source=x&at_medium=RSS#top", "weir.example/a"),
        ("http://m.weir.example/a/amp", "weir.example/a"),
        ("https://amp.weir.example/a.amp.html?amp=1", "weir.example/a"),
        ("https://weir.example/a/index.html?b=2&a=1&fbclid=9", "weir.example/a?a=1&b=2"),
        ("https://weir.example:8443/a", "weir.example:8443/a"),
        ("https://weir.example:443/a", "weir.example/a"),
        ("https://weir.example/?p=7", "weir.example?p=7"),
        ("https://www.google.com/amp/s/weir.example/a", "weir.example/a"),
        ("https://weir-example.cdn.ampproject.org/c/s/weir.example/a", "weir.example/a"),
        ("https://www.google.com/amp/about", "google.com/amp/about"),
        ("https://weir.example/", None),
        ("https://[weir", None),
        ("https://weir.example:x/a", None),
        ("", None),
    ],
)
def test_links_in_one_form(url: str, form: str | None) -> None:
    """What only says where somebody came from is dropped; a front page is nobody's story."""
    assert canonical_link(url) == form


def test_links_that_lead_elsewhere_stay_apart() -> None:
    """Another page, another number, another part of a site."""
    links = ["/a", "/b", "/a?p=1", "/a?p=2", "/a?ref=main"]
    assert len({canonical_link(f"https://weir.example{link}") for link in links}) == len(links)


def test_a_title_says_what_is_in_it() -> None:
    """Small words say nothing unless they are numbers or written large; a name is not a title."""
    said = wording_of("EU's toll in a dam at Weirford rises to 12 - Heron Post", "Heron Post")
    words = [feature for feature in said.features if " " not in feature]
    assert words == ["eu", "toll", "dam", "weirford", "ris", "12"]
    assert said.words == len(words)
    assert said.features["weirford"] > said.features["dam"] > said.features["dam weirford"]
    assert said.names == frozenset({"weirford"})
    assert wording_of("A dam - not a lake", "Heron Post").key == "a dam not a lake"
    assert wording_of("Dam - Heron Post", "").key == "dam heron post"
    assert "eu" not in wording_of("EU TO ACT ON DAM", "").features
    assert wording_of("Herons Moved To Tarn", "").names is None
    assert list(wording_of("雨", "").features) == ["雨"]


def test_what_is_read_of_a_headline_is_bounded() -> None:
    """Of a title and of a paragraph; what both say counts as of the title."""
    long = wording_of(" ".join(f"w{n}x" for n in range(500)), "", "Herons " * 500)
    assert long.words <= 40
    assert len(long.features) <= 2 * 40 + 8
    said = wording_of("A heron is back", "", "Herons, they say, are back in the valley.")
    assert said.features["heron"] == 1.0
    assert said.features["valley"] < 0.5


@pytest.mark.parametrize(
    ("word", "left"),
    [
        ("dams", "dam"), ("prices", "pric"), ("price", "pric"), ("stopped", "stop"),
        ("stopping", "stop"), ("killed", "kill"), ("parties", "party"), ("glass", "glass"),
        ("virus", "virus"), ("die", "die"), ("мосты", "мосты"), ("1990s", "1990"), ("2026", "2026"),
    ],
)  # fmt: skip
def test_endings_are_cut_off_a_little(word: str, left: str) -> None:
    """What only bends a word; other letters and numbers stay as they are."""
    assert stem(word) == left
