"""Topics in a session: headlines by source, and what is answered on pages of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace

from services.model.ids import NetworkName
from services.model.posts import Reach
from services.model.sending import SendState, TargetKind
from services.networks.base import Arrivals, Cursor
from services.text.clean import clean_line
from tests.fake_network import FakeNetwork
from tests.tui.inbox import Inbox
from tests.tui.newsstand import LONG, STORY, carry, headline
from tests.tui.stage import SIZE, Stage, open_stage
from widgets.thread_view import ThreadView
from widgets.topic_list import TopicList
from widgets.unread_list import UnreadList


@asynccontextmanager
async def _stage(folder: Path, size: tuple[int, int] = SIZE) -> AsyncIterator[Stage]:
    """Open the app with a story that two carry and one that only one does, and sit down."""
    async with open_stage(folder, size=size) as stage:
        now = stage.clock.now()
        minute = timedelta(minutes=1)
        told = (
            headline(1, "BBC News", STORY, now - 6 * minute, url=LONG, paragraph="Red and green."),
            headline(2, "The Guardian", STORY, now - 3 * minute, url="https://g.example/aurora"),
            headline(3, "NPR News", "Harbour council votes on the new quay", now - 2 * minute),
        )
        await carry(stage.runtime, *told)
        await stage.lobby.refresh_view()
        yield stage


async def _read(stage: Stage, title: str) -> ThreadView:
    live = stage.live
    await stage.press("t", "home")
    assert isinstance(live.focused, TopicList)
    for _ in range(20):
        selected = live.topics_pane.list.selected
        if selected is not None and title in selected.title:
            break
        await stage.press("j")
    await stage.press("enter")
    await stage.until(lambda: title in str(getattr(live.thread_view.subject, "topic", "")))
    await stage.until(lambda: live.thread_view.marked_item is not None)
    return live.thread_view


async def test_a_story_is_read_by_source_and_its_address_copied(tmp_path: Path) -> None:
    """Several sources stand first; j walks them, y and enter copy the whole address, r says no."""
    async with _stage(tmp_path) as stage:
        live = await stage.sit()
        await stage.until_shown("2 sources, 6 min", "1 source, verify, 2 min")
        assert live.topics.topics[0].title == STORY
        view = await _read(stage, STORY)
        await stage.until_shown("BBC News · 6 min ago", "Red and green.", "y copy link")
        await stage.press("y")
        await stage.until(lambda: stage.app.clipboard == LONG)
        await stage.until_said(LONG)
        await stage.press("r")
        await stage.until_said("Publishers are not answered here.")
        assert live.composer.target is None
        await stage.press("j", "enter")
        await stage.until(lambda: stage.app.clipboard == "https://g.example/aurora")
        assert live.composer.target is None
        assert view.has_focus


async def test_s_says_ones_own_about_a_story_from_an_account_that_can(tmp_path: Path) -> None:
    """A story belongs to no account, so the first that takes words speaks, with its own reach."""
    async with _stage(tmp_path) as stage:
        live = await stage.sit()
        await _add_hackernews(stage)
        await _read(stage, STORY)
        await stage.press("s")
        await stage.until(lambda: live.composer.pad.has_focus)
        await stage.answer("We saw it from the weir.")
        send = await stage.until_settled(SendState.SENT)
        assert (send.target.kind, send.target.account) == (
            TargetKind.TOPIC,
            stage.network.account.id,
        )
        assert send.target.reach is Reach.PUBLIC
        assert send.target.to_name == STORY


async def test_the_status_line_names_the_keys_of_what_is_marked(tmp_path: Path) -> None:
    """On a headline its keys stand there, in the composer those of writing, at once."""
    async with _stage(tmp_path) as stage:
        live = await stage.sit()
        await _read(stage, STORY)
        await stage.until_shown("y copy link   s say your own")
        await stage.press("s")
        await stage.until(lambda: live.composer.pad.has_focus)
        await stage.until_shown("ctrl+j say it   esc back, text is kept")
        await stage.press("escape", "escape")
        await stage.until_shown("r reply   n new post")


async def test_one_source_says_to_verify_first(tmp_path: Path) -> None:
    """What one publisher alone carries says so; without an address y says that too."""
    async with _stage(tmp_path) as stage:
        await stage.sit()
        await _read(stage, "Harbour council")
        await stage.until_shown("Verify first: only NPR News carries it.")
        await stage.press("y")
        await stage.until_said("This headline has no address of its own.")


async def _add_hackernews(stage: Stage) -> FakeNetwork:
    """Add an account whose network takes no words from here, before all others."""
    network = FakeNetwork(stage.server, name=NetworkName.HACKERNEWS)
    network._capabilities = replace(network.capabilities, can_answer=False, reach=Reach.PUBLIC)
    inbox = Inbox(network.account, stage.clock.now())
    asked = inbox.comment("whowrites", "Which Python is that?", 3)
    asked = replace(
        asked,
        network=NetworkName.HACKERNEWS,
        url=clean_line("https://news.ycombinator.com/item?id=7"),
    )
    desk = stage.runtime.real
    others = dict(desk.networks)
    desk.networks.clear()
    desk.add(network)
    desk.networks.update(others)
    heard = await desk.intake.take(network.account.id, Arrivals((asked,), Cursor("0")))
    desk.changes.publish(*heard.families)
    return network


async def test_who_is_answered_on_a_page_is_pointed_to(tmp_path: Path) -> None:
    """The row says so; r and enter copy the address and open no composer; n speaks elsewhere."""
    async with _stage(tmp_path) as stage:
        live = await stage.sit()
        await _add_hackernews(stage)
        await stage.until(lambda: any("whowrites" in r.author.name for r in live.waiting.rows))
        await stage.put_cursor_on("whowrites")
        await stage.until_shown("question, answer on its page")
        page = "https://news.ycombinator.com/item?id=7"
        for key in ("r", "enter"):
            stage.app.copy_to_clipboard("")
            await stage.press(key)
            await stage.until(lambda: stage.app.clipboard == page)
            await stage.until_said(
                f"Hacker News takes answers on its own page: {page}. "
                "Copied, if your terminal allows it."
            )
            assert live.composer.target is None
        await stage.rest()
        await stage.until(lambda: live.thread_view.marked_post is not None)
        await stage.press("tab", "r")
        await stage.until_said(page)
        assert live.composer.target is None
        live.deeds.focus(live.query_one(UnreadList))
        await stage.press("n")
        await stage.until(lambda: live.composer.target is not None)
        assert live.composer.target is not None
        assert live.composer.target.account == stage.network.account.id


async def test_with_no_account_that_can_speak_a_story_is_still_read(tmp_path: Path) -> None:
    """Topics are enough to sit down for; n and s say where words could go."""
    async with _stage(tmp_path) as stage:
        stage.runtime.real.networks.clear()
        live = await stage.sit()
        await _read(stage, STORY)
        for key in ("s", "n"):
            stage.app.clear_notifications()
            await stage.press(key)
            await stage.until_said("There is nowhere to say it yet.")
        assert live.composer.target is None


async def test_a_story_is_read_in_a_small_window(tmp_path: Path) -> None:
    """In 60 by 20 the story fills the window, with its source and the keys."""
    async with _stage(tmp_path, (60, 20)) as stage:
        await stage.sit()
        await _read(stage, STORY)
        await stage.until_shown(STORY, "BBC News · 6 min ago", "y copy link")
