"""Messages and signals on their way to other cases: who listens, who begins, what is kept.

A message has one receiver: the case that has waited longest for its name and key, else a process that begins with it.
A signal reaches everybody who listens.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import cast

from engine.actors import CASE_OPERATOR, PROGRAM
from engine.definition.model import MessageTrigger, SignalTrigger
from engine.errors import EngineError, NotAllowed, NotFound, Sentence
from engine.records import Record, RecordType
from engine.store import case_rows, instance_rows
from engine.store.instance_rows import AnyRow
from engine.store.payload import decode_value
from engine.store.unit import UnitOfWork
from engine.verbs import causes, planned
from engine.verbs.arrivals import Arrival, Value, offer, receive
from engine.verbs.beginnings import ChainTooLong, begin_by_event
from engine.verbs.flow import Flow, lock_flow
from engine.verbs.listeners import starts_with
from engine.verbs.outgoing import chain_of, key_text
from engine.verbs.suspension import Suspended

KEPT = timedelta(days=7)
"""How long a message waits for a taker before its sender has an incident; it is tried again as often, and never lost."""
SOON = timedelta(minutes=1)
"""When it is tried once more: somebody may have begun to listen at that very moment."""


class NobodyTook(EngineError):
    """A message was kept for a week, and nobody took it."""

    def __init__(self, name: str, key: str) -> None:
        super().__init__(f"nobody took message {name} {key}")
        self.sentence = Sentence(f"消息“{name}”（{key or '无标识'}）七天内无人接收",
                                 f"Nobody took message {name} ({key or 'no key'}) in a week")


def send(unit: UnitOfWork, *, name: str, values: Value, key: str = "") -> None:
    """A message from outside. Raises NotFound when nobody waits for it now, Suspended when whoever does is suspended.

    Whoever sends it keeps it then, and tries again.
    """
    _need_power(unit)
    if not _deliver(unit, name, key_text(key), values, source=unit.actor.id):
        raise NotFound(f"没有事项在等待消息 {name}", f"No case waits for message {name}")


def send_signal(unit: UnitOfWork, *, name: str, values: Value) -> None:
    """A signal from outside, to everybody who listens."""
    _need_power(unit)
    _spread(unit, name, values, source=unit.actor.id)


def _need_power(unit: UnitOfWork) -> None:
    if not (unit.actor.is_system or unit.actor.has_power(CASE_OPERATOR) or unit.actor.has_power(PROGRAM)):
        raise NotAllowed("只有运行管理和外部程序可以发送消息", "Only case operators and programs may send messages")


def try_kept(unit: UnitOfWork, names: Collection[str]) -> None:
    """Kept messages of these names are carried again at once, because a process begins with them now."""
    for kept in case_rows.all_kept_messages(unit.connection, unit.now) if names else ():
        if _content(kept)["name"] not in names:
            continue
        unit.lock(kept.instance_id)
        sender = instance_rows.find_instance(unit.connection, kept.instance_id)
        if sender is not None and instance_rows.find_timer(unit.connection, kept.id) is not None:
            unit.record(sender.id, Record(RecordType.TIMER_PUT_OFF, {"timer_id": kept.id, "again_at": unit.now, "is_asked": True}),
                        definition_hash=sender.definition_hash)


# ---------------------------------------------------------------- what the worker carries

def deliver(sender: Flow, timer: AnyRow) -> None:
    """Carry a message to its receiver, or keep it for a while."""
    content = _content(timer)
    name, key, sent_at = str(content["name"]), str(content["key"]), cast("datetime", content["at"])
    done = Record(RecordType.TIMER_TRIGGERED, {"timer_id": timer.id, "kind": timer.kind}, element_id=str(content["element"]))
    failed: EngineError = NobodyTook(name, key)
    try:
        is_taken = _deliver(sender.unit, name, key, cast("Value", content["values"]), source=sender.instance_id,
                            chain=chain_of(timer))
    except Suspended as held:
        is_taken, failed = False, held
    if is_taken:
        sender.record(done)
        if sender.is_stuck:
            causes.resolve(sender.unit, sender.instance_id, causes.of_timer(timer.id), definition_hash=sender.version.hash)
        return
    element_id = str(content["element"])
    again = next((moment for moment in (sent_at + SOON, sent_at + KEPT) if moment > sender.unit.now), None)
    sender.record(Record(RecordType.TIMER_PUT_OFF, {"timer_id": timer.id, "again_at": again or sender.unit.now + KEPT},
                         element_id=element_id))
    if again is None:
        causes.stop(sender, causes.of_timer(timer.id), element_id, failed, item=str(content.get("item", "")))


def collect(listener: Flow, timer: AnyRow) -> None:
    """A case has begun to listen for a message that is kept already: deliver it now, and more of them while it listens on."""
    listener.record(Record(RecordType.TIMER_TRIGGERED, {"timer_id": timer.id, "kind": timer.kind}))
    for kept in case_rows.kept_messages(listener.unit.connection, str(_content(timer)["address"])):
        if timer.subject_id not in case_rows.listening_in(listener.unit.connection, listener.instance_id):
            return
        sender = lock_flow(listener.unit, kept.instance_id)
        still = instance_rows.find_timer(listener.unit.connection, kept.id)
        if still is not None:
            deliver(sender, still)


def spread(sender: Flow, timer: AnyRow) -> None:
    """Carry a signal to everybody who listens; the sender's own case has had it already."""
    content = _content(timer)
    sender.record(Record(RecordType.TIMER_TRIGGERED, {"timer_id": timer.id, "kind": timer.kind}))
    _spread(sender.unit, str(content["name"]), cast("Value", content["values"]), source=sender.instance_id, chain=chain_of(timer))


# ---------------------------------------------------------------- who takes it

def _deliver(unit: UnitOfWork, name: str, key: str, values: Value, *, source: str, chain: int = 0) -> bool:
    """Raises Suspended when nobody takes it but a suspended case waits for it: no other case is begun in its place."""
    came, held = Arrival("message", name, values, source), None
    for row in case_rows.addressed(unit.connection, name, key):
        try:
            if receive(unit, row.instance_id, row.token_id, came):
                return True
        except Suspended as suspended:
            held = suspended
    if held is not None:
        raise held
    for version, start in starts_with(unit, MessageTrigger):
        if cast("MessageTrigger", start.trigger).name == name:
            begin_by_event(unit, version, start, values, came=came, chain=chain)
            return True
    return False


def _spread(unit: UnitOfWork, name: str, values: Value, *, source: str, chain: int = 0) -> None:
    came = Arrival("signal", name, values, source)
    for row in case_rows.listeners(unit.connection, "signal", name):
        if row.instance_id != source:
            offer(unit, row, came)
    for version, start in starts_with(unit, SignalTrigger):
        if cast("SignalTrigger", start.trigger).name == name:
            try:
                with unit.all_or_nothing():
                    begin_by_event(unit, version, start, values, came=came, chain=chain)
            except ChainTooLong:
                raise
            except EngineError as error:
                planned.stop(unit, version, start, came, error, chain=chain)


def _content(timer: AnyRow) -> Value:
    return cast("Value", decode_value(timer.detail))

