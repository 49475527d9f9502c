"""Hosts come and go without a trace."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.servers.hosts import bluesky
from tests.servers.hosts.debian import _apt, own_sources, read_sources
from tests.servers.hosts.errands import run_errand
from tests.servers.hosts.household import PREFIX, free_ports
from tests.servers.hosts.larder import OWN_FOLDER, filled, is_filled
from tests.servers.hosts.running import ROOT, command
from tests.servers.hosts.values import Name, Trouble

_servers = pytest.mark.servers
_GONE_S = 20.0


@pytest.fixture
def place() -> Iterator[Path]:
    """Give a short-named place in which only this test's hosts have their folders."""
    with tempfile.TemporaryDirectory(prefix="place-") as made:
        Path(made).chmod(0o755)  # databases run as somebody else
        yield Path(made)


def _folders(place: Path) -> list[Path]:
    return list(place.glob(PREFIX + "*"))


def _await(is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + _GONE_S
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)  # noqa: TID251 - other processes are waited for
    return True


def _is_over(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


@contextlib.contextmanager
def _started(
    name: Name, place: Path
) -> Iterator[tuple["subprocess.Popen[bytes]", list[psutil.Process]]]:
    """Have a host that answers, and all its processes."""
    with subprocess.Popen(
        command(name), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        start_new_session=True, env=os.environ | {"TMPDIR": str(place)},
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith(b"{")
            yield process, psutil.Process(process.pid).children(recursive=True)
        finally:
            process.terminate()
            process.wait(_GONE_S)


@_servers
@pytest.mark.parametrize("name", list(Name))
def test_a_host_listens_on_loopback_alone_and_ends_whole(name: Name, place: Path) -> None:
    """Every socket is on 127.0.0.1; after SIGTERM no process and no folder is left."""
    with _started(name, place) as (process, members):
        assert members
        for member in members:
            for each in member.net_connections("inet"):
                if each.status == psutil.CONN_LISTEN:
                    assert each.laddr.ip == "127.0.0.1"
        assert _folders(place)
        process.send_signal(signal.SIGTERM)
        assert process.wait(_GONE_S) == 0
        assert [m for m in members if not _is_over(m)] == []
    assert _folders(place) == []


@_servers
@pytest.mark.parametrize("name", [Name.WORDPRESS, Name.SNAC])
def test_a_host_ends_with_whoever_wanted_it(name: Name, place: Path) -> None:
    """When its standard input ends, as it does when a test run is killed, all of it goes."""
    with _started(name, place) as (process, members):
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(_GONE_S) == 0
        assert [m for m in members if not _is_over(m)] == []
    assert _folders(place) == []


@_servers
@pytest.mark.parametrize("name", list(Name))
def test_a_killed_starter_takes_its_processes_along(name: Name, place: Path) -> None:
    """After SIGKILL of the starter every process of the host ends, and its folder goes."""
    with _started(name, place) as (process, members):
        process.kill()
        process.wait()
        assert _await(lambda: all(map(_is_over, members)))
        assert _await(lambda: not _folders(place))


@_servers
def test_two_blogs_stand_side_by_side(place: Path) -> None:
    """Two hosts of one kind have addresses of their own."""
    with _started(Name.WORDPRESS, place) as (one, _), _started(Name.WORDPRESS, place) as (two, _):
        assert one.poll() is None
        assert two.poll() is None


def test_a_half_filled_folder_is_filled_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What failed half way is done again from the start; what succeeded is not."""
    monkeypatch.setenv(OWN_FOLDER, str(tmp_path))
    fills: list[list[str]] = []

    def fill(folder: Path) -> None:
        fills.append([path.name for path in folder.iterdir()])
        (folder / "part").touch()
        if len(fills) == 1:
            raise Trouble("no network")

    with pytest.raises(Trouble):
        filled("pond", "1", fill)
    assert not is_filled("pond")
    filled("pond", "1", fill)
    filled("pond", "1", fill)
    assert is_filled("pond")
    assert fills == [[], []]
    filled("pond", "2", fill)
    assert len(fills) == 3


def test_sources_are_read_in_both_shapes() -> None:
    """A line and a paragraph name the same place; what has no main, and what is source, is none."""
    lines = (
        "# deb http://no.example.test/debian trixie main\n"
        "deb [arch=amd64 signed-by=/key.gpg] http://a.example.test/debian trixie main contrib\n"
        "deb-src http://a.example.test/debian trixie main\n"
        "deb http://b.example.test/other trixie extra\n"
    )
    stanza = (
        "Types: deb deb-src\n# why\nURIs: http://a.example.test/debian\nSuites: trixie\n"
        "Components: main contrib\nSigned-By: /key.gpg\n\nTypes: deb-src\nURIs: http://c\n"
        "Suites: trixie\nComponents: main\n"
    )
    (one,) = read_sources(lines, stanzas=False)
    (two,) = read_sources(stanza, stanzas=True)
    assert one == two
    assert str(one) == "deb [signed-by=/key.gpg] http://a.example.test/debian trixie main"


def test_only_the_release_and_its_backports_are_asked(tmp_path: Path) -> None:
    """Sources of others are left out; the backports come from where the release does."""
    folder = tmp_path / "apt" / "sources.list.d"
    folder.mkdir(parents=True)
    (tmp_path / "os-release").write_text("ID=debian\nVERSION_CODENAME=trixie\n")
    (folder / "ours.list").write_text(
        "deb http://a.example.test/debian trixie main\n"
        "deb http://a.example.test/security trixie-security main\n"
    )
    (folder / "other.list").write_text("deb http://b.example.test/x other-trixie main\n")
    assert [(s.place, s.suite) for s in own_sources(tmp_path)] == [
        ("http://a.example.test/debian", "trixie"),
        ("http://a.example.test/security", "trixie-security"),
        ("http://a.example.test/debian", "trixie-backports"),
    ]


def test_elsewhere_than_on_debian_it_says_so(tmp_path: Path) -> None:
    """Without a release there is a sentence."""
    with pytest.raises(Trouble, match="this is no Debian"):
        own_sources(tmp_path)


def test_what_is_asked_wrongly_is_explained() -> None:
    """An unknown name is answered with the names that there are."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.servers.hosts", "pond"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "bluesky, wordpress, snac" in done.stderr


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["no-such-program"], "There is no no-such-program here"),
        (["sh", "-c", "echo the net is down; exit 3"], r"sh failed \(3\):\nthe net is down"),
        (["sleep", "60"], "sleep was not done after 0 s"),
    ],
)
def test_an_errand_that_fails_says_why(tmp_path: Path, line: list[str], said: str) -> None:
    """A program that is missing, fails or hangs ends in a sentence."""
    with pytest.raises(Trouble, match=said):
        run_errand(*line, folder=tmp_path, within_s=0.3)


def test_without_npm_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine lacks for the Bluesky network is named before anything is fetched."""
    monkeypatch.setenv(OWN_FOLDER, str(tmp_path / "larder"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Trouble, match="needs npm once"):
        bluesky.install()


def test_free_ports_are_free() -> None:
    """Ports differ and can be listened on."""
    ports = free_ports(3)
    assert len(set(ports)) == 3
    with socket.socket() as one:
        one.bind(("127.0.0.1", ports[0]))


def test_what_apt_is_told_is_not_told_again_under_its_eyes(tmp_path: Path) -> None:
    """Three hosts are made at once: the files that one's apt reads are not emptied by the next."""
    _apt(tmp_path)
    told = [tmp_path / "sources.list", tmp_path / "apt.conf"]
    before = [file.stat().st_mtime_ns for file in told]
    _apt(tmp_path)
    assert [file.stat().st_mtime_ns for file in told] == before
    told[0].write_text("deb nowhere nothing main\n")
    _apt(tmp_path)
    assert "nowhere" not in told[0].read_text()
