"""What a post speaks of, in a form that others share: words, pairs of words, tags, links.

Law: pure, knows no language, and is linear in the length of a text. A tag is the word that it is,
and where it is several words in one, these as well; what only holds sentences together says
nothing. A script that puts no space between words is read in pairs of letters.
"""
# ruff: noqa: SIM905  (a list that reads as prose)

import re
import unicodedata
from functools import lru_cache
from sys import intern
from typing import Final

import msgspec

from services.topics.links import canonical_link
from services.topics.small_words import SMALL_WORDS

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
_KEY_CHARS: Final = 60
_STEMMED: Final = 5
"""Letters from which on a last `s` only bends a word."""

_UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\U00020000-\U0003ffff"
)
_URL = re.compile(r"https?:\S*", re.IGNORECASE)
_TOKEN = re.compile(
    rf"@[\w.@-]+|[{_UNSPACED}]+"
    rf"|#?(?:(?![{_UNSPACED}_])[\w\u0300-\u036f\u0900-\u0dff])"
    rf"(?:(?![{_UNSPACED}])[\w\u0300-\u036f\u0900-\u0dff'\u2019])*"
    r"|[.!?:;|,\"\u201c\u201d()]"
)
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")
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
    """Each once, at most ``FEATURES_AT_MOST``."""
    key: str
    """The same for copies, whoever they are sent on by."""


def features_of(body: str, tags: tuple[str, ...] = (), links: tuple[str, ...] = ()) -> Features:
    """Take a post apart."""
    plain = _ENTITY.sub(" ", body[:_CHARS_READ])
    found: dict[str, None] = {}
    said: list[str] = []
    tokens = _TOKEN.findall(_URL.sub(" . ", plain))
    is_stuffed = sum(token[0] == "#" for token in tokens) > _TAGS_AT_MOST
    last = ""
    for token in tokens:
        if not (token[0].isalnum() or token[0] == "#"):
            last = ""
        elif _IS_UNSPACED.match(token):
            found.update(dict.fromkeys(pairs_of(token)))
            said.append(token)
            last = ""
        else:
            last = _add_word(token, last, found, said, is_stuffed=is_stuffed)
    if not is_stuffed:
        for tag in tags[:_TAGS_AT_MOST]:
            if (word := word_of(tag)) and _tells(word):
                found[word] = None
    names = [*_links_of(plain, links), *found]
    return Features(tuple(map(intern, names[:FEATURES_AT_MOST])), " ".join(said)[:_KEY_CHARS])


@lru_cache(maxsize=WORDS_REMEMBERED)
def word_of(token: str) -> str:
    """Give a word in the form in which it is the same whoever writes it."""
    word = token.lstrip("#").casefold().replace("\u2019", "'")
    if not word.isascii():
        apart = unicodedata.normalize("NFKD", word)
        bare = "".join(letter for letter in apart if not "\u0300" <= letter <= "\u036f")
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


def _add_word(
    token: str, last: str, found: dict[str, None], said: list[str], *, is_stuffed: bool
) -> str:
    """Add what a word says; gives the word that the next one may make a pair with."""
    is_tag = token[0] == "#"
    word = word_of(token)
    if word != "rt":
        said.append(word)
    if not _tells(word):
        # A short word does not part a name: Santiago de Compostela.
        return "" if len(word) > _LETTERS_AT_LEAST or word.isdigit() else last
    if is_tag and is_stuffed:
        return ""
    found[word] = None
    if is_tag:
        found.update(dict.fromkeys(parts_of(token)))
    if last and last != word:
        found[f"{last}{PAIR}{word}"] = None
    return word


@lru_cache(maxsize=WORDS_REMEMBERED)
def _tells(word: str) -> bool:
    if word.isdigit():
        return len(word) == _YEAR
    is_long = _LETTERS_AT_LEAST <= len(word) <= _LETTERS_AT_MOST
    is_long = is_long or (len(word) > 1 and not word.isascii())
    return is_long and word not in SMALL_WORDS and word not in _MORE_SMALL and len(set(word)) > 1


def _links_of(plain: str, links: tuple[str, ...]) -> list[str]:
    """Give the links of a post in one form."""
    said = links or tuple(one.rstrip(".,;:!?'\")\u2026") for one in _URL.findall(plain))
    known = (canonical_link(link[:2_000]) for link in said[:_TAGS_AT_MOST])
    return [f"{LINK}{link}" for link in dict.fromkeys(known) if link and "/" in link]
