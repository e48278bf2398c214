"""The auditors' search over instances and traces: everything, read only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, func, literal, or_, select, tuple_
from sqlalchemy import cast as sql_cast

from engine.actors import AUDITOR, CASE_OPERATOR
from engine.errors import NotFound
from engine.store.queries.instances import FoundInstance, find_instances
from engine.store.queries.paging import MAX_LIMIT, Page, page_of, read_cursor, write_cursor
from engine.store.queries.trace import TECHNICAL, TraceEntry, entry_of
from engine.store.reader import Reader
from engine.store.tables import people, records


def search_instances(read: Reader, *, text: str = "", process: str = "", status: str = "",
                     since: datetime | None = None, until: datetime | None = None, after: str | None = None,
                     limit: int = 50) -> Page[FoundInstance]:
    """Newest first. NotFound unless the reader is an auditor or case operator."""
    _need_power(read)
    return find_instances(read, text=text, process=process, status=status, since=since, until=until, after=after, limit=limit)


def search_trace(read: Reader, *, text: str = "", actor: str = "", type: str = "",
                 technical: str = "", since: datetime | None = None, until: datetime | None = None,
                 after: str | None = None, limit: int = 50) -> Page[TraceEntry]:
    """Records of all streams, newest first. `text` looks into the payload and the element.

    Records that carry the machinery come only with a `technical` that is not empty, or when their `type` is asked for.
    """
    _need_power(read)
    limit = max(1, min(limit, MAX_LIMIT))
    statement = select(records, people.c.name.label("actor_name")).outerjoin(people, people.c.id == records.c.actor_id)
    if text:
        body = sql_cast(records.c.body, Text) if read.connection.dialect.name == "sqlite" else func.convert_from(
            records.c.body, "UTF8")
        statement = statement.where(or_(
            records.c.element_id.contains(text, autoescape=True), records.c.stream == text,
            records.c.clauses.contains(text, autoescape=True), body.contains(text, autoescape=True)))
    if actor:
        statement = statement.where(or_(people.c.name.contains(actor, autoescape=True), people.c.login == actor))
    if type:
        statement = statement.where(records.c.type == type)
    elif not technical:
        statement = statement.where(records.c.type.not_in(sorted(TECHNICAL)))
    statement = _between(statement, records.c.recorded_at, since, until)
    cursor = read_cursor(after, 3)
    if cursor is not None and cursor[2].isdigit():
        statement = statement.where(tuple_(records.c.recorded_at, records.c.stream, records.c.seq) < tuple_(
            literal(datetime.fromisoformat(cursor[0]), records.c.recorded_at.type), literal(cursor[1]),
            literal(int(cursor[2]))))
    rows = read.connection.execute(statement.order_by(
        records.c.recorded_at.desc(), records.c.stream.desc(), records.c.seq.desc()).limit(limit + 1)).all()
    return page_of([entry_of(read, row) for row in rows], limit,
                   [write_cursor(row.recorded_at.isoformat(), row.stream, str(row.seq)) for row in rows])


def _between(statement: Select[Any], column: Any, since: datetime | None, until: datetime | None) -> Select[Any]:
    if since is not None:
        statement = statement.where(column >= since)
    return statement.where(column < until) if until is not None else statement


def _need_power(read: Reader) -> None:
    if not (read.actor.has_power(AUDITOR) or read.actor.has_power(CASE_OPERATOR)):
        raise NotFound()
