"""Messages, signals and changes of registers on their way to other cases: who listens, who begins, what is kept.

A message has one receiver: the case that has waited longest for its name and key, else a process that begins with it.
A signal and a change of a register reach everybody who listens.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from engine.actors import CASE_OPERATOR
from engine.definition.model import EntryTrigger, Expression, MessageTrigger, SignalTrigger
from engine.errors import EngineError, NotAllowed, NotFound, Sentence
from engine.records import Record, RecordType
from engine.store import case_rows, instance_rows
from engine.store.instance_rows import AnyRow
from engine.store.payload import decode_value
from engine.store.unit import UnitOfWork
from engine.verbs.beginnings import begin_by_event
from engine.verbs.flow import Flow, base_scope, open_flow
from engine.verbs.listeners import starts_with
from engine.verbs.outgoing import key_text
from engine.verbs.settling import incident_of, settle
from engine.verbs.waiting import triggers_of

KEPT = timedelta(days=7)
"""How long a message waits for a taker before its sender has an incident; it is tried again as often, and never lost."""
SOON = timedelta(minutes=1)
"""When it is tried once more: somebody may have begun to listen at that very moment."""
Value = Mapping[str, object]
Change = tuple[str, Value | None, Value]
"""Of an entry: its key, what it was, what it is."""


class NobodyTook(EngineError):
    """A message was kept for a week, and nobody took it."""

    def __init__(self, name: str, key: str) -> None:
        super().__init__(f"nobody took message {name} {key}")
        self.sentence = Sentence(f"消息“{name}”（{key or '无标识'}）七天内无人接收",
                                 f"Nobody took message {name} ({key or 'no key'}) in a week")


def send(unit: UnitOfWork, *, name: str, values: Value, key: str = "") -> None:
    """A message from outside. Raises NotFound when nobody waits for it now: whoever sends it keeps it and tries again."""
    _need_power(unit)
    if not _deliver(unit, name, key_text(key), values, source=""):
        raise NotFound(f"没有事项在等待消息 {name}", f"No case waits for message {name}")


def send_signal(unit: UnitOfWork, *, name: str, values: Value) -> None:
    """A signal from outside, to everybody who listens."""
    _need_power(unit)
    _spread(unit, name, values, source="")


def _need_power(unit: UnitOfWork) -> None:
    if not (unit.actor.is_system or unit.actor.has_power(CASE_OPERATOR)):
        raise NotAllowed("只有运行管理可以发送消息", "Only case operators may send messages")


# ---------------------------------------------------------------- what the worker carries

def deliver(sender: Flow, timer: AnyRow) -> None:
    """Carry a message to its receiver, or keep it for a while."""
    content = _content(timer)
    name, key, sent_at = str(content["name"]), str(content["key"]), cast("datetime", content["at"])
    done = Record(RecordType.TIMER_TRIGGERED, {"timer_id": timer.id, "kind": timer.kind}, element_id=str(content["element"]))
    if _deliver(sender.unit, name, key, cast("Value", content["values"]), source=sender.instance_id):
        sender.record(done)
        return
    element_id = str(content["element"])
    again = next((moment for moment in (sent_at + SOON, sent_at + KEPT) if moment > sender.unit.now), None)
    sender.record(Record(RecordType.TIMER_PUT_OFF, {"timer_id": timer.id, "again_at": again or sender.unit.now + KEPT},
                         element_id=element_id))
    told = {row.element_id for row in instance_rows.open_incidents_of(sender.unit.connection, sender.instance_id)}
    if again is None and element_id not in told:
        sender.record(incident_of(element_id, NobodyTook(name, key)))


def collect(listener: Flow, timer: AnyRow) -> None:
    """A case has begun to listen for a message that is kept already: deliver it now, and more of them while it listens on."""
    listener.record(Record(RecordType.TIMER_TRIGGERED, {"timer_id": timer.id, "kind": timer.kind}))
    for kept in case_rows.kept_messages(listener.unit.connection, str(_content(timer)["address"])):
        if timer.subject_id not in case_rows.listening_in(listener.unit.connection, listener.instance_id):
            return
        sender = open_flow(listener.unit, kept.instance_id)
        still = instance_rows.find_timer(listener.unit.connection, kept.id)
        if still is not None:
            deliver(sender, still)


def spread(sender: Flow, timer: AnyRow) -> None:
    """Carry a signal to everybody who listens; the sender's own case has had it already."""
    content = _content(timer)
    sender.record(Record(RecordType.TIMER_TRIGGERED, {"timer_id": timer.id, "kind": timer.kind}))
    _spread(sender.unit, str(content["name"]), cast("Value", content["values"]), source=sender.instance_id)


