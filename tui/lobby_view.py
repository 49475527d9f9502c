"""What the lobby shows, read in one go as one value, and the sentences it says of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.errors import ChinwagError
from services.model.debrief import Exchange
from services.model.ids import AccountId
from services.model.people import Neighbour, Presence
from services.model.queue import Queued
from services.model.sending import Send
from services.model.session import Sitting
from services.model.topics import Topic, TopicsNow
from services.model.waiting import Order, Waiting, WaitingList
from services.model.words import Safe
from services.runtime import CutOff, Runtime
from services.store.lease import Holder
from tui.account_rows import crowded, first_readings, held_at, sign_outs
from tui.telling import names
from widgets.ages import count, duration, since, time_left, time_until
from widgets.cells import clip, width
from widgets.page import PageLine
from widgets.topic_list import NOTHING_YET, ORDER, TITLE, WARMING
from widgets.topic_order import by_rank
from widgets.topic_words import GRAVE, TIMES_CELLS, own_words, times_words
from widgets.voices import Part, Voice, measure

_TITLE_CELLS = 40
_LEAST_TITLE_CELLS = 16
"""What a title keeps beside what is said of it."""
BREAKING_NOW = "Breaking now"
_CHOOSES: tuple[Part, ...] = (
    ("?  ", Voice.QUIET),
    ("b", Voice.KEY),
    ("  chooses", Voice.QUIET),
)
_KEYS = (
    ("?", "help"),
    ("i", "intention"),
    ("p", "practice"),
    ("c", "commons"),
    ("q", "leave"),
    ("b", "headlines"),
    ("a", "accounts"),
    ("d", "debriefs"),
)
"""What else there is, the most useful first: where not all fit, ``?`` shows every key."""
WELCOME = (
    (("Nobody waits for you yet.", Voice.NAME),),
    (("Chinwag is for talking with people, ten or twenty minutes at a time.", Voice.QUIET),),
    (),
    (
        ("p  ", Voice.KEY),
        ("practice with a made-up cast; it answers, and leaves no trace", Voice.INK),
    ),
    (("c  ", Voice.KEY), ("the commons: talk with the people on this box", Voice.INK)),
    (
        ("a  ", Voice.KEY),
        ("accounts: sign in to Bluesky, Mastodon or a WordPress blog", Voice.INK),
    ),
)
"""What somebody reads who has nothing here yet."""


@dataclass(frozen=True, slots=True)
class LobbyView:
    """One reading."""

    now: datetime
    waiting: WaitingList
    topics: TopicsNow
    last: Sitting | None
    wrote_back: tuple[Exchange, ...]
    neighbours: tuple[Neighbour, ...]
    unsure: tuple[Send, ...]
    cut_off: CutOff | None
    holder: Holder | None
    has_joined: bool
    trouble: ChinwagError | None
    held_back: int
    """People whose words networks hold back from us."""
    held_at: tuple[str, ...]
    """The servers that may hold somebody back."""
    signed_out: tuple[str, ...]
    """Who has to be signed in again, a sentence each."""
    catching_up: tuple[str, ...]
    """Whose first reading goes on, and how far it is."""
    crowded: Mapping[AccountId, str]
    """How the accounts are called that are not the only one of their network."""
    queued: tuple[Queued, ...]
    """What other tools have queued for us, what goes out next first."""
    points: int
    """Talking points that were kept of it."""
    alarms: tuple[Safe, ...]
    """What may go out a second time, a sentence each."""
    offered: tuple[Safe, ...]
    """Whose headlines could be read, while that has not been asked yet."""


async def read_lobby(runtime: Runtime, order: Order, cut_off: CutOff | None) -> LobbyView:
    """Read everything that the lobby shows; a session that was cut off is found once, before."""
    reading = runtime.real.reading
    last = await reading.last_session()
    wrote_back: tuple[Exchange, ...] = ()
    if last is not None and last.ended_at is not None:
        wrote_back = await reading.wrote_back(last.ended_at)
    return LobbyView(
        now=runtime.clock.now(),
        waiting=await reading.waiting(order),
        topics=await reading.topics_now(),
        last=last,
        wrote_back=wrote_back,
        neighbours=await runtime.neighbours(),
        unsure=await reading.unsure(),
        cut_off=cut_off,
        holder=await runtime.holder(),
        has_joined=runtime.commons is not None,
        trouble=runtime.commons_trouble,
        held_back=await reading.held_back(),
        held_at=held_at(runtime.real),
        signed_out=sign_outs(runtime.real),
        catching_up=first_readings(runtime.real),
        crowded=crowded(one.account for one in runtime.real.networks.values()),
        queued=runtime.real.queue.listed,
        points=len(await runtime.real.queue.points()),
        alarms=runtime.real.queue.alarms,
        offered=_offered(runtime),
    )


def hello(now: datetime) -> tuple[Part, ...]:
    """Say the name and the day."""
    local = now.astimezone()
    noon, evening = 12, 18
    part = "morning" if local.hour < noon else "afternoon" if local.hour < evening else "evening"
    return (
        ("chinwag", Voice.NOW_NAME),
        (f"  {local:%A} {part}, {local.day} {local:%B}", Voice.QUIET),
    )


def banner(view: LobbyView, cells: int) -> tuple[Part, ...]:
    """Say what comes before everything else; nothing where nothing does."""
    if view.holder is not None:
        age = duration(since(view.holder.since_at, view.now))
        return (
            (f"Chinwag is open in another terminal since {age}. Here you look on. ", Voice.NOW),
            ("t", Voice.KEY),
            (" takes it over", Voice.QUIET),
        )
    if view.cut_off is not None:
        return _cut_off(view.cut_off, view.now)
    if view.unsure:
        texts = count(len(view.unsure), "text")
        is_one = len(view.unsure) == 1
        return (
            (f"{texts} {'is' if is_one else 'are'} not settled. ", Voice.NOW),
            ("f", Voice.KEY),
            (f" looks after {'it' if is_one else 'them'}", Voice.QUIET),
        )
    return _of_accounts(view, cells) or (offer(view.offered, cells) if view.offered else ())


def _cut_off(cut_off: CutOff, now: datetime) -> tuple[Part, ...]:
    sitting = cut_off.sitting
    left = int((sitting.ends_at - now).total_seconds())
    what = "A practice session" if cut_off.is_practice else "A session"
    if left <= 0:
        return (
            (f"{what} was cut off and its time is over. ", Voice.NOW),
            ("g", Voice.KEY),
            (" reads its debrief", Voice.QUIET),
        )
    return (
        (f"{what} was cut off, {time_left(left)}. ", Voice.NOW),
        ("g", Voice.KEY),
        (" goes on with it", Voice.QUIET),
    )


def _of_accounts(view: LobbyView, cells: int) -> tuple[Part, ...]:
    """Say who has to be signed in again, whose first reading goes on, or why one is not open."""
    if view.alarms:
        return ((f"{view.alarms[0]} ", Voice.NOW), ("u", Voice.KEY), (" shows it", Voice.QUIET))
    if view.signed_out:
        return _signed_out(view.signed_out, cells)
    if view.trouble is not None:
        return ((f"{view.trouble.what} {view.trouble.remedy}", Voice.NOW),)
    return ((" · ".join(view.catching_up), Voice.QUIET),) if view.catching_up else ()


def _signed_out(words: Sequence[str], cells: int) -> tuple[Part, ...]:
    first, _, does = words[0].partition("; a ")
    if len(words) > 1 or measure([(f"{words[0]}. ", Voice.NOW)]) > cells:
        are = "is" if len(words) == 1 else "are"
        first = f"{count(len(words), 'account')} {are} signed out"
    return ((f"{first}. ", Voice.NOW), ("a", Voice.KEY), (f" {does}", Voice.QUIET))


def held_back(view: LobbyView) -> tuple[Part, ...]:
    """Say how many people a network holds back, quietly; nothing where there is nobody."""
    if not view.held_back:
        return ()
    waits = "waits" if view.held_back == 1 else "wait"
    where = f" on {view.held_at[0]}" if len(view.held_at) == 1 else ""
    people = count(view.held_back, "person", "people")
    return (
        (f"{people} {waits} to be let through{where}  ", Voice.QUIET),
        ("v", Voice.KEY),
        (" says where", Voice.QUIET),
    )


def offer(offered: Sequence[str], cells: int) -> tuple[Part, ...]:
    """Ask whether these may be read, naming as many of them as fit."""
    *first, last = (name.partition(",")[0] for name in offered)
    for many in range(len(first), 0, -1):
        more = "" if many == len(first) else " …"
        said: tuple[Part, ...] = (
            ("Read what breaks from ", Voice.QUIET),
            (", ".join(first[:many]), Voice.INK),
            (f"{more} and ", Voice.QUIET),
            (last, Voice.INK),
            *_CHOOSES,
        )
        if measure(said) <= cells:
            return said
    return (("Read what publishers carry", Voice.QUIET), *_CHOOSES)


def topics_page(now: TopicsNow, many: int, cells: int) -> tuple[PageLine, ...]:
    """Say what is up, in the order of the session's pane, what breaks with how far it does."""
    topics = by_rank(now.topics)[:many]
    if any(one.is_breaking for one in topics):
        return (((BREAKING_NOW, Voice.NAME),), *(_breaking_line(one, cells) for one in topics))
    said = WARMING if now.is_warming else ORDER if topics else NOTHING_YET
    head: list[Part] = [(TITLE, Voice.NAME), (f"  {said}", Voice.QUIET)]
    return (
        tuple(head if not cells or measure(head) <= cells else head[:1]),
        *(((clip(one.title, cells or _TITLE_CELLS), Voice.INK),) for one in topics),
    )


