"""Made-up posts as the social lane takes them: a quiet time, and what happens after it."""

from collections.abc import Iterable, Sequence

from services.topics.bursts import Burst, Heard
from services.topics.social import SocialLane

ZERO = 1_800_000_000.0
BEGINS = ZERO + 26 * 3_600.0
"""When something happens, after a quiet day."""
NOW = BEGINS + 1_200.0
_VERBS = ("baked", "washed", "painted", "lost", "sold", "mended", "planted")
_THINGS = ("bread", "chairs", "boats", "letters", "shirts", "clocks", "kites", "lamps", "ropes")
_WHEN = ("today", "again", "slowly", "outside", "tonight", "alone", "somehow", "early")
_WHERE = ("garden", "kitchen", "harbour", "market", "school", "attic", "meadow", "office", "yard")
WEIR = (
    "The weir at Otterham has burst #otterham",
    "Water everywhere in Otterham, the weir is gone #otterham",
    "Otterham weir: people on the roofs #otterham",
    "Is everybody at Otterham safe? That weir was old #otterham",
    "Sirens at the Otterham weir since six #otterham",
    "Can see the Otterham weir from here #otterham",
    "Our cellar in Otterham is full #otterham",
    "Road to Otterham closed, that weir broke #otterham",
)


def a_post(key: str, body: str, at_s: float = BEGINS, author: str | None = None) -> Heard:
    """Give a post, of somebody else each time unless it is said who."""
    return Heard(key, key if author is None else author, body, (), (), "Bluesky", at_s)


def a_quiet_time(count: int = 1_200, hours: float = 26.0, tag: str = "") -> list[Heard]:
    """Give posts about nothing in particular; every fourth with a tag."""
    made = []
    for n in range(count):
        verb, thing = _VERBS[n * 5 % 7], _THINGS[n * 7 % 9]
        body = f"{verb} {thing} {_WHEN[n * 3 % 8]} {_WHERE[n * 11 % 9]}"
        body += f" #{tag}" if tag and n % 4 == 0 else ""
        made.append(a_post(f"q{n}", body, BEGINS - hours * 3_600 * (1 - n / count), f"u{n % 40}"))
    return made


def a_burst(
    bodies: Sequence[str] = WEIR, name: str = "w", author: str | None = None
) -> list[Heard]:
    """Give what is said within a quarter of an hour."""
    return [a_post(f"{name}{n}", body, BEGINS + 120 * n, author) for n, body in enumerate(bodies)]


def a_lane(*posts: Heard, before: Iterable[Heard] | None = None) -> SocialLane:
    """Give a lane that has heard a quiet day and these."""
    lane = SocialLane()
    for post in a_quiet_time() if before is None else before:
        lane.take([post])
    for post in posts:
        lane.take([post])
    return lane


def the_one(lane: SocialLane, now_s: float = NOW) -> Burst:
    """Give the one thing that breaks."""
    (found,) = lane.bursts(now_s)
    return found
