"""Saying, finding what was said, editing and taking back."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from services.errors import (
    Gone,
    NetworkError,
    RateLimited,
    Rejected,
    SignedOut,
    Unclear,
    Unreachable,
)
from services.model.ids import PersonId, PostId, SendId, ThreadId
from services.model.posts import Post, Reach
from services.model.sending import Picture, Target, TargetKind
from services.networks.base import Message
from services.networks.mastodon.account import MastodonAccount
from services.networks.mastodon.saying import reduced, text_of
from tests.doubles.mastodon import Keys, MastodonDouble
from tests.doubles.mastodon_parts import Trouble
from tests.fakes import NOON
from tests.services.networks.conformance import drain


def message(
    us: MastodonAccount, body: str, above: Post | None = None, key: str = "k1", **fields: object
) -> Message:
    """Make a message; ``fields`` are those of its target."""
    target = Target(
        kind=TargetKind.NEW if above is None else TargetKind.REPLY,
        account=us.account.id,
        network=us.account.network,
        reach=Reach.PUBLIC,
        as_handle=us.account.author.handle,
        thread=None if above is None else above.thread,
        post=None if above is None else above.id,
        person=None if above is None else above.author.person,
    )
    return Message(SendId(key), msgspec.structs.replace(target, **fields), body, NOON)


def published(double: MastodonDouble) -> list[str]:
    """Give the words of what we have said, newest first."""
    return [one["content"] for one in double.said()]


async def test_all_that_a_post_wears_goes_out(us: MastodonAccount, double: MastodonDouble) -> None:
    """Visibility, warning, language, what it answers and what it quotes are sent, with the key."""
    theirs = double.say("ben", "who", mentions=["ada"])
    posts, _ = await drain(us)
    sent = await us.send(
        message(
            us,
            "@ben@double.example me",
            posts[0],
            reach=Reach.UNLISTED,
            warning="tea",
            language="en",
            quotes=PostId(theirs["id"]),
        )
    )
    assert (sent.reach, sent.warning, sent.language) == (Reach.UNLISTED, "tea", "en")
    assert (sent.parent, sent.thread, sent.answers) == (
        theirs["id"],
        theirs["id"],
        posts[0].author.person,
    )
    assert sent.quotes == theirs["id"]
    asked = next(
        values
        for method, path, values in double.asked
        if (method, path) == ("POST", "/api/v1/statuses")
    )
    assert asked["sensitive"] is True
    assert asked["status"] == "@ben@double.example me"


@pytest.mark.parametrize(
    ("visibility", "reach"), [("direct", Reach.DIRECT), ("private", Reach.FOLLOWERS)]
)
async def test_a_reply_is_never_wider_than_what_it_answers(
    us: MastodonAccount, double: MastodonDouble, visibility: str, reach: Reach
) -> None:
    """Even where somebody asks for public, a reply to a narrow post is narrow."""
    double.say("ben", "psst", mentions=["ada"], visibility=visibility)
    posts, _ = await drain(us)
    sent = await us.send(message(us, "@ben yes", posts[0]))
    assert sent.reach is reach


@pytest.mark.parametrize(
    ("visibility", "reach"),
    [
        ("direct", Reach.DIRECT),
        ("private", Reach.FOLLOWERS),
        ("unlisted", Reach.PUBLIC),
        ("public", Reach.PUBLIC),
    ],
)
async def test_what_is_for_few_is_quoted_for_no_more(
    us: MastodonAccount, double: MastodonDouble, visibility: str, reach: Reach
) -> None:
    """Even where somebody asks for public, the quote of a narrow post is narrow."""
    double.say("ben", "psst", mentions=["ada"], visibility=visibility)
    posts, _ = await drain(us)
    sent = await us.send(message(us, "see there", quotes=posts[0].id))
    assert sent.reach is reach


@pytest.mark.parametrize(
    ("reach", "body", "expected"),
    [
        (Reach.DIRECT, "hi", "@ben@far.example hi"),
        (Reach.DIRECT, "hi @ben", "@ben@far.example hi @ben"),
        (Reach.DIRECT, "as @ben@near.example says", "@ben@far.example as @ben@near.example says"),
        (Reach.DIRECT, "@Ben@far.example hi", "@Ben@far.example hi"),
        (Reach.PUBLIC, "hi", "hi"),
    ],
)
async def test_a_direct_reply_names_whom_it_is_for(
    us: MastodonAccount, reach: Reach, body: str, expected: str
) -> None:
    """Without a name nobody would get it, and a namesake's is not theirs; none is added twice."""
    made = message(
        us, body, kind=TargetKind.REPLY, reach=reach, person=PersonId("mastodon:ben@far.example")
    )
    assert text_of(made) == expected


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (Trouble.ERROR, Unclear),
        (Trouble.NOT_JSON, Unclear),
        (Trouble.DROPS, Unclear),
        (Trouble.TOO_MANY, RateLimited),
        (Trouble.NOT_THERE, Gone),
        (Trouble.EMPTY_401, SignedOut),
        (Trouble.REFUSED, Rejected),
    ],
)
async def test_a_failure_says_whether_it_may_be_out(
    us: MastodonAccount, double: MastodonDouble, trouble: Trouble, error: type[NetworkError]
) -> None:
    """Only what certainly had no effect is said to have had none."""
    await us.poll(None)
    double.trouble["POST /api/v1/statuses"] = trouble
    with pytest.raises(error):
        await us.send(message(us, "hello"))
    assert published(double) == []


