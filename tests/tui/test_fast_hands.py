"""Keys that come faster than the screen can follow."""

from pathlib import Path

from textual import events

from tests.tui.stage import open_stage
from widgets.pad import Pad


async def test_letters_right_behind_r_are_letters_in_the_composer(tmp_path: Path) -> None:
    """Whoever types on after r without a pause finds every letter in the text, and no deed done."""
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        people = live.waiting.people
        for letter in "rsxnwhq":
            live.app.post_message(events.Key(letter, letter))
        await stage.until(lambda: live.composer.text == "sxnwhq")
        assert isinstance(live.focused, Pad)
        assert live.waiting.people == people
        assert live.is_current


async def test_what_was_begun_stands_before_what_is_typed_on(tmp_path: Path) -> None:
    """A draft that is read while somebody types on is not lost, and neither are the letters."""
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        await stage.press("r")
        await stage.write("Begun")
        await stage.press("escape")
        await stage.press("j", "r", "escape", "k")
        for letter in "r on":
            live.app.post_message(events.Key("space" if letter == " " else letter, letter))
        await stage.until(lambda: live.composer.text == "Begun on")


async def test_a_key_behind_the_one_that_moves_the_keys_goes_where_that_led(tmp_path: Path) -> None:
    """E and r in one go end in the composer: the list does not take the keys back."""
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        await stage.press("t", "enter")
        await stage.until(lambda: live.thread_view.marked_post is not None)
        for letter in "er":
            live.app.post_message(events.Key(letter, letter))
        await stage.until(lambda: live.composer.target is not None)
        await stage.pass_time(1)
        assert isinstance(live.focused, Pad)
        assert live.wanted.topic is None
        assert live.wanted.thread is not None
