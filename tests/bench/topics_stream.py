"""A made-up stream: people chatting in several languages, and things that happen among them.

Law: the same numbers give the same stream; nobody in it exists, and no word of it was ever said.
Chatter has a vocabulary that never stops growing, evergreen tags, mornings and nights, bots who
say one thing over and over. Things that happen begin at once, or nearly, and fade within hours;
people tell of each in words of their own, with its name, its tag or its link, or with none.
"""

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import exp, exp2, pi, sin
from pathlib import Path
from typing import Final


def _split(texts: dict[str, str]) -> dict[str, tuple[str, ...]]:
    return {lang: tuple(text.split()) for lang, text in texts.items()}


HOUR_S: Final = 3_600.0
BEGUN_S: Final = 1_790_000_000.0
"""The first moment of every stream."""
_MINUTE_S: Final = 60.0
_SYLLABLES: Final = _split(
    {
        "en": "ter ing ble mor dan sho wick ry lo fen ash ton mar ly cro hed",
        "de": "scha ber keit lun gro uß wen tei für zo häu rin gel pfa stü ner",
        "es": "ción ña ra lle tor pue da mi quo sal bre ga ñor vi cha jos",
        "ru": "ста во ре ми на гор лё ки пу зда ша тел бы ро вка сен",  # noqa: RUF001 - Russian
        "ja": "海 風 駅 猫 本 町 花 雪 茶 橋 山 月 星 森 魚 声",
        "ar": "سلا مد نور بح ري كت اب شم سي قم رو فج در يا حل عم",
    }
)
_SMALL: Final = _split(
    {
        "en": "the and of to in is it for on that with was",
        "de": "und der die das in ist ein nicht mit auf zu von",
        "es": "de la que el en y los se por un con no",
        "ru": "и в не на что я с он как это по но",  # noqa: RUF001 - Russian
        "ja": "は が を に で と も の から まで です ます",
        "ar": "في من على إلى أن لا ما هذا مع كان عن هل",
    }
)
_SPOKEN: Final = ("en", "en", "en", "en", "en", "de", "es", "es", "ru", "ja", "ja", "ar")
"""As often as each is heard."""
_EVERGREEN: Final = (
    "art",
    "cats",
    "music",
    "photo",
    "garden",
    "quote",
    "monday",
    "coffee",
    "books",
    "gaming",
    "recipes",
    "running",
    "film",
    "nature",
)
_SOURCES: Final = ("Bluesky", "Bluesky", "Bluesky", "Mastodon")
_PUBLISHERS: Final = tuple(
    f"The {name}" for name in ("Quay", "Lantern", "Courier", "Mast", "Wharf", "Bell")
)
_COMMON, _NAMES, _PEOPLE = 3_000, 600, 40_000
_RISE_S: Final = 900.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a stream is like."""

    hours: float = 30.0
    posts_per_hour: float = 3_000.0
    events: int = 24
    quiet_hours: float = 8.0
    """Before anything happens."""
    headlines_per_hour: float = 0.0
    seed: int = 1

    @property
    def end_s(self) -> float:
        """When it is over."""
        return BEGUN_S + self.hours * HOUR_S


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens."""

    key: str
    begun_s: float
    language: str
    name: str
    tag: str
    words: tuple[str, ...]
    links: tuple[str, ...]
    per_hour: float
    """Posts in its busiest hour, about."""
    half_life_s: float

    def rate(self, at_s: float) -> float:
        """Give how many posts a second there are of it."""
        age_s = at_s - self.begun_s
        if age_s < 0:
            return 0.0
        risen = 1.0 - exp(-age_s / _RISE_S)
        return self.per_hour / HOUR_S * risen * exp2(-age_s / self.half_life_s)


