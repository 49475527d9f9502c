"""Keeping people away, completing, what is queued, trends, signing out."""

from datetime import timedelta

import pytest

from services.clock import SystemClock
from services.errors import Gone, NetworkError, Rejected
from services.http import Door
from services.model.headlines import FeedState
from services.model.ids import PersonId, PostId
from services.model.limits import Keying
from services.model.posts import Reach
from services.model.queue import QueuedId
from services.networks.base import (
    Completing,
    Distance,
    Guarding,
    Network,
    Queueing,
    SigningOut,
    Tagging,
)
from services.networks.mastodon.account import MastodonAccount
from services.networks.mastodon.client import MastodonClient
from services.networks.mastodon.instance import read_instance
from services.networks.mastodon.trends import LONGEST_PAUSE_S, POLL_S, MastodonTrends
from tests.doubles.mastodon import MastodonDouble
from tests.doubles.mastodon_parts import Trouble
from tests.fakes import NOON, FakeClock
from tests.services.networks.conformance import drain

BEN = PersonId("mastodon:ben@double.example")


def test_an_account_can_what_mastodon_can(us: MastodonAccount) -> None:
    """It guards, completes, shows the queue and signs out."""
    network: Network = us
    assert isinstance(network, Guarding)
    assert isinstance(network, Completing)
    assert isinstance(network, Queueing)
    assert isinstance(network, SigningOut)


@pytest.mark.parametrize("distance", list(Distance))
async def test_people_are_kept_away(
    us: MastodonAccount, double: MastodonDouble, distance: Distance
) -> None:
    """Somebody who has written is known by id, somebody else is asked for."""
    await us.keep_away(BEN, distance)
    assert double.count("/api/v1/accounts/search") == 1
    double.say("cleo", "hello", mentions=["ada"])
    await drain(us)
    await us.keep_away(PersonId("mastodon:cleo@double.example"), distance)
    assert double.count("/api/v1/accounts/search") == 1
    assert double.count(f"/api/v1/accounts/101/{distance.value}") == 1
    assert double.count(f"/api/v1/accounts/102/{distance.value}") == 1


async def test_what_a_server_cannot_do_is_said(us: MastodonAccount, double: MastodonDouble) -> None:
    """A server without muting or reports, and one that knows nobody by that name."""
    ours = double.say("ben", "rude")
    double.trouble["POST /api/v1/"] = Trouble.NOT_THERE
    with pytest.raises(Rejected, match="does not mute"):
        await us.keep_away(BEN, Distance.MUTE)
    with pytest.raises(Rejected, match="no reports"):
        await us.report(PostId(ours["id"]), "rude")
    with pytest.raises(Gone):
        await us.keep_away(PersonId("mastodon:nobody@double.example"), Distance.BLOCK)
    with pytest.raises(Gone):
        await us.report(PostId("5"), "rude")


async def test_a_report_says_who_and_what(us: MastodonAccount, double: MastodonDouble) -> None:
    """The author and the post are named, with our words."""
    theirs = double.say("ben", "rude")
    await us.report(PostId(theirs["id"]), "rude")
    _, _, values = double.asked[-1]
    assert values == {"account_id": "101", "status_ids": [theirs["id"]], "comment": "rude"}


