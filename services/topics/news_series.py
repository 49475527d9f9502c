"""Stories of rows from elsewhere, put together as they are here: to see how well that is done.

Law: a row's story is decided by the very same code, from that row and those before it.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from services.model.headlines import FeedId, HeadlineId
from services.model.ids import NetworkName, TopicId
from services.topics.stories import Stories
from services.topics.values import HeadlineItem

_TICK = timedelta(microseconds=1)


def stories_of(rows: Iterable[Mapping[str, object]], alike: float) -> list[TopicId]:
    """Give the name of the story that each row belongs to, as decided when it came.

    A row has ``id``, ``ts`` in seconds, ``title``, ``url`` and ``publisher``; ``alike`` is how
    alike a headline and a large story must be, from 0 to 1.
    """
    stories = Stories(alike)
    names = []
    seen_at = datetime.min.replace(tzinfo=UTC)
    for number, row in enumerate(rows):
        at = datetime.fromtimestamp(float(str(row["ts"])), UTC)
        seen_at = max(at, seen_at + _TICK)
        item = HeadlineItem(
            id=HeadlineId(f"{number:08} {row['id']}"),
            feed=FeedId("rows"),
            network=NetworkName.FEEDS,
            publisher=str(row["publisher"]),
            title=str(row["title"]),
            paragraph="",
            url=str(row["url"]),
            published_at=at,
            seen_at=seen_at,
            speed=None,
        )
        stories.take(item)
        story = stories.of(item.id)
        if story is not None:
            names.append(story.id)
    return names
