"""Strangers' posts of a topic: read as they came, and brought home when it is opened."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.desk import Desk, open_desk, open_files
from services.errors import Unclear
from services.fetching import FETCHED_AGAIN
from services.model.changes import Changes, Family
from services.model.ids import AccountId, NetworkName, PersonId, PostId, ThreadId, TopicId
from services.model.people import Account
from services.model.posts import Post, Reach, Relation
from services.store.stream_posts import _KNOWN, NOBODY
from services.store.topics import put_ranking
from services.text.clean import clean, clean_url
from services.topics.hosting import TopicsHere
from services.topics.values import SHOWN_AT_MOST, Item, Ranking, StreamPost
from tests.builders import a_post_around, a_ranked, at
from tests.fake_network import FakeNetwork, FakeServer
from tests.fakes import NOON, FakeClock

URI = "at://did:plc:ewvi7nxzyoun6zhxrhs64oiz/app.bsky.feed.post/3kaaaaaaaaaaa"
PAGE = "https://far.example/@ben/7"
TOPIC = TopicId("t1")

SKY = StreamPost(
    key=URI,
    network=NetworkName.BLUESKY,
    source="Bluesky",
    person="did:plc:ewvi7nxzyoun6zhxrhs64oiz",
    body="the ferry\u202e is late",
    tags=("Ferry",),
    links=("https://paper.example/", "javascript:x"),
    language="en",
    is_adult=False,
    created_at=at(60),
)
FAR = replace(
    SKY,
    key=PAGE,
    network=NetworkName.MASTODON,
    source="a.example",
    person="ben@far.example",
    body="still late",
    created_at=at(30),
)


class Home(FakeNetwork):
    """A network that has posts for whoever asks for them by address."""

    def __init__(self, account: str, network: NetworkName) -> None:
        """Have none yet."""
        super().__init__(FakeServer(FakeClock()))
        self.name = network
        self.us = replace(super().account, id=AccountId(account), network=network)
        self.asked: list[tuple[PostId, ...]] = []
        self.has: dict[str, Post] = {}
        self.fails = False

    @property
    def account(self) -> Account:
        """Whom we are there."""
        return self.us

    async def fetch(self, keys: tuple[PostId, ...]) -> tuple[Post, ...]:
        """Give what it has."""
        self.asked.append(keys)
        if self.fails:
            raise Unclear("It did not answer.")
        return tuple(self.has[key] for key in keys if key in self.has)

    def put(self, said: StreamPost, name: str) -> None:
        """Have a post, under this name."""
        self.has[said.key] = a_post_around(
            name,
            str(clean(said.body)),
            account=self.us.id,
            network=self.name,
            created_at=said.created_at,
            thread=ThreadId(name),
            url=clean_url(said.key),
        )


class Still(TopicsHere):
    """Leaves the topics as the test has put them."""

    async def _tell(self, items: list[Item]) -> None:
        """Make nothing of it."""


@pytest.fixture
def clock() -> FakeClock:
    """Noon."""
    return FakeClock()


@pytest.fixture
def sky() -> Home:
    """Us on Bluesky."""
    return Home("bluesky:us", NetworkName.BLUESKY)


@pytest.fixture
def far() -> Home:
    """Us on Mastodon."""
    return Home("mastodon:us", NetworkName.MASTODON)


@pytest.fixture
async def desk(tmp_path: Path, clock: FakeClock, sky: Home, far: Home) -> AsyncIterator[Desk]:
    """A desk with both, and one topic that two firehoses have told of."""
    files = await open_files(tmp_path / "private.db", tmp_path / "cache.db")
    async with open_desk(files, (sky, far), clock, own_sites=frozenset(), topics=Still) as opened:
        await _rank(opened, SKY, FAR)
        yield opened
    await files.close()


async def _rank(desk: Desk, *streamed: StreamPost, **fields: object) -> None:
    topic = a_ranked(TOPIC, stream_posts=streamed, **fields)
    async with desk.files.cache.write() as tx:
        await put_ranking(tx, Ranking(NOON, (topic,)))


async def _posts(desk: Desk) -> tuple[Post, ...]:
    opened = await desk.reading.topic(TOPIC)
    assert opened is not None
    return opened.posts


async def test_what_a_firehose_brought_is_read_with_the_topic(desk: Desk) -> None:
    """Cleaned again, the oldest first, by whoever wrote it as far as that is known."""
    far, sky = await _posts(desk)
    assert (far.account, far.relation, far.reach) == (NOBODY, Relation.AROUND, Reach.PUBLIC)
    assert (far.author.handle, far.author.person) == (
        "@ben@far.example",
        PersonId("mastodon:ben@far.example"),
    )
    assert (far.id, far.url, far.body) == (PAGE, PAGE, "still late")
    assert sky.author.name == "did:plc:ewvi7nxz…4oiz"
    assert sky.author.person == PersonId(f"bluesky:{SKY.person}")
    assert sky.url == "https://bsky.app/profile/did:plc:ewvi7nxzyoun6zhxrhs64oiz/post/3kaaaaaaaaaaa"
    assert sky.body == "the ferry\ufffd is late"
    assert (sky.tags, sky.links, sky.language) == (("ferry",), ("https://paper.example/",), "en")


async def test_an_odd_address_has_no_page(desk: Desk) -> None:
    """And a short name is shown whole; what cannot be read is nothing."""
    await _rank(desk, replace(SKY, key="at://nonsense", person="did:plc:x"))
    (post,) = await _posts(desk)
    assert (post.url, post.author.name) == (None, "did:plc:x")
    async with desk.files.cache.write() as tx:
        await tx.run("UPDATE topic SET stream_posts = '[7]'")
    assert await _posts(desk) == ()


async def test_they_are_brought_home_by_an_account_of_ours(
    desk: Desk, sky: Home, far: Home
) -> None:
    """From then on they are posts around us, each once, under the names that we know them by."""
    sky.put(SKY, URI)
    far.put(FAR, "114")
    told = desk.changes.follow(0.0)
    assert await desk.fetching.bring_home(TOPIC) == 2
    changes: Changes = await anext(told)
    assert Family.TOPICS in changes.families
    posts = await _posts(desk)
    assert [(post.account, post.id) for post in posts] == [
        ("mastodon:us", "114"),
        ("bluesky:us", URI),
    ]
    thread = await desk.reading.thread(AccountId("mastodon:us"), ThreadId("114"))
    assert [post.body for post in thread.posts] == ["still late"]
    assert await desk.fetching.bring_home(TOPIC) == 0
    assert (len(sky.asked), len(far.asked)) == (1, 1)


async def test_what_could_not_be_had_stays_and_is_asked_for_again_later(
    desk: Desk, sky: Home, far: Home, clock: FakeClock
) -> None:
    """Trouble there is nobody's here."""
    far.fails = True
    assert await desk.fetching.bring_home(TOPIC) == 0
    assert [post.account for post in await _posts(desk)] == [NOBODY, NOBODY]
    await desk.fetching.bring_home(TOPIC)
    assert (len(sky.asked), len(far.asked)) == (1, 1)
    far.fails = False
    far.put(FAR, "114")
    await clock.advance(FETCHED_AGAIN.total_seconds())
    assert await desk.fetching.bring_home(TOPIC) == 1
    assert [post.account for post in await _posts(desk)] == ["mastodon:us", NOBODY]


