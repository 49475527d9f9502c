"""The command line: what it understands, what it refuses, and in which words."""

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tui import cli
from tui.command_line import build_parser

ROOT = Path(__file__).resolve().parents[2]
BAD_LINES = [
    ["fly"],
    ["live", "--minutes", "0"],
    ["live", "--minutes", "181"],
    ["live", "--minutes", "٣"],
    ["live", "--rhythm", "fast"],
    ["practice", "--seed", "-1"],
    ["topics", "--why", "a", "--replay", "b"],
    ["topics", "--every", "0"],
    ["topics", "--every", "1e3"],
    ["topics", "--every", "86401"],
    ["report", "--format", "html"],
    ["feeds", "--add"],
    ["feeds", "--add", "a.example", "--remove", "a.example"],
    ["waiting", "\x1b[2J"],
    ["wait"],
    ["login"],
    ["login", "usenet"],
    ["login", "bluesky", "--password", "secret"],
    ["logout"],
]


def run_cli(*words: str, path: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, with no terminal."""
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": os.environ["HOME"]}
    code = "import sys; from tui.cli import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=path,
        env=environment | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("line", BAD_LINES, ids=repr)
def test_a_wrong_line_is_one_clean_sentence(
    line: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be understood exits 2 with one printable line on standard error."""
    with pytest.raises(SystemExit) as left:
        build_parser().parse_args(line)
    said = capsys.readouterr()
    assert left.value.code == 2
    assert said.out == ""
    assert said.err.endswith("\n")
    assert said.err[:-1].isprintable()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ([], {"command": None}),
        (["live"], {"minutes": 20, "rhythm": "reply-first", "intention": ""}),
        (
            ["live", "--minutes", "180", "--intention", "talk"],
            {"minutes": 180, "intention": "talk"},
        ),
        (["practice", "--seed", "7"], {"command": "practice", "seed": 7}),
        (["practice"], {"seed": None}),
        (["waiting", "--json"], {"command": "waiting", "json": True}),
        (
            ["topics"],
            {"command": "topics", "json": False, "why": None, "replay": None, "every": None},
        ),
        (["topics", "--replay", "-", "--every", "60"], {"replay": "-", "every": 60}),
        (["report", "--format", "json"], {"command": "report", "format": "json"}),
        (["doctor"], {"command": "doctor"}),
        (["accounts"], {"command": "accounts"}),
        (["login", "bluesky"], {"network": "bluesky", "name": None, "password_stdin": False}),
        (
            ["login", "wordpress", "--name", "sam", "--server", "b.example", "--password-stdin"],
            {"name": "sam", "server": "b.example", "password_stdin": True},
        ),
        (["logout", "@sam", "--forget"], {"account": "@sam", "forget": True}),
        (["feeds"], {"command": "feeds", "add": None, "remove": None}),
        (["feeds", "--add", "a.example"], {"add": "a.example"}),
        (["feeds", "--remove", "a.example"], {"remove": "a.example"}),
        (["feeds", "--import", "in.opml"], {"bring": "in.opml", "take": None}),
        (["feeds", "--export", "out.opml"], {"take": "out.opml", "bring": None}),
    ],
)
def test_every_command_is_understood(line: list[str], expected: dict[str, object]) -> None:
    """Each command that exists parses, with the defaults that help promises."""
    asked = vars(build_parser().parse_args(line))
    assert asked.items() >= expected.items()


@pytest.mark.parametrize("words", ["waiting", "doctor", "--help", "--version"])
@pytest.mark.parametrize(
    ("ending", "status", "said"),
    [
        (">/dev/full", 1, "Not all could be written out: No space left on device."),
        (">&-", 2, "There is nowhere to write to"),
        (">/dev/full 2>&-", 1, ""),
        (">/dev/null <&-", 0, ""),
    ],
)
def test_an_output_that_takes_nothing_is_one_sentence(
    tmp_path: Path, words: str, ending: str, status: int, said: str
) -> None:
    """A full disk or a closed output ends with a sentence and a status, never with a traceback."""
    code = "import sys; from tui.cli import main; sys.exit(main())"
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$0" -c "$1" {words} {ending}', sys.executable, code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.count("\n") == bool(said)
    assert done.stderr.startswith(said)


def test_without_an_input_the_full_screen_says_what_else_there_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A closed standard input is no terminal."""
    monkeypatch.setattr("sys.stdin", None)
    assert cli.main([]) == 2
    assert "chinwag waiting" in capsys.readouterr().err


def test_without_a_terminal_it_says_what_else_there_is() -> None:
    """A full-screen command in a script exits 2 and names the commands for scripts."""
    for words in ((), ("practice",), ("live",)):
        done = run_cli(*words)
        assert done.returncode == 2
        assert "chinwag waiting" in done.stderr
        assert done.stdout == ""
        assert "Traceback" not in done.stderr


def test_a_locale_without_utf8_is_said_and_survived(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another locale's encoding is named, and LANG is offered."""
    monkeypatch.setattr("locale.getencoding", lambda: "ISO-8859-1\x1b")
    cli._warn_of_encoding()
    said = capsys.readouterr().err
    assert "ISO-8859-1�," in said
    assert "LANG=C.UTF-8" in said


def test_utf8_needs_no_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where everything can be written nothing is said."""
    monkeypatch.setattr("locale.getencoding", lambda: "UTF-8")
    cli._warn_of_encoding()
    assert capsys.readouterr().err == ""


def test_a_dumb_terminal_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """TERM=dumb exits 2 with a sentence that names TERM."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    assert cli.main([]) == 2
    assert "TERM" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["widgets", "services"])
@pytest.mark.parametrize("kind", ["package", "module"])
def test_another_distribution_in_our_place_is_named(tmp_path: Path, name: str, kind: str) -> None:
    """A package of the same name that comes first is named, with what to do, and nothing starts."""
    intruder = tmp_path / "intruder"
    intruder.mkdir()
    if kind == "package":
        (intruder / name).mkdir()
        (intruder / name / "__init__.py").touch()
    else:
        (intruder / f"{name}.py").touch()
    code = textwrap.dedent(
        f"""
        import sys
        sys.path[:0] = [{str(intruder)!r}, {str(ROOT)!r}]
        from tui.cli import main
        sys.exit(main([]))
        """
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert f"“{name}”" in done.stderr
    assert "pipx install chinwag" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_overwritten_package_is_named(tmp_path: Path) -> None:
    """When another distribution's folder has merged away one of the three, that one is named."""
    shutil.copytree(ROOT / "tui", tmp_path / "tui", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(
        ROOT / "services", tmp_path / "services", ignore=shutil.ignore_patterns("__pycache__")
    )
    code = "import sys; sys.path.insert(0, '.'); from tui.cli import main; sys.exit(main([]))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "“widgets”" in done.stderr


def test_an_interval_without_a_replay_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is listed as if it had been heeded."""
    assert cli.main(["topics", "--every", "60"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "--replay FILE" in said.err
