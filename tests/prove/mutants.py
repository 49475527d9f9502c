"""Breaks the parts that must not err, one small change at a time, and sees whether a test notices.

Law: at least nine of ten mutants are killed in each part, and every survivor is listed in
``survivors.toml`` with the reason why it changes nothing; one that is listed and does not survive
any more is a fault too. What is mutated and by which tests stands in pyproject.toml.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".cache" / "mutants"
LISTED = Path(__file__).with_name("survivors.toml")
COPIED = ("services", "tests", "pyproject.toml")
LEAST_KILLED = 0.9
KILLED = {"killed", "timeout"}
RESULT = re.compile(r"^\s+(?P<name>\S+): (?P<status>[a-z ]+)$", re.MULTILINE)
NAME = re.compile(r"(?P<module>[\w.]+)\.x(?:ǁ(?P<owner>\w+)ǁ|_)(?P<function>\w+)__mutmut_\d+")


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """What a mutant changes; independent of how mutants are numbered."""

    function: str
    """Dotted, from the package on."""
    was: str
    now: str


def main() -> int:
    """Make the mutants, run the tests against each, and judge; give 1 when a law is broken."""
    results = run_mutants()
    survivors = {read_change(name) for name, status in results.items() if status not in KILLED}
    problems = judge(results, survivors, read_listed(LISTED.read_text("utf-8")))
    for module, (killed, total) in sorted(count(results).items()):
        sys.stdout.write(f"{module}: {killed} of {total} mutants killed ({killed / total:.1%})\n")
    killed = sum(status in KILLED for status in results.values())
    sys.stdout.write(f"all: {killed} of {len(results)}, {len(survivors)} survivors\n")
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    return bool(problems)


def run_mutants() -> dict[str, str]:
    """Run the tool in a folder of its own; give the status of every mutant by its name."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, FOLDER / name, ignore=shutil.ignore_patterns("*.pyc"))
        else:
            shutil.copy(ROOT / name, FOLDER / name)
    done = _mutmut("run", "--max-children", str(os.cpu_count() or 2))
    if done.returncode != 0:
        raise SystemExit(f"the mutants could not be run:\n{done.stdout[-4000:]}{done.stderr}")
    listing = _mutmut("results", "--all", "true").stdout
    results = {found["name"]: found["status"] for found in RESULT.finditer(listing)}
    if not results:
        raise SystemExit("there are no mutants: nothing was proved")
    return results


def read_change(name: str) -> Change:
    """Ask the tool what a mutant changes."""
    shown = _mutmut("show", name).stdout.splitlines()
    was = [line[1:].strip() for line in shown if re.match(r"-(?!--)", line)]
    now = [line[1:].strip() for line in shown if re.match(r"\+(?!\+\+)", line)]
    return Change(read_function(name), " ".join(was), " ".join(now))


def read_function(name: str) -> str:
    """Give the dotted name of the function that a mutant is of."""
    found = NAME.fullmatch(name)
    if found is None:
        raise ValueError(f"not a mutant's name: {name}")
    owner = f"{found['owner']}." if found["owner"] else ""
    return f"{found['module']}.{owner}{found['function']}"


def read_listed(text: str) -> dict[Change, str]:
    """Read the listed survivors with their reasons."""
    entries = tomllib.loads(text).get("survivor", [])
    return {
        Change(entry["function"], entry["was"], entry["now"]): entry["reason"].strip()
        for entry in entries
    }


def count(results: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    """Give, by module, how many mutants were killed and how many there were."""
    statuses: dict[str, Counter[bool]] = defaultdict(Counter)
    for name, status in results.items():
        found = NAME.fullmatch(name)
        statuses[found["module"] if found else name][status in KILLED] += 1
    return {module: (tally[True], tally.total()) for module, tally in statuses.items()}


def judge(
    results: Mapping[str, str], survivors: Iterable[Change], listed: Mapping[Change, str]
) -> list[str]:
    """Give a sentence, or an entry to complete, for every broken law."""
    problems = [
        f"{module}: fewer than {LEAST_KILLED:.0%} of its mutants were killed"
        for module, (killed, total) in sorted(count(results).items())
        if killed < LEAST_KILLED * total
    ]
    alive = set(survivors)
    problems += [write_entry(change) for change in sorted(alive - listed.keys())]
    problems += [f"listed, but killed: {change}" for change in sorted(listed.keys() - alive)]
    problems += [f"listed without a reason: {change}" for change, why in listed.items() if not why]
    return problems


def write_entry(change: Change) -> str:
    """Give the entry of an unlisted survivor, whose reason has to be found."""
    fields = {"function": change.function, "was": change.was, "now": change.now}
    lines = [f"{name} = '''{value}'''" for name, value in fields.items()]
    return "\n".join(["", "[[survivor]]", *lines, 'reason = ""'])


def _mutmut(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mutmut", *words],
        cwd=FOLDER,
        env=os.environ | {"PYTHONPATH": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


if __name__ == "__main__":
    sys.exit(main())
