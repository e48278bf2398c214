"""Moments in people's words: when something is due, how long is left, how late it is. Reads no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask
from flask_babel import gettext as _

from engine.clock import in_china
from web import visit

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Urgency:
    """How pressing a limit is: `level` names the colour, `words` what is said."""

    level: str
    words: str


def install_moments(app: Flask) -> None:
    app.jinja_env.filters.update(moment=moment, day=day, stamp=stamp, seconds=seconds)
    app.jinja_env.globals.update(urgency=urgency, china_now=china_now)


def china_now() -> datetime:
    return in_china(visit.engine().clock.now())


def moment(at: datetime | None) -> str:
    """To the minute, with the year only when it is another one."""
    if at is None:
        return ""
    local = in_china(at)
    year = f"{local.year}-" if local.year != china_now().year else ""
    return f"{year}{local:%m-%d %H:%M}"


def day(at: datetime | None) -> str:
    return f"{in_china(at):%Y-%m-%d}" if at else ""


def seconds(at: datetime | None) -> str:
    """To the second: what a trace shows."""
    return f"{in_china(at):%Y-%m-%d %H:%M:%S}" if at else ""


def stamp(at: datetime | None) -> str:
    """For machines: the `datetime` attribute and the countdown."""
    return in_china(at).isoformat(timespec="seconds") if at else ""


def urgency(due_at: datetime | None) -> Urgency:
    """What a due moment means now."""
    if due_at is None:
        return Urgency("none", _("没有时限"))
    now, due = china_now(), in_china(due_at)
    left = due - now
    if left <= timedelta(0):
        return Urgency("overdue", _("已逾期 %(span)s", span=span(-left)))
    if left < _DAY:
        return Urgency("today", _("还剩 %(span)s", span=span(left)))
    if due.date() - now.date() <= timedelta(days=3):
        return Urgency("soon", _("还剩 %(span)s", span=span(left)))
    return Urgency("later", _("还剩 %(span)s", span=span(left)))


def span(length: timedelta) -> str:
    """A span in its two largest parts that matter."""
    minutes = max(1, int(length.total_seconds()) // 60)
    if minutes < 60:
        return _("%(minutes)s 分钟", minutes=minutes)
    if minutes < 48 * 60:
        hours, rest = divmod(minutes, 60)
        return _("%(hours)s 小时 %(minutes)s 分", hours=hours, minutes=rest) if rest else _("%(hours)s 小时", hours=hours)
    return _("%(days)s 天", days=minutes // (24 * 60))
