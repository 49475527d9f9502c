"""What a host says of itself once it answers: addresses, accounts, passwords.

Law: values only; one line of JSON each, invented names, of no worth once the host has ended.
"""

from enum import StrEnum

from msgspec import Struct


class Name(StrEnum):
    """The hosts that there are."""

    BLUESKY = "bluesky"
    WORDPRESS = "wordpress"
    SNAC = "snac"


class Trouble(Exception):
    """A host cannot be had; its words are a sentence for whoever wanted it."""


class BlueskyPerson(Struct, frozen=True):
    """An account on the PDS, signed in with its main password."""

    handle: str
    did: str
    password: str
    access: str
    refresh: str


class BlueskyHost(Struct, frozen=True):
    """A whole AT Protocol network."""

    pds: str
    appview: str
    plc: str
    control: str
    """Our own: lets the index catch up, sets the topics, ages sessions."""
    appview_did: str
    admin: str
    """What the PDS takes as the password of its ``admin``."""
    bypass: dict[str, str]
    """Headers that lift the rate limits."""
    people: dict[str, BlueskyPerson]


class WordPressPerson(Struct, frozen=True):
    """A user of the blog; the password is an application password."""

    id: int
    name: str
    password: str


class WordPressHost(Struct, frozen=True):
    """A blog with one post, under which three people have commented; the last one is held."""

    url: str
    version: str
    owner: WordPressPerson
    """An administrator."""
    subscriber: WordPressPerson
    """May comment, may not moderate."""
    post: int
    comments: list[int]


class SnacPerson(Struct, frozen=True):
    """An account with a token of its own app, of the scopes read and write."""

    name: str
    password: str
    token: str


class SnacHost(Struct, frozen=True):
    """A small server that speaks Mastodon's API."""

    url: str
    program: str
    """Where its binary is, to add people while it runs."""
    libraries: str
    data: str
    people: dict[str, SnacPerson]


type_of: dict[Name, type[BlueskyHost | WordPressHost | SnacHost]] = {
    Name.BLUESKY: BlueskyHost,
    Name.WORDPRESS: WordPressHost,
    Name.SNAC: SnacHost,
}
