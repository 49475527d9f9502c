"""What a post speaks of, in a form that others share: words, pairs of words, tags, links.

Law: pure, knows no language, and is linear in the length of a text. A tag is the word that it is,
and where it is several words in one, these as well; what only holds sentences together says
nothing. A script that puts no space between words is read in pairs of letters.
"""
# ruff: noqa: SIM905  (a list that reads as prose)

import re
import unicodedata
from enum import Enum, auto
from functools import lru_cache
from sys import intern
from typing import Final

import msgspec

from services.topics.links import canonical_link
from services.topics.small_words import SMALL_WORDS
from services.topics.unspaced import IS_UNSPACED, UNSPACED

FEATURES_AT_MOST: Final = 40
WORDS_REMEMBERED: Final = 30_000
"""Taken apart once: most of what is said is said in the same words."""
LINK: Final = "\u2192"
"""Before a link, so that it is told from a word."""
PAIR: Final = " "
"""Between two words that stand beside each other."""
_CHARS_READ: Final = 3_000
_LETTERS_AT_LEAST: Final = 3
_LETTERS_AT_MOST: Final = 40
_YEAR: Final = 4
"""Digits that may be a year, or a flight; other numbers say nothing by themselves."""
_TAGS_AT_MOST: Final = 8
"""Whoever puts more to a post wants it found, and says little with each."""
_WIDE_SIGN: Final = "\uff03"
"""The sign of a tag as it is written among letters as wide."""
_KEY_CHARS: Final = 60
_SENT_ON: Final = "rt"
"""Put before what somebody else said, by hand; it is no word of it."""
_CHARS_TAKEN: Final = 64
"""Of one word; a longer one is none."""
_STEMMED: Final = 5
"""Letters from which on a last `s` only bends a word."""

_POINTS = r"\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670"
"""Accents, and the signs that some put to Hebrew and Arabic letters, and most leave out."""
_SIGNS = rf"{_POINTS}\u0900-\u0dff"
"""What stands over, under and after letters, and is part of the word."""
_MARKS = re.compile(rf"[{_POINTS}\u0640]")
"""Points, and the line that only makes an Arabic word longer."""
URL = re.compile(r"https?:\S*", re.IGNORECASE)
_TOKEN = re.compile(
    rf"@[\w.@-]+|[{UNSPACED}]+"
    rf"|#?(?:(?![{UNSPACED}_])[\w{_SIGNS}])"
    rf"(?:(?![{UNSPACED}])[\w{_SIGNS}'\u2019])*"
    r"|[.!?:;|,\"\u201c\u201d()]"
)
_SPACED_TOKEN = re.compile(
    rf"@[\w.@-]+|#?(?:[^\W_]|[{_SIGNS}])[\w{_SIGNS}'\u2019]*|[.!?:;|,\"\u201c\u201d()]"
)
"""The same, and faster, where no letter of such a script is."""
_RUN_TAG = re.compile(rf"#[{UNSPACED}]+")
"""A tag in such a script, which is read as any other letters of it are."""
_HUMPS = re.compile(
    r"(?<=[a-z\u00df-\u00f6\u00f8-\u00ff])(?=[A-Z\u00c0-\u00d6\u00d8-\u00de])"
    r"|(?<=[A-Z])(?=[A-Z][a-z])|_"
)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|nbsp);")
_MORE_SMALL: Final = frozenset(
    """
    amp rt via pls lol omg wow yeah gonna wanna ive dont didnt doesnt isnt cant wont thats youre
    theyre hes shes lets got getting going know think see look need want good great love day right
    """.split()
)
"""Words of talk, which headlines have no use for."""


class Features(msgspec.Struct, frozen=True, gc=False):
    """A post taken apart."""

    names: tuple[str, ...]
    """Each once, links first, at most ``FEATURES_AT_MOST``."""
    key: str
    """The same for copies, whoever they are sent on by."""


def features_of(body: str, tags: tuple[str, ...] = (), links: tuple[str, ...] = ()) -> Features:
    """Take a post apart."""
    plain = body[:_CHARS_READ]
    if "&" in plain:
        plain = _ENTITY.sub(" ", plain)
    if _WIDE_SIGN in plain:
        plain = plain.replace(_WIDE_SIGN, "#")
    has_links = ":" in plain
    text = URL.sub(" . ", plain) if has_links else plain
    tokens = _tokens_of(text)
    is_stuffed = len(tags) > _TAGS_AT_MOST or _is_stuffed(text, tokens)
    found: dict[str, None] = {}
    said = _add(tokens, found, is_stuffed=is_stuffed)
    if is_stuffed and _RUN_TAG.search(text):
        found = {}
        _add(_tokens_of(_RUN_TAG.sub(" . ", text)), found, is_stuffed=True)
    if not is_stuffed:
        for tag in tags:
            _add(_tokens_of(f"#{tag[:_CHARS_TAKEN]}"), found, is_stuffed=False)
    names = (*(_links_of(plain, links) if links or has_links else ()), *found)
    return Features(names[:FEATURES_AT_MOST], " ".join(said)[:_KEY_CHARS])


