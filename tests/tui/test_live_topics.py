"""What breaks, in a session: seen, asked why, set aside, followed, and held against the queue."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace

from services.errors import StoreError
from services.model.ids import NetworkName, PostId, TopicId
from services.model.posts import Post, Reach
from services.model.queue import Queued, QueuedId, QueuedKind
from services.model.words import NOTHING
from services.text.clean import clean
from services.topics.values import Ranked
from tests.fake_network import FakeServer
from tests.tui.outbreak import Announcer, ranked, said
from tests.tui.stage import SIZE, Correspondence, Sociable, Stage, open_stage
from tui.opening import OpenPractice
from tui.screens.queue import QueueScreen
from tui.screens.tastes import TastesScreen
from tui.screens.why import WhyScreen
from widgets.thread_view import ThreadView
from widgets.topic_list import TopicList
from widgets.unread_list import UnreadList

_LIGHTS = "Northern lights over half of Europe"
_FERRY = "Night ferry sinks off Cape Orrin"


@asynccontextmanager
async def _stage(
    folder: Path, size: tuple[int, int] = SIZE, *, is_social: bool = False
) -> AsyncIterator[tuple[Stage, Announcer]]:
    """Open the app with an announcer of topics."""
    make = Sociable if is_social else Correspondence
    async with open_stage(folder, size=size, topics=Announcer, make=make) as stage:
        host = stage.runtime.real.topics
        assert isinstance(host, Announcer)
        yield stage, host


def _two(stage: Stage, *, is_grave: bool = False) -> tuple[Ranked, Ranked]:
    now = stage.clock.now()
    return (
        ranked(1, _LIGHTS, 16.2, now, follows=("#aurora",)),
        ranked(2, _FERRY, 9.0, now, minutes=14, is_grave=is_grave),
    )


async def _go(stage: Stage, down: int = 0) -> TopicList:
    """Go to the topics, and so many rows down."""
    await stage.press("t", "home", *["j"] * down)
    topics = stage.live.focused
    assert isinstance(topics, TopicList)
    return topics


async def test_what_breaks_stands_in_the_pane_and_in_the_lobby(tmp_path: Path) -> None:
    """How far, why and how it came; the lobby names the same, and what of it is ours."""
    async with _stage(tmp_path) as (stage, host):
        await host.announce(*_two(stage, is_grave=True), words=("Bluesky: 1 post in 3 is seen",))
        await stage.until_shown("Breaking now", f"×16 {_LIGHTS[:12]}", "you follow #aurora")
        await stage.until_shown("×9 Night ferry", "grave news")
        await stage.sit()
        await stage.until_shown("Breaking topics", "×16 Northern lights", "you follow #aurora")
        await stage.until_shown("grave news, 14 min", "▁▁▁▂▂▄▆█", "Bluesky: 1 post in 3 is seen")


async def test_while_it_warms_up_the_pane_says_so(tmp_path: Path) -> None:
    """Before anything can be told to break, that is said beside the title."""
    async with _stage(tmp_path) as (stage, host):
        await host.announce(is_warming=True)
        await stage.sit()
        await stage.until_shown("warming up", "Nothing is up yet.")


async def test_in_a_common_window_one_line_says_what_breaks(tmp_path: Path) -> None:
    """At 80 by 24 the number stands before the title, and t opens the list."""
    async with _stage(tmp_path, (80, 24)) as (stage, host):
        await host.announce(*_two(stage))
        await stage.sit()
        await stage.until_shown("Breaking topics  ×16 Northern lights", "×9 Night ferry")
        await _go(stage)
        await stage.until_shown("you follow #aurora, 2 sources, 31 people, 6 min", "▁▁▁▂▂▄▆█")


async def test_x_sets_a_topic_aside_and_u_brings_it_back(tmp_path: Path) -> None:
    """The row goes, the status line says how it comes back, and it stays away in the lobby."""
    async with _stage(tmp_path) as (stage, host):
        await host.announce(*_two(stage))
        live = await stage.sit()
        topics = await _go(stage, down=1)
        await stage.until_shown("h why it is here   x set aside")
        await stage.press("x")
        await stage.until(lambda: [one.title for one in topics.shown] == [_LIGHTS])
        await stage.until_shown("is set aside: u brings it back")
        waiting = live.waiting.people
        await stage.press("u")
        await stage.until(lambda: len(topics.shown) == 2)
        await stage.press("e", "x")
        await stage.until(lambda: live.waiting.people == waiting - 1)
        await stage.press("u")
        await stage.until(lambda: live.waiting.people == waiting)


async def test_two_quick_keys_set_one_topic_aside(tmp_path: Path) -> None:
    """The second comes before the row has gone: it is the same topic, and undone by one u."""
    async with _stage(tmp_path) as (stage, host):
        await host.announce(*_two(stage))
        await stage.sit()
        topics = await _go(stage)
        live = stage.live
        live.deeds.topics.set_aside()
        live.deeds.topics.set_aside()
        await stage.until(lambda: [one.title for one in topics.shown] == [_FERRY])
        await stage.press("u")
        await stage.until(lambda: len(topics.shown) == 2)
        assert topics.selected is not None
        assert topics.selected.title == _LIGHTS
        await stage.press("u")
        await stage.until_said("There is nothing to undo.")


async def test_a_topic_that_could_not_be_set_aside_stays(tmp_path: Path) -> None:
    """The file cannot be written: that is said, the row stays, and x can be pressed again."""
    async with _stage(tmp_path) as (stage, host):
        await host.announce(*_two(stage))
        await stage.sit()
        topics = await _go(stage)
        verbs = stage.runtime.real.verbs
        dismiss = verbs.dismiss_topic

        async def fail(*_: object) -> None:
            raise StoreError("The file cannot be written.")

        verbs.dismiss_topic = fail  # type: ignore[method-assign, assignment]
        await stage.press("x")
        await stage.until_said("The file cannot be written.")
        assert len(topics.shown) == 2
        verbs.dismiss_topic = dismiss  # type: ignore[method-assign]
        await stage.press("x")
        await stage.until(lambda: len(topics.shown) == 1)


async def test_in_a_small_window_the_keys_of_why_stay_below_what_is_told(tmp_path: Path) -> None:
    """Many reasons are scrolled, and which key goes back is seen all the time."""
    async with _stage(tmp_path, (60, 20)) as (stage, host):
        reasons = tuple(f"Reason {number} of them." for number in range(1, 20))
        await host.announce(replace(_two(stage)[0], reasons=reasons))
        await stage.sit()
        await _go(stage)
        await stage.press("h")
        await stage.until_shown("Why it is here", "Reason 1 of them.", "f follow", "esc back")
        await stage.press("end")
        await stage.until_shown("Reason 19 of them.", "x set aside", "esc back")


async def test_a_topic_with_nothing_to_read_names_no_key_for_that(tmp_path: Path) -> None:
    """None of its posts is known here: nothing is answered or copied, and one may say one's own."""
    async with _stage(tmp_path) as (stage, host):
        await host.announce(*_two(stage))
        await stage.sit()
        await _go(stage)
        await stage.press("enter")
        await stage.until_shown("s say your own   esc back   ? help   h why it is here")
        assert "r reply" not in stage.text()
        assert "y copy link" not in stage.text()


