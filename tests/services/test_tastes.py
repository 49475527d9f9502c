"""What we want to see is gathered from everywhere it is known, and told to the topics."""

import dataclasses
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from services.changes import ChangeFeed
from services.clock import Clock
from services.config import Config, TopicsConfig, read_config
from services.desk import Desk, open_desk, open_files
from services.errors import ConfigError, StoreError, Unreachable
from services.model.changes import Family
from services.model.ids import PersonId, TopicId
from services.model.topics import Tastes, Topic
from services.model.words import Safe
from services.runtime import open_runtime
from services.store.database import Database
from services.store.topic_marks import DISMISSED_FOR
from services.tastes import TAGS_EVERY_S, WORD_CHARS_AT_MOST, WORDS_AT_MOST, Tastebook
from services.text.clean import clean_line
from services.topics.hosting import TopicsHere
from tests.builders import US, a_post, a_post_around, an_answer, arrivals, at
from tests.fake_network import FakeNetwork, FakeServer
from tests.fakes import FakeClock, settle, until
from tests.services.test_runtime import paths_in


class Told(TopicsHere):
    """Topics that note what is wanted of them."""

    def __init__(self, cache: Database, changes: ChangeFeed, clock: Clock) -> None:
        """Have been told nothing."""
        super().__init__(cache, changes, clock)
        self.tastes: list[Tastes] = []

    async def prefer(self, tastes: Tastes) -> None:
        """Note it."""
        self.tastes.append(tastes)
        await super().prefer(tastes)


class Tagged(FakeNetwork):
    """A network on which we follow tags."""

    def __init__(self, server: FakeServer) -> None:
        """Follow two."""
        super().__init__(server)
        self.tags: tuple[Safe, ...] = (clean_line("Tea"), clean_line("cups"))
        self.trouble: Exception | None = None
        self.asked = 0

    async def followed_tags(self) -> tuple[Safe, ...]:
        """Give them."""
        self.asked += 1
        if self.trouble is not None:
            raise self.trouble
        return self.tags


