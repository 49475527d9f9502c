"""The lobby as somebody sits in it: who waits, for how long one sits down, and every door."""

import asyncio
import tomllib
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from services.model.ids import WaitingId
from services.model.waiting import Order
from services.runtime import CutOff, Runtime
from services.topics.hosting import TopicsChild
from tests.fakes import FakeClock
from tests.tui.inbox import BACK, LAST_WORDS, LIVE, LONGEST, PEOPLE
from tests.tui.stage import Stage, open_stage
from tui.lobby_view import LobbyView, read_lobby
from tui.opening import OpenPractice
from tui.screens.accounts import AccountsScreen
from tui.screens.ask import AskScreen
from tui.screens.debriefs import DebriefsScreen
from tui.screens.lobby import LobbyScreen
from tui.screens.settings import SettingsScreen
from tui.sight import is_seen
from widgets.choice_line import ChoiceLine

_LATE_S = 0.3
"""So late something comes that is overtaken by what began after it."""


def _order(stage: Stage) -> list[WaitingId]:
    return [row.id for row in stage.lobby.waiters.values]


def _chosen(lobby: LobbyScreen, line: str) -> str:
    """Read which word of a line is chosen."""
    choice = lobby.query_one(line, ChoiceLine)
    return str(choice.options[choice.chosen])


def _counts_the_rest(stage: Stage) -> bool:
    """Tell whether the line below those who wait is true of the rows above it."""
    return f"and {PEOPLE - stage.lobby.waiters.size.height} more" in stage.text()


def _is_running(host: TopicsChild) -> bool:
    return host.pid is not None


async def test_it_says_who_waits_in_the_one_order_and_o_turns_it(tmp_path: Path) -> None:
    """The lobby's rows are the store's, everybody is counted, and o puts the oldest first."""
    async with open_stage(tmp_path) as stage:
        reading = stage.runtime.real.reading
        assert _order(stage) == [row.id for row in (await reading.waiting()).rows]
        assert stage.lobby.waiters.values[0].author.name == LIVE
        shown = stage.text()
        assert f"{PEOPLE} people wait for you" in shown
        assert f"last words from {len(LAST_WORDS)}" in shown
        names = [str(row.author.name) for row in stage.lobby.waiters.values]
        longest = [names.index(name) for name, _ in LONGEST]
        assert max(names.index(name) for name, _ in BACK) < min(longest)
        assert longest == sorted(longest)

        await stage.press("o")
        await stage.until_shown("oldest first")
        assert _order(stage) == [row.id for row in (await reading.waiting(Order.OLDEST)).rows]
        assert stage.lobby.waiters.values[0].author.name == "Em Okafor"

        await stage.press("o")
        await stage.until(lambda: "oldest first" not in stage.text())
        assert stage.lobby.waiters.values[0].author.name == LIVE


async def test_length_and_rhythm_are_kept_for_the_next_time(tmp_path: Path) -> None:
    """Arrows, typed minutes and s change the plan and the file; nonsense changes nothing."""
    async with open_stage(tmp_path) as stage:
        lobby, file = stage.lobby, stage.runtime.paths.config_file

        def kept(key: str) -> object:
            return tomllib.loads(file.read_text("utf-8")).get(key) if file.exists() else None

        await stage.press("right")
        await stage.until(lambda: kept("minutes") == 30)
        await stage.press("l", "l", "l")
        await stage.until(lambda: kept("minutes") == 45)
        await stage.press(*["h"] * 6)
        await stage.until(lambda: kept("minutes") == 5)
        await stage.until_shown("about 3 people fit")
        assert _chosen(lobby, "#length") == "5"

        for typed in ("0", "181", "1.5", "٢٠"):
            await stage.press("m")
            await stage.until(lambda: isinstance(stage.app.screen, AskScreen))
            await stage.press("ctrl+a", "ctrl+k")
            for char in typed:
                await stage.press(char)
            await stage.press("enter")
            await stage.until(lambda: stage.app.screen is lobby)
            assert lobby.plans.plan.minutes == 5
        await stage.until_said("A session lasts 1 to 180 minutes.")

        await stage.press("m", "ctrl+a", "ctrl+k", "1", "7", "enter")
        await stage.until(lambda: kept("minutes") == 17)
        assert _chosen(lobby, "#length") == "17"

        await stage.press("s")
        await stage.until(lambda: kept("rhythm") == "on-the-story")
        assert _chosen(lobby, "#rhythm") == "on the story"
    async with open_stage(tmp_path, is_seeded=False) as again:
        assert again.lobby.plans.plan.minutes == 17
        lobby = again.lobby
        assert _chosen(lobby, "#rhythm") == "on the story"


