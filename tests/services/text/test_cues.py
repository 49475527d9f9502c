"""What a text sounds like, with the near misses beside what is meant."""
# ruff: noqa: RUF001  (words of several alphabets are the point)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.text.clean import clean
from services.text.cues import is_grave, is_last_word, is_praise_for_anything, is_question


@pytest.mark.parametrize(
    "text",
    [
        "How did you do that?",
        "what?!",
        "Really? I had no idea.",
        "¿Dónde está",
        "هل هذا صحيح؟",
        "本当ですか？",
        "Τι κάνεις;",
        "have you read https://x.example/a?",
        "have you read https://x.example/a?b=c?",
        "@sam is that so?",
        "does anyone know how to descale one",
        "Can you tell me which grinder it was",
        "how do you keep it warm",
        "> never did\nDid you?",
    ],
)
def test_questions(text: str) -> None:
    """Somebody asks: with the mark of any script, or in a clear opening."""
    assert is_question(clean(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I wonder.",
        "https://x.example/a?b=c",
        "look: https://x.example/watch?v=1 nice",
        "the `a ? b : c` form",
        "> did you?\nI did.",
        "I did it; then I slept",
        "s?he said so",
        "How nice of you",
        "what a day",
        "I know how to do it",
    ],
)
def test_no_questions(text: str) -> None:
    """A mark in a link, code, a quoted line or a word asks nothing."""
    assert not is_question(clean(text))


@pytest.mark.parametrize(
    "text",
    [
        "thanks!",
        "Thank you so much",
        "thank you for the kind words",
        "Great, thanks.",
        "@sam thanks!",
        "@sam @em@host.example ok",
        "will do",
        "Got it 👍",
        "👍",
        "❤️",
        "🙏🙏🙏",
        "@sam 😂",
        "haha",
        "hahahaha!!",
        "lol",
        "you're welcome",
        "You’re welcome",
        "Danke schön",
        "merci beaucoup",
        "muchas gracias",
        "спасибо большое",
        "ありがとうございます",
        "谢谢",
        "감사합니다",
        "धन्यवाद",
        "teşekkürler",
        "děkuji",
    ],
)
def test_last_words(text: str) -> None:
    """Nothing more is expected after thanks, a nod, a laugh or a picture."""
    assert is_last_word(clean(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "@sam",
        "thanks?",
        "ok?",
        "👍?",
        "thanks, but it still leaks",
        "ok but why would it",
        "thanks https://x.example/a",
        "thank you so much again for all the kind help",
        "no",
        "I love it",
        "it died",
        "42",
        "help",
        "ok, call me tomorrow",
        "👍 " * 20,
    ],
)
def test_no_last_words(text: str) -> None:
    """Questions, news, links and anything longer wait for an answer."""
    assert not is_last_word(clean(text))


@pytest.mark.parametrize(
    "text",
    [
        "Earthquake of 6.8 off the coast",
        "At least 12 killed in bus crash",
        "Three people killed as roof gives way",
        "Helicopter crash near the lake",
        "Shooting at a school in the north",
        "Mass shooting",
        "She died at 84",
        "My father died last week",
        "He passed away this morning",
        "Author found dead",
        "40 dead after flash floods",
        "Wildfires move east",
        "Floods hit the valley",
        "Rest in peace, old friend",
        "Schweres Erdbeben",
        "Terremoto en la costa",
        "Землетрясение на востоке",
        "地震がありました",
        "Explosion in a factory",
    ],
)
def test_grave(text: str) -> None:
    """Death and disaster are heard."""
    assert is_grave([clean("something else"), clean(text)])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The deadline is Friday",
        "He killed it on stage",
        "You absolutely killed it in rehearsal",
        "dead simple to use",
        "Cake to die for",
        "A crash course in Rust",
        "The app crashes on start",
        "my phone died at 5",
        "The battery died after an hour",
        "RSS is not dead",
        "dead links everywhere",
        "50 dead links",
        "a shooting star",
        "shooting in raw",
        "landslide victory",
        "The process was killed by the OOM killer",
        "the build was killed after 10 minutes",
        "a murder mystery",
        "fatal error in line 3",
        "I died laughing",
        "https://x.example/earthquake",
        "political earthquake",
        "killer feature",
        "diesel, skilled, undead",
    ],
)
def test_not_grave(text: str) -> None:
    """Figures of speech and machines that stop are not."""
    assert not is_grave([clean(text)])


@pytest.mark.parametrize(
    "text",
    [
        "Great post!",
        "@sam great post!",
        "So true",
        "Love this, thanks for sharing",
        "Couldn't agree more.",
        "Couldn’t agree more.",
        "Nice article, very insightful 👏",
        "Wow, amazing work!",
        "This is gold",
        "well said 💯",
    ],
)
def test_praise_for_anything(text: str) -> None:
    """Praise that names nothing of what it praises."""
    assert is_praise_for_anything(clean(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "thanks!",
        "👏",
        "Great post, the part on valves most of all",
        "So true, my kettle did the same",
        "Great post?",
        "Love this blue",
        "That is not a great post about tea",
        "good morning",
        "I read it in one go",
    ],
)
def test_praise_for_something(text: str) -> None:
    """A word of the post in it makes it somebody's own."""
    assert not is_praise_for_anything(clean(text))


@given(st.text())
def test_nothing_raises(raw: str) -> None:
    """Any text is heard without harm, and a question is never a last word."""
    body = clean(raw)
    is_grave([body])
    is_praise_for_anything(body)
    assert not (is_question(body) and is_last_word(body))
