"""Time in words: how long ago, how long still, which day.

Law: pure; the present is always handed in, and nothing in a list is a timestamp.
"""

from datetime import datetime

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_MONTH = 30 * _DAY
_YEAR = 365 * _DAY
_DAYS_PER_WEEK = 7
_DAYS_IN_WEEKS = 60
"""From this many days on, months are the better word."""

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def count(number: int, one: str, many: str = "") -> str:
    """Give a number with its noun: "1 person", "3 people"; without ``many``, an "s" is added."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def duration(seconds: float) -> str:
    """Say a length of time in one whole unit: "12 seconds", "40 min", "3 weeks", "8 months"."""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return count(whole, "second")
    if whole < _HOUR:
        return f"{whole // _MINUTE} min"
    if whole < _DAY:
        return count(whole // _HOUR, "hour")
    return days(whole // _DAY)


def days(number: int) -> str:
    """Say a number of days in one whole unit: "2 days", "3 weeks", "8 months", "2 years"."""
    whole = max(0, number)
    if whole < 2 * _DAYS_PER_WEEK:
        return count(whole, "day")
    if whole < _DAYS_IN_WEEKS:
        return count(whole // _DAYS_PER_WEEK, "week")
    if whole < _YEAR // _DAY:
        return count(whole * _DAY // _MONTH, "month")
    return count(whole * _DAY // _YEAR, "year")


def short(seconds: float) -> str:
    """Say a length of time in few cells: "now", "6 min", "1 h", "2 days"."""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return "now"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min"
    if whole < _DAY:
        return f"{whole // _HOUR} h"
    return days(whole // _DAY)


def since(then: datetime, now: datetime | None) -> float:
    """Give the seconds from ``then`` to ``now``, never below 0; 0 while the present is unknown."""
    return 0.0 if now is None else max(0.0, (now - then).total_seconds())


def time_until(then: datetime, now: datetime | None) -> str:
    """Say how long it is still until a moment, or that it has come."""
    seconds = 0.0 if now is None else (then - now).total_seconds()
    return f"in {duration(seconds)}" if seconds >= 1 else "now"


def time_left(seconds: int) -> str:
    """Say what is left of a session: "13 min left", in the last minute "40 seconds left"."""
    whole = max(0, seconds)
    if whole <= _MINUTE:
        return f"{count(whole, 'second')} left"
    return f"{-(-whole // _MINUTE)} min left"


def day(at: datetime) -> str:
    """Give the day of ``at`` in full: "14 March 2015"."""
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def when(at: datetime, now: datetime | None) -> str:
    """Say when something was: "today", "yesterday", "in March", "in March 2015"."""
    if now is None:
        return f"in {MONTHS[at.month - 1]} {at.year}"
    apart = (now.date() - at.date()).days
    if apart <= 0:
        return "today"
    if apart == 1:
        return "yesterday"
    if apart < _DAYS_PER_WEEK:
        return f"{apart} days ago"
    if at.year == now.year or apart < _YEAR // _DAY - 31:
        return f"in {MONTHS[at.month - 1]}"
    return f"in {MONTHS[at.month - 1]} {at.year}"


def times(number: int) -> str:
    """Say how often: "once", "twice", "7 times"."""
    match number:
        case 1:
            return "once"
        case 2:
            return "twice"
        case _:
            return f"{number:,} times"
