"""What a network would not take is said before anything is queued."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from services.errors import ChinwagError
from services.model.ids import NetworkName, PostId
from services.model.limits import Capabilities, Counting, Keying
from services.model.posts import Reach
from services.model.sending import Picture, Target, TargetKind
from services.outbox.admission import admit, refusal
from tests.outbox_stage import SESSION, new_post, reply_to, stage

ALL = Capabilities(
    network=NetworkName.MASTODON,
    keying=Keying.KEYED,
    reach=Reach.PUBLIC,
    graphemes_at_most=50,
    can_take_back=True,
    counting=Counting.MASTODON,
    can_edit=True,
    can_warn=True,
    pictures_at_most=2,
    picture_bytes_at_most=100,
    alt_graphemes_at_most=5,
    can_quote=True,
)
RICH = replace(
    new_post(),
    warning="birds",
    quotes=PostId("q1"),
    pictures=(Picture("/a.png", "heron"), Picture("/b.png", "")),
)


def why(
    target: Target = RICH,
    body: str = "x",
    sizes: tuple[int | None, ...] = (100, 1),
    **other: object,
) -> str:
    """Give what is said against it."""
    found = refusal(target, body, replace(ALL, **other), sizes)
    return "" if found is None else found.what


def test_what_fits_is_taken() -> None:
    """Up to each limit; a text without limit has none."""
    assert why() == ""
    assert why(body="x" * 45) == ""
    assert why(body="x" * 9_999, graphemes_at_most=None) == ""
    assert why(replace(new_post(), kind=TargetKind.EDIT), sizes=()) == ""


def test_length_is_counted_as_the_network_counts_and_with_the_warning() -> None:
    """A long link is 23; a warning counts; the sentence says by how much."""
    link = "https://herons.example/" + "x" * 80
    assert why(body=f"{link} {'x' * 21}") == ""
    assert why(body=f"{link} {'x' * 24}") == "It is 3 characters too long for there."
    assert why(body="x" * 46) == "It is one character too long for there."


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"can_answer": False}, "from here"),
        ({"can_warn": False}, "warnings"),
        ({"can_quote": False}, "quoted"),
        ({"pictures_at_most": 0}, "not taken"),
        ({"pictures_at_most": 1}, "At most 1"),
        ({"picture_bytes_at_most": 99}, "a.png has 0.0 MB"),
        ({"alt_graphemes_at_most": 4}, "What a.png shows is told one character too long."),
    ],
)
def test_what_the_network_cannot_do_is_said(other: dict[str, object], words: str) -> None:
    """Each by its own sentence."""
    assert words in why(**other)  # type: ignore[arg-type]


def test_an_edit_where_nothing_can_be_changed_is_said() -> None:
    """Nothing leaves for it."""
    edit = replace(new_post(), kind=TargetKind.EDIT, edits=PostId("p1"))
    assert "changes nothing" in why(edit, sizes=(), can_edit=False)


def test_of_sizes_that_nobody_told_nothing_is_claimed() -> None:
    """Such a network says it itself."""
    assert why(sizes=(10**9, 1), picture_bytes_at_most=None) == ""


async def test_pictures_are_looked_at_on_this_machine(tmp_path: Path) -> None:
    """One that is missing, a folder, and one that is too large."""
    good, large = tmp_path / "good.png", tmp_path / "large.png"
    good.write_bytes(b"x" * 100)
    large.write_bytes(b"x" * 101)

    async def take(path: Path | str) -> None:
        await admit(replace(new_post(), pictures=(Picture(str(path), ""),)), "x", ALL)

    await take(good)
    for path in (large, tmp_path, tmp_path / "none.png", "\0"):
        with pytest.raises(ChinwagError):
            await take(path)


async def test_what_is_refused_is_in_no_outbox(tmp_path: Path) -> None:
    """The key press ends in a sentence; nothing is queued, and nothing was asked."""
    async with stage(tmp_path / "p.db") as on:
        with pytest.raises(ChinwagError, match="too long") as refused:
            await on.say("x" * 501)
        assert "At most 500" in refused.value.remedy
        assert await on.rows.open() == ()
        assert on.server.asked == []
        assert await on.rows.of_session(SESSION) == ()
        await on.say("x" * 500, reply_to("ben"))
