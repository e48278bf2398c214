"""Registers (台账) for programs and operators: which there are, their entries in order of keys, one entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Row, bindparam, select

from engine.actors import AUDITOR, CASE_OPERATOR, PROGRAM
from engine.definition.library import Register
from engine.errors import NotFound
from engine.store.instance_rows import AnyRow
from engine.store.payload import decode_value
from engine.store.prepared import prepare
from engine.store.queries.paging import MAX_LIMIT, Page, page_of
from engine.store.reader import Reader
from engine.store.tables import entries

_entry = prepare(select(entries).where(entries.c.register == bindparam("register"), entries.c.key == bindparam("key")))
_entries = prepare(select(entries).where(entries.c.register == bindparam("register"), entries.c.key > bindparam("after"))
                   .order_by(entries.c.key).limit(bindparam("most")))


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry as it stands; `instance_id` is the case that wrote it last, if a case did."""

    key: str
    values: Mapping[str, object]
    instance_id: str | None
    written_at: datetime
    version: int


def list_registers(read: Reader) -> tuple[Register, ...]:
    """The registers that current definitions know, by id. NotFound unless the reader may read registers."""
    _need_power(read)
    found = {register.id: register for bundle in read.means.versions.current_bundles(read.connection)
             for register in bundle.library.registers.values()}
    return tuple(found[name] for name in sorted(found))


def list_entries(read: Reader, register: str, *, after: str = "", limit: int = 50) -> Page[EntryRow]:
    """A page of entries in order of their keys; the cursor is the last key. NotFound for an unknown register."""
    _need_register(read, register)
    limit = max(1, min(limit, MAX_LIMIT))
    rows = read.connection.execute(_entries, {"register": register, "after": after, "most": limit + 1}).all()
    return page_of([_entry_row(row) for row in rows], limit, [row.key for row in rows])


def get_entry(read: Reader, register: str, key: str) -> EntryRow:
    """NotFound when there is none, or not for this reader."""
    _need_register(read, register)
    row = read.connection.execute(_entry, {"register": register, "key": key}).first()
    if row is None:
        raise NotFound()
    return _entry_row(row)


def _entry_row(row: AnyRow | Row[tuple[object, ...]]) -> EntryRow:
    return EntryRow(row.key, cast("Mapping[str, object]", decode_value(row.value)), row.instance_id, row.written_at, row.version)


def _need_register(read: Reader, register: str) -> None:
    if register not in {known.id for known in list_registers(read)}:
        raise NotFound()


def _need_power(read: Reader) -> None:
    if not any(read.actor.has_power(power) for power in (AUDITOR, CASE_OPERATOR, PROGRAM)):
        raise NotFound()
