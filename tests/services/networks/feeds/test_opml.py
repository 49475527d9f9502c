"""Lists of other readers come in, and ours go out so that they can be read again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.feed_import import opml_of
from services.networks.feeds.opml import read_opml
from services.networks.feeds.subscriptions import subscribe
from services.networks.feeds.wire import (
    OUTLINES_AT_MOST,
    Kind,
    NotUnderstood,
    Outline,
    Outlines,
    ParseJob,
    Reason,
)
from services.text.clean import is_hostile


def read(body: str | bytes) -> Outlines:
    """Read what has to be a list."""
    whole = body if isinstance(body, bytes) else body.encode()
    answer = read_opml(ParseJob(Kind.OPML, whole))
    assert isinstance(answer, Outlines), answer
    return answer


def refused(body: bytes) -> Reason:
    """Read what has to be none."""
    answer = read_opml(ParseJob(Kind.OPML, body))
    assert isinstance(answer, NotUnderstood), answer
    return answer.reason


def test_a_list_is_read() -> None:
    """Groups are one list, names come from either attribute, each address is there once."""
    answer = read("""<?xml version="1.0" encoding="UTF-8"?>
      <opml version="2.0"><head><title>Mine</title></head><body>
        <outline text="News"><outline text="More"><outline text="Gazette &amp; Co" title="no"
          type="rss" xmlUrl="https://gazette.example/rss" htmlUrl="https://gazette.example/"/>
        </outline></outline>
        <outline title="Tower" xmlurl="http://tower.example/"/>
        <outline text="Again" xmlUrl="https://gazette.example/rss"/>
        <outline xmlUrl="https://nameless.example/"/>
        <outline text="Bad" xmlUrl="javascript:alert(1)"/>
        <outline text="Local" xmlUrl="file:///etc/passwd"/>
        <outline text="Empty" xmlUrl=""/>
      </body></opml>""")
    assert answer.feeds == (
        Outline("Gazette & Co", "https://gazette.example/rss"),
        Outline("Tower", "http://tower.example/"),
        Outline("https://nameless.example/", "https://nameless.example/"),
    )
    assert (answer.refused, answer.is_cut) == (2, False)


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b"", Reason.EMPTY), (b" \n", Reason.EMPTY), (b"<html><p>x", Reason.NOT_A_LIST),
     (b"words", Reason.NOT_A_LIST), (b"<opml><outline text=a></outline></outline>", Reason.BROKEN)],
)  # fmt: skip
def test_what_is_no_list(body: bytes, reason: Reason) -> None:
    """Nothing, a page, words or what is wrong inside is refused with its reason."""
    assert refused(body) is reason


@pytest.mark.parametrize(
    ("charset", "declared"),
    [("utf-8", "utf-8"), ("utf-8-sig", ""), ("utf-16", "utf-16"), ("iso-8859-1", "iso-8859-1"),
     ("cp1252", ""), ("cp1252", "utf-8"), ("utf-8", "no-such")],
)  # fmt: skip
def test_letters_survive(charset: str, declared: str) -> None:
    """Marks and declarations are followed; without, UTF-8 is tried before the old one."""
    said = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = f'{said}<opml><body><outline text="Grüße" xmlUrl="https://x.example/"/></body></opml>'
    name = read(body.encode(charset)).feeds[0].name
    assert name == ("GrÃ¼ÃŸe" if declared == "no-such" else "Grüße")


def test_no_more_than_are_taken() -> None:
    """Of a list beyond all measure the first are taken, and it says so."""
    outlines = "".join(
        f'<outline xmlUrl="https://x.example/{number}"/>' for number in range(OUTLINES_AT_MOST + 9)
    )
    answer = read(f"<opml><body>{outlines}</body></opml>")
    assert len(answer.feeds) == OUTLINES_AT_MOST
    assert answer.is_cut


def test_names_are_clean() -> None:
    """What a list calls a feed holds nothing hostile."""
    (feed,) = read(
        '<opml><outline text="a\x1b[2J&#27;&#x202e;b" xmlUrl="https://x.example/"/>'
    ).feeds
    assert not is_hostile(feed.name)


@pytest.mark.no_cover
@given(st.lists(st.tuples(st.text(max_size=20), st.integers(0, 999)), max_size=20))
def test_what_we_write_is_read_again(feeds: list[tuple[str, int]]) -> None:
    """A list that goes out comes in with its names, whatever XML cannot hold."""
    names = {f"https://x.example/{number}?a=1&b='": name for name, number in feeds}
    followed = [one for url, name in names.items() if (one := subscribe(url, name)) is not None]
    assert len(followed) == len(names)
    found = read(opml_of(followed)).feeds
    assert [(feed.url, feed.name) for feed in found] == [
        (one.url, one.name.strip() or one.url) for one in followed
    ]


@given(st.binary(max_size=300))
def test_no_bytes_raise(body: bytes) -> None:
    """Whatever the bytes are, there is an answer."""
    answer = read_opml(ParseJob(Kind.OPML, b"<opml><outline " + body))
    assert isinstance(answer, Outlines | NotUnderstood)
