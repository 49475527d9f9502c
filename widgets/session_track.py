"""The session's clock as a line: the rhythm's phases as one track that fills."""

from textual.reactive import reactive

from services.model.session import PhaseSpan, SessionClock
from widgets.cells import width
from widgets.one_line import OneLine
from widgets.voices import Part, Voice, fit, measure

_RAIL = "━"
_LEAD = 2
"""Cells of rail before a phase's name."""


class SessionTrack(OneLine):
    """Phases side by side, as wide as they are long, the current one named in amber."""

    clock: reactive[SessionClock | None] = reactive(None, repaint=False)

    def parts(self, cells: int) -> list[Part]:
        """Say the phases, with the passed part of the track filled."""
        clock = self.clock
        if clock is None:
            return [(_RAIL * max(0, cells), Voice.HAIRLINE)]
        return track(clock, cells)

    def watch_clock(self) -> None:
        """Repaint when the filled part has grown by a cell."""
        self.tell()


def track(clock: SessionClock, cells: int) -> list[Part]:
    """Paint the phases of ``clock`` into ``cells`` cells, or the current one where few are."""
    rooms = _rooms(clock.spans, cells)
    if rooms is None:
        return _short(clock, cells)
    said: list[Part] = []
    for span, room in zip(clock.spans, rooms, strict=True):
        length = span.ends - span.starts
        passed = (clock.fraction - span.starts) / length if length > 0 else 1.0
        said += _phase(span, room, passed, is_now=span.phase is clock.phase)
    return said


def _rooms(spans: tuple[PhaseSpan, ...], cells: int) -> list[int] | None:
    """Share ``cells`` among the phases by their length, each at least as wide as its name."""
    rooms = [width(span.phase.value) + 4 for span in spans]
    spare = cells - sum(rooms)
    if spare < 0 or not spans:
        return None
    wanted = [
        max(0.0, (span.ends - span.starts) * cells - room)
        for span, room in zip(spans, rooms, strict=True)
    ]
    total = sum(wanted) or 1.0
    edge = given = 0.0
    for index, want in enumerate(wanted):
        edge += want / total * spare
        share = round(edge) - round(given)
        rooms[index] += share
        given += share
    return rooms


def _phase(span: PhaseSpan, room: int, passed: float, *, is_now: bool) -> list[Part]:
    """Paint one phase into ``room`` cells, ``passed`` of it filled."""
    name = f" {span.phase.value} "
    rail = room - width(name) - 1
    lead = min(_LEAD, rail)
    filled = round(max(0.0, min(1.0, passed)) * rail)
    done = Voice.NOW if is_now else Voice.QUIET
    return [
        *_rail(lead, filled, done),
        (name, Voice.NOW_NAME if is_now else Voice.QUIET),
        *_rail(rail - lead, filled - lead, done),
        (" ", Voice.INK),
    ]


def _rail(cells: int, filled: int, done: Voice) -> list[Part]:
    """Paint ``cells`` of rail, the first ``filled`` of them as passed."""
    passed = max(0, min(cells, filled))
    return [(_RAIL * passed, done), (_RAIL * max(0, cells - passed), Voice.HAIRLINE)]


def _short(clock: SessionClock, cells: int) -> list[Part]:
    """Paint the current phase's name and one rail for the whole session."""
    name: list[Part] = [(clock.phase.value, Voice.NOW_NAME), (" ", Voice.INK)]
    room = cells - measure(name)
    if room <= 0:
        return fit(name, cells)
    return [*name, *_rail(room, round(clock.fraction * room), Voice.NOW)]
