"""Headlines and bursts for the tests of topics, valid as they stand."""

from typing import Any

from msgspec.structs import replace

from services.model.headlines import FeedId, FeedState, Headline, HeadlineId
from services.model.ids import NetworkName, TopicId
from services.networks.base import FeedMemory, Headlines
from services.text.clean import clean, clean_line
from services.topics.bursts import RATE_STEPS, Burst
from services.topics.items import item_of_headline
from services.topics.social import ENTER
from services.topics.values import HeadlineItem
from services.web.values import Validators
from tests.builders import at
from tests.fakes import NOON


def a_headline(
    name: str = "h1",
    title: str = "A heron is back",
    *,
    publisher: str = "Heron Post",
    url: str | None = None,
    **fields: Any,  # noqa: ANN401 - fields of any type
) -> Headline:
    """Give a headline of noon, at an address of its own."""
    made = Headline(
        id=HeadlineId(name),
        feed=FeedId(f"feed of {publisher}"),
        network=NetworkName.FEEDS,
        publisher=clean_line(publisher),
        title=clean_line(title),
        paragraph=clean(""),
        url=clean_line(url or f"https://{name}.example/news/{name}"),
        published_at=NOON,
        seen_at=NOON,
    )
    return replace(made, **fields)


def an_item(name: str = "h1", title: str = "A heron is back", **fields: Any) -> HeadlineItem:  # noqa: ANN401
    """Give the same as the engine takes it; ``minute`` says when it was published and seen."""
    minute = fields.pop("minute", 0)
    moment = at(60 * minute)
    made = a_headline(name, title, **{"published_at": moment, "seen_at": moment} | fields)
    return item_of_headline(made)


def a_reading(*headlines: Headline) -> Headlines:
    """Give a reading of a feed that brought these."""
    memory = FeedMemory(
        id=FeedId("feed"),
        url="https://heron.example/feed",
        state=FeedState.WELL,
        words=clean_line("well"),
        name=clean_line("Heron Post"),
        validators=Validators(),
        checked_at=NOON,
        next_at=NOON,
    )
    return Headlines(memory, headlines)


def a_found(burst: str = "b", **fields: Any) -> Burst:  # noqa: ANN401 - fields of any type
    """Give what the social lane has found at noon, just strong enough to break."""
    made = Burst(
        id=TopicId(burst),
        label="Otterham weir",
        names=(),
        links=(),
        post_keys=(),
        score=ENTER,
        times_usual=16.4,
        posts=9,
        people=7,
        sources=("Bluesky", "this box"),
        first_at_s=at(0).timestamp(),
        last_at_s=at(300).timestamp(),
        rates=tuple(range(RATE_STEPS)),
    )
    return replace(made, **fields)
