"""An account on Hacker News: what is read of it, how much, and what it refuses."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from services.errors import ConfigError, Gone, NetworkError, Rejected
from services.http import Door
from services.model.ids import PersonId, PostId, SendId, ThreadId
from services.model.limits import Keying
from services.model.people import Account
from services.model.posts import Post, Reach, Relation, Thread
from services.model.sending import Target, TargetKind
from services.networks.base import Arrivals, Cursor, Message, Network
from services.networks.hackernews.account import (
    POLL_S,
    THREAD_AT_MOST,
    HackerNewsAccount,
    open_hackernews,
)
from services.networks.hackernews.client import AT_ONCE
from services.networks.hackernews.poll import ANSWERS_A_POLL
from services.networks.hackernews.watch import mark_of
from tests.fakes import NOON, FakeClock, settle, until
from tests.hackernews_server import HackerNewsServer, Trouble
from tests.services.networks.conformance import Conformance, Stage, drain


def at(minutes: float) -> timedelta:
    """Give so many minutes."""
    return timedelta(minutes=minutes)


def ids(posts: tuple[Post, ...] | list[Post]) -> list[int]:
    """Give the numbers of posts."""
    return [int(post.id) for post in posts]


@pytest.fixture
def clock() -> FakeClock:
    """An hour after noon."""
    return FakeClock(NOON + at(60))


@pytest.fixture
async def us(door: Door, site: HackerNewsServer, clock: FakeClock) -> HackerNewsAccount:
    """Marl, who has written nothing yet."""
    site.user("marl")
    return await open_hackernews("marl", door, clock, site.base_url)


@pytest.mark.parametrize("name", ["nobody", "Marl", "", "../updates", "a b", "x" * 40])
async def test_nobody_by_that_name(
    door: Door, site: HackerNewsServer, clock: FakeClock, name: str
) -> None:
    """A name that is not there, or cannot be one, is told at once and plainly."""
    site.user("marl")
    with pytest.raises(ConfigError) as caught:
        await open_hackernews(name, door, clock, site.base_url)
    assert caught.value.what.startswith("Nobody goes by ")
    assert "capitals" in caught.value.remedy
    assert {path.partition("/")[0] for path in site.asked} <= {"user"}


async def test_who_we_are_and_what_can_be_done(us: HackerNewsAccount) -> None:
    """It takes no words, and says so before anybody types."""
    network: Network = us
    assert (us.account.id, us.account.author.person) == ("hackernews:marl", "hackernews:marl")
    assert us.account.author.handle == "marl"
    can = network.capabilities
    assert (can.can_answer, can.can_take_back, can.graphemes_at_most) == (False, False, None)
    assert (can.keying, can.reach) == (Keying.KEYLESS, Reach.PUBLIC)


async def test_what_is_to_us_and_what_is_ours(
    us: HackerNewsAccount, site: HackerNewsServer
) -> None:
    """Answers to our stories and comments; our own, with whom they answer; nothing else."""
    ours = site.story("marl", "A map", NOON)
    first = site.comment("sel", ours, "Which weir?", NOON + at(1))
    answer = site.comment("marl", first, "Hollow Mill.", NOON + at(2))
    thanks = site.comment("sel", answer, "Thanks.", NOON + at(3))
    site.comment("tilda", first, "Talk among others.", NOON + at(4))
    aside = site.story("orrin", "Other", NOON)
    above = site.comment("tilda", aside, "Deep", NOON + at(5))
    there = site.comment("marl", above, "I wonder.", NOON + at(6))
    reply = site.comment("quay", there, "So do I.", NOON + at(7))
    posts, _ = await drain(us)
    assert ids(posts) == [ours, first, answer, thanks, there, reply]
    told = {int(post.id): post for post in posts}
    assert [told[n].relation for n in (first, thanks, reply)] == [Relation.TO_US] * 3
    assert [told[n].relation for n in (ours, answer, there)] == [Relation.OURS] * 3
    assert {told[n].thread for n in (ours, first, answer, thanks)} == {str(ours)}
    assert {told[n].thread for n in (there, reply)} == {str(aside)}
    assert told[answer].answers == PersonId("hackernews:sel")
    assert told[there].answers == PersonId("hackernews:tilda")
    assert told[there].parent == str(above)
    assert told[reply].url == f"https://news.ycombinator.com/item?id={reply}"


async def test_what_a_first_poll_and_an_idle_one_cost(
    us: HackerNewsAccount, site: HackerNewsServer, clock: FakeClock
) -> None:
    """Sixty comments with an answer each come in three polls; then two requests and few items."""
    story = site.story("orrin", "Long talk", NOON - timedelta(days=5))
    for n in range(70):
        moment = NOON - timedelta(days=4) + at(n)
        above = site.comment("sel", story, f"Question {n}", moment)
        ours = site.comment("marl", above, f"Answer {n}", moment)
        site.comment("sel", ours, f"Thanks {n}", moment)
    site.changed.clear()
    site.count()
    posts, arrivals = await drain(us)
    assert len(posts) == 120
    first = site.count()
    assert first == {"user": 3, "updates": 2, "item": 60 + 60 + 1 + 60}
    assert site.at_once <= AT_ONCE
    costs = []
    for _ in range(30):
        await clock.advance(POLL_S)
        arrivals = await us.poll(arrivals.cursor)
        assert arrivals.posts == ()
        counted = site.count()
        assert (counted["user"], counted["updates"]) == (1, 1)
        costs.append(counted["item"])
    assert max(costs) <= 20
    assert sum(costs) / len(costs) <= 4


async def test_what_is_older_than_ninety_days_is_left(
    us: HackerNewsAccount, site: HackerNewsServer
) -> None:
    """The past is not dug up; what stands at its edge is."""
    old = site.story("marl", "Old", NOON - timedelta(days=91))
    site.comment("sel", old, "Still there?", NOON)
    young = site.story("marl", "Young", NOON - timedelta(days=89))
    posts, arrivals = await drain(us)
    assert ids(posts) == [young]
    assert [one.id for one in mark_of(arrivals.cursor).watched] == [young]


async def test_an_answer_to_something_old_comes(
    us: HackerNewsAccount, site: HackerNewsServer, clock: FakeClock
) -> None:
    """Three weeks later, without any word of it among the updates: within half an hour."""
    ours = site.story("marl", "A map", NOON - timedelta(days=21))
    _, arrivals = await drain(us)
    late = site.comment("sel", ours, "Found it.", NOON + at(61))
    site.changed.clear()
    await clock.advance(1800)
    arrivals = await us.poll(arrivals.cursor)
    assert ids(arrivals.posts) == [late]


async def test_what_changed_is_read_at_once(us: HackerNewsAccount, site: HackerNewsServer) -> None:
    """An answer that the updates tell of does not wait for its turn."""
    ours = site.story("marl", "A map", NOON - timedelta(days=21))
    _, arrivals = await drain(us)
    said = site.comment("sel", ours, "Found it.", NOON + at(60))
    arrivals = await us.poll(arrivals.cursor)
    assert ids(arrivals.posts) == [said]


async def test_an_answer_that_is_not_there_yet_comes_later(
    us: HackerNewsAccount, site: HackerNewsServer, clock: FakeClock
) -> None:
    """The API names an answer before it has it; it is not lost, nor is one of our own."""
    ours = site.story("marl", "A map", NOON)
    reply = site.comment("sel", ours, "First.", NOON + at(1))
    other = site.comment("tilda", ours, "Second.", NOON + at(2))
    mine = site.comment("marl", reply, "Yes.", NOON + at(3))
    kept = {number: site.items[number] for number in (reply, mine)}
    site.items |= dict.fromkeys(kept)
    posts, arrivals = await drain(us)
    assert ids(posts) == [ours, other]
    site.items |= kept
    await clock.advance(POLL_S)
    posts, arrivals = await drain(us, arrivals.cursor)
    assert ids(posts) == [reply, mine]
    assert posts[1].answers == "hackernews:sel"


async def test_what_was_taken_back_is_gone(
    us: HackerNewsAccount, site: HackerNewsServer, clock: FakeClock
) -> None:
    """Theirs and ours, deleted or killed, once each; the rest stands."""
    ours = site.story("marl", "A map", NOON)
    regret = site.comment("sel", ours, "Rubbish.", NOON + at(1))
    spam = site.comment("spam", ours, "Buy.", NOON + at(2))
    kept = site.comment("tilda", ours, "Good.", NOON + at(3))
    mine = site.comment("marl", kept, "Typo.", NOON + at(4))
    _, arrivals = await drain(us)
    site.delete(regret)
    site.change(spam, dead=True)
    site.delete(mine)
    arrivals = await us.poll(arrivals.cursor)
    assert sorted(map(int, arrivals.gone)) == [regret, spam, mine]
    assert arrivals.posts == ()
    await clock.advance(600)
    arrivals = await us.poll(arrivals.cursor)
    assert (arrivals.gone, arrivals.posts) == ((), ())


async def test_what_was_gone_before_never_comes(
    us: HackerNewsAccount, site: HackerNewsServer
) -> None:
    """Deleted, dead, of an unknown kind: not ours, not to us, and nothing fails."""
    ours = site.story("marl", "A map", NOON)
    site.delete(site.comment("sel", ours, "Rubbish.", NOON))
    site.comment("spam", ours, "Buy.", NOON, dead=True)
    site.comment("sel", ours, "?", NOON, type="wave")
    site.delete(site.comment("marl", ours, "Never mind.", NOON))
    site.comment("marl", ours, "Adding to this.", NOON + at(1))
    posts, arrivals = await drain(us)
    assert [post.body for post in posts] == ["A map", "Adding to this."]
    assert arrivals.gone == ()


async def test_a_flood_of_answers_comes_in_parts(
    us: HackerNewsAccount, site: HackerNewsServer
) -> None:
    """Each comes once, oldest first, and no poll reads more than its share."""
    ours = site.story("marl", "Show HN: A map", NOON)
    said = [site.comment(f"p{n}", ours, "Nice.", NOON + at(n / 50)) for n in range(150)]
    arrivals = await us.poll(None)
    assert len(arrivals.posts) == 1 + ANSWERS_A_POLL
    assert arrivals.has_more
    posts, _ = await drain(us, arrivals.cursor)
    assert ids(arrivals.posts)[1:] + ids(posts) == said


async def test_a_poll_that_fails_moves_nothing(
    us: HackerNewsAccount, site: HackerNewsServer
) -> None:
    """The error is one of ours; asking again brings everything."""
    ours = site.story("marl", "A map", NOON)
    reply = site.comment("sel", ours, "Where?", NOON)
    for place in ("user", f"item/{reply}"):
        site.trouble = {place: Trouble.NOT_JSON}
        with pytest.raises(NetworkError):
            await us.poll(None)
    site.trouble.clear()
    posts, _ = await drain(us)
    assert ids(posts) == [ours, reply]


async def test_an_item_that_is_kept_from_us_hides_no_other(
    us: HackerNewsAccount, site: HackerNewsServer
) -> None:
    """Not found, or another one in its place: it is left out, and the rest comes."""
    ours = site.story("marl", "A map", NOON)
    kept = site.comment("sel", ours, "Where?", NOON)
    other = site.comment("sel", ours, "Who?", NOON)
    site.trouble[f"item/{kept}"] = Trouble.NOT_FOUND
    site.items[other]["id"] = ours
    said = site.comment("sel", ours, "When?", NOON)
    posts, _ = await drain(us)
    assert ids(posts) == [ours, said]


async def test_a_poll_that_is_given_up_leaves_nothing_behind(
    us: HackerNewsAccount, site: HackerNewsServer
) -> None:
    """Closing while the site is silent ends every request; the next poll finds everything."""
    ours = site.story("marl", "A map", NOON)
    site.trouble["item/"] = Trouble.HANGS
    before = asyncio.all_tasks()
    polling = asyncio.create_task(us.poll(None))
    await until(lambda: f"item/{ours}.json" in site.asked)
    polling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await polling
    await until(lambda: not [t for t in asyncio.all_tasks() - before if "handle" not in repr(t)])
    site.let_go()
    posts, _ = await drain(us)
    assert ids(posts) == [ours]


async def test_an_account_that_was_closed_says_so(
    us: HackerNewsAccount, site: HackerNewsServer
) -> None:
    """The name is in the sentence, and what to look at."""
    del site.users["marl"]
    with pytest.raises(Gone) as caught:
        await us.poll(None)
    assert "marl" in caught.value.what


async def test_a_cursor_of_something_else_reads_anew(
    us: HackerNewsAccount, site: HackerNewsServer
) -> None:
    """Whatever stands there, nothing is lost."""
    ours = site.story("marl", "A map", NOON)
    posts, _ = await drain(us, Cursor("4711"))
    assert ids(posts) == [ours]


async def test_a_wait_is_a_minute(us: HackerNewsAccount, clock: FakeClock) -> None:
    """By the clock that was handed in, and never before."""
    waiting = asyncio.create_task(us.wait())
    await clock.advance(POLL_S - 1)
    assert not waiting.done()
    await clock.advance(1)
    await settle()
    assert waiting.done()


async def test_a_thread_can_be_read_whole(us: HackerNewsAccount, site: HackerNewsServer) -> None:
    """The story first, everybody's words with whom they answer, and where each is read."""
    story = site.story("orrin", "A map", NOON, url="https://rivers.example/")
    above = site.comment("sel", story, "Which?", NOON + at(1))
    gone = site.comment("x", story, "Rubbish", NOON + at(2))
    ours = site.comment("marl", above, "This.", NOON + at(3))
    below = site.comment("tilda", gone, "Why?", NOON + at(4))
    reply = site.comment("sel", ours, "Ah.", NOON + at(5))
    site.delete(gone)
    thread = await us.thread(ThreadId(str(story)))
    assert thread.id == str(story)
    assert ids(thread.posts) == [story, above, ours, below, reply]
    relations = [post.relation for post in thread.posts]
    around = Relation.AROUND
    assert relations == [around, around, Relation.OURS, around, Relation.TO_US]
    assert {post.reach for post in thread.posts} == {Reach.PUBLIC}
    assert thread.posts[3].answers is None
    assert all(str(post.url).endswith(post.id) for post in thread.posts)


