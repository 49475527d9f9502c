"""How long a host asks us to wait."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.web.rate_limits import DEFAULT_WAIT_S, LONGEST_WAIT_S, wait_of
from tests.fakes import NOON

EPOCH = int(NOON.timestamp())

DIALECTS: list[tuple[int, dict[str, str], float | None]] = [
    (200, {}, None),
    (200, {"content-type": "text/xml"}, None),
    (429, {}, DEFAULT_WAIT_S),
    (503, {}, None),
    # Retry-After
    (429, {"retry-after": "120"}, 120),
    (503, {"retry-after": "30"}, 30),
    (503, {"retry-after": "Sun, 22 Nov 2026 12:05:00 GMT"}, 300),
    (429, {"retry-after": "Sunday, 22-Nov-26 12:05:00 GMT"}, 300),
    (429, {"retry-after": "Sun, 22 Nov 2026 12:05:00 -0000"}, 300),
    (429, {"retry-after": "2026-11-22T12:05:00Z"}, 300),
    (429, {"retry-after": "0"}, 0),
    (503, {"retry-after": "Sun, 22 Nov 2026 11:00:00 GMT"}, 0),
    (429, {"retry-after": "1.5"}, 1.5),
    (429, {"retry-after": "86400000"}, LONGEST_WAIT_S),
    (429, {"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, LONGEST_WAIT_S),
    # Mastodon
    (
        200,
        {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-22T12:05:00.250000Z"},
        300.25,
    ),
    (200, {"x-ratelimit-remaining": "7", "x-ratelimit-reset": "2026-11-22T12:05:00Z"}, None),
    (429, {"x-ratelimit-remaining": "7", "x-ratelimit-reset": "2026-11-22T12:05:00Z"}, 300),
    (429, {"x-ratelimit-reset": "2026-11-22T12:05:00"}, 300),
    # Bluesky, and those that count in seconds or milliseconds
    (429, {"ratelimit-remaining": "0", "ratelimit-reset": str(EPOCH + 77)}, 77),
    (200, {"ratelimit-remaining": "0", "ratelimit-reset": "77"}, 77),
    (200, {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "77"}, 77),
    (200, {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(EPOCH + 77)}, 77),
    (200, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(EPOCH * 1000 + 77_000)}, 77),
    (200, {"ratelimit-remaining": "0", "ratelimit-reset": str(EPOCH - 77)}, 0),
    (429, {"ratelimit-remaining": "0", "ratelimit-reset": str(EPOCH - 77)}, DEFAULT_WAIT_S),
    (200, {"ratelimit-remaining": "0"}, None),
    # the structured field, new and old
    (429, {"ratelimit": '"default";r=0;t=30'}, 30),
    (200, {"ratelimit": '"default";r=0;t=30'}, 30),
    (200, {"ratelimit": '"default";r=50;t=30'}, None),
    (200, {"ratelimit": '"burst";r=9;t=1, "day"; r=0; t=3600'}, 3600),
    (200, {"ratelimit": '"day";r=0', "ratelimit-policy": '"burst";q=9;w=1,"day";q=9;w=60'}, 60),
    (200, {"ratelimit": '"day";r=0', "ratelimit-policy": '"other";q=9;w=60'}, None),
    (200, {"ratelimit": "limit=100, remaining=0, reset=50"}, 50),
    (200, {"ratelimit": "limit=100, remaining=3, reset=50"}, None),
    # the longest of several
    (429, {"retry-after": "5", "ratelimit": '"default";r=0;t=30'}, 30),
    # what cannot be read was not said
    (200, {"retry-after": "soon"}, None),
    (429, {"retry-after": "soon"}, DEFAULT_WAIT_S),
    (503, {"retry-after": "-5"}, None),
    (503, {"retry-after": "nan"}, None),
    (503, {"retry-after": "inf"}, None),
    (503, {"retry-after": "1_000"}, None),
    (503, {"retry-after": "٣"}, None),
    (503, {"retry-after": "9" * 5000}, None),
    (503, {"retry-after": ""}, None),
    (200, {"ratelimit": ',;,=;"'}, None),
    (200, {"x-ratelimit-remaining": "none", "x-ratelimit-reset": "30"}, None),
]


@pytest.mark.parametrize(("status", "headers", "wait"), DIALECTS)
def test_each_dialect_is_read(status: int, headers: dict[str, str], wait: float | None) -> None:
    """What a host says in any dialect is the seconds until we may ask again."""
    assert wait_of(status, headers, NOON) == (None if wait is None else pytest.approx(wait))


_NAMES = st.sampled_from(
    [
        "retry-after",
        "ratelimit",
        "ratelimit-policy",
        *(
            f"{prefix}{end}"
            for prefix in ("x-ratelimit-", "ratelimit-", "x-rate-limit-")
            for end in ("remaining", "reset")
        ),
    ]
)
_MOMENTS = st.datetimes(timezones=st.just(UTC))
_VALUES = (
    st.text(max_size=60)
    | st.integers().map(str)
    | st.floats().map(str)
    | _MOMENTS.map(datetime.isoformat)
    | st.from_regex(r'("[a-z]{1,3}"(;[rtqw]=-?[0-9]{0,20}){0,3},? ?){0,3}', fullmatch=True)
)


@pytest.mark.no_cover
@given(st.sampled_from([200, 304, 403, 429, 503]), st.dictionaries(_NAMES, _VALUES), _MOMENTS)
def test_whatever_is_said_is_bounded(status: int, headers: dict[str, str], now: datetime) -> None:
    """No header makes us wait longer than a day, go back in time, or fail."""
    wait = wait_of(status, headers, now)
    assert wait is None or 0 <= wait <= LONGEST_WAIT_S
    assert status != 429 or wait is not None


@given(st.integers(0, int(LONGEST_WAIT_S)))
def test_all_dialects_say_the_same(seconds: int) -> None:
    """A wait is the same however it is written."""
    until = NOON + timedelta(seconds=seconds)
    said = [
        {"retry-after": str(seconds)},
        {"retry-after": until.strftime("%a, %d %b %Y %H:%M:%S GMT")},
        {"x-ratelimit-remaining": "0", "x-ratelimit-reset": until.isoformat()},
        {"ratelimit-remaining": "0", "ratelimit-reset": str(int(until.timestamp()))},
        {"ratelimit-remaining": "0", "ratelimit-reset": str(seconds)},
        {"ratelimit": f'"default";r=0;t={seconds}'},
    ]
    assert {wait_of(200, headers, NOON) for headers in said} == {float(seconds)}