async def test_enter_sits_down_with_whoever_is_under_the_cursor(tmp_path: Path) -> None:
    """The intention goes along, and the person under the cursor is under it in the session."""
    async with open_stage(tmp_path) as stage:
        await stage.press("i")
        await stage.write("the old ones")
        await stage.press("enter")
        await stage.until_shown("the old ones")
        await stage.press("j", "j", "j")
        chosen = stage.lobby.waiters.selected
        assert chosen is not None
        assert chosen.author.name != LIVE
        await stage.until_shown(f"start with {chosen.author.name}")
        await stage.sit()
        await stage.until(lambda: stage.selected is not None and stage.selected.id == chosen.id)
        sitting = stage.runtime.real.engine.sitting
        assert sitting is not None
        assert sitting.plan.intention == "the old ones"
        assert sitting.plan.minutes == 20
        waited_a_day = await stage.runtime.real.tables.sessions.long_waits(sitting.id)
        assert waited_a_day == 2 + 4


async def test_r_sits_down_for_five_minutes_with_one_person(tmp_path: Path) -> None:
    """R begins a session of five minutes with the row under the cursor, the choice untouched."""
    async with open_stage(tmp_path) as stage:
        await stage.press("j", "r")
        await stage.until_live()
        await stage.until(
            lambda: stage.selected is not None and stage.selected.author.name == "Em Okafor"
        )
        sitting = stage.runtime.real.engine.sitting
        assert sitting is not None
        assert sitting.plan.minutes == 5
        assert stage.lobby.plans.plan.minutes == 20


async def test_who_has_nothing_here_is_welcomed_and_led_on(tmp_path: Path) -> None:
    """With no account Enter says what to do, c joins the commons of this box, and it is kept."""
    async with open_stage(tmp_path, is_seeded=False) as stage:
        await stage.until_shown("Nobody waits for you yet.", "p  practice", "c  the commons")
        await stage.press("enter")
        await stage.until_said("There is nobody to talk with yet.")
        for key, words in (
            ("r", "Nobody waits for you yet."),
            ("g", "No session was cut off."),
            ("o", "Nobody waits for you yet."),
        ):
            await stage.press(key)
            await stage.until_said(words)
        assert stage.app.screen is stage.lobby
        await stage.press("c")
        await stage.until(lambda: stage.runtime.commons is not None)
        await stage.until_said("Only this box reads it")
        await stage.until_shown("Nobody else is here on this box.")
        assert stage.runtime.config.commons.joined
    async with open_stage(tmp_path, is_seeded=False) as again:
        assert again.runtime.commons is not None


