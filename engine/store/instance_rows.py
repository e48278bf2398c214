"""Reading an instance and its tasks inside a unit of work: plain named statements, no rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from engine.store.case_tables import suspensions
from engine.store.payload import StoredValues
from engine.store.prepared import prepare
from engine.store.tables import (
    attachments,
    candidates,
    deadlines,
    exclusions,
    idempotency,
    incidents,
    instances,
    is_open,
    tasks,
    timers,
    uploads,
    variables,
)

_instance = prepare(select(instances).where(instances.c.id == bindparam("instance")))
_AT_WORK = (
    instances.c.process_title, instances.c.definition_hash, instances.c.number, instances.c.subject,
    instances.c.status.label("instance_status"), instances.c.outcome, instances.c.started_by, instances.c.own_unit,
    instances.c.started_at, instances.c.tokens, instances.c.parent_id, instances.c.parent_token, instances.c.chain,
    select(func.count()).where(tasks.c.instance_id == instances.c.id, is_open).correlate(instances).scalar_subquery().label("open_tasks"),
    exists().where(incidents.c.instance_id == instances.c.id, incidents.c.resolved_at.is_(None)).label("is_stuck"),
    exists().where(suspensions.c.instance_id == instances.c.id).label("is_suspended"))
_at_work = prepare(select(*_AT_WORK).where(instances.c.id == bindparam("instance")))
_work = prepare(select(
    tasks.c.id, tasks.c.instance_id, tasks.c.element_id, tasks.c.token_id, tasks.c.loop_id, tasks.c.title, tasks.c.status,
    tasks.c.visit, tasks.c.assignee_id, tasks.c.claimed_as, tasks.c.marked, tasks.c.completed_at, tasks.c.completed_by, *_AT_WORK,
    idempotency.c.verb.label("used_for"), idempotency.c.result.label("used_result"),
).join(instances, instances.c.id == tasks.c.instance_id).outerjoin(idempotency, and_(
    idempotency.c.actor_id == bindparam("actor"), idempotency.c.key == bindparam("key"))).where(tasks.c.id == bindparam("task")))
_variables = prepare(select(variables.c.name, variables.c.value).where(variables.c.instance_id == bindparam("instance")))
_task = prepare(select(tasks).where(tasks.c.id == bindparam("task")))
_open_tasks = prepare(select(tasks.c.id, tasks.c.token_id, tasks.c.element_id, tasks.c.assignee_id, tasks.c.loop_id,
                             tasks.c.title).where(tasks.c.instance_id == bindparam("instance"), is_open))
_held = prepare(select(tasks).where(tasks.c.assignee_id == bindparam("person"), is_open).order_by(
    tasks.c.instance_id, tasks.c.id))
_takes_part = prepare(select(instances.c.id).where(instances.c.id == bindparam("instance"), or_(
    instances.c.started_by == bindparam("person"),
    exists().where(tasks.c.instance_id == instances.c.id,
                   or_(tasks.c.completed_by == bindparam("person"), and_(tasks.c.assignee_id == bindparam("person"), is_open))))))
_was_done = prepare(select(tasks.c.id).where(tasks.c.instance_id == bindparam("instance"), tasks.c.status == "completed",
                                             tasks.c.element_id == bindparam("element")).limit(1))
_candidates = select(candidates.c.principal, candidates.c.on_behalf).where(candidates.c.task_id == bindparam("task"))
_exclusions = select(exclusions.c.person_id).where(exclusions.c.task_id == bindparam("task"))
_offered = prepare(union_all(_candidates.add_columns(literal_column("0").label("never")),
                             _exclusions.add_columns(null(), literal_column("1"))))
prepare(_candidates)
prepare(_exclusions)
_deadlines = prepare(select(deadlines).where(deadlines.c.instance_id == bindparam("instance")))
_incidents = prepare(select(incidents).where(incidents.c.instance_id == bindparam("instance"), incidents.c.resolved_at.is_(None)))
_timer = prepare(select(timers).where(timers.c.id == bindparam("timer")))
_event_timers = prepare(select(timers.c.subject_id, timers.c.due_at).where(timers.c.instance_id == bindparam("instance"),
                                                  timers.c.kind == "event"))
_attachment = prepare(select(attachments).where(attachments.c.id == bindparam("attachment")))
_upload = prepare(select(uploads).where(uploads.c.id == bindparam("upload")))

AnyRow = Row[*tuple[Any, ...]]


def find_instance(connection: Connection, instance_id: str) -> AnyRow | None:
    return connection.execute(_instance, {"instance": instance_id}).first()


def instance_at_work(connection: Connection, instance_id: str) -> AnyRow | None:
    """What a flow needs of an instance, how many tasks are open, whether an incident is, and whether somebody suspended it."""
    return connection.execute(_at_work, {"instance": instance_id}).first()


def work_on(connection: Connection, task_id: str, *, actor_id: str, key: str) -> AnyRow | None:
    """A task with `instance_at_work` of its instance, and what this actor's idempotency key was used for before."""
    return connection.execute(_work, {"task": task_id, "actor": actor_id, "key": key}).first()


