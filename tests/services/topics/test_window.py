"""The posts that were heard lately, and which of them are copies."""

import pytest
from msgspec.structs import replace

from services.topics import window as module
from services.topics.window import WINDOW_S, Post, Window

NOW = 1_800_000_000.0


def a_post(
    key: str, at_s: float = NOW, text: str = "", features: tuple[str, ...] = ("weir",)
) -> Post:
    """Give a post by somebody else each time."""
    return Post(key, hash(key), features, text or key, 0, f"body of {key}", "Bluesky", at_s)


def a_window(*posts: Post) -> tuple[Window, list[str]]:
    """Give a window that has heard these, and what has left it."""
    left: list[str] = []
    window = Window(lambda post: left.append(post.key))
    for post in posts:
        window.add(post)
    return window, left


def groups(window: Window) -> dict[str, int]:
    """Give the group of each post."""
    return {post.key: post.group for post in window.posts.values()}


def an_hour_later(count: int = 3) -> list[Post]:
    """Give the posts by which it is an hour later."""
    return [a_post(f"late{n}", NOW + WINDOW_S + 1, features=("heron",)) for n in range(count)]


def test_what_is_older_than_the_window_leaves_it() -> None:
    """By the posts' own time, the oldest first; nothing of it stays."""
    window, left = a_window(a_post("b", NOW), a_post("a", NOW - 60), *an_hour_later())
    assert left == ["a", "b"]
    assert list(window.frequent) == ["heron"]
    assert set(window.numbers) == {"late0", "late1", "late2"}


def test_one_or_two_posts_from_the_future_make_nothing_old() -> None:
    """A third one does."""
    posts = [a_post(str(n), NOW) for n in range(5)]
    window, left = a_window(*posts, *an_hour_later(2))
    assert left == []
    assert window.newest_s == NOW
    window.add(a_post("third", NOW + WINDOW_S + 1))
    assert len(left) == 5


def test_nobody_alone_makes_anything_old() -> None:
    """However much one person writes from the future; each has one say."""
    ahead = [replace(one, author=7) for one in an_hour_later(9)]
    window, left = a_window(*[a_post(str(n), NOW) for n in range(5)], *ahead)
    assert left == []
    assert window.newest_s == NOW
    other, _ = a_window()
    other.restore(*window.state())
    for one in (window, other):
        for post in an_hour_later(2):
            one.add(replace(post, key=f"another {post.key}"))
        assert one.newest_s == NOW + WINDOW_S + 1


def test_what_comes_too_late_goes_straight_on() -> None:
    """And leaves no trace among copies."""
    window, left = a_window(*[replace(one, text="x") for one in an_hour_later()])
    late = a_post("old", NOW, text="x")
    window.add(late)
    assert left == ["old"]
    assert "old" not in window.numbers
    window.add(a_post("next", NOW + WINDOW_S + 2, text="x"))
    assert len(set(groups(window).values())) == 1


def test_copies_are_of_one_group() -> None:
    """Also when the first of them, or the last, is taken back or has grown old."""
    window, _ = a_window(*[a_post(key, NOW + n, "x") for n, key in enumerate("abcd")])
    window.withdraw("a")
    window.withdraw("d")
    window.add(a_post("e", NOW + 9, "x"))
    assert set(groups(window)) == {"b", "c", "e"}
    assert len(set(groups(window).values())) == 1
    for key in "bce":
        window.withdraw(key)
    window.add(a_post("f", NOW, "x"))
    assert groups(window)["f"] == 6 - 1


def test_what_retells_a_post_is_of_its_group() -> None:
    """What has some words in common is not."""
    told = ("weir", "otterham", "burst", "roof", "siren")
    window, _ = a_window(
        a_post("a", features=told),
        a_post("b", features=(*told[:4], "heron")),
        a_post("c", features=(*told[:2], "heron", "otter", "kiln")),
        a_post("d", features=told[:3]),
    )
    found = groups(window)
    assert found["a"] == found["b"]
    assert len({found["a"], found["c"], found["d"]}) == 3


def test_many_retellings_are_of_one_group() -> None:
    """However many there are, and although each puts something else to it."""
    told = ("buy", "cheap", "zorblat", "store", "today", "quick")
    window, _ = a_window(*[a_post(f"p{n}", NOW + n, features=(*told, f"n{n}")) for n in range(200)])
    assert set(groups(window).values()) == {0}


def test_a_window_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest leaves first."""
    monkeypatch.setattr(module, "POSTS_AT_MOST", 10)
    window, left = a_window(*[a_post(str(n), NOW + n % 7) for n in range(30)])
    assert len(window.posts) == len(window.numbers) == 10
    assert len(left) == 20
    assert min(post.at_s for post in window.posts.values()) >= NOW + 4


def test_what_is_taken_back_is_gone() -> None:
    """What is not known changes nothing."""
    window, left = a_window(*[a_post(str(n)) for n in range(3)])
    taken = window.withdraw("1")
    assert taken is not None
    assert taken.key == "1"
    assert window.withdraw("1") is None
    assert window.frequent == {}
    for post in an_hour_later():
        window.add(post)
    assert left == ["0", "2"]


def test_it_is_the_same_again() -> None:
    """And finds the same copies after it."""
    window, _ = a_window(*[a_post(str(n), NOW + n, "x" if n % 2 else "") for n in range(9)])
    window.withdraw("3")
    other, _ = a_window()
    other.restore(*window.state())
    for one in (window, other):
        one.add(a_post("next", NOW + 60, "x"))
    assert other.state() == window.state()
    assert other.frequent == window.frequent
