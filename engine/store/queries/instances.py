"""Finding instances: whoever reads all searches all, everybody else those he had a part in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, literal, or_, select, tuple_

from engine.actors import AUDITOR, CASE_OPERATOR
from engine.store.directory_rows import personal
from engine.store.instance_rows import AnyRow
from engine.store.queries.paging import MAX_LIMIT, Page, page_of, read_cursor, write_cursor
from engine.store.reader import Reader
from engine.store.tables import instances, involvement, people


@dataclass(frozen=True, slots=True)
class FoundInstance:
    id: str
    number: str
    process: str
    process_title: str
    subject: str
    status: str
    outcome: str | None
    started_at: datetime
    started_by_name: str
    ended_at: datetime | None


def find_instances(read: Reader, *, text: str = "", process: str = "", status: str = "", since: datetime | None = None,
                   until: datetime | None = None, after: str | None = None, limit: int = 50) -> Page[FoundInstance]:
    """Newest first; `text` is part of a subject or number, `since` and `until` bound the start."""
    limit = max(1, min(limit, MAX_LIMIT))
    statement = _within_sight(read, select(instances, people.c.name.label("starter")).outerjoin(
        people, people.c.id == instances.c.started_by))
    if text:
        statement = statement.where(or_(instances.c.subject.contains(text, autoescape=True),
                                        instances.c.number.contains(text, autoescape=True)))
    for column, value in ((instances.c.process, process), (instances.c.status, status)):
        statement = statement.where(column == value) if value else statement
    statement = statement.where(instances.c.started_at >= since) if since is not None else statement
    statement = statement.where(instances.c.started_at < until) if until is not None else statement
    cursor = read_cursor(after, 2)
    if cursor is not None:
        statement = statement.where(tuple_(instances.c.started_at, instances.c.id) < tuple_(
            literal(datetime.fromisoformat(cursor[0]), instances.c.started_at.type), literal(cursor[1])))
    rows = read.connection.execute(statement.order_by(instances.c.started_at.desc(), instances.c.id.desc()).limit(limit + 1)).all()
    return page_of([_found(row) for row in rows], limit, [write_cursor(row.started_at.isoformat(), row.id) for row in rows])


def _within_sight(read: Reader, statement: Select[Any]) -> Select[Any]:
    if read.actor.is_system or read.actor.has_power(AUDITOR) or read.actor.has_power(CASE_OPERATOR):
        return statement
    return statement.where(instances.c.id.in_(select(involvement.c.instance_id).where(
        involvement.c.principal.in_(sorted(personal(read.actor))))))


def _found(row: AnyRow) -> FoundInstance:
    return FoundInstance(row.id, row.number, row.process, row.process_title, row.subject, row.status, row.outcome,
                         row.started_at, row.starter or row.started_by, row.ended_at)
