"""Three lines for the scrollback: how long, with whom, who still waits."""

from datetime import datetime

from services.runtime import Runtime
from services.text.clean import clean_line
from tui.telling import minutes_sat, names, people_of
from widgets.ages import count, time_left


async def farewell(runtime: Runtime, began_at: datetime) -> tuple[str, ...]:
    """Say goodbye after a session that ended or goes on; nothing where none was sat."""
    reading = runtime.real.reading
    clock = runtime.desk.engine.clock
    if clock is not None:
        what = "practice" if runtime.practice is not None else "session"
        return (
            f"Your {what} goes on by its clock: {time_left(clock.seconds_left)}.",
            "“chinwag” goes on with it; drafts are kept.",
        )
    last = await reading.last_session()
    if last is None or last.ended_at is None or last.ended_at < began_at:
        return ()
    debrief = await reading.debriefs.read(last.id)
    if debrief is None:
        return ()
    whom = names(people_of(debrief))
    first = debrief.left[0].author.name if debrief.left else None
    waits = f"{count(debrief.left_people, 'person', 'people')} still wait"
    said = f"You wrote {count(debrief.posts, 'post')}." if debrief.posts else "You listened."
    lines = (
        f"You sat {count(minutes_sat(debrief), 'minute')}.",
        f"You talked with {whom}." if whom else said,
        f"{waits if debrief.left_people != 1 else '1 person still waits'}, {first} first."
        if first
        else "Nobody waits.",
    )
    return tuple(clean_line(line) for line in lines)
