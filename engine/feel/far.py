"""Days and moments outside the years 1 to 9999, which the standard library cannot hold but FEEL knows.

Proleptic Gregorian calendar over any year: counts days, and nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, time

CYCLE_YEARS, CYCLE_DAYS = 400, 146_097
LIMIT = 999_999_999


@dataclass(frozen=True, slots=True, order=True)
class FarDate:
    """A day in a year that `date` cannot hold."""

    year: int
    month: int
    day: int

    def isoformat(self) -> str:
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True, slots=True)
class FarMoment:
    """A moment of such a day; the zone, if any, is that of its time."""

    day: FarDate
    clock: time

    def isoformat(self) -> str:
        return f"{self.day.isoformat()}T{self.clock.isoformat()}"


Day = date | FarDate
Moment = datetime | FarMoment


def near_year(year: int) -> int:
    """A year within the calendar's cycle that has the same shape (weekdays, leap day)."""
    return 2000 + year % CYCLE_YEARS


def make_day(year: int, month: int, day: int) -> Day:
    """The day, in whichever type can hold it; ValueError when it does not exist."""
    if 1 <= year <= MAXYEAR:
        return date(year, month, day)
    if abs(year) > LIMIT:
        raise ValueError(year)
    date(near_year(year), month, day)
    return FarDate(year, month, day)


def make_moment(day: Day, clock: time) -> Moment:
    return datetime.combine(day, clock) if isinstance(day, date) else FarMoment(day, clock)


def ordinal(day: Day) -> int:
    """Days since 0000-12-31, as `date.toordinal` counts, for any year."""
    if isinstance(day, date):
        return day.toordinal()
    near = near_year(day.year)
    return date(near, day.month, day.day).toordinal() + (day.year - near) // CYCLE_YEARS * CYCLE_DAYS


def from_ordinal(count: int) -> Day:
    """The day that many days after 0000-12-31."""
    if 1 <= count <= date.max.toordinal():
        return date.fromordinal(count)
    cycles, rest = divmod(count - 1, CYCLE_DAYS)
    near = date.fromordinal(rest + 1 + CYCLE_DAYS)
    return make_day(near.year + (cycles - 1) * CYCLE_YEARS, near.month, near.day)
