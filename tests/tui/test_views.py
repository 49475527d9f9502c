"""The sentences of lobby and session: read in one go, and true in every case."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from services.model.ids import NetworkName, PersonId
from services.model.people import Author, Neighbour, Presence
from services.model.topics import TopicsNow
from services.model.waiting import Order, WaitingList
from services.text.clean import clean_line
from tests.fakes import NOON
from tests.tui.inbox import LAST_WORDS, LIVE, PEOPLE, PILE_THREAD
from tests.tui.stage import open_stage
from tests.widgets.samples import waiting
from tui import lobby_view
from tui.live_view import Wanted, read_live
from tui.lobby_view import read_lobby
from widgets.voices import Part


def _words(parts: tuple[Part, ...]) -> str:
    return "".join(words for words, _ in parts)


@pytest.mark.parametrize(
    ("people", "last_words", "order", "said"),
    [
        (0, 0, Order.BY_LANE, "Nobody waits for you"),
        (1, 0, Order.BY_LANE, "1 person waits for you"),
        (1200, 3, Order.OLDEST, "1,200 people wait for you  oldest first"),
    ],
)
def test_who_waits_is_counted(people: int, last_words: int, order: Order, said: str) -> None:
    """One, none and many have each their sentence."""
    rows = (waiting(1),) if people else ()
    assert _words(lobby_view.waits(WaitingList(rows, people, last_words, order))) == said


def test_those_behind_are_counted_in_people() -> None:
    """What stands behind the shown rows is people; last words are told apart; nothing for none."""
    many = WaitingList((waiting(1),), 9, 2)
    assert "8 more" in _words(lobby_view.others(many, 1))
    assert "last words from 2" in _words(lobby_view.others(many, 1))
    assert lobby_view.others(WaitingList((waiting(1),), 1, 0), 1) == ()


def test_without_topics_the_lobby_says_so() -> None:
    """With none there is no order to name; while nothing can be told to break, that is said."""
    (empty,) = lobby_view.topics_page(TopicsNow(()), 9, 40)
    assert _words(empty) == "Topics  nothing yet"
    (early,) = lobby_view.topics_page(TopicsNow((), is_warming=True), 9, 40)
    assert _words(early) == "Topics  warming up"


@pytest.mark.parametrize(
    ("hours", "part"), [(-1, "morning"), (0, "afternoon"), (5, "afternoon"), (6, "evening")]
)
def test_the_greeting_knows_the_time_of_day(hours: int, part: str) -> None:
    """Morning until noon, evening from six."""
    said = _words(lobby_view.hello(NOON + timedelta(hours=hours)))
    assert said.startswith("chinwag")
    assert f"Sunday {part}, 22 November" in said


async def test_one_reading_of_the_lobby_is_one_value(tmp_path: Path) -> None:
    """Read twice, nothing changed, it is equal; neighbours are named with where they are."""
    async with open_stage(tmp_path) as stage:
        runtime = stage.runtime
        view = await read_lobby(runtime, Order.BY_LANE, None)
        assert view == await read_lobby(runtime, Order.BY_LANE, None)
        assert (view.waiting.people, view.waiting.last_words) == (PEOPLE, len(LAST_WORDS))
        assert not view.has_joined
        assert lobby_view.here(view) == ()
        assert "chooses" in _words(lobby_view.banner(view, 112))
        assert lobby_view.banner(replace(view, offered=()), 112) == ()
        assert "still ahead" in _words(lobby_view.since_last(view))

        await runtime.join_commons()
        alone = await read_lobby(runtime, Order.BY_LANE, None)
        assert _words(lobby_view.here(alone)) == "Nobody else is here on this box."
        grace = Author(PersonId("commons:grace"), clean_line("@grace"), clean_line("Grace"))
        commons = runtime.commons
        assert commons is not None
        assert commons.account.network is NetworkName.COMMONS
        for presence, minutes, said in (
            (Presence.HERE, None, "@grace"),
            (Presence.LIVE, 7, "@grace (live, 7 min left)"),
            (Presence.AWAY, None, "@grace (away)"),
        ):
            seen = replace(alone, neighbours=(Neighbour(grace, presence, minutes),))
            assert _words(lobby_view.here(seen)) == f"Here on this box: {said}"


async def test_one_reading_of_a_session_is_one_value(tmp_path: Path) -> None:
    """Everybody, a pile, a person's thread with what we remember, a topic: each as wanted."""
    async with open_stage(tmp_path) as stage:
        await stage.sit()
        desk = stage.runtime.real
        view = await read_live(desk, Wanted())
        assert view == await read_live(desk, Wanted())
        assert (view.subject, view.answered, view.people, view.trouble) == (None, 0, 0, "")
        assert view.live == (LIVE,)

        account = stage.network.account.id
        pile = await read_live(desk, Wanted(pile=(account, PILE_THREAD)))
        assert len(pile.waiting.rows) == 9
        assert pile.waiting.people == PEOPLE

        tara = view.waiting.rows[0]
        read = await read_live(
            desk,
            Wanted(
                thread=(tara.account, tara.thread), person=(tara.author.person, tara.author.name)
            ),
        )
        assert read.subject is not None
        assert len(read.subject.posts) == 3
        assert read.talks is not None
        assert (read.talks.exchanges, read.talks_name) == (1, LIVE)

        topic = await read_live(desk, Wanted(topic=view.topics.topics[0].id))
        assert topic.subject is not None
        assert topic.talks is None


@pytest.mark.parametrize(
    ("words", "cells", "said"),
    [
        (1, 80, "Bluesky has signed @ada out. a signs in again"),
        (1, 40, "1 account is signed out. a signs in again"),
        (2, 80, "2 accounts are signed out. a signs in again"),
    ],
)
async def test_sign_outs_are_said_so_that_the_key_is_in_sight(
    tmp_path: Path, words: int, cells: int, said: str
) -> None:
    """One is named where there is room; otherwise they are counted, and never cut off."""
    async with open_stage(tmp_path) as stage:
        view = await read_lobby(stage.runtime, Order.BY_LANE, None)
        out = replace(view, signed_out=("Bluesky has signed @ada out; a signs in again",) * words)
        assert _words(lobby_view.banner(out, cells)) == said
