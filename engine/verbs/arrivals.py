"""What comes to a case that waits for it: a message, a signal, a change of a register.

One of many listeners that cannot take it stops by itself, and tries again; the others have it. Knows one listener at a
time; who listens is found by whoever brings it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from engine.definition.model import EntryTrigger, Expression
from engine.errors import EngineError
from engine.records import Record, RecordType
from engine.runtime import ExecutionFailed
from engine.store.instance_rows import AnyRow
from engine.store.payload import decode_value
from engine.store.register_rows import find_entry
from engine.store.unit import UnitOfWork
from engine.verbs import causes
from engine.verbs.flow import Flow, lock_flow, open_flow
from engine.verbs.outgoing import posted
from engine.verbs.settling import settle
from engine.verbs.suspension import Suspended
from engine.verbs.waiting import triggers_of

AGAIN = timedelta(minutes=10)
"""When a listener tries again that could not take it."""
Value = Mapping[str, object]
Functions = Mapping[str, Callable[..., object]]


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of a register that was written: what it was (None: it is new), what it is."""

    register: str
    key: str
    old: Value | None
    new: Value


@dataclass(frozen=True, slots=True)
class Arrival:
    """What comes: kind `message`, `signal` or `entry`, how it is called, what it brings; the case or the person it comes from."""

    kind: str
    name: str
    values: Value
    source: str = ""
    change: Change | None = None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Arrival:
        """As it was stored until it could be taken."""
        change = Change(**stored["change"]) if stored["change"] is not None else None
        return cls(**{**stored, "change": change})


def receive(unit: UnitOfWork, instance_id: str, token_id: str, arrival: Arrival) -> bool:
    """Let one listener have it; False when it listens no longer, or when its question of an entry is answered no.

    Raises Suspended.
    """
    flow = open_flow(unit, instance_id)
    token = next((each for each in flow.case.waiting() if each.id == token_id), None)
    if flow.status != "running" or token is None:
        return False
    if arrival.change is not None:
        trigger = triggers_of(flow).get(token.element_id)
        with flow.within(token.loop_id):
            when = trigger.when if isinstance(trigger, EntryTrigger) else None
            if not became(unit, when, arrival.change, flow.scope, flow.functions):
                return False
    flow.receive(token.element_id, token.element_id, arrival.values, loop_id=token.loop_id, kind=arrival.kind,
                 name=arrival.name, source=arrival.source)
    flow.case.trigger(token.id)
    settle(flow)
    return True


def offer(unit: UnitOfWork, row: AnyRow, arrival: Arrival) -> None:
    """Let one of many listeners have it: what fails there is its own incident, and keeps nothing from the others.

    One that is suspended has it when it goes on.
    """
    try:
        with unit.all_or_nothing():
            receive(unit, row.instance_id, row.token_id, arrival)
    except Suspended:
        flow = lock_flow(unit, row.instance_id)
        flow.record(Record(RecordType.EVENT_HELD, {"kind": arrival.kind, "name": arrival.name, "source": arrival.source,
                                                   "timers": [_later(flow, row, arrival)]}, element_id=row.element_id))
    except EngineError as error:
        flow = lock_flow(unit, row.instance_id)
        again = {**_later(flow, row, arrival), "due_at": unit.now + AGAIN}
        causes.stop(flow, causes.of_timer(str(again["id"])), row.element_id, error, item=flow.item_at(row.token_id), timers=[again])


def _later(flow: Flow, row: AnyRow, arrival: Arrival) -> dict[str, object]:
    """A row of the worker's post that offers it once more."""
    return posted(flow, "offer", row.token_id, row.element_id, loop_id=flow.case.loop_of(row.token_id), arrival=asdict(arrival))


def offer_again(listener: Flow, timer: AnyRow) -> None:
    """What one of many listeners could not take, once more; an entry that changed again since asks for itself."""
    listener.record(Record(RecordType.TIMER_TRIGGERED, {"timer_id": timer.id, "kind": timer.kind}))
    came = Arrival.of(cast("dict[str, Any]", decode_value(timer.detail))["arrival"])
    if came.change is None or is_news(listener.unit, came.change):
        receive(listener.unit, listener.instance_id, timer.subject_id, came)


def is_news(unit: UnitOfWork, change: Change) -> bool:
    """Whether the entry is still what this change made of it."""
    return find_entry(unit.connection, change.register, change.key) == {**change.new, "key": change.key}


def became(unit: UnitOfWork, when: Expression | None, change: Change, scope: Value, functions: Functions) -> bool:
    """Whether the question is answered yes of the entry now, and was not before. Raises when it has no answer now."""
    if when is None:
        return True
    around = {**scope, **change.new, "key": change.key, "previous": change.old}
    if not holds(when, around, functions, unit.now):
        return False
    if change.old is None:
        return True
    try:
        return not holds(when, {**scope, **change.old, "key": change.key, "previous": None}, functions, unit.now)
    except EngineError:  # of what the entry was before, only a plain yes counts
        return True


def holds(when: Expression, scope: Value, functions: Functions, now: datetime) -> bool:
    """Whether a condition is true. Raises when it is neither true nor false: that is never silently false."""
    value = when.compiled().evaluate(scope, functions=functions, moment=now)
    if not isinstance(value, bool):
        shown = "null" if value is None else repr(value)
        raise ExecutionFailed(f"条件“{when.text}”应得出 true 或 false，得到的是 {shown}",
                              f"Expected the condition '{when.text}' to be true or false, but it is {shown}")
    return value
