"""Topics in words: why one stands where it does, and what breaks in a file."""

import errno
import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.model.topics import TopicKind
from services.paths import own_paths
from services.runtime import open_runtime
from services.store.topics import put_ranking
from services.topics.hosting import TopicsHere
from services.topics.replay import Shown, Tick
from services.topics.values import Ranking
from tests.fakes import FakeClock
from tests.services.topics.test_replay import ranked
from tests.tui.test_cli import run_cli
from tui import topic_commands

START_S = 1_700_000_000
_HOSTILE = "Ferry\x1b[2J\u202e stops"


def a_file(folder: Path, *rows: object) -> str:
    """Write lines."""
    file = folder / "stream.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return str(file)


def a_row(after_s: float, **fields: object) -> dict[str, object]:
    """Make a line."""
    return {"id": f"p{after_s}", "ts": START_S + after_s, "text": "calm words", **fields}


def a_tick() -> Tick:
    """Make a tick with one hostile topic."""
    shown = Shown("b1", _HOSTILE, ("p1", "p2"), 31.5, 16.2, ("Bluesky", "Quay"), START_S)
    return Tick(START_S + 360.0, (shown,))


async def _keep(*, is_warming: bool = False) -> None:
    """Put a ranking where the commands look."""
    now = datetime.now(UTC)
    burst = ranked(
        "b1", title=_HOSTILE, kind=TopicKind.BURST, first_at=now, last_at=now, times_usual=16.0,
        sources=("Bluesky",), reasons=("16 times its usual level.", "Three people\x07 speak."),
    )  # fmt: skip
    plain = ranked("b2", title="Kettles", is_breaking=False, first_at=now, last_at=now, speed=3.0)
    ranking = Ranking(now, (burst, plain), is_warming, ("Of Bluesky one post in 3 is looked at.",))
    async with open_runtime(
        paths=own_paths(), clock=FakeClock(now), environment={}, topics=TopicsHere
    ) as runtime:
        await runtime.real.files.cache.write_whole(lambda tx: put_ranking(tx, ranking))


