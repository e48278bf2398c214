"""What passes between cases, read inside a unit of work: called cases, listeners, undelivered messages, schedules, jobs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, literal_column, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert_postgresql
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from engine.store.case_tables import corrections, jobs, leases, planned, schedules, subscriptions, suspensions
from engine.store.instance_rows import AnyRow
from engine.store.payload import decode_value
from engine.store.prepared import prepare
from engine.store.statements import END_OF_TIME
from engine.store.tables import instances, is_message, timers, variables

_children = prepare(select(instances.c.id, instances.c.status, instances.c.parent_token).where(
    instances.c.parent_id == bindparam("instance")))
_caller = prepare(select(instances.c.parent_id).where(instances.c.id == bindparam("instance")))
_posted = prepare(select(timers.c.kind, timers.c.subject_id).where(timers.c.instance_id == bindparam("instance")))
_listening = prepare(select(subscriptions.c.token_id).where(subscriptions.c.instance_id == bindparam("instance")))
_anybody = prepare(select(subscriptions.c.token_id).where(
    subscriptions.c.kind == bindparam("kind"), subscriptions.c.name == bindparam("name")).limit(1))
_listeners = prepare(select(subscriptions).where(
    subscriptions.c.kind == bindparam("kind"), subscriptions.c.name == bindparam("name"),
    or_(subscriptions.c.key == literal_column("''"), subscriptions.c.key == bindparam("key")))
                     .order_by(subscriptions.c.since, subscriptions.c.instance_id, subscriptions.c.token_id))
_addressed = prepare(select(subscriptions).where(
    subscriptions.c.kind == "message", subscriptions.c.name == bindparam("name"), subscriptions.c.key == bindparam("key"))
    .order_by(subscriptions.c.since, subscriptions.c.instance_id, subscriptions.c.token_id))
_kept = prepare(select(timers).where(is_message, timers.c.subject_id == bindparam("address")).order_by(
    timers.c.due_at, timers.c.id))
_all_kept = prepare(select(timers).where(is_message, timers.c.due_at > bindparam("now")).order_by(
    timers.c.instance_id, timers.c.id))
_schedules_of = prepare(select(schedules.c.start_id, schedules.c.due_at).where(schedules.c.process == bindparam("process")))
_values_at_work = prepare(select(variables.c.value).join(instances, instances.c.id == variables.c.instance_id).where(
    instances.c.process == bindparam("process"), instances.c.status == "running", variables.c.name == bindparam("start")))
_planned = prepare(select(planned).where(planned.c.id == bindparam("planned")))
_planned_for = prepare(select(planned.c.given).where(
    planned.c.process == bindparam("process"), planned.c.start_id == bindparam("start")))
_jobs_of = prepare(select(jobs.c.token_id).where(jobs.c.instance_id == bindparam("instance")))
_job = prepare(select(jobs, leases.c.worker, leases.c.until).outerjoin(leases, leases.c.job_id == jobs.c.id).where(
    jobs.c.id == bindparam("job")))
_suspension = prepare(select(suspensions).where(suspensions.c.instance_id == bindparam("instance")))
_correction = prepare(select(corrections).where(corrections.c.id == bindparam("correction")))
_open_correction = prepare(select(corrections).where(
    corrections.c.instance_id == bindparam("instance"), corrections.c.element_id == bindparam("element"),
    corrections.c.field == bindparam("item"), corrections.c.status == literal_column("'proposed'")))
_open_corrections = prepare(select(corrections).where(
    corrections.c.instance_id == bindparam("instance"), corrections.c.element_id == bindparam("element"),
    corrections.c.status == literal_column("'proposed'")).order_by(corrections.c.proposed_at, corrections.c.id))
_heard_in = prepare(select(subscriptions.c.token_id, subscriptions.c.element_id, subscriptions.c.name, subscriptions.c.key).where(
    subscriptions.c.instance_id == bindparam("instance"), subscriptions.c.kind == "message").order_by(subscriptions.c.token_id))
_returning = prepare(select(timers).join(instances, instances.c.id == timers.c.instance_id).where(
    instances.c.parent_id == bindparam("instance"), timers.c.kind.in_([literal_column("'return'"), literal_column("'escalate'")]),
    timers.c.due_at == END_OF_TIME).order_by(timers.c.instance_id, timers.c.id))
_drop_leases = prepare(delete(leases).where(~exists().where(jobs.c.id == leases.c.job_id)))


def children_of(connection: Connection, instance_id: str) -> Sequence[AnyRow]:
    """Id, status and calling token of every case that this one called and waits for, or waited for."""
    return connection.execute(_children, {"instance": instance_id}).all()


def callers_of(connection: Connection, instance_id: str, *, most: int) -> int:
    """How many cases wait above this one; counted no further than `most`."""
    count, caller = 0, connection.execute(_caller, {"instance": instance_id}).scalar()
    while caller is not None and count < most:
        count, caller = count + 1, connection.execute(_caller, {"instance": caller}).scalar()
    return count


def posted_by(connection: Connection, instance_id: str) -> frozenset[tuple[str, str]]:
    """Kind and subject of all timers of an instance."""
    return frozenset((row.kind, row.subject_id) for row in connection.execute(_posted, {"instance": instance_id}))


def listening_in(connection: Connection, instance_id: str) -> frozenset[str]:
    """The tokens that are known to listen."""
    return frozenset(row.token_id for row in connection.execute(_listening, {"instance": instance_id}))


def listeners(connection: Connection, kind: str, name: str, *, key: str = "") -> Sequence[AnyRow]:
    """Who listens for a signal, or for changes of a register (of every entry, or of this one); whoever began first comes first."""
    return connection.execute(_listeners, {"kind": kind, "name": name, "key": key}).all()


def anybody_listens(connection: Connection, kind: str, name: str) -> bool:
    return connection.execute(_anybody, {"kind": kind, "name": name}).first() is not None


def addressed(connection: Connection, name: str, key: str) -> Sequence[AnyRow]:
    """Who waits for a message of this name and key."""
    return connection.execute(_addressed, {"name": name, "key": key}).all()


def kept_messages(connection: Connection, address: str) -> Sequence[AnyRow]:
    """Messages that nobody has taken yet."""
    return connection.execute(_kept, {"address": address}).all()


def all_kept_messages(connection: Connection, now: datetime) -> Sequence[AnyRow]:
    """All messages that nobody has taken yet and that are not tried just now, case by case."""
    return connection.execute(_all_kept, {"now": now}).all()


def schedules_of(connection: Connection, process: str) -> dict[str, datetime]:
    """The next window of each scheduled start."""
    return {row.start_id: row.due_at for row in connection.execute(_schedules_of, {"process": process})}


def find_planned(connection: Connection, planned_id: str) -> AnyRow | None:
    """A case that is still to begin."""
    return connection.execute(_planned, {"planned": planned_id}).first()


def entries_at_work(connection: Connection, process: str, start_id: str) -> frozenset[str]:
    """The keys of the entries for which a case that this start began is still running, or still to begin."""
    where = {"process": process, "start": start_id}
    values = [decode_value(row.value) for row in connection.execute(_values_at_work, where)]
    values += [decode_value(row.given) for row in connection.execute(_planned_for, where)]
    return frozenset(str(value["key"]) for value in values if isinstance(value, dict) and "key" in value)


def jobs_of(connection: Connection, instance_id: str) -> frozenset[str]:
    """The tokens whose work was asked for."""
    return frozenset(row.token_id for row in connection.execute(_jobs_of, {"instance": instance_id}))


def find_job(connection: Connection, job_id: str) -> AnyRow | None:
    """A job with its lease (worker and until are None when nobody ever had it)."""
    return connection.execute(_job, {"job": job_id}).first()


def find_suspension(connection: Connection, instance_id: str) -> AnyRow | None:
    """Who suspended a case, when and why; None when it goes on."""
    return connection.execute(_suspension, {"instance": instance_id}).first()


def find_correction(connection: Connection, correction_id: str) -> AnyRow | None:
    return connection.execute(_correction, {"correction": correction_id}).first()


def open_correction_of(connection: Connection, instance_id: str, element_id: str, field: str) -> AnyRow | None:
    """What was proposed for this answer and nobody has decided yet."""
    return connection.execute(_open_correction, {"instance": instance_id, "element": element_id, "item": field}).first()


def open_corrections_of(connection: Connection, instance_id: str, element_id: str) -> Sequence[AnyRow]:
    """What was proposed for the answers of a step and nobody has decided yet."""
    return connection.execute(_open_corrections, {"instance": instance_id, "element": element_id}).all()


def messages_awaited_in(connection: Connection, instance_id: str) -> Sequence[AnyRow]:
    """Token, element, name and key of every message that a case waits for."""
    return connection.execute(_heard_in, {"instance": instance_id}).all()


def held_returns(connection: Connection, instance_id: str) -> Sequence[AnyRow]:
    """What called cases could not give back, because this one was suspended."""
    return connection.execute(_returning, {"instance": instance_id}).all()


def lease_jobs(connection: Connection, job_type: str, worker: str, *, most: int, now: datetime, until: datetime) -> list[AnyRow]:
    """Take the oldest free jobs of a type; whoever comes at the same moment gets others. Leases of jobs that are gone go.

    Work of a suspended case is not given out.
    """
    connection.execute(_drop_leases)
    free = connection.execute(select(jobs).outerjoin(leases, leases.c.job_id == jobs.c.id).where(
        jobs.c.type == job_type, ~exists().where(suspensions.c.instance_id == jobs.c.instance_id),
        or_(leases.c.until.is_(None), leases.c.until <= now)).order_by(jobs.c.created_at, jobs.c.id)
        .limit(most)).all()
    return [row for row in free if set_lease(connection, row.id, worker, until=until, before=now)]


def set_lease(connection: Connection, job_id: str, worker: str, *, until: datetime, before: datetime | None = None) -> bool:
    """Give a job to a worker; with `before`, only when no lease runs past that moment."""
    make: Any = upsert_sqlite if connection.dialect.name == "sqlite" else upsert_postgresql
    statement = make(leases).values(job_id=job_id, worker=worker, until=until)
    taken = connection.execute(statement.on_conflict_do_update(
        index_elements=["job_id"], set_={"worker": worker, "until": until},
        where=leases.c.until <= before if before is not None else None).returning(leases.c.job_id))
    return taken.first() is not None