async def test_a_long_thread_is_cut_level_by_level(
    us: HackerNewsAccount, site: HackerNewsServer
) -> None:
    """No more than 200 items are asked for, those near the story first; a loop ends."""
    story = site.story("orrin", "Long", NOON)
    top = [site.comment("sel", story, "Top", NOON + at(1)) for _ in range(150)]
    for above in top:
        site.comment("tilda", above, "Below", NOON + at(2))
    site.items[top[0]]["kids"].append(story)
    site.count()
    thread = await us.thread(ThreadId(str(story)))
    assert len(thread.posts) == THREAD_AT_MOST
    assert site.count() == {"item": THREAD_AT_MOST}
    assert set(top) < set(ids(thread.posts))
    assert site.at_once <= AT_ONCE


@pytest.mark.parametrize("thread", ["nowhere", "1", "-5", "../user/marl"])
async def test_a_thread_that_is_not_there(us: HackerNewsAccount, thread: str) -> None:
    """It is gone, whatever its name looks like."""
    with pytest.raises(Gone):
        await us.thread(ThreadId(thread))


async def test_a_deleted_thread_is_gone(us: HackerNewsAccount, site: HackerNewsServer) -> None:
    """With nothing under it there is nothing to read."""
    story = site.story("orrin", "A map", NOON)
    site.delete(story)
    with pytest.raises(Gone):
        await us.thread(ThreadId(str(story)))


