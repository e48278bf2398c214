"""Reading back what was recorded in a stream, for verbs that undo or correct it. Erased payloads stay erased."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine.records import RecordType
from engine.store.instance_rows import AnyRow
from engine.store.payload import decode_payload
from engine.store.prepared import prepare
from engine.store.projection import position_in
from engine.store.tables import records

_told = select(records.c.seq, records.c.type, records.c.actor_id, records.c.element_id, records.c.recorded_at, records.c.body)
_of_element = prepare(_told.where(records.c.stream == bindparam("of"), records.c.type == bindparam("kind"),
                                  records.c.element_id == bindparam("element")).order_by(records.c.seq.desc()))
_since = prepare(_told.where(records.c.stream == bindparam("of"), records.c.seq > bindparam("after")).order_by(records.c.seq))
_last = prepare(_told.where(records.c.stream == bindparam("of"), records.c.type == bindparam("kind")).order_by(
    records.c.seq.desc()).limit(1))
_READ_BACK = 20
_before = prepare(_told.where(records.c.stream == bindparam("of"), records.c.seq < bindparam("before")).order_by(
    records.c.seq.desc()).limit(_READ_BACK))


@dataclass(frozen=True, slots=True)
class Told:
    """One record as it was told; `payload` is None once it was erased."""

    seq: int
    type: RecordType
    actor_id: str
    element_id: str | None
    recorded_at: datetime
    payload: Mapping[str, Any] | None

    @property
    def tokens(self) -> str | None:
        """Where the tokens were, when this record is one of those that say it."""
        if self.type is RecordType.CASE_MIGRATED and self.payload is not None:
            return str(self.payload["tokens"])
        position = position_in(self.type, self.payload) if self.payload is not None else None
        return None if position is None else str(position["tokens"])


def told_of(connection: Connection, stream: str, kind: RecordType, element_id: str) -> list[Told]:
    """Records of one kind at one element, the latest first."""
    return [_read(row) for row in connection.execute(_of_element, {"of": stream, "kind": kind.value, "element": element_id})]


def last_told(connection: Connection, stream: str, kind: RecordType) -> Told | None:
    """The latest record of one kind; None when there is none."""
    row = connection.execute(_last, {"of": stream, "kind": kind.value}).first()
    return None if row is None else _read(row)


def told_since(connection: Connection, stream: str, seq: int) -> list[Told]:
    """Records after this one, oldest first."""
    return [_read(row) for row in connection.execute(_since, {"of": stream, "after": seq})]


def tokens_before(connection: Connection, stream: str, seq: int) -> str | None:
    """Where the tokens were before this record; None when no record says it, or what said it was erased."""
    while rows := connection.execute(_before, {"of": stream, "before": seq}).all():
        for row in rows:
            told = _read(row)
            if told.payload is None or told.tokens is not None:
                return told.tokens
        seq = rows[-1].seq
    return None


def _read(row: AnyRow) -> Told:
    payload = decode_payload(bytes(row.body)) if row.body is not None else None
    return Told(row.seq, RecordType(row.type), row.actor_id, row.element_id, row.recorded_at, payload)
