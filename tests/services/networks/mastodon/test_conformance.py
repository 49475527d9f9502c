"""What every network holds, over the double, however it treats a key."""

import itertools

import pytest

from services.model.ids import PostId
from services.model.limits import Keying
from services.networks.mastodon.account import MastodonAccount
from tests.doubles.mastodon import Keys, MastodonDouble
from tests.services.networks.conformance import Conformance, Stage


class TestConformance(Conformance):
    """One account and somebody else who answers it, or speaks of a tag that it follows."""

    @pytest.fixture(params=list(Keys), ids=lambda keys: keys.name.lower())
    def keys(self, request: pytest.FixtureRequest) -> Keys:
        """Give each way to treat a key."""
        keys: Keys = request.param
        return keys

    @pytest.fixture
    async def stage(self, us: MastodonAccount, double: MastodonDouble) -> Stage:
        """Put the two there; a server that does not honour keys is known by its name."""
        if double.keys is not Keys.HONOURED:
            double.version = "0.20.0+git-abc"
            double.source_url = "https://codeberg.org/superseriousbusiness/gotosocial"

        async def they_say(text: str, above: PostId | None) -> PostId:
            tags = [] if above else [{"name": "Tea"}]
            return PostId(str(double.say("ben", text, above, tags=tags)["id"]))

        await us.poll(None)
        assert (us.capabilities.keying is Keying.KEYED) == (double.keys is Keys.HONOURED)
        return Stage(us, they_say, itertools.count())

    async def test_the_same_key_makes_one_post(self, stage: Stage) -> None:
        """A key that is honoured makes one post; where it is not, a look finds the one that is."""
        if stage.us.capabilities.keying is Keying.KEYED:
            await super().test_the_same_key_makes_one_post(stage)
            return
        message = stage.message("only once")
        first = await stage.us.send(message)
        found = await stage.us.look(message)
        assert found is not None
        assert found.id == first.id