async def test_the_latest_of_ours(us: HackerNewsAccount, site: HackerNewsServer) -> None:
    """Newest first, without what was deleted, and with the threads they stand in."""
    story = site.story("orrin", "A map", NOON)
    mine = [site.comment("marl", story, f"Word {n}", NOON + at(n)) for n in range(5)]
    site.delete(mine[3])
    latest = await us.latest(3)
    assert ids(latest) == [mine[4], mine[2], mine[1]]
    assert {post.thread for post in latest} == {str(story)}
    assert {post.answers for post in latest} == {"hackernews:orrin"}


async def test_it_takes_no_words(us: HackerNewsAccount) -> None:
    """It says where answers are written; nothing is asked of the site, and a look finds none."""
    message = Message(
        SendId("send-1"),
        Target(
            kind=TargetKind.NEW,
            account=us.account.id,
            network=us.account.network,
            reach=Reach.PUBLIC,
            as_handle=us.account.author.handle,
        ),
        "Hello",
        NOON,
    )
    with pytest.raises(Rejected, match="on its own page only") as caught:
        await us.send(message)
    assert caught.value.remedy
    assert await us.look(message) is None
    with pytest.raises(Rejected, match="on its own page only"):
        await us.take_back(PostId("1"))
    await us.close()


async def test_a_line_without_end_ends(us: HackerNewsAccount, site: HackerNewsServer) -> None:
    """Comments that stand under one another in a ring do not keep us going round."""
    first = site.comment("sel", 1, "Ring", NOON)
    second = site.comment("tilda", first, "Ring", NOON)
    site.items[first]["parent"] = second
    ours = site.comment("marl", second, "Where are we?", NOON)
    posts, _ = await drain(us)
    assert ids(posts) == [ours]
    lost = site.comment("marl", 999_999, "Nothing above", NOON)
    (post,) = await us.latest(1)
    assert (int(post.id), post.thread, post.answers) == (lost, ThreadId(str(lost)), None)


