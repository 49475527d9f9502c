"""snac: a small server that speaks Mastodon's client API, with two people.

Law: one package from Debian's backports, unpacked; the tokens are got as any client gets them,
by the pages of OAuth.

Source: snac 2.75 of bookworm-backports, seen 2026-11.
"""

import asyncio
import json
import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import msgspec

from tests.servers.hosts.debian import libraries, release, unpack
from tests.servers.hosts.errands import run_errand
from tests.servers.hosts.household import Household, free_ports
from tests.servers.hosts.larder import filled, larder
from tests.servers.hosts.values import Name, SnacHost, SnacPerson, Trouble

PEOPLE = ("alice", "bob")
_RECIPE = "1"
_HERE = "urn:ietf:wg:oauth:2.0:oob"
_SETTINGS = {
    "protocol": "http",
    "cssurls": [],
    "min_account_age": 0,
    "disable_email_notifications": True,
    "show_instance_timeline": True,
    "title": "The pond",
    "num_threads": 32,  # it asks itself, and would wait for a thread of its own
}


def install() -> float:
    """Have everything in the larder, and give the seconds that it took.

    Raises:
        Trouble: the package cannot be had.
    """
    return filled(Name.SNAC, _RECIPE, lambda folder: unpack(folder, [f"snac2/{release()}"]))


async def start(house: Household) -> SnacHost:
    """Start a server, and give it once both people have a token.

    Raises:
        Trouble: it does not start.
    """
    shelf = larder() / Name.SNAC
    program, paths = str(shelf / "usr/bin/snac"), libraries(shelf)
    (port,) = free_ports(1)
    url, data = f"http://127.0.0.1:{port}", house.folder / "data"
    await asyncio.to_thread(_lay_out, program, paths, data, port)
    passwords = {
        name: await asyncio.to_thread(add_person, program, paths, str(data), name)
        for name in PEOPLE
    }
    await house.add("snac", program, "httpd", str(data), env={"LD_LIBRARY_PATH": paths})

    async def answers() -> bool:
        return await asyncio.to_thread(_answers, url)

    await house.until(answers, "snac")
    people = {
        name: SnacPerson(name, password, await asyncio.to_thread(sign_in, url, name, password))
        for name, password in passwords.items()
    }
    return SnacHost(url, program, paths, str(data), people)


def _lay_out(program: str, paths: str, data: Path, port: int) -> None:
    answers = f"127.0.0.1\n{port}\n127.0.0.1:{port}\n\n\n"
    done = subprocess.run(
        [program, "init", str(data)], input=answers, text=True, capture_output=True, check=False,
        env={"LD_LIBRARY_PATH": paths},
    )  # fmt: skip
    if done.returncode:
        raise Trouble(f"snac could not make its files:\n{done.stdout}{done.stderr}")
    file = data / "server.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | _SETTINGS, indent=1))


def add_person(program: str, paths: str, data: str, name: str) -> str:
    """Add somebody, which works while the server runs, and give their password.

    Raises:
        Trouble: the name is taken.
    """
    said = run_errand(
        program, "adduser", data, name, folder=Path(data), env={"LD_LIBRARY_PATH": paths}
    )
    found = re.search(r"password is (\S+)", said)
    if found is None:
        raise Trouble(f"snac gave no password for {name}:\n{said}")
    return found[1]


def sign_in(url: str, name: str, password: str) -> str:
    """Register an app, sign somebody in by the page, and give the token for the pasted code."""
    app = _ask(url, "/api/v1/apps", client_name="tests", redirect_uris=_HERE, scopes="read write")
    page = _post(
        url, "/oauth/x-snac-login",
        login=name, passwd=password, redir=_HERE, cid=app["client_id"], state="",
    )  # fmt: skip
    code = re.search(r"\b[0-9a-f]{32,}\b", page)
    if code is None:
        raise Trouble(f"snac gave no code for {name}.")
    token = _ask(
        url, "/oauth/token", grant_type="authorization_code", code=code[0], redirect_uri=_HERE,
        client_id=app["client_id"], client_secret=app["client_secret"],
    )  # fmt: skip
    return str(token["access_token"])


def _post(url: str, path: str, **fields: str) -> str:
    request = Request(url + path, urlencode(fields).encode())  # noqa: S310 - an address we made
    with urlopen(request, timeout=10) as answer:  # noqa: S310 - an address we made
        return str(answer.read().decode())


def _ask(url: str, path: str, **fields: str) -> dict[str, Any]:
    return msgspec.json.decode(_post(url, path, **fields), type=dict[str, Any])


def _answers(url: str) -> bool:
    try:
        with urlopen(f"{url}/api/v1/instance", timeout=5) as answer:  # noqa: S310 - as above
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
