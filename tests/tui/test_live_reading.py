"""Reading in a session: topics, threads, search, links; the caret stays where it was put."""

from pathlib import Path

from services.model.sending import SendState, TargetKind
from services.model.waiting import Order
from tests.tui.inbox import PEOPLE
from tests.tui.stage import Stage, open_stage
from tui.screens.search import SearchScreen
from widgets.thread_view import ThreadView
from widgets.topic_list import TopicList
from widgets.unread_list import UnreadList


async def _open_topic(stage: Stage, title: str) -> None:
    live = stage.live
    await stage.press("t")
    assert isinstance(live.focused, TopicList)
    await stage.press("home")
    while live.topics_pane.list.selected and live.topics_pane.list.selected.title != title:
        await stage.press("j")
    await stage.press("enter")
    await stage.until(lambda: live.wanted.topic is not None and live.view is not None)
    await stage.until(lambda: live.thread_view.marked_post is not None)


async def test_a_topic_opens_and_takes_answers_and_words_of_our_own(tmp_path: Path) -> None:
    """Enter reads, r answers the post under the cursor, s says one's own, each to the topic."""
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        await _open_topic(stage, "#aurora")
        assert isinstance(live.focused, ThreadView)
        assert not live.composer.pad.has_focus
        await stage.until_shown("Seen from the hill, too.")
        marked = live.thread_view.marked_post
        assert marked is not None
        await stage.press("r")
        await stage.until(lambda: live.composer.pad.has_focus)
        await stage.answer("Green or red?")
        send = await stage.until_settled(SendState.SENT)
        assert (send.target.kind, send.target.post) == (TargetKind.REPLY, marked.id)
        assert send.target.topic == live.wanted.topic
        await stage.until(lambda: isinstance(live.focused, ThreadView))
        await stage.press("s")
        await stage.until(lambda: live.composer.pad.has_focus)
        await stage.answer("We saw it from the weir. #aurora")
        own = await stage.until_settled(SendState.SENT, 2)
        assert own.target.kind is TargetKind.TOPIC
        assert own.target.to_name == "#aurora"
        await stage.press("escape")
        await stage.until(lambda: isinstance(live.focused, UnreadList))
        assert live.wanted.topic is None
        await stage.until_shown(f"{PEOPLE} people wait")


async def test_a_grave_topic_says_so_and_leaves_the_caret_alone(tmp_path: Path) -> None:
    """Where somebody died the topic says so, nothing invites to write; s needs an open topic."""
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        await stage.press("s")
        await stage.until_said("Open a topic first: t, then enter.")
        await _open_topic(stage, "#millfire")
        await stage.until_shown("grave news", "Two people died in the fire at the mill.")
        assert isinstance(live.focused, ThreadView)
        assert live.composer.target is None


async def test_search_finds_and_opens_the_thread(tmp_path: Path) -> None:
    """Typing finds, Enter reads the thread below the list, and r answers in it."""
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        await stage.press("slash")
        await stage.until(lambda: isinstance(stage.app.screen, SearchScreen))
        await stage.write("ferr")
        await stage.until_shown("1 found, newest first; enter goes to them, esc goes back")
        await stage.press("enter")
        await stage.until_shown("enter reads the thread")
        await stage.press("enter")
        await stage.until(lambda: stage.app.screen is live)
        await stage.until(
            lambda: any(
                "ferries" in post.body for post in getattr(live.thread_view.subject, "posts", ())
            )
        )
        assert isinstance(live.focused, ThreadView)
        await stage.press("end", "r")
        await stage.until(lambda: live.composer.pad.has_focus)
        assert live.composer.target is not None
        assert "Lindgren" in str(live.composer.target.to_name)
        await stage.press("escape")
        await stage.press("slash")
        await stage.until(lambda: isinstance(stage.app.screen, SearchScreen))
        await stage.write("zzz")
        await stage.until_shown("nothing found")
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is live)


async def test_y_copies_the_link_of_the_post_and_o_turns_the_order(tmp_path: Path) -> None:
    """The address goes to the clipboard and stands on screen whole; o puts the oldest first."""
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        await stage.rest()
        await stage.until(lambda: live.thread_view.subject is not None)
        await stage.press("tab")
        await stage.until(lambda: live.thread_view.marked_post is not None)
        post = live.thread_view.marked_post
        assert post is not None
        await stage.press("y")
        await stage.until(lambda: stage.app.clipboard == post.url)
        await stage.until_said(str(post.url))
        await stage.press("o")
        await stage.until_shown("oldest first")
        reading = stage.runtime.real.reading
        oldest = await reading.waiting(Order.OLDEST)
        assert [row.id for row in live.waiting.rows] == [row.id for row in oldest.rows]


async def test_in_a_window_too_small_to_show_anything_no_key_does_anything(tmp_path: Path) -> None:
    """Words typed on while the window shrinks are no commands, and nothing is begun unseen."""
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        await stage.pilot.resize_terminal(38, 10)
        await stage.until(lambda: live.has_class("-tiny"))
        await stage.press("n", "d", "ctrl+j")
        assert live.composer.target is None
        await stage.pilot.resize_terminal(80, 24)
        await stage.until(lambda: not live.has_class("-tiny"))
        await stage.press("n")
        await stage.until(lambda: live.composer.target is not None)
        assert stage.server.bodies() == []


async def test_the_keys_follow_into_the_thread(tmp_path: Path) -> None:
    """Beside the list the person's card and the end are named; in the thread what works there."""
    async with open_stage(tmp_path, size=(120, 36)) as stage:
        live = await stage.sit()
        await stage.until_shown("i who is it", "q end")
        await stage.put_cursor_on("Petra")
        await stage.rest()
        await stage.until(lambda: live.thread_view.marked_post is not None)
        await stage.press("tab")
        await stage.until(lambda: live.focused is live.thread_view)
        await stage.until_shown("y copy link", "esc back")
        assert "set aside" not in stage.text().splitlines()[-1]
        await stage.press("escape")
        await stage.until(lambda: isinstance(live.focused, UnreadList))
