"""Whether a text speaks of death or disaster, and by which words.

Law: pure and careful: where it is not sure it says no, since what is grave is shown soberly and
holds up a cheerful word. English is read in phrases, other languages by words that headlines of
such things have and hardly any others. That is about thirty languages; of the rest it knows none.
"""
# ruff: noqa: RUF001, SIM905  (words of several alphabets, and lists that read as prose)

import re
from functools import cache
from typing import Final

_ENGLISH = r"""
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
    | (?:flood|tornado|storm|quake|fire|blast|crash|shooting|bombing|cyclone)\ victims?
    | (?:flood|tornado|storm)\ (?:emergency|disaster|damage|death|destroys|devastat\w+)
    | (?:deadly|severe|devastating|catastrophic|massive|flash)\ (?:flooding|floods?|tornado(?:es)?
      |storms?|explosion|blast|crash|landslide|fire) | floodwaters? | twister\ (?:hits|kills)
    | (?:refinery|factory|gas|mine|plant)\ (?:explosion|blast|fire) | state\ of\ emergency
    | natural\ disaster | disaster\ (?:relief|area|zone) | condolences | tragically
    | shot\ and\ killed | stabbed\ (?:to\ death|in|at|outside|by) | drowned
    | stampede\ (?:at|in|kills|leaves|after)
    | (?:ferry|boat|ship)\ (?:sinks|sinking|capsizes|capsized) | plane\ (?:goes|went)\ down
    | (?:building|bridge|dam|mine|roof)\ collapses? | volcano\ erupts | manslaughter | homicide
    | bod(?:y|ies)\ (?:found|recovered|pulled) | killing\ (?:at\ least|dozens|hundreds|\d+)
    | (?:\d+|dozens|hundreds|scores)\ (?:people\ |others\ )?(?:injured|wounded|drowned)
    | dies\ (?:following|suddenly|peacefully) | dead\ (?:after|in|following)\ (?:a\ |the\ )?
      (?:\w+\ )?(?:crash|shooting|fire|attack|explosion|blast|collapse|floods?|storm|stabbing)
    )(?!\w)
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
    | shot\ and\ killed\ it | drowned\ (?:in\ (?:work|email|mail|tickets|meetings|sorrow)|out\b)
    | mort[e]?\ de\ rire | día\ de\ (?:los\ )?muertos | puntos?\ muertos? | pontos?\ mortos?
    | tot(?:e[rn]?)?\ (?:links?|winkel|hose|pixel) | nature\ morte | mare\ morto | mar\ mort[ao]
    | (?:fire|explosion)\ in\ (?:the\ )?(?:belly|sales|popularity|my\ heart)
    | my\ social\ life\ died[\w\ ]*
    )\b
    """

_WORDS: Final = frozenset(
    """
    erdbeben todesopfer verstorben ermordet getötet zugunglück flugzeugabsturz busunglück amoklauf
    terroranschlag messerangriff waldbrand waldbrände hochwasserkatastrophe todesschüsse
    séisme séismes décédé décédée décès attentat attentats fusillade meurtrier meurtrière assassiné
    assassinée noyade obsèques inondations condoléances
    terremoto terremotos fallecido fallecida fallecidos fallecidas falleció fallece fallecen
    condolencias inundación
    asesinado asesinada asesinados asesinato asesinatos tiroteo inundaciones sismo
    sparatoria alluvione deceduto deceduta omicidio ucciso uccisa uccisi strage attentato attentati
    terramoto sismos condolências faleceu falecimento assassinado assassinada assassinados
    tiroteio enchentes
    aardbeving overleden vermoord omgekomen schietpartij treinramp vliegramp
    jordbävning jordskælv jordskjelv omkom omkommit omkommet omkomne avliden avlidit dödsfall
    dödsoffer mördad mördade skottlossning dödsskjutning tågolycka flygolycka dødsfall dræbt drept
    togulykke flyulykke skudepisode
    maanjäristys kuolonuhri kuolonuhria kuolonuhreja surmattu surmattiin junaonnettomuus
    zginął zginęła zginęli zginęło zmarł zmarła zmarli strzelanina zabójstwo powódź zamach zamachu
    zemětřesení zemetrasenie zemřel zemřela zemřeli zomrel zomrela zahynul zahynula zahynuli
    zahynulo
    földrengés meghalt meghaltak elhunyt merénylet lövöldözés
    cutremur cutremurul decedat decedată uciși inundații
    potres poginuo poginula poginuli preminuo preminula земетресение загинал загинали почина
    погинуо погинули преминуо преминула земљотрес
    землетрясение землетрясения теракт теракта теракте погиб погибла погибли погибших погибшие
    скончался скончалась убиты
    землетрус землетрусу загинув загинула загинули загиблих теракту вбито
    deprem depremi depremde depremin vefat cinayet katliam
    σεισμός σεισμού νεκροί νεκρούς πέθανε σκοτώθηκε σκοτώθηκαν δολοφονία
    زلزال الزلزال مقتل وفاة قتلى القتلى توفي توفيت زلزله درگذشت هلاک ہلاک زلزلہ
    רעידת נרצח נרצחה נרצחו נהרג נהרגה נהרגו פיגוע הפיגוע
    gempa tewas penembakan pembunuhan lindol tetemeko
    """.split()
)
"""Single words; what they mean besides is rare in any of these languages."""

