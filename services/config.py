"""What a person has chosen: ``config.toml``, read whole and written back with its comments.

Law: no secret is ever in it. A file that cannot be read is an error with its line, never a
silent default.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Any

import msgspec

from services.errors import ConfigError
from services.model.news_sources import NewsSource, SourceKind
from services.paths import make_private, shown_path
from services.text.clean import clean_line
from services.text_file import replace_file

_BEFORE = "hackernews"
"""What of ``[news]`` said in earlier versions whether Hacker News is read."""


class CommonsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How we are on the commons."""

    joined: bool = False
    """Whether we take part; asked once."""
    hidden: bool = False
    """Whether our presence is not shown to others."""


class NewsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether publishers are read."""

    asked: bool = False
    """Whether the question was answered; nothing is fetched before it was."""
    reads: bool = False
    """What was answered: whether the feeds of ``feeds.toml`` are read."""
    sources: tuple[NewsSource, ...] = ()
    """What is read beside them; in the file by names, as ``mastodon-trends:mastodon.social``."""


class HackerNewsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who we are on Hacker News."""

    user: str = ""
    """The name there; answers to it are read as comments. Empty where we are nobody."""
    address: str = ""
    """Where its API is asked, if not at its own place: a mirror."""


class SecretsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where sign-ins are kept."""

    keyring: bool = False
    """Whether the keyring of the desktop keeps them, rather than a file."""


class DoorConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be reached."""

    named_hosts: tuple[str, ...] = ()
    """Hosts, or ``host:port``, that may be private: on this machine or in this house."""


class TopicsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which topics we want to see."""

    follow: tuple[str, ...] = ()
    """Tags with their sign, and words: a topic that speaks of one is raised, and says so."""
    mute: tuple[str, ...] = ()
    """Tags with their sign, and words: a topic that speaks of one is left out."""
    adult: bool = False
    """Whether what is for adults may be raised."""


class FirehoseConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which streams of public posts are read; none unless somebody wants it."""

    sources: tuple[str, ...] = ()
    """By names: ``jetstream``, ``jetstream:wss://host/path``, ``mastodon:mastodon.social``."""
    languages: tuple[str, ...] = ()
    """Only posts in these, as ``en``; all without one."""
    words: tuple[str, ...] = ()
    """Only posts that hold one of these; all without one."""
    per_s_at_most: Annotated[int, msgspec.Meta(ge=1, le=20_000)] = 3_000
    """Of more posts a second only some are looked at, evenly, and that is said."""


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be chosen."""

    theme: str = "hearth"
    minutes: Annotated[int, msgspec.Meta(ge=1, le=180)] = 20
    """As many as a session may last."""
    rhythm: str = "reply-first"
    own_sites: tuple[str, ...] = ()
    """Hosts of our own, so that linking to them in a topic is pointed out."""
    commons: CommonsConfig = CommonsConfig()
    news: NewsConfig = NewsConfig()
    hackernews: HackerNewsConfig = HackerNewsConfig()
    door: DoorConfig = DoorConfig()
    secrets: SecretsConfig = SecretsConfig()
    topics: TopicsConfig = TopicsConfig()
    firehose: FirehoseConfig = FirehoseConfig()


def read_config(path: Path) -> Config:
    """Read the configuration; the defaults where there is no file.

    Raises:
        ConfigError: it is not TOML, or says something that means nothing.
    """
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return Config()
    except OSError as error:
        raise ConfigError(
            f"{shown_path(path)} cannot be read: {error.strerror}.", "Check who owns it."
        ) from error
    try:
        return msgspec.convert(_read_news(tomllib.loads(text.decode())), Config)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(
            f"{shown_path(path)} cannot be used: {clean_line(str(error))}.",
            "Mend that line, or move the file away to start anew.",
        ) from error


def save_config(path: Path, config: Config) -> None:
    """Write the configuration, keeping comments and what others wrote around it.

    Raises:
        ConfigError: it cannot be written; the file is as it was.
    """
    import tomlkit  # noqa: PLC0415 - 50 ms, and only who changes a setting needs it

    try:
        make_private(path.parent)
        document = tomlkit.parse(path.read_text("utf-8")) if path.exists() else tomlkit.document()
        _merge(document, _written(config))
        document["news"].pop(_BEFORE, None)
        replace_file(path, tomlkit.dumps(document))
    except (tomlkit.exceptions.TOMLKitError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{shown_path(path)} cannot be changed: {clean_line(str(error))}.",
            "Mend that line; the setting holds until you leave.",
        ) from error
    except OSError as error:
        raise ConfigError(
            f"{shown_path(path)} cannot be written: {error.strerror}.",
            "The setting holds until you leave.",
        ) from error


def _read_news(document: dict[str, Any]) -> dict[str, Any]:
    """Give a document in which the sources of headlines are values, not names.

    Raises:
        ValidationError: a name means nothing.
    """
    news = document.get("news")
    if not isinstance(news, dict):
        return document
    named = msgspec.convert(news.get("sources", ()), tuple[str, ...])
    before = msgspec.convert(news.get(_BEFORE, False), bool)
    try:
        found = [NewsSource.parse(name) for name in named]
    except ValueError as error:
        raise msgspec.ValidationError(f"{error} - at `$.news.sources`") from error
    if before:
        found.append(NewsSource(SourceKind.HACKERNEWS))
    values = [msgspec.to_builtins(one) for one in {one.feed: one for one in found}.values()]
    kept = {key: value for key, value in news.items() if key != _BEFORE}
    return {**document, "news": {**kept, "sources": values}}


def _written(config: Config) -> dict[str, Any]:
    """Give what stands in the file for a configuration."""
    values: dict[str, Any] = msgspec.to_builtins(config)
    values["news"]["sources"] = tuple(str(one) for one in config.news.sources)
    return values


def _merge(table: Any, values: dict[str, Any]) -> None:  # noqa: ANN401 - tomlkit's own containers
    import tomlkit  # noqa: PLC0415 - as above

    for key, value in values.items():
        if isinstance(value, dict):
            if key not in table:
                table[key] = tomlkit.table()
            _merge(table[key], value)
        elif table.get(key) != value:
            table[key] = list(value) if isinstance(value, tuple) else value
