"""What is due next (timers, windows of schedules, cases to begin), and the lock under which each is carried out.

The lock is a row that others lock anyway: the stream of the timer's case, or the count of a process's versions. Whoever finds
it locked passes it over. What was found may be gone once the lock is had: look again. Knows no kind and no rule.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, bindparam, exists, literal_column, or_, select

from engine.store.case_tables import planned, schedules, suspensions
from engine.store.prepared import prepare
from engine.store.register_rows import version_counter
from engine.store.statements import IN_SUSPENDED
from engine.store.tables import counters, streams, timers

_now: BindParameter[datetime] = bindparam("now")
_passing: BindParameter[str] = bindparam("passing", expanding=True)
_goes_on = or_(timers.c.kind.in_([literal_column(f"'{kind}'") for kind in IN_SUSPENDED]),
               ~exists().where(suspensions.c.instance_id == timers.c.instance_id))
_next_at = [prepare(statement.limit(1)) for statement in (
    select(timers.c.due_at).where(_goes_on).order_by(timers.c.due_at),
    select(schedules.c.due_at).order_by(schedules.c.due_at),
    select(planned.c.due_at).order_by(planned.c.due_at))]

_timer = select(timers.c.id).join(streams, streams.c.id == timers.c.instance_id).where(
    timers.c.due_at <= _now, _goes_on).order_by(timers.c.due_at).limit(1).with_for_update(of=streams, skip_locked=True)
_any_timer = prepare(_timer)
_other_timer = _timer.where(timers.c.id.not_in(_passing))
_versions: ColumnElement[str] = literal_column(f"'{version_counter('')}'")
_window_name = schedules.c.process + literal_column("'/'") + schedules.c.start_id
_window = select(_window_name.label("name")).join(counters, counters.c.name == _versions + schedules.c.process).where(
    schedules.c.due_at <= _now, _window_name.not_in(_passing)).order_by(schedules.c.due_at).limit(1).with_for_update(
    of=counters, skip_locked=True)
_beginning = select(planned.c.id).join(counters, counters.c.name == _versions + planned.c.process).where(
    planned.c.due_at <= _now, planned.c.id.not_in(_passing)).order_by(planned.c.due_at, planned.c.id).limit(1).with_for_update(
    of=counters, skip_locked=True)


def next_due_at(connection: Connection) -> datetime | None:
    """When anything is due next, or was; what a suspended case keeps waiting is left out. None without anything."""
    moments = [connection.execute(statement).scalar() for statement in _next_at]
    return min((moment for moment in moments if moment is not None), default=None)


def lock_due_timer(connection: Connection, now: datetime, passing: Collection[str]) -> str | None:
    """Lock the stream of the case whose timer has been due longest; gives the timer's id."""
    if passing:
        return _first(connection, _other_timer, now, passing)
    found: str | None = connection.execute(_any_timer, {"now": now}).scalar()
    return found


def lock_due_window(connection: Connection, now: datetime, passing: Collection[str]) -> str | None:
    """Lock the process of the window that has been due longest; gives `process/start`."""
    return _first(connection, _window, now, passing)


def lock_due_beginning(connection: Connection, now: datetime, passing: Collection[str]) -> str | None:
    """Lock the process of the case that has been waiting longest to begin; gives the id of the row that plans it."""
    return _first(connection, _beginning, now, passing)


def _first(connection: Connection, statement: Any, now: datetime, passing: Collection[str]) -> str | None:
    found: str | None = connection.execute(statement, {"now": now, "passing": list(passing)}).scalar()
    return found
