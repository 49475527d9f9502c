"""The words for a send that did not simply go out."""

import msgspec
import pytest

from services.model.ids import NetworkName
from services.model.sending import Send, SendState, TargetKind
from services.model.words import Safe
from services.outbox import words_for, words_for_taken_back
from services.text.clean import clean
from tests.outbox_stage import new_post, queued, reply_to

REPLY = msgspec.structs.replace(queued("a", reply_to("ben")), body="see you there")


def as_state(state: SendState, reason: str | None = None, *, back: bool = True) -> Send:
    """Give the reply in a state."""
    words = None if reason is None else clean(reason)
    return msgspec.structs.replace(REPLY, state=state, reason=words, is_given_back=back)


@pytest.mark.parametrize(
    ("send", "what", "remedy"),
    [
        (
            as_state(SendState.CHECK, back=False),
            "Your reply to Ben “see you there” may be on the commons: there was no clear answer.",
            (
                "Your latest posts there are shown; say whether it is among them. "
                "Until then it is kept here, and nothing is sent again by itself."
            ),
        ),
        (
            as_state(SendState.HELD, "The network refused the connection."),
            "Your reply to Ben “see you there” did not go out: The network refused the connection.",
            "Your text is back in the composer. Send it again when you like, or let it be.",
        ),
        (
            as_state(SendState.HELD),
            "Your reply to Ben “see you there” did not go out: it could not leave.",
            "Your text is back in the composer. Send it again when you like, or let it be.",
        ),
        (
            as_state(SendState.REJECTED, "It is too long", back=False),
            "Your reply to Ben “see you there” was not taken on the commons: It is too long.",
            (
                "Another draft stands in the composer, so your text is kept beside it. "
                "Change it and send it again, or let it be."
            ),
        ),
        (
            as_state(SendState.REJECTED),
            "Your reply to Ben “see you there” was not taken on the commons: no reason given.",
            "Your text is back in the composer. Change it and send it again, or let it be.",
        ),
    ],
)
def test_what_happened_and_what_to_do(send: Send, what: str, remedy: str) -> None:
    """Each outcome says what happened and where the text is."""
    assert words_for(send) == (what, remedy)
    assert all(isinstance(words, Safe) for words in words_for(send))


@pytest.mark.parametrize("state", [SendState.QUEUED, SendState.INFLIGHT, SendState.SENT])
def test_nothing_is_said_where_nothing_is_to_do(state: SendState) -> None:
    """What is on its way or out needs no words."""
    assert words_for(as_state(state)) == ("", "")


def test_a_long_or_hostile_text_stands_shortened_and_cleaned() -> None:
    """A sentence holds at most forty characters of the text, none of them a control."""
    send = msgspec.structs.replace(as_state(SendState.HELD), body="\x1b[2J" + "word " * 50)
    what, _ = words_for(send)
    assert "\x1b" not in what
    assert len(what) < 40 + 70


def test_a_post_and_a_reply_to_nobody_named_are_named_plainly() -> None:
    """Where there is no name none is made up."""
    post = msgspec.structs.replace(as_state(SendState.HELD), target=new_post())
    assert words_for(post)[0].startswith("Your post “see you there” did")
    topic = msgspec.structs.replace(
        post, target=msgspec.structs.replace(new_post(), kind=TargetKind.TOPIC)
    )
    assert words_for(topic)[0].startswith("Your post “see you there” did")
    unnamed = msgspec.structs.replace(REPLY.target, to_name=None)
    reply = msgspec.structs.replace(as_state(SendState.HELD), target=unnamed)
    assert words_for(reply)[0].startswith("Your reply “see you there” did")


@pytest.mark.parametrize(
    ("network", "name"),
    [
        (NetworkName.COMMONS, "the commons"),
        (NetworkName.PRACTICE, "practice"),
        (NetworkName.MASTODON, "Mastodon"),
        (NetworkName.BLUESKY, "Bluesky"),
        (NetworkName.WORDPRESS, "WordPress"),
        (NetworkName.HACKERNEWS, "Hacker News"),
        (NetworkName.FEEDS, "the feed"),
    ],
)
def test_every_network_has_its_name(network: NetworkName, name: str) -> None:
    """A place is called what people call it; copies are only spoken of where there can be any."""
    target = msgspec.structs.replace(REPLY.target, network=network)
    send = msgspec.structs.replace(as_state(SendState.CHECK), target=target)
    assert f" may be on {name}: " in words_for(send)[0]
    what, where = words_for_taken_back(send)
    assert where == "Its text is back in the composer."
    if network is NetworkName.COMMONS:
        assert what.endswith("is gone from the commons; somebody may have read it already.")
    else:
        assert what.endswith(f"is deleted on {name}; copies of it may remain elsewhere.")
