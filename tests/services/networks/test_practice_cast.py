"""The made-up cast: the seed and what it hears decide what it says, and nothing else does."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.errors import ConfigError
from services.model.ids import AccountId, NetworkName, PostId, ThreadId
from services.model.posts import Reach, Relation
from services.networks.practice.cast import (
    HUM_LINES,
    Heard,
    Line,
    Memory,
    echo_of,
    opening,
    past_key,
    react,
    script,
)
from services.networks.practice.voices import load_cast, parse_cast
from services.store.commons import Byline
from services.text.clean import clean
from services.text.marks import find_links, find_tags
from services.topics.engine import TopicEngine
from services.topics.values import PostItem

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
US = Byline("@you", "Sam", 0)
CAST = load_cast()
TOML = resources.files("services.networks.practice").joinpath("cast.toml").read_text("utf-8")
SEEDS = st.integers(0, 2**32)
KEY = re.compile(r"[0-9A-Za-z._:@-]{1,200}")
HANDLES = st.sampled_from([voice.handle for voice in CAST.voice])
BODIES = st.sampled_from(
    ["Stubborn hinges, again.", "How long did it take?", "Yes.", "It rained sideways, somehow."]
)


def seconds(line: Line) -> float:
    """Give when a line is due, in seconds since the start."""
    return (line.due_at - START).total_seconds()


def reply(
    number: int, handle: str, body: str = "Yes.", thread: str = "t", at_s: float = 0
) -> Heard:
    """Give something we said to ``handle``."""
    at = START + timedelta(seconds=at_s)
    return Heard(PostId(f"ours{number}"), ThreadId(thread), handle, True, body, at)


def post(number: int, body: str = "A new thing.") -> Heard:
    """Give a new post of ours."""
    return Heard(PostId(f"new{number}"), ThreadId(f"new{number}"), None, False, body, START)


def test_everybody_has_enough_to_say() -> None:
    """At least eight people, each with twelve answers and six openings, and no line twice."""
    assert len(CAST.voice) >= 8
    lines: list[str] = []
    for voice in CAST.voice:
        assert len(voice.openings) >= 6
        assert len(voice.asked) + len(voice.told) + len(voice.asks) >= 12
        assert 20 <= voice.replies_s[0] < voice.replies_s[1] <= 110
        assert voice.last
        assert all("{echo}" in echo for echo in voice.echoes)
        for kind in (voice.openings, voice.asked, voice.told, voice.asks, voice.echoes):
            lines.extend(kind)
        lines.extend(voice.comments)
    assert [line for line, times in Counter(lines).items() if times > 1] == []
    assert all(set(re.findall(r"https?://([^/\s]+)", line)) <= {"x.example"} for line in lines)


def test_the_time_before_holds_every_kind_of_waiting() -> None:
    """There is an old question, somebody back after months, a last word and a pile of people."""
    lines = {line.key: line for line in opening(CAST, 1, START, US)}
    under = Counter(line.parent for line in lines.values() if line.parent and line.by != US)
    assert max(under.values()) >= 6
    answered = {line.parent for line in lines.values() if line.by == US}
    open_lines = [line for line in lines.values() if line.parent and line.key not in answered]
    age_days = {line.body: -seconds(line) / 86400 for line in open_lines}
    assert any("?" in body and 20 < age < 22 for body, age in age_days.items())
    assert "Thanks!" in age_days
    back = [line for line in lines.values() if line.by.handle == "@nightsleeper" and line.parent]
    gaps = [(late.due_at - early.due_at).days for early, late in pairwise(back)]
    assert max(gaps) > 240
    names = "".join(line.by.name for line in lines.values())
    assert re.search(r"[\u4e00-\u9fff]", names)
    assert re.search(r"[\u0600-\u06ff]", names)
    assert max(len(line.by.name) for line in lines.values()) > 40


@pytest.mark.no_cover
@given(seed=SEEDS)
def test_a_parent_comes_before_its_comments(seed: int) -> None:
    """The opening can be put on a board from top to bottom, all of it in the past."""
    seen: set[PostId] = set()
    due = START - timedelta(days=9999)
    for line in opening(CAST, seed, START, US):
        assert due <= line.due_at < START
        assert line.parent is None or line.parent in seen
        due = line.due_at
        seen.add(line.key)


@given(seed=SEEDS)
def test_the_first_minute(seed: int) -> None:
    """Within 60 seconds somebody comments on a post of ours, and three talk about one new topic."""
    early = [line for line in script(CAST, seed, START) if seconds(line) < 60]
    ours = {past_key(past.name) for past in CAST.past}
    assert any(line.parent in ours for line in early)
    tags = Counter(mark for line in early for mark in re.findall(r"#\w+|https://\S+", line.body))
    assert max(tags.values()) >= 3


@pytest.mark.no_cover
@given(seed=SEEDS)
def test_a_session_by_itself(seed: int) -> None:
    """Two topics come up, keys are the board's kind and never meet, and no line comes twice."""
    lines = (*opening(CAST, seed, START, US), *script(CAST, seed, START))
    assert all(KEY.fullmatch(line.key) for line in lines)
    assert len({line.key for line in lines}) == len(lines)
    assert len({line.body for line in lines}) == len(lines)
    topics = {line.key.split(".")[2] for line in lines if line.key.startswith("practice.topic.")}
    assert len(topics) == 2
    spoken = script(CAST, seed, START)
    assert [line.due_at for line in spoken] == sorted(line.due_at for line in spoken)
    assert seconds(spoken[-1]) > 1200
    assert spoken == script(CAST, seed, START)


