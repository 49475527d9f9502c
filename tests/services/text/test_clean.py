"""What a stranger's text is after it has been cleaned."""

import sys
import unicodedata
from itertools import chain
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.model.words import Safe
from services.text.clean import HOSTILE, REPLACED, clean, clean_line, clean_url, is_hostile
from tests.hostile import PAYLOADS, Payload
from tests.stream_grammar import violations

_KEPT_FORMATS: Final = frozenset(
    "\u00ad\u200c\u200d\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2"
    "\U000110bd\U000110cd"
)
_ANY = st.text(
    st.one_of(
        st.characters(codec=None),
        st.sampled_from(
            "\r\n\t \u00a0\u3000\u0301\u0308\u200d\u200c\ufe0f\U0001f469\u0915\u094d"
            "\u2026\u00ad\u202f\x1b\u20e3\U000e0041"
        ),
    )
)


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: payload.name)
def test_no_payload_leaves_anything_that_a_terminal_obeys(payload: Payload) -> None:
    """Whatever comes in, what comes out is text and line feeds."""
    for safe in (clean(payload.text), clean_line(payload.text)):
        assert isinstance(safe, Safe)
        assert not violations(safe.replace("\n", "\r\n").encode())
        assert not is_hostile(safe)


@given(_ANY, st.integers(2, 40), st.integers(1, 6))
def test_cleaning_twice_changes_nothing(raw: str, chars: int, lines: int) -> None:
    """A text from a shared file may be cleaned again without harm."""
    body = clean(raw, chars=chars, lines=lines)
    assert clean(body, chars=chars, lines=lines) == body
    line = clean_line(raw, chars=chars)
    assert clean_line(line, chars=chars) == line


@given(_ANY, st.integers(2, 40), st.integers(1, 6))
def test_what_comes_out_is_bounded(raw: str, chars: int, lines: int) -> None:
    """No text is longer or has more lines than was asked for, and a line is one line."""
    body = clean(raw, chars=chars, lines=lines)
    assert len(body) <= chars
    assert body.count("\n") < lines
    assert "\n\n\n\n" not in body
    line = clean_line(raw, chars=chars)
    assert len(line) <= chars
    assert not {"\n", "\r", "\t"} & set(line)
    assert line == line.strip()


def test_all_that_unicode_calls_a_control_is_refused() -> None:
    """The list has no hole: every Cc, Cf, Cs, Co, Zl and Zp but those that are named is on it."""
    refused = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    points = map(chr, range(sys.maxunicode + 1))
    holes = [
        f"U+{ord(point):04X}"
        for point in points
        if unicodedata.category(point) in refused
        and point not in _KEPT_FORMATS
        and point != "\n"
        and not HOSTILE.match(point)
    ]
    assert holes == []


