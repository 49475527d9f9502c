"""``feeds.toml`` is read with its faults named, and written with its owner's words around it."""

from pathlib import Path

import pytest

from services.errors import ConfigError
from services.networks.feeds.subscriptions import (
    Subscription,
    add_subscriptions,
    canonical,
    read_subscriptions,
    remove_subscription,
    subscribe,
)

BY_HAND = """# What I read with my coffee.

[[feed]]
url = "https://lwn.net/headlines/rss"  # the one that pays off
name = "LWN"

# Birds.
[[feed]]
url = "http://herons.example/feed.xml"
"""


def made(url: str, name: str = "") -> Subscription:
    """Make a subscription that has to be one."""
    one = subscribe(url, name)
    assert one is not None
    return one


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file as somebody wrote it."""
    path = tmp_path / "feeds.toml"
    path.write_text(BY_HAND)
    return path


def test_feeds_are_read_in_their_order(file: Path) -> None:
    """Each with its name, or none; no file means no feeds."""
    assert read_subscriptions(file) == (
        made("https://lwn.net/headlines/rss", "LWN"),
        made("http://herons.example/feed.xml"),
    )
    assert read_subscriptions(file.with_name("none.toml")) == ()


def test_one_feed_has_one_id() -> None:
    """However it is spelled, by http or https; another path is another feed."""
    ids = {
        made(url).id
        for url in (
            "https://Herons.example:443/feed",
            "http://herons.example/feed",
            " https://herons.example/feed#top ",
        )
    }
    assert ids == {made("https://herons.example/feed").id}
    assert made("https://herons.example/other").id not in ids
    assert canonical("https://herons.example") == "https://herons.example/"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://a.example/f", "", "feed", "http://"])
def test_what_is_no_address_is_no_feed(url: str) -> None:
    """Nothing but http and https is ever asked for."""
    assert subscribe(url) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[feed]]\nurl = \n", "line 2"),
        ("[[feed]]\nurl = 'https://a.example/'\n\n[[feed]]\nname = 'b'\n", "at line 4"),
        ("[[feed]]\nurl = 'https://a.example/'\ntitle = 'b'\n", "at line 1"),
        ("# mine\n[[feed]]\nurl = 'file:///etc/passwd'\n", "“file:///etc/passwd” is no http"),
        ("# mine\n[[feed]]\nurl = 'file:///etc/passwd'\n", "at line 2"),
        ("feed = [{url = 'nonsense'}]\n", "in feed 1"),
        ("feeds = []\n", "unknown field"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    """A person has to find what to mend."""
    path = tmp_path / "feeds.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_subscriptions(path)
    assert says in caught.value.what
    assert caught.value.remedy


def test_what_is_no_text_is_an_error(tmp_path: Path) -> None:
    """Neither another encoding nor a directory is taken for no feeds at all."""
    path = tmp_path / "feeds.toml"
    path.write_bytes(b"\xff\xfe[")
    with pytest.raises(ConfigError, match="not UTF-8"):
        read_subscriptions(path)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_subscriptions(tmp_path)


def test_one_that_is_named_twice_is_followed_once(tmp_path: Path) -> None:
    """The first of them counts."""
    path = tmp_path / "feeds.toml"
    path.write_text(
        "[[feed]]\nurl='https://a.example/f'\nname='A'\n[[feed]]\nurl='http://a.example/f'\n"
    )
    assert [one.name for one in read_subscriptions(path)] == ["A"]


def test_more_feeds_come_after_what_is_there(file: Path) -> None:
    """Every character that somebody wrote stays; a feed that is there is not written again."""
    added = made("https://news.example/rss", "News [live]")
    add_subscriptions(file, (made("https://lwn.net/headlines/rss", "Other name"), added, added))
    assert file.read_text().startswith(BY_HAND)
    assert read_subscriptions(file)[2:] == (added,)
    before = file.read_bytes()
    add_subscriptions(file, (added,))
    assert file.read_bytes() == before


def test_the_first_feed_makes_the_file(tmp_path: Path) -> None:
    """Its directory as well, for its owner only."""
    path = tmp_path / "chinwag" / "feeds.toml"
    add_subscriptions(path, (made("https://a.example/f"),))
    assert read_subscriptions(path) == (made("https://a.example/f"),)
    assert path.parent.stat().st_mode & 0o077 == 0
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["feed = []\n", "feed = [{url = 'https://b.example/f'}]\n"])
def test_feeds_on_one_line_are_added_to(tmp_path: Path, text: str) -> None:
    """TOML has two ways to write a list of tables."""
    path = tmp_path / "feeds.toml"
    path.write_text(text)
    add_subscriptions(path, (made("https://a.example/f", "A"),))
    assert read_subscriptions(path)[-1] == made("https://a.example/f", "A")


def test_a_feed_is_taken_out_and_nothing_else(file: Path) -> None:
    """Comments and the other feed stay; the last one leaves a file without feeds."""
    remove_subscription(file, made("https://herons.example/feed.xml").id)
    assert [one.name for one in read_subscriptions(file)] == ["LWN"]
    assert file.read_text().startswith(
        '# What I read with my coffee.\n\n[[feed]]\nurl = "https://l'
    )
    assert "the one that pays off" in file.read_text()
    before = file.read_bytes()
    remove_subscription(file, made("https://elsewhere.example/").id)
    assert file.read_bytes() == before
    remove_subscription(file, made("https://lwn.net/headlines/rss").id)
    assert read_subscriptions(file) == ()
    add_subscriptions(file, (made("https://a.example/f"),))
    assert len(read_subscriptions(file)) == 1


def test_the_file_may_be_a_link(tmp_path: Path, file: Path) -> None:
    """People who keep their settings elsewhere keep their link."""
    link = tmp_path / "link.toml"
    link.symlink_to(file)
    add_subscriptions(link, (made("https://a.example/f"),))
    assert link.is_symlink()
    assert len(read_subscriptions(file)) == 3


def test_what_cannot_be_written_is_an_error_and_stays(tmp_path: Path) -> None:
    """A directory in the way of the file's own directory is said in a sentence."""
    (tmp_path / "chinwag").write_text("in the way")
    with pytest.raises(ConfigError, match="cannot be"):
        add_subscriptions(tmp_path / "chinwag" / "feeds.toml", (made("https://a.example/f"),))
    assert (tmp_path / "chinwag").read_text() == "in the way"


def test_what_the_disk_does_not_take_changes_nothing(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence says so, and no half of a file is left beside it."""

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ConfigError, match="No space left") as caught:
        add_subscriptions(file, (made("https://a.example/f"),))
    assert caught.value.remedy == "Which feeds are followed is as it was."
    assert file.read_text() == BY_HAND
    assert [one.name for one in file.parent.iterdir()] == ["feeds.toml"]
