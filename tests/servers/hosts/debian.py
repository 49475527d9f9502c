"""Debian packages, unpacked into a folder of ours and never installed.

Law: nobody has to be root and nothing of the machine changes: apt runs on lists and archives of
its own, from the places that the machine's own sources name, and no script of a package runs.

Source: apt-get(8), apt.conf(5), sources.list(5), Debian 12, seen 2026-11.
"""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.servers.hosts.errands import run_errand
from tests.servers.hosts.larder import locked
from tests.servers.hosts.values import Trouble

_FRESH_S = 900.0
_BACKPORTS = "-backports"
_UNUSED = re.compile(r"lib(llvm|perl|jq|json-perl|onig)|perl|ssl-cert|sensible|ucf|netbase")
"""Of what packages ask for: what compiles queries ahead of time, and what only installing needs."""


@dataclass(frozen=True, slots=True)
class Source:
    """One line of where packages come from."""

    place: str
    suite: str
    key: str = ""

    def __str__(self) -> str:
        """Write it as apt reads it."""
        return f"deb {f'[signed-by={self.key}] ' if self.key else ''}{self.place} {self.suite} main"


def read_sources(text: str, *, stanzas: bool) -> Iterator[Source]:
    """Give the sources of binary packages in a file, of which ``main`` is a part.

    ``stanzas`` says that the file is one of paragraphs rather than of lines.
    """
    if not stanzas:
        line = re.compile(r"^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.*)$", re.MULTILINE)
        for options, place, suite, components in line.findall(text):
            key = re.search(r"signed-by=(\S+)", options)
            if "main" in components.split():
                yield Source(place, suite, key[1] if key else "")
        return
    for stanza in re.split(r"\n\s*\n", text):
        fields = {
            name.lower(): value.strip()
            for name, value in re.findall(r"^([\w-]+):[ \t]*(.*)$", stanza, re.MULTILINE)
        }
        if {"deb", "main"} <= {
            *fields.get("types", "").split(),
            *fields.get("components", "").split(),
        }:
            for place in fields.get("uris", "").split():
                for suite in fields.get("suites", "").split():
                    yield Source(place, suite, fields.get("signed-by", ""))


def own_sources(etc: Path = Path("/etc")) -> list[Source]:
    """Give the distribution's own sources as this machine names them, and its backports.

    Raises:
        Trouble: this is no Debian.
    """
    released = etc / "os-release"
    found = (
        re.search(r"^VERSION_CODENAME=(\w+)", released.read_text(), re.MULTILINE)
        if released.exists()
        else None
    )
    if found is None or not (etc / "apt").is_dir():
        raise Trouble("The servers are made of Debian's packages, and this is no Debian.")
    apt = etc / "apt"
    files = [apt / "sources.list", *sorted((apt / "sources.list.d").glob("*"))]
    all_sources = [
        source
        for file in files
        if file.is_file() and file.suffix in {".list", ".sources"}
        for source in read_sources(file.read_text(), stanzas=file.suffix == ".sources")
    ]
    ours = [s for s in dict.fromkeys(all_sources) if re.match(rf"{found[1]}(-|$)", s.suite)]
    plain = next((s for s in ours if s.suite == found[1]), None)
    if plain is None:
        raise Trouble(f"This machine names no source of packages for {found[1]}.")
    return list(dict.fromkeys([*ours, replace(plain, suite=found[1] + _BACKPORTS)]))


def _apt(folder: Path) -> dict[str, str]:
    """Write what makes apt keep to ``folder``, and give the environment that says so."""
    (folder / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    _write(folder / "sources.list", "\n".join(map(str, own_sources())) + "\n")
    settings = {
        "Dir::Etc::sourcelist": folder / "sources.list",
        "Dir::Etc::sourceparts": "/nonexistent",
        "Dir::State::lists": folder / "lists",
        "Dir::Cache": folder,
        "Dir::Cache::pkgcache": "",
        "Dir::Cache::srcpkgcache": "",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        "APT::Sandbox::User": "",
        "APT::Update::Error-Mode": "any",
        "APT::Install-Recommends": "0",
        "Debug::NoLocking": "1",
    }
    file = folder / "apt.conf"
    _write(file, "".join(f'{name} "{value}";\n' for name, value in settings.items()))
    return {"APT_CONFIG": str(file), "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}


def _write(file: Path, text: str) -> None:
    """Let ``file`` say ``text``, without a moment in which another apt would find it empty."""
    if not file.exists() or file.read_text() != text:
        new = file.with_suffix(".new")
        new.write_text(text)
        new.replace(file)


def _updated() -> tuple[Path, dict[str, str]]:
    """Have lists that are new enough, once for everybody who asks at the same time."""
    with locked("apt") as folder:
        stamp = folder / ".updated"
        env = _apt(folder)
        if not (stamp.exists() and time.time() - stamp.stat().st_mtime < _FRESH_S):
            run_errand("apt-get", "-q", "update", folder=folder, env=env)
            stamp.touch()
    return folder, env


def newest(pattern: str) -> str:
    """Give the highest numbered package whose whole name matches, as ``postgresql-15``.

    Raises:
        Trouble: there is none.
    """
    folder, env = _updated()
    names = run_errand("apt-cache", "pkgnames", folder=folder, env=env).split()
    fitting = [name for name in names if re.fullmatch(pattern, name)]
    if not fitting:
        raise Trouble(f"Debian has no package {pattern}.")
    return max(fitting, key=lambda name: [int(part) for part in re.findall(r"\d+", name)])


def unpack(into: Path, whole: Sequence[str], alone: Sequence[str] = ()) -> None:
    """Unpack packages below ``into``: ``whole`` with what they lack here, ``alone`` without.

    What is named is fetched even where it is installed; what it needs only where it is not.
    A name may end in ``/`` and a release.

    Raises:
        Trouble: there are no such packages, or no network.
    """
    _, env = _updated()
    archives = into / "archives"
    (archives / "partial").mkdir(parents=True)
    run_errand("apt-get", "-q", "download", *whole, *alone, folder=archives, env=env)
    run_errand(
        "apt-get", "-q", "-y", "--download-only", "-o", f"Dir::Cache::archives={archives}",
        "install", *whole, folder=archives, env=env,
    )  # fmt: skip
    for archive in sorted(archives.glob("*.deb")):
        if not _UNUSED.match(archive.name):
            run_errand("dpkg-deb", "-x", str(archive), str(into), folder=into)
        archive.unlink()


def release() -> str:
    """Give the name of the release whose backports are at hand, as ``bookworm-backports``."""
    return own_sources()[-1].suite


def libraries(root: Path) -> str:
    """Give where the unpacked libraries are, as a dynamic linker wants to be told."""
    found = [*root.glob("usr/lib/*-linux-gnu"), *root.glob("lib/*-linux-gnu")]
    return ":".join(map(str, found))
