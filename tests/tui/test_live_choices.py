"""Beside the words: who reads them, a warning, a language, pictures, names, edits and quotes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.clock import SystemClock
from services.errors import Unreachable
from services.http import Door
from services.model.posts import Post, PostState, Reach
from services.model.sending import SendState, TargetKind
from services.text.clean import clean_line
from tests.doubles.mastodon import Keys, MastodonDouble, serve_mastodon
from tests.fakes import until
from tests.services.networks.mastodon.conftest import opened
from tests.tui.inbox import Inbox, author
from tests.tui.stage import Correspondence, Sociable, Stage, open_stage
from tui.deeds import Deed
from tui.screens.ask import AskScreen
from tui.screens.options import OptionsScreen

PNG = b"\x89PNG\r\n\x1a\n...."


def _private(inbox: Inbox) -> Post:
    """Somebody asks among followers, under a warning, in German."""
    post = inbox.comment("Zora", "Was hilft gegen Heimweh?", 70)
    warning = clean_line("homesick")
    return replace(post, reach=Reach.FOLLOWERS, warning=warning, language="de")


def _ours(inbox: Inbox) -> Post:
    return inbox.ours("Our own words.", 30, number="ours-1")


def _reply(inbox: Inbox) -> Post:
    return inbox.comment("Yrsa", "Said under yours.", 25, thread="ours-1", parent="ours-1")


async def _begin(stage: Stage, name: str) -> None:
    await stage.put_cursor_on(name)
    await stage.press("r")
    await stage.until(lambda: stage.live.composer.pad.has_focus)
    await stage.until(lambda: not stage.live.composing._is_loading)


async def test_a_reply_inherits_and_is_never_wider(tmp_path: Path) -> None:
    """Reach and warning are those of what it answers; ctrl+r goes narrower and comes back."""
    async with open_stage(tmp_path, make=Sociable, extra=(_private,)) as stage:
        await stage.sit()
        await _begin(stage, "Zora")
        target = stage.live.composer.target
        assert target is not None
        assert (target.reach, target.warning) == (Reach.FOLLOWERS, "homesick")
        await stage.until_shown("followers only", "warning: homesick", "not as public as usual")
        seen = []
        for _ in range(2):
            await stage.press("ctrl+r")
            assert stage.live.composer.target is not None
            seen.append(stage.live.composer.target.reach)
        assert seen == [Reach.DIRECT, Reach.FOLLOWERS]
        await stage.press("ctrl+r")
        await stage.answer("Only you.")
        send = await stage.until_settled(SendState.SENT)
        assert (send.target.reach, send.target.warning) == (Reach.DIRECT, "homesick")


async def test_where_there_is_no_choice_it_is_said(tmp_path: Path) -> None:
    """A network of one reach says so; without a text there is nothing to choose for."""
    async with open_stage(tmp_path) as stage:
        live = await stage.sit()
        live.deeds.do(Deed.OPTIONS)
        await stage.until_said("Nothing is begun yet.")
        await stage.press("r")
        await stage.until(lambda: live.composer.pad.has_focus)
        await stage.press("ctrl+r")
        await stage.until_said("as public as it is: public on bluesky")


async def test_choices_are_kept_with_the_draft(tmp_path: Path) -> None:
    """Warning, language, reach and picture come back with the text; the last language is kept."""
    picture = tmp_path / "heron.png"
    picture.write_bytes(PNG)
    async with open_stage(tmp_path / "home", make=Sociable) as stage:
        live = await stage.sit()
        await _begin(stage, "Petra")
        await stage.write("Cotton")
        await stage.press("ctrl+t")
        await stage.until(lambda: isinstance(stage.app.screen, OptionsScreen))
        for key, words in (("w", "paper talk"), ("l", "en"), ("p", str(picture))):
            await stage.press(key)
            await stage.until(lambda: isinstance(stage.app.screen, AskScreen))
            await stage.write(words)
            await stage.press("enter")
            if key == "p":
                await stage.until_shown("What does it show")
                await stage.press("escape")
            await stage.until(lambda: isinstance(stage.app.screen, OptionsScreen))
        await stage.press("r")
        await stage.until_shown("heron.png: without a description", "followers only", "paper talk")
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is live)
        await stage.until_shown(
            "warning: paper talk", "1 picture, 1 without a description", "in en"
        )
        target = live.composer.target
        await stage.press("escape")
        await stage.put_cursor_on("Em Okafor")
        await stage.press("r")
        await stage.until(lambda: live.composer.target != target)
        await stage.press("escape")
        await _begin(stage, "Petra")
        await stage.until(lambda: live.composer.text == "Cotton")
        assert live.composer.target == target
        await stage.press("ctrl+j")
        await stage.until_shown("What does this picture show")
        await stage.write("A heron on a post")
        await stage.press("enter")
        await stage.until_said("It has not been said yet")
        assert stage.server.bodies() == []
        await stage.press("ctrl+j")
        send = await stage.until_settled(SendState.SENT)
        assert [one.alt for one in send.target.pictures] == ["A heron on a post"]
        assert (send.target.warning, send.target.language) == ("paper talk", "en")
        await stage.until(lambda: live.composing._said != ())
        await _begin(stage, "Ivo")
        assert live.composer.target is not None
        assert live.composer.target.language == "en"
        assert live.composer.target.pictures == ()


async def test_a_picture_without_words_is_asked_about_once(tmp_path: Path) -> None:
    """Whoever leaves it bare is asked no second time, and says it without."""
    picture = tmp_path / "heron.png"
    picture.write_bytes(PNG)
    async with open_stage(tmp_path / "home", make=Sociable) as stage:
        live = await stage.sit()
        await _begin(stage, "Petra")
        await stage.write("Look")
        await stage.press("ctrl+t")
        for words in (str(tmp_path / "nothing"), str(picture)):
            await stage.until(lambda: isinstance(stage.app.screen, OptionsScreen))
            await stage.press("p")
            await stage.until(lambda: isinstance(stage.app.screen, AskScreen))
            await stage.write(words)
            await stage.press("enter")
            if words.endswith("nothing"):
                await stage.until_said("cannot be read")
        await stage.until_shown("What does it show")
        await stage.press("escape")
        await stage.until_shown("1 of 2")
        await stage.press("x")
        await stage.until_shown("0 of 2")
        await stage.press("p")
        await stage.until(lambda: isinstance(stage.app.screen, AskScreen))
        await stage.write(str(picture))
        await stage.press("enter")
        await stage.until_shown("What does it show")
        await stage.press("enter")
        await stage.until_shown("1 of 2")
        await stage.press("l")
        await stage.until(lambda: isinstance(stage.app.screen, AskScreen))
        await stage.write("not a tag")
        await stage.press("enter")
        await stage.until_said("is no language tag")
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is live)
        await stage.press("ctrl+j")
        await stage.until_shown("What does this picture show")
        await stage.press("enter")
        await stage.until(lambda: stage.app.screen is live)
        await stage.press("ctrl+j")
        await stage.until_settled(SendState.SENT)


async def test_names_are_offered_while_one_types(tmp_path: Path) -> None:
    """Tab takes one, esc sends the list away, neither leaves the text; trouble offers nobody."""
    async with open_stage(tmp_path, make=Sociable) as stage:
        live = await stage.sit()
        stage.sociable.people = (author("Tamsin"), author("Tara Hollis"))
        await stage.press("n")
        await stage.until(lambda: live.composer.pad.has_focus)
        await stage.write("With @ta")
        await stage.clock.advance(0.3)
        await stage.until(lambda: live.composer.has_class("-names"))
        await stage.until_shown("@tamsin", "tab takes it")
        await stage.press("down", "tab")
        assert live.composer.text == "With @tarahollis "
        assert not live.composer.has_class("-names")
        await stage.write("and @tam")
        await stage.clock.advance(0.3)
        await stage.until(lambda: live.composer.has_class("-names"))
        await stage.press("escape")
        assert live.composer.pad.has_focus
        assert not live.composer.has_class("-names")
        await stage.press("s")
        await stage.clock.advance(0.3)
        assert not live.composer.has_class("-names")
        stage.sociable.trouble = Unreachable("The network is away.")
        await stage.write("in @ba")
        await stage.clock.advance(0.3)
        await stage.until(lambda: stage.sociable.asked_names[-1:] == ["ba"])
        assert not live.composer.has_class("-names")


async def test_our_own_words_are_edited(tmp_path: Path) -> None:
    """M on a post of ours shows its words; said again they replace it, and nobody else's are."""
    async with open_stage(tmp_path, make=Sociable, extra=(_ours, _reply)) as stage:
        live = await stage.sit()
        await stage.put_cursor_on("Yrsa")
        await stage.rest()
        await stage.until(lambda: _reads(stage, "Yrsa"))
        await stage.press("m")
        await stage.until_said("Only what you said")
        await stage.press("tab")
        await stage.until(lambda: live.thread_view.has_focus)
        await stage.press("home", "m")
        await stage.until(lambda: live.composer.text == "Our own words.")
        await stage.until_shown("other words for your post")
        await stage.press("ctrl+r")
        await stage.until_said("An edit stays as public as it is")
        live.composer.pad.clear()
        await stage.answer("Better words.")
        send = await stage.until_settled(SendState.SENT)
        assert (send.target.kind, send.target.edits) == (TargetKind.EDIT, "ours-1")
        assert [body for _, body in stage.sociable.edits] == ["Better words."]


