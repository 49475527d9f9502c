"""Answering people in a session: two keys per person besides typing, and nothing retargets."""

from pathlib import Path

from services.model.sending import SendState, TargetKind
from services.model.waiting import WaitState
from tests.tui.inbox import LIVE, PEOPLE, PILE, PILE_THREAD
from tests.tui.stage import Stage, open_stage
from tui.deeds import Deed
from widgets.unread_list import UnreadList


async def _reply(stage: Stage, words: str) -> None:
    """Press r, wait for the caret, write and say ``words``."""
    await stage.press("r")
    await stage.until(lambda: stage.live.composer.pad.has_focus)
    await stage.answer(words)


async def test_two_keys_per_person_from_row_to_row(tmp_path: Path) -> None:
    """After each answer its row is gone, the next person is under the cursor, the list has keys."""
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        names = await stage.names()
        for number, words in enumerate(("First answer.", "Second one."), 1):
            selected = stage.selected
            assert selected is not None
            assert selected.author.name == names[number - 1]
            await _reply(stage, words)
            send = await stage.until_settled(SendState.SENT, number)
            assert (send.body, send.target.person) == (words, selected.author.person)
            await stage.until(
                lambda number=number: (  # type: ignore[misc]
                    stage.selected is not None and stage.selected.author.name == names[number]
                )
            )
            assert isinstance(live.focused, UnreadList)
            assert live.composer.text == ""
            row = await stage.runtime.real.reading.waiting_one(selected.id)
            assert row is not None
            assert row.state is WaitState.ANSWERED
        assert stage.server.bodies() == ["First answer.", "Second one."]
        await stage.until_shown("2 answered, 2 people", f"{PEOPLE - 2} people wait")


async def test_a_draft_is_kept_and_the_list_never_retargets_it(tmp_path: Path) -> None:
    """Esc keeps the text, moving about changes neither it nor its target, r finds it again."""
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        await stage.press("j", "r")
        await stage.until(lambda: live.composer.pad.has_focus)
        await stage.write("half a tho")
        target = live.composer.target
        assert target is not None
        await stage.press("escape")
        assert isinstance(live.focused, UnreadList)
        for key in ("j", "j", "k", "end", "o", "t", "e", "home"):
            await stage.press(key)
        assert live.composer.target == target
        assert live.composer.text == "half a tho"
        await stage.until(lambda: not live.composing.unsaved)
        drafts = await stage.runtime.real.reading.drafts()
        assert [(one.target.key, one.body) for one in drafts] == [(target.key, "half a tho")]

        await stage.put_cursor_on(LIVE)
        await stage.press("r")
        await stage.until(lambda: live.composer.target != target)
        assert live.composer.text == ""
        await stage.press("escape")
        await stage.put_cursor_on("Em Okafor")
        await stage.press("r")
        await stage.until(lambda: live.composer.text == "half a tho")
        await stage.write("ught")
        await stage.press("ctrl+j")
        await stage.until(lambda: stage.server.bodies() == ["half a thought"])
        assert stage.server.asked[-1].body == "half a thought"
        assert await stage.runtime.real.reading.drafts() == ()


async def test_set_aside_watch_and_undo(tmp_path: Path) -> None:
    """X and w take the row away and say so to the store; u brings them back in turn."""
    async with open_stage(tmp_path) as stage:
        await stage.sit()
        names = await stage.names()
        rows = list((await stage.runtime.real.reading.waiting()).rows)
        await stage.press("x")
        await stage.until_shown(f"{PEOPLE - 1} people wait")
        await stage.press("w")
        await stage.until_shown(f"{PEOPLE - 2} people wait")
        assert stage.selected is not None
        assert stage.selected.author.name == names[2]
        reading = stage.runtime.real.reading
        states = [await reading.waiting_one(row.id) for row in rows[:2]]
        assert [one.state for one in states if one] == [WaitState.SET_ASIDE, WaitState.WATCHING]
        await stage.press("u")
        await stage.until_shown(f"{PEOPLE - 1} people wait")
        await stage.press("u")
        await stage.until_shown(f"{PEOPLE} people wait")
        assert await stage.names() == names
        await stage.press("u")
        await stage.until_said("There is nothing to undo.")
        assert stage.server.asked == []


async def test_keys_that_come_in_one_go_are_done_in_their_order(tmp_path: Path) -> None:
    """An undo right behind a set aside undoes it, however slow the disk or the line is."""
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        names = await stage.names()
        (first, *_) = live.waiting.rows
        live.deeds.do(Deed.SET_ASIDE)
        live.deeds.do(Deed.UNDO)
        live.deeds.do(Deed.WATCH)
        await stage.until_shown(f"{PEOPLE - 1} people wait")
        await stage.press("u")
        await stage.until_shown(f"{PEOPLE} people wait")
        assert await stage.names() == names
        await stage.press("u")
        await stage.until_said("There is nothing to undo.")
        row = await stage.runtime.real.reading.waiting_one(first.id)
        assert row is not None
        assert row.state is not WaitState.SET_ASIDE


