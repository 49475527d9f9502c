"""One person's side of a talk on a shared commons, run as that person in a process of its own.

Speaks through the services alone. Prints one JSON object at its end: what it heard, when, or why
the commons was refused.
"""

import asyncio
import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from services.clock import SystemClock
from services.errors import ChinwagError
from services.model.ids import SendId
from services.model.people import Presence
from services.model.posts import Post, Relation
from services.model.sending import Target, TargetKind
from services.networks.base import Cursor, Message
from services.networks.board import BoardNetwork
from services.networks.commons.client import open_commons, own_byline
from services.store.shared_file import create_commons, place_of

TALK_S = 90.0


class Talker:
    """Somebody who says things and listens."""

    def __init__(self, network: BoardNetwork) -> None:
        """Speak on ``network``."""
        self._network = network
        self._cursor: Cursor | None = None
        self._said = 0

    async def say(self, body: str, above: Post | None = None) -> Post:
        """Publish a post, or an answer to ``above``."""
        self._said += 1
        us = self._network
        target = Target(
            kind=TargetKind.REPLY if above else TargetKind.NEW,
            account=us.account.id,
            network=us.account.network,
            reach=us.capabilities.reach,
            as_handle=us.account.author.handle,
            thread=above.thread if above else None,
            post=above.id if above else None,
            person=above.author.person if above else None,
        )
        key = SendId(f"{us.account.author.handle}-{self._said}")
        return await us.send(Message(key, target, body, datetime.now(UTC)))

    async def hear(self) -> list[tuple[Post, float]]:
        """Wait for something new by others; each post with the moment it was read."""
        while True:
            arrivals = await self._network.poll(self._cursor)
            read_at = time.monotonic()
            self._cursor = arrivals.cursor
            heard = [post for post in arrivals.posts if post.relation is not Relation.OURS]
            if heard:
                return [(post, read_at) for post in heard]
            await self._network.wait()


async def begin(network: BoardNetwork, other: str, count: int) -> dict[str, object]:
    """Ask, hear the answer, answer that, then say ``count`` things at uneven moments."""
    talker = Talker(network)
    await network.announce(Presence.LIVE, 12)
    question = await talker.say(f"{other} shall we try the new oven on Friday?")
    [(answer, _)] = await talker.hear()
    await talker.say("then I bring the dough", answer)
    said: dict[str, tuple[float, float]] = {}
    for number in range(count):
        await asyncio.sleep((number * 37 % 90) / 1000)
        begun_at = time.monotonic()
        post = await talker.say(f"thing {number}")
        said[post.id] = (begun_at, time.monotonic())
    await talker.hear()
    thread = await network.thread(question.thread)
    return {
        "answer": [answer.author.handle, answer.body, answer.relation.name],
        "thread": [[post.author.handle, post.body] for post in thread.posts],
        "said": said,
    }


async def join(network: BoardNetwork, count: int) -> dict[str, object]:
    """Be asked, answer, hear the answer to that and ``count`` things more, say that it was all."""
    talker = Talker(network)
    [(question, _)] = await talker.hear()
    neighbours = await network.neighbours()
    answer = await talker.say("Friday is good", question)
    returned: Post | None = None
    heard: list[tuple[str, float]] = []
    while len(heard) < count:
        for post, read_at in await talker.hear():
            if post.parent == answer.id:
                returned = post
            else:
                heard.append((post.id, read_at))
    await talker.say("heard all of it", returned)
    return {
        "question": [question.author.handle, question.relation.name],
        "returned": None if returned is None else [returned.body, returned.relation.name],
        "neighbours": [
            [one.author.handle, one.presence.name, one.minutes_left] for one in neighbours
        ],
        "heard": heard,
    }


async def main(role: str, *rest: str) -> dict[str, object]:
    """Play one role on the commons that the environment names."""
    place = place_of(os.environ, Path.home() / "commons")
    try:
        if role == "make":
            return {"made": str(await create_commons(place.directory, rest[0]))}
        network = await open_commons(place, own_byline(), SystemClock())
    except ChinwagError as error:
        return {"kind": type(error).__name__, "what": error.what, "remedy": error.remedy}
    try:
        async with asyncio.timeout(TALK_S):
            match role:
                case "begin":
                    return await begin(network, rest[0], int(rest[1]))
                case "join":
                    return await join(network, int(rest[0]))
                case _:
                    return {"opened": network.account.author.handle}
    finally:
        await network.close()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main(*sys.argv[1:]))) + "\n")