@pytest.mark.parametrize("seed", [1, 7, 99])
def test_a_quiet_day_lies_before_the_session(seed: int) -> None:
    """Hundreds of lines, no two alike, by everybody, and none of them of the last day."""
    hum = [one for one in opening(CAST, seed, START, US) if one.key.startswith("practice.hum.")]
    assert len(hum) == len(CAST.hum) * (1 + HUM_LINES) >= 800
    assert len({one.body for one in hum}) == len(hum)
    assert {one.by.handle for one in hum} == {voice.handle for voice in CAST.voice}
    assert all(-48 * 3600 < seconds(one) < -24 * 3600 for one in hum)


@pytest.mark.no_cover
@pytest.mark.parametrize("seed", range(6))
def test_what_several_speak_of_at_once_breaks_within_a_minute(seed: int) -> None:
    """Against the day before, the very engine of every desk tells the first topic of the cast."""
    engine = TopicEngine()
    engine.take(_item(line) for line in opening(CAST, seed, START, US))
    before = engine.rank(START)
    assert not before.is_warming
    assert not any(one.is_breaking or one.people > 3 for one in before.topics)
    minute = START + timedelta(minutes=1)
    engine.take(_item(line) for line in script(CAST, seed, START) if line.due_at <= minute)
    breaking = [one for one in engine.rank(minute).topics if one.is_breaking]
    assert len(breaking) == 1
    assert breaking[0].people >= 3


def _item(line: Line) -> PostItem:
    """Give a line as the engine is told of it."""
    body, is_ours = clean(line.body), line.by == US
    to_us = line.parent is not None and not line.key.startswith("practice.hum.")
    return PostItem(
        account=AccountId("practice:@you"),
        network=NetworkName.PRACTICE,
        id=line.key,
        thread=str(line.parent or line.key),
        parent=line.parent,
        person=line.by.handle,
        body=str(body),
        tags=find_tags(body),
        links=find_links(body),
        relation=Relation.OURS if is_ours else Relation.TO_US if to_us else Relation.AROUND,
        reach=Reach.PRACTICE,
        created_at=line.due_at,
    )


