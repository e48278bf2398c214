"""The values FEEL computes with, and how values from outside become such values.

Numbers are Decimal with 34 digits; text, booleans, null, lists and contexts are Python's own; date, time and
datetime are the standard library's (naive means local, without an offset); a days-and-time duration is a
timedelta. Refuses to know expressions, functions and JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

from engine.clock import in_china
from engine.feel.far import FarDate, FarMoment

NUMBERS = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144,
                  traps=[InvalidOperation, DivisionByZero, Overflow])
QUICK = 10**18
MAX_ITEMS = 100_000
MAX_TEXT = 1_000_000

MAX_MONTHS = 12 * 10**10

DaysTimeDuration = timedelta

PLAIN = frozenset({type(None), bool, str, date, time, timedelta})


@dataclass(frozen=True, slots=True, order=True)
class YearsMonthsDuration:
    """A number of whole months, shown as years and months. OverflowError beyond a thousand million years."""

    total: int

    def __post_init__(self) -> None:
        if abs(self.total) > MAX_MONTHS:
            raise OverflowError(self.total.bit_length())

    @property
    def years(self) -> int:
        return abs(self.total) // 12 * (1 if self.total >= 0 else -1)

    @property
    def months(self) -> int:
        return abs(self.total) % 12 * (1 if self.total >= 0 else -1)


@dataclass(frozen=True, slots=True)
class Range:
    """An interval. `unbounded` names the side ("start" or "end") that `< 10` or `>= 10` leave open;
    a null end that was written as null is unknown instead."""

    start: object
    end: object
    start_included: bool = True
    end_included: bool = True
    unbounded: str = ""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Everything but one value: `(!= 10)`."""

    value: object


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """Something that can be invoked: its parameter names, how to run it on as many values, and the types it declares."""

    parameters: tuple[str, ...]
    invoke: Callable[[list[object]], object]
    declared: tuple[object, ...] = ()
    """For each parameter the type (`tree.TypeName`) it was written with, or None; empty: none was."""


KINDS: dict[type, str] = {
    type(None): "null", bool: "boolean", str: "string", Decimal: "number", list: "list", dict: "context",
    date: "date", FarDate: "date", time: "time", datetime: "date and time", FarMoment: "date and time",
    timedelta: "days and time duration", YearsMonthsDuration: "years and months duration",
    Range: "range", Exclusion: "range", Function: "function",
}


def kind(value: object) -> str:
    """The FEEL type name of a value; empty for something FEEL does not know."""
    return KINDS.get(type(value), "")


def admit(value: object) -> object:
    """A value from outside as a FEEL value: whole numbers and floats become Decimal, tuples lists.

    A moment kept in UTC is read as people in China read it (policy T-1), or its date would be yesterday's
    every morning until eight.
    """
    sort = type(value)
    if sort in PLAIN:
        return value
    if sort is int and -QUICK < value < QUICK:  # type: ignore[operator]
        return Decimal(value)  # type: ignore[arg-type]
    if isinstance(value, datetime):
        return _read_in_china(value) if value.tzinfo is UTC else value
    if isinstance(value, Decimal):
        return _finite(value)
    if isinstance(value, list | tuple):
        return [admit(item) for item in value]
    if sort is dict or isinstance(value, Mapping):
        return {str(key): admit(item) for key, item in value.items()}  # type: ignore[attr-defined]
    if sort in KINDS:
        return value
    return _admit_other(value)


def _read_in_china(moment: datetime) -> datetime:
    try:
        return in_china(moment)
    except OverflowError:       # the last hours of the year 9999
        return moment


def _admit_other(value: object) -> object:
    if isinstance(value, int):
        return NUMBERS.create_decimal(value) if value.bit_length() < 20_000 else None
    if isinstance(value, float | Decimal):
        return _finite(Decimal(repr(value)) if isinstance(value, float) else Decimal(value))
    if isinstance(value, str):
        return str(value)
    return list(map(admit, value)) if isinstance(value, set | frozenset) else value


def _finite(value: Decimal) -> Decimal | None:
    return value if value.is_finite() else None
