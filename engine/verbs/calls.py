"""Calls: a case begins another one, waits for it and takes its outcome; when it no longer waits, the other one ends too.

Each step of it is a row of the worker's post, so that no two cases are locked while people wait.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from engine.definition.model import Call
from engine.errors import EngineError, Sentence
from engine.records import Record, RecordType
from engine.runtime import Event
from engine.store import case_rows
from engine.store.instance_rows import AnyRow
from engine.store.payload import decode_value
from engine.store.statements import END_OF_TIME
from engine.verbs.beginnings import Caller, NoSuchStart, begin_by_event, starts_of
from engine.verbs.flow import Flow, lock_flow
from engine.verbs.outgoing import chain_of
from engine.verbs.settling import settle

CANCELLED = "随主事项终止"
"""The outcome of a called case that nobody waits for any longer."""
DEEPEST = 50
"""How many cases may wait one above the other: a process that calls itself for ever stops here."""


class CalledTooDeep(EngineError):
    """Too many cases wait for each other, one called by the next."""

    def __init__(self, title: str) -> None:
        super().__init__(f"{title} is called {DEEPEST} deep")
        self.sentence = Sentence(f"流程“{title}”的调用已达 {DEEPEST} 层，不再继续",
                                 f"Calls of {title} are {DEEPEST} deep already; it is not called again")


def call(flow: Flow, timer: AnyRow) -> None:
    """Begin the called case; the calling step's values are the variable of its start.

    Raises NotFound, NoSuchStart, CalledTooDeep, ChainTooLong.
    """
    token = next((each for each in flow.case.open_tokens("call") if each.id == timer.subject_id), None)
    step = flow.definition.find_step(token.element_id) if token is not None else None
    if token is None or not isinstance(step, Call):
        flow.record(Record(RecordType.TIMER_TRIGGERED, {"timer_id": timer.id, "kind": timer.kind}))
        return
    version = flow.unit.means.versions.current(flow.unit.connection, step.process)
    if case_rows.callers_of(flow.unit.connection, flow.instance_id, most=DEEPEST) >= DEEPEST:
        raise CalledTooDeep(version.definition.title)
    start = next(iter(starts_of(version, "called")), None)
    if start is None:
        raise NoSuchStart(version.definition.title)
    with flow.within(token.loop_id):
        values = {name: flow.value_of(value) for name, value in step.values}
    caller = None if step.detach else Caller(flow.instance_id, token.id)
    child = begin_by_event(flow.unit, version, start, values, own_unit=flow.own_unit, caller=caller, chain=chain_of(timer))
    flow.record(Record(RecordType.PROCESS_CALLED, {
        "timer_id": timer.id, "instance": child.instance_id, "number": child.number, "process_title": child.process_title,
    }, element_id=step.id, clauses=step.basis))
    if step.detach:
        _take(flow, token.id, {"number": child.number, "outcome": None}, child)
        flow.case.complete(token.id)
        settle(flow)


def hand_back(child: Flow, timer: AnyRow) -> None:
    """The called case has ended: its outcome becomes the variable of the call, its uncaught error is thrown there."""
    content = cast("Mapping[str, object]", decode_value(timer.detail))
    parent = lock_flow(child.unit, str(content["to"]))
    if parent.is_suspended:
        _hold(child, timer)
        return
    child.record(Record(RecordType.TIMER_TRIGGERED, {"timer_id": timer.id, "kind": timer.kind}))
    if not _waits(parent, timer.subject_id):
        return
    value = {"number": child.number, "outcome": child.outcome,
             **{name: child.value_of(value) for name, value in child.definition.returns}}
    _take(parent, timer.subject_id, value, child)
    if content["error"] is None:
        parent.case.complete(timer.subject_id)
    else:
        _throw(parent, timer.subject_id, Event("error", str(content["error"])))
    settle(parent)


def escalate(child: Flow, timer: AnyRow) -> None:
    """An escalation that nothing in the called case catches reaches the case that waits for it."""
    content = cast("Mapping[str, object]", decode_value(timer.detail))
    parent = lock_flow(child.unit, str(content["to"]))
    if parent.is_suspended:
        _hold(child, timer)
        return
    child.record(Record(RecordType.TIMER_TRIGGERED, {"timer_id": timer.id, "kind": timer.kind}))
    if _waits(parent, timer.subject_id):
        _throw(parent, timer.subject_id, Event("escalation", str(content["name"])))
        settle(parent)


def cancel(flow: Flow, timer: AnyRow) -> None:
    """Nobody waits for the called case any longer: it ends, and what it called ends with it."""
    flow.record(Record(RecordType.TIMER_TRIGGERED, {"timer_id": timer.id, "kind": timer.kind}))
    child = lock_flow(flow.unit, timer.subject_id)
    if child.status == "running":
        child.parent_id, child.outcome = None, CANCELLED
        child.case.cancel_all()
        settle(child)


def hasten(parent: Flow, timer: AnyRow) -> None:
    """A case goes on that was suspended: what its called cases could not give back meanwhile is given back now."""
    parent.record(Record(RecordType.TIMER_TRIGGERED, {"timer_id": timer.id, "kind": timer.kind}))
    for held in case_rows.held_returns(parent.unit.connection, parent.instance_id):
        child = lock_flow(parent.unit, held.instance_id)
        child.record(Record(RecordType.TIMER_PUT_OFF, {"timer_id": held.id, "again_at": parent.unit.now, "is_asked": True}))


def _hold(child: Flow, timer: AnyRow) -> None:
    """The case that waits is suspended: kept until it goes on."""
    child.record(Record(RecordType.TIMER_PUT_OFF, {"timer_id": timer.id, "again_at": END_OF_TIME, "is_held": True}))


def _waits(parent: Flow, token_id: str) -> bool:
    return parent.status == "running" and any(token.id == token_id for token in parent.case.open_tokens("call"))


def _take(parent: Flow, token_id: str, value: Mapping[str, object], child: Flow) -> None:
    token = next(each for each in parent.case.open_tokens("call") if each.id == token_id)
    parent.receive(token.element_id, token.element_id, value, loop_id=token.loop_id, kind="return", name=child.number,
                   source=child.instance_id)


def _throw(parent: Flow, token_id: str, event: Event) -> None:
    """Raises what the process says when it does not catch the event: then nothing of this is kept, and it is tried again."""
    failure = parent.case.throw(token_id, event)
    if failure is not None:
        raise failure.error