def test_another_seed_is_another_session() -> None:
    """The seed decides which topics come up and when."""
    assert len({script(CAST, seed, START) for seed in range(5)}) == 5


@given(seed=SEEDS, handle=HANDLES, body=BODIES)
def test_the_first_answer_never_meets_silence(seed: int, handle: str, body: str) -> None:
    """Whoever is answered first in a session speaks again, within their tempo."""
    voice = CAST.named(handle)
    assert voice is not None
    heard = reply(1, handle, body)
    _, (line,) = react(Memory(CAST, seed), heard)
    assert line.by == Byline(handle, voice.name, 1 + CAST.voice.index(voice))
    assert line.parent == heard.post
    low, high = voice.replies_s
    assert low <= seconds(line) <= high + 0.05
    if "?" in body:
        assert line.body.startswith(voice.asked)


@given(seed=SEEDS, handle=HANDLES)
def test_a_talk_ends_with_a_last_word(seed: int, handle: str) -> None:
    """After four rounds at the most somebody says goodbye, and then nothing more."""
    voice = CAST.named(handle)
    assert voice is not None
    memory = Memory(CAST, seed)
    said: list[str] = []
    for number in range(8):
        memory, lines = react(memory, reply(number, handle))
        said.extend(line.body for line in lines)
        if number >= 4:
            assert lines == ()
    assert 1 <= len(said) <= 4
    assert [body in voice.last for body in said[:-1]] == [False] * (len(said) - 1)


def test_most_answers_are_answered() -> None:
    """Silence is the exception: about one time in ten."""
    memory = Memory(CAST, 5)
    memory, _ = react(memory, reply(0, "@plot19", thread="first"))
    fresh = [react(memory, reply(n, "@marta_loaf", thread=f"t{n}"))[1] for n in range(1, 400)]
    assert 0.05 < sum(not lines for lines in fresh) / len(fresh) < 0.16


@given(seed=SEEDS, number=st.integers(0, 10_000))
def test_a_new_post_finds_comments(seed: int, number: int) -> None:
    """One to three different people comment on what we begin, 15 to 90 seconds later."""
    _, lines = react(Memory(CAST, seed), post(number))
    assert 1 <= len(lines) <= 3
    assert len({line.by.handle for line in lines}) == len(lines)
    assert all(15 <= seconds(line) <= 90 for line in lines)
    assert [line.due_at for line in lines] == sorted(line.due_at for line in lines)
    assert {line.parent for line in lines} == {post(number).post}


def test_new_posts_find_one_two_or_three() -> None:
    """How many comment differs from post to post."""
    counts = {len(react(Memory(CAST, 1), post(number))[1]) for number in range(40)}
    assert counts == {1, 2, 3}


def test_who_is_named_comments_first() -> None:
    """A post that names somebody is answered by them."""
    for number in range(20):
        _, lines = react(Memory(CAST, 1), post(number, "What would @oldvalves say?"))
        assert lines[0].by.handle == "@oldvalves"


def test_a_reply_to_nobody_of_the_cast_is_heard_and_left() -> None:
    """Talking to oneself is nobody's cue, but it is not the first answer any more."""
    memory, lines = react(Memory(CAST, 1), reply(1, "@you"))
    assert lines == ()
    assert memory.heard == 1


@settings(max_examples=50)
@given(
    seed=SEEDS,
    talk=st.lists(st.tuples(st.one_of(st.none(), HANDLES), BODIES, st.integers(0, 4)), max_size=80),
)
def test_no_line_is_said_twice(seed: int, talk: list[tuple[str | None, str, int]]) -> None:
    """However long it goes on, every reaction is new, has its own key, and comes again alike."""

    def play() -> list[Line]:
        memory = Memory(CAST, seed)
        lines: list[Line] = []
        for number, (handle, body, thread) in enumerate(talk):
            said = reply(number, handle, body, f"t{thread}") if handle else post(number, body)
            memory, more = react(memory, said)
            lines.extend(more)
        return lines

    lines = play()
    assert len({(line.by.handle, line.body) for line in lines}) == len(lines)
    assert len({line.key for line in lines}) == len(lines)
    assert all(KEY.fullmatch(line.key) and "{" not in line.body for line in lines)
    assert all(line.body == line.body.strip() != "" for line in lines)
    assert play() == lines


