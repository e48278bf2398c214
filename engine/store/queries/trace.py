"""The trace as people read it: one entry per record, a plain sentence each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from engine.actors import split_principal
from engine.errors import NotFound, Sentence
from engine.records import RecordType
from engine.store.directory_rows import StoredDirectory
from engine.store.payload import decode_payload
from engine.store.queries.sentences import changes_of, sentence_of
from engine.store.queries.why import role_title
from engine.store.reader import Reader
from engine.store.tables import instances, people, records
from engine.trace.receipts import Receipt, sign_receipt

TECHNICAL = frozenset({RecordType.TOKENS_MOVED, RecordType.TIMER_TRIGGERED})
"""Records that carry the machinery; shown on demand only."""

_rows = select(records, people.c.name.label("actor_name")).outerjoin(people, people.c.id == records.c.actor_id).where(
    records.c.stream == bindparam("stream")).order_by(records.c.seq)


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
    definition_hash: str | None
    hash_hex: str
    payload_erased: bool

    @property
    def is_technical(self) -> bool:
        return self.type in TECHNICAL


def trace_of(read: Reader, instance_id: str) -> tuple[TraceEntry, ...]:
    """The whole trace of an instance, oldest first. NotFound unless the actor may see it."""
    read.require_instance(instance_id)
    titles = _titles(read, instance_id)
    return tuple(entry_of(read, row, titles) for row in read.connection.execute(_rows, {"stream": instance_id}))


def receipt(read: Reader, instance_id: str, seq: int) -> Receipt:
    """The signed receipt of one record."""
    read.require_instance(instance_id)
    row = read.connection.execute(select(records.c.hash, records.c.recorded_at).where(
        records.c.stream == instance_id, records.c.seq == seq)).first()
    if row is None:
        raise NotFound()
    return sign_receipt(read.means.keys, origin=read.means.origin, instance=instance_id, seq=seq, hash=row.hash,
                        recorded_at=row.recorded_at)


def entry_of(read: Reader, row: Row[Any], titles: Mapping[str, str]) -> TraceEntry:
    """One record as an entry; an erased payload leaves its envelope."""
    payload = decode_payload(bytes(row.body)) if row.body is not None else {}
    title = titles.get(row.element_id or "", str(payload.get("title") or ""))
    return TraceEntry(
        row.stream, row.seq, row.type, sentence_of(RecordType(row.type), payload, title), row.actor_id,
        row.actor_name or ("系统" if row.actor_id == "system" else row.actor_id), _behalf(read, row.acting_for),
        row.element_id, title, row.occurred_at, row.learnt_at, row.recorded_at, tuple(json.loads(row.clauses)),
        changes_of(RecordType(row.type), payload), row.definition_hash, row.hash.hex(), row.body is None)


def _behalf(read: Reader, acting_for: str | None) -> Sentence | None:
    """Whom the actor stood in for, in words: post, unit, and who holds the post."""
    if not acting_for:
        return None
    directory = StoredDirectory(read.connection, read.now)
    parts = []
    for principal in acting_for.split(", "):
        role, unit_id = split_principal(principal)
        unit = directory.find_unit(unit_id) if unit_id and role != "person" else None
        holders = [person.name for person in map(directory.find_person, directory.holders(principal)) if person]
        title = role_title(read, role)
        names = "、".join(holders)
        parts.append((f"{unit.name if unit else ''}{title.zh}{names}", f"{title.en} {names}"))
    return Sentence("、".join(zh for zh, _ in parts), ", ".join(en for _, en in parts))


def _titles(read: Reader, instance_id: str) -> Mapping[str, str]:
    definition_hash = read.connection.execute(select(instances.c.definition_hash).where(
        instances.c.id == instance_id)).scalar()
    if definition_hash is None:
        return {}
    definition = read.means.versions.get(read.connection, definition_hash).definition
    titles = {step.id: getattr(step, "title", "") or step.id for step in definition.every_step()}
    titles.update({start.id: start.title for start in definition.starts})
    titles.update({request.id: request.title for request in definition.requests})
    titles.update({f"deadline_{deadline.id}": deadline.title for deadline in definition.deadlines})
    return titles