@dataclass(frozen=True, slots=True)
class Made:
    """One post or headline, and what it is of."""

    id: str
    ts: float
    text: str
    author: str
    source: str
    lang: str
    event: str = ""
    """The event's key; empty of chatter. It is not written out."""
    title: str = ""
    url: str = ""

    def row(self) -> dict[str, object]:
        """Give the line that is replayed."""
        row: dict[str, object] = {"id": self.id, "ts": self.ts, "text": self.text}
        row |= {"author": self.author, "source": self.source, "lang": self.lang}
        return row | ({"title": self.title, "url": self.url} if self.title else {})


class Stream:
    """A stream by its plan; can be gone through more than once."""

    def __init__(self, plan: Plan) -> None:
        """Make up words, names and events."""
        self.plan = plan
        chance = random.Random(plan.seed)  # noqa: S311 - nothing here is secret
        self._words = {lang: _vocabulary(chance, lang, _COMMON) for lang in _SYLLABLES}
        self._names = [_name(chance, chance.choice(("en", "de", "es"))) for _ in range(_NAMES)]
        self.events = tuple(self._event(chance, n) for n in range(plan.events))

    def __iter__(self) -> Iterator[Made]:
        """Give all of it, oldest first."""
        chance = random.Random(self.plan.seed + 1)  # noqa: S311
        number = 0
        for minute in range(round(self.plan.hours * 60)):
            at_s = BEGUN_S + minute * _MINUTE_S
            told = [*self._chatter(chance, at_s), *self._telling(chance, at_s)]
            told += self._headlines(chance, at_s)
            moments = sorted(round(at_s + _MINUTE_S * chance.random(), 3) for _ in told)
            chance.shuffle(told)
            for ts, (event, lang, author, text, title, url) in zip(moments, told, strict=True):
                source = chance.choice(_PUBLISHERS if title else _SOURCES)
                yield Made(f"p{number}", ts, text, author, source, lang, event, title, url)
                number += 1

    def _event(self, chance: random.Random, number: int) -> Event:
        plan = self.plan
        share = (number + chance.random() * 0.8) / max(1, plan.events)
        lang = chance.choice(("en", "en", "de", "es", "ru", "ja"))
        name = _name(chance, lang)
        host = f"{_word(chance, 'en', 2)}.example"
        return Event(
            key=f"e{number}",
            begun_s=BEGUN_S + (plan.quiet_hours + share * (plan.hours - plan.quiet_hours)) * HOUR_S,
            language=lang,
            name=name,
            tag="".join(name.split())[:14] if chance.random() < 0.5 else _word(chance, lang, 3),
            # What happens is told in words that everybody has, and one or two that are its own.
            words=(*chance.sample(self._words[lang][50:1_500], 5), _word(chance, lang, 4)),
            links=tuple(f"https://{host}/{number}/{n}" for n in range(3)),
            per_hour=plan.posts_per_hour * 10 ** chance.uniform(-2.4, -1.1),
            half_life_s=chance.uniform(1.0, 3.0) * HOUR_S,
        )

    def _chatter(self, chance: random.Random, at_s: float) -> "Iterator[_Told]":
        day = (at_s / HOUR_S) % 24
        expected = self.plan.posts_per_hour / 60 * (1 + 0.5 * sin(pi * (day - 8) / 12))
        for _ in range(_about(chance, expected)):
            lang = chance.choice(_SPOKEN)
            author = f"u{int(_PEOPLE * chance.random() ** 2)}"  # some say more than others
            if chance.random() < 0.01:
                bot = chance.randrange(12)
                yield "", "en", f"bot{bot}", f"win now number {bot} #win #free #deal", "", ""
                continue
            parts = self._sentence(chance, lang, chance.randrange(5, 16))
            if chance.random() < 0.25:
                # In the morning people say so.
                greets = 6 <= day < 9 and chance.random() < 0.3
                tag = "goodmorning" if greets else _EVERGREEN[_zipf(chance, len(_EVERGREEN))]
                parts.append(f"#{tag}")
            if chance.random() < 0.12:
                parts.append(f"https://{_word(chance, 'en', 2)}.example/{chance.getrandbits(32):x}")
            yield "", lang, author, _joined(lang, parts), "", ""

    def _sentence(self, chance: random.Random, lang: str, length: int) -> list[str]:
        words, small = self._words[lang], _SMALL[lang]
        parts = []
        for _ in range(length):
            kind = chance.random()
            if kind < 0.45:
                parts.append(small[_zipf(chance, len(small))])
            elif kind < 0.93:
                parts.append(words[_zipf(chance, _COMMON)])
            elif kind < 0.96:
                parts.append(self._names[_zipf(chance, _NAMES)])
            else:
                parts.append(_word(chance, lang, 5))  # which nobody has said before
        return parts

    def _telling(self, chance: random.Random, at_s: float) -> "Iterator[_Told]":
        for event in self.events:
            rate = event.rate(at_s)
            if rate * HOUR_S < 0.5:
                continue
            for _ in range(_about(chance, rate * _MINUTE_S)):
                yield self._tell(chance, event)

    def _tell(self, chance: random.Random, event: Event) -> "_Told":
        lang = event.language
        parts = self._sentence(chance, lang, chance.randrange(3, 9))
        parts += chance.sample(event.words, chance.randrange(1, 4))
        if chance.random() < 0.5:
            parts.append(event.name)
        chance.shuffle(parts)
        if chance.random() < 0.35:
            parts.append(f"#{event.tag}")
        if chance.random() < 0.25:
            parts.append(event.links[_zipf(chance, len(event.links))])
        return event.key, lang, f"u{chance.randrange(_PEOPLE)}", _joined(lang, parts), "", ""

    def _headlines(self, chance: random.Random, at_s: float) -> "Iterator[_Told]":
        if not self.plan.headlines_per_hour:
            return
        for _ in range(_about(chance, self.plan.headlines_per_hour / 60)):
            words = self._sentence(chance, "en", 8)
            yield self._headline(chance, "", words)
        for event in self.events:
            if 0 <= at_s - event.begun_s < 40 * _MINUTE_S and chance.random() < 0.2:
                words = [event.name, *chance.sample(event.words, 4)]
                yield self._headline(chance, event.key, words)

    def _headline(self, chance: random.Random, event: str, words: list[str]) -> "_Told":
        url = f"https://{_word(chance, 'en', 2)}.example/news/{chance.getrandbits(32):x}"
        return event, "", "", "", " ".join(words), url


