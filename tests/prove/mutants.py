"""Breaks the parts that must not err, one small change at a time, and sees whether a test notices.

Law: at least nine of ten mutants are killed in each part, and every survivor is listed in
``survivors.toml`` with the reason why it changes nothing; one that is listed and does not survive
any more is a fault too. What does not come out as listed is run once more, by itself, and that
counts: on a busy box a test may fail for want of time. What is mutated and by which tests stands
in pyproject.toml.
"""

import argparse
import ast
import difflib
import os
import re
import shutil
import subprocess
import sys
import time
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
NAME = re.compile(
    r"(?P<module>[\w.]+)\.(?P<mangled>x(?:ǁ(?P<owner>\w+)ǁ|_)(?P<function>\w+)__mutmut)_\d+"
)


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """What a mutant changes; independent of how mutants are numbered."""

    function: str
    """Dotted, from the package on."""
    was: str
    now: str


def main() -> int:
    """Make the mutants, run the tests against each, and judge; give 1 when a law is broken."""
    parser = argparse.ArgumentParser(description="Break what must not err, and see who notices.")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 2)
    begun_s = time.monotonic()
    workers = parser.parse_args().workers
    listed = read_listed(LISTED.read_text("utf-8"))
    results = run_mutants(workers)
    survivors = read_survivors(results)
    if doubtful := find_doubtful(results, survivors, listed):
        _mutmut("run", "--max-children", str(workers), *doubtful)
        results = read_results()
        survivors = read_survivors(results)
    names = [name for name, status in results.items() if status not in KILLED]
    problems = judge(results, survivors.values(), listed)
    for module, (killed, total) in sorted(count(results).items()):
        sys.stdout.write(f"{module}: {killed} of {total} mutants killed ({killed / total:.1%})\n")
    killed = len(results) - len(names)
    took_s = time.monotonic() - begun_s
    sys.stdout.write(f"all: {killed} of {len(results)}, {len(names)} survivors, {took_s:.0f} s\n")
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    return bool(problems)


def run_mutants(workers: int) -> dict[str, str]:
    """Run the tool in a folder of its own; give the status of every mutant by its name."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, FOLDER / name, ignore=shutil.ignore_patterns("*.pyc"))
        else:
            shutil.copy(ROOT / name, FOLDER / name)
    done = _mutmut("run", "--max-children", str(workers))
    if done.returncode != 0:
        raise SystemExit(f"the mutants could not be run:\n{done.stdout[-4000:]}{done.stderr}")
    results = read_results()
    if not results:
        raise SystemExit("there are no mutants: nothing was proved")
    return results


def read_results() -> dict[str, str]:
    """Read the status of every mutant by its name."""
    listing = _mutmut("results", "--all", "true").stdout
    return {found["name"]: found["status"] for found in RESULT.finditer(listing)}


def read_survivors(results: Mapping[str, str]) -> dict[str, Change]:
    """Read what each mutant that was not killed changes."""
    names = [name for name, status in results.items() if status not in KILLED]
    return {name: read_change(name, read_mutated(name)) for name in names}


def find_doubtful(
    results: Mapping[str, str], survivors: Mapping[str, Change], listed: Mapping[Change, str]
) -> list[str]:
    """Name the survivors that are not listed, and all killed in functions with one missing."""
    missing = {change.function for change in listed.keys() - set(survivors.values())}
    return [
        name
        for name in results
        if (survivors[name] not in listed if name in survivors else read_function(name) in missing)
    ]


def read_mutated(name: str) -> str:
    """Read the source that the tool made of a mutant's module: all its mutants, side by side."""
    module = _parts(name)["module"].replace(".", "/")
    return (FOLDER / "mutants" / f"{module}.py").read_text("utf-8")


def read_change(name: str, mutated: str) -> Change:
    """Find what a mutant changes, in the source that holds it beside the original."""
    before = _read_body(f"{_parts(name)['mangled']}_orig", mutated)
    after = _read_body(name.rpartition(".")[2], mutated)
    changed = [line for line in difflib.ndiff(before, after) if line[0] in "-+"]
    was, now = (" ".join(line[1:].strip() for line in changed if line[0] == sign) for sign in "-+")
    return Change(read_function(name), was, now)


def _read_body(function: str, source: str) -> list[str]:
    """Give the lines of a function, without its name."""
    (node,) = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == function
    ]
    lines = source.splitlines()[node.lineno - 1 : node.end_lineno]
    return [lines[0].replace(function, ""), *lines[1:]]


def read_function(name: str) -> str:
    """Give the dotted name of the function that a mutant is of."""
    found = _parts(name)
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
        statuses[_parts(name)["module"]][status in KILLED] += 1
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


def _parts(name: str) -> re.Match[str]:
    found = NAME.fullmatch(name)
    if found is None:
        raise ValueError(f"not a mutant's name: {name}")
    return found


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