def test_letters_and_pictures_are_not_refused() -> None:
    """The list names no letter, mark, number or symbol but those that draw nothing."""
    nothing = {*"\u115f\u1160\u17b4\u17b5\u3164\uffa0", *map(chr, range(0xFE00, 0xFE0E))}
    points = map(chr, range(0xE0000))
    wrong = [
        f"U+{ord(point):04X}"
        for point in points
        if unicodedata.category(point)[0] in "LMNPS"
        and point not in nothing
        and not 0x13430 <= ord(point) <= 0x1345F
        and HOSTILE.match(point)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", ""),
        ("plain words", "plain words"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("\tx", "    x"),
        ("\x1b[31mred", REPLACED + "[31mred"),
        ("a\x00\x00\x00b", f"a{REPLACED}b"),
        ("a\x7fb\x9bc", f"a{REPLACED}b{REPLACED}c"),
        ("a\u202eb\u200ec\u061cd", f"a{REPLACED}b{REPLACED}c{REPLACED}d"),
        ("pay\u200bpal", f"pay{REPLACED}pal"),
        ("ad\u200dmin", f"ad{REPLACED}min"),
        ("a\u0085b\u2028c", f"a{REPLACED}b{REPLACED}c"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e007f", "\U0001f3f4" + REPLACED),
        ("a\n\n\n\n\n\nb", "a\n\n\nb"),
        ("\n\n  a  \n\n", "  a"),
        ("a \u00a0\nb\u3000\nc", "a\nb\nc"),
        ("a\u2003b\u202fc\u3000d", "a b\u00a0c\u3000d"),
        ("un\u00adlike\u00adly", "unlikely"),
        ("a" + "\u0301" * 9 + "b", "a" + "\u0301" * 4 + "b"),
        ("a" + "\u0301\u200d" * 9, "a" + ("\u0301" + REPLACED) * 4 + REPLACED * 5),
        ("\u0301\u0301a\n\u0301b", "a\nb"),
        ("x\n\u200d\u0301a", "x\na"),
        ("a" + "\u0301" * 5 + "b", "a" + "\u0301" * 4 + "b"),
        ("\u0915\u200d x", "\u0915 x"),
        ("a\n\n\n\nb", "a\n\n\nb"),
        ("1\ufe0f\u20e3", "1\ufe0f\u20e3"),
    ],
)
def test_bodies(raw: str, expected: str) -> None:
    """Each kind of thing is taken out, folded or kept as the law says."""
    assert clean(raw) == expected


@pytest.mark.parametrize(
    "text",
    [
        "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
        "\u2764\ufe0f\u200d\U0001f525 \U0001f44d\U0001f3fd\u200d\u2642\ufe0f",
        "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u0915\u094d\u200d\u0937 \u0928\u092e\u0938\u094d\u0924\u0947",
        "\ud55c\uad6d\uc5b4 \u65e5\u672c\u8a9e \u0e44\u0e17\u0e22",
        "Vie\u0302\u0323t, caf\u00e9, \u20ac5, \u00a0wide",
        "\U0001fae8 newer than this Python",
        "[/nope] [@click=app.quit]x[/] %s {0}",
    ],
)
def test_honest_writing_passes_unchanged(text: str) -> None:
    """Families, vowel points, joined scripts, markup and emoji of tomorrow come out as written."""
    assert clean(text) == text


def test_what_was_cut_says_so() -> None:
    """A text that was too long ends with an ellipsis, in its characters and in its lines."""
    assert clean("a" * 30, chars=10) == "a" * 9 + "…"
    assert clean("ab\tc", chars=4) == "ab…"
    assert clean("1\n2\n3\n4", lines=3) == "1\n2\n…"
    assert clean("1\n2\n3", lines=3) == "1\n2\n3"
    assert clean("a" * 10, chars=10) == "a" * 10
    assert clean_line("a" * 30, chars=10) == "a" * 9 + "…"
    assert clean_line("a" * 10, chars=10) == "a" * 10


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  Sam \n  Lee\t(she)  ", "Sam Lee (she)"),
        ("\u0301 \u0301Sam", "Sam"),
        ("Sam\u3000\u00a0Lee", "Sam Lee"),
        ("\n\n", ""),
        (" " * 300 + "Sam", "Sam"),
        ("Sam \u2003 Lee", "Sam Lee"),
        ("Sam \u00ad Lee", "Sam Lee"),
        ("Sam" + " " * 900, "Sam\u2026"),
        ("a\x1b]0;b\x07", f"a{REPLACED}]0;b{REPLACED}"),
    ],
)
def test_lines(raw: str, expected: str) -> None:
    """A name or a title is one line with single spaces and nothing around it."""
    assert clean_line(raw) == expected


