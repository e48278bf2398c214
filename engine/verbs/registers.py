"""Registers: entries taken over from before, with their source said."""

from __future__ import annotations

from collections.abc import Mapping

from engine.actors import CASE_OPERATOR
from engine.errors import NotAllowed
from engine.records import Record, RecordType
from engine.store.register_rows import entry_counter, find_entry, next_count
from engine.store.unit import UnitOfWork
from engine.verbs.arrivals import Change
from engine.verbs.changes import announce


def import_entry(unit: UnitOfWork, *, register: str, key: str, values: Mapping[str, object]) -> None:
    """Write an entry that no process of this installation made; the trace says `source: import`."""
    if not (unit.actor.is_system or unit.actor.has_power(CASE_OPERATOR)):
        raise NotAllowed("只有运行管理可以导入台账", "Only case operators may import register entries")
    version = next_count(unit.connection, entry_counter(register, key))
    old = find_entry(unit.connection, register, key)
    unit.record_system(Record(RecordType.ENTRY_WRITTEN, {
        "register": register, "key": key, "old": old, "new": dict(values), "version": version, "source": "import",
    }, element_id=register))
    announce(unit, Change(register, key, old, values), source=unit.actor.id)
