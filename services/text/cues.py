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

_GRAVE = r"""
    \b(?:
      earthquakes? | tsunamis? | massacres? | genocide | air\ ?strikes? | mass\ shootings?
    | gunm[ae]n | stabbings? | bombings? | wildfires? | hurricanes? | typhoons? | flash\ floods?
    | mudslides? | derail(?:ed|ment)s? | fatalities | casualties | death\ toll
    | (?:plane|air|helicopter|train|car|bus|road|jet)\ crash(?:es)?
    | crash(?:es|ed)?\ (?:kills?|killed|site|victims?|into\ (?:a|the)\ (?:crowd|sea|house))
    | (?:school|church|club|mosque|synagogue|campus)\ shooting
    | shooting\ (?:at|in|near|outside|leaves|kills|victims?|suspect)
    | (?:floods|flooding|tornado(?:es)?|landslides?|avalanches?|explosions?|blasts?|cyclones?|fire)
      \ (?:in|at|near|hits?|hit|kills?|killed|leaves?|strikes?|struck|swept|sweeps?|rips?|destroys?)
    | terror(?:ist)?\ attacks? | (?:knife|gun|bomb|missile|drone)\ attacks? | war\ crimes?
    | was\ murdered | murdered | murder\ (?:of|victims?|suspect|charges?|trial) | suicide
    | passed\ away | rest\ in\ peace | obituary | funeral\ (?:of|for)
    | death\ of\ (?:a|an|his|her|their|my|our|king|queen|pope|president
      |former|singer|actor|actress) | mourn(?:s|ed|ing)?
    | killed\ (?:in|by|when|after|as|during|at\ least|dozens|hundreds|people|\d+)
    | (?:people|were|was|been|civilians|children|soldiers|dozens|hundreds|thousands|\d+)\ killed
    | kills\ (?:at\ least|dozens|hundreds|thousands|\d+|people|his|her|man|woman)
    | found\ dead | shot\ dead | feared\ dead | left\ (?:\d+|many|dozens)\ dead | dead\ and\ (?:\d+
      |many|dozens|several)
    | (?:\d+|people|dozens|hundreds|thousands)\ (?:are\ |were\ |of\ people\ )?dead(?!line)
    | dead\ (?:at|aged)\ \d+ | dies\ (?:at|aged|after|in)\b | died\ (?:at|aged|in|on|after|today
      |yesterday|this\ morning|suddenly|last|from|of)(?!\ (?:laughter|laughing|embarrassment|shame
      |boredom|cringe|the\ game|game))
    | (?:has|have|who|he|she|they|father|mother|people|friend|grandmother|grandfather|dad|mum|mom)
      \ (?:just\ |sadly\ )?died
    | erdbeben | todesopfer | verstorben | terremotos? | muertos | fallecid[oa]s? | séisme
    | tremblement\ de\ terre | décédée? | terremoto | terramoto | землетрясени\w+ | погибли
    | погибших
    )(?!\w)
    | 地震 | 死亡 | 死者
    """
_NOT_GRAVE = r"""
    \b(?:
      (?:phone|laptop|battery|computer|server|disk|drive|car|fridge|router|tablet|watch|project
      |thread|keyboard|mouse|plant|kettle|tv|app|site)\ (?:has\ |just\ |have\ )*died(?:\ \w+)?
    | (?:he|she|they|i|you|we)\ (?:absolutely\ |totally\ |really\ )?killed\ it
    | was\ killed\ by\ (?:the\ )?(?:oom|kernel|signal|google|cost|licen[cs]ing)[\w\ -]*
    | (?:process|job|task|feature|product|project|session|tab|container|pod|build)(?:es|s)?
      \ (?:(?:was|were|got|been|being|is|has|have)\ )*killed(?:\ \w+)?
    | dead\ (?:simple|easy|tired|end|weight|serious|code|links?|pixels?|wrong|right|set|sea|cells?)
    | (?:murder|suicide)\ (?:mystery|squad|mysteries|prevention\ line\ ad|hornets?|burn)
    | career\ suicide | social\ suicide | landslide\ (?:victory|win) | shooting\ stars?
    | shooting\ (?:in|at)\ (?:raw|black|4k|night|f/?\d|iso|manual|\d+)[\w\ ]*
    | (?:twitter|social\ media|cultural|political)\ earthquake
    | (?:fire|explosion)\ in\ (?:the\ )?(?:belly|sales|popularity|my\ heart)
    | my\ social\ life\ died[\w\ ]*
    )\b
    """


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
    grave = _compiled(_GRAVE)
    for text in texts:
        told = without_links(text).lower()
        # Nearly all texts end here, so the exceptions are looked for only behind a find.
        if grave.search(told) and grave.search(_compiled(_NOT_GRAVE).sub(" ", told)):
            return True
    return False


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
