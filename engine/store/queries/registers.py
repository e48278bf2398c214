"""Registers (台账) for programs and operators: which there are, their entries in order of keys, one entry.

Programs read values as they stand; people who may read registers see personal ones masked, as traces show them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from engine.store.queries.changes import Naming, entry_masked
from engine.store.queries.paging import MAX_LIMIT, Page, page_of
from engine.store.reader import Reader
from engine.store.tables import entries, instances

_written = select(entries, instances.c.definition_hash).outerjoin(instances, instances.c.id == entries.c.instance_id)
_entry = prepare(_written.where(entries.c.register == bindparam("register"), entries.c.key == bindparam("key")))
_entries = prepare(_written.where(entries.c.register == bindparam("register"), entries.c.key > bindparam("after"))
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
    return page_of(_entry_rows(read, register, rows), limit, [row.key for row in rows])


def get_entry(read: Reader, register: str, key: str) -> EntryRow:
    """NotFound when there is none, or not for this reader."""
    _need_register(read, register)
    row = read.connection.execute(_entry, {"register": register, "key": key}).first()
    if row is None:
        raise NotFound()
    return _entry_rows(read, register, [row])[0]


def _entry_rows(read: Reader, register: str, rows: Iterable[AnyRow | Row[tuple[object, ...]]]) -> list[EntryRow]:
    """Masked unless a program reads: by every current version, and by the one whose case wrote the entry last."""
    versions, found = read.means.versions, []
    is_program = read.actor.has_power(PROGRAM)
    current = () if is_program else tuple(map(Naming, versions.current_bundles(read.connection)))
    for row in rows:
        values = cast("Mapping[str, object]", decode_value(row.value))
        if not is_program:
            writer = versions.get(read.connection, row.definition_hash).bundle if row.definition_hash else None
            values = entry_masked(register, values, (Naming(writer), *current))
        found.append(EntryRow(row.key, values, row.instance_id, row.written_at, row.version))
    return found


def _need_register(read: Reader, register: str) -> None:
    if register not in {known.id for known in list_registers(read)}:
        raise NotFound()


def _need_power(read: Reader) -> None:
    if not any(read.actor.has_power(power) for power in (AUDITOR, CASE_OPERATOR, PROGRAM)):
        raise NotFound()