async def test_take_back_gives_the_text_back_and_the_person_waits_again(tmp_path: Path) -> None:
    """Z deletes the post within a minute, its words stand in the composer, the row in the list."""
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        await stage.press("z")
        await stage.until_said("You have said nothing yet that could be taken back.")
        await stage.put_cursor_on("Petra")
        await _reply(stage, "Too quick.")
        await stage.until_settled(SendState.SENT)
        await stage.until(lambda: live.composing.last_sent is not None)
        await stage.until_shown(f"{PEOPLE - 1} people wait")
        await stage.press("z")
        await stage.until(lambda: live.composer.text == "Too quick.")
        assert live.composer.target is not None
        assert live.composer.target.to_name == "Petra"
        assert stage.server.bodies() == []
        await stage.until_said("copies of it may remain")
        await stage.until_shown(f"{PEOPLE} people wait")
        assert live.view is not None
        assert live.view.answered == 0
        assert "Petra" in await stage.names()
        drafts = await stage.runtime.real.reading.drafts()
        assert [one.body for one in drafts] == ["Too quick."]

        await stage.answer("")
        await stage.until_settled(SendState.SENT, 2)
        await stage.until_shown("1 answered")
        await stage.clock.advance(61)
        await stage.press("z")
        await stage.until_said("It has been out for more than a minute.")
        assert stage.server.bodies() == ["Too quick."]


async def test_a_new_post_shows_who_waits_first(tmp_path: Path) -> None:
    """N names who waited before, asks what one thinks about, and answers nobody."""
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        await stage.press("n")
        await stage.until(lambda: live.composer.pad.has_focus)
        await stage.until_said(f"{LIVE} and {PEOPLE - 1} more waited before this.")
        await stage.until_shown("What are you reading, watching, hearing, thinking about?")
        await stage.answer("A book on locks.")
        send = await stage.until_settled(SendState.SENT)
        assert send.target.kind is TargetKind.NEW
        await stage.until_shown(f"{PEOPLE} people wait")
        assert live.view is not None
        assert live.view.answered == 0


async def test_a_pile_opens_as_its_people_and_esc_closes_it(tmp_path: Path) -> None:
    """Nine under one post are one row that opens; one of them is answered; esc shows everybody."""
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        await stage.put_cursor_on(PILE[0])
        assert stage.selected is not None
        assert stage.selected.people == len(PILE)
        await stage.press("enter")
        await stage.until(lambda: live.wanted.pile is not None and len(live.waiting.rows) == 9)
        assert [row.author.name for row in live.unread.list.values] == list(PILE)
        await stage.put_cursor_on("Cy")
        await _reply(stage, "Added, thank you.")
        await stage.until_settled(SendState.SENT)
        assert stage.server.bodies() == ["Added, thank you."]
        await stage.until(lambda: len(live.unread.list.values) == 8)
        assert stage.selected is not None
        assert stage.selected.author.name == "Di"
        await stage.press("escape")
        await stage.until(lambda: len(live.unread.list.values) > 9)
        piled = [row for row in live.unread.list.values if row.thread == PILE_THREAD]
        assert [row.people for row in piled] == [8]


async def test_whoever_answers_while_we_are_there_is_live_and_said_so(tmp_path: Path) -> None:
    """A word back within minutes puts their row in front, and the status line names them."""
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        await stage.put_cursor_on("Petra")
        asked = stage.selected
        assert asked is not None
        await _reply(stage, "Plain cotton.")
        await stage.until_settled(SendState.SENT)
        await stage.clock.advance(20)
        stage.inbox.now = stage.clock.now()
        await stage.arrive(stage.inbox.comment("Petra", "Lovely.", 0, thread=asked.thread))
        await stage.until_shown("◉ Petra has answered you")
        await stage.until(lambda: any(row.author.name == "Petra" for row in live.waiting.rows[:2]))
        await stage.press("j")
        await stage.until(lambda: "has answered you" not in stage.text())


async def test_the_guard_remarks_and_blocks_nothing(tmp_path: Path) -> None:
    """Words said before are pointed out over the composer, and go out all the same."""
    words = "What a thoughtful piece, it stayed with me all day."
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        await _reply(stage, words)
        await stage.until_settled(SendState.SENT)
        await stage.until(lambda: live.composer.text == "")
        await stage.press("r")
        await stage.until(lambda: live.composer.pad.has_focus)
        live.composer.pad.insert(words)
        await stage.until(lambda: live.composer.remark != "")
        await stage.until_shown(live.composer.remark)
        await stage.press("ctrl+j")
        await stage.until(lambda: stage.server.bodies() == [words, words])