def _breaking_line(topic: Topic, cells: int) -> PageLine:
    """Say how far a topic breaks, its title, and what it is to us where there is room."""
    times = times_words(topic).rjust(TIMES_CELLS)
    beside = [(GRAVE, Voice.QUIET)] if topic.is_grave else []
    beside += own_words(topic)[:1] if topic.is_breaking else []
    room = (cells or _TITLE_CELLS) - TIMES_CELLS - 1
    said: list[Part] = []
    for words, voice in beside:
        if room - width(words) - 2 >= _LEAST_TITLE_CELLS:
            said += [("  ", Voice.INK), (words, voice)]
            room -= width(words) + 2
    return ((f"{times} ", Voice.NAME), (clip(topic.title, room), Voice.INK), *said)


def keys(first: Waiting | None, cells: int, *, has_joined: bool) -> tuple[Part, ...]:
    """Say what Enter does and which other keys there are, as many as fit."""
    with_whom = f" with {_called(first.author.name)}" if first is not None else ""
    said: list[Part] = [(f"  enter  start{with_whom}  ", Voice.CHIP)]
    for key, label in _KEYS:
        if key == "c" and has_joined:
            continue
        more: list[Part] = [("   ", Voice.INK), (key, Voice.KEY), (f" {label}", Voice.QUIET)]
        if measure(said) + measure(more) <= cells:
            said += more
    return tuple(said)


