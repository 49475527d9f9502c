"""Signing in from the lobby, against doubles of the networks on this machine."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from msgspec.structs import replace
from textual import events
from textual.widgets import Input

from services.accounts import put_account
from services.config import DoorConfig
from services.connections import Connections
from services.errors import NetworkError, Rejected, Unreachable
from services.model.accounts import SignedIn
from services.model.changes import Family
from services.model.ids import AccountId, NetworkName
from services.model.words import NOTHING, Safe
from services.networks.base import Arrivals, Cursor
from services.secrets import Secret
from services.store.accounts import put_held_back
from services.text.clean import clean_line
from services.vault_file import FileVault
from tests.doubles.bluesky import serve_bluesky
from tests.doubles.mastodon import serve_mastodon
from tests.fakes import FakeClock
from tests.tui.inbox import NETWORK, Inbox
from tests.tui.stage import Correspondence, Stage, open_stage
from tui.screens.accounts import AccountsScreen
from tui.screens.signin import SignInScreen
from tui.screens.signin_code import CodeScreen
from tui.screens.signout import SignOutScreen
from widgets.secret_input import SecretInput

_SECRET_WORDS = "abcd-EFGH-1234-wxyz"  # noqa: S105 - nobody's


@dataclass(frozen=True)
class Allowing:
    """A sign-in that waits for its code."""

    url: str


class Door:
    """Stands where sign-ins are asked for: it waits, refuses, and remembers how often."""

    def __init__(self, folder: Path, clock: FakeClock) -> None:
        """Let everybody in."""
        self.vault = FileVault(folder / "secrets.json")
        self.asked: list[tuple[str, Secret]] = []
        self.refusal: NetworkError | None = None
        self.answers = asyncio.Event()
        self.answers.set()
        self.signed_out: list[tuple[AccountId, bool]] = []
        self._clock = clock

    async def sign_in_bluesky(self, handle: str, password: Secret, server: str = "") -> SignedIn:
        """Let in, as told."""
        self.asked.append((f"{handle} {server}".strip(), password))
        await self.answers.wait()
        if self.refusal is not None:
            raise self.refusal
        return SignedIn(
            AccountId(f"bluesky:{handle}"), NetworkName.BLUESKY, "https://bsky.social",
            clean_line(f"@{handle}"), clean_line(handle), "did:plc:x",
            self._clock.now() - timedelta(days=90),
        )  # fmt: skip

    async def begin_mastodon(self, server: str) -> Allowing:
        """Say where it is allowed."""
        return Allowing(f"https://{server}/oauth/authorize")

    async def finish_mastodon(self, authorization: Allowing, code: str) -> SignedIn:
        """Take no code, once it is time."""
        await self.answers.wait()
        raise Rejected(f"No code of {len(code)} letters for {authorization.url}.")

    async def sign_out(self, account: AccountId, *, forget_words: bool) -> Safe:
        """Let go."""
        self.signed_out.append((account, forget_words))
        return NOTHING


def _stand_in(stage: Stage, folder: Path) -> Door:
    door = Door(folder, stage.clock)
    stage.runtime.connections = cast("Connections", door)
    return door


def _reach(stage: Stage, host: str) -> None:
    """Let the door of ``stage`` go to a host of this machine."""
    stage.runtime.config = replace(stage.runtime.config, door=DoorConfig((host,)))


async def _open_form(stage: Stage, key: str) -> None:
    await stage.press("a")
    await stage.until(lambda: stage.is_on(AccountsScreen))
    await stage.press(key)
    await stage.until(lambda: stage.is_on(SignInScreen))


def _line(stage: Stage, name: str) -> Input:
    return stage.app.screen.query_one(f"#{name}", Input)


def _paste(stage: Stage, text: str) -> None:
    focused = stage.app.focused
    assert focused is not None
    focused.post_message(events.Paste(text))


async def test_bluesky_is_signed_in_to_and_out_of(tmp_path: Path) -> None:
    """A wrong password is a sentence and all stays as typed; then who we are, and who waits."""
    clock = FakeClock()
    async with serve_bluesky(clock) as there, open_stage(tmp_path, clock=clock) as stage:
        ada, ben = there.person("ada"), there.person("ben")
        ours = there.says(ada, "The heron is back.")
        there.says(ben, "Which heron do you mean?", ours)
        _reach(stage, there.host)
        await _open_form(stage, "b")
        await stage.until_shown("Sign in to Bluesky", "App passwords")
        await stage.write("ada.example")
        await stage.press("enter")
        _paste(stage, "wrong\n")
        await stage.press("enter")
        await stage.write(there.base_url)
        await stage.press("enter")
        await stage.until_shown("does not take this password")
        assert _line(stage, "handle").value == "ada.example"
        assert "wrong" not in stage.text()
        line = _line(stage, "password")
        stage.app.screen.set_focus(line)
        line.value = ""
        _paste(stage, f"\n  {ada.password}  \r\n")
        await stage.until(lambda: line.value == ada.password)
        assert ada.password not in stage.text()
        await stage.press("enter", "enter")
        await stage.until(lambda: stage.is_on(AccountsScreen))
        await stage.until_shown(
            "You are @ada.example on Bluesky", "Sign-ins are kept in", "90 days"
        )
        shown = " ".join(stage.text().split())
        assert ada.password not in shown
        await stage.until_shown("Bluesky      @ada.example")
        assert ada.password not in stage.runtime.paths.accounts_file.read_text("utf-8")
        await stage.until(lambda: "Ben" in str([row.author.name for row in
                                                stage.lobby.waiters.values]))  # fmt: skip
        await stage.press("x")
        await stage.until(lambda: stage.is_on(SignOutScreen))
        await stage.press("f")
        await stage.until_shown("@ada.example is signed out of Bluesky. What was said is forgotten")
        assert "Ben" not in await stage.names()
        assert not stage.runtime.paths.accounts_file.read_text("utf-8").strip()


async def test_mastodon_shows_an_address_and_takes_its_code(tmp_path: Path) -> None:
    """The address stands whole at the left edge, y copies it, a pasted code signs in."""
    async with serve_mastodon() as there, open_stage(tmp_path) as stage:
        host = there.url.removeprefix("http://")
        _reach(stage, host)
        await _open_form(stage, "m")
        await stage.write(there.url)
        await stage.press("enter")
        await stage.until(lambda: stage.is_on(CodeScreen))
        await stage.until_shown(f"Allow Chinwag on {host}")
        lines = stage.text().splitlines()
        at = next(i for i, line in enumerate(lines) if line.startswith(f"{there.url}/oauth/auth"))
        end = lines.index("", at)
        address = "".join(lines[at:end])
        assert "code_challenge" in address
        await stage.press("y")
        assert stage.app.clipboard == address
        await stage.press("escape")
        await stage.until(lambda: stage.is_on(SignInScreen))
        await stage.press("enter")
        await stage.until(lambda: stage.is_on(CodeScreen))
        stage.app.screen.post_message(events.Paste("bad-code\n"))
        await stage.until(lambda: isinstance(stage.app.focused, SecretInput))
        await stage.press("enter")
        await stage.until_shown("code")
        await stage.until(lambda: "asking" not in stage.text())
        code = stage.app.screen.query_one(SecretInput)
        code.value = ""
        _paste(stage, "good-code\n")
        await stage.press("enter")
        await stage.until(lambda: stage.is_on(AccountsScreen))
        await stage.until_shown("on Mastodon. Sign-ins are kept in")


async def test_asking_can_be_stopped_and_is_asked_once(tmp_path: Path) -> None:
    """A second enter changes nothing; esc stops and what was typed stays; again goes on."""
    async with open_stage(tmp_path) as stage:
        door = _stand_in(stage, tmp_path)
        door.answers.clear()
        await _open_form(stage, "b")
        await stage.press("enter", "enter", "enter")
        await stage.until_shown("Your handle is needed")
        await stage.write("sam.example")
        await stage.press("enter")
        _paste(stage, f"{_SECRET_WORDS}\n")
        await stage.press("enter", "enter")
        await stage.until_shown("asking bsky.social…", "esc stops")
        await stage.press("enter", "enter")
        assert len(door.asked) == 1
        await stage.press("escape")
        await stage.until_shown("Stopped; nobody was signed in.")
        assert _line(stage, "handle").value == "sam.example"
        door.answers.set()
        await stage.press("enter")
        await stage.until(lambda: stage.is_on(AccountsScreen))
        await stage.until_shown("You are @sam.example on Bluesky.")
        assert door.asked == [("sam.example", Secret(_SECRET_WORDS))] * 2
        assert _SECRET_WORDS not in repr(door.asked)


async def test_what_comes_right_behind_enter_is_for_the_next_line(tmp_path: Path) -> None:
    """A password that was typed or pasted ahead never lands in a line that shows it."""
    async with open_stage(tmp_path) as stage:
        door = _stand_in(stage, tmp_path)
        await _open_form(stage, "b")
        app = stage.app
        for key in ("s", "a", "m", "enter", "x", "y", "enter", "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else "\r"))
        await stage.until(lambda: bool(door.asked))
        assert door.asked == [("sam", Secret("xy"))]
        await stage.until(lambda: stage.is_on(AccountsScreen))
        await stage.press("b")
        await stage.until(lambda: stage.is_on(SignInScreen))
        app.post_message(events.Key("s", "s"))
        app.post_message(events.Key("enter", "\r"))
        app.post_message(events.Paste(f"{_SECRET_WORDS}\n"))
        await stage.until(lambda: _line(stage, "password").value == _SECRET_WORDS)
        assert _line(stage, "handle").value == "s"


async def test_a_masked_line_is_copied_nowhere(tmp_path: Path) -> None:
    """Neither copying nor cutting takes the words of a password out of its line."""
    async with open_stage(tmp_path) as stage:
        _stand_in(stage, tmp_path)
        await _open_form(stage, "b")
        line = _line(stage, "password")
        stage.app.screen.set_focus(line)
        _paste(stage, f"{_SECRET_WORDS}\nsecond\n")
        await stage.until(lambda: line.value == _SECRET_WORDS)
        await stage.press("ctrl+a", "ctrl+c", "ctrl+x")
        assert line.value == _SECRET_WORDS
        assert stage.app.clipboard == ""
        assert _SECRET_WORDS not in f"{stage.text()} {stage.app.title} {line!r}"


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20)], ids=str)
@pytest.mark.parametrize("key", ["b", "m", "w"])
async def test_a_form_fits_its_window(tmp_path: Path, key: str, size: tuple[int, int]) -> None:
    """Heading, every line and the keys are in sight at every size."""
    async with open_stage(tmp_path, size=size) as stage:
        _stand_in(stage, tmp_path)
        await _open_form(stage, key)
        await stage.until_shown("Sign in to", "esc back")
        await stage.until_shown("enter asks" if key == "m" else "enter next line")
        for line in stage.app.screen.query(Input):
            assert line.size.height == 1
            assert line.size.width > 20


async def test_who_is_held_back_is_one_quiet_row(tmp_path: Path) -> None:
    """The lobby says how many wait to be let through and where; v gives the address to copy."""
    async with open_stage(tmp_path, size=(80, 24)) as stage:
        await stage.press("v")
        await stage.until_said("No network holds anybody back")
        account = replace(
            stage.network.account,
            id=AccountId("mastodon:sam"),
            network=NetworkName.MASTODON,
            author=replace(stage.network.account.author, handle=clean_line("@sam@social.example")),
        )
        network = Correspondence(stage.server)
        network._account = account
        desk = stage.runtime.real
        desk.add(network)
        await desk.tables.accounts.arrive(account.id, account.network)
        async with desk.files.private.write() as tx:
            await put_held_back(tx, account.id, 3)
        desk.changes.publish(Family.WAITING)
        await stage.until_shown("3 people wait to be let through on social.example", "enter  start")
        await stage.press("v")
        await stage.until_shown("https://social.example/notifications/requests")
        await stage.press("y")
        assert stage.app.clipboard == "https://social.example/notifications/requests"
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is stage.lobby)


async def test_a_first_reading_says_how_far_it_is(tmp_path: Path) -> None:
    """While there is more, the lobby says how much was read, and then no longer."""
    async with open_stage(tmp_path) as stage:
        goes_on = asyncio.Event()
        network = Correspondence(stage.server)
        network._account = replace(network.account, id=AccountId(f"{NETWORK.value}:new"))
        inbox = Inbox(network.account, stage.clock.now())

        async def poll(cursor: Cursor | None) -> Arrivals:
            if cursor is None:
                return Arrivals(tuple(inbox.everybody()), Cursor("1"), has_more=True)
            await goes_on.wait()
            return Arrivals((), Cursor("2"))

        network.poll = poll  # type: ignore[method-assign] # what it brings
        stage.runtime.real.add(network)
        await stage.until_shown("reading what was said to @ada: ", " so far")
        goes_on.set()
        await stage.until(lambda: "so far" not in stage.text())


async def test_enter_signs_in_again_with_what_is_known(tmp_path: Path) -> None:
    """Who we were and where stands in the form already; only the password is typed."""
    async with open_stage(tmp_path, is_seeded=False) as stage:
        _stand_in(stage, tmp_path)
        who = SignedIn(
            AccountId("wordpress:sam"), NetworkName.WORDPRESS, "https://blog.example/wp-json",
            clean_line("sam@mail.example@blog.example"), clean_line("Sam"), "7",
            stage.clock.now() - timedelta(days=90),
        )  # fmt: skip
        put_account(stage.runtime.paths.accounts_file, who)
        await stage.press("a")
        await stage.until_shown("WordPress", "not open here", "enter signs in again")
        await stage.press("enter")
        await stage.until(lambda: stage.is_on(SignInScreen))
        assert _line(stage, "site").value == "blog.example"
        assert _line(stage, "user").value == "sam@mail.example"
        await stage.until(lambda: stage.app.focused is _line(stage, "password"))


async def test_the_keys_say_that_asking_with_a_code_can_be_stopped(tmp_path: Path) -> None:
    """While the server is asked esc stops it; once it has refused, the keys are as before."""
    async with open_stage(tmp_path) as stage:
        door = _stand_in(stage, tmp_path)
        door.answers.clear()
        await _open_form(stage, "m")
        await stage.write("social.example")
        await stage.press("enter")
        await stage.until(lambda: stage.is_on(CodeScreen))
        await stage.press("enter")
        for _ in range(2):
            _paste(stage, "abc\n")
            await stage.press("enter")
            await stage.until_shown("asking social.example…", "esc stops")
            await stage.press("escape")
            await stage.until_shown("Stopped; nobody was signed in.", "enter signs in")
        door.answers.set()
        await stage.press("enter")
        await stage.until_shown("No code of", "enter signs in", "esc back")


async def test_a_server_that_is_not_there_is_said_with_what_to_do(tmp_path: Path) -> None:
    """Whoever mistyped an address reads that it may be the address; what was typed stays."""
    async with open_stage(tmp_path) as stage:
        door = _stand_in(stage, tmp_path)
        door.refusal = Unreachable("There is no address for bsky.socail.")
        await _open_form(stage, "b")
        await stage.write("sam.example")
        await stage.press("enter")
        _paste(stage, f"{_SECRET_WORDS}\n")
        await stage.press("enter", "enter")
        await stage.until_shown("There is no address for bsky.socail. Look at how it is written")
        assert _line(stage, "handle").value == "sam.example"
