"""A line is watched until the head of an answer has come, and only so long."""

import asyncio

import pytest

from services.errors import Garbled
from services.web.lines import HEAD_BYTES_AT_MOST
from services.web.values import Request
from tests.services.door_stage import OK, open_stage

INTERIM = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"


async def test_interim_answers_without_end_are_given_up() -> None:
    """They end the fetch long before its deadline, however fast they come."""

    async def flood(_: str, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"HTTP/1.1 100 \r\n\r\n" * 1_000)
            await writer.drain()

    async with open_stage(flood) as stage, asyncio.timeout(10):
        with pytest.raises(Garbled, match=r"heron\.example never comes to its answer"):
            await stage.door.fetch(Request("http://heron.example/"))
        assert len(stage.requests) == 1


async def test_a_few_interim_answers_do_no_harm() -> None:
    """The answer comes after them, on a line that is used again, and a body is no head."""
    body = b"x" * (2 * HEAD_BYTES_AT_MOST)
    large = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    async with open_stage(3 * INTERIM + large, INTERIM + OK) as stage:
        assert (await stage.door.fetch(Request("http://heron.example/"))).body == body
        assert (await stage.door.fetch(Request("http://heron.example/"))).body == b"ok"
        assert len(stage.dialled) == 1
