"""The composer: to whom and as whom, and that only a hand can send."""

import pytest
from textual import events
from textual.pilot import Pilot

from services.model.posts import Reach
from services.model.sending import TargetKind
from services.model.words import Safe
from tests.widgets.samples import HOSTILE_NAMES, Harness, target
from widgets.composer import ASKS, Composer
from widgets.length_meter import Rule, length_words
from widgets.pad import CHARACTERS_AT_MOST, plain_text
from widgets.target_line import target_words


class Listening(Harness):
    """An app with a composer that keeps what it says."""

    def __init__(self) -> None:
        """Show a composer."""
        self.composer = Composer()
        super().__init__(self.composer)
        self.submitted: list[str] = []
        self.edited: list[str] = []
        self.others: list[str] = []

    def on_composer_submitted(self, event: Composer.Submitted) -> None:
        """Keep it."""
        self.submitted.append(event.body)

    def on_composer_edited(self, event: Composer.Edited) -> None:
        """Keep it."""
        self.edited.append(event.body)

    def on_composer_left(self) -> None:
        """Keep it."""
        self.others.append("left")

    def on_composer_editor_asked(self) -> None:
        """Keep it."""
        self.others.append("editor")

    def on_composer_ctrl_enter_seen(self) -> None:
        """Keep it."""
        self.others.append("ctrl+enter")

    def lines(self) -> str:
        """Read the screen."""
        return "\n".join(self.screen_lines())


async def _settle(pilot: Pilot[None]) -> None:
    """Let the composer hear that nothing more comes: its own silence is the signal."""
    pad = pilot.app.query_one(Composer).pad
    while pad._keystrokes.is_waiting:
        await pilot.pause(0.01)
    await pilot.pause()


def _key(key: str, at_s: float) -> events.Key:
    """Make a key as the input thread stamps it."""
    character = {"ctrl+j": "\n", "enter": "\r"}.get(key, key if len(key) == 1 else None)
    event = events.Key(key, character)
    event.time = at_s
    return event


async def _start(app: Listening, pilot: Pilot[None], text: str = "") -> None:
    app.composer.turn_to(target(), text)
    await pilot.pause()
    app.composer.focus_pad()
    await pilot.pause()


async def test_it_says_to_whom_and_as_whom() -> None:
    """The border names the pane, the person, the reach, the speaker, and what the key does."""
    app = Listening()
    async with app.run_test(size=(100, 8)) as pilot:
        await _start(app, pilot)
        assert "Composer ↳ Em Okafor · public on wordpress · as @fieldnotes" in app.lines()
        assert "ctrl+j says it as @fieldnotes · no length limit" in app.lines()
        app.composer.turn_to(target(reach=Reach.BOX))
        await pilot.pause()
        assert "only this box" in app.lines()
        assert app.composer.has_class("-box")
        app.composer.turn_to(target(TargetKind.NEW))
        await pilot.pause()
        assert ASKS in app.lines()
        assert "new post" in app.lines()


async def test_talk_on_the_box_looks_different() -> None:
    """Each reach has a border of its own."""
    app = Listening()
    looks = set()
    async with app.run_test(size=(80, 8)) as pilot:
        for reach in Reach:
            app.composer.turn_to(target(reach=reach))
            app.composer.focus_pad()
            await pilot.pause()
            looks.add(app.composer.pad.styles.border_top)
    assert len(looks) == len(Reach)


async def test_ctrl_j_alone_says_it_once() -> None:
    """A line feed pressed alone submits; a second one before it was taken does not."""
    app = Listening()
    async with app.run_test(size=(80, 8)) as pilot:
        await _start(app, pilot, "It mostly does.")
        await pilot.press("ctrl+j")
        await _settle(pilot)
        assert app.submitted == ["It mostly does."]
        await pilot.press("ctrl+j")
        await _settle(pilot)
        assert app.submitted == ["It mostly does."]
        assert app.composer.text == "It mostly does."
        app.composer.kept()
        await pilot.press("ctrl+j")
        await _settle(pilot)
        assert len(app.submitted) == 2


