"""Being seen: here, live or away, and never when one hides."""

from collections.abc import AsyncIterator

import pytest

from services.errors import Unreachable
from services.model.ids import SessionId
from services.model.people import Neighbour, Presence
from services.model.session import Phase, SessionClock, Stage
from services.presence import AWAY_AFTER_S, PresenceKeeper
from tests.fakes import FakeClock, settle

Said = tuple[Presence | None, int | None]


class Street:
    """A neighbourhood that remembers what was said on it."""

    def __init__(self) -> None:
        """Begin in silence."""
        self.said: list[Said] = []
        self.is_closed = False

    async def neighbours(self) -> tuple[Neighbour, ...]:
        """See nobody."""
        return ()

    async def announce(self, presence: Presence | None, minutes_left: int | None) -> None:
        """Remember."""
        if self.is_closed:
            raise Unreachable("The commons is away.")
        self.said.append((presence, minutes_left))


class Home:
    """Somebody on a street."""

    def __init__(self) -> None:
        """Be in, unseen."""
        self.street, self.clock = Street(), FakeClock()
        self.session: SessionClock | None = None
        self.keeper = PresenceKeeper(self.street, self.clock, lambda: self.session, is_hidden=False)

    @property
    def said(self) -> list[Said]:
        """Give what was said."""
        return self.street.said

    def latest(self) -> Said:
        """Give what was said last."""
        return self.street.said[-1]


@pytest.fixture
async def home() -> AsyncIterator[Home]:
    """Somebody on a street."""
    made = Home()
    yield made
    await made.keeper.close()


def clock_with(seconds_left: int) -> SessionClock:
    """Give the clock of a session."""
    return SessionClock(SessionId("s1"), Stage.RUNNING, Phase.REPLY, seconds_left, 0.5, (), 2)


async def test_whoever_comes_is_here_and_goes_when_they_leave(home: Home) -> None:
    """Said at once, said again every twenty seconds, and taken back at the end."""
    home.keeper.start()
    await home.clock.advance(0)
    assert home.said == [(Presence.HERE, None)]
    await home.clock.advance(40)
    assert home.said == [(Presence.HERE, None)] * 3
    await home.keeper.close()
    assert home.latest() == (None, None)
    await home.clock.advance(100)
    assert len(home.said) == 4


@pytest.mark.parametrize(("seconds", "minutes"), [(600, 10), (601, 11), (1, 1)])
async def test_in_a_session_one_is_live(home: Home, seconds: int, minutes: int) -> None:
    """With the minutes that are left, begun ones counted."""
    home.session = clock_with(seconds)
    home.keeper.start()
    await home.clock.advance(0)
    assert home.said == [(Presence.LIVE, minutes)]


async def test_without_a_key_for_two_minutes_one_is_away(home: Home) -> None:
    """Even in a session; a key brings one back."""
    home.session = clock_with(600)
    home.keeper.start()
    await home.clock.advance(AWAY_AFTER_S)
    assert home.latest() == (Presence.LIVE, 10)
    await home.clock.advance(20)
    assert home.latest() == (Presence.AWAY, None)
    home.keeper.note_key()
    await home.clock.advance(20)
    assert home.latest() == (Presence.LIVE, 10)


async def test_who_hides_is_never_named(home: Home) -> None:
    """Hiding takes it back at once, and showing oneself says it at once."""
    home.keeper.start()
    await home.clock.advance(0)
    await home.keeper.hide(is_hidden=True)
    await home.clock.advance(60)
    assert home.said[0] == (Presence.HERE, None)
    assert set(home.said[1:]) == {(None, None)}
    await home.keeper.hide(is_hidden=False)
    assert home.latest() == (Presence.HERE, None)


async def test_trouble_of_the_network_is_not_ours(home: Home) -> None:
    """It is tried again, and leaving works all the same."""
    home.street.is_closed = True
    home.keeper.start()
    await home.clock.advance(25)
    home.street.is_closed = False
    await home.clock.advance(20)
    assert home.said == [(Presence.HERE, None)]
    home.street.is_closed = True
    await home.keeper.close()
    await settle()


async def test_whoever_never_began_can_still_leave(home: Home) -> None:
    """Closing without a start only says that nobody is there."""
    await home.keeper.close()
    assert home.said == [(None, None)]