@pytest.mark.parametrize("keys", [Keys.IGNORED, Keys.FAILS])
async def test_what_was_published_before_the_line_broke_is_found(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """A look finds it by its words and what it answers, and nothing that was there before."""
    double.say("ada", "good morning")
    await drain(us)
    double.trouble["POST /api/v1/statuses"] = Trouble.DROPS_AFTER
    lost = message(us, "good morning", key="k2")
    with pytest.raises(Unclear):
        await us.send(lost)
    double.trouble.clear()
    found = await us.look(lost)
    assert found is not None
    assert found.id == double.said()[0]["id"]
    assert len(published(double)) == 2


async def test_the_post_of_another_key_is_not_taken(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """Two equal texts are two posts: what one key sent is never found for another."""
    await drain(us)
    second = message(us, "same", key="k2")
    double.trouble["POST /api/v1/statuses"] = Trouble.DROPS
    with pytest.raises(Unclear):
        await us.send(second)
    double.trouble.clear()
    await us.send(message(us, "same", key="k1"))
    assert await us.look(second) is None


async def test_after_a_restart_only_what_is_young_enough_is_found(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """Without a memory of the key press the moment of a post decides, roughly."""
    double.say("ada", "good morning", at=NOON.replace(hour=9))
    assert await us.look(message(us, "good morning")) is None
    double.say("ada", "good morning", at=NOON.replace(hour=11, minute=30))
    assert await us.look(message(us, "good morning")) is not None
    double.say("ada", "no date", created_at=None)
    assert await us.look(message(us, "no date")) is not None


async def test_a_refusal_speaks_in_the_server_s_words(us: MastodonAccount) -> None:
    """Why the server refuses is in the sentence."""
    with pytest.raises(Rejected, match="Text can't be blank"):
        await us.send(message(us, ""))


async def test_answering_what_is_gone_is_told(us: MastodonAccount, double: MastodonDouble) -> None:
    """A reply to a post that was deleted is refused for good."""
    double.say("ben", "who", mentions=["ada"])
    posts, _ = await drain(us)
    double.delete(posts[0].id)
    with pytest.raises(Gone, match="trying to reply"):
        await us.send(message(us, "me", posts[0]))


async def test_pictures_go_first_with_their_words(
    us: MastodonAccount, double: MastodonDouble, tmp_path: Path
) -> None:
    """A picture is waited for, described, and uploaded once for a key."""
    double.media_waits = 2
    file = tmp_path / "cup.png"
    file.write_bytes(b"\x89PNG")
    made = message(us, "look", pictures=(Picture(str(file), "a cup"),))
    await us.poll(None)
    sent = await us.send(made)
    assert len(sent.media) == 1
    await us.send(made)
    assert double.count("/api/v2/media") == 1


async def test_an_older_server_takes_pictures_too(
    us: MastodonAccount, double: MastodonDouble, tmp_path: Path
) -> None:
    """Where there is no second version of the call, the first is used; nobody is misled."""
    double.trouble["POST /api/v2/media"] = Trouble.NOT_THERE
    file = tmp_path / "cup.png"
    file.write_bytes(b"\x89PNG")
    with pytest.raises(Gone):
        await us.send(message(us, "look", pictures=(Picture(str(file), "a cup"),)))
    assert double.count("/api/v1/media") == 1
    assert published(double) == []


@pytest.mark.parametrize("trouble", [Trouble.ERROR, Trouble.DROPS])
async def test_a_picture_that_fails_means_that_nothing_is_out(
    us: MastodonAccount, double: MastodonDouble, tmp_path: Path, trouble: Trouble
) -> None:
    """Whatever became of a picture, the words have certainly not been said."""
    double.trouble["POST /api/v2/media"] = trouble
    file = tmp_path / "cup.gif"
    file.write_bytes(b"GIF89a")
    with pytest.raises(Unreachable):
        await us.send(message(us, "look", pictures=(Picture(str(file), "a cup"),)))


async def test_a_picture_that_takes_for_ever_is_said_so(
    us: MastodonAccount, double: MastodonDouble, tmp_path: Path
) -> None:
    """A server that does not finish in time is asked again later; nothing is out."""
    double.media_waits = 99
    file = tmp_path / "cup"
    file.write_bytes(b"?")
    with pytest.raises(RateLimited):
        await us.send(message(us, "look", pictures=(Picture(str(file), "a cup"),)))


async def test_a_picture_that_is_not_to_be_had_is_refused(
    us: MastodonAccount, tmp_path: Path
) -> None:
    """One that is missing, and one that is larger than the server takes."""
    await us.poll(None)
    large = tmp_path / "large.png"
    large.write_bytes(b"x" * 2000)
    for path in (tmp_path / "nowhere.png", large):
        with pytest.raises(Rejected):
            await us.send(message(us, "look", pictures=(Picture(str(path), ""),)))


@pytest.mark.parametrize("renames", [False, True])
async def test_an_edit_puts_other_words_in_place(
    us: MastodonAccount, double: MastodonDouble, renames: bool
) -> None:
    """The post has its new words, on servers that keep its id and on those that do not."""
    sent = await us.send(message(us, "teh"))
    double.renames = renames
    edit = message(us, "the", kind=TargetKind.EDIT, edits=sent.id, thread=sent.thread)
    edited = await us.send(edit)
    assert (edited.body, edited.id == sent.id) == ("the", not renames)
    assert edited.edited_at is not None
    assert published(double) == ["<p>the</p>"]


async def test_an_edit_is_looked_for_in_its_place(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """A look for an edit reads the post itself; what is gone cannot be edited."""
    sent = await us.send(message(us, "teh"))
    edit = message(us, "the", kind=TargetKind.EDIT, edits=sent.id, key="k2")
    assert await us.look(edit) is None
    await us.send(edit)
    assert await us.look(edit) is not None
    double.trouble["GET /api/v1/statuses/"] = Trouble.ERROR
    with pytest.raises(Unreachable):
        await us.send(edit)
    double.trouble.clear()
    double.delete(sent.id)
    with pytest.raises(Gone):
        await us.send(edit)
    assert await us.look(edit) is None


async def test_a_server_that_does_not_delete_is_said_so(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """Where a deletion is not found and the post still stands, nobody is told that it went."""
    sent = await us.send(message(us, "here to stay"))
    double.deletes = False
    with pytest.raises(Rejected, match="does not delete"):
        await us.take_back(sent.id)
    assert (await us.thread(ThreadId(sent.id))).posts


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("hi @ben@far.example", "hi @ben"),
        ("*bold*  _move_\n\n> `code`", "bold move code"),
        ("cafe\u0301", "caf\u00e9"),
        ("***", "***"),
    ],
)
def test_layout_does_not_tell_texts_apart(sent: str, shown: str) -> None:
    """What servers change on the way is no difference; words are."""
    assert reduced(sent) == reduced(shown)
    assert reduced(sent) != reduced(shown + "x")


async def test_a_direct_reply_at_home_needs_no_host(us: MastodonAccount) -> None:
    """Whom it is for is named by their local name on our own server, and on a port of one's own."""
    for person, body in (
        ("mastodon:ben@double.example", "hi @ben"),
        ("mastodon:ben@127.0.0.1:8080", "hi @ben@127.0.0.1:8080"),
    ):
        made = message(us, body, kind=TargetKind.REPLY, reach=Reach.DIRECT, person=PersonId(person))
        assert text_of(made) == body


async def test_a_text_of_long_ago_is_never_the_new_one(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """The same words that we said last week are not found, however much was read since then."""
    double.say("ada", "Good morning.", at=NOON - timedelta(days=7))
    for number in range(520):
        us._sayer.see(f"older-{number}")
    made = message(us, "Good morning.")
    double.trouble["POST /api/v1/statuses"] = Trouble.ERROR
    with pytest.raises(Unclear):
        await us.send(made)
    assert await us.look(made) is None
