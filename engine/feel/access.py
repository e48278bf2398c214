"""Reading: names from slots, filter items and the context; properties of contexts, lists and temporal values.

What is not there is null. Knows no operators.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Protocol
from zoneinfo import ZoneInfo

from engine.feel import calendar
from engine.feel.far import FarDate, FarMoment, ordinal
from engine.feel.kinds import PLAIN, Exclusion, Range, YearsMonthsDuration, admit
from engine.feel.layers import Layers
from engine.feel.run import Run
from engine.feel.scope import CONTEXT, RUN, Binding, Frame, Scopes
from engine.feel.tree import Node

Closure = Callable[[Frame], object]
_READY = PLAIN | {Decimal}


class Compiling(Protocol):
    """What compiles a part of a tree for the part around it."""

    scopes: Scopes
    nodes: int
    """How many nodes were compiled so far."""

    def compile(self, node: Node) -> Closure: ...

    def all(self, nodes: tuple[Node, ...]) -> list[Closure]: ...


def constant(value: object) -> Closure:
    return lambda frame: value


def name_reader(binding: Binding, name: str) -> Closure:
    """Reads one name."""
    if binding.slot is not None:
        slot = binding.slot
        outer: Closure = lambda frame: frame[slot]  # noqa: E731
    else:
        outer = _context_reader(name)
    if not binding.items:
        return outer
    items = binding.items

    def run(frame: Frame) -> object:
        for slot in items:
            item = frame[slot]
            if type(item) is dict and name in item:
                return item[name]
        return outer(frame)

    return run


def _context_reader(name: str) -> Closure:
    path = (name,)

    def run(frame: Frame) -> object:
        value = frame[CONTEXT].get(name)  # type: ignore[attr-defined]
        sort = type(value)
        if sort is Decimal or sort is str or sort is bool or value is None:
            return value
        return _admitted(frame, path, value)

    return run


def path_reader(target: Closure, keys: tuple[str, ...]) -> Closure:
    """Follows keys from what the target gives."""
    return lambda frame: _follow(frame, target(frame), keys)


def context_path_reader(name: str, keys: tuple[str, ...]) -> Closure:
    """Follows keys from a name of the context, converting only what is reached."""
    path = (name, *keys)
    numbered = tuple(enumerate(keys))

    def run(frame: Frame) -> object:
        context = frame[CONTEXT]
        if type(context) is Layers:
            value, followed = context.reach(name, keys)
        else:
            value, followed = context.get(name), 0  # type: ignore[attr-defined]
        for place, key in numbered[followed:] if followed else numbered:
            if type(value) is dict:
                value = value.get(key)
            elif value is None:
                return None
            else:
                return _follow(frame, _admitted(frame, path[:place + 1], value), keys[place:])
        return value if type(value) in _READY else _admitted(frame, path, value)

    return run


def _admitted(frame: Frame, path: tuple[str, ...], value: object) -> object:
    """The value at a path of the context as a FEEL value; what holds others is converted once per evaluation."""
    if not isinstance(value, Mapping | list | tuple | set | frozenset):
        return admit(value)
    run = run_of(frame)
    if path not in run.admitted:
        run.admitted[path] = admit(value)
    return run.admitted[path]


def _follow(frame: Frame, value: object, keys: tuple[str, ...]) -> object:
    for key in keys:
        if type(value) is dict:
            value = value.get(key)
        elif value is None:
            return None
        else:
            if type(value) is list:
                run_of(frame).weigh(value)
            value = reach(value, key)
    return value


def run_of(frame: Frame) -> Run:
    run = frame[RUN]
    assert isinstance(run, Run)
    return run


def reach(value: object, key: str) -> object:
    """One step of a path: an entry, a property, or the same step for each item of a list."""
    if isinstance(value, Mapping):
        return value.get(key)
    if isinstance(value, list | tuple):
        return [reach(item, key) for item in value]
    found = _PROPERTIES.get(type(value), {}).get(key)
    if found is None:
        return None
    answer = found(value)
    return Decimal(answer) if type(answer) is int else answer


def known_properties(value: object) -> tuple[str, ...]:
    """The names of what a path may ask of such a value, entries aside."""
    return tuple(_PROPERTIES.get(type(value), ()))


def _zone_name(value: time | FarMoment) -> str | None:
    zone = value.clock.tzinfo if isinstance(value, FarMoment) else value.tzinfo
    return zone.key if isinstance(zone, ZoneInfo) else None


def _whole(span: timedelta, unit: int, modulus: int) -> int:
    """The duration's part in one unit, with the duration's sign."""
    seconds = int(abs(span).total_seconds()) // unit
    return (seconds % modulus if modulus else seconds) * (1 if span >= timedelta() else -1)


def _seconds(span: timedelta) -> Decimal:
    micros = abs(span) // calendar.MICRO % 60_000_000
    return Decimal(micros) / 1_000_000 * (1 if span >= timedelta() else -1)


def _second(value: time | datetime) -> Decimal:
    return Decimal(value.second * 1_000_000 + value.microsecond) / 1_000_000


Properties = dict[str, Callable[..., object]]
_DAY: Properties = {"year": lambda v: v.year, "month": lambda v: v.month, "day": lambda v: v.day,
                    "weekday": lambda v: (ordinal(v) - 1) % 7 + 1}
_CLOCK: Properties = {"hour": lambda v: v.hour, "minute": lambda v: v.minute, "second": _second,
                      "time offset": calendar.clock_offset, "timezone": _zone_name}
_MOMENT: Properties = {**_DAY, **_CLOCK, "time offset": calendar.offset_of}
_FAR_MOMENT: Properties = {
    **{name: (lambda v, read=read: read(v.day)) for name, read in _DAY.items()},
    **{name: (lambda v, read=read: read(v.clock)) for name, read in _CLOCK.items()},
    "time offset": calendar.offset_of, "timezone": _zone_name}
_RANGE: Properties = {"start": lambda v: v.start, "end": lambda v: v.end,
                      "start included": lambda v: v.start_included, "end included": lambda v: v.end_included}
_PROPERTIES: dict[type, Properties] = {
    date: _DAY, FarDate: _DAY, datetime: {**_MOMENT, "weekday": lambda v: v.isoweekday()}, FarMoment: _FAR_MOMENT,
    time: _CLOCK, Range: _RANGE, Exclusion: {},
    timedelta: {"days": lambda v: _whole(v, 86_400, 0), "hours": lambda v: _whole(v, 3600, 24),
                "minutes": lambda v: _whole(v, 60, 60), "seconds": _seconds},
    YearsMonthsDuration: {"years": lambda v: v.years, "months": lambda v: v.months},
}
