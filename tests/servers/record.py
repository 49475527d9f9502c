"""Keeps what the real servers answer, so that converters are tested over it without them.

Law: ``python -m tests.servers.record`` starts each host, plays a scene with invented people, and
writes one file per answer below ``tests/services/networks/*/seen``; tokens, ports and
passwords are not kept, words and shapes are as they came.
"""

import asyncio
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from tests.servers.hosts.running import running
from tests.servers.hosts.values import BlueskyHost, Name, SnacHost, Trouble, WordPressHost
from tests.servers.scenes import bluesky, snac, wordpress

NETWORKS = Path(__file__).resolve().parents[1] / "services" / "networks"
PATIENCE_S = 30.0
_HEADERS = ("content-type", "link", "location", "retry-after", "x-wp-total", "x-wp-totalpages")
_KEPT_HEADER = re.compile(r"ratelimit-.*")
_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+|(?<=moderation-hash=)\w+")
_MANY_BYTES = 60_000


@dataclass(slots=True)
class Recorder:
    """Where answers of one server go."""

    folder: Path
    server: str
    """What it is, with its version."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Addresses of this run, and what stands for them."""

    def keep(self, name: str, answer: httpx.Response) -> None:
        """Write an answer down as ``name``.

        Raises:
            Trouble: it is too long to be kept.
        """
        if len(answer.content) > _MANY_BYTES:
            raise Trouble(f"{name} is {len(answer.content)} bytes long.")
        kept = {
            "server": self.server,
            "seen": f"{datetime.now(UTC):%Y-%m-%d}",
            "request": f"{answer.request.method} {answer.request.url.raw_path.decode()}",
            "status": answer.status_code,
            "headers": {
                header: value
                for header, value in answer.headers.items()
                if header in _HEADERS or _KEPT_HEADER.fullmatch(header)
            },
        }
        try:
            kept["json"] = answer.json()
        except ValueError:
            kept["text"] = answer.text
        text = json.dumps(kept, indent=1, ensure_ascii=False)
        for address, other in self.names.items():
            text = text.replace(address, other)
        text = _TOKEN.sub("TOKEN", text)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{name}.json").write_text(text + "\n", "utf-8")


def _recorder(network: str, server: str, **addresses: str) -> Recorder:
    """Have a recorder that gives each address a name; the more telling ones come first."""
    names: dict[str, str] = {}
    for name, address in addresses.items():
        host = address.partition("://")[2]
        names |= {address: f"https://{name}.example.test", host: f"{name}.example.test"}
    return Recorder(NETWORKS / network / "seen", server, names)


async def _record_bluesky(host: BlueskyHost) -> None:
    recorder = _recorder(
        "bluesky", "atproto pds 0.5.35, bsky 0.0.280", pds=host.pds, appview=host.appview
    )
    async with httpx.AsyncClient(
        base_url=host.pds, headers=host.bypass, timeout=PATIENCE_S
    ) as client:
        await bluesky.play(host, client, recorder.keep)


async def _record_wordpress(host: WordPressHost) -> None:
    recorder = _recorder("wordpress", f"WordPress {host.version}", blog=host.url)
    owner = host.owner
    async with httpx.AsyncClient(
        base_url=host.url, auth=(owner.name, owner.password), timeout=PATIENCE_S
    ) as client:
        await wordpress.play(host, client, recorder.keep)


async def _record_snac(host: SnacHost) -> None:
    recorder = _recorder("mastodon", "snac 2.75", pond=host.url)
    unkept = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=host.url, timeout=PATIENCE_S, limits=unkept) as client:
        await snac.play(host, client, recorder.keep)


def main() -> int:
    """Record all, one network after another."""
    try:
        with running(Name.SNAC, SnacHost) as pond:
            asyncio.run(_record_snac(pond))
        with running(Name.WORDPRESS, WordPressHost) as blog:
            asyncio.run(_record_wordpress(blog))
        with running(Name.BLUESKY, BlueskyHost) as network:
            asyncio.run(_record_bluesky(network))
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
