"""Windows of what happens every so often (policy T-7): days, ISO weeks, calendar months, quarters and years in China.

A window begins at midnight of its first day and ends with the close of business of its last working day; one without any
working day ends with its last second. Windows of several periods are counted from a fixed day, not from a deployment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from engine.clock import CHINA, in_china
from engine.worktime.calendar import WorkCalendar
from engine.worktime.every import Every

FIRST_MONDAY = date(1900, 1, 1)
"""The day that windows of days and weeks are counted from."""
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"day": 1, "week": 7}


@dataclass(frozen=True, slots=True)
class Window:
    """First and last moment, in UTC."""

    start: datetime
    end: datetime


def next_window(every: Every, after: datetime, calendar: WorkCalendar) -> Window:
    """The first window that begins later than `after`."""
    first, following = _bounds(every, in_china(after).date())
    if _midnight(first) <= after:
        first, following = _bounds(every, following)
    return _window(first, following, calendar)


def window_from(every: Every, start: datetime, calendar: WorkCalendar) -> Window:
    """The window that begins at this moment."""
    return _window(*_bounds(every, in_china(start).date()), calendar)


def _window(first: date, following: date, calendar: WorkCalendar) -> Window:
    last = following - timedelta(days=1)
    day = last
    while day >= first and not calendar.is_working_day(day):
        day -= timedelta(days=1)
    return Window(_midnight(first), calendar.closing(day) if day >= first else _midnight(following) - timedelta(seconds=1))


def _bounds(every: Every, day: date) -> tuple[date, date]:
    """The first day of the window that holds `day`, and the first day of the next one."""
    if every.period in _DAYS:
        length = _DAYS[every.period] * every.amount
        start = day - timedelta(days=(day - FIRST_MONDAY).days % length)
        return start, start + timedelta(days=length)
    length = _MONTHS[every.period] * every.amount
    month = day.year * 12 + day.month - 1
    month -= month % length
    return _month(month), _month(month + length)


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), CHINA).astimezone(UTC)
