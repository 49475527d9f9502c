"""The commands that print: what the stores hold, cleaned, for people and for programs."""

import asyncio
import grp
import json
import os
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.config import Config, DoorConfig, save_config
from services.errors import ChinwagError
from services.model.ids import NetworkName
from services.model.session import Plan, Rhythm
from services.networks.base import Arrivals, Cursor
from services.networks.feeds.subscriptions import add_subscriptions, subscribe
from services.paths import own_paths
from services.runtime import open_runtime
from services.topics.hosting import TopicsHere
from tests.fake_network import FakeServer
from tests.fakes import FakeClock
from tests.tui.inbox import LAST_WORDS, LIVE, PEOPLE, Inbox
from tests.tui.newsstand import STORY, carry, headline
from tests.tui.stage import Correspondence
from tui import commands, feed_commands, login_commands, topic_commands

_TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_HOSTILE = "Mallory\x1b[2J\u202egnp\x07\nsecond line"


async def _seed() -> None:
    """Put the inbox where the commands look, with one session in it."""
    clock = FakeClock(datetime.now(UTC))
    server = FakeServer(clock)
    network = Correspondence(server)
    inbox = Inbox(network.account, clock.now())
    async with open_runtime(
        paths=own_paths(), clock=clock, environment={}, topics=TopicsHere
    ) as runtime:
        posts = (*inbox.everybody(), inbox.comment(_HOSTILE, "Is it\x1b]0;you\x07 so?", 30_000))
        await runtime.real.intake.take(network.account.id, Arrivals(posts, Cursor("0")))
        await runtime.real.engine.sit_down(Plan(5, Rhythm.REPLY_FIRST))
        await runtime.real.engine.end()
    server.close()


def _is_clean(text: str) -> bool:
    return not any(
        unicodedata.category(char) == "Cc" or unicodedata.bidirectional(char) in _TURNS
        for char in text.replace("\n", "")
    )


async def test_waiting_is_the_lobbys_order_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    """Everybody is named with reason, network, age and words; no control gets through."""
    await _seed()
    assert await commands.waiting(as_json=False) == 0
    said = capsys.readouterr().out
    lines = said.splitlines()
    assert lines[0] == f"{PEOPLE + 1} people waiting"
    assert lines[1].startswith(LIVE)
    assert "bluesky" in lines[1]
    assert len([line for line in lines if line.startswith("Mallory")]) == 1
    assert _is_clean(said)

    assert await commands.waiting(as_json=True) == 0
    raw = capsys.readouterr().out
    found = json.loads(raw)
    assert raw.isascii()
    assert (found["people"], found["last_words"]) == (PEOPLE + 1, len(LAST_WORDS))
    assert found["waiting"][0]["name"] == LIVE
    assert all(_is_clean(row["name"]) and "\n" not in row["name"] for row in found["waiting"])
    assert {row["lane"] for row in found["waiting"]} >= {"live", "question", "back", "longest"}
    assert all(datetime.fromisoformat(row["since_at"]).tzinfo for row in found["waiting"])


async def test_topics_and_report_print_and_parse(capsys: pytest.CaptureFixture[str]) -> None:
    """Topics name who talks; a report is Markdown for people and JSON for programs."""
    await _seed()
    assert await topic_commands.show(as_json=False) == 0
    assert "#aurora" in capsys.readouterr().out
    assert await topic_commands.show(as_json=True) == 0
    found = json.loads(capsys.readouterr().out)
    assert {one["title"] for one in found} == {"#aurora", "#ferries", "#millfire"}
    assert {one["people"] for one in found if one["title"] == "#aurora"} == {2}

    assert await commands.report(as_json=False) == 0
    assert capsys.readouterr().out.startswith("# 1 minute of listening")
    assert await commands.report(as_json=True) == 0
    (session,) = json.loads(capsys.readouterr().out)
    assert (session["posts"], session["exchanges"], session["verdict"]) == (0, [], None)


async def test_empty_stores_are_said_not_failed(capsys: pytest.CaptureFixture[str]) -> None:
    """On a new machine each command says that there is nothing yet."""
    async with open_runtime(paths=own_paths(), clock=FakeClock(), environment={}):
        pass
    assert await commands.waiting(as_json=False) == 0
    assert capsys.readouterr().out == "0 people waiting\n"
    assert await topic_commands.show(as_json=False) == 0
    assert capsys.readouterr().out == (
        "Nothing is up yet. Topics come up when publishers carry something, or people talk about "
        "it; b in the lobby, or “chinwag feeds --add ADDRESS”, chooses whose headlines are read.\n"
    )
    assert await commands.report(as_json=False) == 0
    assert capsys.readouterr().out == "There has been no session yet.\n"
    assert await login_commands.accounts() == 0
    assert "not joined" in capsys.readouterr().out


