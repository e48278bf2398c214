"""The trace as people read it: one entry per record, a plain sentence each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, bindparam, select, union_all

from engine.errors import NotFound, Sentence
from engine.records import RecordType
from engine.store.payload import decode_payload
from engine.store.queries.chain import rows_of as chain_rows_of
from engine.store.queries.changes import Naming, changes_of
from engine.store.queries.sentences import sentence_of
from engine.store.queries.why import behalf_of, post_words
from engine.store.reader import Reader
from engine.store.tables import instances, people, records
from engine.trace.receipts import Receipt, sign_receipt
from engine.trace.verify import ChainRow

TECHNICAL = frozenset({RecordType.TOKENS_MOVED, RecordType.TIMER_TRIGGERED, RecordType.TIMER_PUT_OFF})
"""Records that carry the machinery; shown on demand only."""

CONSEQUENCES = TECHNICAL | {
    RecordType.INSTANCE_ENDED, RecordType.VARIABLES_SET, RecordType.DECISION_MADE, RecordType.PROCESS_CALLED,
    RecordType.EVENT_RAISED, RecordType.NUMBER_ISSUED, RecordType.ENTRY_WRITTEN,
    RecordType.TASK_CREATED, RecordType.TASK_CANCELLED, RecordType.TASK_WIDENED, RecordType.TASK_REMINDED,
    RecordType.TASK_OVERDUE, RecordType.NOTIFIED, RecordType.INCIDENT_RAISED, RecordType.INCIDENT_RESOLVED,
    RecordType.DEADLINE_STARTED, RecordType.DEADLINE_REBASED, RecordType.DEADLINE_LIFTED, RecordType.DEADLINE_MET,
    RecordType.DEADLINE_MISSED, RecordType.DEADLINE_REASSESSED, RecordType.DEADLINE_REMINDED}
"""Records that follow from what somebody did or from the clock; their actor is who set it off."""

_OF_A_POST = frozenset({RecordType.POST_HELD, RecordType.POST_LEFT, RecordType.SHIFT_SET, RecordType.SHIFT_WITHDRAWN})

_rows = select(records, people.c.name.label("actor_name")).outerjoin(people, people.c.id == records.c.actor_id).where(
    records.c.stream == bindparam("stream")).order_by(records.c.seq)

_page = _rows.where(records.c.seq > bindparam("number")).limit(bindparam("most"))

_senders = union_all(select(people.c.name).where(people.c.id == bindparam("source")),
                     select(instances.c.number).where(instances.c.id == bindparam("source")))


@dataclass(frozen=True, slots=True)
class TraceEntry:
    stream: str
    seq: int
    type: str
    sentence: Sentence
    actor_id: str
    actor_name: str
    acting_for: Sentence | None
    element_id: str | None
    element_title: str
    occurred_at: datetime
    learnt_at: datetime
    recorded_at: datetime
    clauses: tuple[str, ...]
    changes: tuple[tuple[str, str, str], ...]
    """(id, old, new) of what changed, as texts; an empty old: the first time. Personal values are masked."""
    labels: Mapping[str, str]
    """What the ids of the changes are called."""
    definition_hash: str | None
    hash_hex: str
    payload_erased: bool

    @property
    def is_technical(self) -> bool:
        return self.type in TECHNICAL

    @property
    def is_consequence(self) -> bool:
        """Whether this followed by itself; its actor is then not named as its doer."""
        return self.type in CONSEQUENCES


def trace_of(read: Reader, instance_id: str) -> tuple[TraceEntry, ...]:
    """The whole trace of an instance, oldest first. NotFound unless the actor may see it."""
    read.require_instance(instance_id)
    return tuple(entry_of(read, row) for row in read.connection.execute(_rows, {"stream": instance_id}))


def page_of_trace(read: Reader, instance_id: str, *, after: int = 0, limit: int = 50) -> tuple[tuple[TraceEntry, ChainRow], ...]:
    """Records behind a number, oldest first, each with the links that prove its place: what people read, and what a verifier reads.

    NotFound unless the actor may see the instance.
    """
    read.require_instance(instance_id)
    links = {row.seq: row for row in chain_rows_of(read.connection, instance_id, after=after, limit=limit)}
    rows = read.connection.execute(_page, {"stream": instance_id, "number": after, "most": limit})
    return tuple((entry_of(read, row), links[row.seq]) for row in rows if row.seq in links)


def warnings_of(read: Reader, instance_id: str, seq: int) -> tuple[str, ...]:
    """What the form pointed out without blocking, when this record was made."""
    read.require_instance(instance_id)
    body = read.connection.execute(select(records.c.body).where(
        records.c.stream == instance_id, records.c.seq == seq)).scalar()
    return tuple(str(text) for text in cast("list[object]", decode_payload(bytes(body)).get("warnings") or ())) if body else ()


def receipt(read: Reader, instance_id: str, seq: int) -> Receipt:
    """The signed receipt of one record."""
    read.require_instance(instance_id)
    if not 0 < seq < 2**31:
        raise NotFound()
    row = read.connection.execute(select(records.c.hash, records.c.recorded_at).where(
        records.c.stream == instance_id, records.c.seq == seq)).first()
    if row is None:
        raise NotFound()
    return sign_receipt(read.means.keys, origin=read.means.origin, instance=instance_id, seq=seq, hash=row.hash,
                        recorded_at=row.recorded_at)


def entry_of(read: Reader, row: Row[Any]) -> TraceEntry:
    """One record as an entry; an erased payload leaves its envelope."""
    kind = RecordType(row.type)
    payload = _payload(read, kind, row.body)
    naming = _naming(read, row.definition_hash)
    changes = changes_of(kind, payload, row.element_id, naming)
    title = naming.title_of(row.element_id) or str(payload.get("title") or "")
    if payload.get("loop_id"):  # with the item it is for
        title = str(payload.get("title") or title)
    return TraceEntry(
        row.stream, row.seq, row.type, sentence_of(kind, payload, title), row.actor_id,
        row.actor_name or ("系统" if row.actor_id == "system" else row.actor_id), behalf_of(read, row.acting_for),
        row.element_id, title, row.occurred_at, row.learnt_at, row.recorded_at, tuple(json.loads(row.clauses)),
        tuple((change.name, change.old, change.new) for change in changes),
        {change.name: change.label for change in changes}, row.definition_hash, row.hash.hex(), row.body is None)


def _payload(read: Reader, kind: RecordType, body: bytes | memoryview | None) -> dict[str, Any]:
    """What the record carries; a post in words, because its role and unit are ids, and the name or number of a sender."""
    payload: dict[str, Any] = decode_payload(bytes(body)) if body is not None else {}
    if payload and kind in _OF_A_POST:
        post = post_words(read, payload["role"], payload["unit_id"])
        return {**payload, "post": post.zh, "post_en": post.en}
    if kind is RecordType.EVENT_RECEIVED and payload.get("source"):
        return {**payload, "sender": read.connection.execute(_senders, {"source": payload["source"]}).scalar() or ""}
    return payload


def _naming(read: Reader, definition_hash: str | None) -> Naming:
    return Naming(read.means.versions.get(read.connection, definition_hash).bundle if definition_hash else None)
