"""Past sessions, one line each: the day, how many people, what was intended."""

from services.model.debrief import Debrief
from services.model.ids import SessionId
from widgets.ages import count
from widgets.cells import clip
from widgets.lines import Lines
from widgets.voices import Part, Voice


class SessionList(Lines[Debrief]):
    """Sessions, newest first."""

    def key_of(self, value: Debrief) -> SessionId:
        """A session stays itself while its debrief grows."""
        return value.sitting.id

    def render_row(
        self, value: Debrief, cells: int, *, is_selected: bool
    ) -> tuple[list[Part], ...]:
        """Say when, with how many, and what for."""
        sitting = value.sitting
        start = sitting.started_at.astimezone()
        people = len({one.author.person for one in value.exchanges})
        head = f"{start.day:>2} {start:%b %Y, %H:%M}  "
        whom = count(people, "person", "people").ljust(12)
        room = cells - 2 - len(head) - len(whom)
        return (
            [
                ("  ", Voice.INK),
                (head, Voice.NAME if is_selected else Voice.INK),
                (whom, Voice.QUIET),
                (clip(sitting.plan.intention, max(0, room)), Voice.QUIET),
            ],
        )