class Stage:
    """A desk with a book of tastes and a configuration in memory."""

    def __init__(self, desk: Desk, network: Tagged, clock: FakeClock) -> None:
        """Begin with no tastes."""
        self.desk = desk
        self.network = network
        self.clock = clock
        self.config = Config()
        self.error: ConfigError | None = None
        self.book = Tastebook(desk, lambda: self.config, self.choose, clock)

    @property
    def told(self) -> list[Tastes]:
        """What the topics were told."""
        topics = self.desk.topics
        assert isinstance(topics, Told)
        return topics.tastes

    @property
    def last(self) -> Tastes:
        """What they were told last."""
        return self.told[-1] if self.told else Tastes()

    async def choose(self, config: Config) -> None:
        """Configure, as the runtime does."""
        self.config = config
        self.desk.changes.publish(Family.TASTES)
        if self.error is not None:
            raise self.error


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage on which nothing has begun."""
    clock = FakeClock()
    files = await open_files(tmp_path / "private.db", tmp_path / "cache.db")
    network = Tagged(FakeServer(clock))
    async with open_desk(files, (network,), clock, own_sites=frozenset(), topics=Told) as desk:
        made = Stage(desk, network, clock)
        yield made
        await made.book.close()
    await files.close()


async def test_at_the_opening_all_is_told_once(stage: Stage) -> None:
    """What is configured, and the tags that our accounts follow, each once."""
    stage.config = Config(topics=TopicsConfig(("#tea", "white paper"), ("football",), adult=True))
    stage.book.start()
    stage.book.start()
    await until(lambda: stage.last.follows == ("#tea", "white paper", "#cups"))
    assert (stage.last.mutes, stage.last.shows_adult) == (("football",), True)
    assert stage.book.tags == ("#Tea", "#cups")
    assert stage.network.asked == 1
    assert stage.config.topics.follow == ("#tea", "white paper")


async def test_what_is_followed_and_muted_is_told_at_once(stage: Stage) -> None:
    """A word is followed, muted instead, and let go of; what is the same word is one."""
    book = stage.book
    book.start()
    await book.follow(" White  Paper ")
    await book.follow("white paper")
    assert book.follows == ("White Paper",)
    await until(lambda: "White Paper" in stage.last.follows)
    await book.mute_word("white paper")
    assert book.mutes == ("white paper",)
    assert stage.config.topics.follow == ()
    await until(lambda: stage.last.mutes == ("white paper",))
    await book.follow("WHITE PAPER")
    assert stage.config.topics == TopicsConfig(("WHITE PAPER",))
    await book.unfollow("white paper")
    await book.unmute_word("unknown")
    await book.mute_word("\uff03tea")
    await book.unmute_word("#TEA")
    await book.show_adult(is_shown=True)
    assert stage.config.topics == TopicsConfig(adult=True)


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("", "no word"),
        (" # ", "no word"),
        ("\u200b\n", "no word"),
        ("x" * (WORD_CHARS_AT_MOST + 1), "at most 60"),
        ("#white paper", "no space"),
    ],
)
async def test_what_is_no_word_is_refused(stage: Stage, word: str, says: str) -> None:
    """It says why, and nothing has changed."""
    for deed in (stage.book.follow, stage.book.mute_word):
        with pytest.raises(ConfigError, match=says):
            await deed(word)
    assert stage.config == Config()


async def test_there_is_room_for_two_hundred_words(stage: Stage) -> None:
    """One more is refused; what is there already is no more."""
    words = tuple(f"word{number}" for number in range(WORDS_AT_MOST))
    stage.config = Config(topics=TopicsConfig(words, words))
    with pytest.raises(ConfigError, match="200 words are followed"):
        await stage.book.follow("tea")
    with pytest.raises(ConfigError, match="200 words are muted"):
        await stage.book.mute_word("tea")
    await stage.book.unfollow("word3")
    await stage.book.follow("tea")
    assert len(stage.book.follows) == WORDS_AT_MOST


async def test_what_cannot_be_written_down_holds_all_the_same(stage: Stage) -> None:
    """The sentence comes through, and the topics know."""
    stage.book.start()
    stage.error = ConfigError("It cannot be written.", "Check who owns it.")
    with pytest.raises(ConfigError):
        await stage.book.follow("tea")
    await until(lambda: "tea" in stage.last.follows)


async def test_people_we_have_answered_are_known_until_kept_away(stage: Stage) -> None:
    """The last one in front; hidden, nobody counts, and let near again they do."""
    desk = stage.desk
    for number, name in enumerate(("ben", "cem"), 1):
        theirs = a_post(f"p{number}", by=name, thread=f"t{number}")
        ours = an_answer(
            f"a{number}", to=name, thread=f"t{number}", created_at=at(60 * number), parent=theirs.id
        )
        await desk.intake.take(US.id, arrivals(theirs))
        await desk.intake.take(US.id, arrivals(ours))
    stage.book.start()
    await until(lambda: stage.last.known == ("commons:cem", "commons:ben"))
    await desk.verbs.hide(US.id, PersonId("commons:cem"))
    await until(lambda: stage.last.known == ("commons:ben",))
    await desk.verbs.show_again(US.id, PersonId("commons:cem"))
    await until(lambda: len(stage.last.known) == 2)


async def test_a_dismissal_is_told_and_ends_by_itself(stage: Stage) -> None:
    """Two days later the topic may be shown again, though nothing else has changed."""
    marks, now = stage.desk.tables.marks, stage.clock.now()
    early = now - DISMISSED_FOR + timedelta(minutes=5)
    await marks.dismiss(TopicId("t1"), clean_line("Tea"), early)
    stage.book.start()
    await stage.desk.verbs.dismiss_topic(TopicId("t2"), clean_line("Cups"))
    await until(lambda: stage.last.dismissed == ("t2", "t1"))
    for _ in range(40):
        await stage.clock.advance(60)
        await marks.dismissed(now)  # so that the file has its turn
    assert stage.last.dismissed == ("t2",)


async def test_tags_are_read_every_half_hour_and_trouble_changes_nothing(stage: Stage) -> None:
    """What cannot be asked follows what it did; a network that breaks ends nothing."""
    network = stage.network
    stage.book.start()
    await until(lambda: len(stage.last.follows) == 2)
    for trouble in (Unreachable("It is away.", "Try later."), RuntimeError("broken")):
        network.trouble = trouble
        asked = network.asked
        await stage.clock.advance(TAGS_EVERY_S + 60)
        await until(lambda asked=asked: network.asked > asked)  # type: ignore[misc]
        assert stage.book.tags == ("#Tea", "#cups")
    network.trouble, network.tags = None, (clean_line("pots"),)
    await stage.clock.advance(TAGS_EVERY_S + 60)
    await until(lambda: stage.last.follows == ("#pots",))
    await stage.desk.remove(US.id)
    await until(lambda: stage.last.follows == ())
    stage.desk.add(network)
    await until(lambda: stage.last.follows == ("#pots",))


async def test_the_list_is_as_it_is_wanted(stage: Stage) -> None:
    """A row says what we follow of it, and what is muted leaves the list until it is not."""
    herons = a_post_around("p1", "A heron. #herons")
    await stage.desk.intake.take(US.id, arrivals(herons, a_post_around("p2", "Tea. #teas")))
    stage.book.start()
    await stage.book.follow("#herons")
    await stage.book.mute_word("#teas")
    await until(lambda: stage.last.mutes == ("#teas",))
    (herons_row,) = await _listed(stage.desk, {"#herons"})
    assert herons_row.follows == ("#herons",)
    await stage.book.unmute_word("#teas")
    assert len(await _listed(stage.desk, {"#herons", "#teas"})) == 2


async def _listed(desk: Desk, titles: set[str]) -> tuple[Topic, ...]:
    for _ in range(500):
        listed = await desk.reading.topics()
        if {str(topic.title) for topic in listed} == titles:
            return listed
        await settle()
    raise AssertionError("the list never was like that")


async def test_the_same_tastes_are_told_once(stage: Stage) -> None:
    """A change that changes nothing wanted troubles no engine."""
    stage.book.start()
    await until(lambda: len(stage.last.follows) == 2)
    count = len(stage.told)
    stage.desk.changes.publish(Family.TASTES)
    await stage.book.follow("tea")
    await until(lambda: "tea" in stage.last.follows)
    assert len(stage.told) == count + 1


async def test_a_file_that_cannot_be_read_is_asked_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is told that is not known, and later it is."""
    gather, failures = stage.book.gather, [StoreError("It is away.")]

    async def failing() -> Tastes:
        if failures:
            raise failures.pop()
        return await gather()

    monkeypatch.setattr(stage.book, "gather", failing)
    stage.book.start()
    await until(lambda: not failures)
    stage.desk.changes.publish(Family.TASTES)
    await until(lambda: len(stage.last.follows) == 2)


async def test_the_runtime_has_a_book_and_writes_it_down(tmp_path: Path) -> None:
    """What is followed stands in the file and reaches the topics; a practice hears it as well."""
    paths = paths_in(tmp_path)
    async with open_runtime(paths=paths, clock=FakeClock(), environment={}, topics=Told) as runtime:
        topics = runtime.real.topics
        assert isinstance(topics, Told)
        await runtime.tastes.follow("#tea")
        assert read_config(paths.config_file).topics.follow == ("#tea",)
        await until(lambda: bool(topics.tastes) and topics.tastes[-1].follows == ("#tea",))
        practice = await runtime.begin_practice(seed=1)
        await runtime.tastes.mute_word("football")
        await until(lambda: topics.tastes[-1].mutes == ("football",))
        assert practice is runtime.desk
        await runtime.end_practice()


async def test_a_terminal_that_looks_on_tells_nothing(stage: Stage) -> None:
    """The one that holds the lease has its own."""
    looking = Tastebook(
        dataclasses.replace(stage.desk, looks_on=True),
        lambda: stage.config,
        stage.choose,
        stage.clock,
    )
    looking.start()
    assert looking._tasks == ()
    await looking.close()
