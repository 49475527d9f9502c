"""Feeds of every format and encoding, good ones and wrong ones, as values."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.networks.feeds.parse import parse_feed
from services.networks.feeds.wire import (
    ENTRIES_AT_MOST,
    GUID_CHARS,
    TITLE_CHARS,
    Kind,
    NotUnderstood,
    ParsedFeed,
    ParseJob,
    Reason,
    finding_frame,
    finding_of,
)
from services.text.clean import is_hostile

RECORDED = Path(__file__).parent / "recorded"
HERE = "https://gazette.example/feed/rss.xml"


def read(body: bytes, content_type: str = "application/xml", url: str = HERE) -> ParsedFeed:
    """Parse what has to be a feed."""
    found = parse_feed(ParseJob(Kind.FEED, body, url, content_type))
    assert isinstance(found, ParsedFeed), found
    return found


def refused(body: bytes, content_type: str = "") -> Reason:
    """Parse what has to be none."""
    found = parse_feed(ParseJob(Kind.FEED, body, HERE, content_type))
    assert isinstance(found, NotUnderstood), found
    return found.reason


def rss(items: str, head: str = "") -> bytes:
    """Write a feed around items."""
    return (
        f'<?xml version="1.0"?>{head}<rss version="2.0"><channel><title>T</title>{items}'
        "</channel></rss>"
    ).encode()


def item(title: str = "t", link: str = "", more: str = "") -> str:
    """Write one item."""
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


def moment(age_h: int) -> str:
    """Write a date as RSS does."""
    return f"{datetime.fromtimestamp(1.7e9 - age_h * 3600, UTC):%a, %d %b %Y %H:%M:%S} GMT"


def test_rss_two_is_read() -> None:
    """RSS 2.0 gives titles, first paragraphs, resolved links, dates in UTC and its ttl."""
    feed = read((RECORDED / "rss20.xml").read_bytes())
    assert (feed.title, feed.site, feed.ttl_s, feed.is_cut) == (
        "The Harbour & Hill Gazette", "https://gazette.example/", 1800, False,
    )  # fmt: skip
    ferry, cafe, note = feed.entries
    assert ferry.guid == "gazette-2"
    assert ferry.paragraph == "The ferry to the island runs again."
    assert ferry.url == "https://gazette.example/news/ferry"
    assert ferry.published_at == datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    assert (cafe.title, cafe.paragraph) == ("Café près du port: ouvert", "Le café est ouvert.")
    assert cafe.url == "https://gazette.example/news/cafe?a=1&b=2"
    assert note.title == note.paragraph == "A note without a title, in plain words."
    assert (note.url, note.published_at) == (None, None)
    assert note.guid.startswith("sha256:")


def test_an_old_feed_with_letters_of_its_doctype_is_read() -> None:
    """RSS 0.91 names letters that its external DTD defines; they are known without it."""
    feed = read((RECORDED / "rss091.xml").read_bytes())
    assert [entry.title for entry in feed.entries] == ["The café rings"]


def test_rss_one_is_read() -> None:
    """RDF gives its items and how often it is written."""
    feed = read((RECORDED / "rss10.rdf").read_bytes())
    assert feed.ttl_s == 6 * 3600
    (storks,) = feed.entries
    assert (storks.title, storks.url) == ("Storks are back", "https://tower.example/a")
    assert storks.published_at == datetime(2026, 11, 20, 6, 0, tzinfo=UTC)


def test_atom_is_read() -> None:
    """Atom's plain titles stay as they are written, and its own base resolves its links."""
    feed = read((RECORDED / "atom10.xml").read_bytes(), url="https://cdn.example/x")
    assert (feed.title, feed.site) == ("Notes & Queries", "https://notes.example/")
    one, two = feed.entries
    assert (one.title, one.paragraph) == ("1 < 2 & <b> is a tag", "First words.")
    assert one.url == "https://notes.example/2026/one"
    assert one.published_at == datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
    assert (two.title, two.paragraph) == ("Second note", "Plain & short.")
    assert two.published_at == datetime(2026, 11, 20, tzinfo=UTC)


def test_plain_content_stays_as_it_is_written() -> None:
    """Atom's plain content without a summary is not read as HTML, and its HTML content is."""
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>t</title>'
        '<content type="{}">a &lt;b&gt; c</content></entry></feed>'
    )
    shown = [read(body.format(kind).encode()).entries[0].paragraph for kind in ("text", "html")]
    assert shown == ["a <b> c", "a c"]


