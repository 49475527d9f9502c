"""Facets: what is marked in a text of ours, in bytes, and what is read off those of others."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.networks.bluesky.facets import facets_of, marked, names_in, with_whole_links
from services.networks.bluesky.wire import LINK, MENTION, TAG, Facet, Feature, Index

DIDS = {"ben.example": "did:plc:ben", "xn--bcher-kva.example": "did:plc:b"}
_AROUND = st.text(
    st.sampled_from(
        " \n.,a#@/:()\u00e9\u6f22\u05d0\u0301\u200d\u3002\U0001f44b\U0001f3fd\U0001f1eb"
    ),
    max_size=8,
)  # fmt: skip
_MARKS = st.sampled_from(
    ["@ben.example", "@BEN.example", "#tide", "#\u6f6e", "@no.example",
     "https://x.example/a(b)?c=\u00fc#d", "https://\u00e9.example", "#1", "@ben"]
)  # fmt: skip


@given(st.lists(st.tuples(_AROUND, _MARKS, _AROUND), max_size=5).map(
    lambda pieces: "".join(before + mark + after for before, mark, after in pieces)
))  # fmt: skip
@example("\U0001f44b\U0001f3fd @ben.example")
@example("\u05e9\u05dc\u05d5\u05dd @ben.example #\u05d2\u05d0\u05d5\u05ea")
def test_a_mark_cuts_out_just_what_it_marks(body: str) -> None:
    """Whatever stands around it, the bytes of a facet are its link, its name or its tag."""
    facets, data, at = facets_of(body, DIDS), body.encode(), 0
    for facet in facets:
        assert at <= facet.index.byte_start < facet.index.byte_end <= len(data)
        at = facet.index.byte_end
        piece = data[facet.index.byte_start : facet.index.byte_end].decode()
        (feature,) = facet.features
        match feature.type:
            case kind if kind == MENTION:
                assert DIDS[piece.removeprefix("@").lower()] == feature.did
            case kind if kind == TAG:
                assert piece == f"#{feature.tag}"
            case kind:
                assert kind == LINK
                assert feature.uri.isascii()
                assert piece.startswith("https://")
    assert len(marked(body, facets)) == len(facets)
    assert with_whole_links(body, facets) == body


@pytest.mark.parametrize(
    ("body", "pieces"),
    [
        ("hi @ben.example.", ["@ben.example"]),
        ("(@ben.example)", ["@ben.example"]),
        ("mail ben@ben.example or me@x", []),
        ("https://x.example/@ben.example/#tag", ["https://x.example/@ben.example/#tag"]),
        ("see https://x.example.", ["https://x.example"]),
        ("#a #1 #1a a#b ##c", ["#a", "#1a"]),
        ("#" + "x" * 65, []),
        ("https://", []),
        ("@nobody.example", []),
    ],
)
def test_what_is_marked(body: str, pieces: list[str]) -> None:
    """Links, known names and tags, and nothing that only looks alike."""
    assert [piece for piece, _ in marked(body, facets_of(body, DIDS))] == pieces


def test_names_are_asked_for_once() -> None:
    """A handle that stands twice is asked for once, and one within a link not at all."""
    body = "@ben.example @Ben.Example @b.c https://x.example/@d.example @plain"
    assert names_in(body) == ("ben.example", "b.c")


def facet(start: int, end: int, uri: str = "https://harbour.example/times?d=1") -> Facet:
    """Mark bytes as a link."""
    return Facet(Index(start, end), (Feature(type=LINK, uri=uri),))


@pytest.mark.parametrize(
    ("body", "facets", "whole"),
    [
        ("see harbour.example/ti... now", [facet(4, 25)],
         "see https://harbour.example/times?d=1 now"),
        ("see here now", [facet(4, 8)], "see here (https://harbour.example/times?d=1) now"),
        ("\u6f22 here", [facet(4, 8)], "\u6f22 here (https://harbour.example/times?d=1)"),
        ("\u6f22 here", [facet(1, 8), facet(4, 6, "javascript:1")], "\u6f22 here"),
        ("here", [facet(0, 40), facet(-1, 3), facet(3, 1), facet(2, 2)], "here"),
        ("bank.example", [facet(0, 12)], "bank.example (https://harbour.example/times?d=1)"),
        ("one two", [facet(0, 3), facet(2, 6)], "one (https://harbour.example/times?d=1) two"),
        ("\u6f22x", [facet(3, 4), facet(1, 4)], "\u6f22x (https://harbour.example/times?d=1)"),
        ("\ud800 x", [facet(0, 1)], "? (https://harbour.example/times?d=1) x"),
    ],
)  # fmt: skip
def test_where_a_link_leads_is_seen(body: str, facets: list[Facet], whole: str) -> None:
    """A shortened address is whole, words show where they lead, odd facets change nothing."""
    assert with_whole_links(body, facets) == whole
