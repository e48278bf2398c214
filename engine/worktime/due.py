"""When a limit ends (policies T-1 … T-6). Pure counting: it knows no task, no deadline and no present moment.

Moments are whole seconds in UTC; days are the days of people in China.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import islice

from dateutil.relativedelta import relativedelta

from engine.clock import CHINA, in_china, in_utc
from engine.worktime.calendar import WorkCalendar
from engine.worktime.limit import Limit, LimitInvalid

LAST_SECOND = time(23, 59, 59)
ONE_DAY = timedelta(days=1)
_YEARS = range(1900, 2800)


@dataclass(frozen=True, slots=True)
class DueMoment:
    """The last moment in time. Provisional: to be counted again when the calendar is published."""

    at: datetime
    provisional: bool = False


def due_at(limit: Limit, base: datetime, calendar: WorkCalendar) -> DueMoment:
    """The end of a limit that starts at `base`; with `before`, the latest moment at that distance from it.

    A yearly renewal is `n years` from the first base, not one year from the last anniversary: a 29 February
    comes back in leap years (T-6).
    """
    start = in_utc(base).replace(microsecond=0)
    if start.year not in _YEARS:
        raise LimitInvalid(f"起算时间的年份 {start.year} 超出范围",
                           f"The base moment's year {start.year} is out of range")
    sign = -1 if limit.before else 1
    if limit.duration is not None:
        return DueMoment(start + sign * limit.duration)
    day = in_china(start).date()
    if limit.unit == "working days":
        return _after_working_days(day, limit.amount, sign * ONE_DAY, calendar)
    return DueMoment(_end_of(day + sign * _span(limit)))


def _span(limit: Limit) -> relativedelta:
    """Days, weeks, months or years: the same day of the month, clamped to the month's end."""
    if limit.unit == "months":
        return relativedelta(months=limit.amount)
    if limit.unit == "years":
        return relativedelta(years=limit.amount)
    return relativedelta(days=limit.amount * (7 if limit.unit == "weeks" else 1))


@lru_cache(maxsize=1024)  # what opens on one day mostly has the same few limits
def _after_working_days(day: date, count: int, step: timedelta, calendar: WorkCalendar) -> DueMoment:
    counted = tuple(islice(calendar.working_days(day, step), count))
    reached = counted[-1]
    between = (day + n * step for n in range(1, abs((reached - day).days) + 1))
    return DueMoment(calendar.closing(reached), any(map(calendar.is_provisional, between)))


def _end_of(day: date) -> datetime:
    return datetime.combine(day, LAST_SECOND, CHINA).astimezone(UTC)


def moment_of_fraction(base: datetime, due: datetime, fraction: Decimal) -> datetime:
    """The moment at which that part of the time from base to due is gone: reminders at 50 %."""
    span = in_utc(due) - in_utc(base)
    return in_utc(base) + timedelta(seconds=int(Decimal(int(span.total_seconds())) * fraction))


def working_days_after(base: object, count: int, calendar: WorkCalendar) -> datetime | None:
    """End of business on the n-th working day after a date or moment, as definitions ask for it: in China time.

    A negative count goes back, 0 is the day itself. None when the base is no date (null in, null out).
    """
    if not isinstance(base, date):
        return None
    moment = base if isinstance(base, datetime) else datetime.combine(base, time(), CHINA)
    if count == 0:
        return in_china(calendar.closing(in_china(moment).date()))
    limit = Limit(abs(count), "working days", before=count < 0)
    return in_china(due_at(limit, moment, calendar).at)


def is_in_time(at: datetime, due: datetime) -> bool:
    """The due second itself is still in time (T-1)."""
    return in_utc(at).replace(microsecond=0) <= in_utc(due)
