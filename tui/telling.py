"""A debrief in sentences: the same for the screen, for a file, and for the way out. Pure.

Law: it claims what the ledger knows and no more; people by name, no score, no causes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import assert_never

from services.model.debrief import Debrief, Exchange
from services.model.people import Acquaintance
from services.model.session import Ending, Verdict
from services.model.waiting import Lane
from services.model.words import Safe
from widgets.ages import count, days, duration, since
from widgets.cells import clip, pad
from widgets.page import PageLine
from widgets.voices import Part, Voice

_NAMES_AT_MOST = 6
_INDENT: Part = ("   ", Voice.INK)
_QUESTION: PageLine = (
    ("Was that it?  ", Voice.QUIET),
    ("y", Voice.KEY),
    (" yes   ", Voice.QUIET),
    ("s", Voice.KEY),
    (" partly   ", Voice.QUIET),
    ("n", Voice.KEY),
    (" no", Voice.QUIET),
)


@dataclass(frozen=True, slots=True)
class Section:
    """A question and what there is to say to it."""

    title: str
    lines: tuple[PageLine, ...]


@dataclass(frozen=True, slots=True)
class Telling:
    """A debrief, told."""

    head: PageLine
    opening: tuple[PageLine, ...]
    asks: bool
    """Whether it is still open if that was it."""
    sections: tuple[Section, ...]


def tell(
    debrief: Debrief, now: datetime, zone: tzinfo | None = None, *, is_latest: bool = True
) -> Telling:
    """Tell a debrief as of ``now``; times of day in ``zone``, the local one unless given.

    Who waits now is left for the time after the latest session and no earlier one.
    """
    return Telling(
        head=_head(debrief, zone),
        opening=tuple(_opening(debrief)),
        asks=bool(debrief.sitting.plan.intention) and debrief.sitting.verdict is None,
        sections=(
            Section("Was it a conversation?", tuple(_conversation(debrief))),
            Section("Did it build relationships?", tuple(_relationships(debrief))),
            Section("Did it add value?", tuple(_value(debrief))),
            *((Section("Left for next time", tuple(_left(debrief, now))),) if is_latest else ()),
        ),
    )


def page(telling: Telling) -> tuple[PageLine, ...]:
    """Lay a telling out for the screen."""
    asked = (_QUESTION,) if telling.asks else ()
    lines: list[PageLine] = [telling.head, (), *telling.opening, *asked, ()]
    for section in telling.sections:
        lines += [(), ((section.title, Voice.NAME),)]
        lines += [(_INDENT, *line) for line in section.lines]
    return tuple(lines)


def markdown(telling: Telling) -> str:
    """Lay a telling out as Markdown; what strangers are called cannot be markup in it."""
    parts = [f"# {_plain(telling.head)}", ""]
    parts += [_plain(line) for line in telling.opening]
    for section in telling.sections:
        parts += ["", f"## {section.title}", ""]
        parts += [f"- {_plain(line)}" for line in section.lines]
    return "\n".join(parts) + "\n"


def names(people: Iterable[Safe]) -> str:
    """Name people: "Tara, Noor and Ji-woo"; each once."""
    distinct = list(dict.fromkeys(people))
    shown = [str(one) for one in distinct[:_NAMES_AT_MOST]]
    if len(distinct) > _NAMES_AT_MOST:
        shown.append(f"{len(distinct) - _NAMES_AT_MOST} more")
    if len(shown) > 1:
        return f"{', '.join(shown[:-1])} and {shown[-1]}"
    return "".join(shown)


def minutes_sat(debrief: Debrief) -> int:
    """Give how long the session was, in whole minutes, one at least."""
    sitting = debrief.sitting
    ended = sitting.ended_at or sitting.ends_at
    return max(1, int((ended - sitting.started_at).total_seconds() // 60))


def people_of(debrief: Debrief) -> tuple[Safe, ...]:
    """Name whom we answered, each once, in order."""
    distinct = {one.author.person: one.author.name for one in debrief.exchanges}
    return tuple(distinct.values())


def _head(debrief: Debrief, zone: tzinfo | None) -> PageLine:
    sitting = debrief.sitting
    people = len(people_of(debrief))
    said = f"and {count(debrief.posts, 'post')}" if debrief.posts else "of listening"
    whom = f"with {count(people, 'person', 'people')}" if people else said
    kind = "Practice: " if sitting.plan.is_practice else ""
    start = sitting.started_at.astimezone(zone)
    end = (sitting.ended_at or sitting.ends_at).astimezone(zone)
    return (
        (f"{kind}{count(minutes_sat(debrief), 'minute')} {whom}", Voice.NOW_NAME),
        (f"  {start:%A} {start.day} {start:%B}, {start:%H:%M} to {end:%H:%M}", Voice.QUIET),
    )


def _opening(debrief: Debrief) -> Iterable[PageLine]:
    sitting = debrief.sitting
    if sitting.plan.is_practice:
        yield (("A made-up cast; nothing of it is kept.", Voice.QUIET),)
    if sitting.ending is Ending.AWAY:
        yield (("The time ran out while you were away; drafts are kept.", Voice.QUIET),)
    line: list[Part] = []
    if sitting.plan.intention:
        line += [
            ("You meant to ", Voice.INK),
            (sitting.plan.intention, Voice.NAME),
            (". ", Voice.INK),
        ]
    if debrief.long_waits:
        answered = min(debrief.long_waits_answered, debrief.long_waits)
        line.append(
            (
                f"You answered {answered} of the {debrief.long_waits:,} "  # noqa: ISC004
                "that had waited more than a day.",
                Voice.INK,
            )
        )
    if line:
        yield tuple(line)
    if sitting.verdict is not None:
        yield _verdict(sitting.verdict)


def _verdict(verdict: Verdict) -> PageLine:
    match verdict:
        case Verdict.YES:
            return (("That was it, you said.", Voice.QUIET),)
        case Verdict.PARTLY:
            return (("That was partly it, you said.", Voice.QUIET),)
        case Verdict.NO:
            return (("That was not it, you said.", Voice.QUIET),)
        case _:
            assert_never(verdict)


def _conversation(debrief: Debrief) -> Iterable[PageLine]:
    exchanges = debrief.exchanges
    if not exchanges:
        yield (("Nobody was answered.", Voice.INK),)
        return
    ended = debrief.sitting.ended_at or debrief.sitting.ends_at
    answers: Part = (f"{count(len(exchanges), 'answer')}. ", Voice.INK)
    here = [one for one in exchanges if one.returned_at and one.returned_at <= ended]
    later = [one for one in exchanges if one.returned_at and one.returned_at > ended]
    if here:
        words = f"{names(one.author.name for one in here)} wrote back while you were here."
        yield (answers, (words, Voice.PEOPLE))
    else:
        yield (answers,)
    if later:
        words = f"{names(one.author.name for one in later)} wrote back since."
        yield ((words, Voice.PEOPLE),)
    waited = max(exchanges, key=lambda one: one.answered_at - one.asked_at)
    line: list[Part] = []
    if (seconds := since(waited.asked_at, waited.answered_at)) >= 3600:  # noqa: PLR2004
        line.append((f"{waited.author.name} had waited {duration(seconds)} for you. ", Voice.INK))
    silent = dict.fromkeys(one.author.name for one in exchanges if one.returned_at is None)
    if silent and not debrief.sitting.plan.is_practice:
        who = names(list(silent)[:1]) if len(silent) == 1 else "somebody"
        line.append((f"When {who} writes back, it will say so here.", Voice.QUIET))
    if line:
        yield tuple(line)


def _relationships(debrief: Debrief) -> Iterable[PageLine]:
    first: dict[str, Exchange] = {}
    for one in debrief.exchanges:
        first.setdefault(one.author.person, one)
    if not first:
        yield (("Not this time.", Voice.QUIET),)
    for label, kind in (
        ("New", Acquaintance.NEW),
        ("Again", Acquaintance.AGAIN),
        ("Back", Acquaintance.BACK),
    ):
        found = [one for one in first.values() if one.acquaintance is kind]
        if not found:
            continue
        line: list[Part] = [(label.ljust(9), Voice.INK)]
        away = found[0].away_days
        if kind is Acquaintance.BACK and len(found) == 1 and away:
            line += [(str(found[0].author.name), Voice.INK), (f" after {days(away)}", Voice.QUIET)]
        else:
            line.append((names(one.author.name for one in found), Voice.INK))
        yield tuple(line)


def _value(debrief: Debrief) -> Iterable[PageLine]:
    questions = sum(one.was_question for one in debrief.exchanges)
    said: list[str] = []
    if questions:
        said.append(f"{count(questions, 'question')} answered")
    if debrief.links_shared:
        said.append(f"{count(debrief.links_shared, 'link')} shared")
    if debrief.topics_joined:
        joined = count(len(debrief.topics_joined), "topic")
        title, minutes = debrief.topics_joined[0]
        age = f" {minutes} min after it came up" if len(debrief.topics_joined) == 1 else ""
        said.append(f"{joined} joined{age} ({title})" if age else f"{joined} joined")
    if said:
        yield ((f"{', '.join(said)}.", Voice.INK),)
    own = (
        f", {debrief.posts_own_link} of them linked to your own site"
        if debrief.posts_own_link
        else ""
    )
    yield ((f"{count(debrief.posts, 'post')} in all{own}.", Voice.QUIET),)
    if debrief.unsure:
        many = "text is" if debrief.unsure == 1 else "texts are"
        yield ((f"{debrief.unsure} {many} not settled; the lobby looks after it.", Voice.NOW),)


def _left(debrief: Debrief, now: datetime) -> Iterable[PageLine]:
    if not debrief.left and not debrief.watching:
        yield (("Nobody waits.", Voice.INK),)
    for row in debrief.left:
        why = "question" if row.lane is Lane.QUESTION else ""
        yield (
            (f"{_column(row.author.name, 18)}", Voice.INK),
            (f"{why:<12}{row.network.value:<12}{duration(since(row.since_at, now))}", Voice.QUIET),
        )
    rest = debrief.left_people - len(debrief.left)
    line: list[Part] = []
    if rest > 0:
        line.append((f"and {rest:,} more. ", Voice.QUIET))
    if debrief.watching:
        line.append((f"Watching {names(debrief.watching)}.", Voice.QUIET))
    if line:
        yield tuple(line)


def _column(text: str, cells: int) -> str:
    return pad(clip(text, cells - 1), cells)


def _plain(line: PageLine) -> str:
    """Give a line as Markdown text: its signs escaped, so that names stay names."""
    text = "".join(words for words, _ in line).strip()
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#|!" else sign for sign in text)
