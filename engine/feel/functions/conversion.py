"""Built-in functions that turn one type into another: text, numbers, days, moments, durations, ranges."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from engine.feel import temporal
from engine.feel.calendar import months_between
from engine.feel.errors import NoValue
from engine.feel.far import Day, FarMoment, Moment, make_day, make_moment
from engine.feel.functions.dates import day_of
from engine.feel.functions.registry import Declarations
from engine.feel.kinds import NUMBERS
from engine.feel.writing import write_value

FUNCTIONS = feel = Declarations()
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
SEPARATORS = (" ", ",", ".", None)


@feel("string(from: any) -> string")
def string(value: object) -> object:
    if value is None:
        raise NoValue
    return value if isinstance(value, str) else write_value(value)


@feel("number(from: string) -> number")
def number(text: str) -> object:
    if not _NUMBER.fullmatch(text):
        raise NoValue
    return NUMBERS.create_decimal(text)


@feel("number(from: string, grouping separator: string?, decimal separator: string?) -> number")
def number_with_separators(text: str, grouping: str | None, point: str | None) -> object:
    if grouping not in SEPARATORS or point not in (".", ",", None) or (grouping is not None and grouping == point):
        raise NoValue
    if grouping:
        text = text.replace(grouping, "")
    return number(text.replace(point, ".") if point else text)


@feel("date(from: string|day) -> date")
def day(value: str | Day | Moment) -> object:
    return temporal.parse_day(value) if isinstance(value, str) else day_of(value)


@feel("date(year: number, month: number, day: number) -> date")
def day_from_parts(year: Decimal, month: Decimal, number: Decimal) -> object:
    return make_day(int(year), int(month), int(number))


@feel("time(from: string|time|day) -> time")
def clock(value: str | time | Day | Moment) -> object:
    if isinstance(value, str):
        return temporal.parse_clock(value)
    if isinstance(value, time):
        return value
    return temporal.split_moment(value)[1] if isinstance(value, datetime | FarMoment) else time(tzinfo=UTC)


@feel("time(hour: number, minute: number, second: number, [offset: days and time duration?]) -> time")
def clock_from_parts(hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None) -> object:
    zone = None if offset is None else temporal.offset_zone(offset)
    if offset is not None and zone is None:
        raise NoValue
    whole = int(second)
    return time(int(hour), int(minute), whole, int((second - whole) * 1_000_000), tzinfo=zone)


@feel("date and time(from: string|day) -> date and time")
def moment(value: str | Day | Moment) -> object:
    if isinstance(value, str):
        return temporal.parse_moment(value)
    return value if isinstance(value, datetime | FarMoment) else make_moment(value, time())


@feel("date and time(date: day, time: time) -> date and time")
def moment_from_parts(value: Day | Moment, clock: time) -> object:
    return make_moment(day_of(value), clock)


@feel("date and time(from: moment, timezone: string) -> date and time")
def moment_in_zone(value: Moment, timezone: str) -> object:
    zone = temporal.find_zone(timezone)
    if zone is None or not isinstance(value, datetime) or value.utcoffset() is None:
        raise NoValue
    return value.astimezone(zone)


@feel("duration(from: string|span) -> Any")
def duration(value: object) -> object:
    return temporal.parse_duration(value) if isinstance(value, str) else value


@feel("years and months duration(from: day, to: day) -> years and months duration")
def years_and_months_duration(start: Day | Moment, end: Day | Moment) -> object:
    return months_between(day_of(start), day_of(end))

