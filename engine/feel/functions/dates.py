"""Built-in functions over days and moments, and identity of values."""

from __future__ import annotations

from datetime import date, datetime, time

from engine.feel.far import Day, FarDate, FarMoment, Moment, near_year, ordinal
from engine.feel.functions.registry import Declarations
from engine.feel.kinds import kind
from engine.feel.operators import equal
from engine.feel.temporal import split_moment, zone_suffix

FUNCTIONS = feel = Declarations()
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")


def day_of(value: Day | Moment) -> Day:
    return split_moment(value)[0] if isinstance(value, datetime | FarMoment) else value


def _near(value: Day | Moment) -> date:
    """A day of the same shape within the standard library's years."""
    day = day_of(value)
    return date(near_year(day.year), day.month, day.day) if isinstance(day, FarDate) else day


@feel("day of year(date: day) -> number")
def day_of_year(value: Day | Moment) -> object:
    return _near(value).timetuple().tm_yday


@feel("day of week(date: day) -> string")
def day_of_week(value: Day | Moment) -> object:
    return WEEKDAYS[(ordinal(day_of(value)) - 1) % 7]


@feel("month of year(date: day) -> string")
def month_of_year(value: Day | Moment) -> object:
    return MONTHS[day_of(value).month - 1]


@feel("week of year(date: day) -> number")
def week_of_year(value: Day | Moment) -> object:
    return _near(value).isocalendar().week


@feel("is([value1: any], [value2: any]) -> boolean")
def identical(value1: object, value2: object) -> object:
    """Equal, of one type, and with the same zone written the same way."""
    if value1 is None or value2 is None:
        return value1 is value2
    if kind(value1) != kind(value2):
        return False
    if isinstance(value1, time | datetime | FarMoment):
        return _written(value1) == _written(value2)
    return equal(value1, value2)


def _written(value: object) -> object:
    if isinstance(value, time):
        return value.replace(tzinfo=None), zone_suffix(value.tzinfo)
    if isinstance(value, datetime | FarMoment):
        day, clock = split_moment(value)
        return day, _written(clock)
    return None
