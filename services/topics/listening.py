"""The firehoses that the worker reads itself, and what there is to say about them.

Law: a stream is followed for as long as it is asked for; what is not looked at is counted and
said. Nobody is asked for anything that was not named.
"""

from collections.abc import Callable

from services.clock import Clock
from services.topics.values import Firehose, StreamPost, Unsaid

OnItem = Callable[[StreamPost | Unsaid], None]


class Listening:
    """Reads streams of public posts, each in a task of its own."""

    def __init__(self, clock: Clock, on_item: OnItem) -> None:
        """Hand every post that is looked at to ``on_item``, at once; read nothing yet."""
        self._clock = clock
        self._on_item = on_item

    @property
    def words(self) -> tuple[str, ...]:
        """What has to be known: that one is sampled, or not there, in a sentence each."""
        return ()

    def listen(self, firehoses: tuple[Firehose, ...]) -> None:
        """Read these from now on, and no others; one that is read already goes on."""

    def cursors(self) -> dict[str, int]:
        """Tell how far each stream that can go on later has been read, by its address."""
        return {}

    def resume(self, cursors: dict[str, int]) -> None:
        """Know how far they had been read in an earlier run; before ``listen``."""

    async def close(self) -> None:
        """Read no more."""
