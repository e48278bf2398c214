"""The inbox: what I have to do, may claim, have done, have started. One indexed query each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, Subquery, bindparam, exists, func, literal, or_, select, tuple_, union_all

from engine.actors import EVERYONE, person_principal
from engine.errors import Sentence
from engine.store.directory_rows import StoredDirectory
from engine.store.queries.paging import MAX_LIMIT, Page, page_of, read_cursor, write_cursor
from engine.store.queries.why import why_candidate
from engine.store.reader import Reader
from engine.store.statements import END_OF_TIME
from engine.store.tables import candidates, exclusions, instances, is_open, people, tasks

Tab = Literal["todo", "claim", "done", "mine"]
MOST_COUNTED = 1000
"""Nobody does a thousand tasks; beyond that a tab says no more than that."""


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One line: what is asked, for what, by when, and why it is mine."""

    task_id: str | None
    instance_id: str
    title: str
    subject: str
    process_title: str
    number: str
    due_at: datetime | None
    is_overdue: bool
    provisional: bool
    created_at: datetime
    completed_at: datetime | None
    assignee_name: str
    why: Sentence
    status: str
    outcome: str | None = None


_columns = (tasks.c.id.label("task_id"), tasks.c.instance_id, tasks.c.title, tasks.c.due_at, tasks.c.provisional,
            tasks.c.created_at, tasks.c.completed_at, tasks.c.status, tasks.c.assignee_id, tasks.c.action,
            instances.c.subject, instances.c.process_title, instances.c.number, instances.c.outcome)
_not_excluded = ~exists(select(literal(1)).where(exclusions.c.task_id == tasks.c.id,
                                                 exclusions.c.person_id == bindparam("me")))


def inbox(read: Reader, tab: Tab, *, after: str | None = None, limit: int = 50) -> Page[InboxRow]:
    """One page of one tab, most urgent (or most recent) first."""
    limit = max(1, min(limit, MAX_LIMIT))
    if tab == "mine":
        return _mine(read, after, limit)
    if tab == "done":
        return _done(read, after, limit)
    return _open(read, principals_for(read, tab), tab, after, limit)


def inbox_counts(read: Reader) -> Mapping[Tab, int]:
    """How many open tasks each working tab holds; counting stops at MOST_COUNTED."""
    counts: dict[Tab, int] = {}
    tabs: tuple[Tab, ...] = ("todo", "claim")
    for tab in tabs:
        found = _found(principals_for(read, tab), tab, None, MOST_COUNTED)
        counted = read.connection.execute(select(func.count(found.c.task_id.distinct())), {"me": read.actor.id}).scalar_one()
        counts[tab] = min(counted, MOST_COUNTED)
    return counts


def principals_for(read: Reader, tab: Tab) -> Sequence[str]:
    """To do: named personally, or the only holder of a post. To claim: the rest of what I answer to."""
    alone = {person_principal(read.actor.id)}
    shared: set[str] = set()
    directory = StoredDirectory(read.connection, read.now)
    for principal in read.actor.principals - alone - {EVERYONE}:
        (alone if directory.holders(principal) == (read.actor.id,) else shared).add(principal)
    return sorted(alone if tab == "todo" else shared | {EVERYONE})


def _found(principals: Sequence[str], tab: Tab, cursor: tuple[str, ...] | None, limit: int) -> Subquery:
    """The first open tasks of each principal, most urgent first; a task may come more than once.

    Each principal is one walk along the index (principal, sort_at, task_id) that stops after `limit` rows, so
    that an inbox opens as fast with a hundred thousand tasks in it.
    """
    walks = [_walk(principal, tab, cursor, limit) for principal in principals]
    if tab == "todo":
        walks.append(_held(principals, cursor, limit))
    return union_all(*(select(walk.subquery()) for walk in walks)).subquery()


def _walk(principal: str, tab: Tab, cursor: tuple[str, ...] | None, limit: int) -> Select[Any]:
    """Open tasks of one principal; claimed tasks only in their holder's to-do."""
    free = tasks.c.assignee_id.is_(None)
    statement = select(candidates.c.task_id, candidates.c.sort_at, candidates.c.principal).join(
        tasks, tasks.c.id == candidates.c.task_id).where(
        candidates.c.principal == principal, _not_excluded,
        or_(tasks.c.assignee_id == bindparam("me"), free) if tab == "todo" else free)
    return _after(statement, candidates.c.sort_at, candidates.c.task_id, cursor).limit(limit)


