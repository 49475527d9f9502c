"""The outbox over the double: no text twice and none lost, however the server treats a key."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from services.model.ids import NetworkName, PostId
from services.model.posts import Reach
from services.model.sending import Send, SendState, Target, TargetKind
from services.networks.mastodon.account import MastodonAccount
from services.outbox import Outbox
from services.store.database import PRIVATE, Durability, Transaction, open_database
from services.store.outbox import OutboxRows
from tests.doubles.mastodon import Keys, MastodonDouble
from tests.doubles.mastodon_parts import Trouble
from tests.fakes import until
from tests.services.networks.mastodon.conftest import NoonClock


@pytest.fixture(params=list(Keys), ids=lambda keys: keys.name.lower())
def keys(request: pytest.FixtureRequest) -> Keys:
    """Give each way to treat a key."""
    keys: Keys = request.param
    return keys


@pytest.fixture
async def settled() -> list[Send]:
    """What became of the sends."""
    return []


@pytest.fixture
async def outbox(
    us: MastodonAccount, double: MastodonDouble, settled: list[Send], tmp_path: Path
) -> AsyncIterator[Outbox]:
    """An outbox on a real file, twenty times as fast."""
    if double.keys is Keys.IGNORED:
        double.source_url = "https://codeberg.org/superseriousbusiness/gotosocial"
    await us.poll(None)
    database = await open_database(tmp_path / "private.db", PRIVATE, durability=Durability.NORMAL)

    async def on_sent(_tx: Transaction, _send: Send, _post: object) -> None:
        """Write nothing beside it."""

    made = Outbox(
        OutboxRows(database),
        lambda _: us,
        NoonClock(100.0),
        on_sent=on_sent,
        on_settled=settled.append,
    )
    yield made
    await made.close()
    await database.close()


async def say(outbox: Outbox, us: MastodonAccount, body: str) -> None:
    """Press the key."""
    target = Target(
        kind=TargetKind.NEW,
        account=us.account.id,
        network=NetworkName.MASTODON,
        reach=Reach.PUBLIC,
        as_handle=us.account.author.handle,
    )
    await outbox.say(target, body, session=None)


async def test_what_was_committed_before_the_line_broke_is_sent_once(
    outbox: Outbox, us: MastodonAccount, double: MastodonDouble, settled: list[Send]
) -> None:
    """An answer that never came is found by a look, in every mode."""
    double.trouble["POST /api/v1/statuses"] = Trouble.DROPS_AFTER
    await say(outbox, us, "did it arrive")
    await until(lambda: bool(settled))
    assert settled[0].state is SendState.SENT
    assert [one["content"] for one in double.said()] == ["<p>did it arrive</p>"]
    assert settled[0].post == double.said()[0]["id"]


async def test_what_never_arrived_is_never_said_to_have(
    outbox: Outbox, us: MastodonAccount, double: MastodonDouble, settled: list[Send]
) -> None:
    """Where a key is honoured it is sent again; where not, its author is asked."""
    double.trouble["POST /api/v1/statuses"] = Trouble.DROPS
    await say(outbox, us, "did it arrive")
    await until(lambda: double.count("/api/v1/statuses") >= 1)
    double.trouble.clear()
    await until(lambda: bool(settled))
    is_keyed = double.keys is not Keys.IGNORED
    assert settled[0].state is (SendState.SENT if is_keyed else SendState.CHECK)
    assert len(double.said()) == is_keyed


async def test_a_refusal_gives_the_words_back(
    outbox: Outbox, us: MastodonAccount, double: MastodonDouble, settled: list[Send]
) -> None:
    """What the server refuses for good is rejected in its own words."""
    double.trouble["POST /api/v1/statuses"] = Trouble.REFUSED
    await say(outbox, us, "hello")
    await until(lambda: bool(settled))
    assert settled[0].state is SendState.REJECTED
    assert settled[0].reason is not None
    assert "This is not for you" in settled[0].reason
    assert double.said() == []


async def test_an_edit_reaches_the_post_by_the_outbox(
    outbox: Outbox, us: MastodonAccount, double: MastodonDouble, settled: list[Send]
) -> None:
    """Other words stand in the place of those that were said, also where the line broke."""
    await say(outbox, us, "teh")
    await until(lambda: len(settled) == 1)
    double.trouble["PUT /api/v1/statuses"] = Trouble.DROPS_AFTER
    target = msgspec.structs.replace(
        settled[0].target, kind=TargetKind.EDIT, edits=PostId(settled[0].post or "")
    )
    await outbox.say(target, "the", session=None)
    await until(lambda: double.said()[0]["content"] == "<p>the</p>")
    double.trouble.clear()
    await until(lambda: len(settled) == 2)
    assert settled[1].state is SendState.SENT
    assert [one["content"] for one in double.said()] == ["<p>the</p>"]
