"""config.toml: read whole, written back with its comments, never guessed at."""

import os
from pathlib import Path

import msgspec
import pytest

from services.config import CommonsConfig, Config, NewsConfig, read_config, save_config
from services.errors import ConfigError
from services.model.news_sources import NewsSource, SourceKind

FULL = Config(
    theme="paper",
    minutes=30,
    rhythm="on-the-story",
    own_sites=("heron.example", "weir.example"),
    commons=CommonsConfig(joined=True, hidden=True),
    news=NewsConfig(
        asked=True,
        sources=(
            NewsSource(SourceKind.BLUESKY_TRENDS),
            NewsSource(SourceKind.MASTODON_TRENDS, "mastodon.social"),
        ),
    ),
)


def test_without_a_file_everything_is_as_usual(tmp_path: Path) -> None:
    """Nobody has to write one."""
    assert read_config(tmp_path / "config.toml") == Config()


@pytest.mark.parametrize("config", [Config(), FULL])
def test_what_is_saved_is_read(tmp_path: Path, config: Config) -> None:
    """In a directory of its own, for its owner alone, leaving nothing beside it."""
    path = tmp_path / "chinwag" / "config.toml"
    save_config(path, config)
    assert read_config(path) == config
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_comments_and_order_stay(tmp_path: Path) -> None:
    """Only the line that changed is another one."""
    path = tmp_path / "config.toml"
    path.write_text(
        '# mine\nminutes = 10  # short\ntheme = "hearth"\n\n[commons]\n# shy\nhidden = true\n'
    )
    save_config(path, msgspec.structs.replace(read_config(path), theme="paper"))
    lines = path.read_text().splitlines()
    assert lines[:3] == ["# mine", "minutes = 10  # short", 'theme = "paper"']
    assert "# shy" in lines
    assert read_config(path).commons.hidden


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"theme = 'paper'\nminutes = x", "line 2"),
        (b'minutes = "ten"', "minutes"),
        (b"minuts = 10", "minuts"),
        (b"[commons]\njoined = 3", "joined"),
        (b"commons = 3", "commons"),
        (b"news = 3", "news"),
        (b"[news]\nsources = 3", "array"),
        (b"[news]\nsources = [3]", "str"),
        (b"[news]\nhackernews = 'yes'", "bool"),
        (b"[news]\nsources = ['usenet']", "usenet is none of hackernews, bluesky-trends"),
        (b"[news]\nsources = ['mastodon-trends']", "names no server"),
        (b"[news]\nsources = ['mastodon-trends:a b']", "names no server"),
        (b"[news]\nsources = ['mastodon-trends:a.example:x']", "names no server"),
        (b"[news]\nsources = ['hackernews:a.example']", "stands alone"),
        (b"\xff\xfe", "utf-8"),
    ],
)
def test_a_file_that_means_nothing_is_refused(tmp_path: Path, text: bytes, says: str) -> None:
    """The sentence says which file and where in it; nothing falls back in silence."""
    path = tmp_path / "config.toml"
    path.write_bytes(text)
    with pytest.raises(ConfigError) as refused:
        read_config(path)
    assert "config.toml" in refused.value.what
    assert says in refused.value.what
    assert refused.value.remedy


def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    """A directory in its place is said."""
    with pytest.raises(ConfigError, match="cannot be read"):
        read_config(tmp_path)


def test_a_file_that_broke_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    """What somebody is editing by hand stays as they left it."""
    path = tmp_path / "config.toml"
    path.write_text("minutes = ")
    with pytest.raises(ConfigError, match="cannot be changed"):
        save_config(path, FULL)
    assert path.read_text() == "minutes = "


def test_a_place_that_takes_no_file_is_a_sentence(tmp_path: Path) -> None:
    """The file in the way of the directory stays."""
    (tmp_path / "chinwag").touch()
    with pytest.raises(ConfigError, match="cannot be written") as refused:
        save_config(tmp_path / "chinwag" / "config.toml", FULL)
    assert refused.value.remedy == "The setting holds until you leave."


def test_a_write_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old file stands whole, and no half of a new one lies beside it."""
    path = tmp_path / "config.toml"
    save_config(path, Config())
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="No space left"):
        save_config(path, FULL)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """Whoever keeps their settings elsewhere finds them changed there."""
    there = tmp_path / "elsewhere.toml"
    there.write_text("# kept\n")
    link = tmp_path / "chinwag" / "config.toml"
    link.parent.mkdir()
    link.symlink_to(there)
    save_config(link, FULL)
    assert link.is_symlink()
    assert there.read_text().startswith("# kept\n")
    assert read_config(link) == FULL


@pytest.mark.parametrize("minutes", [-4, 0, 181, 100_000])
def test_a_length_that_no_session_has_is_said(tmp_path: Path, minutes: int) -> None:
    """A session lasts 1 to 180 minutes, in the file as at the keys."""
    path = tmp_path / "config.toml"
    path.write_text(f"minutes = {minutes}\n")
    with pytest.raises(ConfigError, match="minutes"):
        read_config(path)


def test_what_an_earlier_version_wrote_still_means_the_same(tmp_path: Path) -> None:
    """Hacker News stays read or not, and once something else is chosen the old word is gone."""
    path = tmp_path / "config.toml"
    path.write_text("[news]\nasked = true\nreads = true # mine\nhackernews = true\n")
    config = read_config(path)
    lists = NewsSource(SourceKind.HACKERNEWS)
    assert config.news == NewsConfig(asked=True, reads=True, sources=(lists,))
    save_config(path, config)
    assert 'sources = ["hackernews"]' in path.read_text()
    assert "hackernews = true" not in path.read_text()
    assert "# mine" in path.read_text()
    none = msgspec.structs.replace(config.news, sources=())
    save_config(path, msgspec.structs.replace(config, news=none))
    assert read_config(path).news.sources == ()
    path.write_text("[news]\nasked = true\nhackernews = false\n")
    assert read_config(path).news == NewsConfig(asked=True)
    path.write_text("[news]\nhackernews = true\nsources = ['hackernews', 'bluesky-trends']\n")
    assert [str(one) for one in read_config(path).news.sources] == ["hackernews", "bluesky-trends"]
