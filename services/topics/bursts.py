"""What the social lane takes and gives: a post as it is heard, and one thing that breaks.

Law: texts are plain ``str`` here, cleaned before they come; times are epoch seconds.
"""

import msgspec

from services.model.ids import TopicId

POSTS_SHOWN = 10
"""Posts that a burst names at most."""
RATE_STEP_S = 600.0
RATE_STEPS = 8
"""A burst tells its last 80 minutes in steps of ten."""


class Heard(msgspec.Struct, frozen=True, gc=False):
    """A post as the social lane takes it."""

    key: str
    """Its own, whichever source it came from."""
    author: str
    """Who wrote it; empty where that is not known: then somebody new each time."""
    body: str
    tags: tuple[str, ...]
    """Without their signs, as they were written."""
    links: tuple[str, ...]
    source: str
    """Where it was said, by the name that people read."""
    at_s: float
    """When it was written."""


class Burst(msgspec.Struct, frozen=True):
    """One thing that is spoken of far more than it usually is."""

    id: TopicId
    """Stays while the thing lives, also over a restart."""
    label: str
    """What a person would call it."""
    names: tuple[str, ...]
    """What holds it together, the strongest first, as people write it."""
    links: tuple[str, ...]
    """Links in canonical form that its posts share."""
    post_keys: tuple[str, ...]
    """At most ``POSTS_SHOWN``, the ones that show it best."""
    score: float
    """How strongly it breaks; sorts bursts, the largest first."""
    times_usual: float
    """How many times its own usual level."""
    posts: int
    """Of the last hour."""
    people: int
    """Who wrote them, each once."""
    sources: tuple[str, ...]
    first_at_s: float
    """When its first post was written, not when it was noticed."""
    last_at_s: float
    rates: tuple[int, ...]
    """Posts in each of the last ``RATE_STEPS`` steps, oldest first."""
