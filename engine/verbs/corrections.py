"""Correcting 更正: an answer that turns out wrong after the fact. One proposes the right value and says why, another one confirms it.

What was sent stays as it was sent; the step's variable, and what the step set from it, take the right value, and every statutory
deadline is assessed by it: both the old limits and the new ones stand in the record. Register entries and numbers are not touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from engine.actors import CASE_OPERATOR
from engine.definition.answers import read_answer
from engine.definition.form import Field
from engine.definition.model import Effects, Request, Start, Task
from engine.definition.surroundings import fields_by_name
from engine.definition.wrong import Wrong
from engine.errors import FieldError, NotAllowed, NotFound, SubmissionInvalid, WrongState
from engine.feel import equal
from engine.records import Record, RecordType, StoredRecord
from engine.store import case_rows, directory_rows
from engine.store.instance_rows import AnyRow
from engine.store.payload import decode_value
from engine.store.unit import UnitOfWork, new_id
from engine.verbs import answering, deadlines
from engine.verbs.flow import Flow, lock_flow
from engine.verbs.intervening import intervene, reason_of
from engine.verbs.once import Done, content_of, done_with, find_done, keep_done
from engine.verbs.settling import settle

CORRECTED = frozenset({"text", "textarea", "tel", "email", "url", "domain", "radio", "select", "checkbox", "date", "datetime", "number",
                       "ip_list", "port_list"})
"""Kinds of field that hold one value that can be typed; files, signatures, seals and tables are done again, not corrected."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a step that was done, with who gave it."""

    step: Task | Start | Request
    item: Field
    left: Mapping[str, object]
    """All that the step left."""

    @property
    def value(self) -> object:
        return self.left.get(self.item.id)

    @property
    def giver(self) -> str:
        return str(cast("Mapping[str, object]", self.left["actor"])["id"])


def propose(unit: UnitOfWork, *, instance_id: str, step_id: str, field: str, typed: str, reason: str, key: str) -> Done:
    """Say that an answer is wrong, what is right (as people type it), and why. Nothing changes yet.

    By whoever gave the answer, or a case operator. Raises NotFound, NotAllowed, WrongState, SubmissionInvalid.
    """
    unit.lock(instance_id)
    unit.actor = directory_rows.load_actor(unit.connection, unit.actor.id, unit.now)
    if not directory_rows.may_see(unit.connection, unit.actor, instance_id):
        raise NotFound()
    verb = f"corrections.propose/{instance_id}/{content_of({'typed': typed, 'reason': reason}, step_id, field)}"
    done = find_done(unit, key, verb)
    if done is not None:
        return done
    said = reason_of(reason)
    flow = _running(lock_flow(unit, instance_id))
    answer = _answer(flow, step_id, field)
    if unit.actor.id != answer.giver and not unit.actor.has_power(CASE_OPERATOR):
        raise NotAllowed("只有填写人本人或运行管理可以提出更正",
                         "Only whoever gave the answer, or a case operator, may propose to correct it",
                         instance_id=instance_id, element_id=step_id, traced=True)
    if case_rows.open_correction_of(unit.connection, instance_id, step_id, field) is not None:
        raise WrongState("这一栏已有待确认的更正", "A correction of this answer waits to be confirmed already", instance_id=instance_id)
    value = _read(flow, answer, typed)
    stored = flow.record(Record(RecordType.CORRECTION_PROPOSED, {
        "id": new_id(), "field": field, "title": answer.step.title, "old": answer.value, "new": value, "reason": said,
    }, element_id=step_id, clauses=answer.item.basis))
    return keep_done(unit, key, verb, done_with(unit, stored))


def confirm(unit: UnitOfWork, *, correction_id: str, remark: str, key: str) -> Done:
    """Confirm a correction that another one proposed: from now on the right value counts. Raises as `propose`.

    It is an operation like any other (see `intervening`): it is done in a suspended case too, and never by who takes part in it.
    """
    row = _row(unit, correction_id)

    def act(flow: Flow, said: str) -> StoredRecord:
        _check_open(flow, row)
        return _carry_out(flow, row, said)
    return intervene(unit, act, operation="corrections.confirm", instance_id=row.instance_id, reason=remark, key=key,
                     content=correction_id)


def decline(unit: UnitOfWork, *, correction_id: str, remark: str, key: str) -> Done:
    """Leave the answer as it is; the remark says why."""
    row = _row(unit, correction_id)

    def act(flow: Flow, said: str) -> StoredRecord:
        _check_open(flow, row)
        return _decline(flow, row, said)
    return intervene(unit, act, operation="corrections.decline", instance_id=row.instance_id, reason=remark, key=key,
                     content=correction_id)


def decline_open(flow: Flow, step_id: str, *, remark: str) -> None:
    """Whatever is proposed for a step's answers falls away with them."""
    for row in case_rows.open_corrections_of(flow.unit.connection, flow.instance_id, step_id):
        _decline(flow, row, remark)


def _decline(flow: Flow, row: AnyRow, said: str) -> StoredRecord:
    step = flow.definition.find_task(row.element_id)
    return flow.record(Record(RecordType.CORRECTION_DECLINED, {
        "id": row.id, "field": row.field, "title": step.title if step is not None else row.element_id, "remark": said,
    }, element_id=row.element_id))