def test_a_predicate_for_what_is_refused() -> None:
    """A line feed is not hostile, a control is."""
    assert not is_hostile("a\nb \U0001f469\u200d\U0001f467")
    assert is_hostile("a\x1bb")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
        ("HTTP://Example.COM:8080", "http://example.com:8080"),
        ("https://example.com./x", "https://example.com/x"),
        ("https://g\u043e\u043egle.com/", "https://xn--ggle-55da.com/"),
        ("https://fa\u00df.example/", "https://xn--fa-hia.example/"),
        ("https://\uff45xample.com/", "https://example.com/"),
        ("https://example\u3002com/", "https://example.com/"),
        ("https://[::1]:80/", "https://[::1]:80/"),
        ("https://example.com/\u00e9?\u00e9", "https://example.com/%C3%A9?%C3%A9"),
        ("https://example.com/a%20b", "https://example.com/a%20b"),
        ("https://example.com/(x)_[y]", "https://example.com/(x)_[y]"),
    ],
)
def test_a_link_shows_where_it_leads(raw: str, expected: str) -> None:
    """A link comes out in ASCII with its host as a resolver sees it."""
    safe = clean_url(raw)
    assert safe == expected
    assert isinstance(safe, Safe)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "example.com",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://example.com/",
        "//example.com/",
        "https://",
        "https:///path",
        "https://user@example.com/",
        "https://bank.example:443@evil.example/",
        "https://exa mple.com/",
        "https://example.com/\x1b[31m",
        "https://example.com/\u202e",
        "https://exam\u200dple.com/",
        "https://example.com\\@evil.example",
        "https://example.com:99999/",
        "https://example.com/a\\b",
        "https://example..com/",
        "https://-example.com/",
        "https://[::1/",
        "https://[v1.x]/",
        "https://\u2100.example/",
        "https://example.com/" + "a" * 2_000,
        "https://example.com/" + "\u00e9" * 400,
        "https://" + "a" * 64 + ".example/",
        "https://" + "a." * 130 + "example/",
        "https://\ud800.example/",
    ],
)
def test_a_link_that_would_have_to_be_changed_is_none(raw: str) -> None:
    """Other schemes, user names, controls, spaces and hosts that are none are refused."""
    assert clean_url(raw) is None


@given(st.text(max_size=60))
def test_any_link_is_ascii_and_stays_as_it_is(rest: str) -> None:
    """Nothing raises, and a link that has been cleaned is cleaned to itself."""
    url = clean_url("https://" + rest)
    if url is not None:
        assert url.isascii()
        assert not any(character.isspace() for character in url)
        assert clean_url(url) == url


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=200))
def test_plain_words_stay_as_they_are(text: str) -> None:
    """Of printable ASCII a body loses trailing spaces, a line those at its ends and of runs."""
    assert clean(text) == text.rstrip(" ")
    assert clean_line(text) == " ".join(text.split())


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=300))
def test_plain_words_are_cleaned_as_any_others(text: str) -> None:
    """One letter that is not ASCII, behind them, changes nothing of what stands before it."""
    assert clean(f"{text}.\u00e9") == f"{clean(f'{text}.')}\u00e9"
    assert clean_line(f"{text}.\u00e9", chars=400) == f"{clean_line(f'{text}.', chars=400)}\u00e9"


@pytest.mark.no_cover
def test_a_line_is_cleaned_alike_whether_or_not_another_follows() -> None:
    """Whatever sign it is of: what passes at once is what would not have been changed."""
    planes = (range(0x20, 0x10000), range(0x1F000, 0x20000))
    for sign in map(chr, chain.from_iterable(planes)):
        line = f"{sign * 6} a{sign * 6}b"
        assert clean(line) == clean(f"{line}\n.").removesuffix("\n."), f"U+{ord(sign):04X}"


@pytest.mark.parametrize("letter", ["a", "\u00e9", "\u0e01"], ids=["ascii", "latin", "thai"])
def test_what_just_fits_is_not_cut(letter: str) -> None:
    """One more is."""
    fits = letter * 5
    assert clean(fits, chars=5) == clean_line(fits, chars=5) == fits
    assert clean(f"{fits}.", chars=5) == clean_line(f"{fits}.", chars=5) == f"{letter * 4}\u2026"