def entry_changed(writer: Flow, timer: AnyRow) -> None:
    """Carry a change of a register to everybody who listens."""
    content = _content(timer)
    writer.record(Record(RecordType.TIMER_TRIGGERED, {"timer_id": timer.id, "kind": timer.kind}))
    announce(writer.unit, str(content["name"]), str(content["key"]), old=cast("Value | None", content["old"]),
             new=cast("Value", content["new"]), source=writer.instance_id)


def announce(unit: UnitOfWork, register: str, key: str, *, old: Value | None, new: Value, source: str = "") -> None:
    """An entry was written: cases that listen go on, processes that begin with it begin."""
    value = {**new, "key": key, "previous": old}
    for row in case_rows.listeners(unit.connection, "entry", register, key=key):
        _offer(unit, row, value, kind="entry", name=f"{register} {key}", source=source, asks=(key, old, new))
    for version, start in starts_with(unit, EntryTrigger):
        trigger = cast("EntryTrigger", start.trigger)
        scope = base_scope(version.definition, None, {})
        if trigger.register == register and _became(unit, trigger.when, scope, key, old=old, new=new):
            begin_by_event(unit, version, start, value)


# ---------------------------------------------------------------- who takes it

def _deliver(unit: UnitOfWork, name: str, key: str, values: Value, *, source: str) -> bool:
    for row in case_rows.addressed(unit.connection, name, key):
        if _receive(unit, row, values, kind="message", name=name, source=source):
            return True
    for version, start in starts_with(unit, MessageTrigger):
        if cast("MessageTrigger", start.trigger).name == name:
            begin_by_event(unit, version, start, values)
            return True
    return False


def _spread(unit: UnitOfWork, name: str, values: Value, *, source: str) -> None:
    for row in case_rows.listeners(unit.connection, "signal", name):
        if row.instance_id != source:
            _offer(unit, row, values, kind="signal", name=name, source=source)
    for version, start in starts_with(unit, SignalTrigger):
        if cast("SignalTrigger", start.trigger).name == name:
            begin_by_event(unit, version, start, values)


def _offer(unit: UnitOfWork, row: AnyRow, values: Value, *, kind: str, name: str, source: str, asks: Change | None = None) -> None:
    """Let one of many listeners have it: what fails there is its own incident, and keeps nothing from the others."""
    try:
        with unit.all_or_nothing():
            _receive(unit, row, values, kind=kind, name=name, source=source, asks=asks)
    except EngineError as error:
        flow = open_flow(unit, row.instance_id)
        if row.element_id not in {known.element_id for known in instance_rows.open_incidents_of(unit.connection, row.instance_id)}:
            flow.record(incident_of(row.element_id, error))


def _receive(unit: UnitOfWork, row: AnyRow, values: Value, *, kind: str, name: str, source: str, asks: Change | None = None) -> bool:
    """Let one listener have it; False when it listens no longer, or when its question of an entry is answered no."""
    flow = open_flow(unit, row.instance_id)
    token = next((each for each in flow.case.waiting() if each.id == row.token_id), None)
    if flow.status != "running" or token is None:
        return False
    if asks is not None:
        trigger = triggers_of(flow).get(token.element_id)
        with flow.within(token.loop_id):
            when = trigger.when if isinstance(trigger, EntryTrigger) else None
            if not _became(unit, when, flow.scope, asks[0], old=asks[1], new=asks[2], functions=flow.functions):
                return False
    flow.receive(token.element_id, token.element_id, values, loop_id=token.loop_id, kind=kind, name=name, source=source)
    flow.case.trigger(token.id)
    settle(flow)
    return True


def _became(unit: UnitOfWork, when: Expression | None, scope: Value, key: str, *, old: Value | None, new: Value,
            functions: Mapping[str, Any] | None = None) -> bool:
    """Whether the question is answered yes of the entry now, and was not before."""
    def holds(entry: Value | None, previous: Value | None) -> bool:
        if entry is None or when is None:
            return entry is not None
        around = {**scope, **entry, "key": key, "previous": previous}
        return when.compiled().evaluate(around, functions=functions or {}, moment=unit.now) is True
    return holds(new, old) and (when is None or not holds(old, None))


def _content(timer: AnyRow) -> Value:
    return cast("Value", decode_value(timer.detail))

