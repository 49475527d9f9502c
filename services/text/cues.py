"""What a text sounds like: a question, a last word, bad news, praise that fits anything.

Law: pure and careful; where it is not sure it says no, since each answer moves a person in a
list or puts a line before an author. Words are matched whole, never inside others.
"""
# ruff: noqa: RUF001, SIM905  (words of several alphabets, and lists that read as prose)

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

from services.model.words import Safe
from services.text.grave import grave_words
from services.text.marks import MENTION, without_links

_LAST_WORDS_AT_MOST = 6
_PICTURES_AT_MOST = 12
_PRAISE_WORDS_AT_MOST = 14
_OPENING_WORDS_AT_MOST = 25

_QUESTION = re.compile(r"[?？؟՞⁇⁈⁉‽❓❔](?!\w)|¿\w|(?<=[\u0370-\u03ff\u1f00-\u1fff])[;\u037e]|⸮")
_OPENING = re.compile(
    r"(?:does any(?:one|body) (?:know|have|use)|do you (?:know|have|mean)"
    r"|(?:can|could) (?:you|any(?:one|body)|some(?:one|body)) (?:tell|explain|share|recommend|help)"
    r"|any(?:one|body) know|how (?:do|does|did|can|would) (?:i|you|we|one|it|they|that)"
    r"|where (?:do|can|did) (?:i|you|we)|what (?:do|did|would) you|why (?:do|does|did) (?:you|it))"
    r"\b"
)
_CODE = re.compile(r"`[^`\n]*`")
_QUOTED_LINE = re.compile(r"^>.*$", re.MULTILINE)
_LETTER = r"(?:[^\W_]|[\u0300-\u036f\u0900-\u0dff\u0e31-\u0e4e])"
_WORD = re.compile(rf"{_LETTER}+(?:['’]{_LETTER}+)*")

_CLOSERS: Final = frozenset(
    """
    thanks thank thx thnx ty tysm tnx cheers ok okay okey k kk lol haha hahaha hehe heh yep yup yes
    yeah indeed agreed noted understood gotcha cool nice great perfect same sure bye goodnight
    exactly true danke dankeschön merci gracias obrigado obrigada grazie bedankt dank tack takk tak
    kiitos dzięki dziękuję děkuji díky köszönöm köszi mulțumesc teşekkürler teşekkür sağol спасибо
    дякую благодаря ευχαριστώ شكرا شكراً תודה ありがとう ありがとうございます ありがとうございました
    谢谢 謝謝 多谢 多謝 감사합니다 고마워요 고마워 धन्यवाद शुक्रिया asante mahalo
    """.split()
)
_BESIDE_CLOSERS: Final = frozenset(
    """
    a again all alot and appreciated aw again alright answer answering appreciate as bunch dear
    detailed everyone explaining folks for friend good got ha heads help helpful helping helps hey
    hi i i'll info is it it's kind kindly link lot lots love mate me mille million much my now of
    oh one pointer quick really reply right sharing sir so super sweet taking that that's the then
    this tip to too up very welcome well will words wow y'all you your you're
    vielen schön sehr dir ihnen euch für die antwort beaucoup bien muchas mil muito mille tante
    molte je wel u hartelijk så mycket mange tusen paljon bardzo moc большое вам πολύ جزيلا רבה çok
    nagyon
    """.split()
)
_CLOSING_PHRASES: Final = frozenset(
    {
        "will do", "got it", "makes sense", "that makes sense", "sounds good", "sounds great",
        "good night", "no problem", "no worries", "take care", "fair enough", "see you", "you too",
        "me too", "of course", "all good", "i see", "my pleasure", "anytime", "talk soon",
        "will do thanks", "got it thanks", "no problem at all", "good point", "fair point",
        "you're welcome", "mach ich", "alles klar", "gern geschehen", "de nada", "de rien",
        "d'accord", "got it thank you",
    }
)  # fmt: skip