def variables_of(connection: Connection, instance_id: str) -> StoredValues:
    rows = connection.execute(_variables, {"instance": instance_id})
    return StoredValues({row.name: row.value for row in rows})


def find_task(connection: Connection, task_id: str) -> AnyRow | None:
    return connection.execute(_task, {"task": task_id}).first()


def claimed_as(row: AnyRow, person_id: str) -> str | None:
    """The duty under which this person claimed the task and holds it; None otherwise."""
    held: str | None = row.claimed_as if row.assignee_id == person_id else None
    return held


def open_tasks_of(connection: Connection, instance_id: str) -> Sequence[AnyRow]:
    """Id, token, element, assignee, loop and title of each open task."""
    return connection.execute(_open_tasks, {"instance": instance_id}).all()


def tasks_held_by(connection: Connection, person_id: str) -> Sequence[AnyRow]:
    """Open tasks that somebody claimed, instance by instance."""
    return connection.execute(_held, {"person": person_id}).all()


def takes_part(connection: Connection, person_id: str, instance_id: str) -> bool:
    """Whether somebody started the case, did a task of it, or holds one now."""
    return connection.execute(_takes_part, {"instance": instance_id, "person": person_id}).first() is not None


def was_done(connection: Connection, instance_id: str, element_id: str) -> bool:
    """Whether a task of this step was ever completed."""
    return connection.execute(_was_done, {"instance": instance_id, "element": element_id}).first() is not None


def candidates_of(connection: Connection, task_id: str) -> dict[str, str | None]:
    """Principals who may act, each with whom it stands in for (None for those the rule named first)."""
    return {row.principal: row.on_behalf for row in connection.execute(_candidates, {"task": task_id})}


def exclusions_of(connection: Connection, task_id: str) -> frozenset[str]:
    return frozenset(connection.execute(_exclusions, {"task": task_id}).scalars())


def offered_to(connection: Connection, task_id: str) -> tuple[dict[str, str | None], frozenset[str]]:
    """Candidates and exclusions of a task in one reading."""
    rows = connection.execute(_offered, {"task": task_id})
    return ({row.principal: row.on_behalf for row in rows if not row.never},
            frozenset(row.principal for row in rows if row.never))


def deadlines_of(connection: Connection, instance_id: str) -> dict[str, AnyRow]:
    return {row.id: row for row in connection.execute(_deadlines, {"instance": instance_id})}


def open_incidents_of(connection: Connection, instance_id: str) -> Sequence[AnyRow]:
    return connection.execute(_incidents, {"instance": instance_id}).all()


def find_timer(connection: Connection, timer_id: str) -> AnyRow | None:
    return connection.execute(_timer, {"timer": timer_id}).first()


def scheduled_tokens_of(connection: Connection, instance_id: str) -> dict[str, datetime]:
    """When the events happen that a moment brings, by the token that waits."""
    return {row.subject_id: row.due_at for row in connection.execute(_event_timers, {"instance": instance_id})}


def find_attachment(connection: Connection, attachment_id: str) -> AnyRow | None:
    return connection.execute(_attachment, {"attachment": attachment_id}).first()


def find_upload(connection: Connection, upload_id: str) -> AnyRow | None:
    return connection.execute(_upload, {"upload": upload_id}).first()


def find_incident(connection: Connection, incident_id: str) -> AnyRow | None:
    return connection.execute(select(incidents).where(incidents.c.id == incident_id)).first()


def add_upload(connection: Connection, row: Mapping[str, object]) -> None:
    """A file that somebody handed in; it becomes an attachment when its form is submitted."""
    connection.execute(insert(uploads), dict(row))