def word_of(token: str) -> str:
    """Give a word in the form in which it is the same whoever writes it."""
    word = token.lstrip("#").casefold().replace("\u2019", "'")
    if not word.isascii():
        bare = _MARKS.sub("", unicodedata.normalize("NFKD", word))
        word = unicodedata.normalize("NFC", bare)
    word = word.removesuffix("'s").replace("'", "")
    if len(word) >= _STEMMED and word[-1] == "s" and word[-2] not in "su":
        word = word[:-1]
    return word


def parts_of(tag: str) -> list[str]:
    """Give the words that a tag is made of, where its letters show them."""
    parts = _HUMPS.split(tag.lstrip("#")) if _HUMPS.search(tag) else []
    return [word for part in parts if _tells(word := word_of(part)) and not word.isdigit()]


def pairs_of(run: str) -> list[str]:
    """Give the pairs of letters of a run of a script without spaces."""
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _tokens_of(plain: str) -> list[str]:
    is_spaced = plain.isascii() or not IS_UNSPACED.search(plain)
    return (_SPACED_TOKEN if is_spaced else _TOKEN).findall(plain)


def _add(tokens: list[str], found: dict[str, None], *, is_stuffed: bool) -> list[str]:
    """Add what tokens say; gives the words that are said."""
    said: list[str] = []
    last = ""
    for token in tokens:
        role, word = _read(token) if len(token) <= _CHARS_TAKEN else _read_long(token)
        if role is _STOP:
            last = ""
            continue
        if role is _SMALL:
            if word != _SENT_ON:
                said.append(word)
            # A short word does not part a name: Santiago de Compostela.
            last = "" if len(word) > _LETTERS_AT_LEAST or word.isdigit() else last
            continue
        said.append(word)
        if role is _RUN:
            found.update(dict.fromkeys(map(intern, pairs_of(word))))
            last = ""
            continue
        if role is _TAG:
            if is_stuffed:
                last = ""
                continue
            found.update(dict.fromkeys((word, *map(intern, parts_of(token[:_CHARS_TAKEN])))))
        else:
            found[word] = None
        if last and last != word:
            found[f"{last}{PAIR}{word}"] = None
        last = word
    return said


class _Role(Enum):
    """What a token is for."""

    STOP = auto()
    """What stands before it and after it does not belong together."""
    RUN = auto()
    """Letters of a script without spaces."""
    SMALL = auto()
    WORD = auto()
    TAG = auto()


_STOP, _RUN, _SMALL, _WORD, _TAG = _Role


def _read_long(token: str) -> tuple[_Role, str]:
    """Read a token of more letters than a word has; a run may have as many as it likes."""
    return (_RUN, token) if IS_UNSPACED.match(token) else _read(token[:_CHARS_TAKEN])


@lru_cache(maxsize=WORDS_REMEMBERED)
def _read(token: str) -> tuple[_Role, str]:
    """Tell what a token is for, and the word it is."""
    if not (token[0].isalnum() or token[0] == "#"):
        return _STOP, ""
    if IS_UNSPACED.match(token):
        return _RUN, token
    word = word_of(token)
    if not _tells(word):
        return _SMALL, word
    return (_TAG if token[0] == "#" else _WORD), intern(word)


def _tells(word: str) -> bool:
    if word.isdigit():
        return len(word) == _YEAR
    is_long = _LETTERS_AT_LEAST <= len(word) <= _LETTERS_AT_MOST
    is_long = is_long or (1 < len(word) <= _LETTERS_AT_MOST and not word.isascii())
    return is_long and word not in SMALL_WORDS and word not in _MORE_SMALL and len(set(word)) > 1


def _is_stuffed(text: str, tokens: list[str]) -> bool:
    if text.count("#") <= _TAGS_AT_MOST:
        return False
    tagged = sum(token[0] == "#" for token in tokens)
    return tagged + len(_RUN_TAG.findall(text)) > _TAGS_AT_MOST


def _links_of(plain: str, links: tuple[str, ...]) -> list[str]:
    """Give the links of a post in one form."""
    said = links or tuple(one.rstrip(".,;:!?'\")\u2026") for one in URL.findall(plain))
    known = (canonical_link(link[:2_000]) for link in said[:_TAGS_AT_MOST])
    return [_whole(f"{LINK}{link}") for link in dict.fromkeys(known) if link and "/" in link]


def _whole(text: str) -> str:
    """Give a text that can be kept: half a letter, which only a broken program sends, is none."""
    return intern(text.encode("utf-8", "replace").decode("utf-8"))
