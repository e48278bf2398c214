"""Idempotency keys as rows: reserved first, answered in the same transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as upsert_postgresql
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from engine.store.prepared import prepare
from engine.store.tables import idempotency

_select = prepare(select(idempotency.c.verb, idempotency.c.result).where(
    idempotency.c.actor_id == bindparam("actor"), idempotency.c.key == bindparam("key")))
_keep = prepare(update(idempotency).where(
    idempotency.c.actor_id == bindparam("actor"),
    idempotency.c.key == bindparam("idempotency_key")).values(result=bindparam("answer")))
_inserts = {"sqlite": prepare(upsert_sqlite(idempotency).on_conflict_do_nothing()),
            "postgresql": prepare(upsert_postgresql(idempotency).on_conflict_do_nothing())}


def reserve_key(connection: Connection, actor_id: str, key: str, *, verb: str, at: datetime) -> bool:
    """Take the key for this verb. False when it was taken before; on PostgreSQL this waits for whoever takes it."""
    written = connection.execute(_inserts[connection.dialect.name], {
        "actor_id": actor_id, "key": key, "verb": verb, "result": None, "at": at})
    return written.rowcount == 1


def kept_under(connection: Connection, actor_id: str, key: str) -> tuple[str, str | None]:
    """The verb a key was taken for, and its answer."""
    row = connection.execute(_select, {"actor": actor_id, "key": key}).one()
    return row.verb, row.result


def keep_under(connection: Connection, actor_id: str, key: str, answer: str) -> None:
    connection.execute(_keep, {"actor": actor_id, "idempotency_key": key, "answer": answer})
