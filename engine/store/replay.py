"""Replay: the rows once more, from nothing but the records. What it cannot rebuild stands in OUTSIDE_THE_TRACE.

The platform's own streams come first, merged by time; cases follow one after another. Where several cases write
one row (counters, register entries) the record says which time it was, so their order does not matter.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, not_, select

from engine.errors import EngineError
from engine.records import Record, RecordType, StoredRecord
from engine.store.payload import decode_payload, plain
from engine.store.projection import project
from engine.store.tables import records
from engine.store.unit import SYSTEM_STREAMS

FETCHED_AT_ONCE = 500

_is_system = records.c.stream.startswith(SYSTEM_STREAMS)
_system_records = select(records).where(_is_system).order_by(records.c.stream, records.c.seq)
_case_records = select(records).where(not_(_is_system)).order_by(records.c.stream, records.c.seq)


class PayloadErased(EngineError):
    """A record whose payload was erased says no longer what it did: the rows cannot be rebuilt from it."""


def replay(source: Connection, target: Connection) -> int:
    """Project every record of `source` into the empty tables of `target`; gives how many. The caller commits.

    Raises PayloadErased.
    """
    count = 0
    for row in _in_order(source):
        project(target, _stored(row))
        count += 1
    return count


def _in_order(source: Connection) -> Iterator[Row[Any]]:
    yield from _by_time(source.execute(_system_records).all())
    with source.execution_options(yield_per=FETCHED_AT_ONCE).execute(_case_records) as result:
        yield from result


def _by_time(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """System records of all streams by time, those of one stream in their own order whatever their times say."""
    reached: dict[str, datetime] = {}
    keyed = []
    for row in rows:
        reached[row.stream] = max(row.recorded_at, reached.get(row.stream, row.recorded_at))
        keyed.append((reached[row.stream], row.stream, row.seq, row))
    return [row for _, _, _, row in sorted(keyed, key=lambda one: one[:3])]


def _stored(row: Row[Any]) -> StoredRecord:
    if row.body is None:
        raise PayloadErased(f"{row.stream} {row.seq}")
    payload = decode_payload(bytes(row.body))
    record = Record(RecordType(row.type), payload, row.element_id,
                    tuple(json.loads(row.clauses)), row.acting_for, row.occurred_at, row.learnt_at)
    return StoredRecord(row.stream, row.seq, record, row.actor_id, row.recorded_at, row.definition_hash,
                        bytes(row.hash), bytes(row.body), plain(payload))
