"""The registry of actions: every key it names does what it names, where it says."""

from pathlib import Path

import pytest
from textual.actions import parse
from textual.command import DiscoveryHit

from tests.tui.stage import Stage, open_stage
from tui.actions import ACTIONS, Action, Place, bindings, hint
from tui.app import ChinwagApp
from tui.deeds import Deed
from tui.palette import ActionProvider
from tui.screens.debrief import DebriefScreen
from tui.screens.help import HelpScreen, help_lines
from tui.screens.live import LiveScreen
from tui.screens.lobby import LobbyScreen

_SCREENS = {
    Place.EVERYWHERE: ChinwagApp,
    Place.LOBBY: LobbyScreen,
    Place.LIVE: LiveScreen,
    Place.COMPOSER: LiveScreen,
    Place.DEBRIEF: DebriefScreen,
}


def _bound() -> list[Action]:
    return [action for action in ACTIONS if action.is_bound]


@pytest.mark.parametrize("action", _bound(), ids=lambda one: f"{one.place.name}-{one.name}")
def test_every_bound_action_has_a_method_where_it_works(action: Action) -> None:
    """A key of the registry calls a method that its screen, or the app, has."""
    _, name, parameters = parse(action.name)
    assert callable(getattr(_SCREENS[action.place], f"action_{name}"))
    if _SCREENS[action.place] is LiveScreen:
        (word,) = parameters
        assert Deed(word).value == word


def test_every_deed_of_a_session_has_a_key() -> None:
    """Nothing can be done in a session that no key does."""
    words = {parse(one.name)[2][0] for one in _bound() if _SCREENS[one.place] is LiveScreen}
    assert words == {deed.value for deed in Deed}


@pytest.mark.parametrize("place", list(Place))
def test_no_two_actions_of_a_place_share_a_key(place: Place) -> None:
    """In one place a key means one thing."""
    keys = [
        key
        for action in ACTIONS
        if action.place is place and action.is_bound
        for key in action.key.split(",")
    ]
    assert len(keys) == len(set(keys))
    assert [one.action for one in bindings(place)] == [
        action.name for action in ACTIONS if action.place is place and action.is_bound
    ]


def test_help_lists_every_action_with_its_key_and_its_sentence() -> None:
    """Every place is named, and under it each action once, in the registry's order."""
    shown = ["".join(words for words, _ in line) for line in help_lines()]
    for place in Place:
        start = shown.index(place.value) + 1
        expected = [action for action in ACTIONS if action.place is place]
        for action, line in zip(expected, shown[start:], strict=False):
            assert line.startswith(action.shown)
            assert line.endswith(action.help)


async def test_a_sheet_names_its_own_keys_and_help_says_so(tmp_path: Path) -> None:
    """Help does not open over a sheet, and says why one need not look for it there."""
    said = next(one.help for one in ACTIONS if one.name == "help")
    assert said == "Show every key; a sheet names its own."
    async with open_stage(tmp_path) as stage:
        for key in ("comma", "a", "b", "d", "u", "w"):
            await stage.press(key)
            await stage.until(lambda: stage.app.screen is not stage.lobby)
            await stage.until_shown("esc")
            await stage.press("question_mark")
            assert not isinstance(stage.app.screen, HelpScreen)
            await stage.press("escape")
            await stage.until(lambda: stage.app.screen is stage.lobby)


async def test_help_that_goes_on_below_says_so(tmp_path: Path) -> None:
    """In a small window the last keys are out of sight, and the edge tells it."""
    async with open_stage(tmp_path, size=(80, 24)) as stage:
        await stage.press("question_mark")
        await stage.until_shown("In the lobby", "↓ more")
        await stage.press("end")
        await stage.until_shown("In a text field letters are letters.")
        await stage.until(lambda: "↓ more" not in stage.text())


def test_a_hint_is_the_registrys_own_words() -> None:
    """The status line shows the key and the label that help shows."""
    assert hint(Place.LIVE, "do('reply')") == ("r", "reply")
    with pytest.raises(StopIteration):
        hint(Place.LIVE, "do('nothing')")


async def _offered(stage: Stage) -> set[str]:
    provider = ActionProvider(stage.app.screen)
    hits = [hit async for hit in provider.discover()]
    assert all(isinstance(hit, DiscoveryHit) for hit in hits)
    return {str(hit.text) for hit in hits}


async def test_the_palette_offers_what_works_and_help_opens_anywhere(tmp_path: Path) -> None:
    """In the lobby the lobby's actions, in a session the session's; ? and f1 show every key."""
    async with open_stage(tmp_path) as stage:
        everywhere = {one.help for one in _bound() if one.place is Place.EVERYWHERE}
        for place in (Place.LOBBY, Place.LIVE):
            if place is Place.LIVE:
                await stage.sit()
            screen = stage.app.screen
            offered = " ".join(await _offered(stage))
            places = {place, Place.COMPOSER} if place is Place.LIVE else {place}
            here = {one.help for one in _bound() if one.place in places}
            assert all(words in offered for words in here | everywhere)
            others = {one.help for one in ACTIONS if one.place not in (place, Place.EVERYWHERE)}
            wrong = {words for words in others - here - everywhere if f": {words} (" in offered}
            assert wrong == set()
            for key in ("question_mark", "f1"):
                await stage.press(key)
                await stage.until(lambda: isinstance(stage.app.screen, HelpScreen))
                await stage.press("escape")
                await stage.until(lambda screen=screen: stage.app.screen is screen)  # type: ignore[misc]
        await stage.press("n")
        await stage.until(lambda: stage.live.composer.pad.has_focus)
        letters = "rnsxwuzotey/q+f?jk"
        await stage.press(*letters.replace("/", "").replace("+", "").replace("?", ""))
        assert stage.live.composer.text == "rnsxwuzoteyqfjk"
        await stage.press("ctrl+p")
        await stage.until(lambda: stage.app.screen is not stage.live)


async def test_ctrl_z_steps_out_of_the_composer_too(tmp_path: Path) -> None:
    """What works everywhere works where one writes: nothing that was typed is undone by it."""
    async with open_stage(tmp_path) as stage:
        await stage.sit()
        await stage.press("n")
        await stage.until(lambda: stage.live.composer.pad.has_focus)
        for action in ACTIONS:
            if action.place is Place.EVERYWHERE and action.is_bound:
                key = action.key.split(",")[0]
                assert stage.live.active_bindings[key].binding.action == action.name


async def test_help_begins_with_what_works_while_one_writes(tmp_path: Path) -> None:
    """Opened from the composer, its keys come first; from the list, those of the session."""
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        await stage.press("f1")
        await stage.until(lambda: isinstance(stage.app.screen, HelpScreen))
        assert Place.COMPOSER.value not in stage.text().partition(Place.LIVE.value)[0]
        await stage.press("escape", "r")
        await stage.until(lambda: live.composer.pad.has_focus)
        await stage.press("f1")
        await stage.until(lambda: isinstance(stage.app.screen, HelpScreen))
        await stage.until_shown(Place.COMPOSER.value)
        assert Place.LIVE.value not in stage.text().partition(Place.COMPOSER.value)[0]
