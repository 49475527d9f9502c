"""The debrief in sentences: each claim from a fact, people by name, and names stay names."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from services.model.debrief import Debrief, Exchange
from services.model.ids import NetworkName, SessionId
from services.model.people import Acquaintance
from services.model.session import Ending, Plan, Sitting, Verdict
from services.text.clean import clean_line
from tests.tui.inbox import author
from tests.widgets.samples import waiting
from tui.telling import markdown, minutes_sat, names, page, people_of, tell
from widgets.ages import duration

START = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
END = START + timedelta(minutes=20)
NOW = END + timedelta(hours=2)


def _exchange(
    name: str = "Petra",
    *,
    waited: timedelta = timedelta(minutes=10),
    returned: timedelta | None = None,
    acquaintance: Acquaintance = Acquaintance.NEW,
    is_question: bool = False,
    away_days: int | None = None,
) -> Exchange:
    answered = START + timedelta(minutes=5)
    return Exchange(
        author=author(name),
        network=NetworkName.MASTODON,
        acquaintance=acquaintance,
        asked_at=answered - waited,
        answered_at=answered,
        was_question=is_question,
        returned_at=None if returned is None else answered + returned,
        away_days=away_days,
    )


def _debrief(*exchanges: Exchange, intention: str = "", is_practice: bool = False) -> Debrief:
    plan = Plan(20, intention=clean_line(intention), is_practice=is_practice)
    sitting = Sitting(SessionId("s"), plan, START, END, 0, ended_at=END, ending=Ending.TIME)
    return Debrief(
        sitting=sitting,
        exchanges=exchanges,
        posts=len(exchanges),
        posts_own_link=0,
        links_shared=0,
        topics_joined=(),
        unsure=0,
        left=(),
        left_people=0,
        long_waits=0,
        long_waits_answered=0,
        watching=(),
    )


def _text(debrief: Debrief) -> str:
    return "\n".join("".join(words for words, _ in line) for line in page(tell(debrief, NOW, UTC)))


_PETRA, _TARA = _exchange(), _exchange("Tara")
_CLAIMS: list[tuple[Debrief, str, str]] = [
    (_debrief(), "20 minutes of listening", "with"),
    (_debrief(), "Nobody was answered.", "1 answer"),
    (_debrief(_PETRA), "20 minutes with 1 person  Sunday 22 November, 16:00 to 16:20", "people"),
    (_debrief(_PETRA, _PETRA, _TARA), "with 2 people", "3 people"),
    (_debrief(_PETRA, _TARA), "2 answers.", "wrote back while"),
    (_debrief(_PETRA), "When Petra writes back, it will say so here.", "somebody"),
    (_debrief(_PETRA, _TARA), "When somebody writes back, it will say so here.", "When Petra"),
    (
        _debrief(_exchange(returned=timedelta(minutes=3))),
        "Petra wrote back while you were here.",
        "since",
    ),
    (
        _debrief(_exchange(returned=timedelta(hours=1))),
        "Petra wrote back since.",
        "while you were here",
    ),
    (
        _debrief(_exchange(waited=timedelta(days=3))),
        f"Petra had waited {duration(3 * 86400)} for you.",
        "longest",
    ),
    (_debrief(_exchange(waited=timedelta(minutes=59))), "1 answer.", "had waited"),
    (_debrief(_PETRA), "New      Petra", "Again"),
    (
        _debrief(_exchange(acquaintance=Acquaintance.BACK, away_days=97)),
        "Back     Petra after 3 months",
        "New ",
    ),
    (_debrief(_exchange(is_question=True)), "1 question answered", "questions"),
    (replace(_debrief(_PETRA), links_shared=2), "2 links shared", "question"),
    (
        replace(_debrief(_PETRA), topics_joined=((clean_line("#aurora"), 4),)),
        "1 topic joined 4 min after it came up (#aurora)",
        "topics",
    ),
    (replace(_debrief(_PETRA), posts=3, posts_own_link=1), "1 of them linked to your own", "score"),
    (replace(_debrief(), unsure=1), "1 text is not settled", "texts"),
    (replace(_debrief(), unsure=2), "2 texts are not settled", "text is"),
    (_debrief(), "Nobody waits.", "more"),
    (replace(_debrief(), left=(waiting(1),), left_people=4), "and 3 more.", "Nobody waits"),
    (replace(_debrief(), watching=(clean_line("Ivo"),)), "Watching Ivo.", "Nobody waits"),
    (
        replace(_debrief(_PETRA), long_waits=3, long_waits_answered=1),
        "You answered 1 of the 3 that had waited more than a day.",
        "You meant",
    ),
    (_debrief(intention="clear the old ones"), "You meant to clear the old ones.", "you said"),
    (_debrief(intention="clear the old ones"), "Was that it?", "you said"),
    (_debrief(), "Left for next time", "Was that it?"),
    (_debrief(_PETRA, is_practice=True), "Practice: 20 minutes", "writes back"),
    (_debrief(is_practice=True), "A made-up cast; nothing of it is kept.", "history"),
]


@pytest.mark.parametrize(("debrief", "said", "unsaid"), _CLAIMS)
def test_it_says_what_the_ledger_knows_and_no_more(
    debrief: Debrief, said: str, unsaid: str
) -> None:
    """Each fact has its sentence, and what is not known is not said."""
    text = _text(debrief)
    assert said in text
    assert unsaid not in text


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Verdict.YES, "That was it, you said."),
        (Verdict.PARTLY, "That was partly it, you said."),
        (Verdict.NO, "That was not it, you said."),
    ],
)
def test_a_verdict_is_told_in_its_authors_name(verdict: Verdict, said: str) -> None:
    """What was answered is said back, and not asked again."""
    asked = _debrief(intention="ask back")
    told = _text(replace(asked, sitting=replace(asked.sitting, verdict=verdict)))
    assert said in told
    assert "Was that it?" not in told


def test_away_is_said() -> None:
    """A session that ran out while nobody was there says so."""
    debrief = _debrief()
    away = replace(debrief, sitting=replace(debrief.sitting, ending=Ending.AWAY))
    assert "The time ran out while you were away; drafts are kept." in _text(away)


def test_many_are_named_up_to_six_and_each_once() -> None:
    """Six people by name, the rest counted; nobody twice."""
    people = [clean_line(name) for name in "ABCDEFGH"]
    assert names(people) == "A, B, C, D, E, F and 2 more"
    assert names([*people[:2], people[0]]) == "A and B"
    assert names(people[:1]) == "A"
    assert names([]) == ""


def test_people_are_told_apart_by_who_they_are() -> None:
    """Two answers to one person are one person."""
    assert people_of(_debrief(_PETRA, _TARA, _PETRA)) == ("Petra", "Tara")


def test_a_session_lasts_a_minute_at_least() -> None:
    """One that was ended at once is a minute, not none."""
    debrief = _debrief()
    short = replace(debrief.sitting, ended_at=START + timedelta(seconds=2))
    assert minutes_sat(replace(debrief, sitting=short)) == 1


@pytest.mark.parametrize(
    "name",
    ["**Bold**", "[a](http://x)", "# Head", "<script>", "`code`", "a_b_", "a | b", "![i](j)"],
)
def test_no_name_is_markup_in_the_file(name: str) -> None:
    """Every sign that Markdown reads is escaped, so that a name stays a name."""
    text = markdown(tell(_debrief(_exchange(name)), NOW, UTC))
    escaped = "".join(f"\\{sign}" if sign in "\\`*_[]<>#|!" else sign for sign in name)
    assert f"- New      {escaped}" in text
    assert name not in text.replace(escaped, "")
    assert text.startswith("# 20 minutes with 1 person")
    assert text.count("\n## ") == 4
