"""A loopback zoo of servers, good and bad, for whatever goes through the door.

``async with open_zoo() as zoo`` gives ``zoo.url(name)`` for each of ``zoo.animals`` and
``zoo.requests`` for what arrived; ``python -m tests.zoo`` serves the same from outside a test.
"""

from tests.zoo.server import VISIT_S, Zoo, open_zoo
from tests.zoo.values import Animal, Seen, Verdict, Visit

__all__ = ["VISIT_S", "Animal", "Seen", "Verdict", "Visit", "Zoo", "open_zoo"]
