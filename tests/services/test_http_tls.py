"""Encrypted connections: who cannot prove who they are is not spoken to."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trustme

from services.clock import SystemClock
from services.errors import Forbidden, Unreachable
from services.http import Door
from services.secrets import Secret
from services.web.trust import make_context
from services.web.values import Limits, Request


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate for ``localhost``, its key beside it, and that of who vouches for it."""
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    issued.private_key_pem.write_to_path(f"{file}.key")
    for piece in issued.cert_chain_pems:
        piece.write_to_path(str(file), append=True)
    authority.cert_pem.write_to_path(f"{file}.ca")
    return file


@pytest.fixture
async def encrypted(certificate: Path) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Give the port of an encrypted server, and what it reads."""
    read: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        read.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        await writer.drain()
        writer.close()

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, f"{certificate}.key")
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    yield server.sockets[0].getsockname()[1], read
    server.close()
    await server.wait_closed()


async def fetch(url: str) -> bytes:
    """Fetch from this machine by a door of one's own."""
    door = Door(SystemClock(), named_hosts=frozenset({"localhost", "127.0.0.1"}))
    try:
        request = Request(url, authorization=Secret("Bearer t"), limits=Limits(tries=1))
        return (await door.fetch(request)).body
    finally:
        await door.close()


async def test_signed_by_nobody_known(encrypted: tuple[int, list[bytes]]) -> None:
    """A certificate that nobody vouches for ends it before anything is sent."""
    port, read = encrypted
    with pytest.raises(Forbidden, match=r"^localhost cannot prove that it is localhost: unable"):
        await fetch(f"https://localhost:{port}/")
    assert read == []


async def test_trusted_by_the_system(
    encrypted: tuple[int, list[bytes]], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate that the system's store vouches for is good for its own host, and no other."""
    port, read = encrypted
    monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.ca")
    assert await fetch(f"https://localhost:{port}/") == b"ok"
    assert len(read) == 1
    with pytest.raises(Forbidden, match=r"127.0.0.1 cannot prove that it is 127.0.0.1: "):
        await fetch(f"https://127.0.0.1:{port}/")
    assert len(read) == 1


def test_a_system_without_a_store() -> None:
    """Where the system trusts nobody, those are trusted whom browsers trust."""
    context = make_context(has_store=False)
    assert context.cert_store_stats()["x509_ca"] > 50
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


async def test_not_encrypted_at_all() -> None:
    """A server that speaks in the open where it should not is not spoken to."""

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(Unreachable, match="no encrypted connection to localhost"):
        await fetch(f"https://localhost:{port}/")
    server.close()
    await server.wait_closed()


async def test_who_never_agrees_on_encryption_is_left() -> None:
    """Where the time is over before anything was agreed on, the connection is closed."""
    left = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1000):
            pass
        writer.close()
        left.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    door = Door(SystemClock(20.0), named_hosts=frozenset({"127.0.0.1"}))
    with pytest.raises(Unreachable):
        await door.fetch(Request(f"https://127.0.0.1:{port}/", limits=Limits(deadline_s=4.0)))
    await asyncio.wait_for(left.wait(), 2.0)
    await door.close()
    server.close()
    await server.wait_closed()