_PRAISE = r"""
    \b(?:
      (?:great|awesome|amazing|nice|excellent|fantastic|wonderful|good|brilliant|lovely|insightful
      |interesting|beautiful|superb)
      \ (?:post|article|thread|read|share|content|stuff|piece|work|insights?|points?|thoughts
      |writeup|job|info|photo|shot)
    | so\ true | well\ said | love\ (?:this|it) | (?:thanks|thank\ you)\ for\ (?:sharing|posting)
    | totally\ agree | (?:could\ not|couldn't|can't)\ agree\ more | spot\ on | so\ inspiring
    | this\ is\ (?:great|awesome|amazing|gold|so\ good|so\ true|everything) | this\ is\ the\ way
    | keep\ it\ up | keep\ up\ the\ (?:good|great)\ work
    | very\ (?:interesting|insightful|inspiring)
    )\b
    """
_PRAISE_VOCABULARY: Final = frozenset(
    """
    a absolutely agree all always amazing an and article as awesome beautiful big brilliant can't
    content could couldn't everything excellent fantastic for friend gold good great here i info
    insight insightful insights inspiring interesting is it job just keep lovely love loved made
    man many mate more much my nice not of on one opinion photo piece point points post posting
    posts read really right said share sharing shot so spot stuff such superb super thank thanks
    that the this these thoughts thread totally true truly up valuable very was way well what
    wonderful work wow writeup write yes you your 100 day
    """.split()
)


def is_question(body: Safe) -> bool:
    """Tell whether somebody asks something, with a mark or in one of a few clear openings.

    Marks in links, names, code and quoted lines do not count.
    """
    spoken = _spoken(body)
    if _QUESTION.search(spoken):
        return True
    words = _WORD.findall(spoken.lower())
    if len(words) > _OPENING_WORDS_AT_MOST:
        return False
    return _OPENING.match(" ".join(words)) is not None


def is_last_word(body: Safe) -> bool:
    """Tell whether nothing more is expected after it: "thanks!", a lone emoji, "will do"."""
    spoken = _spoken(body)
    if is_question(body) or without_links(body) != body:
        return False
    words = [word.lower().replace("’", "'") for word in _WORD.findall(_without_marks(spoken))]
    if not words:
        return _is_picture(spoken)
    if len(words) > _LAST_WORDS_AT_MOST:
        return False
    if " ".join(words) in _CLOSING_PHRASES:
        return True
    has_closer = any(_is_closer(word) for word in words)
    return has_closer and all(_is_closer(word) or word in _BESIDE_CLOSERS for word in words)


def is_grave(texts: Iterable[Safe]) -> bool:
    """Tell whether any of these speaks of death or disaster, rather than of a dead link."""
    return any(grave_words(without_links(text)) for text in texts)


def is_praise_for_anything(body: Safe) -> bool:
    """Tell whether these words of praise would fit any post: they name nothing that it says."""
    spoken = _spoken(body).lower().replace("’", "'")
    if _QUESTION.search(spoken):
        return False
    words = _WORD.findall(spoken)
    if not words or len(words) > _PRAISE_WORDS_AT_MOST:
        return False
    if not all(word in _PRAISE_VOCABULARY for word in words):
        return False
    return _compiled(_PRAISE).search(" ".join(words)) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a long pattern when it is first asked: together they take a tenth of the imports."""
    return re.compile(pattern, re.VERBOSE)


def _spoken(body: str) -> str:
    """Leave out what is not the speaker's own words: links, names, code, quoted lines."""
    text = _QUOTED_LINE.sub(" ", _CODE.sub(" ", body))
    return MENTION.sub(" ", without_links(text)).strip()


def _without_marks(text: str) -> str:
    """Join what a combining mark would tear apart, for the words that are looked up."""
    return unicodedata.normalize("NFC", text)


def _is_closer(word: str) -> bool:
    """Tell whether a word closes a talk; laughter has any length."""
    return word in _CLOSERS or re.fullmatch(r"(?:ha){2,}h?|(?:he){2,}|lo+l", word) is not None


def _is_picture(text: str) -> bool:
    """Tell whether it is a few emoji and nothing else."""
    pictures = [c for c in text if unicodedata.category(c) in {"So", "Cn"} or c in "♥❤"]
    plain = [c for c in text if unicodedata.category(c)[0] in "LN"]
    return 0 < len(pictures) <= _PICTURES_AT_MOST and not plain
