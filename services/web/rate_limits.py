"""How long a host asks us to wait, in every dialect that is in use.

Law: pure. A number from outside is bounded before it is believed, and what cannot be read counts
as not said.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite

LONGEST_WAIT_S = 24 * 3600.0
DEFAULT_WAIT_S = 60.0
"""After a 429 that names no time."""

_TOO_MANY = 429
_LONGEST_VALUE = 1_000
_EPOCH_FROM = 1e9
"""A smaller number is seconds from now: as an epoch it would be before September 2001."""
_MILLISECONDS_FROM = 1e11
"""A larger number is an epoch in milliseconds: as seconds it would be after the year 5100."""
_NO_TIME_FROM = 1e14
_PREFIXES = ("x-ratelimit-", "ratelimit-", "x-rate-limit-")

_Parameters = dict[str, str]


def wait_of(status: int, headers: Mapping[str, str], now: datetime) -> float | None:
    """Give the seconds to wait before the next request to that host; ``None``: nothing was said.

    ``headers`` by name in lower case. Of several hints the longest counts; never more than a day.

    Source: RFC 9110, 10.2.3 (Retry-After: seconds or a date, with 429 and 503 alike); RFC 6585, 4;
    docs.joinmastodon.org/api/rate-limits (X-RateLimit-Reset is ISO 8601);
    docs.bsky.app/docs/advanced-guides/rate-limits (RateLimit-Reset is an epoch);
    draft-ietf-httpapi-ratelimit-headers-10 (RateLimit: "name";r=0;t=30) and -06 (RateLimit-Reset
    is seconds from now); 2026-11.
    """
    is_refused = status == _TOO_MANY
    hints = [
        _retry_after(headers.get("retry-after"), now),
        *(_counted(prefix, headers, now, is_refused) for prefix in _PREFIXES),
        _structured(headers, is_refused),
    ]
    said = [_bounded(hint) for hint in hints if hint is not None]
    if said and not (is_refused and max(said) == 0 and hints[0] is None):
        return max(said)
    # A reset that lies in the past means that the two clocks differ, so it is no hint at all.
    return DEFAULT_WAIT_S if is_refused else None


def _retry_after(value: str | None, now: datetime) -> float | None:
    """Read ``120`` or ``Fri, 31 Dec 1999 23:59:59 GMT``."""
    if value is None:
        return None
    seconds = _number(value)
    return seconds if seconds is not None else _until_date(value, now)


def _counted(
    prefix: str, headers: Mapping[str, str], now: datetime, is_refused: bool
) -> float | None:
    """Read ``…-Remaining`` and ``…-Reset``; only a count that is used up asks to wait."""
    remaining = _number(headers.get(f"{prefix}remaining"))
    if not _is_used_up(remaining, is_refused):
        return None
    return _until(headers.get(f"{prefix}reset"), now)


def _structured(headers: Mapping[str, str], is_refused: bool) -> float | None:
    """Read the structured field; a policy's window where it names no time."""
    windows = {
        name: _number(said.get("w")) for name, said in _items(headers.get("ratelimit-policy"))
    }
    waits = []
    for name, said in _items(headers.get("ratelimit")):
        if not _is_used_up(_number(said.get("r", said.get("remaining"))), is_refused):
            continue
        seconds = _number(said.get("t", said.get("reset")))
        waits.append(windows.get(name) if seconds is None else seconds)
    return max((wait for wait in waits if wait is not None), default=None)


def _items(value: str | None) -> list[tuple[str, _Parameters]]:
    """Split ``"name";key=value, "name";key=value`` into names and their parameters.

    The older form ``limit=10, remaining=0, reset=30`` is one item without a name.

    Source: RFC 8941, 3.1.2 (parameters); draft-ietf-httpapi-ratelimit-headers-07, 2026-11.
    """
    found: list[tuple[str, _Parameters]] = []
    nameless: _Parameters = {}
    for part in (value or "")[:_LONGEST_VALUE].split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if "=" in name:
            nameless.update(_parameters([name]))
        elif name:
            found.append((name.strip('"'), _parameters(parameters)))
    return [*found, ("", nameless)] if nameless else found


def _parameters(pieces: list[str]) -> _Parameters:
    """Read ``key=value`` pairs."""
    pairs = (piece.partition("=") for piece in pieces)
    return {key.strip().lower(): value.strip() for key, _, value in pairs}


def _is_used_up(remaining: float | None, is_refused: bool) -> bool:
    """Say whether nothing is left; a refusal says so where no count is given, or a wrong one."""
    return is_refused or (remaining is not None and remaining < 1)


def _until(value: str | None, now: datetime) -> float | None:
    """Read a reset: seconds from now, an epoch in seconds or milliseconds, or a date."""
    if value is None:
        return None
    number = _number(value)
    if number is None:
        return _until_date(value, now)
    if number < _EPOCH_FROM:
        return number
    epoch = number if number < _MILLISECONDS_FROM else number / 1000
    return epoch - now.timestamp()


def _until_date(value: str, now: datetime) -> float | None:
    """Read a moment written as ISO 8601 or as an HTTP date; without a zone it is UTC."""
    text = value.strip()[:_LONGEST_VALUE]
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text)
            aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
            return (aware - now).total_seconds()
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def _number(value: str | None) -> float | None:
    """Read a number that can be a time or a count; none is negative."""
    text = (value or "").strip()
    if len(text) > len(str(_NO_TIME_FROM)) + 8 or not text.isascii() or "_" in text:
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) and 0 <= number < _NO_TIME_FROM else None


def _bounded(seconds: float) -> float:
    """Hold a wait within a day."""
    return min(max(seconds, 0.0), LONGEST_WAIT_S)