async def test_what_was_taken_goes_and_what_came_after_stays() -> None:
    """Words typed between the key and the answer are not lost."""
    app = Listening()
    async with app.run_test(size=(80, 8)) as pilot:
        await _start(app, pilot, "Yes.")
        await pilot.press("ctrl+j")
        await _settle(pilot)
        await pilot.press("a", "n", "d")
        app.composer.took("Yes.")
        await pilot.pause()
        assert app.composer.text == "and"
        assert app.edited[-1] == "and"
        app.composer.took("and")
        assert app.composer.text == ""


async def test_a_raw_paste_never_sends() -> None:
    """Lines that come as keys at once become lines of the text."""
    app = Listening()
    async with app.run_test(size=(80, 8)) as pilot:
        await _start(app, pilot)
        now = app.composer.pad._now_s() - 5
        for offset, key in enumerate("ab\ncd\n\ne"):
            app.post_message(_key("ctrl+j" if key == "\n" else key, now + offset * 1e-6))
        await _settle(pilot)
        assert app.submitted == []
        assert app.composer.text == "ab\ncd\n\ne"


async def test_a_line_feed_that_begins_a_paste_never_sends() -> None:
    """A paste that starts with an empty line waits for nothing and sends nothing."""
    app = Listening()
    async with app.run_test(size=(80, 8)) as pilot:
        await _start(app, pilot, "x")
        now = app.composer.pad._now_s()
        app.post_message(_key("ctrl+j", now))
        app.post_message(_key("y", now + 0.001))
        await _settle(pilot)
        assert app.submitted == []
        assert app.composer.text == "x\ny"


async def test_a_bracketed_paste_never_sends_and_is_cleaned() -> None:
    """A paste is put in as text: line ends as lines, controls not at all."""
    app = Listening()
    async with app.run_test(size=(80, 8)) as pilot:
        await _start(app, pilot)
        app.composer.pad.post_message(events.Paste("a\r\nb\rc\n\x1b[31m\x07\x9b2J\u202ed\x7f\n"))
        await _settle(pilot)
        assert app.submitted == []
        assert app.composer.text == "a\nb\nc\n[31m2Jd\n"


async def test_enter_is_a_new_line() -> None:
    """Enter breaks the line and never sends."""
    app = Listening()
    async with app.run_test(size=(80, 8)) as pilot:
        await _start(app, pilot)
        await pilot.press("a", "enter", "b")
        await _settle(pilot)
        assert app.composer.text == "a\nb"
        assert app.submitted == []


@pytest.mark.parametrize("key", ["ctrl+enter", "ctrl+\r"])
async def test_ctrl_enter_sends_and_is_named_from_then_on(key: str) -> None:
    """A terminal that knows Ctrl+Enter says so once, and the border names it."""
    app = Listening()
    async with app.run_test(size=(80, 8)) as pilot:
        await _start(app, pilot, "Yes.")
        assert "ctrl+enter" not in app.lines()
        app.composer.pad.post_message(_key(key, app.composer.pad._now_s()))
        await pilot.pause()
        await _settle(pilot)
        assert app.submitted == ["Yes."]
        assert app.others == ["ctrl+enter"]
        assert "ctrl+enter says it" in app.lines()


async def test_edits_are_told_and_loading_is_not() -> None:
    """Every change by hand is told with the whole text; showing a draft is not."""
    app = Listening()
    async with app.run_test(size=(80, 8)) as pilot:
        await _start(app, pilot, "draft")
        assert app.edited == []
        await pilot.press("s", "backspace")
        await pilot.pause()
        assert app.edited == ["drafts", "draft"]


async def test_esc_and_ctrl_e_are_told() -> None:
    """Leaving and asking for an editor are told; the text stays."""
    app = Listening()
    async with app.run_test(size=(80, 8)) as pilot:
        await _start(app, pilot, "kept")
        await pilot.press("escape", "ctrl+e")
        await pilot.pause()
        assert app.others == ["left", "editor"]
        assert app.composer.text == "kept"


