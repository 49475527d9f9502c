"""Which headlines are one story: rather one row too many than one too few."""

import pytest

from services.topics.links import canonical_link
from services.topics.stories import KEPT_FOR, Kept, is_one_story
from services.topics.words import wording_of
from tests.builders import at
from tests.services.topics.samples import an_item

DAM = "Dam at Weirford bursts after three days of rain"


def one_story(one: str, other: str, *, by: str = "The Weir", **fields: object) -> bool:
    """Tell whether two titles are one story, asked both ways."""
    first = Kept(an_item("h1", one))
    second = Kept(an_item("h2", other, publisher=by, **fields))
    forth, back = is_one_story(first, second), is_one_story(second, first)
    assert forth is back
    return forth


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (DAM, DAM.upper()),
        (DAM, f"{DAM} | The Weir"),
        (DAM, "Weirford: dam bursts after days of heavy rain"),
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
        ("", ""),
    ],
)
def test_what_only_looks_alike_is_not(one: str, other: str) -> None:
    """A name that differs, a title that says nothing, a shared turn of phrase."""
    assert not one_story(one, other)


def test_a_column_that_comes_again_is_not_one_story() -> None:
    """Of one publisher another number is another piece; of another it may be a higher count."""
    one, other = (
        "Weirford after the storm: 12 roads flooded",
        "Weirford after the storm: 15 roads flooded",
    )
    assert one_story(one, other)
    assert not one_story(one, other, by="Heron Post")


def test_after_two_days_it_is_another_story() -> None:
    """Whatever the title and the link."""
    late = at(0) + KEPT_FOR
    link = "https://h1.example/news/h1"
    assert one_story(DAM, DAM, published_at=late, url=link)
    assert not one_story(DAM, DAM, published_at=at(1) + KEPT_FOR, url=link)


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
    """Short words say nothing unless they are numbers or written large; a name is not a title."""
    said = wording_of("EU's toll in a dam at Weirford rises to 12 - Heron Post", "Heron Post")
    assert said.words == {"eu", "toll", "weirford", "rises", "12"}
    assert said.names == frozenset({"weirford"})
    assert said.numbers == {"12"}
    assert wording_of("A dam - not a lake", "Heron Post").key == "a dam not a lake"
    assert wording_of("Dam - Heron Post", "").key == "dam heron post"
    assert wording_of("EU TO ACT ON DAM", "").words == frozenset()
    assert wording_of("雨", "").words == {"雨"}
