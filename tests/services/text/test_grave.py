"""Death and disaster are heard in many languages, and by which words; figures of speech are not."""

# ruff: noqa: RUF001  (headlines in several alphabets)
import pytest

from services.text.clean import clean
from services.text.cues import is_grave
from services.text.grave import grave_words, telling


@pytest.mark.parametrize(
    "title",
    [
        "Ferry capsizes off the coast",
        "Two men shot and killed at a market",
        "Boy drowned in the lake",
        "Bodies recovered after the storm",
        "Bridge collapse leaves dozens injured",
        "Singer dead after a car crash",
        "Severe flooding cuts off two villages",
        "A collection for tornado victims",
        "Our condolences to the families",
        "State of emergency after the refinery fire",
        "Drei Tote bei Zugunglück im Harz",
        "Zwei Kinder tödlich verletzt",
        "Séisme : au moins 12 morts",
        "Le chanteur est mort à 80 ans",
        "Tiroteo en un mercado",
        "Muere a los 90 años la pintora",
        "È morto il regista",
        "Omicidio a Torino",
        "Acidente: vítimas mortais em Braga",
        "Man overleden na brand",
        "5 døde i brand på havnen",
        "Dödsfall vid tågolycka",
        "Maanjäristys lännessä",
        "Nie żyje znany aktor",
        "Při nehodě zahynuli dva lidé",
        "Elhunyt a költő",
        "Cutremur puternic în zonă",
        "Земљотрес на југу",
        "Земетресение в планината",
        "В аварии погибли трое",
        "Внаслідок пожежі загинули двоє",
        "Depremde yıkım",
        "Yazar hayatını kaybetti",
        "Δύο νεκροί από πυρκαγιά",
        "مقتل رجل في الميناء",
        "شاعر درگذشت",
        "שני גברים נהרגו בתאונה",
        "सड़क दुर्घटना में दो की मौत",
        "ভূমিকম্প অনুভূত",
        "நிலநடுக்கம் உணரப்பட்டது",
        "バスが墜落、三人が亡くなった",
        "火车事故两人遇难",
        "버스 추락으로 두 명 사망",
        "Gempa mengguncang pulau",
        "Động đất ở miền bắc",
        "แผ่นดินไหวทางเหนือ",
    ],
)
def test_headlines_in_many_languages(title: str) -> None:
    """A headline of death or disaster is grave in every language that is known here."""
    assert is_grave([clean(title)])


@pytest.mark.parametrize(
    "title",
    [
        "Drowned in tickets again",
        "He was drowned out by the band",
        "Mort de rire devant ce film",
        "Día de Muertos: recetas",
        "Nature morte au citron",
        "Toter Winkel, tote Links und tote Hose",
        "Drei tote Links gefunden",
        "死亡搁浅 is a game",
        "Умерла от смеха",
        "The rodeo is back in town",
        "Le point mort de la boîte",
        "A storm in a teacup",
        "I am flooded with mail",
        "Fire sale on kettles",
        "12 verletzliche Pflanzen",
    ],
)
def test_figures_of_speech(title: str) -> None:
    """What only sounds like it is not, in other languages either."""
    assert not is_grave([clean(title)])


def test_what_such_news_is_about() -> None:
    """Of the grave words those are told that speak of the thing, and not of any other."""
    words = grave_words("Train crash kills 80 people")
    assert telling(words) == ("train", "crash")
    assert telling(grave_words("地震で3人死亡")) == ("地震", "死亡")
    assert telling(grave_words("Sam passed away")) == ()
    assert grave_words("A fine day") == ()
