"""Made-up stories, and the four ways to write them down.

Law: pure: the same arguments give the same bytes, so that validators can hold.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

import msgspec

_WHO = ("The council", "A baker", "The ferry line", "One school", "The museum", "A choir")
_DOES = ("opens", "repairs", "moves", "paints", "measures", "buys back", "closes")
_WHAT = ("the harbour bridge", "an old mill", "the tram", "a garden", "the clock", "its archive")
_BEGIN = ("Tar", "Vel", "Ost", "Quel", "Mar", "Bren", "Hol", "Ker", "Lin", "Sun")
_MIDDLE = ("na", "de", "mi", "ro", "lu", "be", "ska", "vi", "to", "ge")
_END = ("by", "ford", "stad", "wick", "holm", "mouth", "ley", "dorf", "gard", "ton")


@dataclass(frozen=True, slots=True)
class Story:
    """One item of a feed."""

    title: str
    url: str
    published: datetime
    paragraph: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A publisher with what it carries."""

    publisher: str
    home: str
    stories: tuple[Story, ...]
    ttl_minutes: int | None = None


def title_of(number: int) -> str:
    """Give the headline of story ``number``, each about a place of its own."""
    chosen = []
    rest = number
    for choice in (_WHO, _DOES, _WHAT):
        rest, at = divmod(rest, len(choice))
        chosen.append(choice[at])
    who, does, what = chosen
    last, end, *others = reversed(f"{number:03}")
    middle = "".join(_MIDDLE[int(digit)] for digit in others)
    return f"{who} of {_BEGIN[int(last)]}{middle}{_END[int(end)]} {does} {what}"


def make_feed(
    publisher: str,
    count: int,
    newest: datetime,
    *,
    first: int = 0,
    every_s: float = 600.0,
    ttl_minutes: int | None = None,
) -> Feed:
    """Make a feed of ``count`` stories, the newest first, one every ``every_s`` seconds."""
    slug = "".join(letter if letter.isalnum() else "-" for letter in publisher.lower())
    home = f"https://{slug}.example"
    stories = (
        Story(
            title_of(first + at),
            f"{home}/stories/{first + at}",
            newest - timedelta(seconds=at * every_s),
            f"{title_of(first + at)}, {publisher} reports. Neighbours came to look, and stayed.",
        )
        for at in range(count)
    )
    return Feed(publisher, home, tuple(stories), ttl_minutes)


def rss(feed: Feed, encoding: str = "utf-8") -> str:
    """Write RSS 2.0. Source: rssboard.org/rss-specification, 2.0.11, 2026-11."""
    items = "".join(
        f"<item><title>{escape(story.title)}</title><link>{escape(story.url)}</link>"
        f'<guid isPermaLink="true">{escape(story.url)}</guid>'
        f"<pubDate>{format_datetime(story.published)}</pubDate>"
        f"<description>{escape(f'<p>{story.paragraph}</p>')}</description></item>\n"
        for story in feed.stories
    )
    ttl = "" if feed.ttl_minutes is None else f"<ttl>{feed.ttl_minutes}</ttl>"
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<rss version="2.0"><channel>'
        f"<title>{escape(feed.publisher)}</title><link>{feed.home}</link>"
        f"<description>Stories of {escape(feed.publisher)}</description>{ttl}\n"
        f"{items}</channel></rss>\n"
    )


def atom(feed: Feed) -> str:
    """Write Atom. Source: RFC 4287, 2026-11."""
    entries = "".join(
        f"<entry><id>{escape(story.url)}</id><title>{escape(story.title)}</title>"
        f"<link rel='alternate' href={quoteattr(story.url)}/>"
        f"<published>{_iso(story.published)}</published>"
        f"<updated>{_iso(story.published)}</updated>"
        f"<summary>{escape(story.paragraph)}</summary></entry>\n"
        for story in feed.stories
    )
    updated = max((story.published for story in feed.stories), default=None)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{feed.home}</id><title>{escape(feed.publisher)}</title>"
        f"<link href='{feed.home}'/><updated>{_iso(updated) if updated else ''}</updated>\n"
        f"{entries}</feed>\n"
    )


def rdf(feed: Feed) -> str:
    """Write RSS 1.0. Source: web.resource.org/rss/1.0/spec and /modules/dc, 2026-11."""
    items = "".join(
        f"<item rdf:about={quoteattr(story.url)}><title>{escape(story.title)}</title>"
        f"<link>{escape(story.url)}</link><dc:date>{_iso(story.published)}</dc:date>"
        f"<description>{escape(story.paragraph)}</description></item>\n"
        for story in feed.stories
    )
    listed = "".join(f"<rdf:li rdf:resource={quoteattr(s.url)}/>" for s in feed.stories)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel rdf:about='{feed.home}'><title>{escape(feed.publisher)}</title>"
        f"<link>{feed.home}</link><description>Stories</description>"
        f"<items><rdf:Seq>{listed}</rdf:Seq></items></channel>\n{items}</rdf:RDF>\n"
    )


def json_feed(feed: Feed) -> str:
    """Write JSON Feed. Source: jsonfeed.org/version/1.1, 2026-11."""
    return msgspec.json.encode(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.publisher,
            "home_page_url": feed.home,
            "items": [
                {
                    "id": story.url,
                    "url": story.url,
                    "title": story.title,
                    "content_text": story.paragraph,
                    "date_published": _iso(story.published),
                }
                for story in feed.stories
            ],
        }
    ).decode()


def opml(feeds: Iterable[tuple[str, str]]) -> str:
    """Write OPML of publishers and addresses, half in a folder. Source: opml.org/spec2, 2026-11."""
    lines = [
        f"<outline type='rss' text={quoteattr(name)} xmlUrl={quoteattr(url)}/>\n"
        for name, url in feeds
    ]
    half = len(lines) // 2
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<opml version="2.0">'
        f"<head><title>Feeds</title></head><body>\n{''.join(lines[:half])}"
        f"<outline text='Folder'>\n{''.join(lines[half:])}</outline></body></opml>\n"
    )


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
