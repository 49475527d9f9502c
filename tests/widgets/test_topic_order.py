"""The order of topics on screen: calm while their ranking changes."""

from msgspec.structs import replace

from services.model.topics import Topic
from tests.widgets.samples import burst, topic
from widgets.topic_order import by_rank, followed, held, steady


def _ids(topics: tuple[Topic, ...]) -> str:
    return "".join(str(one.title) for one in topics)


def _topics(breaking: str, others: str = "") -> tuple[Topic, ...]:
    """Make a topic of each letter; those of ``breaking`` break."""
    return (
        *(burst(ord(letter), letter, 5.0) for letter in breaking),
        *(topic(ord(letter), letter) for letter in others),
    )


def test_what_breaks_stands_in_front() -> None:
    """However it was ranked, nothing that does not break stands above what does."""
    mixed = (*_topics("", "x"), *_topics("ab"), *_topics("", "y"))
    assert _ids(by_rank(mixed)) == "abxy"


def test_rows_that_are_read_keep_their_order_and_new_ones_come_between() -> None:
    """Known rows do not change places; one that comes stands above whom it is ranked above."""
    assert _ids(held(_topics("abc"), _topics("cab"))) == "abc"
    assert _ids(held(_topics("abc"), _topics("nabc"))) == "nabc"
    assert _ids(held(_topics("abc"), _topics("anbmc"))) == "anbmc"
    assert _ids(held(_topics("abc"), _topics("cxba"))) == "xabc"
    assert _ids(held(_topics("abc"), _topics("bd"))) == "bd"
    assert _ids(held((), _topics("ab"))) == "ab"
    assert held(_topics("ab"), ()) == ()


def test_rows_that_are_read_say_what_is_new_of_them() -> None:
    """The order is that of before, the words are those of now."""
    before, now = _topics("ab"), (burst(ord("b"), "b", 9.0), burst(ord("a"), "a", 6.0))
    assert [one.times_usual for one in held(before, now)] == [6.0, 9.0]


def test_what_breaks_under_another_id_is_what_it_was() -> None:
    """One that is gone is the one of its title that has come; nothing else is put in its place."""
    broken = burst(9, "b", 9.0)
    assert followed(_topics("", "abc"), (broken, *_topics("", "ac"))) == (
        _topics("", "a")[0],
        broken,
        _topics("", "c")[0],
    )
    both = (broken, *_topics("", "abc"))
    assert followed(_topics("", "abc"), both) == _topics("", "abc")
    assert followed(_topics("", "abc"), _topics("z", "ac")) == _topics("", "abc")


def test_what_begins_to_break_moves_at_once_and_its_like_does_not() -> None:
    """A talk that breaks goes up where it is ranked; two that break already do not swap."""
    assert _ids(steady(_topics("ab", "xy"), _topics("ba", "yx"))) == "abxy"
    begun = (burst(ord("y"), "y", 9.0), *_topics("ab", "x"))
    assert _ids(steady(_topics("ab", "xy"), begun)) == "yabx"
    ceased = (*_topics("b"), replace(_topics("a")[0], is_breaking=False), *_topics("", "xy"))
    assert _ids(steady(_topics("ab", "xy"), ceased)) == "baxy"