def test_json_feed_is_read() -> None:
    """JSON Feed gives its items, and one that is wrong costs only itself."""
    feed = read((RECORDED / "feed.json").read_bytes(), url="https://waves.example/feed.json")
    assert (feed.title, feed.site) == ("Small Waves", "https://waves.example/")
    tide, untitled, short = feed.entries
    assert (tide.guid, tide.title, tide.url) == ("7", "Tide <table>", "https://waves.example/7")
    assert tide.paragraph == "High at noon."
    assert tide.published_at == datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    assert (untitled.title, untitled.url) == ("No title here.", "https://elsewhere.example/8")
    assert untitled.published_at == datetime(2026, 11, 20, tzinfo=UTC)
    assert short.paragraph == "In short."


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"a": 1}', Reason.NOT_A_FEED),
        (b'{"version": "https://other.example/"}', Reason.NOT_A_FEED),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', Reason.BROKEN),
        (b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 99_999, Reason.BROKEN),
        (b'{"version": "\xff"}', Reason.BROKEN),
        (b"", Reason.EMPTY),
        (b" \r\n\t\x00", Reason.EMPTY),
        (b"<!-- hi --> <!DOCTYPE html><html><body><rss>", Reason.NOT_A_FEED),
        (b'\xef\xbb\xbf<?xml version="1.0"?><html xmlns="x"/>', Reason.NOT_A_FEED),
        (b"Not found", Reason.NOT_A_FEED),
        (b"<opml><body/></opml>", Reason.NOT_A_FEED),
    ],
)
def test_what_is_no_feed_is_said_to_be_none(body: bytes, reason: Reason) -> None:
    """A page, an error in plain words or broken JSON is refused with its reason."""
    assert refused(body) is reason


TEXT = rss(item("Grüße, naïve façade – “quoted”")).decode()


@pytest.mark.parametrize(
    ("charset", "declared", "content_type"),
    [
        ("utf-8", "utf-8", "application/rss+xml"),
        ("utf-8-sig", "utf-8", "text/xml"),
        ("utf-8", "", "application/rss+xml"),
        ("utf-8", "", "text/xml; charset=utf-8"),
        ("utf-8", "", "text/html"),
        ("utf-8", "", ""),
        ("utf-16", "utf-16", "application/xml"),
        ("utf-16", "", "application/xml"),
        ("windows-1252", "windows-1252", "text/xml"),
        ("windows-1252", "iso-8859-1", "application/xml"),
        ("windows-1252", "utf-8", "application/rss+xml"),
        ("windows-1252", "", 'application/rss+xml; charset="windows-1252"'),
        ("windows-1252", "utf-8", "application/xml; charset=no-such-thing"),
    ],
)
def test_letters_survive_their_encoding(charset: str, declared: str, content_type: str) -> None:
    """Marks, declarations and headers are believed in turn, and a wrong one costs no letter."""
    said = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    body = TEXT.replace('<?xml version="1.0"?>', said).encode(charset)
    assert read(body, content_type).entries[0].title == "Grüße, naïve façade – “quoted”"


def test_latin_one_as_declared() -> None:
    """ISO 8859-1 that is declared is read as that."""
    body = rss(item("Grüße")).decode().replace("?>", ' encoding="iso-8859-1"?>', 1)
    assert read(body.encode("iso-8859-1")).entries[0].title == "Grüße"


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://me@evil.example/",
     "http://[", "gopher://x.example/"],
)  # fmt: skip
def test_only_links_of_the_web_are_kept(link: str) -> None:
    """A link that leads to anything but http or https is not there."""
    assert read(rss(item("t", link))).entries[0].url is None
    body = json.dumps(
        {"version": "https://jsonfeed.org/version/1", "items": [{"title": "t", "url": link}]}
    )
    assert read(body.encode()).entries[0].url is None


@pytest.mark.parametrize(
    "title", ["a&#27;]52;c;eA==&#7;b", "a\x1b[2Jb", "a&#x202e;b", "a\u202eb", "a&amp;#x202e;b"]
)
def test_nothing_hostile_leaves(title: str) -> None:
    """Sequences and bidi controls, written as themselves or as references, come out replaced."""
    more = f"<description>{title}</description><guid>{title}</guid>"
    (entry,) = read(rss(item(title, "https://x.example/", more))).entries
    for text in (entry.title, entry.paragraph, entry.guid):
        assert not is_hostile(text)
    assert entry.title.startswith("a\ufffd")


def test_keys_stay_apart_when_they_have_to_be_changed() -> None:
    """Two keys that are too long or not clean do not become one key."""
    long = "x" * (GUID_CHARS + 1)
    guids = ["a\u202e", "a\u200b", "a  b", "a b", long + "1", long + "2"]
    entries = read(rss("".join(item(more=f"<guid>{guid}</guid>") for guid in guids))).entries
    assert len({entry.guid for entry in entries}) == len(guids)
    assert all(len(entry.guid) <= GUID_CHARS for entry in entries)


def test_keys_do_not_change_when_the_feed_moves() -> None:
    """A key that is no address stays as it is written, wherever the feed comes from."""
    body = rss(item(more="<guid>4711</guid>"))
    assert {read(body, url=url).entries[0].guid for url in (HERE, "https://new.example/")} == {
        "4711"
    }


def test_lengths_are_bounded() -> None:
    """A title of a megabyte is a short title."""
    (entry,) = read(rss(item("word " * 200_000))).entries
    assert len(entry.title) <= TITLE_CHARS