async def test_with_no_topics_the_keys_say_so(tmp_path: Path) -> None:
    """Nothing is under the cursor: h has nothing to say, x sets nobody aside unseen."""
    async with _stage(tmp_path) as (stage, _):
        live = await stage.sit()
        waiting = live.waiting.people
        await stage.press("t", "h")
        await stage.until_said("Go to a topic first.")
        await stage.press("e", "x")
        await stage.until(lambda: live.waiting.people == waiting - 1)


async def test_x_closes_and_sets_aside_the_topic_that_is_read(tmp_path: Path) -> None:
    """With the keys in what is read x means the topic, never whoever waits unseen."""
    async with _stage(tmp_path) as (stage, host):
        await host.announce(*_two(stage))
        live = await stage.sit()
        waiting = live.waiting.people
        topics = await _go(stage)
        await stage.press("enter")
        await stage.until(lambda: isinstance(live.focused, ThreadView))
        await stage.until_shown("×16  you follow #aurora, 2 sources")
        await stage.press("x")
        await stage.until(lambda: [one.title for one in topics.shown] == [_FERRY])
        assert live.wanted.topic is None
        assert isinstance(live.focused, TopicList)
        assert live.waiting.people == waiting


async def test_h_says_why_and_follows_or_mutes_a_word(tmp_path: Path) -> None:
    """The engine's own sentences; f and m ask which word; what is followed reaches the topics."""
    async with _stage(tmp_path) as (stage, host):
        tagged = ranked(3, "#nightferry", 12.0, stage.clock.now())
        await host.announce(tagged, *_two(stage))
        await stage.sit()
        await stage.press("h")
        await stage.until_said("Go to a topic first.")
        await _go(stage)
        await stage.press("h")
        await stage.until(lambda: isinstance(stage.app.screen, WhyScreen))
        await stage.until_shown(
            "Why it is here", "×12 #nightferry", "44 posts of late, by 31 people."
        )
        await stage.press("f", "enter")
        await stage.until(lambda: stage.runtime.tastes.follows == ("#nightferry",))
        await stage.clock.advance(2)
        await stage.until(lambda: host.tastes.follows == ("#nightferry",))
        await stage.press("m")
        await stage.press(*["backspace"] * 12)
        await stage.write("ferry")
        await stage.press("enter")
        await stage.until(lambda: stage.runtime.tastes.mutes == ("ferry",))
        await stage.press("f", "escape", "m", "escape", "f")
        await stage.press(*["backspace"] * 12, "!", "enter")
        await stage.until_said("There is no word in it.")
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is stage.live)


