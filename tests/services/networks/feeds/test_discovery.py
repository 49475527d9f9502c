"""The feeds that a page names are found, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.networks.feeds.discovery import find_feeds
from services.networks.feeds.wire import (
    LINKS_AT_MOST,
    FeedKind,
    FoundFeed,
    FoundFeeds,
    Kind,
    NotUnderstood,
    ParseJob,
    Reason,
)
from services.text.clean import is_hostile

HERE = "https://site.example/blog/"
RSS = 'rel="alternate" type="application/rss+xml"'


def found(page: str | bytes, content_type: str = "text/html") -> tuple[FoundFeed, ...]:
    """Look through a page."""
    body = page if isinstance(page, bytes) else page.encode()
    answer = find_feeds(ParseJob(Kind.PAGE, body, HERE, content_type))
    assert isinstance(answer, FoundFeeds)
    return answer.links


def test_the_feeds_of_a_page_are_found() -> None:
    """Each format is known by its type, addresses are resolved, and each is there once."""
    page = f"""<!doctype html><html><head>
      <link rel="stylesheet" type="text/css" href="x.css">
      <link {RSS} title="All &amp; more" href="feed.xml">
      <LINK REL="Feed ALTERNATE" TYPE="application/atom+xml; charset=utf-8" HREF="/atom">
      <link rel="alternate" type="application/feed+json" href="https://cdn.example/f.json">
      <link rel="alternate" type="application/rdf+xml" href="//cdn.example/rdf">
      <link {RSS} title="again" href="feed.xml">
      <link rel="alternate" type="text/html" hreflang="de" href="/de">
      <link rel="me" type="application/rss+xml" href="/me">
      <link rel="alternate" type="application/rss+xml">
    </head><body>text</body></html>"""
    assert found(page) == (
        FoundFeed("https://site.example/blog/feed.xml", "All & more", FeedKind.RSS),
        FoundFeed("https://site.example/atom", "", FeedKind.ATOM),
        FoundFeed("https://cdn.example/f.json", "", FeedKind.JSON),
        FoundFeed("https://cdn.example/rdf", "", FeedKind.RSS),
    )


def test_a_base_is_followed_if_it_is_of_the_web() -> None:
    """Where a page names a base its addresses start there, unless that leads elsewhere."""
    link = f'<link {RSS} href="f">'
    assert found(f'<base href="/other/">{link}')[0].url == "https://site.example/other/f"
    assert found(f'<base href="file:///etc/">{link}')[0].url == "https://site.example/blog/f"


def test_no_more_than_ten() -> None:
    """Of very many feeds the first are given."""
    links = found("".join(f'<link {RSS} href="/{number}">' for number in range(99)))
    assert [link.url[-2:] for link in links] == [f"/{number}" for number in range(LINKS_AT_MOST)]


@pytest.mark.parametrize("href", ["javascript:x", "data:,x", "file:///x", "ftp://x.example/", " "])
def test_only_addresses_of_the_web(href: str) -> None:
    """What leads to neither http nor https is no feed."""
    assert found(f'<link {RSS} href="{href}">') == ()


def test_titles_are_clean() -> None:
    """What a page calls its feed holds nothing hostile."""
    (link,) = found(f'<link {RSS} href="/f" title="a\x1b[2J\u202e&#x9b;b">')
    assert not is_hostile(link.title)


@pytest.mark.parametrize(
    ("charset", "head", "content_type"),
    [
        ("utf-8", "", "text/html"),
        ("utf-16", "", "text/html"),
        ("cp1251", "", "text/html; charset=windows-1251"),
        ("cp1251", "<meta charset=windows-1251>", ""),
        ("utf-8", "<meta charset=no-such>", ""),
    ],
)
def test_letters_survive(charset: str, head: str, content_type: str) -> None:
    """The charset of the header, of the page or of its mark is followed."""
    page = f'<head>{head}<link {RSS} href="/f" title="Гусь">'
    assert found(page.encode(charset), content_type)[0].title == "Гусь"


def test_an_empty_page_is_empty() -> None:
    """Nothing at all is said to be nothing."""
    assert find_feeds(ParseJob(Kind.PAGE, b" ", HERE)) == NotUnderstood(Reason.EMPTY)


def test_only_the_beginning_is_looked_at() -> None:
    """A feed that is named behind very many tags is not found."""
    assert found("<i></i>" * 10_000 + f'<link {RSS} href="/f">') == ()


@given(st.binary(max_size=300), st.text(max_size=30))
def test_no_page_raises(body: bytes, content_type: str) -> None:
    """Whatever the bytes and the header are, there is an answer."""
    answer = find_feeds(ParseJob(Kind.PAGE, b"x<link " + body, HERE, content_type))
    assert isinstance(answer, FoundFeeds)