def _held(principals: Sequence[str], cursor: tuple[str, ...] | None, limit: int) -> Select[Any]:
    """Tasks claimed by the reader that none of these principals finds."""
    sort_at = func.coalesce(tasks.c.due_at, literal(END_OF_TIME, tasks.c.due_at.type))
    statement = select(tasks.c.id.label("task_id"), sort_at.label("sort_at"), literal("assigned").label("principal")).where(
        tasks.c.assignee_id == bindparam("me"), is_open,
        ~exists(select(literal(1)).where(candidates.c.task_id == tasks.c.id, candidates.c.principal.in_(principals))))
    return _after(statement, sort_at, tasks.c.id, cursor).limit(limit)


def _after(statement: Select[Any], sort_at: ColumnElement[Any], task_id: ColumnElement[Any],
           cursor: tuple[str, ...] | None) -> Select[Any]:
    if cursor is not None:
        statement = statement.where(tuple_(sort_at, task_id) > tuple_(
            literal(datetime.fromisoformat(cursor[0]), tasks.c.due_at.type), literal(cursor[1])))
    return statement.order_by(sort_at, task_id)


def _open(read: Reader, principals: Sequence[str], tab: Tab, after: str | None, limit: int) -> Page[InboxRow]:
    found = _found(principals, tab, read_cursor(after, 2), limit + 1)
    mine = select(found.c.task_id, func.min(found.c.sort_at).label("sort_at"), func.min(found.c.principal).label(
        "principal")).group_by(found.c.task_id).order_by(func.min(found.c.sort_at), found.c.task_id).limit(limit + 1).subquery()
    statement = select(*_columns, mine.c.sort_at, mine.c.principal).join_from(
        mine, tasks, tasks.c.id == mine.c.task_id).join(instances, instances.c.id == tasks.c.instance_id)
    rows = read.connection.execute(statement.order_by(mine.c.sort_at, tasks.c.id), {"me": read.actor.id}).all()
    return page_of([_task_row(read, row, row.principal) for row in rows], limit,
                   [write_cursor(row.sort_at.isoformat(), row.task_id) for row in rows])


def _done(read: Reader, after: str | None, limit: int) -> Page[InboxRow]:
    statement = select(*_columns).join(instances, instances.c.id == tasks.c.instance_id).where(
        tasks.c.completed_by == read.actor.id)
    cursor = read_cursor(after, 2)
    if cursor is not None:
        statement = statement.where(tuple_(tasks.c.completed_at, tasks.c.id) < tuple_(
            literal(datetime.fromisoformat(cursor[0]), tasks.c.completed_at.type), literal(cursor[1])))
    rows = read.connection.execute(statement.order_by(tasks.c.completed_at.desc(), tasks.c.id.desc()).limit(
        limit + 1)).all()
    return page_of([_task_row(read, row, "done") for row in rows], limit,
                   [write_cursor(row.completed_at.isoformat(), row.task_id) for row in rows])


def _task_row(read: Reader, row: Any, principal: str) -> InboxRow:
    return InboxRow(row.task_id, row.instance_id, row.title, row.subject, row.process_title, row.number, row.due_at,
                    row.due_at is not None and (row.completed_at or read.now) > row.due_at, row.provisional,
                    row.created_at, row.completed_at, read.actor.name if row.assignee_id == read.actor.id else "",
                    why_candidate(read, principal), row.status, row.outcome)


def _mine(read: Reader, after: str | None, limit: int) -> Page[InboxRow]:
    statement = select(instances).where(instances.c.started_by == read.actor.id)
    cursor = read_cursor(after, 2)
    if cursor is not None:
        statement = statement.where(tuple_(instances.c.started_at, instances.c.id) < tuple_(
            literal(datetime.fromisoformat(cursor[0]), instances.c.started_at.type), literal(cursor[1])))
    rows = read.connection.execute(statement.order_by(instances.c.started_at.desc(), instances.c.id.desc()).limit(
        limit + 1)).all()
    where = _current_steps(read, [row.id for row in rows])
    built = [InboxRow(None, row.id, where.get(row.id, ""), row.subject, row.process_title, row.number, None,
                      False, False, row.started_at, row.ended_at, "", why_candidate(read, "started"), row.status,
                      row.outcome) for row in rows]
    return page_of(built, limit, [write_cursor(row.started_at.isoformat(), row.id) for row in rows])


def _current_steps(read: Reader, instance_ids: Sequence[str]) -> Mapping[str, str]:
    """Where each instance stands: the titles of its open tasks."""
    rows = read.connection.execute(select(tasks.c.instance_id, tasks.c.title, people.c.name).outerjoin(
        people, people.c.id == tasks.c.assignee_id).where(
        tasks.c.instance_id.in_(instance_ids), is_open).order_by(tasks.c.created_at))
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.instance_id, []).append(row.title)
    return {instance_id: "、".join(dict.fromkeys(titles)) for instance_id, titles in found.items()}