def _carry_out(flow: Flow, row: AnyRow, said: str) -> StoredRecord:
    answer = _answer(flow, row.element_id, row.field)
    old, new = decode_value(row.old), decode_value(row.new)
    if not _same(answer.value, old):
        raise WrongState("这一栏在提出更正之后已经改过，请重新提出",
                         "This answer has changed since the correction was proposed: propose it again",
                         instance_id=flow.instance_id)
    before = _limits(flow)
    changes = _apply(flow, answer, new)
    stored = flow.record(Record(RecordType.CORRECTION_CONFIRMED, {
        "id": row.id, "field": row.field, "title": answer.step.title, "old": old, "new": new, "reason": row.reason, "remark": said,
        "proposed_by": row.proposed_by, "set": changes, "limits": {"old": before, "new": _limits(flow)},
    }, element_id=row.element_id, clauses=answer.item.basis))
    flow.case.settle()
    settle(flow)
    return stored


def _apply(flow: Flow, answer: Answer, value: object) -> dict[str, dict[str, object]]:
    """The step's variable with the right value, and what the step set from the wrong one and nobody has changed since."""
    effects = getattr(answer.step, "effects", Effects())
    derived = {name: flow.value_of(written) for name, written in effects.set}
    stale = [(name, written) for name, written in effects.set if _same(flow.variables.get(name), derived[name])]
    left = {**answer.left, answer.item.id: value}
    changes: dict[str, dict[str, object]] = {answer.step.id: {"old": dict(answer.left), "new": left}}
    flow.set_variable(answer.step.id, left)
    for name, written in stale:
        again = flow.value_of(written)
        if not _same(again, derived[name]):
            changes[name] = {"old": derived[name], "new": again}
            flow.set_variable(name, again)
    return changes


def _limits(flow: Flow) -> dict[str, object]:
    """Every deadline by its title: when its stages end, and what the clock proposes."""
    found: dict[str, object] = {}
    for deadline in flow.definition.deadlines:
        state = deadlines.state_of(flow, deadline)
        driving = str(state["driving"])
        found[deadline.title] = {"stages": cast("Mapping[str, object]", state["stages"]).get(driving, []), "met_at": state["met_at"],
                                 "proposed": cast("Mapping[str, object]", state["proposed"]).get(driving)}
    return found


# ---------------------------------------------------------------- what may be corrected

def _answer(flow: Flow, step_id: str, field: str) -> Answer:
    step, left = flow.definition.find_task(step_id), flow.variables.get(step_id)
    form = flow.version.bundle.form_of(step_id)
    item = fields_by_name(form).get(field) if form is not None else None
    if step is None or item is None or item.id != field or not isinstance(left, dict):
        raise NotFound("没有这项填写的内容，或它属于循环中的一项", "There is no such answer, or it belongs to one item of a loop")
    if item.type not in CORRECTED:
        raise WrongState(f"“{item.label}”不能更正，请退回重办", f"“{item.label}” cannot be corrected: return the step to be done again",
                         instance_id=flow.instance_id)
    return Answer(step, item, left)


def _read(flow: Flow, answer: Answer, typed: str) -> object:
    """The right value by the field's own rules, beside the other answers. Raises SubmissionInvalid."""
    try:
        value = read_answer(answer.item, typed) if typed.strip() else None
    except Wrong as wrong:
        raise SubmissionInvalid([FieldError("typed", f"{answer.item.label}：{wrong.zh}", f"{answer.item.label}: {wrong.en}")]) from None
    if value is None and answer.item.required is True:
        raise SubmissionInvalid([FieldError("typed", f"请填写{answer.item.label}", f"{answer.item.label} is required")])
    if _same(value, answer.value):
        raise WrongState("更正的值和原来一样", "The correction is what was there before", instance_id=flow.instance_id)
    _check_rules(flow, answer, value)
    return value


def _check_rules(flow: Flow, answer: Answer, value: object) -> None:
    seen = answering.step_scope(flow.unit, {**flow.scope, **answer.left, answer.item.id: value})
    broken = [rule for rule in answer.item.checks if not rule.warn
              and rule.that.compiled().evaluate(seen, functions=flow.functions, moment=flow.unit.now) is False]
    if broken:
        raise SubmissionInvalid([FieldError("typed", rule.otherwise, rule.otherwise, rule.basis) for rule in broken])


def _row(unit: UnitOfWork, correction_id: str) -> AnyRow:
    row = case_rows.find_correction(unit.connection, correction_id)
    if row is None:
        raise NotFound()
    return row


def _check_open(flow: Flow, row: AnyRow) -> None:
    now = _row(flow.unit, row.id)
    if now.status != "proposed":
        raise WrongState("此更正已经处理", "This correction has been decided already", instance_id=flow.instance_id)
    if now.proposed_by == flow.unit.actor.id:
        raise NotAllowed("更正须由提出人以外的人确认", "A correction is confirmed by somebody else than who proposed it",
                         instance_id=flow.instance_id, element_id=row.element_id, traced=True)


def _running(flow: Flow) -> Flow:
    if flow.status != "running":
        raise WrongState("事项已经结束，不能再更正", "The case has ended: it cannot be corrected any longer", instance_id=flow.instance_id)
    return flow


def _same(left: object, right: object) -> bool:
    return equal(left, right) is True