def _called(name: str) -> str:
    """Give the first word of a name."""
    return clip(name, _TITLE_CELLS).partition(" ")[0]


def _offered(runtime: Runtime) -> tuple[Safe, ...]:
    if runtime.config.news.asked or runtime.looks_on:
        return ()
    from services.networks.feeds.catalogue import read_catalogue  # noqa: PLC0415 - asked once

    return tuple(one.name for one in read_catalogue())


def waits(waiting: WaitingList) -> tuple[Part, ...]:
    """Say how many wait."""
    if not waiting.people:
        return (("Nobody waits for you", Voice.NAME),)
    wait = "waits" if waiting.people == 1 else "wait"
    said: list[Part] = [(f"{count(waiting.people, 'person', 'people')} {wait} for you", Voice.NAME)]
    if waiting.order is Order.OLDEST:
        said.append(("  oldest first", Voice.QUIET))
    return tuple(said)


def others(waiting: WaitingList, shown: int) -> tuple[Part, ...]:
    """Say who stands behind those that are shown."""
    rest = max(0, waiting.people - shown)
    words: list[str] = []
    if rest:
        words.append(f"and {rest:,} more")
    if waiting.last_words:
        words.append(f"last words from {waiting.last_words:,}")
    return ((f"  {'; '.join(words)}", Voice.QUIET),) if words else ()


