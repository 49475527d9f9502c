"""Which story a burst is about: the one at its link, else that of its names, else none."""

from msgspec.structs import replace

from services.topics.carried import Carried
from services.topics.joining import StoryWords, story_of, words_of
from services.topics.stories import Stories, Story
from services.topics.talk import Talk
from services.topics.values import HeadlineItem
from tests.services.topics.samples import a_found, an_item

WEIR = an_item("h1", "Weir bursts at Otterham after storm", minute=1)
KILN = an_item("h2", "Kiln burns down in Marlbeck", minute=2)


class Carrying:
    """Stories, counted as the engine counts them."""

    def __init__(self, *items: HeadlineItem) -> None:
        """Know the stories of these headlines."""
        self.stories, self.index = Stories(alike=2.0), StoryWords()  # each headline by itself
        for item in items:
            self.stories.take(item)
        self.stories.settle()
        self.carried: dict[Story, Carried] = {}
        for story in self.stories.all:
            self.carried[story] = Carried(story, Talk())
            self.index.put(story, self.carried[story].words)

    def title(self, *names: str, links: tuple[str, ...] = ()) -> str | None:
        """Give the first headline of the story that a burst of these names is about."""
        at_link = [self.stories.at(link) for link in links]
        found = story_of(a_found(names=names), at_link, self.index, self.carried)
        return None if found is None else self.carried[found].headlines[0].title


def test_two_words_of_a_title_join_and_one_does_not() -> None:
    """Rather two rows for one thing than one row for two."""
    known = Carrying(WEIR, KILN)
    assert known.title("Otterham", "weir") == WEIR.title
    assert known.title("#Otterham", "Otterham Weir") == WEIR.title
    assert known.title("Otterham") is None
    assert known.title("Otterham", "kiln") is None
    assert known.title() is None


def test_a_tag_of_two_words_joins_by_itself() -> None:
    """Where each of its halves is long enough to mean something."""
    known = Carrying(an_item("h1", "Otterham flood: bridge closed"), KILN)
    assert known.title("#OtterhamFlood") == "Otterham flood: bridge closed"
    assert known.title("OtterhamFlood") is None
    assert known.title("#kilnin") is None
    assert known.title("#bridgekiln") is None


def test_of_several_the_one_that_shares_most_is_it_then_the_newest() -> None:
    """The same whichever was heard of first."""
    more = an_item("h3", "Otterham mourns weir keeper Alder Finch", minute=3)
    assert Carrying(WEIR, more).title("Otterham", "weir", "Alder Finch") == more.title
    assert Carrying(WEIR, more).title("Otterham", "weir") == more.title


def test_a_shared_link_decides() -> None:
    """Of two links the story that is newer; one that leads to no story says nothing."""
    known = Carrying(WEIR, KILN)
    links = {
        one.item.title: one.link for story in known.carried for one in story.headlines.values()
    }
    weir, kiln = str(links[WEIR.title]), str(links[KILN.title])
    assert known.title("Otterham", "weir", links=(kiln,)) == KILN.title
    assert known.title(links=(weir, kiln)) == KILN.title
    assert known.title("Otterham", "weir", links=("nowhere.example",)) == WEIR.title


def test_a_story_that_is_gone_is_joined_by_nothing() -> None:
    """Neither by its words, nor by its link."""
    known = Carrying(WEIR)
    (story,) = known.carried
    (link,) = (str(one.link) for one in story.headlines.values())
    known.index.put(story, frozenset({"heron"}))
    assert known.index.with_any(["otterham", "heron"]) == {story}
    assert known.title("Otterham", "weir") is None
    known.index.drop(story)
    known.index.drop(story)
    assert known.index.with_any(["heron"]) == set()
    known.carried.clear()
    assert known.title("Otterham", "weir", links=(link,)) is None


def test_what_only_trends_is_no_story_of_publishers() -> None:
    """Its words join nothing: nobody carries it."""
    trend = replace(WEIR, trends_on="chat.example")
    assert Carrying(trend).title("Otterham", "weir") is None
    assert Carrying(trend, replace(KILN, title=WEIR.title)).title("Otterham", "weir") == WEIR.title


def test_words_are_taken_without_their_endings_and_tags_as_they_are() -> None:
    """A tag may be one word, or several in one."""
    words, tags = words_of(("#Otterham", "Burst Weirs"))
    assert tags == {"otterham"}
    assert words_of(("burst weir",))[0] < words | {"weir"}