async def test_another_account_of_ours_may_get_at_it(desk: Desk, far: Home) -> None:
    """Also where one that has gone had it; without an account nobody is asked."""
    gone = Home("mastodon:gone", NetworkName.MASTODON)
    second = Home("mastodon:second", NetworkName.MASTODON)
    gone.put(FAR, "9")
    await desk.intake.keep(tuple(gone.has.values()))
    desk.networks[second.us.id] = second
    second.put(FAR, "7")
    assert await desk.fetching.bring_home(TOPIC) == 1
    assert len(far.asked) == 1
    await desk.fetching.bring_home(TOPIC)
    assert len(second.asked) == 1
    assert await desk.fetching.bring_home(TopicId("unknown")) == 0


async def test_of_many_posts_the_latest_are_shown_each_once(desk: Desk) -> None:
    """What the topic names already and a firehose has brought as well is one post."""
    posts = [
        a_post_around(f"at://did:plc:x/app.bsky.feed.post/{n:013d}", created_at=at(100 + n))
        for n in range(SHOWN_AT_MOST)
    ]
    await desk.intake.keep(tuple(posts))
    keys = tuple((post.account, post.id) for post in posts)
    twice = replace(SKY, key=posts[-1].id, created_at=posts[-1].created_at)
    await _rank(desk, SKY, twice, post_keys=keys)
    shown = await _posts(desk)
    assert [post.id for post in shown] == [post.id for post in posts]


def test_memory_is_bounded(desk: Desk) -> None:
    """What was asked for is forgotten at some time."""
    keys = [PostId(f"k{n}") for n in range(3_000)]
    for begin in range(0, 3_000, 25):
        desk.fetching._not_asked_yet(AccountId("a"), keys[begin : begin + 25])
    assert len(desk.fetching._asked) == 1_000


async def test_looking_for_them_reads_no_whole_table(desk: Desk) -> None:
    """However many posts there are, each key is looked up by itself."""
    rows = await desk.files.cache.read(f"EXPLAIN QUERY PLAN {_KNOWN}", ("[]",))
    steps = [row["detail"] for row in rows if " p " in row["detail"]]
    assert steps == [
        "SEARCH p USING PRIMARY KEY (account=? AND id=?)",
        "SEARCH p USING INDEX post_at (url=?)",
    ]