async def test_one_reading_fills_the_room_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read once is said for the room that shows after it, however slow the disk is."""
    readings = 0

    async def read_once(runtime: Runtime, order: Order, cut_off: CutOff | None) -> LobbyView:
        nonlocal readings
        readings += 1
        if readings > 1:
            await asyncio.Event().wait()
        return await read_lobby(runtime, order, cut_off)

    monkeypatch.setattr("tui.screens.lobby.read_lobby", read_once)
    async with open_stage(tmp_path) as stage:
        rows = stage.lobby.waiters.size.height
        await stage.until_shown(f"and {PEOPLE - rows} more")
        await stage.pilot.resize_terminal(80, 24)
        await stage.until(lambda: stage.lobby.waiters.size.height < rows)
        await stage.until_shown(f"and {PEOPLE - stage.lobby.waiters.size.height} more")


async def test_a_line_more_leaves_a_row_less(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is said of those who have no row is true of the rows that are left for it."""
    async with open_stage(tmp_path, size=(90, 27)) as stage:
        await stage.until(lambda: _counts_the_rest(stage))
        rows = stage.lobby.waiters.size.height

        async def held(runtime: Runtime, order: Order, cut_off: CutOff | None) -> LobbyView:
            view = await read_lobby(runtime, order, cut_off)
            return replace(view, held_back=2, catching_up=("A first reading goes on",))

        monkeypatch.setattr("tui.screens.lobby.read_lobby", held)
        await stage.lobby.refresh_view()
        await stage.until(lambda: stage.lobby.waiters.size.height < rows)
        await stage.until(lambda: _counts_the_rest(stage))


async def test_enter_starts_where_nobody_waits(tmp_path: Path) -> None:
    """With an account and an empty list Enter sits down all the same; without one it says why."""
    async with open_stage(tmp_path, is_seeded=False) as stage:
        await stage.press("enter")
        await stage.until_said("There is nobody to talk with yet.")
        await stage.press("c")
        await stage.until_said("on the commons of this box.")
        await stage.press("enter")
        await stage.until_live()
        await stage.until_shown("Nobody waits for you.")
        for key in ("r", "x", "w"):
            stage.app.clear_notifications()
            await stage.press(key)
            await stage.until_said("There is nobody under the cursor.")


async def test_p_practises_without_a_trace(tmp_path: Path) -> None:
    """A practice is labelled, is told as practice, and the real files know nothing of it."""
    async with open_stage(tmp_path, is_seeded=False) as stage:
        await stage.press("p")
        await stage.until_live()
        desk = stage.runtime.practice
        assert desk is not None
        await stage.until_shown("practice")
        for _ in range(48):
            await stage.pass_time(5)
            if stage.live.waiting.rows:
                break
        await stage.press("r")
        await stage.until(lambda: stage.live.composer.pad.has_focus)
        await stage.answer("Tell me more about that.")
        await stage.until(lambda: "1 answered" in stage.text())
        await stage.press("q", "y")
        await stage.until_shown("Practice: ", "A made-up cast; nothing of it is kept.")
        await stage.press("enter")
        await stage.until(lambda: stage.app.screen is stage.lobby)
        await stage.until(lambda: not stage.runtime.paths.practice.exists())
        real = stage.runtime.real
        assert await real.reading.last_session() is None
        assert await real.reading.said() == ()
        assert await real.reading.drafts() == ()
        assert (await real.reading.waiting()).rows == ()
        rows = await real.files.private.read("SELECT count(*) FROM person")
        assert tuple(rows[0]) == (0,)


async def test_every_sheet_opens_and_esc_comes_back(tmp_path: Path) -> None:
    """Debriefs, accounts and settings open on their keys and close on esc."""
    async with open_stage(tmp_path) as stage:
        for key, screen, words in (
            ("d", DebriefsScreen, "there are none yet"),
            ("a", AccountsScreen, "Mastodon"),
            ("comma", SettingsScreen, "Theme"),
        ):
            await stage.press(key)
            await stage.until(lambda screen=screen: isinstance(stage.app.screen, screen))  # type: ignore[misc]
            await stage.until_shown(words)
            await stage.press("escape")
            await stage.until(lambda: stage.app.screen is stage.lobby)
        await stage.press("f")
        await stage.until_said("Everything you sent is settled.")
        await stage.press("t")
        await stage.until_said("This is the only terminal of yours.")


async def test_in_the_smallest_window_the_settings_can_be_read_to_their_end(
    tmp_path: Path,
) -> None:
    """What does not fit is announced, and comes with the keys that scroll."""
    async with open_stage(tmp_path, size=(60, 20)) as stage:
        await stage.press("comma")
        await stage.until_shown("Theme", "↓ more")
        await stage.press("end")
        await stage.until_shown("esc back")
        await stage.until(lambda: "↓ more" not in stage.text())


