"""Time, handed in. The only module of the engine that may read the machine's clock.

All moments are aware UTC; what people see and what regulations count in is Asia/Shanghai (+08:00, no
daylight saving), policy T-1.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Protocol

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


class Clock(Protocol):
    """Tells the present moment as aware UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class HandClock:
    """A clock that stands still until it is moved by hand: for tests, the demo and the lab."""

    def __init__(self, moment: datetime) -> None:
        self._moment = in_utc(moment)

    def now(self) -> datetime:
        return self._moment

    def move_to(self, moment: datetime) -> None:
        self._moment = in_utc(moment)

    def advance(self, by: timedelta) -> None:
        self._moment += by


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC; a naive moment is read as China time."""
    if moment.tzinfo is UTC:
        return moment
    return (moment if moment.tzinfo else moment.replace(tzinfo=CHINA)).astimezone(UTC)


@lru_cache(maxsize=256)  # one transaction writes the same moment two dozen times
def utc_text(moment: datetime) -> str:
    """The moment as fixed-width UTC text to the microsecond: sorts by time, reads the same everywhere."""
    return in_utc(moment).isoformat(timespec="microseconds")[:26] + "Z"


def in_china(moment: datetime) -> datetime:
    """The same moment as people in China read it."""
    return in_utc(moment).astimezone(CHINA)
