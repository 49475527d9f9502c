"""What goes with a text is said over it; names, lengths and queued posts read as designed."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from services.model.ids import AccountId, NetworkName, PostId
from services.model.limits import Counting
from services.model.posts import Reach
from services.model.queue import Queued, QueuedId, QueuedKind
from services.model.sending import Draft, Picture
from services.model.words import Safe
from tests.widgets.samples import ME, NOW, Harness, author, target
from widgets.ages import time_until
from widgets.beside_line import BesideLine, beside
from widgets.length_meter import Rule, left, length_words
from widgets.name_list import NameList, name_begun
from widgets.queue_list import QueueList, QueueRow


def test_what_goes_with_a_text_is_said_in_words() -> None:
    """A reach that is not the usual one first, then warning, pictures, quote, language."""
    plain = target()
    assert beside(plain, Reach.PUBLIC) == []
    assert beside(None, Reach.PUBLIC) == []
    full = replace(
        plain,
        reach=Reach.DIRECT,
        warning="food",
        pictures=(Picture("/a.png", "a heron"), Picture("/b.png", " ")),
        quotes=PostId("p1"),
        language="de",
    )
    assert [words for words, _ in beside(full, Reach.PUBLIC)] == [
        "not as public as usual: only the two of you",
        "warning: food",
        "2 pictures, 1 without a description",
        "quotes Em Okafor",
        "in de",
    ]
    assert [words for words, _ in beside(replace(plain, pictures=full.pictures[:1]), None)] == [
        "1 picture"
    ]


async def test_the_line_fits() -> None:
    """However long a warning is, it is one row."""
    line = BesideLine()
    app = Harness(line)
    async with app.run_test(size=(30, 3)) as pilot:
        assert line.is_silent
        line.usual = Reach.PUBLIC
        line.target = replace(target(), warning="x" * 500)
        await pilot.pause()
        assert app.screen_lines()[0].rstrip().endswith("…")
        assert not line.is_silent


@pytest.mark.parametrize(
    ("line", "begun"),
    [
        ("hello @ta", "@ta"),
        ("(@tara@host.ex", "@tara@host.ex"),
        ("@t", ""),
        ("mail me@host", ""),
        ("@tara ", ""),
        ("", ""),
    ],
)
def test_a_name_is_begun_where_the_caret_stands(line: str, begun: str) -> None:
    """Only an unfinished name of two letters or more; an address of mail is none."""
    assert name_begun(line) == begun


async def test_names_are_one_line_each() -> None:
    """The one that would be taken says so."""
    names = NameList()
    names.row_height = 1
    app = Harness(names)
    async with app.run_test(size=(60, 5)) as pilot:
        names.styles.display = "block"
        names.values = (author("tara"), author("tamsin"))
        await pilot.pause()
        assert "@tara  tara   tab takes it" in app.screen_lines()[0]
        assert "tab" not in app.screen_lines()[1]


def test_each_network_counts_by_its_own_rule() -> None:
    """A link is 23, of a name only the local part counts, a warning counts as well."""
    text = "See https://example.org/" + "x" * 100 + " @ben@host.example"
    assert left(text, Rule(500, Counting.MASTODON)) == 500 - (4 + 23 + 1 + 4)
    assert left(text, Rule(500, Counting.MASTODON, 23, "food")) == 500 - (4 + 23 + 1 + 4) - 4
    assert length_words(text, Rule(20, Counting.MASTODON)) == "12 too long"
    assert left("a" * 5_000, Rule(300)) == 300 - 1_200
    assert left(text, Rule()) is None


async def test_queued_posts_say_what_becomes_of_them() -> None:
    """When one goes out, that a draft goes nowhere, and what was kept here."""

    def queued(name: str, minutes: int | None, warning: str = "") -> QueueRow:
        kind = QueuedKind.DRAFT if minutes is None else QueuedKind.SCHEDULED
        due = None if minutes is None else NOW + timedelta(minutes=minutes)
        one = Queued(QueuedId(name), ME, NetworkName.MASTODON, kind, Safe("[/nope]"), Safe(warning),
                     Reach.PUBLIC, due)  # fmt: skip
        return QueueRow(AccountId("a"), one.id, one)

    rows = QueueList()
    rows.row_height = 2
    rows.now = NOW
    point = Draft(replace(target(), queued=QueuedId("p")), "A thought.", NOW)
    app = Harness(rows)
    async with app.run_test(size=(70, 12)) as pilot:
        rows.values = (
            queued("1", 40),
            queued("2", 0, "food"),
            queued("3", None),
            QueueRow(AccountId("a"), QueuedId("p"), point),
        )
        rows.now = NOW + timedelta(seconds=1)
        await pilot.pause()
        shown = "\n".join(app.screen_lines())
    for words in ("goes out in 39 min", "[/nope]", "goes out now", "warning: food",
                  "draft, goes nowhere by itself", "talking point", "A thought."):  # fmt: skip
        assert words in shown


def test_how_long_it_is_still() -> None:
    """In one unit, and now when it has come or nobody knows the time."""
    assert time_until(NOW + timedelta(hours=2, minutes=5), NOW) == "in 2 hours"
    assert time_until(NOW, NOW) == time_until(NOW, None) == "now"
