"""A made-up square: many people who talk all day, and what they all speak of in the last hour.

Law: everything in it is made up and the same every time. It goes the way of every post, through
the cache to the engine, and breaks there or does not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

from services.model.ids import AccountId, NetworkName, PersonId, PostId, ThreadId
from services.model.people import Author
from services.model.posts import Post, Reach, Relation
from services.networks.practice.voices import load_cast
from services.runtime import Runtime
from services.text.clean import clean, clean_line
from services.text.marks import find_links, find_tags

_HUM_POSTS = 900
_HUM_PEOPLE = 140
_HUM_HOURS = (25.0, 47.0)
"""How long ago: known as usual, and too old to be listed."""
_STRIDE = 389
"""Prime to the thousand lines of each thread, so that one goes through them in no order."""
_COURSE = (0, 0, 1, 1, 2, 4, 6, 9)
"""Posts in each ten minutes, the latest last."""


@dataclass(frozen=True, slots=True)
class _Story:
    """Something that many speak of: how their posts begin, and how they end."""

    name: str
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    networks: tuple[NetworkName, ...]
    course: tuple[int, ...] = _COURSE


_BOTH = (NetworkName.BLUESKY, NetworkName.MASTODON)
_STORIES = (
    _Story(
        "lights",
        (
            "Northern Lights over the car park",
            "Ran out in slippers for the Northern Lights",
            "Green and red, Northern Lights above the chimney",
            "My whole street stands outside for the Northern Lights",
            "Never thought I would see Northern Lights from this balcony",
        ),
        (
            "#northernlights",
            "and the dog howls at them. #northernlights",
            "over half of Europe, they say. #northernlights",
            "phones do not do it justice. #northernlights",
            "go and look now. #northernlights",
        ),
        _BOTH,
    ),
    _Story(
        "spam",
        (
            "Another hundred sign-ups, all of them spam, on our little Fediverse server",
            "Fediverse admins: the spam wave comes with one picture and no words",
            "Muted four servers because of the spam wave",
            "Whoever sends this Fediverse spam has a lot of time",
        ),
        (
            "#fediverse #spamwave",
            "the block list is in the usual place #spamwave",
            "close your sign-ups for tonight #spamwave",
            "thank your admins #spamwave",
        ),
        (NetworkName.MASTODON,),
        (0, 0, 0, 1, 2, 3, 4, 4),
    ),
    _Story(
        "gil",
        (
            "The keynote says goodbye to the interpreter lock",
            "Standing applause for the interpreter lock at the keynote",
            "Did the keynote just retire the interpreter lock",
            "Pia shows the lock on a slide, then the slide is gone. What a keynote",
        ),
        ("#python", "live notes follow #python", "in front of two thousand people #python"),
        _BOTH,
        (0, 1, 1, 2, 2, 2, 2, 1),
    ),
)


async def fill_square(runtime: Runtime, now: datetime) -> None:
    """Let the real desk hear the day, and then the last hour."""
    desk = runtime.real
    for posts in (tuple(_hum(now)), tuple(_last_hour(now))):
        desk.changes.publish(*await desk.intake.keep(posts))


def _hum(now: datetime) -> Iterator[Post]:
    threads = load_cast().hum
    lines = [tuple(product(one.starts, one.middles, one.ends)) for one in threads]
    first, last = _HUM_HOURS
    for number in range(_HUM_POSTS):
        at = lines[number % len(lines)]
        start, middle, end = at[number * _STRIDE % len(at)]
        hours = last - (last - first) * number / _HUM_POSTS
        network = _BOTH[number % 2]
        who = f"neighbour{number % _HUM_PEOPLE}"
        body = f"{start} {middle}, {end}."
        yield _post(f"hum{number}", network, who, body, now - timedelta(hours=hours))


def _last_hour(now: datetime) -> Iterator[Post]:
    posts: list[Post] = []
    for story in _STORIES:
        bodies = [f"{start}, {end}" for start, end in product(story.starts, story.ends)]
        number = 0
        for back, many in enumerate(reversed(story.course)):
            for place in range(many):
                minutes = 10 * back + 10 * (place + 0.5) / many
                network = story.networks[number % len(story.networks)]
                body = bodies[number * 7 % len(bodies)]
                if number >= len(bodies):
                    body = f"{body} {number}"
                posts.append(
                    _post(
                        f"{story.name}{number}",
                        network,
                        f"{story.name}.{number}",
                        body,
                        now - timedelta(minutes=minutes),
                    )
                )
                number += 1
    yield from sorted(posts, key=lambda one: one.created_at)


def _post(key: str, network: NetworkName, who: str, body: str, at: datetime) -> Post:
    words = clean(body)
    return Post(
        id=PostId(key),
        account=AccountId(f"{network}:fieldnotes"),
        network=network,
        thread=ThreadId(key),
        parent=None,
        answers=None,
        author=Author(PersonId(f"{network}:{who}"), clean_line(f"@{who}"), clean_line(who)),
        body=words,
        created_at=at,
        relation=Relation.AROUND,
        reach=Reach.PUBLIC,
        tags=find_tags(words),
        links=find_links(words),
    )
