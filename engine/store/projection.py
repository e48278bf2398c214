"""Record → rows. The only code that writes the tables of the projection, so a replay gives the same rows.

One function per record type; each knows its record's payload and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from engine.records import RecordType, StoredRecord
from engine.store import projection_cases, projection_deadlines, projection_platform, projection_tasks
from engine.store.payload import encode_value, text_of
from engine.store.register_rows import entry_counter
from engine.store.statements import (
    delete_candidates_of,
    delete_timers_of,
    delete_timers_of_subject,
    end_instance,
    insert_attachment_link,
    insert_entry,
    insert_incident,
    insert_instance,
    insert_involvement,
    insert_notices,
    insert_timers,
    move_tokens,
    resolve_incident,
    set_counter,
    set_outcome,
    set_variable,
)

Projector = Callable[[Connection, StoredRecord, Mapping[str, Any]], None]


def project(connection: Connection, stored: StoredRecord) -> None:
    """Apply one record to the rows; types without rows of their own only live in the trace."""
    payload = stored.record.payload
    position = position_in(stored.record.type, payload)
    if position is not None:
        _tokens_moved(connection, stored, position)
    projector = PROJECTORS.get(stored.record.type)
    if projector is not None:
        projector(connection, stored, payload)


def position_in(kind: RecordType, payload: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Where the tokens are and what waits, if this record says it; records of before said it as TokensMoved only."""
    if kind is RecordType.TOKENS_MOVED and "tokens" in payload:
        return payload
    found: Mapping[str, Any] | None = payload.get("position")
    return found


def _instance_started(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(insert_instance, {
        "id": stored.stream, "process": payload["process"], "process_title": payload["process_title"],
        "definition_hash": stored.definition_hash, "number": payload["number"], "subject": payload["subject"],
        "status": "running", "outcome": None, "started_by": stored.actor_id, "own_unit": payload["own_unit"],
        "started_at": stored.recorded_at, "ended_at": None, "tokens": "",
        "parent_id": payload.get("parent_id"), "parent_token": payload.get("parent_token"),
        "chain": int(payload.get("chain", 0)),
    })
    insert_involvement(connection, stored.stream, [f"person:{stored.actor_id}"])
    set_counter(connection, payload["counter"], payload["count"])


def _instance_ended(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(end_instance, {"key": stored.stream, "outcome": payload["outcome"],
                                      "ended_at": stored.recorded_at})
    connection.execute(delete_timers_of, {"instance": stored.stream})
    connection.execute(delete_candidates_of, {"instance": stored.stream})
    projection_cases.forget(connection, stored.stream)


def _tokens_moved(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    """Where the tokens are, and what waits there: told by the first record after they came to rest, whatever its type."""
    connection.execute(move_tokens, {"key": stored.stream, "tokens": payload["tokens"]})
    if payload.get("outcome") is not None:
        connection.execute(set_outcome, {"key": stored.stream, "reached": payload["outcome"]})
    for token_id in payload["gone"]:
        connection.execute(delete_timers_of_subject, {"instance": stored.stream, "subject": token_id})
    insert_timers(connection, stored.stream, payload["timers"])
    projection_cases.told(connection, stored, payload)


def _variables_set(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    for name, change in payload["set"].items():
        if name in payload.get("local", ()):
            continue  # of a loop instance: kept with the tokens
        set_variable(connection, stored.stream, name, encode_value(change["new"]))


def _number_issued(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    set_counter(connection, payload["counter"], payload["count"])
    set_variable(connection, stored.stream, payload["variable"], text_of(stored, "number"))


def _entry_written(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    set_counter(connection, entry_counter(payload["register"], payload["key"]), payload["version"])
    insert_entry(connection, {"register": payload["register"], "key": payload["key"],
                              "value": text_of(stored, "new"), "instance_id": stored.stream,
                              "written_at": stored.recorded_at, "version": int(payload["version"])})
    insert_timers(connection, stored.stream, payload.get("timers", ()))


def _notified(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    insert_notices(connection, stored, payload["principals"], payload["zh"], payload["en"])
    insert_involvement(connection, stored.stream, payload["principals"])


def _attachment_added(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(insert_attachment_link, {
        "id": payload["id"], "instance_id": stored.stream, "element_id": stored.record.element_id,
        "field": payload["field"], "name": payload["name"], "media_type": payload["media_type"],
        "size": int(payload["size"]), "sha256": payload["sha256"], "added_by": stored.actor_id,
        "added_at": stored.recorded_at})


def _incident_raised(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(insert_incident, {
        "id": payload["id"], "instance_id": stored.stream, "element_id": stored.record.element_id or "",
        "cause": payload.get("cause", ""), "zh": payload["zh"], "en": payload["en"], "raised_at": stored.recorded_at,
        "resolved_at": None})
    insert_timers(connection, stored.stream, payload.get("timers", ()))


def _incident_resolved(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(resolve_incident, {"key": payload["id"], "resolved_at": stored.recorded_at})


PROJECTORS: Mapping[RecordType, Projector] = {
    RecordType.INSTANCE_STARTED: _instance_started,
    RecordType.INSTANCE_ENDED: _instance_ended,
    RecordType.VARIABLES_SET: _variables_set,
    RecordType.DECISION_MADE: _variables_set, RecordType.EVENT_RECEIVED: _variables_set,
    RecordType.VARIABLE_CHANGED: _variables_set,
    RecordType.NUMBER_ISSUED: _number_issued,
    RecordType.ENTRY_WRITTEN: _entry_written,
    RecordType.NOTIFIED: _notified,
    RecordType.ATTACHMENT_ADDED: _attachment_added,
    RecordType.INCIDENT_RAISED: _incident_raised,
    RecordType.INCIDENT_RESOLVED: _incident_resolved,
    **projection_tasks.PROJECTORS,
    **projection_cases.PROJECTORS,
    **projection_deadlines.PROJECTORS,
    **projection_platform.PROJECTORS,
}
