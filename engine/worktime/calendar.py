"""Which days are worked: the State Council's yearly notice, mended by the institution's own days (T-10).

The only door to chinese_calendar. A year without a published notice is guessed from weekdays and
the statutory days with a fixed date, and everything counted through it is provisional.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from chinese_calendar import constants

from engine.clock import CHINA

SATURDAY = 5
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Statutory days off (month, day) that do not follow the moon or the sun; since 2025 two in May."""

_PUBLISHED_YEARS = frozenset(day.year for day in constants.holidays)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Days off on weekdays, days worked on weekends, and the years for which both lists are complete."""

    off_days: frozenset[date]
    work_days: frozenset[date]
    published_years: frozenset[int]
    end_of_business: time = time(18, 0)

    def is_working_day(self, day: date) -> bool:
        if day in self.work_days:
            return True
        if day in self.off_days or day.weekday() >= SATURDAY:
            return False
        return day.year in self.published_years or (day.month, day.day) not in FIXED_HOLIDAYS

    def is_provisional(self, day: date) -> bool:
        """Nobody has said yet whether this day is worked."""
        return not (day.year in self.published_years or day in self.work_days or day in self.off_days)

    def working_days(self, day: date, step: timedelta) -> Iterator[date]:
        """The working days after (or, stepping backwards, before) a day, without end."""
        while True:
            day += step
            if self.is_working_day(day):
                yield day

    def closing(self, day: date) -> datetime:
        """End of business of a day, in UTC."""
        return datetime.combine(day, self.end_of_business, CHINA).astimezone(UTC)


def state_council_calendar(*, off_days: Iterable[date] = (), work_days: Iterable[date] = (),
                           published_years: Iterable[int] = (),
                           end_of_business: time = time(18, 0)) -> WorkCalendar:
    """The official calendar with the institution's own days off and work days, which win over the notice.

    `published_years` names years whose notice was entered by hand as such days; their fixed statutory days
    are off without being listed.
    """
    own_off, own_work = frozenset(off_days), frozenset(work_days)
    if both := own_off & own_work:
        raise ValueError(f"both off and worked: {min(both).isoformat()}")
    entered = frozenset(published_years) - _PUBLISHED_YEARS
    statutory = {date(year, month, day) for year in entered for month, day in FIXED_HOLIDAYS}
    return WorkCalendar(
        off_days=(frozenset(constants.holidays) | statutory) - own_work | own_off,
        work_days=frozenset(constants.workdays) - own_off | own_work,
        published_years=_PUBLISHED_YEARS | entered,
        end_of_business=end_of_business)