async def test_our_own_words_are_edited_on_mastodon(tmp_path: Path) -> None:
    """What M changes here has its new words there, under the same id."""
    async with serve_mastodon(Keys.HONOURED) as double, _door_to(double) as door:
        ours = double.say("ada", "Our own wrods.")
        double.say("ben", "Said under yours.", ours["id"])
        account = await opened(double, door)
        async with open_stage(tmp_path, is_seeded=False) as stage:
            stage.runtime.real.add(account)
            await stage.until(lambda: len(stage.lobby.waiters.values) == 1)
            await until(lambda: account.is_streamed)
            live = await stage.sit()
            await stage.put_cursor_on("Ben")
            await stage.rest()
            await stage.until(lambda: _reads(stage, "Ben"))
            await stage.press("tab")
            await stage.until(lambda: live.thread_view.has_focus)
            await stage.press("home", "m")
            await stage.until(lambda: live.composer.text == "Our own wrods.")
            live.composer.pad.clear()
            await stage.answer("Our own words.")
            await stage.until_settled(SendState.SENT)
            assert [(one["id"], one["content"]) for one in double.said()] == [
                (ours["id"], "<p>Our own words.</p>")
            ]


@asynccontextmanager
async def _door_to(double: MastodonDouble) -> AsyncIterator[Door]:
    door = Door(SystemClock(), named_hosts=frozenset({double.host, "127.0.0.1", "localhost"}))
    try:
        yield door
    finally:
        await door.close()


