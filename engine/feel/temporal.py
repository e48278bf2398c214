"""Dates, times, moments and durations as text: reading ISO 8601 as FEEL narrows it, and writing it back.

A text that names no day, moment or duration reads as None. Knows no arithmetic.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.feel.far import Day, FarDate, FarMoment, Moment, from_ordinal, make_day, make_moment, ordinal
from engine.feel.kinds import MAX_MONTHS, YearsMonthsDuration

_DAY = re.compile(r"(-?)([0-9]{4}|[1-9][0-9]{4,8})-([0-9]{2})-([0-9]{2})")
_CLOCK = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?(.*)", re.DOTALL)
_OFFSET = re.compile(r"([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?")
_DAYS = re.compile(r"(-?)P(?:([0-9]+)D)?(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:\.([0-9]*))?S)?)?")
_MONTHS = re.compile(r"(-?)P(?:([0-9]+)Y)?(?:([0-9]+)M)?")
MAX_OFFSET = timedelta(hours=18)
MAX_DIGITS = 18
ZULU = timezone.utc  # noqa: UP017 (the name says what it means here)


def parse_temporal(text: str) -> object:
    """What `@"…"` means: a date, time, moment or duration; None if it is none of them."""
    if text.startswith(("P", "-P")):
        return parse_duration(text)
    return parse_day(text) or (parse_moment(text) if "T" in text else None) or parse_clock(text)


def parse_day(text: str) -> Day | None:
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    try:
        return make_day(int(match[1] + match[2]), int(match[3]), int(match[4]))
    except ValueError:
        return None


def parse_clock(text: str) -> time | None:
    """A time of day with an optional offset or @zone; 24:00:00 is midnight."""
    match = _CLOCK.fullmatch(text)
    zone = parse_zone(match[5]) if match else None
    if match is None or (zone is None and match[5]):
        return None
    hour, minute, second, fraction = int(match[1]), int(match[2]), int(match[3]), match[4] or ""
    if hour == 24 and minute == second == 0 and not fraction.strip("0"):
        hour = 0
    try:
        return time(hour, minute, second, int(fraction[:6].ljust(6, "0")), tzinfo=zone)
    except ValueError:
        return None


def parse_moment(text: str) -> Moment | None:
    """A day and a time joined by T; a day alone means its midnight; 24:00:00 is the next day's."""
    head, mark, tail = text.partition("T")
    day = parse_day(head)
    if day is None or not mark:
        return make_moment(day, time()) if day and not mark else None
    clock = parse_clock(tail)
    if clock is None:
        return None
    return make_moment(from_ordinal(ordinal(day) + 1) if tail.startswith("24") else day, clock)


def parse_zone(text: str) -> tzinfo | None:
    """`Z`, `+08:00` or `@Asia/Shanghai`; None for anything else."""
    if text in ("Z", ""):
        return ZULU if text else None
    if text.startswith("@"):
        return find_zone(text[1:])
    match = _OFFSET.fullmatch(text)
    if match is None or int(match[3]) > 59 or int(match[4] or 0) > 59:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]), seconds=int(match[4] or 0))
    return offset_zone(-offset if match[1] == "-" else offset)


def offset_zone(offset: timedelta) -> tzinfo | None:
    """A fixed offset as a zone; None beyond 18 hours."""
    if abs(offset) > MAX_OFFSET:
        return None
    return timezone(offset) if offset else ZULU


@lru_cache(maxsize=512)
def find_zone(name: str) -> tzinfo | None:
    """The IANA zone of that name."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*", name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def parse_duration(text: str) -> timedelta | YearsMonthsDuration | None:
    """Days and time, or years and months; never both."""
    if len(text) < 3 or text[-1] in "PT" or len(text) > 100:
        return None
    match = _MONTHS.fullmatch(text)
    if match:
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return YearsMonthsDuration(-months if match[1] else months) if months <= MAX_MONTHS else None
    match = _DAYS.fullmatch(text)
    if match is None:
        return None
    days, hours, minutes, seconds = (int(match[index] or 0) for index in (2, 3, 4, 5))
    micros = int((match[6] or "")[:6].ljust(6, "0"))
    try:
        span = timedelta(days, seconds, micros, 0, minutes, hours)
    except OverflowError:
        return None
    return -span if match[1] else span


def write_temporal(value: object) -> str:
    """The text that reads back as the same value."""
    if isinstance(value, timedelta):
        return _write_days(value)
    if isinstance(value, YearsMonthsDuration):
        return _write_months(value)
    if isinstance(value, datetime | FarMoment):
        day, clock = split_moment(value)
        return f"{day.isoformat()}T{_write_clock(clock)}"
    if isinstance(value, time):
        return _write_clock(value)
    return value.isoformat() if isinstance(value, date | FarDate) else ""


def split_moment(moment: Moment) -> tuple[Day, time]:
    """A moment's day and its time of day with the zone."""
    if isinstance(moment, datetime):
        return moment.date(), moment.timetz()
    return moment.day, moment.clock


def _write_clock(clock: time) -> str:
    text = clock.replace(tzinfo=None).isoformat()
    if "." in text:
        text = text.rstrip("0")
    return text + zone_suffix(clock.tzinfo)


def zone_suffix(zone: tzinfo | None) -> str:
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    return time(tzinfo=zone).isoformat()[8:] if zone.utcoffset(None) else "Z"


def _write_days(span: timedelta) -> str:
    sign, span = ("-", -span) if span < timedelta() else ("", span)
    minutes, seconds = divmod(span.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{span.days}D" if span.days else ""
    second = f"{seconds}.{span.microseconds:06d}".rstrip("0").rstrip(".") if span.microseconds else str(seconds)
    clock = "".join(f"{amount}{unit}" for amount, unit in ((hours, "H"), (minutes, "M"), (second, "S")) if amount not in (0, "0"))
    if clock:
        text += f"T{clock}"
    return f"{sign}P{text}" if text else "PT0S"


def _write_months(span: YearsMonthsDuration) -> str:
    years, months = abs(span.years), abs(span.months)
    text = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
    return f"{'-' if span.total < 0 else ''}P{text}"


def zone_name(zone: tzinfo | None) -> str:
    """The IANA name of a named zone; empty for a fixed offset."""
    return zone.key if isinstance(zone, ZoneInfo) else ""
