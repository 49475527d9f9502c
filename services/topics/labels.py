"""What a person would call what is spoken of: its strongest name, and its tag.

Law: pure; as people write it, with their capitals, and never a bag of words. What is called by a
name says the name, what has none says two words that stand beside each other, or one.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from services.topics.features import LINK, PAIR, URL, pairs_of, word_of
from services.topics.unspaced import UNSPACED

NAMES_AT_MOST: Final = 6
_READ: Final = 40
"""Posts that are read for how things are written."""
_TAGGED: Final = 3
"""One post in so many writes a word as a tag: then it is one."""
_WORDS_BETWEEN: Final = 3
"""Small words between the two of a pair, as in Santiago de Compostela."""
_TOKEN = re.compile(r"#?[^\W_][\w'\u2019\u0300-\u036f\u0900-\u0dff]*")
_RUN = re.compile(rf"[{UNSPACED}]+")
_CHARS: Final = 60


def names_of(core: Sequence[str], bodies: Iterable[str]) -> tuple[str, ...]:
    """Give what holds posts together as they write it, the strongest first; tags with a sign.

    Words that a name or a run of letters holds already are not named again.
    """
    written = _Written(list(bodies)[:_READ])
    found: dict[str, None] = {}
    said: set[str] = set()
    runs = written.runs({one for one in core if _is_pair_of_letters(one)})
    for feature in core:
        if len(found) >= NAMES_AT_MOST:
            break
        if feature.startswith(LINK) or feature in said:
            continue
        if _is_pair_of_letters(feature):
            name = next((run for run in runs if feature in run), "")
            said.update(pairs_of(name))
        else:
            name = written.name(feature)
            said.update(feature.split(PAIR))
        if name:
            found[name[:_CHARS]] = None
    return tuple(found)


def label_of(names: Sequence[str], fallback: str) -> str:
    """Give what to call it: the first name, and the first tag where that says something else."""
    tag = next((name for name in names if name.startswith("#")), "")
    words = [name for name in names if not name.startswith("#")]
    large = [name for name in words if PAIR in name and name[0].isupper()]
    large += [name for name in words if name[:1].isupper()]
    name = next(iter([*large, *words]), "")
    if not name:
        return tag or fallback[:_CHARS]
    if not tag or _squeezed(name) in _squeezed(tag) or _squeezed(tag) in _squeezed(name):
        return tag if tag and len(_squeezed(tag)) > len(_squeezed(name)) else name
    return f"{name} {tag}"


class _Written:
    """How posts write things."""

    def __init__(self, bodies: list[str]) -> None:
        """Read posts."""
        self._plain = [URL.sub(" ", body) for body in bodies]
        self._tokens = [_TOKEN.findall(body) for body in self._plain]
        self._words = [[word_of(token) for token in tokens] for tokens in self._tokens]
        self._forms: dict[str, Counter[str]] = {}
        for tokens, words in zip(self._tokens, self._words, strict=True):
            for token, word in zip(tokens, words, strict=True):
                self._forms.setdefault(word, Counter())[_bare(token)] += 1

    def name(self, feature: str) -> str:
        """Give the form in which a word, or two that stand together, are written mostly."""
        if PAIR in feature:
            return self._pair(*feature.split(PAIR, 1))
        forms = self._forms.get(feature)
        if not forms:
            return ""
        tags = Counter({form: count for form, count in forms.items() if form.startswith("#")})
        if tags.total() * _TAGGED >= forms.total():
            return _first(tags)
        return _first(forms - tags)

    def runs(self, pairs: set[str]) -> list[str]:
        """Give the runs of letters that are made of these pairs, the ones most often said first."""
        found: Counter[str] = Counter()
        for body in self._plain:
            for match in _RUN.finditer(body):
                found.update(_chained(match[0], pairs))
        return sorted(found, key=lambda run: (-found[run] * (len(run) - 1), run))

    def _pair(self, first: str, last: str) -> str:
        forms: Counter[str] = Counter()
        for tokens, words in zip(self._tokens, self._words, strict=True):
            for at, word in enumerate(words):
                if word != first or last not in words[at + 1 : at + 1 + _WORDS_BETWEEN]:
                    continue
                end = words.index(last, at + 1)
                forms[PAIR.join(_bare(token).lstrip("#") for token in tokens[at : end + 1])] += 1
        return _first(forms)


def _chained(run: str, pairs: set[str]) -> list[str]:
    """Give the parts of a run in which every pair is one of these."""
    found: list[str] = []
    begin = 0
    for at in range(len(run)):
        if at + 1 < len(run) and run[at : at + 2] in pairs:
            continue
        if at > begin:
            found.append(run[begin : at + 1])
        begin = at + 1
    return found


def _first(forms: Counter[str]) -> str:
    """Give the form that is written most often; of equal ones the one with capitals."""
    return min(forms, key=lambda form: (-forms[form], form)) if forms else ""


def _bare(token: str) -> str:
    """Give a word without what only bends it to the sentence."""
    return re.sub(r"['\u2019]s?$", "", token)


def _squeezed(name: str) -> str:
    return "".join(word_of(part) for part in name.split())


def _is_pair_of_letters(feature: str) -> bool:
    return len(feature) == len("ab") and bool(_RUN.fullmatch(feature))
