"""FEEL values as JSON and back, without loss and readable.

Whole numbers are JSON numbers; what JSON has no word for stands under one key that begins with "@", and a
context whose key begins with "@" gets one more. Knows no text other than ISO 8601.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from engine.feel import temporal
from engine.feel.far import FarDate, FarMoment
from engine.feel.kinds import (
    DaysTimeDuration,
    Exclusion,
    Function,
    Range,
    YearsMonthsDuration,
    admit,
    kind,
)

MAX_WHOLE_DIGITS = 15
_WHOLE = 10**MAX_WHOLE_DIGITS
_PLAIN = frozenset({str, bool, type(None)})
__all__ = [
    "DaysTimeDuration", "Exclusion", "Function", "Json", "Range", "YearsMonthsDuration", "admit", "from_json", "kind",
    "to_json",
]
_SIDES = ("start", "end", "start_included", "end_included", "unbounded")


class Json:
    """A value whose JSON types are known already: written as they are, and never read by an expression."""

    __slots__ = ("parts",)

    def __init__(self, parts: object) -> None:
        self.parts = parts


def to_json(value: object) -> object:
    """A value as JSON types; TypeError for what no data is, such as a function."""
    # Exact types first: asking an ABC costs ten times as much, and a payload has a hundred values.
    sort = type(value)
    if sort in _PLAIN:
        return value
    if sort is dict:
        return {key if type(key) is str and key[:1] != "@" else _escape(str(key)):
                item if type(item) in _PLAIN else to_json(item) for key, item in value.items()}  # type: ignore[attr-defined]
    if sort is list or sort is tuple:
        return [item if type(item) in _PLAIN else to_json(item) for item in value]  # type: ignore[attr-defined]
    if sort is datetime:
        return _temporal(value)
    if sort is Json:
        return value.parts  # type: ignore[attr-defined]
    return value if sort is int and -_WHOLE < value < _WHOLE else _to_json(value)


def _to_json(value: object) -> object:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Decimal):
        return _number(value if value.is_finite() else None)
    if isinstance(value, int | float):
        return _number(admit(value))
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    if isinstance(value, Mapping):
        return {_escape(str(key)): to_json(item) for key, item in value.items()}
    if isinstance(value, Range):
        return {"@range": {side: to_json(getattr(value, side)) for side in _SIDES}}
    if isinstance(value, Exclusion):
        return {"@except": to_json(value.value)}
    return _temporal(value)


def _number(number: object) -> object:
    if not isinstance(number, Decimal):
        return None
    whole = number.adjusted() < MAX_WHOLE_DIGITS and number == number.to_integral_value()
    return int(number) if whole else {"@number": str(number)}


def _temporal(value: object) -> object:
    if isinstance(value, datetime) and value.tzinfo is UTC:
        return {"@moment": value.isoformat()[:-6] + "Z"}
    if isinstance(value, datetime) and value.utcoffset() is not None and not temporal.zone_name(value.tzinfo):
        try:
            moment = {"@moment": value.astimezone(UTC).isoformat()[:-6] + "Z"}
        except OverflowError:       # the first and the last hours of the calendar
            return {"@moment": temporal.write_temporal(value)}
        return {**moment, "@offset": _suffix(value.tzinfo)} if value.utcoffset() else moment
    for sorts, mark in _MARKS:
        if isinstance(value, sorts):
            return {mark: temporal.write_temporal(value)}
    raise TypeError(f"{type(value).__name__} is no data")


# Few zones, many moments.
_suffix = lru_cache(maxsize=64)(temporal.zone_suffix)
_zone = lru_cache(maxsize=64)(temporal.parse_zone)


def _escape(key: str) -> str:
    return f"@{key}" if key.startswith("@") else key


def from_json(value: object) -> object:
    """The value that `to_json` wrote; ValueError for a mark it never writes."""
    sort = type(value)
    if sort in _PLAIN:
        return value
    if sort is dict:
        mark = next(iter(value), "")  # type: ignore[call-overload]
        return _read_mapping(value) if mark[:1] == "@" else {  # type: ignore[arg-type]
            key if key[:1] != "@" else key[1:]: item if type(item) in _PLAIN else from_json(item)
            for key, item in value.items()}  # type: ignore[attr-defined]
    if isinstance(value, list):
        return [item if type(item) in _PLAIN else from_json(item) for item in value]
    if sort is not int and isinstance(value, Mapping):
        return _read_mapping(value)
    return admit(value)


def _read_mapping(value: Mapping[str, object]) -> object:
    mark = next(iter(value), "")
    if not mark.startswith("@") or mark.startswith("@@"):
        return {key[1:] if key.startswith("@") else key: from_json(item) for key, item in value.items()}
    read = _READERS.get(mark)
    if read is None:
        raise ValueError(f"unknown mark {mark}")
    found = read(value[mark])
    if mark == "@moment" and isinstance(found, datetime) and "@offset" in value:
        found = found.astimezone(_zone(str(value["@offset"])))
    if found is None:
        raise ValueError(f"unreadable {mark}")
    return found


def _read_range(value: object) -> object:
    if not isinstance(value, Mapping):
        return None
    return Range(from_json(value["start"]), from_json(value["end"]), bool(value["start_included"]),
                 bool(value["end_included"]), str(value["unbounded"]))


def _written_moment(text: str) -> datetime | None:
    """A moment as `to_json` writes nearly all of them: in years like ours, to the second or microsecond."""
    try:
        return datetime.fromisoformat(text) if _WRITTEN.fullmatch(text) else None
    except ValueError:
        return None


_WRITTEN = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{6})?Z")
_MARKS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    ((datetime, FarMoment), "@moment"), ((date, FarDate), "@date"), (time, "@time"),
    ((timedelta, YearsMonthsDuration), "@duration"))
_READERS: dict[str, Callable[[object], object]] = {
    "@number": lambda text: Decimal(str(text)),
    "@date": lambda text: temporal.parse_day(str(text)),
    "@time": lambda text: temporal.parse_clock(str(text)),
    "@moment": lambda text: _written_moment(str(text)) or temporal.parse_moment(str(text)),
    "@duration": lambda text: temporal.parse_duration(str(text)),
    "@range": _read_range,
    "@except": lambda item: Exclusion(from_json(item)),
}
