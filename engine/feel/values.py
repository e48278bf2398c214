"""FEEL values as JSON and back, without loss and readable.

Whole numbers are JSON numbers; what JSON has no word for stands under one key that begins with "@", and a
context whose key begins with "@" gets one more. Knows no text other than ISO 8601.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

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
_PLAIN = frozenset({str, bool, type(None)})
__all__ = [
    "DaysTimeDuration", "Exclusion", "Function", "Range", "YearsMonthsDuration", "admit", "from_json", "kind",
    "to_json",
]
_SIDES = ("start", "end", "start_included", "end_included", "unbounded")


def to_json(value: object) -> object:
    """A value as JSON types; TypeError for what no data is, such as a function."""
    # Exact types first: asking an ABC costs ten times as much, and a payload has a hundred values.
    sort = type(value)
    if sort in _PLAIN:
        return value
    if sort is dict:
        return {_escape(key) if type(key) is str else _escape(str(key)): to_json(item)
                for key, item in value.items()}  # type: ignore[attr-defined]
    if sort is list:
        return [to_json(item) for item in value]  # type: ignore[attr-defined]
    return _temporal(value) if sort is datetime else _to_json(value)


def _to_json(value: object) -> object:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float | Decimal):
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
    if isinstance(value, datetime) and value.utcoffset() is not None and not temporal.zone_name(value.tzinfo):
        try:
            return {"@moment": value.astimezone(UTC).isoformat().replace("+00:00", "Z"), **_offset(value)}
        except OverflowError:       # the first and the last hours of the calendar
            return {"@moment": temporal.write_temporal(value)}
    for sorts, mark in _MARKS:
        if isinstance(value, sorts):
            return {mark: temporal.write_temporal(value)}
    raise TypeError(f"{type(value).__name__} is no data")


def _offset(moment: datetime) -> dict[str, object]:
    """The offset the moment was given in, where it is not UTC."""
    return {"@offset": temporal.zone_suffix(moment.tzinfo)} if moment.utcoffset() else {}


def _escape(key: str) -> str:
    return f"@{key}" if key.startswith("@") else key


def from_json(value: object) -> object:
    """The value that `to_json` wrote; ValueError for a mark it never writes."""
    sort = type(value)
    if sort in _PLAIN:
        return value
    if sort is dict or isinstance(value, Mapping):
        return _read_mapping(value)  # type: ignore[arg-type]
    if isinstance(value, list):
        return [from_json(item) for item in value]
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
        found = found.astimezone(temporal.parse_zone(str(value["@offset"])))
    if found is None:
        raise ValueError(f"unreadable {mark}")
    return found


def _read_range(value: object) -> object:
    if not isinstance(value, Mapping):
        return None
    return Range(from_json(value["start"]), from_json(value["end"]), bool(value["start_included"]),
                 bool(value["end_included"]), str(value["unbounded"]))


_MARKS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    ((datetime, FarMoment), "@moment"), ((date, FarDate), "@date"), (time, "@time"),
    ((timedelta, YearsMonthsDuration), "@duration"))
_READERS: dict[str, Callable[[object], object]] = {
    "@number": lambda text: Decimal(str(text)),
    "@date": lambda text: temporal.parse_day(str(text)),
    "@time": lambda text: temporal.parse_clock(str(text)),
    "@moment": lambda text: temporal.parse_moment(str(text)),
    "@duration": lambda text: temporal.parse_duration(str(text)),
    "@range": _read_range,
    "@except": lambda item: Exclusion(from_json(item)),
}
