"""When a timer of a BPMN file is due: ISO 8601 texts and FEEL expressions, read by FEEL itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.clock import CHINA
from engine.errors import EngineError
from engine.feel import compile_expression

_WEEKS = re.compile(r"\AP(\d+)W\Z")
_CYCLE = re.compile(r"R(\d*)/(.+)")


class TimerUnreadable(EngineError):
    """A timer whose text gives no moment."""


@dataclass(frozen=True)
class Due:
    """A moment, and for a cycle how many more times it comes (None: for ever)."""

    at: datetime
    left: int | None = 1


def first_due(timing: str, value: object, now: datetime) -> Due:
    """`value` is the timer's text, or what its expression gave."""
    cycle = _CYCLE.fullmatch(value) if isinstance(value, str) and timing == "timeCycle" else None
    if cycle is None:
        return Due(_moment(value, now))
    *start, interval = cycle[2].split("/")
    at = _moment(start[0], now) if start else _moment(interval, now)
    return Due(at, int(cycle[1]) if cycle[1] else None)


def next_due(value: object, due: Due) -> Due:
    """The occurrence after this one."""
    text = str(value).rpartition("/")[2]
    return Due(_moment(text, due.at), None if due.left is None else due.left - 1)


def _moment(value: object, now: datetime) -> datetime:
    if isinstance(value, str):
        call = "duration" if value.startswith("P") else "date and time"
        text = _WEEKS.sub(lambda weeks: f"P{int(weeks[1]) * 7}D", value)  # ISO 8601 has weeks, FEEL has not
        return _moment(compile_expression(f'{call}("{text}")').evaluate({}), now)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=CHINA)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=CHINA)
    due = compile_expression("now + wait").evaluate({"now": now, "wait": value})
    if not isinstance(due, datetime):
        raise TimerUnreadable(f"no moment: {value!r}")
    return max(due, now + timedelta(0))
