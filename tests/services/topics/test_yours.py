"""What makes a topic ours: raised a little and told, or left out."""

import pytest
from msgspec.structs import replace

from services.model.ids import NetworkName, TopicId
from services.model.topics import Tastes
from services.networks.bluesky.names import person_of
from services.topics import yours
from services.topics.outbreaks import persons_of
from services.topics.yours import ADULT_TAGS, Judged, Spoken, Taste
from tests.builders import a_streamed

IDS = (TopicId("t"), TopicId("earlier"))
HARBOUR = Spoken(
    "Harbour bridge opens",
    names=("#harbour", "Harbour Bridge"),
    tags=("harbour",),
    bodies=("The bridge is open", "Walked over the bridge", "Coffee by the water"),
    persons=("mastodon:sam@one.example", "bluesky:did:plc:ada"),
)


def test_without_tastes_every_topic_is_as_it_was() -> None:
    """Who has said nothing is shown everything, and nothing of it is raised."""
    assert Taste(Tastes()).judge(HARBOUR) == Judged()


@pytest.mark.parametrize("word", ["#harbour", "harbour", "harbour bridge", "Bridge"])
def test_what_we_follow_is_told_as_we_wrote_it(word: str) -> None:
    """The row names what it speaks of in our own writing, and stands half again as high."""
    judged = Taste(Tastes(follows=("kettles", word))).judge(HARBOUR)
    assert judged is not None
    assert (judged.follows, judged.factor) == ((word,), 1.5)


def test_a_word_of_a_third_of_its_posts_is_spoken_of() -> None:
    """One post in three speaks for the topic, one in four does not."""
    taste = Taste(Tastes(follows=("coffee",)))
    three = taste.judge(HARBOUR)
    four = taste.judge(replace(HARBOUR, bodies=(*HARBOUR.bodies, "A gull")))
    assert three is not None
    assert four is not None
    assert (three.follows, four.follows) == (("coffee",), ())


def test_what_is_muted_is_left_out_whatever_else_it_speaks_of() -> None:
    """A muted word outweighs a followed one, in the title as in a third of the posts."""
    both = Tastes(follows=("#harbour",), mutes=("bridge",))
    assert Taste(both).judge(HARBOUR) is None
    assert Taste(Tastes(mutes=("coffee",))).judge(HARBOUR) is None


def test_one_post_that_is_muted_is_hidden_alone() -> None:
    """Where few posts say something muted the topic stays, without those."""
    taste = Taste(Tastes(mutes=("coffee",)))
    assert taste.judge(replace(HARBOUR, bodies=("A gull",) * 5 + ("Coffee",))) is not None
    assert taste.hides("Coffee, please")
    assert taste.hides("Good morning", tags=("coffee",))
    assert not taste.hides("A gull")


def test_people_we_know_raise_it_a_tenth_each() -> None:
    """Those whom we know are counted each once, and raise it by half at most."""
    some = Taste(Tastes(known=("bluesky:did:plc:ada", "x"))).judge(HARBOUR)
    assert some == Judged(known=1, factor=1.1)
    many = tuple(f"mastodon:{number}@one.example" for number in range(9))
    crowd = Taste(Tastes(known=many)).judge(replace(HARBOUR, persons=many * 2))
    assert crowd == Judged(known=9, factor=1.5)


def test_who_speaks_in_a_stream_is_known_as_elsewhere() -> None:
    """A stream names people as their network does, and we know them by network and name."""
    post = a_streamed()
    assert persons_of((post,)) == (person_of("did:plc:ada"),)
    ben = replace(post, network=NetworkName.MASTODON, person="ben@one.example")
    assert persons_of((ben,)) == ("mastodon:ben@one.example",)


def test_no_taste_lifts_a_thing_over_what_everybody_speaks_of() -> None:
    """Followed and full of people we know it is doubled: sixteen times usual stays in front."""
    known = tuple(f"m:{number}" for number in range(50))
    judged = Taste(Tastes(follows=("bridge", "harbour"), known=known)).judge(
        replace(HARBOUR, persons=known)
    )
    assert judged is not None
    assert judged.factor == 2.0
    assert 2 * judged.factor < 16


def test_joined_is_marked_and_not_raised() -> None:
    """We know already of what we have spoken about, under whichever of its ids."""
    taste = Taste(Tastes(joined=(IDS[1],)))
    assert taste.judge(HARBOUR, IDS) == Judged(is_joined=True)
    assert taste.judge(HARBOUR, IDS[:1]) == Judged()


def test_dismissed_is_left_out() -> None:
    """What somebody wants to see no more is not shown under any id, even where it is followed."""
    tastes = Tastes(follows=("#harbour",), dismissed=(IDS[1],))
    assert Taste(tastes).judge(HARBOUR, IDS) is None
    assert Taste(tastes).judge(HARBOUR, IDS[:1]) is not None


@pytest.mark.parametrize(
    "adult",
    [
        replace(HARBOUR, adult_share=1 / 3),
        replace(HARBOUR, tags=("NSFW",)),
        replace(HARBOUR, bodies=("A photo #nsfw", "Another", "Third")),
    ],
)
def test_adult_topics_are_shown_only_to_who_asks(adult: Spoken) -> None:
    """A third of marked posts, or a tag that says so, keeps a topic out, followed or not."""
    assert Taste(Tastes(follows=("#harbour",))).judge(adult) is None
    assert Taste(Tastes(shows_adult=True)).judge(adult) == Judged()


def test_adult_posts_are_hidden_one_by_one() -> None:
    """A marked post is not shown in a topic that is; who wants it sees it."""
    assert Taste(Tastes()).hides("A photo", is_adult=True)
    assert Taste(Tastes()).hides("A photo #nsfw")
    assert not Taste(Tastes(shows_adult=True)).hides("A photo #nsfw", is_adult=True)
    assert all(tag.startswith("#") for tag in ADULT_TAGS)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many texts are heard, few are remembered, and the answers stay the same."""
    monkeypatch.setattr(yours, "_REMEMBERED", 4)
    taste = Taste(Tastes(follows=("bridge",)))
    for number in range(20):
        judged = taste.judge(replace(HARBOUR, title=f"Bridge {number}"))
        assert judged is not None
        assert judged.follows == ("bridge",)
        assert len(taste._says) <= 4
