"""Register entries and counters, read and reserved inside a unit of work."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.postgresql import insert as upsert_postgresql
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite

from engine.store.payload import decode_value
from engine.store.tables import counters, entries

_entry = select(entries.c.value).where(entries.c.register == bindparam("register"), entries.c.key == bindparam("key"))
_entries = select(entries.c.key, entries.c.value).where(entries.c.register == bindparam("register")).order_by(
    entries.c.key).limit(10_000)


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
    make: Any = upsert_sqlite if connection.dialect.name == "sqlite" else upsert_postgresql
    statement = make(counters).values(name=name, value=1)
    statement = statement.on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + 1})
    return cast("int", connection.execute(statement.returning(counters.c.value)).scalar_one())


def _context(text: str) -> dict[str, object]:
    return cast("dict[str, object]", decode_value(text))
