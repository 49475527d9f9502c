"""What the guard points out, and what it lets be."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.guard import Memory, Remark, RemarkKind, Said, remarks
from services.model.ids import AccountId, NetworkName, PersonId, TopicId
from services.model.posts import Reach
from services.model.sending import Target, TargetKind
from services.model.words import Safe
from services.text.clean import clean_line

_NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
_EM = PersonId("commons:em")
_SAM = PersonId("commons:sam")
_ADVICE = "Try cold water first and grind a good deal finer, that took the bitterness out of mine."


def _target(kind: TargetKind = TargetKind.REPLY, person: PersonId | None = _SAM) -> Target:
    """Make a target on the commons."""
    return Target(
        kind=kind,
        account=AccountId("commons:me"),
        network=NetworkName.COMMONS,
        reach=Reach.BOX,
        as_handle=clean_line("@me"),
        person=person,
        topic=TopicId("t") if kind is TargetKind.TOPIC else None,
    )


def _said(body: str, *, days: int = 3, person: PersonId | None = _EM, name: str = "Em") -> Said:
    """Make a text that went out some days ago."""
    to_name = clean_line(name) if name else None
    return Said(body, person, to_name, _NOW - timedelta(days=days))


def _remarks(
    body: str,
    *said: Said,
    target: Target | None = None,
    session: tuple[tuple[NetworkName, str], ...] = (),
) -> tuple[Remark, ...]:
    """Ask the guard."""
    return remarks(
        body,
        memory=Memory.of(said),
        target=target or _target(),
        own_hosts=frozenset({"sam.example"}),
        said_this_session=session,
        now=_NOW,
    )


def _kinds(found: tuple[Remark, ...]) -> list[RemarkKind]:
    """Give what was found, without the words."""
    return [remark.kind for remark in found]


@pytest.mark.parametrize(
    "body",
    [
        _ADVICE,
        "@sam " + _ADVICE.upper() + " https://x.example/a",
        _ADVICE.replace("bitterness", "sourness"),
        _ADVICE.replace("Try cold water first", "First try cold water"),
    ],
)
def test_nearly_the_same_to_somebody_else_is_named(body: str) -> None:
    """Other names, links, case or a word changed do not hide that it was said before."""
    (remark,) = _remarks(body, _said("Something else entirely, about bicycles."), _said(_ADVICE))
    assert remark.kind is RemarkKind.SAID_BEFORE
    assert remark.words == "You said nearly this to Em on Friday."
    assert isinstance(remark.words, Safe)


@pytest.mark.parametrize(
    ("days", "when"),
    [
        (0, "today"),
        (1, "yesterday"),
        (6, "on Tuesday"),
        (7, "on 16 November"),
        (400, "on 19 October 2025"),
    ],
)
def test_the_day_is_named_as_in_talk(days: int, when: str) -> None:
    """A week back by its name, earlier by its date."""
    (remark,) = _remarks(_ADVICE, _said(_ADVICE, days=days))
    assert remark.words == f"You said nearly this to Em {when}."


def test_days_are_counted_where_the_author_lives() -> None:
    """An hour before midnight there is yesterday, whatever the day is in UTC."""
    now = datetime.fromisoformat("2026-11-23T00:30:00+02:00")
    said = Said(_ADVICE, _EM, clean_line("Em"), datetime(2026, 11, 22, 21, 30, tzinfo=UTC))
    (remark,) = remarks(
        _ADVICE,
        memory=Memory.of([said]),
        target=_target(),
        own_hosts=frozenset(),
        said_this_session=(),
        now=now,
    )
    assert remark.words == "You said nearly this to Em yesterday."


def test_a_post_of_our_own_has_no_name() -> None:
    """Where nobody was answered, it was said in a post."""
    (remark,) = _remarks(_ADVICE, _said(_ADVICE, person=None, name=""))
    assert remark.words == "You said nearly this in a post on Friday."


def test_the_likest_is_named() -> None:
    """Of several that are alike, the one most like it."""
    near = _said(_ADVICE.replace("bitterness", "sour taste"), name="Kit", days=1)
    (remark,) = _remarks(_ADVICE, near, _said(_ADVICE))
    assert "to Em" in remark.words


@pytest.mark.parametrize(
    ("body", "before"),
    [
        ("yes", "yes"),
        ("thanks", "thanks"),
        ("Thank you so much!", "Thank you so much!"),
        ("See you on Sunday", "See you on Sunday"),
        ("", ""),
        (_ADVICE, "Try hot water last and leave the grinder alone; it is the beans, I fear."),
        ("What did you use for the frame, and was it hard to bend?", _ADVICE),
        ("https://x.example/" + "a" * 60, "https://x.example/" + "a" * 60),
    ],
)
def test_short_or_different_words_are_let_be(body: str, before: str) -> None:
    """What everybody says, and other words about the same thing, is no repetition."""
    assert RemarkKind.SAID_BEFORE not in _kinds(_remarks(body, _said(before)))


def test_to_the_same_person_one_may_repeat_oneself() -> None:
    """Saying it to the same person again is not what a robot does."""
    assert _remarks(_ADVICE, _said(_ADVICE, person=_SAM)) == ()


def test_writing_without_spaces_counts_as_words() -> None:
    """Scripts that need fewer signs are not too short to be compared."""
    body = "最初に冷たい水を使ってみてください"
    assert _kinds(_remarks(body, _said(body))) == [RemarkKind.SAID_BEFORE]


def test_only_the_latest_are_remembered() -> None:
    """The two hundred and first is forgotten."""
    others = [_said(f"Number {n} of many quite different remarks: {n * 7919}") for n in range(200)]
    assert _remarks(_ADVICE, *others[:199], _said(_ADVICE))
    assert _remarks(_ADVICE, *others, _said(_ADVICE)) == ()


def test_praise_is_named() -> None:
    """Praise that fits any post is told so, in one sentence."""
    (remark,) = _remarks("Great post, thanks for sharing!")
    assert remark.kind is RemarkKind.PRAISE
    assert remark.words == "These words would fit any post."


def test_the_same_words_in_another_place() -> None:
    """What was said on another network in this session is named with the place."""
    session = ((NetworkName.COMMONS, _ADVICE), (NetworkName.MASTODON, _ADVICE + " Really."))
    (remark,) = _remarks(_ADVICE, session=session)
    assert remark.kind is RemarkKind.SAME_WORDS_ELSEWHERE
    assert remark.words == "You have said these words on mastodon in this session too."


@pytest.mark.parametrize("text", ["Another thing altogether, this one.", "ok"])
def test_other_words_in_another_place(text: str) -> None:
    """Different or short words elsewhere are no matter."""
    assert (
        _remarks(text, session=((NetworkName.MASTODON, _ADVICE), (NetworkName.BLUESKY, "ok"))) == ()
    )
    assert _remarks(_ADVICE, session=((NetworkName.COMMONS, _ADVICE),)) == ()


@pytest.mark.parametrize(
    ("link", "host"),
    [("https://sam.example/a", "sam.example"), ("https://Blog.Sam.example", "blog.sam.example")],
)
def test_an_own_link_in_a_topic(link: str, host: str) -> None:
    """Bringing one's own site into a topic is named; a neighbour's name is not ours."""
    topic = _target(TargetKind.TOPIC, person=None)
    (remark,) = _remarks(f"I wrote on this: {link}", target=topic)
    assert remark.kind is RemarkKind.OWN_LINK
    assert remark.words == f"This brings a link to your own {host} into a topic of others."


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("I wrote on this: https://sam.example/a", TargetKind.REPLY),
        ("I wrote on this: https://sam.example/a", TargetKind.NEW),
        ("Read this: https://notsam.example/a", TargetKind.TOPIC),
        ("sam.example is mine", TargetKind.TOPIC),
    ],
)
def test_other_links_and_other_places(body: str, kind: TargetKind) -> None:
    """Elsewhere one's own link is one's own affair."""
    assert _remarks(body, target=_target(kind)) == ()


@given(st.text(), st.text())
def test_nothing_raises(body: str, before: str) -> None:
    """Any text gives at most one remark of each kind."""
    found = _remarks(body, _said(before), session=((NetworkName.BLUESKY, before),))
    assert len(set(_kinds(found))) == len(found)
