"""Signing in on the command line: what is asked, what is piped, and what is refused."""

import asyncio
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.accounts import put_account
from services.config import Config, DoorConfig, HackerNewsConfig, save_config
from services.errors import ChinwagError
from services.model.accounts import SignedIn
from services.model.ids import AccountId, NetworkName
from services.paths import own_paths
from services.runtime import open_runtime
from services.text.clean import clean_line
from services.topics.hosting import TopicsHere
from tests.doubles.bluesky import serve_bluesky
from tests.doubles.mastodon import serve_mastodon
from tests.fakes import FakeClock
from tests.tui.test_cli import ROOT, run_cli
from tui import login_commands

_SIGNED_IN = 60


def _account(handle: str, network: NetworkName = NetworkName.MASTODON) -> SignedIn:
    return SignedIn(
        AccountId(f"{network.value}:{handle}"), network, "https://social.example",
        clean_line(f"@{handle}"), clean_line(handle), "1", datetime(2026, 8, 25, tzinfo=UTC),
    )  # fmt: skip


def _reach(host: str) -> None:
    save_config(own_paths().config_file, Config(door=DoorConfig((host,))))


async def _at_a_terminal(lines: list[tuple[str, str]], *words: str) -> tuple[int, str]:
    """Run the command line on a terminal of its own; type a line after each prompt."""
    ours, theirs = pty.openpty()
    code = "import sys; from tui.cli import main; sys.exit(main())"
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, *words,
        stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, start_new_session=True,
        env={**os.environ, "LANG": "C.UTF-8", "TERM": "xterm"},
    )  # fmt: skip
    os.close(theirs)
    said = ""
    waiting = list(lines)
    loop = asyncio.get_running_loop()
    while True:
        try:
            said += (await loop.run_in_executor(None, os.read, ours, 4096)).decode()
        except OSError:
            break
        while waiting and waiting[0][0] in said:
            os.write(ours, f"{waiting.pop(0)[1]}\n".encode())
    os.close(ours)
    return await asyncio.wait_for(running.wait(), _SIGNED_IN), said


def _files_with(folder: Path, words: str) -> list[str]:
    """Name the files below ``folder`` that hold ``words``."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path.name for path in files if words.encode() in path.read_bytes()]


async def test_a_password_is_typed_unseen(tmp_path: Path) -> None:
    """Asked on the terminal, it is in no output, no list of accounts and no file but the one."""
    async with serve_bluesky(FakeClock(datetime.now(UTC))) as there:
        ada = there.person("ada")
        _reach(there.host)
        status, said = await _at_a_terminal(
            [("Handle", "ada.example"), ("App password: ", ada.password)],
            "login", "bluesky", "--server", there.base_url,
        )  # fmt: skip
    assert status == 0, said
    assert "You are @ada.example on Bluesky. Sign-ins are kept in" in said
    assert ada.password not in said
    with_it = await asyncio.to_thread(_files_with, tmp_path, ada.password)
    assert with_it == []


async def test_mastodon_prints_the_address_whole_and_takes_the_code() -> None:
    """The address stands on a line of its own, and the code that is pasted signs in."""
    async with serve_mastodon() as there:
        _reach(there.url.removeprefix("http://"))
        status, said = await _at_a_terminal(
            [("The code", "good-code")], "login", "mastodon", "--server", there.url
        )
    assert status == 0, said
    assert any(line.startswith(f"{there.url}/oauth/authorize?") for line in said.splitlines())
    assert "on Mastodon. Sign-ins are kept in" in said
    assert "good-code" not in said


async def test_a_code_that_is_refused_is_asked_for_again() -> None:
    """The address stays good: another code from the same page signs in, without a new start."""
    async with serve_mastodon() as there:
        _reach(there.url.removeprefix("http://"))
        status, said = await _at_a_terminal(
            [("The code", "misread"), ("the page.\r\nThe code", "good-code")],
            "login", "mastodon", "--server", there.url,
        )  # fmt: skip
    assert status == 0, said
    assert said.count("/oauth/authorize?") == 1
    assert "on Mastodon. Sign-ins are kept in" in said


async def test_a_password_can_be_piped_and_the_account_signed_out() -> None:
    """With its name and server said, one line of the standard input signs in; logout undoes it."""
    async with serve_bluesky(FakeClock(datetime.now(UTC))) as there:
        ada = there.person("ada")
        _reach(there.host)
        code = "import sys; from tui.cli import main; sys.exit(main())"
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-c", code, "login", "bluesky", "--name", "ada.example",
             "--server", there.base_url, "--password-stdin"],
            cwd=ROOT, env={**os.environ, "LANG": "C.UTF-8"}, input=f"{ada.password}\nmore\n",
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "You are @ada.example" in done.stdout
        assert ada.password not in done.stdout + done.stderr
        assert await login_commands.accounts() == 0
        assert await login_commands.logout("@ada.example", forgets=True) == 0
    assert not own_paths().accounts_file.read_text("utf-8").strip()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["bluesky"], "the standard input is none"),
        (["mastodon", "--server", "a.example", "--password-stdin"], "takes no password"),
        (["bluesky", "--password-stdin"], "--name says who you are"),
        (["wordpress", "--name", "sam", "--password-stdin"], "--server where"),
    ],
)
def test_what_cannot_be_asked_is_a_sentence(words: list[str], said: str) -> None:
    """Without a terminal nothing is guessed: the status is 1 and the words say what to add."""
    done = run_cli("login", *words)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


async def test_another_terminal_that_is_open_is_named() -> None:
    """Signing in and out are for the one terminal that writes."""
    put_account(own_paths().accounts_file, _account("sam@social.example"))
    async with open_runtime(paths=own_paths(), environment={}, topics=TopicsHere):
        with pytest.raises(ChinwagError, match="open in another terminal"):
            await login_commands.logout("sam@social.example", forgets=False)


async def test_accounts_are_listed_without_asking(capsys: pytest.CaptureFixture[str]) -> None:
    """Each with its network, its handle, its server where that is news, and since when."""
    file = own_paths().accounts_file
    put_account(file, _account("sam@social.example"))
    put_account(file, _account("sam.example", NetworkName.BLUESKY))
    save_config(own_paths().config_file, Config(hackernews=HackerNewsConfig("ada")))
    assert await login_commands.accounts() == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Mastodon     @sam@social.example, read since 25 August 2026"
    assert lines[1] == "Bluesky      @sam.example, social.example, read since 25 August 2026"
    assert lines[2] == "Hacker News  ada, read only"
    assert lines[3].startswith("Commons      not joined, ")


async def test_an_account_is_named_by_its_handle() -> None:
    """Nobody of that name, or two of them, is a sentence that says what to do."""
    file = own_paths().accounts_file
    put_account(file, _account("sam.example"))
    put_account(file, _account("sam.example", NetworkName.BLUESKY))
    with pytest.raises(ChinwagError, match="is several"):
        await login_commands.logout("@Sam.example", forgets=False)
    with pytest.raises(ChinwagError, match="is not signed in"):
        await login_commands.logout("eve", forgets=False)


async def test_hacker_news_is_left_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    """It has no sign-in; it is read no longer."""
    save_config(own_paths().config_file, Config(hackernews=HackerNewsConfig("ada")))
    assert await login_commands.logout("ada", forgets=False) == 0
    assert "read no longer" in capsys.readouterr().out