async def test_a_post_is_quoted_only_where_its_author_lets_us(tmp_path: Path) -> None:
    """C begins a post that quotes; without consent it is a sentence."""

    def willing(inbox: Inbox) -> Post:
        return replace(inbox.comment("Wilma", "Quote me.", 60), can_be_quoted=True)

    async with open_stage(tmp_path, make=Sociable, extra=(willing,)) as stage:
        live = await stage.sit()
        await stage.press("c")
        await stage.until(lambda: stage.said() != "" or live.thread_view.marked_post is not None)
        await stage.put_cursor_on("Petra")
        await stage.rest()
        await stage.until(lambda: _reads(stage, "Petra"))
        await stage.press("c")
        await stage.until_said("Petra does not let this be quoted.")
        await stage.put_cursor_on("Wilma")
        await stage.rest()
        await stage.until(lambda: _reads(stage, "Wilma"))
        await stage.press("c")
        await stage.until(lambda: live.composer.pad.has_focus)
        await stage.until_shown("new post", "quotes Wilma")
        await stage.answer("As she says.")
        send = await stage.until_settled(SendState.SENT)
        assert send.target.quotes is not None


def _reads(stage: Stage, name: str) -> bool:
    post = stage.live.thread_view.marked_post
    return post is not None and name in post.author.name


async def test_a_warning_folds_the_words_until_enter(tmp_path: Path) -> None:
    """Neither row nor thread shows them; enter in the thread does, a second enter answers."""
    async with open_stage(tmp_path, make=Sociable, extra=(_private,)) as stage:
        live = await stage.sit()
        await stage.put_cursor_on("Zora")
        await stage.rest()
        await stage.until(lambda: _reads(stage, "Zora"))
        assert "Heimweh" not in stage.text()
        await stage.until_shown("warning: homesick · enter opens it", "followers only")
        await stage.press("tab", "enter")
        await stage.until_shown("Was hilft gegen Heimweh?")
        await stage.press("enter")
        await stage.until(lambda: live.composer.pad.has_focus)


async def test_what_became_of_a_post_is_said(tmp_path: Path) -> None:
    """Deleted words are not shown; the placeholder is."""

    def deleted(inbox: Inbox) -> Post:
        words = inbox.comment("Gone", "Never mind this.", 24, thread="ours-1", parent="ours-1")
        return replace(words, state=PostState.DELETED, relation=words.relation)

    async with open_stage(tmp_path, make=Sociable, extra=(_ours, _reply)) as stage:
        await stage.runtime.real.intake.keep((replace(deleted(stage.inbox)),))
        await stage.sit()
        await stage.put_cursor_on("Yrsa")
        await stage.rest()
        await stage.until_shown("Said under yours.", "deleted")
        assert "Never mind this." not in stage.text()


@pytest.mark.parametrize("make", [Correspondence, Sociable])
async def test_what_goes_with_a_text_is_named_where_something_can(
    tmp_path: Path, make: type[Correspondence]
) -> None:
    """Where a network takes neither warning nor language nor picture, its key is not shown."""
    async with open_stage(tmp_path, make=make) as stage:
        live = await stage.sit()
        await stage.press("r")
        await stage.until(lambda: live.composer.pad.has_focus)
        await stage.until_shown("esc back, text is kept")
        assert ("ctrl+t what goes with it" in stage.text()) == (make is Sociable)