async def test_every_command_runs_before_anything_was_ever_opened(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The very first command need not be the lobby."""
    for running in (
        commands.waiting(as_json=True),
        topic_commands.show(as_json=True),
        commands.report(as_json=True),
        login_commands.accounts(),
    ):
        assert await running == 0
    assert capsys.readouterr().err == ""


async def test_a_broken_configuration_is_a_sentence() -> None:
    """What is wrong with the file is said, with its place."""
    own_paths().config_file.parent.mkdir(parents=True)
    own_paths().config_file.write_text("minutes = 'many'\n", "utf-8")
    with pytest.raises(ChinwagError, match=r"cannot be used.*minutes"):
        await login_commands.accounts()


async def test_a_commons_is_made_for_a_group_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a group it says which option names one; with one, the folder by its whole path."""
    monkeypatch.chdir(tmp_path)
    assert await commands.doctor("board", None) == 1
    assert "--group" in capsys.readouterr().out
    assert not (tmp_path / "board").exists()
    assert await commands.doctor("board", grp.getgrgid(os.getegid()).gr_name) == 0
    assert f"CHINWAG_COMMONS={tmp_path / 'board'}" in capsys.readouterr().out


async def _follow(*feeds: tuple[str, str]) -> None:
    """Put feeds where the commands look, one of them read a while ago."""
    paths = own_paths()
    add_subscriptions(paths.feeds_file, [one for feed in feeds if (one := subscribe(*feed))])


async def test_topics_print_what_the_pane_lists(capsys: pytest.CaptureFixture[str]) -> None:
    """Same topics, same order, in JSON with what makes each one stand there."""
    await _seed()
    clock = FakeClock(datetime.now(UTC))
    async with open_runtime(
        paths=own_paths(), clock=clock, environment={}, topics=TopicsHere
    ) as runtime:
        now = clock.now()
        for number, name in enumerate(("BBC", "NPR"), 1):
            item = headline(number, name, STORY, now, url=f"https://{name}.example/", speed=8.0)
            await carry(runtime, item)
        trend = headline(3, "Bluesky trends", "#lights", now, network=NetworkName.BLUESKY)
        await carry(runtime, trend)
        pane = [str(topic.title) for topic in await runtime.real.reading.topics()]
    assert pane[0] == STORY
    assert await topic_commands.show(as_json=True) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["title"] for one in found] == pane
    assert set(found[0]) == {
        "id", "title", "kind", "network", "breaking", "publishers", "sources", "people", "posts",
        "first_at", "last_at", "url", "verify_first", "times_usual", "trends_on", "follows",
        "known", "joined",
    }  # fmt: skip
    assert found[0]["publishers"] == ["BBC", "NPR"]
    assert (found[0]["verify_first"], found[0]["times_usual"]) == (False, 8.0)
    lights = next(one for one in found if one["title"] == "#lights")
    assert (lights["kind"], lights["trends_on"], lights["publishers"]) == ("tag", ["Bluesky"], [])
    assert await topic_commands.show(as_json=False) == 0
    lines = capsys.readouterr().out.splitlines()
    listed = [line[:30].strip() for line in lines[: len(pane)]]
    assert listed == [title[:30].strip() for title in pane]
    assert "not known yet what is usual" in lines[-1]
    assert "2 sources" in lines[0]


async def test_feeds_are_listed_and_taken_without_asking_anybody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A list with states and addresses; an export that is never written over."""
    assert await feed_commands.show() == 0
    assert "--add ADDRESS" in capsys.readouterr().out
    await _follow(("https://a.example/rss", "Gazette\x1b[2J"), ("https://b.example/atom", ""))
    assert await feed_commands.show() == 0
    said = capsys.readouterr().out
    assert "Gazette" in said
    assert "not read yet" in said
    assert "https://b.example/atom" in said
    assert _is_clean(said)

    file = tmp_path / "out.opml"
    assert await feed_commands.take(str(file)) == 0
    assert "2 feeds written" in capsys.readouterr().out
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ChinwagError, match="there already"):
        await feed_commands.take(str(file))
    assert file.read_text("utf-8").count("<outline") == 2


_RSS = (
    "<rss version='2.0'><channel><title>Gazette</title><link>http://a.example/</link>"
    "<item><title>Fog</title><link>http://a.example/fog</link></item></channel></rss>"
)


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer every request with one feed, but for a path that is gone."""
    asked = await reader.readuntil(b"\r\n\r\n")
    is_gone = asked.startswith(b"GET /gone")
    body = b"" if is_gone else _RSS.encode()
    status = "410 Gone" if is_gone else "200 OK"
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/rss+xml\r\nContent-Length: {len(body)}"
    writer.write(f"{head}\r\nConnection: close\r\n\r\n".encode() + body)
    await writer.drain()
    writer.close()


async def test_feeds_are_added_brought_and_removed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A feed is followed by its address and let go; an import reports what failed, status 1."""
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    host = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    save_config(own_paths().config_file, Config(door=DoorConfig((host,))))
    async with server:
        assert await feed_commands.add(f"http://{host}/rss") == 0
        assert "Gazette is followed" in capsys.readouterr().out
        assert await feed_commands.remove(f"http://{host}/rss") == 0
        assert "Gazette is followed no longer." in capsys.readouterr().out
        with pytest.raises(ChinwagError, match="is not followed"):
            await feed_commands.remove(f"http://{host}/rss")
        file = tmp_path / "in.opml"
        file.write_text(
            f"<opml version='2.0'><body><outline text='A' xmlUrl='http://{host}/a'/>"
            f"<outline text='B' xmlUrl='http://{host}/gone'/></body></opml>",
            "utf-8",
        )
        assert await feed_commands.bring(str(file)) == 1
        said = capsys.readouterr().out
        assert said.startswith("1 feed of 2 came in, 1 failed.\n")
        assert f"http://{host}/gone" in said
