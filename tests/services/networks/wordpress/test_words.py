"""Text on its way in and out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.networks.wordpress.words import (
    comment_html,
    comment_text,
    divide,
    is_plain,
    is_same,
    post_html,
    post_text,
    title_html,
)

TYPED = 'a < b & "c" <b>x</b> &lt; [gallery] \U0001f600'


def test_what_is_typed_is_what_is_read() -> None:
    """Markup, entities and short codes are letters, in comments and in posts."""
    text = f"{TYPED}\nline two\n\nparagraph two"
    assert comment_text(comment_html(text)) == text
    assert post_text(post_html(text), "") == text
    assert "[" not in post_html(text)
    assert "[" not in title_html(TYPED)


@pytest.mark.no_cover
@given(st.lists(st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1), min_size=1))
def test_any_words_come_back(words: list[str]) -> None:
    """No sign or letter is lost or made something of by the way out and in."""
    text = " ".join(words)
    assert comment_text(comment_html(text)) == text
    assert post_text(post_html(text), "") == text


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("one line", "", "one line"),
        ("one line\n\n", "", "one line"),
        ("Title\nwords", "Title", "words"),
        ("\nTitle\n\nwords\nmore\n", "Title", "words\nmore"),
        ("T" * 81 + "\nwords", "", "T" * 81 + "\nwords"),
        ("Title\r\n\r\nwords", "Title", "words"),
    ],
)
def test_a_short_first_line_is_the_title(text: str, title: str, rest: str) -> None:
    """Only where more follows it; else the post has none."""
    assert divide(text) == (title, rest)


def test_a_post_with_a_layout_is_read_as_it_is_rendered() -> None:
    """What plain text could not keep is not read from its source, and not written over."""
    gallery = "<!-- wp:gallery {} --><figure></figure><!-- /wp:gallery -->"
    assert post_text(gallery, "<p>rendered</p>") == "rendered"
    assert post_text("classic\nwords", "<p>rendered</p>") == "rendered"
    assert post_text(None, "<p>rendered</p>") == "rendered"
    assert post_text("<!-- wp:paragraph --><p>[x]</p>", "<p>rendered</p>") == "rendered"
    heading = "<!-- wp:heading --><h2>Up</h2><!-- /wp:heading -->"
    assert post_text(heading, "") == "Up"
    assert not is_plain(gallery)
    assert not is_plain(heading)
    assert not is_plain(None)
    assert not is_plain("classic")
    assert is_plain(post_html(TYPED))


def test_texts_are_compared_as_the_blog_compares_them() -> None:
    """Spaces and case aside; what its typography does counts only where it was at work."""
    assert is_same(" Thank  you", "thank YOU ", is_restyled=False)
    assert not is_same('"hi"', "\u201chi\u201d", is_restyled=False)
    typed = 'He said "don\'t"... 3x4 -- (tm)'
    assert is_same(
        typed, "He said \u201cdon\u2019t\u201d\u2026 3\u00d74 \u2014 \u2122", is_restyled=True
    )
    assert not is_same("yes", "no", is_restyled=True)