async def test_settings_and_accounts_do_what_they_say(tmp_path: Path) -> None:
    """T puts on the next theme, h hides us, c joins the commons; each is kept in the file."""
    async with open_stage(tmp_path) as stage:
        await stage.press("comma", "t")
        await stage.until(lambda: stage.runtime.config.theme == "paper")
        assert stage.app.theme.endswith("paper")
        await stage.press("h")
        await stage.until(lambda: stage.runtime.config.commons.hidden)
        await stage.until_shown("hidden")
        await stage.press("escape", "a", "c")
        await stage.until(lambda: stage.runtime.commons is not None)
        await stage.until_shown("Commons      @", "this box only")
        file = stage.runtime.paths.config_file
        await stage.until(lambda: "joined = true" in file.read_text("utf-8"))
        kept = tomllib.loads(file.read_text("utf-8"))
        assert kept["theme"] == "paper"
        assert kept["commons"] == {"joined": True, "hidden": True}


async def test_g_goes_on_with_a_session_that_was_cut_off(tmp_path: Path) -> None:
    """What was cut off is offered with what is left of it; past its end g reads the debrief."""
    async with open_stage(tmp_path) as stage:
        await stage.sit()
        await stage.pass_time(61)
    clock = stage.clock
    clock.suspend(120)
    async with open_stage(tmp_path, clock=clock) as again:
        await again.until_shown("A session was cut off", "17 min", "goes on with it")
        await again.press("g")
        await again.until_live()
        await again.until_shown("17 min left")
    clock.suspend(3600)
    async with open_stage(tmp_path, clock=clock) as late:
        await late.until_shown("its time is over", "reads its debrief")
        await late.press("g")
        await late.until_shown("The time ran out while you were away; drafts are kept.")


