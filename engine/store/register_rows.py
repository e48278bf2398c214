"""Register entries and counters, read and reserved inside a unit of work."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.postgresql import insert as upsert_postgresql
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from engine.store.payload import decode_value
from engine.store.prepared import prepare
from engine.store.tables import counters, entries

LONGEST_KEY = 200
_entry = prepare(select(entries.c.value).where(entries.c.register == bindparam("register"), entries.c.key == bindparam("key")))
_entries = prepare(select(entries.c.key, entries.c.value).where(entries.c.register == bindparam("register")).order_by(
    entries.c.key).limit(10_000))


def find_entry(connection: Connection, register: str, key: str) -> dict[str, object] | None:
    """The values of one entry with its `key`, or None."""
    text = connection.execute(_entry, {"register": register, "key": key}).scalar()
    return None if text is None else {**_context(text), "key": key}


def entries_of(connection: Connection, register: str) -> list[object]:
    """All entries of a register as contexts with their `key`."""
    rows = connection.execute(_entries, {"register": register})
    return [{**_context(row.value), "key": row.key} for row in rows]


def next_count(connection: Connection, name: str) -> int:
    """Reserve the next number of a counter; the row stays locked until the transaction ends."""
    return _count(connection, name, step=1)


def hold_count(connection: Connection, name: str) -> int:
    """The counter as it is, 0 when new; the row stays locked until the transaction ends."""
    return _count(connection, name, step=0)


def entry_key(value: object) -> str:
    """The key of an entry as it is stored; empty when it is none, or longer than any."""
    key = str(value).strip() if value is not None else ""
    return key if len(key) <= LONGEST_KEY else ""


def entry_counter(register: str, key: str) -> str:
    """The counter of how often an entry was written. It is also the lock of an entry that does not exist yet."""
    return f"entries/{register}/{key}"


def version_counter(process: str) -> str:
    """The counter of how often a process was deployed. It is also the lock of its current version and its schedules."""
    return f"versions/{process}"


def _count(connection: Connection, name: str, *, step: int) -> int:
    make: Any = upsert_sqlite if connection.dialect.name == "sqlite" else upsert_postgresql
    statement = make(counters).values(name=name, value=step)
    statement = statement.on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + step})
    return cast("int", connection.execute(statement.returning(counters.c.value)).scalar_one())


def _context(text: str) -> dict[str, object]:
    return cast("dict[str, object]", decode_value(text))
