"""What a poll brings, and what it costs."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from services.errors import NetworkError, RateLimited, SignedOut
from services.http import Door
from services.model.ids import PostId, ThreadId
from services.model.limits import Keying
from services.model.posts import Post, Relation
from services.networks.base import Arrivals, Cursor
from services.networks.mastodon.account import MastodonAccount
from services.networks.mastodon.mark import Mark, mark_of
from tests.doubles.mastodon import MastodonDouble
from tests.doubles.mastodon_parts import Trouble
from tests.fakes import NOON
from tests.services.networks.conformance import drain


def rewound(arrivals: Arrivals) -> Cursor:
    """Give a cursor from which every post of ours is due to be read again."""
    mark = mark_of(arrivals.cursor)
    watched = tuple(msgspec.structs.replace(one, read_at=0) for one in mark.watched)
    return Cursor(msgspec.json.encode(msgspec.structs.replace(mark, watched=watched)).decode())


def bodies(posts: list[Post]) -> list[str]:
    """Give their words."""
    return [str(post.body) for post in posts]


async def test_all_that_waits_comes_once_however_much(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """Five hundred mentions come in pages, each once, and what came meanwhile comes after."""
    for number in range(500):
        double.say("ben", f"call {number}", mentions=["ada"])
    first = await us.poll(None)
    assert first.has_more
    double.say("cleo", "late", mentions=["ada"])
    posts, arrivals = await drain(us, first.cursor)
    got = [*first.posts, *posts]
    assert len(got) == len({post.id for post in got}) == 501
    assert max(len(part) for part in (first.posts, posts)) <= 500 + 40
    assert (await us.poll(arrivals.cursor)).posts == ()
    assert double.count("/api/v1/notifications?") <= 20


async def test_what_is_older_than_the_sign_in_allows_stays_away(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """Comments from before the 90 days are not fetched."""
    double.say("ben", "ages ago", mentions=["ada"], at=NOON - timedelta(days=91))
    double.say("ben", "lately", mentions=["ada"])
    posts, _ = await drain(us)
    assert bodies(posts) == ["lately"]


@pytest.mark.parametrize("is_inclusive", [False, True])
async def test_a_cursor_that_gives_the_last_again_gives_nothing_twice(
    us: MastodonAccount, double: MastodonDouble, is_inclusive: bool
) -> None:
    """Inclusive and exclusive pages are the same to us."""
    double.is_inclusive = is_inclusive
    for number in range(60):
        double.say("ben", f"{number}", mentions=["ada"])
    _, arrivals = await drain(us)
    for number in range(60, 120):
        double.say("ben", f"{number}", mentions=["ada"])
    posts, _ = await drain(us, arrivals.cursor)
    assert bodies(posts) == [str(number) for number in range(60, 120)]


async def test_kinds_that_were_not_asked_for_are_dropped(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """Favourites and boosts are never shown, though servers send them; quotes are."""
    double.lists["/api/v1/followed_tags"] = None
    other = double.say("ben", "a quote")
    for kind in ("favourite", "reblog", "poll"):
        double.notify(kind, double.say("ben", kind))
    double.notify("quote", other)
    posts, _ = await drain(us)
    assert [(post.body, post.relation) for post in posts] == [("a quote", Relation.TO_US)]
    assert (
        "GET",
        "/api/v1/notifications?types[]=mention&types[]=quote&limit=40",
        {},
    ) in double.asked


async def test_what_our_filters_hide_does_not_come(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """A filter that hides drops a mention, one that warns stands before its words."""
    for action in ("hide", "warn"):
        found = [{"filter": {"title": "sport", "filter_action": action}, "keyword_matches": None}]
        double.say("ben", action, mentions=["ada"], filtered=found)
    posts, _ = await drain(us)
    assert [(post.body, post.warning) for post in posts] == [("warn", "filter: sport")]


async def test_what_we_answered_elsewhere_is_ours(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """An answer of ours from another client says whom and what it answers."""
    theirs = double.say("ben", "are you there", mentions=["ada"])
    ours = double.say("ada", "I am", theirs["id"])
    posts, _ = await drain(us)
    answer = posts[-1]
    assert (answer.id, answer.relation) == (ours["id"], Relation.OURS)
    assert (answer.parent, answer.thread) == (theirs["id"], theirs["id"])
    assert answer.answers == "mastodon:ben@double.example"


async def test_answers_that_nobody_told_of_are_found(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """Our own threads are read again, since notifications are lost."""
    ours = double.say("ada", "who is in")
    _, arrivals = await drain(us)
    lost = double.say("ben", "me", ours["id"])
    double.notifications.clear()
    posts, arrivals = await drain(us, rewound(arrivals))
    assert [(post.id, post.relation) for post in posts] == [(lost["id"], Relation.TO_US)]
    posts, _ = await drain(us, rewound(arrivals))
    assert posts == []


async def test_a_conversation_that_we_muted_stays_quiet(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """Who answers where we want to hear no more does not wait, though the thread is read again."""
    ours = double.say("ada", "who is in")
    _, arrivals = await drain(us)
    double.say("ben", "me", ours["id"], muted=True)
    double.notifications.clear()
    posts, _ = await drain(us, rewound(arrivals))
    assert posts == []


async def test_what_was_edited_or_deleted_elsewhere_is_noticed(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """An edit comes as the post with its new words; a deletion is told once."""
    ours = double.say("ada", "who is in")
    first, second = double.say("ben", "me", ours["id"]), double.say("cleo", "not me", ours["id"])
    _, arrivals = await drain(us)
    _, arrivals = await drain(us, rewound(arrivals))
    double.edit(first["id"], "me too")
    double.edit(ours["id"], "who else is in")
    double.delete(second["id"])
    after = await us.poll(rewound(arrivals))
    assert sorted(bodies(list(after.posts))) == ["me too", "who else is in"]
    assert after.gone == (second["id"],)
    assert (await us.poll(rewound(after))).gone == ()


async def test_an_id_that_changes_with_an_edit_is_a_new_name(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """On servers where an edit renames, the old name leads to the new one, and none is gone."""
    double.renames = True
    ours = double.say("ada", "who is in")
    theirs = double.say("ben", "me", ours["id"])
    _, arrivals = await drain(us)
    _, arrivals = await drain(us, rewound(arrivals))
    old, older = theirs["id"], ours["id"]
    new = double.edit(old, "me too")["id"]
    newer = double.edit(older, "who else is in")["id"]
    after = await us.poll(rewound(arrivals))
    final = await us.poll(rewound(after))
    renamed = dict((*after.renamed, *final.renamed))
    assert renamed[older] == newer
    assert renamed[old] == new
    assert after.gone == final.gone == ()


async def test_nothing_is_gone_while_a_thread_is_still_gathered(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """A context that is not whole proves nothing, and is read again at the next poll."""
    ours = double.say("ada", "who is in")
    theirs = double.say("ben", "me", ours["id"])
    _, arrivals = await drain(us)
    _, arrivals = await drain(us, rewound(arrivals))
    double.is_growing = True
    double.delete(theirs["id"])
    after = await us.poll(rewound(arrivals))
    assert after.gone == ()
    double.is_growing = False
    assert (await us.poll(after.cursor)).gone == (theirs["id"],)


async def test_our_own_post_that_was_deleted_elsewhere_is_gone(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """What we took back in another client is told."""
    ours = double.say("ada", "rather not")
    _, arrivals = await drain(us)
    double.delete(ours["id"])
    assert (await us.poll(rewound(arrivals))).gone == (ours["id"],)


async def test_one_look_at_a_thread_places_all_that_hangs_in_it(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """Many answers to what we were not told of hang under one root, for a handful of requests."""
    root = double.say("cleo", "Who was at the weir?")
    for number in range(60):
        between = double.say("cleo", f"I was, on day {number}.", root["id"])
        double.say("ben", f"So was I, on day {number}.", between["id"], mentions=["ada"])
    posts, _ = await drain(us)
    assert {post.thread for post in posts} == {root["id"]}
    assert len(posts) == 60
    assert sum(path.endswith("/context") for _, path, _ in double.asked) <= 4


async def test_a_reply_hangs_under_the_root_of_its_chain(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """The chain is looked up where it is not known, and one that is not whole is survived."""
    root = double.say("ben", "root")
    middle = double.say("cleo", "middle", root["id"], mentions=[])
    double.say("ben", "ada, look", middle["id"], mentions=["ada"])
    double.say("cleo", "lost above", "999", mentions=["ada"])
    posts, _ = await drain(us)
    assert [(post.body, post.thread) for post in posts] == [
        ("ada, look", root["id"]),
        ("lost above", "999"),
    ]


async def test_held_back_requests_are_counted(us: MastodonAccount, double: MastodonDouble) -> None:
    """How many strangers the server holds back is said."""
    double.lists["/api/v1/notifications/requests"] = [{"id": "1"}, {"id": "2"}]
    assert (await us.poll(None)).held_back == 2


async def test_what_a_server_does_not_have_is_left_out(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """A page for people instead of requests, tags or contexts keeps nothing else away."""
    double.lists["/api/v1/notifications/requests"] = None
    double.lists["/api/v1/followed_tags"] = None
    double.has_v2 = False
    double.trouble["GET /api/v1/statuses/114000000000000001/context"] = Trouble.NOT_THERE
    double.say("ada", "hello")
    posts, arrivals = await drain(us)
    assert bodies(posts) == ["hello"]
    again = await us.poll(rewound(arrivals))
    assert (again.posts, again.gone, again.held_back) == ((), (), None)
    assert us.capabilities.keying is Keying.KEYLESS


async def test_a_failing_poll_loses_nothing(us: MastodonAccount, double: MastodonDouble) -> None:
    """What was taken back while the network was away is told by the next poll that works."""
    ours = double.say("ada", "hello")
    _, arrivals = await drain(us)
    await us.take_back(PostId(ours["id"]))
    for what, error in (
        (Trouble.EMPTY_401, SignedOut),
        (Trouble.NOT_JSON, NetworkError),
        (Trouble.DROPS, NetworkError),
    ):
        double.trouble["GET /api/v1/notifications"] = what
        with pytest.raises(error):
            await us.poll(arrivals.cursor)
    double.trouble.clear()
    assert (await us.poll(arrivals.cursor)).gone == (ours["id"],)


async def test_a_rate_limit_says_how_long(us: MastodonAccount, double: MastodonDouble) -> None:
    """A 429 with a moment in ISO 8601 becomes seconds."""
    double.trouble["GET /api/v1/notifications"] = Trouble.TOO_MANY
    with pytest.raises(RateLimited):
        await us.poll(None)


@pytest.mark.parametrize("cursor", ["", "nonsense", '{"watched": 5}', "x" * 1_500_000])
def test_a_strange_cursor_begins_anew(cursor: str) -> None:
    """A cursor of another kind is as good as none."""
    assert mark_of(Cursor(cursor)) == Mark()


async def test_an_idle_poll_is_modest(us: MastodonAccount, double: MastodonDouble) -> None:
    """When nothing happens a poll asks for a handful of things only."""
    for number in range(40):
        double.say("ada", f"post {number}")
    _, arrivals = await drain(us)
    double.asked.clear()
    await us.poll(rewound(arrivals))
    assert len(double.asked) <= 3 + 2 * 3
    double.asked.clear()


async def test_a_thread_is_whole_from_wherever_it_is_asked(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """Above, below and beside: at most 200, those nearest first, hidden ones left out."""
    root = double.say("ben", "root")
    branch = double.say("cleo", "branch", root["id"])
    hide = [{"filter": {"title": "x", "filter_action": "hide"}}]
    double.say("ben", "hidden", root["id"], filtered=hide)
    double.say("ben", "leaf", branch["id"])
    for number in range(300):
        double.say("ben", f"beside {number}", root["id"])
    thread = await us.thread(ThreadId(branch["id"]))
    assert thread.id == branch["id"]
    assert len(thread.posts) == 200
    assert bodies(list(thread.posts))[:3] == ["root", "branch", "leaf"]
    assert {post.thread for post in thread.posts} == {branch["id"]}


async def test_what_came_in_one_second_stands_before_its_answer(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """Ids that are no numbers in order, as snac's (seen 2026-11), turn no conversation round."""
    root = double.say("ben", "Who is in?", id="99", at=NOON)
    double.say("cleo", "I am.", root["id"], id="98", at=NOON)
    for asked in ("99", "98"):
        thread = await us.thread(ThreadId(asked))
        assert bodies(list(thread.posts)) == ["Who is in?", "I am."]