async def test_too_much_is_refused_with_a_word() -> None:
    """A paste over the limit is not put in, and it is said why; the next edit clears it."""
    app = Listening()
    async with app.run_test(size=(80, 8)) as pilot:
        await _start(app, pilot, "x")
        app.composer.pad.post_message(events.Paste("y" * CHARACTERS_AT_MOST))
        await pilot.pause()
        await pilot.pause()
        assert app.composer.text == "x"
        assert "That was not put in" in app.lines()
        await pilot.press("z")
        await pilot.pause()
        assert "That was not put in" not in app.lines()


async def test_a_text_over_the_network_s_limit_is_not_submitted() -> None:
    """Too long for the network is said, by how much, and nothing goes."""
    app = Listening()
    async with app.run_test(size=(80, 8)) as pilot:
        app.composer.limit_graphemes = 3
        await _start(app, pilot, "abcde")
        assert "2 too long" in app.lines()
        await pilot.press("ctrl+j")
        await _settle(pilot)
        assert app.submitted == []
        assert "It is 2 too long to be said" in app.lines()


async def test_nothing_goes_from_an_empty_text_or_to_nobody() -> None:
    """White space is nothing to say, and without a target there is nobody to say it to."""
    app = Listening()
    async with app.run_test(size=(80, 8)) as pilot:
        await _start(app, pilot, "  \n ")
        await pilot.press("ctrl+j")
        await _settle(pilot)
        assert "Nothing is written yet" in app.lines()
        app.composer.turn_to(None, "words")
        await pilot.pause()
        await pilot.press("ctrl+j", "a")
        await _settle(pilot)
        assert app.submitted == []
        assert app.composer.text == "words"


async def test_a_wish_to_send_does_not_outlive_its_text() -> None:
    """A key pressed for one person sends nothing to the next."""
    app = Listening()
    async with app.run_test(size=(80, 8)) as pilot:
        await _start(app, pilot, "to Em")
        app.composer.pad.post_message(_key("ctrl+j", app.composer.pad._now_s()))
        await pilot.pause(0)
        app.composer.turn_to(target(TargetKind.NEW), "new")
        await _settle(pilot)
        assert app.submitted == []


async def test_a_remark_stands_above() -> None:
    """What is remarked stands over the text and goes with it."""
    app = Listening()
    async with app.run_test(size=(80, 8)) as pilot:
        await _start(app, pilot)
        app.composer.remark = "You have said [/nope] before."
        await pilot.pause()
        assert "You have said [/nope] before." in app.lines()
        app.composer.remark = ""
        await pilot.pause()
        assert "before." not in app.lines()


@pytest.mark.parametrize("name", HOSTILE_NAMES)
async def test_hostile_names_stay_on_the_border(name: str) -> None:
    """Nobody's name is markup or breaks the frame, at any width."""
    app = Listening()
    async with app.run_test(size=(20, 8)) as pilot:
        replied = target()
        app.composer.turn_to(
            type(replied)(
                kind=replied.kind,
                account=replied.account,
                network=replied.network,
                reach=replied.reach,
                as_handle=Safe(name),
                to_name=Safe(name),
            ),
            name,
        )
        app.composer.focus_pad()
        await pilot.pause()
        assert len(app.screen_lines()) == 8


def test_words_on_the_border() -> None:
    """Without a target only the pane's name is said; direct words say so."""
    assert target_words(None) == "Composer"
    assert "only the two of you, on wordpress" in target_words(target(reach=Reach.DIRECT))
    assert "about Em Okafor" in target_words(target(TargetKind.TOPIC))


def test_length_counts_what_people_count() -> None:
    """A family is one character, and a limit is said before anything is typed."""
    assert length_words("", Rule()) == "no length limit"
    assert length_words("", Rule(300)) == "up to 300 characters"
    assert length_words("👨‍👩‍👧‍👦", Rule(300)) == "299 left"
    assert length_words("a" * 303, Rule(300)) == "3 too long"


def test_text_is_what_is_left() -> None:
    """Joiners in emoji stay; direction marks, escapes and surrogates go."""
    assert plain_text("👩‍👧\t\u2028x\u202e\ud800\x00") == "👩‍👧    \nx"
