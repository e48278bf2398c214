"""Records of the platform itself (definitions, units, people, posts) → rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, update

from engine.records import RecordType, StoredRecord
from engine.store.api_tables import tokens, webhooks
from engine.store.case_tables import planned, schedules
from engine.store.payload import encode_value
from engine.store.prepared import prepare
from engine.store.statements import set_counter, upsert
from engine.store.tables import definitions, people, posts, processes, shifts, units

_current = upsert(processes, ("process",), ("definition_hash", "deployments"), latest="deployments")
_version = upsert(definitions, ("hash",), ())
_post = upsert(posts, ("person_id", "role", "unit_id"), ("since", "until"))
_leave = prepare(update(posts).where(posts.c.person_id == bindparam("person"), posts.c.role == bindparam("left_role"),
                             posts.c.unit_id == bindparam("unit")).values(until=bindparam("at")))
_drop_schedules = prepare(delete(schedules).where(schedules.c.process == bindparam("process")))
_schedule = prepare(insert(schedules))
_move_schedule = prepare(update(schedules).where(schedules.c.process == bindparam("of"), schedules.c.start_id == bindparam("begin"))
                         .values(due_at=bindparam("next")))
_end_shift = prepare(update(shifts).where(shifts.c.id == bindparam("key")).values(until=bindparam("at")))
_drop_shift = prepare(delete(shifts).where(shifts.c.id == bindparam("key")))
_issue = prepare(insert(tokens))
_hook = prepare(insert(webhooks))
_unhook = prepare(update(webhooks).where(webhooks.c.id == bindparam("key")).values(removed_at=bindparam("at")))
_withdraw = prepare(update(tokens).where(tokens.c.id == bindparam("key")).values(withdrawn_at=bindparam("at")))
_plan = prepare(insert(planned))
_put_off = prepare(update(planned).where(planned.c.id == bindparam("key")).values(
    due_at=bindparam("again_at"), tries=bindparam("tried"), zh=bindparam("why_zh"), en=bindparam("why_en")))
_unplan = prepare(delete(planned).where(planned.c.id == bindparam("key")))
_disable = prepare(update(people).where(people.c.id == bindparam("key")).values(active=False))


def _deployed(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    set_counter(connection, payload["counter"], payload["count"])
    _set_schedules(connection, payload["process"], payload.get("schedules", {}))
    connection.execute(_version[connection.dialect.name], {
        "hash": payload["hash"], "process": payload["process"], "number": int(payload["number"]),
        "title": payload["title"], "profile": payload["profile"], "main_file": payload["main_file"],
        "sources": payload["sources"], "bpmn": payload["bpmn"].encode(), "deployed_at": stored.recorded_at,
        "deployed_by": stored.actor_id})
    connection.execute(_current[connection.dialect.name],
                       {"process": payload["process"], "definition_hash": payload["hash"],
                        "deployments": int(payload["count"])})


def _set_schedules(connection: Connection, process: str, due: Mapping[str, datetime]) -> None:
    """The starts of the current version that begin by themselves, each with the beginning of its next window."""
    connection.execute(_drop_schedules, {"process": process})
    for start_id, moment in due.items():
        connection.execute(_schedule, {"process": process, "start_id": start_id, "due_at": moment})


def _schedule_triggered(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    set_counter(connection, payload["counter"], payload["count"])
    connection.execute(_move_schedule, {"of": payload["process"], "begin": payload["start"], "next": payload["next"]})
    _insert_planned(connection, stored, payload, payload.get("planned", ()))


def _planned(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    _insert_planned(connection, stored, payload, [payload])


def _insert_planned(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    for row in rows:
        connection.execute(_plan, {
            "id": row["id"], "process": payload["process"], "start_id": payload["start"], "given": encode_value(row["given"]),
            "planned_at": stored.recorded_at, "due_at": row["due_at"], "tries": int(row["tries"]), "zh": row["zh"], "en": row["en"]})


def _planned_later(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(_put_off, {"key": payload["id"], "again_at": payload["again_at"], "tried": int(payload["tries"]),
                                  "why_zh": payload["zh"], "why_en": payload["en"]})


def _no_longer_planned(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(_unplan, {"key": payload["id"]})


def _unit_added(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(insert(units), {"id": payload["id"], "name": payload["name"],
                                       "parent_id": payload["parent_id"], "kind": payload["kind"]})


def _person_added(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(insert(people), {
        "id": payload["id"], "login": payload["login"], "name": payload["name"], "unit_id": payload["unit_id"],
        "active": True, "added_at": stored.recorded_at, "kind": payload.get("kind", "person")})


def _person_disabled(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(_disable, {"key": payload["id"]})


def _post_held(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(_post[connection.dialect.name], {
        "person_id": payload["person_id"], "role": payload["role"], "unit_id": payload["unit_id"],
        "since": payload["since"], "until": payload["until"]})


def _post_left(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(_leave, {"person": payload["person_id"], "left_role": payload["role"],
                                "unit": payload["unit_id"], "at": payload["until"]})


def _shift_set(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(insert(shifts), {
        "id": payload["id"], "role": payload["role"], "unit_id": payload["unit_id"], "person_id": payload["person_id"],
        "since": payload["since"], "until": payload["until"]})


def _shift_withdrawn(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    """One that had begun ends; one that had not was never worked."""
    if payload["ended_at"] is None:
        connection.execute(_drop_shift, {"key": payload["id"]})
    else:
        connection.execute(_end_shift, {"key": payload["id"], "at": payload["ended_at"]})


def _token_issued(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(_issue, {
        "id": payload["id"], "person_id": payload["person_id"], "title": payload["title"], "scopes": " ".join(payload["scopes"]),
        "issued_by": stored.actor_id, "issued_at": stored.recorded_at, "expires_at": payload["expires_at"], "withdrawn_at": None})


def _token_withdrawn(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(_withdraw, {"key": payload["id"], "at": stored.recorded_at})


def _webhook_added(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(_hook, {
        "id": payload["id"], "url": payload["url"], "events": " ".join(payload["events"]), "process": payload["process"],
        "added_by": stored.actor_id, "added_at": stored.recorded_at, "removed_at": None})


def _webhook_removed(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(_unhook, {"key": payload["id"], "at": stored.recorded_at})


PROJECTORS = {
    RecordType.SCHEDULE_TRIGGERED: _schedule_triggered, RecordType.BEGINNING_PLANNED: _planned,
    RecordType.BEGINNING_PUT_OFF: _planned_later, RecordType.BEGINNING_MADE: _no_longer_planned,
    RecordType.BEGINNING_DROPPED: _no_longer_planned,
    RecordType.DEFINITION_DEPLOYED: _deployed, RecordType.UNIT_ADDED: _unit_added,
    RecordType.PERSON_ADDED: _person_added, RecordType.PERSON_DISABLED: _person_disabled,
    RecordType.POST_HELD: _post_held, RecordType.POST_LEFT: _post_left,
    RecordType.WEBHOOK_ADDED: _webhook_added, RecordType.WEBHOOK_REMOVED: _webhook_removed,
    RecordType.TOKEN_ISSUED: _token_issued, RecordType.TOKEN_WITHDRAWN: _token_withdrawn,
    RecordType.SHIFT_SET: _shift_set, RecordType.SHIFT_WITHDRAWN: _shift_withdrawn,
}
