"""Posts by where they are on the web."""

import pytest

from services.errors import NetworkError
from services.model.ids import PostId
from services.model.posts import Relation
from services.networks.base import FETCHED_AT_MOST, Fetching
from services.networks.mastodon.account import MastodonAccount
from tests.doubles.mastodon import MastodonDouble
from tests.doubles.mastodon_parts import Trouble


async def test_a_post_of_elsewhere_is_looked_up_and_one_of_ours_is_read(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """Both can be answered then; what is not there is left out."""
    far = double.say("ben", "far away")
    near = double.say("cleo", "next door", url=f"{double.url}/@cleo/1")
    near_url = f"{double.url}/@cleo/{near['id']}"
    near["url"] = near_url
    assert isinstance(us, Fetching)
    keys = (PostId(far["url"]), PostId(near_url), PostId("https://gone.example/@x/1"))
    found = await us.fetch((*keys, PostId(f"{double.url}/@cleo/999"), keys[0]))
    assert {post.body: post.id for post in found} == {
        "far away": far["id"],
        "next door": near["id"],
    }
    assert {post.url for post in found} == {far["url"], near_url}
    assert {post.relation for post in found} == {Relation.AROUND}
    searched = [values for _, path, values in double.asked if path.startswith("/api/v2/search")]
    assert len(searched) == 2


async def test_no_more_are_asked_for_than_may_be(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """The rest is left out."""
    await us.fetch(tuple(PostId(f"https://a.example/@b/{n}") for n in range(FETCHED_AT_MOST + 3)))
    assert len(double.asked) == FETCHED_AT_MOST


async def test_trouble_with_one_is_no_trouble_with_others(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """Only where none could be read it is said why."""
    far = double.say("ben", "far away")
    near = double.say("cleo", "next door")
    keys = (PostId(far["url"]), PostId(f"{double.url}/@cleo/{near['id']}"))
    double.trouble["GET /api/v2/search"] = Trouble.REFUSED
    (found,) = await us.fetch(keys)
    assert found.body == "next door"
    with pytest.raises(NetworkError):
        await us.fetch(keys[:1])
    assert await us.fetch(()) == ()