async def test_from_why_one_sets_aside_or_sees_what_is_followed(tmp_path: Path) -> None:
    """Keys x and w of the sheet lead on; a topic that has gone meanwhile is said to have."""
    async with _stage(tmp_path) as (stage, host):
        await host.announce(*_two(stage))
        live = await stage.sit()
        topics = await _go(stage)
        await stage.press("h", "w")
        await stage.until(lambda: isinstance(stage.app.screen, TastesScreen))
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is live)
        await stage.press("h", "x")
        await stage.until(lambda: [one.title for one in topics.shown] == [_FERRY])
        await stage.press("enter")
        await stage.until(lambda: live.thread_view.subject is not None)
        await host.announce()
        await stage.press("h")
        await stage.until_shown("It is in the list no more.")


async def test_reasons_that_cannot_be_read_are_said_so(tmp_path: Path) -> None:
    """The sheet stands with the topic's name, and the notice says what is wrong."""
    async with _stage(tmp_path) as (stage, host):
        await host.announce(*_two(stage))
        await stage.sit()
        await _go(stage)

        async def fail(*_: object) -> None:
            raise StoreError("The file cannot be read.")

        stage.runtime.real.reading.why = fail  # type: ignore[method-assign, assignment]
        await stage.press("h")
        await stage.until_said("The file cannot be read.")
        await stage.until_shown("Why it is here", f"×16 {_LIGHTS}")


async def test_g_shows_what_is_followed(tmp_path: Path) -> None:
    """The sheet lists, adds and lets go; what was set aside can be shown again from it."""
    async with _stage(tmp_path) as (stage, host):
        await host.announce(*_two(stage))
        await stage.sit()
        topics = await _go(stage, down=1)
        await stage.press("x")
        await stage.until(lambda: len(topics.shown) == 1)
        await stage.press("g")
        await stage.until(lambda: isinstance(stage.app.screen, TastesScreen))
        await stage.until_shown("What you follow  0 followed, 0 muted", "set aside for two days")
        await stage.press("x")
        await stage.until(lambda: len(topics.shown) == 2)
        await stage.until_shown("Nothing yet. Follow a tag or a word")


def _queued(stage: Stage, *bodies: str) -> list[Queued]:
    account = stage.network.account
    return [
        Queued(
            id=QueuedId(f"q{at}"),
            account=account.id,
            network=account.network,
            kind=QueuedKind.SCHEDULED,
            body=clean(body),
            warning=NOTHING,
            reach=Reach.PUBLIC,
            due_at=stage.clock.now() + timedelta(minutes=40 + 60 * at, seconds=30),
        )
        for at, body in enumerate(bodies)
    ]


async def test_a_queued_post_that_touches_grave_news_is_told_in_both_directions(
    tmp_path: Path,
) -> None:
    """Once in the status line, on the topic's row and page, and on the row of the queue."""
    async with _stage(tmp_path, is_social=True) as (stage, host):
        stage.sociable.waiting = _queued(
            stage, "All aboard the night ferry to Cape Orrin, cheap as chips.", "Tip of the day."
        )
        await stage.runtime.real.queue.refresh()
        live = await stage.sit()
        await host.announce(*_two(stage, is_grave=True))
        (touch,) = await stage.runtime.real.touching.read()
        assert touch.alarm is not None
        await stage.until_shown("grave news, touches your queue")
        await stage.until(lambda: live.news == touch.alarm)
        await _go(stage, down=1)
        await host.announce(*_two(stage, is_grave=True), words=("said anew",))
        await stage.until_shown("said anew")
        assert not live.news
        await stage.press("h")
        await stage.until_shown("A queued post of yours touches it")
        await stage.press("escape", "enter")
        await stage.until_shown("1 queued post of yours touches this: l shows the queue.")
        await stage.press("l")
        await stage.until(lambda: isinstance(stage.app.screen, QueueScreen))
        await stage.until_shown("grave news: touches ×9 Night ferry sinks", "Tip of the day.")
        await stage.until_shown("Breaking now", "×16 Northern lights")