async def test_opening_asks_for_nothing(us: MastodonAccount, double: MastodonDouble) -> None:
    """A start without a network works: until the first poll the documents' limits hold."""
    await asyncio.sleep(0)
    assert double.asked == []
    assert us.capabilities.graphemes_at_most == 500
    assert us.capabilities.keying is Keying.KEYLESS


async def test_a_cursor_stays_small(
    us: MastodonAccount, double: MastodonDouble, door: Door
) -> None:
    """However many answers stand below our posts, what is kept between polls is bounded."""
    del door
    for number in range(40):
        ours = double.say("ada", f"post {number}")
        for _ in range(5):
            double.say("ben", "answer", ours["id"])
    _, arrivals = await drain(us)
    for _ in range(12):
        _, arrivals = await drain(us, rewound(arrivals))
    assert len(arrivals.cursor) < 30_000
    assert len(mark_of(arrivals.cursor).watched) == 30


async def test_a_thread_of_a_thousand_comes_once(
    us: MastodonAccount, double: MastodonDouble
) -> None:
    """Its answers come in polls of a bounded size, and reading it again brings none of them."""
    ours = double.say("ada", "who is in")
    _, arrivals = await drain(us)
    for _ in range(1000):
        double.say("ben", "me", ours["id"])
    double.notifications.clear()
    got: list[Post] = []
    for _ in range(5):
        arrivals = await us.poll(rewound(arrivals))
        assert len(arrivals.posts) <= 500
        got += arrivals.posts
    assert len(got) == len({post.id for post in got}) == 1000
    assert len(arrivals.cursor) < 40_000
