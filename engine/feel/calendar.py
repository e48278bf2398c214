"""Counting with days, moments and times: adding durations, taking differences, ordering.

A day stands for its midnight in UTC when it meets a moment; two local moments, or two with an offset, can be
ordered, one of each cannot. Knows no text.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from engine.feel.errors import NoValue
from engine.feel.far import (
    Day,
    FarDate,
    FarMoment,
    Moment,
    from_ordinal,
    make_day,
    make_moment,
    near_year,
    ordinal,
)
from engine.feel.kinds import YearsMonthsDuration
from engine.feel.temporal import split_moment

DAY_MICROS = 86_400_000_000
MICRO = timedelta(microseconds=1)
_ANCHOR = date(2000, 1, 1)


def clock_micros(clock: time) -> int:
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1_000_000 + clock.microsecond


def micros_clock(micros: int, zone: tzinfo | None) -> time:
    seconds, micro = divmod(micros, 1_000_000)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60, micro, tzinfo=zone)


def offset_of(moment: Moment) -> timedelta | None:
    """The moment's offset from UTC; None if it is local."""
    if isinstance(moment, datetime):
        return moment.utcoffset()
    near = date(near_year(moment.day.year), moment.day.month, moment.day.day)
    return datetime.combine(near, moment.clock).utcoffset()


def clock_offset(clock: time) -> timedelta | None:
    """A time's offset from UTC; a named zone counts with its winter offset."""
    if isinstance(clock.tzinfo, ZoneInfo):
        return datetime.combine(_ANCHOR, clock).utcoffset()
    return clock.utcoffset()


def wall_micros(moment: Moment) -> int:
    day, clock = split_moment(moment)
    return ordinal(day) * DAY_MICROS + clock_micros(clock)


def from_wall(micros: int, zone: tzinfo | None) -> Moment:
    days, rest = divmod(micros, DAY_MICROS)
    return make_moment(from_ordinal(days), micros_clock(rest, zone))


def instant_micros(moment: Moment) -> tuple[bool, int]:
    """Whether the moment has an offset, and microseconds that order it among its like."""
    offset = offset_of(moment)
    return offset is not None, wall_micros(moment) - (offset // MICRO if offset else 0)


def midnight(day: Day) -> Moment:
    """The day's first moment in UTC, which is what the day means among moments."""
    return make_moment(day, time(tzinfo=UTC))


def add_days(value: Day, span: timedelta) -> Day:
    """The day that the span leads to from the day's midnight."""
    return from_ordinal(ordinal(value) + (span // timedelta(days=1)))


def add_span(moment: Moment, span: timedelta) -> Moment:
    """Elapsed time for moments with an offset (their zone stays), wall time for local ones."""
    zone = split_moment(moment)[1].tzinfo
    if isinstance(moment, datetime) and isinstance(zone, ZoneInfo):
        return (moment.astimezone(UTC) + span).astimezone(zone)
    return from_wall(wall_micros(moment) + span // MICRO, zone)


def add_months(day: Day, months: YearsMonthsDuration) -> Day:
    """The same day some months on, at most the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months.total, 12)
    for last in range(day.day, 27, -1):
        try:
            return make_day(year, month + 1, last)
        except ValueError:
            continue
    return make_day(year, month + 1, day.day)


def add_clock(clock: time, span: timedelta) -> time:
    return micros_clock((clock_micros(clock) + span // MICRO) % DAY_MICROS, clock.tzinfo)


def subtract_clocks(left: time, right: time) -> timedelta:
    a, b = clock_offset(left), clock_offset(right)
    if (a is None) != (b is None):
        raise NoValue
    shift = (b - a) if a is not None and b is not None else timedelta()
    return timedelta(microseconds=clock_micros(left) - clock_micros(right)) + shift


def subtract_moments(left: Day | Moment, right: Day | Moment) -> timedelta:
    """The time between; a local moment and one with an offset cannot be told apart."""
    first, second = _as_moments(left, right)
    (aware, a), (also, b) = instant_micros(first), instant_micros(second)
    if aware != also:
        raise NoValue
    return timedelta(microseconds=a - b)


def _as_moments(left: Day | Moment, right: Day | Moment) -> tuple[Moment, Moment]:
    first = left if isinstance(left, datetime | FarMoment) else None
    second = right if isinstance(right, datetime | FarMoment) else None
    if first is None and isinstance(left, date | FarDate):
        first = midnight(left)
    if second is None and isinstance(right, date | FarDate):
        second = midnight(right)
    if first is None or second is None:
        raise NoValue
    return first, second


def months_between(start: Day, end: Day) -> YearsMonthsDuration:
    """Whole months from one day to another, towards zero."""
    if ordinal(end) < ordinal(start):
        return YearsMonthsDuration(-months_between(end, start).total)
    months = (end.year - start.year) * 12 + end.month - start.month
    return YearsMonthsDuration(months - (end.day < start.day))
