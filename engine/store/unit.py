"""The unit of work: one transaction, one actor, one moment. The only place that commits.

Verbs append records; each record is chained to its stream (an instance, or the system stream of the day),
projected into rows at once, and everything commits together or not at all. The stream's row is locked first
and its version compared and set at the end.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert_postgresql
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite
from sqlalchemy.exc import DBAPIError

from engine import canonical
from engine.actors import SYSTEM, Actor
from engine.clock import Clock, in_china, utc_text
from engine.errors import EngineError, NotFound, Rejected, StaleInstance
from engine.records import Record, RecordType, StoredRecord
from engine.store import instance_rows, projection
from engine.store.database import Database, gave_way
from engine.store.draft_rows import delete_draft
from engine.store.outbox import Hooks, post
from engine.store.payload import plain
from engine.store.prepared import prepare
from engine.store.tables import records, streams, tasks
from engine.store.versions import Versions
from engine.trace.chain import GENESIS, Sealed, seal
from engine.trace.keys import KeyRing
from engine.worktime.calendar import WorkCalendar

Answer = TypeVar("Answer")
TRIES = 3
SYSTEM_SHARDS = 8
SYSTEM_STREAMS = "sys/"
"""How the platform's own streams are called; every other stream is a case."""

_stream = select(streams.c.id, streams.c.version, streams.c.head)
_lock_stream = prepare(_stream.where(streams.c.id == bindparam("stream")).with_for_update())
_lock_stream_of_task = prepare(_stream.join(tasks, tasks.c.instance_id == streams.c.id).where(
    tasks.c.id == bindparam("task")).with_for_update(of=streams))
_insert_records = prepare(insert(records))
_insert_stream = prepare(insert(streams))
_move_stream = prepare(update(streams).where(
    streams.c.id == bindparam("stream"), streams.c.version == bindparam("was")).values(
    version=bindparam("version"), head=bindparam("head")))


@dataclass(slots=True)
class _Stream:
    """The open end of one chain within this transaction."""

    id: str
    version_before: int | None
    version: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Means:
    """What every unit of work of one engine shares."""

    keys: KeyRing
    versions: Versions
    calendar: WorkCalendar
    files: Path
    """Where attachments are kept, by content hash."""
    origin: str
    """The name of this installation, part of every receipt."""
    hooks: Hooks = field(default_factory=Hooks)
    """Who is told what happens."""

    def file_of(self, digest: str) -> Path:
        """Where the content with this hash is kept."""
        return self.files / digest[:2] / digest


