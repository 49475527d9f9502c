"""Finding feeds: what cannot be reached says what to do."""

from typing import cast

import pytest

from services.errors import Forbidden, Unreachable
from services.feed_finding import find_feeds
from services.networks.feeds.client import FeedClient
from services.web.values import Answer, Request

_NO_CLIENT = cast(FeedClient, None)


class _Shut:
    """A door that leads nowhere."""

    def __init__(self, why: Unreachable) -> None:
        self._why = why

    async def fetch(self, request: Request) -> Answer:
        del request
        raise self._why


async def test_an_address_that_leads_nowhere_says_what_to_do() -> None:
    """It may be written wrongly, or be away for now; a remedy that is there already stays."""
    nowhere = _Shut(Unreachable("There is no address for fo."))
    with pytest.raises(Unreachable, match="There is no address for fo") as refused:
        await find_feeds("fo", nowhere, _NO_CLIENT)
    assert refused.value.remedy == "Look at how it is written, or try it later."
    forbidden = _Shut(Forbidden("It is in this house.", "Name it in the file."))
    with pytest.raises(Forbidden) as kept:
        await find_feeds("fo", forbidden, _NO_CLIENT)
    assert kept.value.remedy == "Name it in the file."
