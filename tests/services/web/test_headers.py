"""Headers: what may be sent, and what is kept of what comes."""

import pytest

from services.errors import Forbidden, Garbled
from services.model.words import Safe
from services.secrets import Secret
from services.web.headers import (
    all_of,
    answer_headers,
    known_validators,
    read_validators,
    request_headers,
)
from services.web.values import Request, Validators

WHO = Safe("there.example")


def test_what_is_sent() -> None:
    """All that was asked for is sent, gzip is the only coding, and a stream has none."""
    request = Request(
        "https://there.example/",
        accept="application/json",
        headers=(("X-Key", "1"),),
        authorization=Secret("Bearer t"),
        content_type="text/plain",
        validators=Validators(etag=' W/"1"', last_modified="Sun, 22 Nov 2026 12:00:00 GMT"),
    )
    assert dict(request_headers(request, "Chinwag/1")) == {
        "User-Agent": "Chinwag/1",
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
        "If-None-Match": 'W/"1"',
        "If-Modified-Since": "Sun, 22 Nov 2026 12:00:00 GMT",
        "X-Key": "1",
        "Content-Type": "text/plain",
        "Authorization": "Bearer t",
    }
    streamed = dict(request_headers(Request("https://there.example/"), "Chinwag/1", is_stream=True))
    assert streamed["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("secret", ["s3\r\ncret", "s3cr\u00e9t", "s3\0cret", " s3cret", "s3cret\n"])
def test_a_token_that_cannot_be_sent(secret: str) -> None:
    """A token that would break the wire is refused in a sentence that does not hold it."""
    with pytest.raises(Forbidden) as raised:
        request_headers(Request("https://a.example/", authorization=Secret(secret)), "Chinwag")
    assert "cr" not in f"{raised.value} {raised.value.remedy}"
    with pytest.raises(Forbidden):
        request_headers(Request("https://a.example/", headers=(("X:", "1"),)), "Chinwag")


def test_what_is_kept() -> None:
    """Names in lower case, of several the last, none longer than it may be."""
    raw = [(b"A", b"1"), (b"a", b"2"), (b"B", b"x" * 9_000), (b"C", b"\xff")]
    headers = answer_headers(raw, WHO)
    assert headers == {"a": "2", "b": "x" * 4_000, "c": "\xff"}
    assert all_of("a", raw) == ["1", "2"]
    with pytest.raises(Garbled, match="more headers than anybody needs"):
        answer_headers([(b"a", b"1")] * 201, WHO)


def test_validators() -> None:
    """What could not be sent back is not kept, and silence changes nothing."""
    assert read_validators({"etag": '"1"', "last-modified": "x"}) == Validators('"1"', "x")
    for etag in ("", "x" * 501, '"\x1b[2J"', '"\xe9"'):
        assert read_validators({"etag": etag}).etag is None
    assert known_validators(Validators(), Validators("a", "b")) == Validators("a", "b")
    assert known_validators(Validators("c"), Validators("a", "b")) == Validators("c", "b")
    bad = Validators(etag="a\r\nb", last_modified="\x1b")
    sent = dict(request_headers(Request("https://a.example/", validators=bad), "Chinwag"))
    assert not sent.keys() & {"If-None-Match", "If-Modified-Since"}