@dataclass(slots=True)
class UnitOfWork:
    """What a verb works with. `now` stands still: what one transaction records happens at one moment.

    That moment is read when the first stream is locked: whoever had to wait for it comes after whoever had it.
    """

    connection: Connection
    actor: Actor
    clock: Clock
    means: Means
    now: datetime = field(init=False)
    _streams: dict[str, _Stream] = field(default_factory=dict)
    _rows: list[dict[str, object]] = field(default_factory=list)
    _afterwards: list[Callable[[], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = self.clock.now()

    def after_commit(self, act: Callable[[], None]) -> None:
        """Do this once everything is committed, and not at all when it is rolled back: for what lives in memory."""
        self._afterwards.append(act)

    @property
    def keys(self) -> KeyRing:
        return self.means.keys

    def lock(self, stream_id: str) -> None:
        """Lock a stream and read its end. Raises NotFound when there is none."""
        if stream_id in self._streams:
            return
        self._hold(self.connection.execute(_lock_stream, {"stream": stream_id}).first())

    def lock_case_of(self, task_id: str) -> str:
        """Lock the stream of a task's instance; gives its id. Raises NotFound when there is no such task."""
        return self._hold(self.connection.execute(_lock_stream_of_task, {"task": task_id}).first())

    def _hold(self, row: instance_rows.AnyRow | None) -> str:
        if row is None:
            raise NotFound()
        if not self._streams:
            self.now = self.clock.now()
        self._streams.setdefault(row.id, _Stream(row.id, row.version, row.version, row.head))
        return str(row.id)

    def open_stream(self, stream_id: str) -> None:
        """Begin the stream of a new instance."""
        self.connection.execute(_insert_stream, {"id": stream_id, "version": 0, "head": GENESIS})
        self._streams[stream_id] = _Stream(stream_id, 0, 0, GENESIS)

    def record(self, stream_id: str, record: Record, *, definition_hash: str | None = None) -> StoredRecord:
        """Chain the record to its stream and project it. The stream must be locked or opened by this unit."""
        stream = self._streams[stream_id]
        parts = plain(record.payload)
        body = canonical.encode(parts)
        header = _header(stream_id, stream.version + 1, record, self.actor.id, self.now, definition_hash)
        sealed = seal(header, stream.head, body, self.keys)
        stream.version += 1
        stream.head = sealed.hash
        stored = StoredRecord(stream_id, stream.version, record, self.actor.id, self.now, definition_hash,
                              sealed.hash, body, parts)
        self._rows.append(_row(stored, sealed, header))
        projection.project(self.connection, stored)
        return stored

    @contextmanager
    def as_system(self) -> Iterator[None]:
        """What an event brings about is the system's doing, whoever sent the event."""
        sender, self.actor = self.actor, SYSTEM
        try:
            yield
        finally:
            self.actor = sender

    def record_system(self, record: Record, *, beside: Actor | None = None) -> StoredRecord:
        """Chain a record of the platform itself (sign-in, accounts, deployment) to the system stream of the day.

        `beside` names whose stream it goes to, for what several people do to one row.
        """
        stream_id = system_stream(self.now, (beside or self.actor).id)
        if stream_id not in self._streams:
            make = upsert_sqlite if self.connection.dialect.name == "sqlite" else upsert_postgresql
            self.connection.execute(make(streams).values(id=stream_id, version=0, head=GENESIS)
                                    .on_conflict_do_nothing(index_elements=["id"]))
            self.lock(stream_id)
        return self.record(stream_id, record)

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """A part of the work that leaves nothing behind when it fails with an error of the engine."""
        ends = {stream.id: (stream.version, stream.head) for stream in self._streams.values()}
        written = len(self._rows)
        try:
            with self.connection.begin_nested():
                yield
        except EngineError:
            del self._rows[written:]
            self._streams = {stream.id: stream for stream in self._streams.values() if stream.id in ends}
            for stream_id, (version, head) in ends.items():
                self._streams[stream_id].version, self._streams[stream_id].head = version, head
            raise

    def flush(self) -> None:
        """Write the records and move the streams: compare-and-set on the version, in one place."""
        if self._rows:
            self.connection.execute(_insert_records, self._rows)
            post(self.connection, self.means.hooks, self._rows, self.now)
            self._rows = []
        for stream in self._streams.values():
            if stream.version == stream.version_before:
                continue
            moved = self.connection.execute(_move_stream, {
                "stream": stream.id, "was": stream.version_before, "version": stream.version, "head": stream.head})
            if moved.rowcount != 1:
                raise StaleInstance("此事项刚被他人更新，请重新打开", "Somebody else has just changed this case; open it again")
            stream.version_before = stream.version


@contextmanager
def begin(database: Database, actor: Actor, clock: Clock, means: Means) -> Iterator[UnitOfWork]:
    """One transaction. On a traced refusal the work is rolled back and the refusal itself is recorded.

    A refusal that `keeps_work` commits what the verb did before it refused, such as counting the attempt.
    """
    kept: Rejected | None = None
    try:
        with database.transaction() as connection:
            unit = UnitOfWork(connection, actor, clock, means)
            try:
                yield unit
            except Rejected as refusal:
                if not refusal.keeps_work:
                    raise
                kept = refusal
            unit.flush()
        for act in unit._afterwards:
            act()
    except Rejected as refusal:
        if refusal.traced:
            _record_refusal(database, actor, clock, means, refusal)
        raise
    if kept is not None:
        raise kept


def carry_out(transaction: Callable[[], AbstractContextManager[UnitOfWork]],
              verb: Callable[[UnitOfWork], Answer]) -> Answer:
    """Run a verb in a transaction of its own, and again when the database let another through in its place.

    Safe to call again: what gave way was rolled back whole, and each try reads everything anew.
    """
    for _ in range(TRIES - 1):
        try:
            with transaction() as unit:
                return verb(unit)
        except DBAPIError as error:
            if not gave_way(error):
                raise
        except StaleInstance:
            continue  # whoever was faster is to be seen at the next try
    with transaction() as unit:
        return verb(unit)


def _record_refusal(database: Database, actor: Actor, clock: Clock, means: Means,
                    refusal: Rejected) -> None:
    record = Record(RecordType.ACTION_REFUSED, {"zh": refusal.sentence.zh, "en": refusal.sentence.en},
                    element_id=refusal.element_id, clauses=refusal.clauses)
    with database.transaction() as connection:
        unit = UnitOfWork(connection, actor, clock, means)
        if refusal.instance_id is None:
            unit.record_system(record)
        else:
            unit.lock(refusal.instance_id)
            instance = instance_rows.find_instance(connection, refusal.instance_id)
            unit.record(refusal.instance_id, record,
                        definition_hash=instance.definition_hash if instance is not None else None)
        if refusal.forgets:
            delete_draft(connection, actor.id, refusal.forgets)
        unit.flush()


def system_stream(now: datetime, actor_id: str) -> str:
    """Where the platform's own records of a day go: spread over shards so that no single row is hot."""
    return f"{SYSTEM_STREAMS}{in_china(now):%Y%m%d}/{sum(actor_id.encode()) % SYSTEM_SHARDS}"


def new_id() -> str:
    """An opaque 128-bit id."""
    return secrets.token_hex(16)


def _header(stream_id: str, seq: int, record: Record, actor_id: str, now: datetime,
            definition_hash: str | None) -> Mapping[str, object]:
    return {
        "instance": stream_id, "seq": seq, "type": record.type.value, "actor": actor_id,
        "acting_for": record.acting_for, "element": record.element_id,
        "occurred_at": utc_text(record.occurred_at or now), "learnt_at": utc_text(record.learnt_at or now),
        "recorded_at": utc_text(now), "clauses": list(record.clauses), "definition": definition_hash,
    }


def _row(stored: StoredRecord, sealed: Sealed, header: Mapping[str, object]) -> dict[str, object]:
    record = stored.record
    return {
        "stream": stored.stream, "seq": stored.seq, "type": record.type.value, "actor_id": stored.actor_id,
        "acting_for": record.acting_for, "element_id": record.element_id,
        "occurred_at": record.occurred_at or stored.recorded_at, "learnt_at": record.learnt_at or stored.recorded_at,
        "recorded_at": stored.recorded_at, "clauses": canonical.encode(record.clauses).decode(),
        "definition_hash": stored.definition_hash, "prev": sealed.prev, "commitment": sealed.commitment,
        "hash": sealed.hash, "mac": sealed.mac, "key_id": sealed.key_id, "algorithm": sealed.algorithm,
        "salt": sealed.salt, "body": stored.body,
    }
