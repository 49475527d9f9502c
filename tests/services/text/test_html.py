"""HTML becomes readable text, whatever it is, in a time and to a length that are bounded."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.text.html import CHARS_AT_MOST, TEXT_CHARS_AT_MOST, first_paragraph, html_to_text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("plain", "plain"),
        ("", ""),
        ("<p>Hello <b>w</b>orld</p>\n<p>Two<br>lines", "Hello world\n\nTwo\nlines"),
        ("First<p>second<p>third", "First\n\nsecond\n\nthird"),
        ("a<br><br>b", "a\n\nb"),
        ("a<br>\n<br/></br>b", "a\n\n\nb"),
        ("  a \n\t b  ", "a b"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<h1>Head</h1>text", "Head\n\ntext"),
        ("a<hr>b", "a\n\nb"),
        ("x<table><tr><td>1<td>2<tr><td>3</table>y", "x\n\n1 2\n3\n\ny"),
        ("1 < 2 and 3 > 2 <", "1 < 2 and 3 > 2 <"),
        ("&lt;b&gt; &amp;amp; &eacute;&#233;&#xe9;", "<b> &amp; ééé"),
        ("&#99999999999999999999;&#" + "9" * 5000 + ";", "\ufffd\ufffd"),
        ("a&#0;&#x110000;b", "a\ufffd\ufffdb"),
        ('<img src=x alt="A  cat"><img alt=""><img>', "[A cat]"),
        ("<pre><code>def f():\r\n    return 1\n</code></pre>x", "def f():\n    return 1\n\nx"),
        ("<pre>\na\n\n\nb</pre>", "a\n\n\nb"),
        ("say <code>x  y</code>", "say x y"),
        ("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>end", "- a\n- b\n  - c\n- d\n\nend"),
        ("<ol><li><p>a</p><p>b</p></ol>", "- a\n\n  b"),
        ("<li>alone", "- alone"),
        ("<blockquote><p>a</p><p>b</p></blockquote>c", "> a\n>\n> b\n\nc"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n> > b"),
        ("<script>a</p>b</script>c<STYLE>d</style >e<!-- f > g -->h", "ceh"),
        ("a<script>never ended", "a"),
        ("a<!-- never ended", "a"),
        ("a<p title='never ended>b", "a"),
        ("a<!-->b<!--->c<!doctype x>d<?pi?>e</>f", "abcdef"),
        ("<head><title>t</title><meta></head>b", "b"),
        ("<head><meta><body>b", "b"),
        ("<svg><text>a</text></svg>b<template><p>c</template>d", "bd"),
        ("<p hidden>a</p><p style='display : NONE'>b</p><br hidden><p>c", "c"),
        ("<p hidden>a<p>b", "b"),
        ("<div hidden><pre>a\nb</pre><br><img alt=x></div>c", "c"),
        ("<p title=\"</p>>\" data-x='<b>'>ok", "ok"),
        ("<p it's a=b>ok</p>", "ok"),
        ("<![CDATA[a < b & c]]>d", "a < b & cd"),
        ("</p></a></nothing>a", "a"),
        ("<b><i>a</b>b</i>c", "abc"),
    ],
)  # fmt: skip
def test_what_html_means_is_kept(source: str, text: str) -> None:
    """Paragraphs, lines, lists, quotations and code are kept, and what is not for reading goes."""
    assert html_to_text(source) == text


@pytest.mark.parametrize(
    ("href", "words", "text"),
    [
        ("https://evil.example/x", "paypal.com", "paypal.com (evil.example)"),
        ("https://paypal.com/", "www.PayPal.com/login", "www.PayPal.com/login"),
        ("https://www.paypal.com/", "paypal.com", "paypal.com"),
        ("https://paypal.com/", "paypal.com.evil.example", "paypal.com.evil.example (paypal.com)"),
        ("https://evil.example/", "not-evil.example", "not-evil.example (evil.example)"),
        ("https://evil.example/", "me@evil.example", "me@evil.example (evil.example)"),
        ("https://evil.example/", "(evil.example).", "(evil.example)."),
        ("https://evil.example/", "<b>evil</b>.example", "evil.example"),
        ("https://b\u00fc.example/", "b\u00fc.example", "b\u00fc.example (xn--b-eha.example)"),
        ("https://here.example/@bob", "@bob", "@bob"),
        ("https://here.example/tags/cats", "#<span>cats</span>", "#cats"),
        ("javascript:alert(1)", "words", "words"),
        ("/inside", "words", "words"),
        ("https://empty.example/", "", ""),
        ("https://a.example/", "<img alt=logo>", "[logo] (a.example)"),
        ("https:&#x2F;&#x2F;a.example&#x2F;long-path", "https:&#x2F;&#x2F;a.example&#x2F;lo...",
         "https://a.example/lo... (https://a.example/long-path)"),
        ("https://a.example/long", "<span>https://</span><span>a.example/lo</span><span>ng</span>",
         "https://a.example/long"),
    ],
)  # fmt: skip
def test_a_link_shows_where_it_leads(href: str, words: str, text: str) -> None:
    """The host is said where the words do not name it, or only seem to."""
    assert html_to_text(f'<a class=x href="{href}" rel=nofollow>{words}</a>') == text


def test_what_is_too_deep_is_flattened() -> None:
    """Beyond the deepest level the words are kept and the tags are not, also after it."""
    deep = "<div>" * 200 + "a<p>b</p>c" + "</div>" * 200 + "<p>d"
    assert html_to_text(deep) == "a b c\n\nd"


def test_what_is_too_long_is_not_looked_at() -> None:
    """Text behind the limit of the input is left out, and the output has a limit too."""
    assert html_to_text("<i></i>" * (CHARS_AT_MOST // 7 + 1) + "end") == ""
    assert len(html_to_text("<br>words" * 50_000)) <= TEXT_CHARS_AT_MOST + 100


ATTACKS = {
    "divs": "<div>" * 100_000,
    "anchors": "<a>" * 200_000,
    "links": "".join(f"<a href=http://a{number}.b>x</a>" for number in range(20_000)),
    "attributes": "<p " + " ".join(f"a{number}=b" for number in range(200_000)) + ">x",
    "long attribute": '<a href="' + "x" * 3_000_000,
    "open quotes": '<a b="' * 100_000,
    "open tags": "<a " * 200_000,
    "equals": "<a " + "= " * 300_000,
    "comments": "<!--" * 100_000,
    "cdata": "<![CDATA[" * 50_000,
    "signs": "<" * 300_000,
    "ampersands": "&" * 300_000,
    "references": "&#" * 200_000,
    "scripts": "<script></script" * 50_000,
    "titles": "<title></titl>" * 20_000,
    "lists": "<ul><li>x" * 60_000,
    "quotes": "<blockquote>" * 100 + "x<br>" * 100_000,
    "ends": "</div>" * 100_000,
    "hidden": "<p hidden>" * 50_000,
    "spaces": " \n<b>" * 100_000,
    "dots": "<a href=http://a.b>" + "a." * 200_000,
    "alt": '<img alt="' + "[ " * 200_000,
    "blank paragraphs": "<p><br></p>" * 30_000,
}


@pytest.mark.no_cover
@pytest.mark.parametrize("name", ATTACKS)
def test_no_html_takes_long(name: str) -> None:
    """Whatever is repeated very often takes no second of the processor, and gives little."""
    start = time.process_time()
    text = html_to_text(ATTACKS[name])
    assert time.process_time() - start < 1.0
    assert len(text) <= 2 * TEXT_CHARS_AT_MOST


PIECES = st.sampled_from(
    ["<p>", "</p>", "<ul>", "<li>", "</ul>", "<blockquote>", "</blockquote>", "<pre>", "</pre>",
     "<a href='http://x.y'>", "</a>", "<br>", "<div hidden>", "</div>", "<!--", "-->", "<script>",
     "</script>", "&", "&#", ";", "<", ">", "'", '"', "=", "/", " ", "\n", "a", "<svg>", "</svg>",
     "<head>", "<body>", "<td>", "<![CDATA[", "]]>", "\x1b", "\ud800", "<img alt=b>"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=3), max_size=60).map("".join))
def test_it_never_raises(source: str) -> None:
    """Any mixture of pieces gives a text, no longer than what was given plus its signs."""
    text = html_to_text(source)
    assert len(text) <= 12 * len(source) + 100
    assert text == text.strip("\n")


@given(st.text(alphabet=st.characters(exclude_characters="<&\r\n\t\f "), max_size=80))
def test_words_pass_unchanged(words: str) -> None:
    """What holds no tag and no reference is the same afterwards."""
    assert html_to_text(words) == words.strip("\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("\n \n one\ntwo\n \nthree", "one two"),
        ("[A picture]\n\nwords", "words"),
        ("[A] and [b]\n\nwords", "[A] and [b]"),
        ("a" * 700, "a" * 599 + "\u2026"),
        ("word " * 200, "word " * 118 + "word\u2026"),
    ],
)
def test_the_first_paragraph(text: str, expected: str) -> None:
    """It is the first that has words of its own, on one line and cut between words."""
    assert first_paragraph(text) == expected
