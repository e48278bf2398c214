"""Effects: what commits together with a step, in this order: number, set, record, notify, end.

Called while the tokens run, after a step finished and before its outgoing flow is looked at, so that the next
condition sees what was set.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.bpmn.names import names_of
from engine.clock import in_china
from engine.definition.model import Effects, EndStep, Expression, Notify, NumberIssue, RegisterWrite
from engine.directory.who import principals_of
from engine.records import Record, RecordType
from engine.store.directory_rows import StoredDirectory
from engine.store.register_rows import find_entry, next_count

if TYPE_CHECKING:
    from engine.verbs.flow import Flow

_PLACEHOLDER = re.compile(r"\[(year|0+)\]")


def apply(flow: Flow, element_id: str) -> None:
    """Apply the effects of the step that this BPMN element finishes; other elements have none."""
    reached = names_of(flow.definition).find(element_id)
    if reached is None:
        return
    if reached.part == "end":
        flow.outcome = reached.outcome or flow.outcome
    elif reached.part == "step" and not isinstance(reached.step, EndStep):
        effects = getattr(reached.step, "effects", None)
        if effects is not None:
            apply_effects(flow, effects, element_id=reached.step.id, clauses=reached.step.basis)


def apply_effects(flow: Flow, effects: Effects, *, element_id: str, clauses: tuple[str, ...]) -> None:
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
    key = str(flow.value_of(write.entry))
    old = find_entry(flow.unit.connection, write.register, key)
    new = {**(old or {}), **{name: flow.value_of(value) for name, value in write.values}}
    new.pop("key", None)
    flow.record(Record(RecordType.ENTRY_WRITTEN, {"register": write.register, "key": key, "old": old, "new": new},
                       element_id=element_id, clauses=write.basis or clauses))


def _notify(flow: Flow, notice: Notify, element_id: str, clauses: tuple[str, ...]) -> None:
    directory = StoredDirectory(flow.unit.connection, flow.unit.now)
    principals = principals_of(notice.rule, evaluate=flow.value_of, directory=directory, own_unit=flow.own_unit)
    text = str(flow.value_of(notice.text)) if isinstance(notice.text, Expression) else notice.text
    flow.record(Record(RecordType.NOTIFIED, {"principals": list(principals), "zh": text, "en": text},
                       element_id=element_id, clauses=clauses))