class _Reader(Correspondence):
    """A network on which strangers' posts can be had by their address."""

    def __init__(self, server: FakeServer) -> None:
        """Have been asked for nothing."""
        super().__init__(server)
        self.fetched: list[PostId] = []

    async def fetch(self, keys: tuple[PostId, ...]) -> tuple[Post, ...]:
        """Note what is asked for; nothing of it can be had."""
        self.fetched += keys
        return ()


async def test_a_post_of_a_stream_is_only_read(tmp_path: Path) -> None:
    """It says so; r says in a sentence what to do, the status line names what can be done."""
    async with open_stage(tmp_path, topics=Announcer, make=_Reader) as stage:
        host = stage.runtime.real.topics
        assert isinstance(host, Announcer)
        now = stage.clock.now()
        post = said(7, "The whole street is out looking up.", now - timedelta(minutes=2))
        post = replace(post, network=NetworkName.MASTODON, key="https://far.example/@tam/7")
        await host.announce(ranked(1, _LIGHTS, 16.0, now, stream_posts=(post,)))
        live = await stage.sit()
        await _go(stage)
        await stage.press("enter")
        await stage.until_shown("only read", "The whole street is out looking up.")
        await stage.until_shown("y copy link   s say your own")
        await stage.press("r")
        await stage.until_said("This is only read: you are not signed in to Mastodon.")
        assert live.composer.target is None
        await stage.press("s")
        await stage.until(lambda: live.composer.target is not None)


async def test_opening_a_topic_asks_our_own_servers_for_its_posts(tmp_path: Path) -> None:
    """What only a firehose has brought is asked for once a topic is opened, not before."""
    async with open_stage(tmp_path, topics=Announcer, make=_Reader) as stage:
        host = stage.runtime.real.topics
        assert isinstance(host, Announcer)
        network, now = stage.network, stage.clock.now()
        assert isinstance(network, _Reader)
        post = said(7, "Look up.", now)
        post = replace(post, network=network.account.network)
        await host.announce(ranked(1, _LIGHTS, 16.0, now, stream_posts=(post,)))
        await stage.sit()
        await _go(stage)
        assert network.fetched == []
        await stage.press("enter")
        await stage.until(lambda: network.fetched == [PostId(post.key)])
        await stage.until_shown("Look up.")
        await stage.press("r")
        await stage.until_said("has not given this post to your account.")


async def test_the_list_stands_still_while_a_topic_of_it_is_open(tmp_path: Path) -> None:
    """A ranking that comes meanwhile waits above; esc and the next one let it in."""
    async with _stage(tmp_path) as (stage, host):
        first, second = _two(stage)
        await host.announce(first, second)
        live = await stage.sit()
        topics = await _go(stage, down=1)
        await stage.press("enter")
        await stage.until(lambda: isinstance(live.focused, ThreadView))
        third = ranked(3, "A third thing", 40.0, stage.clock.now())
        await host.announce(third, second, first)
        await stage.until_shown("1 new ↑")
        assert [one.id for one in topics.shown] == [first.id, second.id]
        await stage.press("escape")
        await stage.until(lambda: isinstance(live.focused, UnreadList))
        await stage.until(lambda: topics.shown[0].id == TopicId("burst:3"))
        assert topics.cursor == 0


async def test_a_topic_that_is_read_stays_when_the_list_has_lost_it(tmp_path: Path) -> None:
    """What has faded, or breaks under another id, is not swapped for another talk; esc closes."""
    async with _stage(tmp_path) as (stage, host):
        first, second = _two(stage)
        post = said(7, "The whole street is out looking up.", stage.clock.now())
        await host.announce(replace(first, stream_posts=(post,)), second)
        live = await stage.sit()
        await _go(stage)
        await stage.press("enter")
        await stage.until_shown("The whole street is out looking up.")
        await host.announce(second)
        await stage.until(lambda: live.view is not None and len(live.view.topics.topics) == 1)
        await live.refresh_view()
        await stage.until_shown("The whole street is out looking up.")
        await stage.press("escape")
        await stage.until(lambda: "The whole street" not in stage.text())


async def test_practice_shows_what_breaking_looks_like(tmp_path: Path) -> None:
    """Within a minute or two several of the cast speak of one thing, and it stands there as ×N."""
    async with open_stage(tmp_path, is_seeded=False, opening=OpenPractice(7)) as stage:
        await stage.until_live()
        live = stage.live
        for _ in range(24):
            await stage.clock.advance(5)
            await stage.pilot.pause()
            if "Breaking topics" in stage.text():
                break
        await stage.until_shown("Breaking topics", "×")
        assert live.topics.topics[0].people >= 3
