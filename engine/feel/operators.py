"""What the operators mean on values: equality, order, arithmetic, membership.

Three-valued throughout: an operator that has no answer gives null. Knows values only, no expressions.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, DecimalException
from typing import Any

from engine.feel import calendar
from engine.feel.errors import NoValue
from engine.feel.far import FarDate, FarMoment, make_moment, ordinal
from engine.feel.kinds import NUMBERS, Exclusion, Function, Range, YearsMonthsDuration, kind
from engine.feel.sizes import check_text
from engine.feel.temporal import split_moment

Truth = bool | None
MAX_POWER = 10_000
SECOND = 1_000_000
LONGEST = -timedelta.min
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_MIRROR = {"number", "string", "boolean", "days and time duration", "years and months duration"}


def equal(left: object, right: object) -> bool | None:
    """`left = right`: null where the types differ, unless one of them is null."""
    if left is None or right is None:
        return left is right
    sort = kind(left)
    if sort != kind(right):
        return None
    if sort in _MIRROR:
        return left == right
    return _equal_deep(sort, left, right)


def _equal_deep(sort: str, left: object, right: object) -> bool | None:
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(equal(a, b) is True for a, b in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(item, right[key]) is True for key, item in left.items())
    if isinstance(left, Range) and isinstance(right, Range):
        return (left.start_included, left.end_included, left.unbounded) == (
            right.start_included, right.end_included, right.unbounded) and (
            equal(left.start, right.start) is True and equal(left.end, right.end) is True)
    if isinstance(left, Exclusion) and isinstance(right, Exclusion):
        return equal(left.value, right.value)
    if isinstance(left, Function) or sort in ("range", "") or sort == "function":
        return left is right
    return _equal_times(left, right)


def _equal_times(left: object, right: object) -> bool | None:
    """Times and moments are equal to the second, as the standard's test cases have it."""
    if isinstance(left, date | FarDate) and not isinstance(left, datetime):
        return left == right
    a, b = order_key(left), order_key(right)
    return a is not None and b is not None and a[0] == b[0] and a[1] // SECOND == b[1] // SECOND


