"""Idempotency keys as rows: kept with the answer in the transaction that did the work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert_postgresql
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from engine.store.prepared import prepare
from engine.store.tables import idempotency

_select = prepare(select(idempotency.c.verb, idempotency.c.result).where(
    idempotency.c.actor_id == bindparam("actor"), idempotency.c.key == bindparam("key")))
_reserve = {"sqlite": prepare(upsert_sqlite(idempotency).on_conflict_do_nothing()),
            "postgresql": prepare(upsert_postgresql(idempotency).on_conflict_do_nothing())}
_of_key = (idempotency.c.actor_id, idempotency.c.key)
_forget = prepare(delete(idempotency).where(tuple_(*_of_key).in_(
    select(*_of_key).where(idempotency.c.at < bindparam("before")).limit(bindparam("most")))))


def _upsert(insert: Any) -> Any:
    """A key that this transaction reserved gets its answer; one that has an answer keeps it."""
    return prepare(insert.on_conflict_do_update(index_elements=["actor_id", "key"], set_={"result": insert.excluded.result},
                                                where=idempotency.c.result.is_(None)))


_keep = {"sqlite": _upsert(upsert_sqlite(idempotency)), "postgresql": _upsert(upsert_postgresql(idempotency))}


def reserve_key(connection: Connection, actor_id: str, key: str, *, verb: str, at: datetime) -> bool:
    """Take the key for this verb. False when it was used before; on PostgreSQL this waits for whoever uses it now."""
    written = connection.execute(_reserve[connection.dialect.name], {
        "actor_id": actor_id, "key": key, "verb": verb, "result": None, "at": at})
    return written.rowcount == 1


def kept_under(connection: Connection, actor_id: str, key: str) -> tuple[str, str | None] | None:
    """The verb a key was used for, and its answer; None for a new key."""
    row = connection.execute(_select, {"actor": actor_id, "key": key}).first()
    return None if row is None else (row.verb, row.result)


def keep_under(connection: Connection, actor_id: str, key: str, *, verb: str, answer: str, at: datetime) -> bool:
    """Keep an answer. False when another has one under this key; on PostgreSQL this waits for whoever uses it now."""
    written = connection.execute(_keep[connection.dialect.name], {
        "actor_id": actor_id, "key": key, "verb": verb, "result": answer, "at": at})
    return written.rowcount == 1


def forget_before(connection: Connection, before: datetime, *, most: int) -> int:
    """Drop keys that were used before then, no more than so many; gives how many."""
    return connection.execute(_forget, {"before": before, "most": most}).rowcount
