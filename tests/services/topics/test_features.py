"""What a post speaks of: words, pairs, tags and links, in every script."""

import time

import pytest

from services.topics.features import (
    FEATURES_AT_MOST,
    LINK,
    features_of,
    pairs_of,
    parts_of,
    word_of,
)


def names(body: str, tags: tuple[str, ...] = (), links: tuple[str, ...] = ()) -> set[str]:
    """Give what a post speaks of."""
    return set(features_of(body, tags, links).names)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("The weir at Otterham burst", {"weir", "otterham", "burst", "otterham burst"}),
        ("Überall Wasser in Gänsefurt", {"uberall", "wasser", "gansefurt", "wasser gansefurt"}),
        ("Плотина Выдрино рухнула", {"плотина", "выдрино", "рухнула", "плотина выдрино"}),
        ("انهار سد القنادس", {"انهار", "القنادس"}),
        ("बांध टूटा मछलीपुर", {"बांध", "टूटा", "मछलीपुर"}),
        ("河狸镇大坝", {"河狸", "狸镇", "镇大", "大坝"}),
        ("カワウソ町", {"カワ", "ワウ", "ウソ", "ソ町"}),
        ("เขื่อนพัง", {"เข", "ขื", "พั"}),
        ("수달마을 댐", {"수달마을"}),
        ("Santiago de Compostela", {"santiago", "compostela", "santiago compostela"}),
        ("flood in 2031, 12 lost", {"2031", "flood"}),
    ],
)
def test_words_are_found_in_every_script(body: str, expected: set[str]) -> None:
    """With their pairs; where no spaces part words, letters in pairs stand for them."""
    assert expected <= names(body)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Otterham's", "OTTERHAM"),
        ("weirs", "weir"),
        ("Gänsefurt", "Ga\u0308nsefurt"),
        ("سَدّ", "سد"),
        ("سـد", "سد"),
        ("#weir", "weir"),
        ("İzmir", "izmir"),
        ("댐", "\u1103\u1162\u11b7"),
    ],
)
def test_a_word_is_the_same_whoever_writes_it(one: str, other: str) -> None:
    """With capitals, accents, points, or as a tag."""
    assert word_of(one) == word_of(other)


def test_a_vowelled_word_is_one_word() -> None:
    """The signs that few put to Arabic letters do not cut it."""
    assert names("انهار قُنْدُس") == names("انهار قندس")


def test_a_tag_of_several_words_is_these_as_well() -> None:
    """Where its capitals or lines show them."""
    assert {"otterhamweir", "otterham", "weir"} <= names("#OtterhamWeir")
    assert parts_of("#BBCOtterham_weir") == ["bbc", "otterham", "weir"]
    assert parts_of("#otterham") == []


def test_tags_that_the_source_names_are_words_alike() -> None:
    """Whatever stands in them: no link and no pair can be made up so."""
    assert names("", ("OtterhamWeir",)) == names("#OtterhamWeir")
    assert names("", ("河狸镇",)) == {"河狸", "狸镇"}
    assert not any(name.startswith(LINK) for name in names("", (f"{LINK}heron.example/1",)))
    assert names("", ("", "#", "\ud800", "a" * 1_000_000)) == set()


def test_whoever_puts_many_tags_says_nothing_with_them() -> None:
    """In the body or beside it; the words stay."""
    many = [f"otter{chr(97 + n)}" for n in range(9)]
    assert names("weir " + " ".join(f"#{tag}" for tag in many)) == {"weir"}
    assert names("weir", tuple(many)) == {"weir"}
    assert len(names("weir", tuple(many[:8]))) > 8


@pytest.mark.parametrize("sign", ["#", "\uff03"])
@pytest.mark.parametrize("tag", ["harbour", "地震速報"])
def test_many_tags_say_nothing_in_any_script_and_with_either_sign(sign: str, tag: str) -> None:
    """What is sent round with them is a copy all the same."""
    letters = "ひふみよいむなやこ" if tag == "地震速報" else "abcdefghi"
    many = " ".join(f"{sign}{letter}{tag}" for letter in letters)
    assert names(f"weir {many}") == {"weir"}
    assert features_of(many).key == features_of(many.replace(sign, "#")).key != ""
    few = " ".join(f"{sign}{letter}{tag}" for letter in letters[:8])
    assert len(names(few)) >= 8


def test_links_are_one_however_they_are_written() -> None:
    """They are found in the body where nobody names them, and their letters are no words."""
    link = f"{LINK}heron.example/7"
    assert names("https://www.heron.example/7?utm_source=x.") == {link}
    assert link in names("see", links=("http://heron.example/7/",))
    assert names("https://heron.example/ Https://[") == set()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "!!! ... \u2026",
        "@ada @ben@heron.example",
        "\ud800\udfff \udcff",
        "\x00",
        "🦦🦦🦦",
        "and the of",
    ],
)
def test_what_says_nothing_has_no_features(body: str) -> None:
    """Signs, people, half letters, small words."""
    assert features_of(body).names == ()


def test_copies_have_one_key() -> None:
    """Whoever sends them on, and with whichever link."""
    body = "The weir at Otterham has burst"
    assert features_of(f"RT @ada: {body} https://a.example/1").key == features_of(body).key
    assert features_of(body).key != features_of("The weir at Marlbeck has burst").key


@pytest.mark.parametrize(
    "piece", ["a", "#a1 ", "水", "é", "&amp;", "https:", "#", "A_b", "'", "x\u0301", "@a", ". "]
)
def test_long_texts_take_no_longer_than_they_are_long(piece: str) -> None:
    """And what is found in them is bounded."""
    begun_s = time.process_time()
    found = features_of(piece * 1_000_000, (piece * 100_000,) * 10_000)
    assert time.process_time() - begun_s < 1
    assert len(found.names) <= FEATURES_AT_MOST
    assert len(found.key) <= 60


def test_one_letter_makes_no_pair() -> None:
    """Nor does none."""
    assert (pairs_of("水"), pairs_of("")) == ([], [])
