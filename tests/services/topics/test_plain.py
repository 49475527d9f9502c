"""What does not break beside what does: listed once, and judged by what it says."""

from datetime import timedelta

from msgspec.structs import replace

from services.model.posts import Relation
from services.model.topics import Tastes, TopicKind
from services.topics.items import item_of_post
from services.topics.values import PostItem
from tests.builders import a_post_around
from tests.services.topics.samples import an_item
from tests.services.topics.test_breaking_list import BEGINS, NOW, a_burst, kept, told

EARLIER = BEGINS - timedelta(hours=3)
LINK = "https://dam.example/weir"
_CALM = [
    f"{verb} {thing}" for verb in ("Rowed", "Fished", "Slept") for thing in ("all day", "a bit")
]


def listed(*items: PostItem) -> list[tuple[TopicKind, bool]]:
    """Give what is in the list, and whether it breaks."""
    return [(one.kind, one.is_breaking) for one in told(*items).rank(NOW).topics]


def test_a_link_and_a_talk_that_are_part_of_what_breaks_are_not_listed_again() -> None:
    """Whoever opens the row finds them there."""
    linked = [
        item_of_post(a_post_around(f"l{n}", f"{post.body.replace('#otterham', '')} {LINK}"))
        for n, post in enumerate(a_burst())
    ]
    linked = [replace(one, created_at=BEGINS, person=f"p{n}") for n, one in enumerate(linked)]
    assert listed(*linked) == [(TopicKind.BURST, True)]
    talks = [replace(kept(post), tags=(), relation=Relation.AROUND) for post in a_burst()]
    assert (TopicKind.TALK, False) not in listed(*talks)


def test_a_tag_that_stands_on_what_breaks_is_not_listed_again() -> None:
    """Where most of its posts bear a tag of that as well; with others of its own it is."""
    posts = [
        replace(kept(post), tags=("otterham", "rivers") if n < 3 else ("otterham",))
        for n, post in enumerate(a_burst())
    ]
    assert listed(*posts) == [(TopicKind.BURST, True)]
    others = [
        replace(one, id=f"o{n}", person=f"q{n}", body=body, tags=("rivers",), created_at=EARLIER)
        for n, (one, body) in enumerate(zip(posts * 2, _CALM, strict=False))
    ]
    assert listed(*posts, *others) == [(TopicKind.BURST, True), (TopicKind.TAG, False)]


def test_a_tag_that_shares_a_common_tag_with_what_breaks_is_listed() -> None:
    """What half of the posts bear besides is no name of it."""
    posts = [replace(kept(post), tags=("otterham", "news")) for post in a_burst()]
    others = [
        replace(one, id=f"o{n}", person=f"q{n}", body=body, created_at=EARLIER)
        for n, (one, body) in enumerate(zip(posts, _CALM, strict=False))
    ]
    others = [replace(one, tags=("football", "news")) for one in others]
    titles = [one.title for one in told(*posts, *others).rank(NOW).topics]
    assert "#football" in titles
    assert "#news" not in titles


def test_a_trend_is_judged_by_its_tag() -> None:
    """Muted words drop it as they drop any other row."""
    trend = replace(an_item("h1", "#Kiln", published_at=BEGINS), trends_on="chat.example")
    assert [one.title for one in told(trend).rank(NOW).topics] == ["#Kiln"]
    assert told(trend, tastes=Tastes(mutes=("#kiln",))).rank(NOW).topics == ()