async def test_a_beginning_of_a_handle_finds_people(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """Nobody is looked up on other servers, and nothing is asked for nothing."""
    found = await us.complete("@be")
    assert [one.handle for one in found] == ["@ben@double.example"]
    assert "resolve=false" in double.asked[-1][1]
    assert await us.complete(" @ ") == ()
    assert len(double.asked) == 1


async def test_the_queue_is_read_and_dropped(us: MastodonAccount, double: MastodonDouble) -> None:
    """What goes out next comes first; dropping cancels it there, also twice."""
    double.lists["/api/v1/scheduled_statuses"] = [
        {"id": "2", "scheduled_at": "2026-11-23T12:00:00Z", "params": {"text": "later"}},
        {"id": "3", "params": {"text": None}},
        {
            "id": 1,
            "scheduled_at": "2026-11-22T13:00:00Z",
            "params": {"text": "soon", "spoiler_text": "tea", "visibility": "private"},
            "media_attachments": [{"id": "5", "type": "image", "description": "a cup"}],
        },
    ]
    queued = await us.queued()
    assert [one.id for one in queued] == ["1", "2", "3"]
    assert (queued[0].body, queued[0].warning, queued[0].reach) == ("soon", "tea", Reach.FOLLOWERS)
    assert queued[0].due_at == NOON + timedelta(hours=1)
    assert queued[0].media[0].alt == "a cup"
    await us.drop_queued(QueuedId("2"))
    assert [one.id for one in await us.queued()] == ["1", "3"]
    double.trouble["DELETE /api/v1/scheduled"] = Trouble.NOT_THERE
    await us.drop_queued(QueuedId("2"))
    double.lists["/api/v1/scheduled_statuses"] = None
    assert await us.queued() == ()


@pytest.mark.parametrize(
    ("privacy", "reach"),
    [("unlisted", Reach.UNLISTED), ("private", Reach.FOLLOWERS), (None, Reach.FOLLOWERS)],
)
async def test_what_is_queued_is_no_wider_than_our_other_posts(
    us: MastodonAccount, double: MastodonDouble, privacy: str | None, reach: Reach
) -> None:
    """Where nothing was chosen for it, it is as public as we have set; else as narrow as can be."""
    double.lists["/api/v1/scheduled_statuses"] = [
        {"id": "1", "params": {"text": "soon", "visibility": None}}
    ]
    double.people["ada"]["source"] = {"privacy": privacy}
    assert [one.reach for one in await us.queued()] == [reach]
    double.trouble["GET /api/v1/accounts/verify"] = Trouble.NOT_THERE
    assert [one.reach for one in await us.queued()] == [Reach.FOLLOWERS]


async def test_followed_tags_are_read_over_several_pages(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """Each once and without its sign, however few a server gives at once; 200 at most."""
    assert isinstance(us, Tagging)
    double.lists["/api/v1/followed_tags"] = [{"name": name} for name in ("Tea", "#cups", "Tea", "")]
    double.tags_at_once = 1
    assert await us.followed_tags() == ("Tea", "cups")
    double.lists["/api/v1/followed_tags"] = [{"name": f"t{number}"} for number in range(300)]
    double.tags_at_once = 90
    before = double.count("/api/v1/followed_tags")
    assert await us.followed_tags() == tuple(f"t{number}" for number in range(200))
    assert double.count("/api/v1/followed_tags") == before + 3
    double.tags_at_once = 1
    assert len(await us.followed_tags()) == 5


async def test_a_server_without_followed_tags_has_none(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """That it does not know the question is no trouble; that it cannot be asked is."""
    double.lists["/api/v1/followed_tags"] = None
    assert await us.followed_tags() == ()
    double.trouble["GET /api/v1/followed_tags"] = Trouble.DROPS
    with pytest.raises(NetworkError):
        await us.followed_tags()


async def test_signing_out_revokes(us: MastodonAccount, double: MastodonDouble) -> None:
    """The token is handed back with the client's own secrets."""
    await us.sign_out()
    _, path, values = double.asked[-1]
    assert path == "/oauth/revoke"
    assert values == {"client_id": "client", "client_secret": "hidden", "token": "token-ada"}
    double.trouble["POST /oauth/revoke"] = Trouble.REFUSED
    with pytest.raises(Rejected):
        await us.sign_out()


@pytest.mark.parametrize(
    ("version", "source", "keying"),
    [
        ("4.5.2", "https://github.com/mastodon/mastodon", Keying.KEYED),
        ("4.6.0-alpha.1+glitch", "https://github.com/glitch-soc/mastodon", Keying.KEYED),
        ("4.2.10+hometown-1.1.1", "https://github.com/hometown-fork/hometown", Keying.KEYED),
        ("0.20.0+git-8ad", "https://codeberg.org/superseriousbusiness/gotosocial", Keying.KEYLESS),
        ("2.7.2 (compatible; Pleroma 2.9)", "https://git.pleroma.social/pleroma", Keying.KEYLESS),
        ("4.0.0 (not true; really snac/2.75)", "https://x.example/mastodon", Keying.KEYLESS),
        ("4.5.2", None, Keying.KEYLESS),
    ],
)
async def test_a_key_is_trusted_where_it_is_honoured(
    double: MastodonDouble, door: Door, version: str, source: str, keying: Keying
) -> None:
    """Only Mastodon and its kin are known to keep a key."""
    double.version, double.source_url = version, source
    assert (await read_instance(MastodonClient(door, double.url))).keying is keying


async def test_trends_are_headlines_without_numbers(double: MastodonDouble, door: Door) -> None:
    """Links, tags and posts become headlines; what is hidden or nameless does not."""
    double.lists["/api/v1/trends/links"] = [
        {"url": "https://example.org/a", "title": "Tea &amp; talk", "provider_name": "The Paper",
         "description": "How it went.", "published_at": "2026-11-22T10:00:00Z", "history": []},
        {"url": "https://example.org/b", "title": ""},
        {"url": "javascript:x", "title": "no"},
    ]  # fmt: skip
    double.lists["/api/v1/trends/tags"] = [
        {"name": "Tea", "url": "https://double.example/tags/Tea", "history": [{"uses": "99"}]},
        {"name": ""},
    ]
    said = double.say("ben", "a long story", at=NOON - timedelta(hours=1))
    warned = double.say("ben", "a secret", spoiler_text="careful", at=NOON)
    hidden = double.say("ben", "x", reblog=said)
    double.lists["/api/v1/trends/statuses"] = [said, warned, hidden, {**said, "content": ""}]
    clock = FakeClock()
    source = MastodonTrends(double.url, door, clock)
    readings = source.readings()
    reading = await anext(readings)
    by_title = {str(one.title): one for one in reading.headlines}
    assert set(by_title) >= {"Tea & talk", "#Tea", "careful"}
    link = by_title["Tea & talk"]
    assert link.publisher == f"The Paper via {double.host}"
    assert link.published_at == NOON - timedelta(hours=2)
    assert by_title["careful"].paragraph == ""
    assert reading.memory.state is FeedState.WELL
    assert source.network == "mastodon"
    await clock.advance(0)
    first = by_title["#Tea"].seen_at
    again = await source._reading()
    assert {str(one.title): one.seen_at for one in again.headlines}["#Tea"] == first
    await source.close()


async def test_trends_that_fail_are_asked_for_less_often(
    double: MastodonDouble, door: Door
) -> None:
    """Trouble is told in words and the pause grows; a server without trends has none."""
    source = MastodonTrends(double.url, door, SystemClock())
    double.trouble["GET /api/v1/trends"] = Trouble.NOT_THERE
    assert (await source._reading()).headlines == ()
    double.trouble["GET /api/v1/trends"] = Trouble.NOT_JSON
    for _ in range(4):
        await source._reading()
    reading = await source._reading()
    assert reading.memory.state is FeedState.UNREACHABLE
    assert source._pause_s == LONGEST_PAUSE_S
    double.trouble.clear()
    assert (await source._reading()).memory.state is FeedState.WELL
    assert source._pause_s == POLL_S
    double.trouble["GET /api/v1/trends"] = Trouble.TOO_MANY
    assert (await source._reading()).memory.state is FeedState.WAITS
