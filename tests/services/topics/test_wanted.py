"""Which posts of a stream are wanted."""

import pytest

from services.topics.wanted import Wanted


def test_everything_is_wanted_where_nothing_is_asked_for() -> None:
    """Also what says nothing, in no language."""
    assert Wanted((), ()).wants("", (), ())
    assert Wanted((" ",), ("",)).wants("hello", (), ("xx",))


@pytest.mark.parametrize(
    ("told", "is_wanted"),
    [(("en",), True), (("en-GB", "cy"), True), (("EN",), True), (("de",), False), ((), True)],
)
def test_a_language_is_wanted_in_all_its_kinds(told: tuple[str, ...], is_wanted: bool) -> None:
    """And where none is told, it may be the one."""
    assert Wanted(("en-US",), ()).wants("hello", (), told) is is_wanted


def test_a_word_is_found_whole_in_any_case_and_in_tags() -> None:
    """Not within another one; a tag that stands beside the text counts."""
    wanted = Wanted((), ("Ferry", "#valley"))
    assert wanted.wants("the FERRY is late", (), ())
    assert wanted.wants("nothing here", ("ferry",), ())
    assert wanted.wants("nothing here", ("#Valley",), ())
    assert not wanted.wants("ferryman", (), ())
    assert not wanted.wants("down in the valley", (), ())