_PHRASES = r"""
    \b(?:
      \d+\ (?:tote|verletzte|morts|blessés|muertos|heridos|morti|feriti|mortos|feridos|doden|døde
        |døda|döda|kuollutta|ofiar|mrtvých|halott|morți|răniți|ölü|погибших|жертв|загиблих|νεκροί
        |قتيلا|قتلى|הרוגים|mati|korban)
    | (?:mehrere|viele|zwei|drei|vier|fünf|sechs|zehn|dutzende|hunderte)\ (?:tote|leichen)
    | ums\ leben\ gekommen | tödlich\ (?:verletzt|verunglückt) | tödlicher\ unfall
    | tot\ aufgefunden
    | tremblement\ de\ terre | est\ morte?\ (?:à|ce|hier|dans|des|lors) | accident\ mortel
    | plusieurs\ morts | (?:deux|trois|quatre|cinq|dix)\ morts
    | muertos\ (?:en|tras|por|y) | muere(?:n)?\ (?:a\ los|tras|en\ un|en\ una|al\ menos|\d+)
    | murió\ (?:a\ los|ayer|hoy|tras|en) | víctimas\ mortales | accidente\ (?:mortal|aéreo|de\ tren)
    | è\ mort[oa] | morti\ e\ feriti | incidente\ mortale | morreu\ (?:aos|ontem|hoje|após)
    | mortos\ (?:em|após|e\ feridos)
    | vítimas\ (?:mortais|fatais) | meerdere\ doden | dodelijk\ ongeval
    | nie\ żyje | ofiar[ay]?\ śmierteln\w+ | trzęsieni\w+\ ziemi
    | katastrof\w+\ (?:lotnicz|kolejow)\w+ | умер(?:ла|ли)?\ (?:в|на|после)
    | помер(?:ла|ли)?\ (?:у|в|на)
    | hayatını\ kaybet\w+ | yaşamını\ yitir\w+ | (?:silahlı|bombalı|terör)\ saldırı\w*
    | a\ murit | au\ murit | рухнул\ самол[её]т | крушени[ея]\ (?:поезда|самол[её]та|вертол[её]та)
    | کشته\ شد\w* | جان\ باخت\w* | הלך\ לעולמו | הלכה\ לעולמה
    | meninggal\ dunia | korban\ jiwa | banjir\ bandang | động\ đất | thiệt\ mạng | tử\ vong
    | qua\ đời
    )(?!\w)
    """
"""Numbers of the dead, and what takes two words to be sure."""

_UNSPACED = r"""
      地震 | 津波 | 死亡(?!率|搁浅|擱淺) | 死者 | 死去 | 死傷 | 死伤
    | 亡くな(?:っ|り) | 殺害 | 銃撃 | 墜落 | 脱線事故 | 訃報
    | 遺体 | 爆発事故 | 土砂崩れ | 遇难 | 遇難 | 身亡 | 去世 | 逝世 | 枪击 | 槍擊
    | 坠毁 | 墜毀 | 海啸 | 海嘯 | 遗体 | 遺體
    | 恐袭 | 恐襲 | 谋杀 | 謀殺 | 洪灾
    | 지진 | 사망 | 숨져 | 숨진 | 숨졌 | 별세 | 참사 | 총격 | 살해 | 산사태
    | भूकंप | की\ मौत | का\ निधन | की\ हत्या | ভূমিকম্প | নিহত | நிலநடுக்கம் | உயிரிழ
    | แผ่นดินไหว | เสียชีวิต | กราดยิง
    """
"""Scripts in which no boundary of a word can be seen, or none that ``re`` knows."""

_FILLING: Final = frozenset(
    """
    about after also and are been dead died dies down during dozens found have hundreds injured just
    killed killing kills least leaves left many near others outside passed people scores several
    suddenly that their thousands today victim victims were when wounded yesterday morning friend
    father mother grandfather grandmother this from with into former aged away rest peace
    actor actress area bodies body building charges condolences crowd damage deadly disaster
    emergency factory feared found goes house king left major mass massive mine natural plant
    president pulled queen recovered relief road roof severe singer site state suspect toll
    tragically trial went zone
    mehrere viele zwei drei vier fünf sechs zehn dutzende hunderte tote gekommen leben plusieurs
    deux trois quatre cinq morts morte muertos muere mueren murió morti mortos doden ofiar żyje
    tras hayatını yaşamını погиб погибли погибла загинув загинула загинули жертв
    """.split()
)
"""Words of such phrases that are in any other text as well."""
_TOKEN = re.compile(r"\w+")
_LONG = 4


def grave_words(text: str) -> tuple[str, ...]:
    """Give the words by which a text speaks of death or disaster, none where it does not.

    They are in lower case, each once; a phrase is told as it stands.
    """
    told = text.lower()
    found = _found(told)
    # Nearly all texts end here, so the exceptions are looked for only behind a find.
    return _found(_compiled(_NOT_GRAVE).sub(" ", told)) if found else ()


def telling(words: tuple[str, ...]) -> tuple[str, ...]:
    """Give of ``grave_words`` what such news is about: "train" and "crash", and not "killed"."""
    parts = dict.fromkeys(token for word in words for token in word.split())
    return tuple(
        part
        for part in parts
        if part not in _FILLING
        and not part.isdigit()
        and (len(part) >= _LONG or not part.isascii())
    )


def _found(told: str) -> tuple[str, ...]:
    found: dict[str, None] = dict.fromkeys(match[0] for match in _compiled(_ENGLISH).finditer(told))
    found.update((match[0], None) for match in _compiled(_PHRASES).finditer(told))
    found.update((word, None) for word in _TOKEN.findall(told) if word in _WORDS)
    if not told.isascii():
        found.update((match[0], None) for match in _compiled(_UNSPACED).finditer(told))
    return tuple(found)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a long pattern when it is first asked: that takes a tenth of the imports."""
    return re.compile(pattern, re.VERBOSE)
