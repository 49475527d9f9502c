"""Posts by their addresses."""

from services.model.ids import PostId
from services.model.posts import Relation
from services.networks.base import FETCHED_AT_MOST, Fetching
from services.networks.bluesky.account import BlueskyAccount
from tests.doubles.bluesky import BlueskyDouble, Person


async def test_strangers_posts_are_read_as_we_see_them(
    us: BlueskyAccount, network: BlueskyDouble, ada: Person, ben: Person
) -> None:
    """What is not there, is no address, or is by whom we keep away is left out."""
    cleo = network.person("cleo")
    said = network.says(ben, "the ferry is late")
    answer = network.says(ben, "still late", said)
    muted = network.says(cleo, "noise")
    ada.muted.add(cleo.did)
    keys = (said, answer, muted, "https://a.example/", f"at://{ben.did}/app.bsky.feed.post/3kx")
    assert isinstance(us, Fetching)
    found = await us.fetch(tuple(map(PostId, keys)))
    assert [(post.id, post.body, post.thread) for post in found] == [
        (said, "the ferry is late", said),
        (answer, "still late", said),
    ]
    assert {post.relation for post in found} == {Relation.AROUND}


async def test_no_more_are_asked_for_than_may_be(
    us: BlueskyAccount, network: BlueskyDouble, ben: Person
) -> None:
    """The network refuses more at once."""
    keys = [network.says(ben, f"number {n}") for n in range(FETCHED_AT_MOST + 3)]
    assert len(await us.fetch(tuple(map(PostId, keys)))) == FETCHED_AT_MOST