@pytest.mark.parametrize("newest_first", [True, False])
def test_the_newest_of_very_many_are_kept(newest_first: bool) -> None:
    """Of more items than are kept the newest are, at whichever end of the feed they are."""
    order = range(2_300) if newest_first else range(2_299, -1, -1)
    items = [item(str(age), more=f"<pubDate>{moment(age)}</pubDate>") for age in order]
    feed = read(rss("".join(items)))
    assert sorted(int(entry.title) for entry in feed.entries) == list(range(ENTRIES_AT_MOST))
    assert not feed.is_cut


def test_without_dates_the_first_are_kept() -> None:
    """Of more items than are kept, where they do not say when they are from, the first are."""
    feed = read(rss("".join(item(str(number)) for number in range(ENTRIES_AT_MOST + 5))))
    assert [entry.title for entry in feed.entries] == [str(n) for n in range(ENTRIES_AT_MOST)]


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "name", ["rss20.xml", "rss091.xml", "rss10.rdf", "atom10.xml", "feed.json"]
)
def test_a_feed_that_ends_anywhere_never_raises(name: str) -> None:
    """Cut at every tenth byte a feed gives what came before, or a reason, and no exception."""
    body = (RECORDED / name).read_bytes()
    whole = len(read(body).entries)
    for end in range(0, len(body), 10):
        found = parse_feed(ParseJob(Kind.FEED, body[:end], HERE, "application/xml"))
        if isinstance(found, ParsedFeed):
            assert found.is_cut or end > len(body) - 10
            assert len(found.entries) <= whole
        assert finding_of(finding_frame(found)) == found


def test_what_came_before_the_cut_is_kept() -> None:
    """A feed that ends in its second item gives the first one and says that it is cut."""
    body = (RECORDED / "rss20.xml").read_bytes()
    feed = read(body[: body.index(b"Caf\xc3\xa9")])
    assert feed.is_cut
    assert feed.entries[0].title == "Ferry runs again after the storm"


@pytest.mark.parametrize(
    ("inside", "ttl_s"),
    [
        ("<ttl>0</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>99999999999999</ttl>", None),
        ("<ttl>999999999</ttl>", 31_536_000),
        ("<ttl>soon</ttl>", None),
    ],
)
def test_an_odd_ttl_is_bounded_or_none(inside: str, ttl_s: int | None) -> None:
    """How long to leave it alone is at most a year, and only what is a number counts."""
    assert read(rss(inside)).ttl_s == ttl_s


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Sun, 01 Jan 2040 00:00:00 GMT", datetime(2040, 1, 1, tzinfo=UTC)),
        ("Sun, 99 Jan 2026 99:99:99 GMT", None),
        ("9999-12-31T23:59:59-23:00", None),
        ("", None),
    ],
)
def test_odd_dates(written: str, expected: datetime | None) -> None:
    """A date of the future is given as written, and one that the calendar lacks is none."""
    (entry,) = read(rss(item(more=f"<pubDate>{written}</pubDate>"))).entries
    assert entry.published_at == expected


def test_a_json_date_at_the_end_of_time_is_none() -> None:
    """A moment that UTC has no year for is left out."""
    body = {
        "version": "https://jsonfeed.org/version/1",
        "items": [{"title": "t", "date_published": "0001-01-01T00:00:00+05:00"}],
    }
    assert read(json.dumps(body).encode()).entries[0].published_at is None


def test_entities_of_its_own_are_not_expanded() -> None:
    """Entities that a document defines for itself, files among them, stay names."""
    head = '<!DOCTYPE rss [<!ENTITY a "AAAA"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    (entry,) = read(rss(item("x&a;&f;"), head)).entries
    assert "AAAA" not in entry.title
    assert "root" not in entry.title


NAMES = ("title_detail", "summary_detail", "content", "links", "id", "published_parsed", "link",
         "updated_parsed", "created_parsed", "version", "feed", "entries", "guidislink", "title",
         "tags", "authors", "ttl", "sy_updateperiod", "summary", "description")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_elements_called_as_the_library_calls_its_own_do_no_harm(name: str) -> None:
    """An element with the name of something that the library makes is only an element."""
    for inside in (f"<{name}>x</{name}>", f'<{name} a="b" type="text/plain">x</{name}>'):
        found = parse_feed(ParseJob(Kind.FEED, rss(inside + item("t", "/l", inside)), HERE))
        assert isinstance(found, ParsedFeed | NotUnderstood)
        entry = f"<entry>{inside}<title>t</title>{inside}</entry>"
        atom = f'<feed xmlns="http://www.w3.org/2005/Atom">{inside}{entry}</feed>'
        found = parse_feed(ParseJob(Kind.FEED, atom.encode(), HERE))
        assert isinstance(found, ParsedFeed | NotUnderstood)


@given(st.binary(max_size=400), st.text(max_size=40))
def test_no_bytes_raise(body: bytes, content_type: str) -> None:
    """Whatever the bytes and the header are, there is a finding that can be sent."""
    for whole in (body, rss("").replace(b"</channel>", body)):
        found = parse_feed(ParseJob(Kind.FEED, whole, HERE, content_type))
        assert finding_of(finding_frame(found)) == found


def test_what_the_library_cannot_stand_is_broken() -> None:
    """A reference to a letter that cannot be ends the library's reading, not ours."""
    assert refused(rss(item("&#99999999999;"))) is Reason.BROKEN
