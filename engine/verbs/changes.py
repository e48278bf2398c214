"""Changes of registers on their way to the cases that listen for them, and to the processes that begin with them."""

from __future__ import annotations

from typing import cast

from engine.definition.model import EntryTrigger
from engine.records import Record, RecordType
from engine.store import case_rows
from engine.store.instance_rows import AnyRow
from engine.store.payload import decode_value
from engine.store.unit import UnitOfWork
from engine.verbs.arrivals import Arrival, Change, Value, became, offer
from engine.verbs.beginnings import begin_by_event
from engine.verbs.flow import Flow, base_scope, engine_functions
from engine.verbs.listeners import starts_with
from engine.verbs.outgoing import chain_of


def carry(writer: Flow, timer: AnyRow) -> None:
    """Carry a change of a register to everybody who listens."""
    content = cast("Value", decode_value(timer.detail))
    writer.record(Record(RecordType.TIMER_TRIGGERED, {"timer_id": timer.id, "kind": timer.kind}))
    announce(writer.unit, Change(str(content["name"]), str(content["key"]), cast("Value | None", content["old"]),
                                 cast("Value", content["new"])), source=writer.instance_id, chain=chain_of(timer))


def announce(unit: UnitOfWork, change: Change, *, source: str, chain: int = 0) -> None:
    """An entry was written, by a case or a person: cases that listen go on, processes that begin with it begin."""
    value = {**change.new, "key": change.key, "previous": change.old}
    came = Arrival("entry", f"{change.register} {change.key}", value, source, change)
    for row in case_rows.listeners(unit.connection, "entry", change.register, key=change.key):
        offer(unit, row, came)
    for version, start in starts_with(unit, EntryTrigger):
        trigger = cast("EntryTrigger", start.trigger)
        scope, functions = base_scope(version.definition, None, {}), engine_functions(unit)
        if trigger.register == change.register and became(unit, trigger.when, change, scope, functions):
            begin_by_event(unit, version, start, value, came=came, chain=chain)
