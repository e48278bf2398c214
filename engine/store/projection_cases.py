"""Records about what passes between cases → rows: who listens for what, which work waits for an outside program, who stands still."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, literal_column, update

from engine.records import RecordType, StoredRecord
from engine.store.case_tables import corrections, jobs, subscriptions, suspensions
from engine.store.payload import encode_value, text_of
from engine.store.prepared import prepare
from engine.store.statements import delete_timer, delete_timers_of_subject, insert_timers, set_variable
from engine.store.tables import instances, tasks, timers

_subscribe = prepare(insert(subscriptions))
_unsubscribe = prepare(delete(subscriptions).where(subscriptions.c.instance_id == bindparam("instance"),
                                                   subscriptions.c.token_id == bindparam("token")))
_unsubscribe_all = prepare(delete(subscriptions).where(subscriptions.c.instance_id == bindparam("instance")))
_ask = prepare(insert(jobs))
_answered = prepare(delete(jobs).where(jobs.c.instance_id == bindparam("instance"), jobs.c.token_id == bindparam("token")))
_answered_all = prepare(delete(jobs).where(jobs.c.instance_id == bindparam("instance")))

_suspend = prepare(insert(suspensions))
_resume = prepare(delete(suspensions).where(suspensions.c.instance_id == bindparam("instance")))


_propose = prepare(insert(corrections))
_decide = prepare(update(corrections).where(corrections.c.id == bindparam("key")).values(
    status=bindparam("found"), decided_by=bindparam("person"), decided_at=bindparam("moment"), remark=bindparam("said")))
_run_version = prepare(update(instances).where(instances.c.id == bindparam("key")).values(
    definition_hash=bindparam("version"), tokens=bindparam("carried")))
_rename_tasks = prepare(update(tasks).where(tasks.c.instance_id == bindparam("instance"), tasks.c.element_id == bindparam("former"))
                        .values(element_id=bindparam("renamed")))
_rename_corrections = prepare(update(corrections).where(
    corrections.c.instance_id == bindparam("instance"), corrections.c.element_id == bindparam("former")).values(
    element_id=bindparam("renamed")))
_renames = (
    prepare(update(timers).where(timers.c.instance_id == bindparam("instance"), timers.c.subject_id == bindparam("token"),
                                 timers.c.kind == literal_column("'event'")).values(detail=bindparam("renamed"))),
    prepare(update(subscriptions).where(subscriptions.c.instance_id == bindparam("instance"),
                                        subscriptions.c.token_id == bindparam("token")).values(element_id=bindparam("renamed"))),
    prepare(update(jobs).where(jobs.c.instance_id == bindparam("instance"), jobs.c.token_id == bindparam("token")).values(
        element_id=bindparam("renamed"))),
)


def told(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    """Which tokens began or ceased to listen, and which work was asked for or is no longer needed."""
    for token_id in payload.get("deaf", ()):
        connection.execute(_unsubscribe, {"instance": stored.stream, "token": token_id})
    for token_id in payload.get("unasked", ()):
        connection.execute(_answered, {"instance": stored.stream, "token": token_id})
    for row in payload.get("listens", ()):
        connection.execute(_subscribe, {"instance_id": stored.stream, "token_id": row["token_id"],
                                        "element_id": row["element_id"], "kind": row["kind"], "name": row["name"],
                                        "key": row["key"], "since": stored.recorded_at})
    for row in payload.get("asks", ()):
        connection.execute(_ask, {"id": row["id"], "instance_id": stored.stream, "token_id": row["token_id"],
                                  "element_id": row["element_id"], "type": row["type"], "given": encode_value(row["given"]),
                                  "created_at": stored.recorded_at})


def forget(connection: Connection, instance_id: str) -> None:
    """An ended case listens for nothing and asks nobody."""
    connection.execute(_unsubscribe_all, {"instance": instance_id})
    connection.execute(_answered_all, {"instance": instance_id})
    connection.execute(_resume, {"instance": instance_id})


def _migrated(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    """The case runs another version: its rows name elements as that one does, and know nothing of events that are gone."""
    instance = stored.stream
    connection.execute(_run_version, {"key": instance, "version": stored.definition_hash, "carried": payload["tokens"]})
    for token_id in payload["gone"]:
        connection.execute(delete_timers_of_subject, {"instance": instance, "subject": token_id})
        connection.execute(_unsubscribe, {"instance": instance, "token": token_id})
    for token_id, element_id in payload["moved"].items():
        for statement in _renames:
            connection.execute(statement, {"instance": instance, "token": token_id, "renamed": element_id})
    for former, renamed in payload["mapping"].items():
        for statement in (_rename_tasks, _rename_corrections):
            connection.execute(statement, {"instance": instance, "former": former, "renamed": renamed})
    for name, change in payload["set"].items():
        set_variable(connection, instance, name, encode_value(change["new"]))


def _proposed(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(_propose, {
        "id": payload["id"], "instance_id": stored.stream, "element_id": stored.record.element_id, "field": payload["field"],
        "old": text_of(stored, "old"), "new": text_of(stored, "new"), "reason": payload["reason"], "proposed_by": stored.actor_id,
        "proposed_at": stored.recorded_at, "status": "proposed", "decided_by": None, "decided_at": None, "remark": None})


def _decided(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    is_confirmed = stored.record.type is RecordType.CORRECTION_CONFIRMED
    connection.execute(_decide, {"key": payload["id"], "found": "confirmed" if is_confirmed else "declined",
                                 "person": stored.actor_id, "moment": stored.recorded_at, "said": payload["remark"]})
    for name, change in payload.get("set", {}).items():
        set_variable(connection, stored.stream, name, encode_value(change["new"]))


def _suspended(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(_suspend, {"instance_id": stored.stream, "by": stored.actor_id, "at": stored.recorded_at,
                                  "why": payload["reason"]})


def _resumed(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(_resume, {"instance": stored.stream})
    insert_timers(connection, stored.stream, payload["timers"])


def _event_raised(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    insert_timers(connection, stored.stream, payload["timers"])


def _process_called(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(delete_timer, {"key": payload["timer_id"]})


PROJECTORS = {
    RecordType.EVENT_RAISED: _event_raised, RecordType.EVENT_HELD: _event_raised, RecordType.PROCESS_CALLED: _process_called,
    RecordType.CASE_MIGRATED: _migrated,
    RecordType.CORRECTION_PROPOSED: _proposed, RecordType.CORRECTION_CONFIRMED: _decided, RecordType.CORRECTION_DECLINED: _decided,
    RecordType.INSTANCE_SUSPENDED: _suspended, RecordType.INSTANCE_RESUMED: _resumed,
}
