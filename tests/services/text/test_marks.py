"""What is found in a text: tags, links, names."""
# ruff: noqa: RUF001  (words of several alphabets are the point)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.model.words import Safe
from services.text.clean import clean
from services.text.marks import find_links, find_mentions, find_tags, without_links


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#Tea and #TEA", ("tea",)),
        ("(#tea), #2nd_day.", ("tea", "2nd_day")),
        ("#größe #日本語。 #हिन्दी", ("größe", "日本語", "हिन्दी")),
        ("#123 # ## #_ a#b &#39; #😀", ()),
        ("https://x.example/#part /#x", ()),
        ("＃wide", ("wide",)),
        (" ".join(f"#t{n}" for n in range(12)), tuple(f"t{n}" for n in range(10))),
    ],
)
def test_tags(text: str, expected: tuple[str, ...]) -> None:
    """Tags are words behind a ``#`` of their own, lower case, once each, ten at most."""
    assert find_tags(clean(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://x.example/a.", ("https://x.example/a",)),
        ("(https://en.example/Foo_(bar)), ok", ("https://en.example/Foo_(bar)",)),
        ("(see https://x.example/a)", ("https://x.example/a",)),
        ("[x](https://x.example/a)!", ("https://x.example/a",)),
        ("HTTPS://X.example and https://x.example", ("https://x.example",)),
        ("https://gооgle.com", ("https://xn--ggle-55da.com",)),
        ("https://me@x.example xhttps://x.example ftp://x.example x.example", ()),
        ("https://x.example/a?b=c,d&e", ("https://x.example/a?b=c,d&e",)),
        ("<https://x.example/a>", ("https://x.example/a",)),
        ("https://", ()),
        ("https://x.example/))))", ("https://x.example/",)),
        (
            " ".join(f"https://x.example/{n}" for n in range(12)),
            tuple(f"https://x.example/{n}" for n in range(10)),
        ),
    ],
)
def test_links(text: str, expected: tuple[str, ...]) -> None:
    """Links lose the sentence's punctuation, keep their own brackets, and are cleaned."""
    assert find_links(clean(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@sam hello @Sam", ("@sam", "@Sam")),
        ("(@sam@host.example), @a.b.", ("@sam@host.example", "@a.b")),
        (".@sam's", ("@sam",)),
        ("sam@host.example a@b @ @@x https://x.example/@sam", ()),
        (" ".join(f"@p{n}" for n in range(12)), tuple(f"@p{n}" for n in range(10))),
    ],
)
def test_mentions(text: str, expected: tuple[str, ...]) -> None:
    """Names stand behind an ``@``, with a host or without; mail addresses are none."""
    assert find_mentions(clean(text)) == expected


def test_a_sentence_keeps_its_mark_when_links_are_left_out() -> None:
    """What ends the sentence behind a link is not the link's."""
    assert without_links("seen https://x.example/a?b=c?") == "seen  ?"


@given(st.text(st.one_of(st.characters(), st.sampled_from("#@:/.hts()?[]"))))
def test_nothing_raises(raw: str) -> None:
    """Any text gives at most ten of each, and all of them safe."""
    body = clean(raw + " https://" + raw + " #" + raw + " @" + raw)
    for found in (find_tags(body), find_links(body), find_mentions(body)):
        assert len(found) <= 10
        assert len(set(found)) == len(found)
        assert all(type(one) is Safe for one in found)
        assert all(found)