async def test_a_new_practice_lives_where_an_earlier_one_was_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lobby still looks for what was cut off: the new practice is not closed by that."""
    async with open_stage(tmp_path, is_seeded=False, opening=OpenPractice(7)) as stage:
        await stage.until_live()
    assert stage.runtime.paths.practice.exists()
    may_look = asyncio.Event()
    look = Runtime.cut_off

    async def look_late(runtime: Runtime) -> CutOff | None:
        await may_look.wait()
        return await look(runtime)

    monkeypatch.setattr(Runtime, "cut_off", look_late)
    asyncio.get_running_loop().call_later(_LATE_S, may_look.set)
    async with open_stage(
        tmp_path, is_seeded=False, clock=stage.clock, opening=OpenPractice(8)
    ) as again:
        await again.until_live()
        await again.until(may_look.is_set)
        await again.until(again.lobby.has_looked.is_set)
        assert again.live.desk is again.runtime.practice
        assert again.lobby.cut_off is None
        await again.pass_time(61)
        await again.until_shown("19 min left")


async def test_looking_on_writes_nothing_and_t_takes_over(tmp_path: Path) -> None:
    """A second terminal reads, starts no session, saves no draft, and can ask for the lease."""
    clock = FakeClock()
    async with (
        open_stage(tmp_path, clock=clock) as first,
        open_stage(tmp_path, clock=clock, is_seeded=False) as second,
    ):
        assert second.runtime.looks_on
        await second.until_shown("open in another terminal", "Here you look on.")
        assert f"{PEOPLE} people wait for you" in second.text()
        for key in ("enter", "p", "r", "c"):
            await second.press(key)
            await second.until_said("look on" if key != "c" else "Take it over first.")
            assert second.app.screen is second.lobby
            second.app.clear_notifications()
        assert await first.runtime.real.reading.cut_off() is None
        assert not second.runtime.paths.practice.exists()
        await second.press("t")
        await second.until(lambda: second.app.return_value is not None)


async def test_who_wrote_back_since_the_last_session_is_said(tmp_path: Path) -> None:
    """After a session the lobby names who has written back since."""
    async with open_stage(tmp_path) as stage:
        await stage.sit()
        await stage.put_cursor_on("Petra")
        asked = stage.selected
        assert asked is not None
        await stage.press("r")
        await stage.until(lambda: stage.live.composer.pad.has_focus)
        await stage.answer("Plain cotton.")
        await stage.until(lambda: len(stage.server.published) == 1)
        await stage.press("q", "y")
        await stage.until_shown("Was it a conversation?")
        await stage.press("enter")
        await stage.until(lambda: stage.app.screen is stage.lobby)
        await stage.until_shown("Nobody has written back since")
        await stage.clock.advance(600)
        stage.inbox.now = stage.clock.now()
        await stage.arrive(
            stage.inbox.comment("Petra", "Cotton it is, then.", 0, thread=asked.thread)
        )
        await stage.until_shown("Petra wrote back.")
        assert isinstance(stage.app.screen, LobbyScreen)


async def test_under_a_session_it_reads_nothing(tmp_path: Path) -> None:
    """What lies under the live screen is neither read nor painted again, until one is back."""
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        before = stage.lobby.view

        def shows(name: str) -> bool:
            return any(row.author.name == name for row in live.unread.list.values)

        for name in ("Quentin", "Rosa", "Sol"):
            await stage.arrive(stage.inbox.comment(name, f"{name} here?", 0))
            await stage.until(partial(shows, name))
        assert stage.lobby.view is before


async def test_under_a_sheet_it_goes_on(tmp_path: Path) -> None:
    """What shows through a sheet stays current."""
    async with open_stage(tmp_path) as stage:
        stage.app.push_screen(SettingsScreen(stage.runtime))
        await stage.until(lambda: stage.is_on(SettingsScreen))
        before = stage.lobby.view
        await stage.arrive(stage.inbox.comment("Quentin", "Here?", 0))
        await stage.until(lambda: stage.lobby.view is not before)
        assert "Quentin" in [row.author.name for row in stage.lobby.waiters.values]


async def test_a_roomy_window_shows_eight_people_whatever_else_is_said(tmp_path: Path) -> None:
    """Words above and below the list cost no row, and each row says on which network it is."""
    async with open_stage(tmp_path, size=(120, 36)) as stage:
        lobby = stage.lobby
        await stage.until(lambda: lobby.waiters.size.height == 8)
        lobby.add_class("-told", "-held")
        await stage.rest()
        assert lobby.waiters.size.height == 8
        await stage.until(lambda: lobby.query_one("#keys").region.bottom <= 36)
        assert any(
            LIVE in line and str(stage.network.account.network) in line
            for line in stage.text().splitlines()
        )


async def test_the_topic_engine_is_ready_ahead_where_somebody_may_speak(tmp_path: Path) -> None:
    """With an account it is started beside the lobby; who has none has no child for nothing."""
    for is_seeded in (False, True):
        async with open_stage(tmp_path / str(is_seeded), is_seeded=is_seeded) as stage:
            desk = stage.runtime.real
            before, host = desk.topics, TopicsChild(desk.files.cache, desk.changes, stage.clock)
            host.start()
            desk.topics = host
            try:
                await stage.lobby.doors.prepare()
                if is_seeded:
                    await stage.until(partial(_is_running, host))
                assert (host.pid is not None) is is_seeded
            finally:
                desk.topics = before
                await host.close()


async def test_what_was_closed_is_not_seen(tmp_path: Path) -> None:
    """A sheet is seen while it is open, and so is what shows through it."""
    async with open_stage(tmp_path) as stage:
        sheet = SettingsScreen(stage.runtime)
        stage.app.push_screen(sheet)
        await stage.until(lambda: stage.is_on(SettingsScreen))
        assert is_seen(sheet)
        assert is_seen(stage.lobby)
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is stage.lobby)
        assert not is_seen(sheet)