def since_and_queue(view: LobbyView, cells: int) -> tuple[Part, ...]:
    """Say who wrote back since the last session, and what is queued elsewhere, as room allows."""
    said, gap = since_last(view), ("   ", Voice.INK)
    forms = queue_words(view)
    for form in forms:
        if measure((*said, gap, *form)) <= cells:
            return (*said, gap, *form)
    return forms[-1] if forms else said


def queue_words(view: LobbyView) -> list[tuple[Part, ...]]:
    """Say what is queued elsewhere and what was kept of it, in words and shorter ones."""
    scheduled = [one for one in view.queued if one.due_at is not None]
    many = len(scheduled) or len(view.queued) or view.points
    if scheduled and scheduled[0].due_at is not None:
        due = time_until(scheduled[0].due_at, view.now)
        place = scheduled[0].network.value
        where = f" on {place}" if all(one.network.value == place for one in scheduled) else ""
        is_one, posts = many == 1, count(many, "post")
        goes = f"is queued{where}, it" if is_one else f"are queued{where}, the next"
        long, middle = f"{posts} {goes} goes out {due}", f"{posts} queued, next {due}"
    elif view.queued:
        long = middle = f"{count(len(view.queued), 'draft')} kept on {view.queued[0].network.value}"
    elif view.points:
        long = middle = f"{count(view.points, 'talking point')} kept"
    else:
        return []
    reads = " reads it" if many == 1 else " reads them"
    keys: tuple[Part, ...] = ((": ", Voice.QUIET), ("u", Voice.KEY), (reads, Voice.QUIET))
    return [((words, Voice.QUIET), *keys) for words in (long, middle)]


def since_last(view: LobbyView) -> tuple[Part, ...]:
    """Say who wrote back since the last session."""
    if view.last is None or view.last.ended_at is None:
        return (("Your first session on the real networks is still ahead.", Voice.QUIET),)
    ended = view.last.ended_at.astimezone()
    today = view.now.astimezone().date()
    day = f"{ended:%H:%M}" if ended.date() == today else f"{ended:%A}"
    if not view.wrote_back:
        return ((f"Nobody has written back since {day}.", Voice.QUIET),)
    who = names(one.author.name for one in view.wrote_back)
    return ((f"Since {day} ", Voice.QUIET), (who, Voice.PEOPLE), (" wrote back.", Voice.QUIET))


def here(view: LobbyView) -> tuple[Part, ...]:
    """Say who else is on this box."""
    if not view.has_joined:
        return ()
    if not view.neighbours:
        return (("Nobody else is here on this box.", Voice.QUIET),)
    said: list[Part] = [("Here on this box: ", Voice.QUIET)]
    for index, one in enumerate(view.neighbours[:6]):
        if index:
            said.append((", ", Voice.QUIET))
        said.append((str(one.author.handle), Voice.INK))
        match one.presence:
            case Presence.LIVE:
                minutes = one.minutes_left
                left = f", {minutes} min left" if minutes is not None else ""
                said.append((f" (live{left})", Voice.PEOPLE))
            case Presence.AWAY:
                said.append((" (away)", Voice.QUIET))
            case Presence.HERE:
                pass
    return tuple(said)
