"""Effects: what commits together with a step, in this order: number, set, record, notify, end.

Called while the tokens run, after a step finished and before its outgoing flow is looked at, so that the next
condition sees what was set.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.bpmn.names import names_of
from engine.clock import in_china
from engine.definition.model import (
    Call,
    Decide,
    Effects,
    EventStart,
    Expression,
    Listen,
    Notify,
    NumberIssue,
    RegisterWrite,
    Request,
    Service,
    SetStep,
    Start,
    Task,
    Wait,
)
from engine.directory.who import addressees, principals_of
from engine.errors import EngineError, Sentence
from engine.records import Record, RecordType
from engine.store.directory_rows import StoredDirectory
from engine.store.register_rows import LONGEST_KEY, entry_counter, entry_key, find_entry, next_count
from engine.verbs import decisions, outgoing
from engine.verbs.listeners import watched

if TYPE_CHECKING:
    from engine.verbs.flow import Flow

_WITH_EFFECTS = Start | Request | Task | SetStep | Decide | Call | Service | Wait | Listen
_PLACEHOLDER = re.compile(r"\[(year|0+)\]")


def apply(flow: Flow, element_id: str) -> None:
    """Apply the effects of the step that this BPMN element finishes; other elements have none.

    An end within a loop ends its item: the outcome of one of many is none of the case.
    """
    reached = names_of(flow.definition).find(element_id)
    if reached is None:
        return
    step = reached.step
    if reached.part == "end":
        if not flow.loop_id:
            flow.outcome = reached.outcome or flow.outcome
        return
    if isinstance(step, EventStart) or (reached.part in ("step", "way") and isinstance(step, _WITH_EFFECTS)):
        if isinstance(step, Decide):
            with flow.all_or_nothing():
                decisions.make(flow, step)
                apply_effects(flow, step.effects, element_id=step.id, clauses=step.basis)
            return
        apply_effects(flow, step.effects, element_id=step.id, clauses=step.basis)


def apply_effects(flow: Flow, effects: Effects, *, element_id: str, clauses: tuple[str, ...]) -> None:
    """All of them or none: what failed half-way is tried again later, and must not issue a second number."""
    if len(effects.numbers) + bool(effects.set) + len(effects.record) + len(effects.notify) < 2:
        return _apply_in_order(flow, effects, element_id, clauses)
    with flow.all_or_nothing():
        _apply_in_order(flow, effects, element_id, clauses)


def _apply_in_order(flow: Flow, effects: Effects, element_id: str, clauses: tuple[str, ...]) -> None:
    for issue in effects.numbers:
        _issue_number(flow, issue, element_id, clauses)
    if effects.set:
        flow.set_variables({name: flow.value_of(value) for name, value in effects.set},
                           element_id=element_id, clauses=clauses)
    for write in effects.record:
        _write_entry(flow, write, element_id, clauses)
    for notice in effects.notify:
        _notify(flow, notice, element_id, clauses)


def _issue_number(flow: Flow, issue: NumberIssue, element_id: str, clauses: tuple[str, ...]) -> None:
    """`XZTC-[year]-[0000]`: counted per year, per pattern."""
    year = str(in_china(flow.unit.now).year)
    counter = f"{issue.pattern}/{year}" if "[year]" in issue.pattern else issue.pattern
    count = next_count(flow.unit.connection, counter)
    number = _PLACEHOLDER.sub(lambda match: year if match[1] == "year" else str(count).zfill(len(match[1])),
                              issue.pattern)
    flow.record(Record(RecordType.NUMBER_ISSUED, {"variable": issue.variable, "number": number, "counter": counter,
                                                  "count": count}, element_id=element_id, clauses=clauses))
    flow.set_variable(issue.variable, number)


def _write_entry(flow: Flow, write: RegisterWrite, element_id: str, clauses: tuple[str, ...]) -> None:
    key = _entry_key(flow.value_of(write.entry), write)
    connection = flow.unit.connection
    # Counted before it is read: the counter is the lock that keeps two instances from merging into the same old entry.
    version = next_count(connection, entry_counter(write.register, key))
    old = find_entry(connection, write.register, key)
    new = {**(old or {}), **{name: flow.value_of(value) for name, value in write.values}}
    new.pop("key", None)
    title = flow.version.bundle.library.registers[write.register].title
    told = {}
    if watched(flow.unit, write.register):
        told = {"timers": [outgoing.posted(flow, "entry", key[:80], element_id, loop_id=flow.loop_id,
                                           name=write.register, key=key, old=old, new=new,
                                           chain=outgoing.next_in_chain(flow))]}
    flow.record(Record(RecordType.ENTRY_WRITTEN, {"register": write.register, "register_title": title, "key": key,
                                                  "old": old, "new": new, "version": version, **told},
                       element_id=element_id, clauses=write.basis or clauses))


def _entry_key(value: object, write: RegisterWrite) -> str:
    key = entry_key(value)
    if not key:
        raise EffectFailed(f"台账条目的键（{write.entry.text}）是空的或超过 {LONGEST_KEY} 个字",
                           f"The key of the register entry ({write.entry.text}) is empty or too long")
    return key


class EffectFailed(EngineError):
    """An effect cannot be carried out; the instance stops here with an incident."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.sentence = Sentence(zh, en)


def _notify(flow: Flow, notice: Notify, element_id: str, clauses: tuple[str, ...]) -> None:
    directory = StoredDirectory(flow.unit.connection, flow.unit.now)
    principals = addressees(principals_of(notice.rule, evaluate=flow.value_of, directory=directory, own_unit=flow.own_unit), directory)
    text = str(flow.value_of(notice.text)) if isinstance(notice.text, Expression) else notice.text
    flow.record(Record(RecordType.NOTIFIED, {"principals": list(principals), "zh": text, "en": text},
                       element_id=element_id, clauses=clauses))
