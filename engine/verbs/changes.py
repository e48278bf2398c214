"""Changes of registers on their way to the cases that listen for them, and to the processes that begin with them."""

from __future__ import annotations

from typing import cast

from engine.definition.model import EntryTrigger, EventStart
from engine.errors import EngineError
from engine.records import Record, RecordType
from engine.store import case_rows
from engine.store.instance_rows import AnyRow
from engine.store.payload import decode_value
from engine.store.unit import UnitOfWork
from engine.store.versions import Version
from engine.verbs import planned
from engine.verbs.arrivals import Arrival, Change, Value, became, offer
from engine.verbs.beginnings import ChainTooLong, begin_by_event
from engine.verbs.flow import Flow
from engine.verbs.listeners import starts_with
from engine.verbs.outgoing import chain_of
from engine.verbs.outside import base_scope, engine_functions


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
        if cast("EntryTrigger", start.trigger).register == change.register:
            _begin(unit, version, start, came, change, chain=chain)


def _begin(unit: UnitOfWork, version: Version, start: EventStart, came: Arrival, change: Change, *, chain: int) -> None:
    """Begin a case if its start asks for it. The change stands even where that fails: then it is tried again."""
    when = cast("EntryTrigger", start.trigger).when
    try:
        with unit.all_or_nothing():
            if became(unit, when, change, base_scope(version.definition), engine_functions(unit)):
                begin_by_event(unit, version, start, came.values, came=came, chain=chain)
    except ChainTooLong:
        raise
    except EngineError as error:
        planned.stop(unit, version, start, came, error, chain=chain)