async def test_what_breaks_says_so_to_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON tells what breaks and how much; of what does not, the pace if there is one."""
    await _keep()
    assert await topic_commands.show(as_json=True) == 0
    burst, plain = json.loads(capsys.readouterr().out)
    assert (burst["breaking"], burst["times_usual"], burst["sources"]) == (True, 16, ["Bluesky"])
    assert (plain["breaking"], plain["times_usual"]) == (False, 3)


async def test_what_is_to_be_known_of_the_list_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """That streams are sampled, and that nothing is known yet of what is usual, stands below."""
    await _keep(is_warming=True)
    assert await topic_commands.show(as_json=False) == 0
    *_, warming, sampled = capsys.readouterr().out.splitlines()
    assert "not known yet what is usual" in warming
    assert sampled == "Of Bluesky one post in 3 is looked at."


async def test_why_tells_the_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    """Title and reasons, cleaned; without reasons, what its row says."""
    await _keep()
    assert await topic_commands.why("b1", as_json=False) == 0
    said = capsys.readouterr().out
    assert said.replace("\n", "").isprintable()
    assert "  16 times its usual level.\n" in said
    assert await topic_commands.why("b2", as_json=False) == 0
    assert "×3" in capsys.readouterr().out
    assert await topic_commands.why("b1", as_json=True) == 0
    assert len(json.loads(capsys.readouterr().out)["reasons"]) == 2


async def test_a_topic_is_named_by_words_of_its_title(capsys: pytest.CaptureFixture[str]) -> None:
    """However they are written; where several have them, that is said, and none is told."""
    await _keep()
    assert await topic_commands.why("kettles", as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "b2"
    assert await topic_commands.why("T", as_json=False) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "titles of 2 topics" in said.err
    assert said.err[:-1].isprintable()


async def test_why_of_nothing_says_how_to_find_one(capsys: pytest.CaptureFixture[str]) -> None:
    """An id that is none ends with 1 and a sentence."""
    assert await topic_commands.why("no\x1bne", as_json=False) == 1
    said = capsys.readouterr()
    assert "topics --json" in said.err
    assert said.out == ""
    assert said.err[:-1].isprintable()


@pytest.mark.parametrize("as_json", [True, False])
def test_a_replay_prints_every_tick(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    """One line a tick, from the first row on, also where nothing breaks."""
    file = a_file(tmp_path, a_row(0), a_row(301), a_row(600))
    assert topic_commands.replay(file, 300, as_json=as_json) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    if as_json:
        assert [json.loads(line) for line in lines] == [
            {"at": START_S + 300, "topics": []},
            {"at": START_S + 600, "topics": []},
        ]
    else:
        assert lines[0] == "2023-11-14 22:18 UTC  nothing breaks"


@pytest.mark.parametrize("as_json", [True, False])
def test_a_replay_of_nothing_says_so_to_people(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    """An empty file is no fault; programs get no line, people a sentence."""
    assert topic_commands.replay(a_file(tmp_path), 300, as_json=as_json) == 0
    words = "" if as_json else "There is no post and no headline in it.\n"
    assert capsys.readouterr().out == words


def test_a_replay_reads_the_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A dash stands for it."""
    read = io.TextIOWrapper(io.BytesIO(json.dumps(a_row(0)).encode()))
    monkeypatch.setattr(sys, "stdin", read)
    assert topic_commands.replay("-", 60, as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["at"] == START_S + 60


class Broken(io.BytesIO):
    """An input that breaks off."""

    def readline(self, size: int | None = -1, /) -> bytes:
        """Fail as a bad disk does."""
        del size
        raise OSError(errno.EIO, "Input/output error")


@pytest.mark.parametrize("read", [None, io.TextIOWrapper(Broken())], ids=["closed", "broken"])
def test_an_input_that_gives_nothing_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    read: io.TextIOWrapper | None,
) -> None:
    """A closed standard input, and one that breaks off, end with 2 and what to do."""
    monkeypatch.setattr(sys, "stdin", read)
    assert topic_commands.replay("-", 300, as_json=True) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_a_bad_line_ends_a_replay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ticks before it are printed; then it is a sentence with its number, and 2."""
    file = a_file(tmp_path, a_row(0), a_row(400), a_row(-9, ts="soon"))
    assert topic_commands.replay(file, 300, as_json=False) == 2
    said = capsys.readouterr()
    assert said.out.endswith("nothing breaks\n")
    assert said.err.startswith("Line 3 cannot be replayed")


def test_what_breaks_is_a_table_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    """Each topic is a row with how much, by whom and since when, cleaned."""
    topic_commands.print_tick(a_tick(), as_json=False)
    heading, row = capsys.readouterr().out.splitlines()
    assert heading == "2023-11-14 22:19 UTC"
    assert row.isprintable()
    assert row.split("stops")[1].strip() == "×16, 2 sources, 6 min"
    nowhere = replace(a_tick().topics[0], sources=())
    topic_commands.print_tick(replace(a_tick(), topics=(nowhere,)), as_json=False)
    assert capsys.readouterr().out.endswith("×16, 6 min\n")


def test_what_breaks_is_a_line_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """All that is known of each topic, in ASCII, with a label that is clean."""
    topic_commands.print_tick(a_tick(), as_json=True)
    said = capsys.readouterr().out
    assert said.isascii()
    told = json.loads(said)
    (topic,) = told["topics"]
    assert told["at"] == START_S + 360
    assert topic.pop("label").isprintable()
    assert topic == {
        "id": "b1", "posts": ["p1", "p2"], "score": 31.5, "times_usual": 16.2,
        "sources": ["Bluesky", "Quay"], "first_seen": START_S,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["gone.jsonl", ".", "\x00"])
def test_a_file_that_cannot_be_read_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """No file, a folder, and what is no name at all: each ends with 2 and what to do."""
    assert topic_commands.replay(f"{tmp_path}/{name}", 300, as_json=True) == 2
    said = capsys.readouterr()
    assert "cannot be read" in said.err
    assert said.err[:-1].isprintable()


def test_a_replay_leaves_no_trace(tmp_path: Path) -> None:
    """It needs no account, makes no file, and ends with 2 and one sentence at a bad line."""
    home = tmp_path / "home"
    home.mkdir()
    file = a_file(tmp_path, a_row(0), a_row(400), "no row")
    done = run_cli("topics", "--replay", file, "--json", HOME=str(home))
    assert done.returncode == 2
    assert [json.loads(line)["at"] for line in done.stdout.splitlines()] == [START_S + 300]
    assert done.stderr.startswith("Line 3 cannot be replayed")
    assert len(done.stderr.splitlines()) == 1
    assert list(home.iterdir()) == []