_Told = tuple[str, str, str, str, str, str]
"""Event, language, author, text, title, address."""


def write(made: Iterable[Made], file: Path) -> int:
    """Write lines that can be replayed; give how many."""
    count = 0
    with file.open("w", encoding="utf-8") as lines:
        for one in made:
            lines.write(json.dumps(one.row(), ensure_ascii=False))
            lines.write("\n")
            count += 1
    return count


def _vocabulary(chance: random.Random, lang: str, size: int) -> list[str]:
    words: dict[str, None] = {}
    while len(words) < size:
        words[_word(chance, lang, 2 + (len(words) > 200))] = None
    return list(words)


def _word(chance: random.Random, lang: str, syllables: int) -> str:
    return "".join(chance.choices(_SYLLABLES[lang], k=syllables))


def _name(chance: random.Random, lang: str) -> str:
    between = "" if lang in {"ja", "ar"} else " "
    return between.join(_word(chance, lang, 3).capitalize() for _ in range(2))


def _joined(lang: str, parts: list[str]) -> str:
    """Write a sentence; in Japanese only what is no word stands apart."""
    if lang != "ja":
        return " ".join(parts)
    return "".join(f" {part} " if part[0] in "#h" else part for part in parts).strip()


def _zipf(chance: random.Random, size: int) -> int:
    """Choose a place, the first ones most often."""
    return int(float(size) ** chance.random()) - 1


def _about(chance: random.Random, expected: float) -> int:
    """Give a count that varies as chance does."""
    return max(0, round(chance.gauss(expected, expected**0.5)))
