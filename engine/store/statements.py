"""Prebuilt statements of the projection: built once, executed often (Core, never the ORM)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert as upsert_postgresql
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from engine.records import StoredRecord
from engine.store.prepared import prepare
from engine.store.tables import (
    attachments,
    candidates,
    counters,
    deadlines,
    entries,
    incidents,
    instances,
    involvement,
    notices,
    tasks,
    timers,
    variables,
)

POSTED = ("message", "signal", "entry", "return", "escalate", "cancel")
"""Timers that carry something to another case: they outlive the case that sent it, and every subject that is called alike."""

IN_SUSPENDED = ("stage", "deadline_remind", *POSTED)
"""Timers that go on in a suspended case: statutory limits do not stop for anybody, and what was sent is under way."""

END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)

insert_instance = prepare(insert(instances))
move_tokens = prepare(update(instances).where(instances.c.id == bindparam("key")).values(tokens=bindparam("tokens")))
set_outcome = prepare(update(instances).where(instances.c.id == bindparam("key")).values(outcome=bindparam("reached")))
end_instance = prepare(update(instances).where(instances.c.id == bindparam("key")).values(
    status="ended", outcome=bindparam("outcome"), ended_at=bindparam("ended_at")))
insert_incident = prepare(insert(incidents))
resolve_incident = prepare(update(incidents).where(incidents.c.id == bindparam("key")).values(
    resolved_at=bindparam("resolved_at")))
insert_attachment_link = prepare(insert(attachments))
insert_task = prepare(insert(tasks))
insert_timer_rows = prepare(insert(timers))
delete_timer = prepare(delete(timers).where(timers.c.id == bindparam("key")))
_is_own = ~timers.c.kind.in_([literal_column(f"'{kind}'") for kind in POSTED])
delete_timers_of = prepare(delete(timers).where(timers.c.instance_id == bindparam("instance"), _is_own))
delete_timers_of_subject = prepare(delete(timers).where(timers.c.instance_id == bindparam("instance"),
                                                timers.c.subject_id == bindparam("subject"), _is_own))
delete_candidates_of = prepare(delete(candidates).where(candidates.c.task_id.in_(
    select(tasks.c.id).where(tasks.c.instance_id == bindparam("instance")))))
delete_candidates_of_task = prepare(delete(candidates).where(candidates.c.task_id == bindparam("task")))


def upsert(table: Table, keys: Sequence[str], changed: Sequence[str], *, latest: str = "") -> Mapping[str, Any]:
    """The same upsert for each dialect, built once; with nothing to change, an insert that ignores a double.

    `latest` names a column that counts up: a row with a lower count than the one there changes nothing, so that
    records of several streams give the same row in whatever order they are replayed.
    """
    built: dict[str, Any] = {}
    for dialect, make in (("sqlite", upsert_sqlite), ("postgresql", upsert_postgresql)):
        statement = make(table)
        built[dialect] = prepare(statement.on_conflict_do_update(
            index_elements=list(keys), set_={name: statement.excluded[name] for name in changed},
            where=statement.excluded[latest] > table.c[latest] if latest else None)
            if changed else prepare(statement.on_conflict_do_nothing(index_elements=list(keys))))
    return built


_variable = upsert(variables, ("instance_id", "name"), ("value",))
_counter = upsert(counters, ("name",), ("value",), latest="value")
_entry = upsert(entries, ("register", "key"), ("value", "instance_id", "written_at", "version"), latest="version")
_involvement = upsert(involvement, ("principal", "instance_id"), ())
_candidate = upsert(candidates, ("principal", "task_id"), ())
_deadline = upsert(deadlines, ("instance_id", "id"), ("state", "status"))


def set_variable(connection: Connection, instance_id: str, name: str, value: str) -> None:
    connection.execute(_variable[connection.dialect.name], {"instance_id": instance_id, "name": name, "value": value})


def set_counter(connection: Connection, name: str, value: int) -> None:
    connection.execute(_counter[connection.dialect.name], {"name": name, "value": int(value)})


def insert_entry(connection: Connection, row: Mapping[str, object]) -> None:
    connection.execute(_entry[connection.dialect.name], dict(row))


def set_deadline(connection: Connection, row: Mapping[str, object]) -> None:
    connection.execute(_deadline[connection.dialect.name], dict(row))


def insert_involvement(connection: Connection, instance_id: str, principals: Iterable[str]) -> None:
    rows = [{"principal": principal, "instance_id": instance_id} for principal in principals]
    if rows:
        connection.execute(_involvement[connection.dialect.name], rows)


def insert_candidates(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        connection.execute(_candidate[connection.dialect.name], [dict(row) for row in rows])


def insert_timers(connection: Connection, instance_id: str, planned: Sequence[Mapping[str, Any]]) -> None:
    """`planned`: id, kind, subject_id, due_at (a moment) and detail (text) each."""
    if planned:
        connection.execute(insert_timer_rows, [{
            "id": timer["id"], "instance_id": instance_id, "kind": timer["kind"], "subject_id": timer["subject_id"],
            "due_at": timer["due_at"], "detail": timer["detail"], "tries": 0} for timer in planned])


def insert_notices(connection: Connection, stored: StoredRecord, principals: Sequence[str], zh: str, en: str) -> None:
    rows = [{"id": f"{stored.stream}.{stored.seq}.{position}", "instance_id": stored.stream, "principal": principal,
             "zh": zh, "en": en, "created_at": stored.recorded_at} for position, principal in enumerate(principals)]
    if rows:
        connection.execute(insert(notices), rows)
