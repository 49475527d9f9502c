"""Times in rows: aware UTC datetimes as whole microseconds since 1970."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_row(moment: datetime) -> int:
    """Give microseconds since 1970, exact."""
    return (moment - _EPOCH) // _MICROSECOND


def from_row(microseconds: int) -> datetime:
    """Give the aware UTC moment."""
    return _EPOCH + timedelta(microseconds=microseconds)


def from_row_or_none(microseconds: int | None) -> datetime | None:
    """Give the moment, where there is one."""
    return None if microseconds is None else from_row(microseconds)
