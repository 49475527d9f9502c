"""What tests of firehoses share: a taker of posts, and short words for what they do and ask."""

from datetime import datetime

from msgspec.structs import replace

from services.topics.listening import Listening
from services.topics.values import Firehose, StreamKind, StreamPost, Tally, Unsaid
from tests.doubles.jetstream import FIRST, SECOND, JetstreamDouble
from tests.fakes import until

PATHS = {StreamKind.JETSTREAM_1: FIRST, StreamKind.JETSTREAM_2: SECOND}


class Taken:
    """What was handed on."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.items: list[StreamPost | Unsaid] = []
        self.fails = False

    def __call__(self, item: StreamPost | Unsaid) -> None:
        """Take one."""
        self.items.append(item)
        if self.fails:
            raise ValueError

    @property
    def bodies(self) -> list[str]:
        """Give what was said."""
        return [one.body for one in self.items if isinstance(one, StreamPost)]


def us_of(moment: datetime) -> int:
    """Give a moment in microseconds."""
    return int(moment.timestamp() * 1e6)


def jetstream(
    host: JetstreamDouble, kind: StreamKind = StreamKind.JETSTREAM_1, **more: object
) -> Firehose:
    """Name a host's stream."""
    made = Firehose(kind, "Bluesky", host.url + PATHS[kind], named_hosts=("127.0.0.1",))
    return replace(made, **more)


async def begin(
    listening: Listening, host: JetstreamDouble, *firehoses: Firehose, count: int = 1
) -> None:
    """Listen, and wait until the hosts know."""
    listening.listen(firehoses or (jetstream(host),))
    await until(lambda: len(host.listeners) == count)


def words_of(listening: Listening) -> tuple[str, ...]:
    """Give what there is to say; asked anew each time, it may be other than before."""
    return listening.words


def tally_of(listening: Listening) -> Tally:
    """Give what became of all that came over the first."""
    return next(iter(listening.tallies.values()))