def order_key(value: object) -> tuple[bool, int] | None:
    """Whether a temporal value has an offset, and a number that orders it among its like."""
    if isinstance(value, datetime | FarMoment):
        return calendar.instant_micros(value)
    if isinstance(value, date | FarDate):
        return False, ordinal(value)
    if isinstance(value, time):
        offset = calendar.clock_offset(value)
        return offset is not None, calendar.clock_micros(value) - (offset // calendar.MICRO if offset else 0)
    return None


def compare(sign: str, left: object, right: object) -> bool | None:
    """`<`, `<=`, `>`, `>=`: null unless both are of one ordered type."""
    sort = kind(left)
    if sort != kind(right) or sort in ("null", "boolean"):
        return None
    if sort in _MIRROR:
        return _ORDER[sign](left, right)
    a, b = order_key(left), order_key(right)
    if a is None or b is None or a[0] != b[0]:
        return None
    if "=" in sign and sort != "date" and a[1] // SECOND == b[1] // SECOND:
        return True
    return _ORDER[sign](a[1], b[1])


def both(first: Truth, second: Truth) -> Truth:
    """Ternary and."""
    if first is False or second is False:
        return False
    return None if first is None or second is None else True


def contains(interval: Range | Exclusion, value: object) -> bool | None:
    """Whether a value lies in the interval; null where an end or the value is unknown."""
    if isinstance(interval, Exclusion):
        same = equal(value, interval.value)
        return None if same is None else not same
    low = True if interval.unbounded == "start" else compare(">=" if interval.start_included else ">", value, interval.start)
    high = True if interval.unbounded == "end" else compare("<=" if interval.end_included else "<", value, interval.end)
    return None if low is None or high is None else low and high


def arithmetic(sign: str, left: object, right: object) -> object:
    """`left sign right`, null where it means nothing."""
    if type(left) is Decimal and type(right) is Decimal:
        return numeric(sign, left, right)
    try:
        return _ARITHMETIC[sign](left, right)
    except (NoValue, ValueError, OverflowError, DecimalException, ZeroDivisionError):
        return None


def numeric(sign: str, left: Decimal, right: Decimal) -> Decimal | None:
    try:
        if sign == "+":
            return NUMBERS.add(left, right)
        if sign == "-":
            return NUMBERS.subtract(left, right)
        if sign == "*":
            return NUMBERS.multiply(left, right)
        if sign == "/":
            return NUMBERS.divide(left, right)
        return NUMBERS.power(left, right) if abs(right) <= MAX_POWER else None
    except DecimalException:
        return None


def negate(value: object) -> object:
    if isinstance(value, Decimal):
        return NUMBERS.minus(value)
    if isinstance(value, timedelta):
        return -value if value <= LONGEST else None
    return YearsMonthsDuration(-value.total) if isinstance(value, YearsMonthsDuration) else None


def _add(left: object, right: object) -> object:
    if isinstance(left, str) and isinstance(right, str):
        check_text(len(left) + len(right))
        return left + right
    if isinstance(left, timedelta | YearsMonthsDuration) and not isinstance(right, timedelta | YearsMonthsDuration):
        return _shift(right, left)
    return _shift(left, right)


def _shift(value: object, span: object) -> object:
    """A temporal value or duration moved by a duration."""
    if isinstance(span, timedelta):
        if isinstance(value, timedelta):
            return value + span
        if isinstance(value, datetime | FarMoment):
            return calendar.add_span(value, span)
        if isinstance(value, date | FarDate):
            return calendar.add_days(value, span)
        return calendar.add_clock(value, span) if isinstance(value, time) else None
    if not isinstance(span, YearsMonthsDuration):
        return None
    if isinstance(value, YearsMonthsDuration):
        return YearsMonthsDuration(value.total + span.total)
    if isinstance(value, datetime | FarMoment):
        day, clock = split_moment(value)
        return make_moment(calendar.add_months(day, span), clock)
    return calendar.add_months(value, span) if isinstance(value, date | FarDate) else None


def _subtract(left: object, right: object) -> object:
    if isinstance(right, timedelta | YearsMonthsDuration):
        return _shift(left, negate(right))
    if isinstance(left, time) and isinstance(right, time):
        return calendar.subtract_clocks(left, right)
    if isinstance(left, date | FarDate | FarMoment) and isinstance(right, date | FarDate | FarMoment):
        return calendar.subtract_moments(left, right)
    return None


def _multiply(left: object, right: object) -> object:
    if isinstance(left, Decimal):
        left, right = right, left
    return _scale(left, right, NUMBERS.multiply) if isinstance(right, Decimal) else None


def _divide(left: object, right: object) -> object:
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return NUMBERS.divide(Decimal(left // calendar.MICRO), Decimal(right // calendar.MICRO))
    if isinstance(left, YearsMonthsDuration) and isinstance(right, YearsMonthsDuration):
        return NUMBERS.divide(Decimal(left.total), Decimal(right.total))
    return _scale(left, right, NUMBERS.divide) if isinstance(right, Decimal) else None


def _scale(span: object, factor: Decimal, by: Callable[[Decimal, Decimal], Decimal]) -> object:
    if isinstance(span, timedelta):
        return timedelta(microseconds=int(by(Decimal(span // calendar.MICRO), factor).to_integral_value(ROUND_HALF_EVEN)))
    if isinstance(span, YearsMonthsDuration):
        return YearsMonthsDuration(int(by(Decimal(span.total), factor)))
    return None


def _nothing(left: object, right: object) -> object:
    return None


_ARITHMETIC: dict[str, Callable[[object, object], object]] = {
    "+": _add, "-": _subtract, "*": _multiply, "/": _divide, "**": _nothing}
