"""What is followed and muted, and the public posts that are counted: chosen on sheets, kept."""

from pathlib import Path

from msgspec.structs import replace

from services.config import read_config
from services.model.ids import AccountId
from services.text.clean import clean_line
from tests.tui.outbreak import Announcer
from tests.tui.stage import Stage, open_stage
from tui.screens.confirm import ConfirmScreen
from tui.screens.settings import SettingsScreen
from tui.screens.tastes import TastesScreen
from widgets.taste_list import Taste, TasteRow


def _rows(stage: Stage) -> list[TasteRow]:
    screen = stage.app.screen
    assert isinstance(screen, TastesScreen)
    return list(screen.list.values)


async def _open(stage: Stage) -> None:
    await stage.press("w")
    await stage.until(lambda: stage.is_on(TastesScreen))
    await stage.until_shown("What you follow")


async def _type(stage: Stage, key: str, word: str) -> None:
    """Press a key that asks, and answer."""
    await stage.press(key)
    await stage.until_shown("which tag or word?")
    await stage.write(word)
    await stage.press("enter")


async def test_words_are_followed_muted_and_let_go(tmp_path: Path) -> None:
    """Each stands on its row with what is done with it, and in the file; x lets go."""
    async with open_stage(tmp_path, topics=Announcer) as stage:
        await _open(stage)
        await stage.until_shown("Nothing yet. Follow a tag or a word", "is never raised")
        await _type(stage, "a", "aurora")
        await stage.until(lambda: _rows(stage) == [TasteRow("aurora", Taste.FOLLOWED)])
        await _type(stage, "m", "football")
        await stage.until_shown("What you follow  1 followed, 1 muted", "football", "muted")
        config = read_config(stage.runtime.paths.config_file)
        assert (config.topics.follow, config.topics.mute) == (("aurora",), ("football",))
        await stage.press("v")
        await stage.until_shown("What is for adults may be raised.")
        await stage.press("v", "x")
        await stage.until(lambda: _rows(stage) == [TasteRow("football", Taste.MUTED)])
        await stage.press("x")
        await stage.until(lambda: _rows(stage) == [])
        await stage.press("x", "a")
        await stage.until_shown("which tag or word?")
        await stage.press("exclamation_mark", "enter")
        await stage.until_said("There is no word in it.")
        await stage.press("m")
        await stage.until_shown("which tag or word?")
        await stage.press("escape", "escape")
        await stage.until(lambda: stage.app.screen is stage.lobby)
        config = read_config(stage.runtime.paths.config_file)
        assert config.topics.follow == config.topics.mute == ()


async def test_a_tag_that_is_followed_on_its_network_is_let_go_of_there(tmp_path: Path) -> None:
    """It stands there too, and x says where it can be let go."""
    async with open_stage(tmp_path, topics=Announcer) as stage:
        account = stage.network.account.id
        tags: dict[AccountId, tuple[object, ...]] = {account: (clean_line("tea"),)}
        stage.runtime.tastes._tags = tags  # type: ignore[assignment]
        await _open(stage)
        await stage.until_shown("#tea", "followed on your network")
        await stage.press("x")
        await stage.until_said("#tea is followed on your network; let go of it there.")


async def test_who_only_looks_on_changes_nothing(tmp_path: Path) -> None:
    """Another terminal holds the lease: the words can be read, no key changes them."""
    async with open_stage(tmp_path, topics=Announcer) as stage:
        stage.runtime.lease.release()
        await _open(stage)
        await stage.press("a")
        await stage.until_said("Here you only look on.")
        assert stage.is_on(TastesScreen)


async def test_the_sheet_fits_a_small_window(tmp_path: Path) -> None:
    """At 60 by 20 words and keys are whole."""
    async with open_stage(tmp_path, size=(60, 20), topics=Announcer) as stage:
        await stage.runtime.tastes.follow("#northernlights")
        await _open(stage)
        await stage.until_shown("#northernlights", "you follow", "esc back")


async def test_settings_lead_to_what_is_followed(tmp_path: Path) -> None:
    """The sheet says how many there are; f opens them, and back again it says so anew."""
    async with open_stage(tmp_path, topics=Announcer) as stage:
        await stage.press("comma")
        await stage.until(lambda: stage.is_on(SettingsScreen))
        await stage.until_shown("f  You follow    0 tags and words")
        await stage.press("f")
        await stage.until(lambda: stage.is_on(TastesScreen))
        await _type(stage, "a", "aurora")
        await stage.until(lambda: bool(_rows(stage)))
        await _type(stage, "m", "football")
        await stage.until(lambda: len(_rows(stage)) == 2)
        await stage.press("escape")
        await stage.until_shown("f  You follow    1 tag or word, 1 muted")


async def test_in_the_smallest_window_what_it_is_for_is_read_to_its_end(tmp_path: Path) -> None:
    """With nothing followed there is room for all of it, and for the keys below."""
    async with open_stage(tmp_path, size=(40, 20), topics=Announcer) as stage:
        await stage.press("w")
        await stage.until_shown("Nothing yet. Follow", "No network is", "raised.", "esc back")


async def test_public_posts_are_counted_only_once_that_was_asked(tmp_path: Path) -> None:
    """Nothing is read unless somebody says yes; p again ends it."""
    async with open_stage(tmp_path, topics=Announcer) as stage:
        await stage.press("comma")
        await stage.until_shown("p  Public posts  not counted")
        await stage.press("p")
        await stage.until(lambda: stage.is_on(ConfirmScreen))
        await stage.until_shown("Count what strangers say in public", "Read: Bluesky.")
        await stage.press("n")
        await stage.until(lambda: stage.is_on(SettingsScreen))
        assert stage.runtime.config.firehose.sources == ()
        await stage.press("p")
        await stage.until(lambda: stage.is_on(ConfirmScreen))
        await stage.press("y")
        await stage.until_shown("p  Public posts  Bluesky")
        assert read_config(stage.runtime.paths.config_file).firehose.sources == ("jetstream",)
        await stage.press("p")
        await stage.until_shown("not counted")


async def test_streams_that_the_file_names_are_said_with_what_is_left_out(tmp_path: Path) -> None:
    """Off and on again, it is those of the file that are read."""
    async with open_stage(tmp_path, topics=Announcer) as stage:
        config = stage.runtime.config
        named = ("jetstream", "mastodon:far.example")
        firehose = replace(config.firehose, sources=named, languages=("en",), words=("tea",))
        await stage.runtime.choose(replace(config, firehose=firehose))
        await stage.press("comma")
        await stage.until_shown("Bluesky, mastodon:far.example; only en; only with")
        await stage.press("p")
        await stage.until_shown("not counted")
        await stage.press("p")
        await stage.until(lambda: stage.is_on(ConfirmScreen))
        await stage.press("y")
        await stage.until_shown("Bluesky, mastodon:far.example")
        assert stage.runtime.config.firehose.sources == named
