"""Where things are kept: the only module that names a directory."""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec
import platformdirs


class Paths(msgspec.Struct, frozen=True):
    """The directories of one user."""

    config_file: Path
    data: Path
    """The private file, the practice board, and the commons where it is not shared."""
    cache: Path

    @property
    def feeds_file(self) -> Path:
        """Which feeds are followed."""
        return self.config_file.with_name("feeds.toml")

    @property
    def accounts_file(self) -> Path:
        """Who we are on the networks; no secrets."""
        return self.config_file.with_name("accounts.toml")

    @property
    def secrets_file(self) -> Path:
        """Sign-ins, unless a keyring keeps them."""
        return self.data / "secrets.json"

    @property
    def private_file(self) -> Path:
        """Drafts, outbox, sessions, comments to us, people."""
        return self.data / "private.db"

    @property
    def cache_file(self) -> Path:
        """Topics and strangers' threads."""
        return self.cache / "cache.db"

    @property
    def lease_file(self) -> Path:
        """Whoever has it locked is the one who writes."""
        return self.data / "lease.lock"

    @property
    def commons(self) -> Path:
        """The commons of somebody who shares none."""
        return self.data / "commons"

    @property
    def practice(self) -> Path:
        """Everything of a practice session, which is swept away after it."""
        return self.data / "practice"

    @property
    def log_file(self) -> Path:
        """What went wrong, for whoever mends it; no words of anybody."""
        return self.data / "chinwag.log"


def own_paths() -> Paths:
    """Give the directories of the user who runs this, as their system has them."""
    return Paths(
        config_file=platformdirs.user_config_path("chinwag") / "config.toml",
        data=platformdirs.user_data_path("chinwag"),
        cache=platformdirs.user_cache_path("chinwag"),
    )


def make_private(directory: Path) -> None:
    """Make a directory that only its owner can look into, and keep it so.

    Raises:
        OSError: it cannot be made, or it belongs to somebody else.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if directory.stat().st_mode & 0o077:
        directory.chmod(0o700)


def shown_path(path: Path, environment: Mapping[str, str] = os.environ) -> str:
    """Shorten a path below the home directory, for sentences."""
    home = environment.get("HOME", "")
    text = str(path)
    return f"~{text[len(home) :]}" if home and text.startswith(f"{home}/") else text