class _Written:
    """The account, with a way to write: on the site's own page, as people do."""

    def __init__(self, us: HackerNewsAccount, site: HackerNewsServer, clock: FakeClock) -> None:
        """Write on ``site`` as ``us``."""
        self._us = us
        self._site = site
        self._clock = clock
        self.capabilities = us.capabilities
        self.thread: Callable[[ThreadId], Awaitable[Thread]] = us.thread
        self.latest = us.latest
        self.poll: Callable[[Cursor | None], Awaitable[Arrivals]] = us.poll

    @property
    def account(self) -> Account:
        """Whom we are there."""
        return self._us.account

    async def send(self, message: Message) -> Post:
        """Write it, and read it from there."""
        above = message.target.post
        now = self._clock.now()
        if above is None:
            self._site.story("marl", message.body, now)
        else:
            self._site.comment("marl", int(above), message.body, now)
        await self._clock.advance(1)
        return (await self._us.latest(1))[0]


class TestHackerNews:
    """The promises of every network, as far as one that is only read can keep them."""

    @pytest.fixture
    async def stage(self, us: HackerNewsAccount, site: HackerNewsServer, clock: FakeClock) -> Stage:
        """Marl's story, about which Sel speaks."""
        story = site.story("marl", "A map", NOON)
        (_, arrivals) = await drain(us)
        written = _Written(us, site, clock)

        async def poll(cursor: Cursor | None) -> Arrivals:
            return await us.poll(cursor or arrivals.cursor)

        async def they_say(body: str, above: PostId | None) -> PostId:
            await clock.advance(1)
            parent = story if above is None else int(above)
            return PostId(str(site.comment("sel", parent, body, clock.now())))

        written.poll = poll
        return Stage(written, they_say, itertools.count())  # type: ignore[arg-type] # what these promises need of a network

    test_sent = Conformance.test_a_sent_post_says_where_and_whose_it_is
    test_two_keys = Conformance.test_two_keys_make_two_posts
    test_goes_on = Conformance.test_a_poll_goes_on_where_the_last_one_ended
    test_gone = Conformance.test_a_thread_that_is_not_there_is_gone
    test_latest = Conformance.test_latest_is_ours_newest_first
    test_stranger = Conformance.test_a_stranger_cannot_write_to_the_terminal
