"""An edit goes out once as its author sees it, however often it has to be asked for."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from services.errors import ChinwagError, Gone, NetworkError, Rejected, Unclear
from services.model.ids import PostId
from services.model.posts import Post
from services.model.sending import SendState, Target, TargetKind
from services.networks.base import Message
from services.text.clean import clean
from tests.fake_network import FakeNetwork, FakeServer, Keys
from tests.fakes import FakeClock
from tests.outbox_stage import Stage, new_post, stage


class Changing(FakeNetwork):
    """A network that changes posts, and fails at it as it is told to."""

    def __init__(self, server: FakeServer) -> None:
        """Hold one post of ours."""
        super().__init__(server)
        self._capabilities = replace(self._capabilities, can_edit=True)
        self.words = {PostId("p1"): "before"}
        self.edits: list[tuple[PostId, str]] = []
        self.before: list[Exception | None] = []
        self.after: list[Exception | None] = []
        self.renames = False
        self.mangles = False
        self.looks_fail = False

    async def edit(self, post: PostId, message: Message) -> Post:
        """Change the words, unless something is in the way."""
        self.edits.append((post, message.body))
        if self.before and (error := self.before.pop(0)) is not None:
            raise error
        del self.words[post]
        new = PostId("p1x") if self.renames else post
        self.words[new] = message.body
        if self.after and (error := self.after.pop(0)) is not None:
            raise error
        return self._of(new)

    async def latest(self, count: int) -> tuple[Post, ...]:
        """Read the posts as they are now."""
        if self.looks_fail:
            raise Unclear("No answer.")
        return tuple(self._of(post) for post in self.words)[:count]

    def _of(self, post: PostId) -> Post:
        made = self._post(self._server.published[0])
        words = self.words[post]
        was_edited = words != "before"
        return replace(
            made,
            id=post,
            body=clean(words.upper() if self.mangles else f" {words}\n"),
            edited_at=self._clock.now() if was_edited else None,
        )


@pytest.fixture
async def on(tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage with a post on the server that can be changed."""
    clock = FakeClock()
    async with stage(tmp_path / "p.db", Keys.NONE, clock=clock) as opened:
        network = Changing(opened.server)
        opened.network = network
        await opened.say("before", new_post())
        await opened.until_settled()
        yield opened


def of(on: Stage) -> Changing:
    """Give its network."""
    assert isinstance(on.network, Changing)
    return on.network


def edit(post: str = "p1") -> Target:
    """Give other words for a post of ours."""
    return replace(new_post(), kind=TargetKind.EDIT, edits=PostId(post))


async def test_an_edit_changes_the_post_and_makes_none(on: Stage) -> None:
    """One request, and the send is called as the post is then."""
    await on.say("after", edit())
    sent = await on.until_settled(2)
    assert (sent.state, sent.post) == (SendState.SENT, "p1")
    assert of(on).words == {"p1": "after"}
    assert of(on).edits == [("p1", "after")]
    assert len(on.server.published) == 1


async def test_an_edit_that_changes_the_name_is_sent_under_the_new_one(on: Stage) -> None:
    """As the network gives it."""
    of(on).renames = True
    await on.say("after", edit())
    assert (await on.until_settled(2)).post == "p1x"


@pytest.mark.parametrize(("renames", "mangles"), [(False, False), (True, False), (False, True)])
async def test_an_answer_that_was_lost_is_looked_for(
    on: Stage, renames: bool, mangles: bool
) -> None:
    """By its words, whatever it is called now; or by its having been edited since."""
    of(on).renames, of(on).mangles = renames, mangles
    of(on).after = [Unclear("The line fell.")]
    await on.say("after", edit())
    sent = await on.until_settled(2)
    assert sent.state is SendState.SENT
    assert len(of(on).edits) == 1


async def test_an_edit_that_is_not_there_is_asked_for_again(on: Stage) -> None:
    """Even where the network knows no keys: the same edit twice is one."""
    of(on).before = [Unclear("The line fell."), Unclear("Again.")]
    await on.say("after", edit())
    sent = await on.until_settled(2)
    assert sent.state is SendState.SENT
    assert of(on).edits == [("p1", "after")] * 3
    assert of(on).words == {"p1": "after"}


async def test_what_cannot_be_looked_for_is_asked_about(on: Stage) -> None:
    """Nobody claims that it is out, or that it is not."""
    of(on).after = [Unclear("The line fell.")]
    of(on).looks_fail = True
    await on.say("after", edit())
    assert (await on.until_settled(2)).state is SendState.CHECK


async def test_a_post_that_is_not_among_the_latest_is_asked_about(on: Stage) -> None:
    """An old one, of which nothing is known."""
    of(on).words[PostId("old")] = "old"
    of(on).after = [Unclear("The line fell.")]
    await on.say("after", edit("old"))
    await on.idle()
    of(on).words = {PostId("p7"): "else"}
    assert (await on.until_settled(2)).state is SendState.CHECK


@pytest.mark.parametrize("error", [Gone("It is not there."), Rejected("Too late.")])
async def test_an_edit_that_is_refused_gives_the_words_back(on: Stage, error: NetworkError) -> None:
    """To the draft of this edit."""
    of(on).before = [error]
    await on.say("after", edit())
    refused = await on.until_settled(2)
    assert refused.state is SendState.REJECTED
    assert await on.draft_of(edit()) == "after"
    assert of(on).words == {"p1": "before"}


async def test_a_network_that_says_it_can_and_cannot_changes_nothing(on: Stage) -> None:
    """Refused for good, and no post is made."""
    plain = FakeNetwork(on.server)
    plain._capabilities = replace(plain._capabilities, can_edit=True)
    on.network = plain
    await on.say("after", edit())
    assert (await on.until_settled(2)).state is SendState.REJECTED
    assert len(on.server.published) == 1


async def test_an_edit_is_not_taken_back(on: Stage) -> None:
    """That would delete the post itself."""
    await on.say("after", edit())
    sent = await on.until_settled(2)
    with pytest.raises(ChinwagError) as raised:
        await on.outbox.take_back(sent.id)
    assert raised.value.what == "An edit is not taken back."
    assert raised.value.remedy == "Edit it again, with the words from before."
    assert of(on).words == {"p1": "after"}
