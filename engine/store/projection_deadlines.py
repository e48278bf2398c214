"""Records about deadlines and findings → rows. A deadline's record carries its whole new state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, update

from engine.records import RecordType, StoredRecord
from engine.store.payload import encode_value
from engine.store.prepared import prepare
from engine.store.statements import delete_timers_of_subject, insert_timers, set_deadline
from engine.store.tables import deadlines

_make_finding = prepare(update(deadlines).where(
    deadlines.c.instance_id == bindparam("instance"), deadlines.c.id == bindparam("deadline")).values(
    finding=bindparam("found"), reason=bindparam("why"), made_by=bindparam("person"), made_at=bindparam("at")))


def _assessed(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    state = payload["state"]
    set_deadline(connection, {
        "instance_id": stored.stream, "id": payload["deadline"], "state": encode_value(state),
        "status": state["status"], "finding": None, "reason": None, "made_by": None, "made_at": None})
    connection.execute(delete_timers_of_subject, {"instance": stored.stream, "subject": payload["deadline"]})
    insert_timers(connection, stored.stream, payload["timers"])


def _finding_made(connection: Connection, stored: StoredRecord, payload: Mapping[str, Any]) -> None:
    connection.execute(_make_finding, {
        "instance": stored.stream, "deadline": payload["deadline"], "found": payload["finding"],
        "why": payload["reason"], "person": stored.actor_id, "at": stored.recorded_at})


PROJECTORS = {
    **dict.fromkeys((RecordType.DEADLINE_STARTED, RecordType.DEADLINE_REBASED, RecordType.DEADLINE_LIFTED,
                     RecordType.DEADLINE_MET, RecordType.DEADLINE_MISSED, RecordType.DEADLINE_REASSESSED), _assessed),
    RecordType.FINDING_MADE: _finding_made,
}