def test_who_has_nothing_left_falls_silent() -> None:
    """When every line is used up nothing is made up or repeated."""
    memory = Memory(CAST, 1)
    said: list[str] = []
    for number in range(200):
        memory, lines = react(memory, reply(number, "@jo_spokes", "Why?", f"t{number}"))
        said.extend(line.body for line in lines)
    assert len(said) == len(set(said))
    assert react(memory, reply(999, "@jo_spokes", "Why?", "t999"))[1] == ()
    for number in range(200):
        memory, _ = react(memory, post(number))
    assert react(memory, post(999))[1] == ()


@pytest.mark.parametrize(
    ("body", "echo"),
    [
        ("It was the stubborn hinge", "stubborn"),
        ("hinges: stubborn creaking", "stubborn"),
        ("a shorter, a longest-lived one", "shorter"),
        ("see https://stubborn.example/creaking #sideways @somebodyelse", None),
        ("because everything through", None),
        ("Stubborn Hinges", None),
        ("don't mustn't needn't've", None),
        ("unquestionableness", None),
        ("", None),
    ],
)
def test_the_word_that_is_said_back(body: str, echo: str | None) -> None:
    """It is a plain, longish word of theirs, never a link, a name, a tag or a filler."""
    assert echo_of(CAST, body) == echo


def test_echoes_hold_our_word() -> None:
    """Now and then a word of ours comes back, in quotes."""
    bodies = [
        line.body
        for seed in range(60)
        for line in react(Memory(CAST, seed), reply(1, "@plot19", "A stubborn hinge."))[1]
    ]
    assert "“stubborn”, she says, as if it grew on trees." in bodies


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("replies_s = [20, 55]", "replies_s = [20]", r"\$\.voice\[0\]\.replies_s"),
        ('name = "Marta Vilhelm"', 'nom = "Marta Vilhelm"', r"voice\[0\]"),
        ("[[voice]]", "[[voice", "cannot be read"),
        ('under = "kettle"', 'under = "pan"', r"later\[0\].under names pan"),
        (
            'by = "@noor_footpaths", after_s = 19',
            'by = "@nobody", after_s = 19',
            r"topic harbourbell, lines\[2\].by names @nobody",
        ),
        (
            'by = "@oldvalves", hours = 100',
            'by = "@nobody", hours = 100',
            r"past radio, talk\[0\].by names @nobody",
        ),
        (
            'by = "@jo_spokes"\nunder',
            'by = "me"\nunder',
            r"later\[0\].by names me",
        ),
    ],
)
def test_a_damaged_file_says_where(old: str, new: str, where: str) -> None:
    """Whoever edits the cast is told which entry is wrong."""
    assert old in TOML
    with pytest.raises(ConfigError, match=where):
        parse_cast(TOML.replace(old, new, 1).encode())


def test_a_talk_that_ran_out_of_lines_counts_as_finished() -> None:
    """Who says goodbye early, for want of words, does not come back in that thread."""
    marta = CAST.voice[0]
    terse = with_marta_terse(Memory(CAST, 3))
    memory, (line,) = react(terse, reply(1, marta.handle, "Why?"))
    assert line.body in marta.last
    assert react(memory, reply(2, marta.handle, "Why?"))[1] == ()


def with_marta_terse(memory: Memory) -> Memory:
    """Give a memory in which Marta has only her last words left."""
    marta = CAST.voice[0]
    taken = {(marta.handle, "asked"): len(marta.asked), (marta.handle, "asks"): len(marta.asks)}
    return replace(memory, taken=taken)
