"""Operations on a running case as a whole: suspend, resume, cancel, change a variable. What each does to everything
else that runs is said in docs/operations.md.
"""

from __future__ import annotations

from engine.definition.model import Definition, For
from engine.definition.names import LOOP
from engine.definition.value_types import types_of
from engine.errors import FieldError, NotFound, SubmissionInvalid, WrongState
from engine.feel import coerce, equal, write_value
from engine.feel.types import in_chinese, in_english
from engine.records import Record, RecordType, StoredRecord
from engine.store import case_rows, instance_rows
from engine.store.unit import UnitOfWork
from engine.verbs import outgoing
from engine.verbs.flow import Flow
from engine.verbs.intervening import intervene
from engine.verbs.once import Done
from engine.verbs.settling import settle
from engine.verbs.suspension import refuse_suspended

CANCELLED = "已终止"
"""The outcome of a case that an operator cancelled."""


def suspend(unit: UnitOfWork, *, instance_id: str, reason: str, key: str) -> Done:
    """Let a case stand still: tasks are seen but refused, timers and what comes to it wait; statutory deadlines go on."""
    def act(flow: Flow, said: str) -> StoredRecord:
        refuse_suspended(unit, instance_id)
        return flow.record(Record(RecordType.INSTANCE_SUSPENDED, {"reason": said}))
    return intervene(unit, act, operation="suspend", instance_id=instance_id, reason=reason, key=key)


def resume(unit: UnitOfWork, *, instance_id: str, reason: str, key: str) -> Done:
    """Let a suspended case go on: what waited meanwhile is due now. WrongState when it is not suspended."""
    def act(flow: Flow, said: str) -> StoredRecord:
        if not flow.is_suspended:
            raise WrongState("事项没有暂停", "The case is not suspended", instance_id=instance_id)
        stored = flow.record(Record(RecordType.INSTANCE_RESUMED, {"reason": said, "timers": _held(flow)}))
        flow.case.settle()
        settle(flow)
        return stored
    return intervene(unit, act, operation="resume", instance_id=instance_id, reason=reason, key=key)


def _held(flow: Flow) -> list[dict[str, object]]:
    """Rows that fetch what others kept for this case: messages, and outcomes of the cases it called."""
    connection = flow.unit.connection
    rows = []
    for row in case_rows.messages_awaited_in(connection, flow.instance_id):
        address = outgoing.address(row.name, row.key)
        if case_rows.kept_messages(connection, address):
            rows.append(outgoing.posted(flow, "collect", row.token_id, row.element_id, loop_id=flow.case.loop_of(row.token_id),
                                        address=address))
    if case_rows.held_returns(connection, flow.instance_id):
        rows.append(outgoing.posted(flow, "hasten", flow.instance_id, ""))
    return rows


def cancel(unit: UnitOfWork, *, instance_id: str, reason: str, key: str) -> Done:
    """End a case at once: its tasks, timers, jobs and listeners go, the cases it called and waits for end too.

    WrongState for a case that another one called and waits for: that one has to decide.
    """
    def act(flow: Flow, said: str) -> StoredRecord:
        _refuse_called(flow)
        stored = flow.record(Record(RecordType.INSTANCE_CANCELLED, {"reason": said}))
        flow.outcome = CANCELLED
        flow.case.cancel_all()
        settle(flow)
        return stored
    return intervene(unit, act, operation="cancel", instance_id=instance_id, reason=reason, key=key)


def _refuse_called(flow: Flow) -> None:
    caller = instance_rows.find_instance(flow.unit.connection, flow.parent_id) if flow.parent_id is not None else None
    if caller is not None and caller.status == "running":
        raise WrongState(f"此事项由 {caller.number} 调用，主事项在等它的结果：请终止主事项，或在主事项中跳过这一步",
                         f"{caller.number} called this case and waits for it: cancel that one, or jump there",
                         instance_id=flow.instance_id)


def change_variable(unit: UnitOfWork, *, instance_id: str, name: str, value: object, reason: str, key: str,
                    clauses: tuple[str, ...] = (), loop_id: str = "") -> Done:
    """Give a variable another value (a FEEL value of its type); old and new stand in the trace.

    `loop_id` names the item of a loop whose own variable it is. What a person filled in is corrected, not changed: see
    `corrections`. Conditions, moments and deadlines that read the variable are asked again at once.
    """
    def act(flow: Flow, said: str) -> StoredRecord:
        _check_change(flow, name, value, clauses, loop_id)
        with flow.within(loop_id):
            change = {"old": flow.variables.get(name), "new": value}
            local = {"local": [name], "loop_id": loop_id} if loop_id and flow.locals.assign(loop_id, name, value) else {}
            if not local:
                flow.set_variable(name, value)
        stored = flow.record(Record(RecordType.VARIABLE_CHANGED, {"set": {name: change}, "reason": said, **local}, clauses=clauses))
        flow.case.settle()
        settle(flow)
        return stored
    return intervene(unit, act, operation="change_variable", instance_id=instance_id, reason=reason, key=key,
                     content=f"{name} {write_value(value)} {loop_id} {' '.join(clauses)}")


def _check_change(flow: Flow, name: str, value: object, clauses: tuple[str, ...], loop_id: str) -> None:
    """Raises NotFound for a name or an item that is not there, WrongState and SubmissionInvalid for what may not be."""
    if loop_id and loop_id not in flow.locals.running():
        raise NotFound("没有这一项，或循环已经结束", "There is no such item, or its loop is over")
    form_step = flow.definition.find_task(name)
    if form_step is not None:
        raise WrongState(f"“{form_step.title}”是办理人填写的内容，请用更正，由另一人确认",
                         f"“{form_step.title}” was filled in by a person: correct it, for another person to confirm",
                         instance_id=flow.instance_id)
    library = flow.version.bundle.library
    sort = types_of(flow.definition, library).get(name)
    if sort is None or name in not_variables(flow.definition):
        raise NotFound(f"流程没有变量 {name}", f"The process has no variable {name}")
    if value is not None and coerce(value, sort) is None:
        raise SubmissionInvalid([FieldError("value", f"{name} 须是{in_chinese(sort)}", f"{name} has to be {in_english(sort)}")])
    known = {clause for bundle in flow.unit.means.versions.current_bundles(flow.unit.connection) for clause in bundle.library.clauses}
    unknown = [clause for clause in clauses if clause not in known | library.clauses.keys()]
    if unknown:
        raise SubmissionInvalid([FieldError("clauses", f"没有这些条款：{'、'.join(unknown)}", f"Unknown clauses: {', '.join(unknown)}")])
    with flow.within(loop_id):
        if name in flow.variables and equal(flow.variables[name], value) is True:
            raise WrongState(f"{name} 已经是这个值", f"{name} has this value already", instance_id=flow.instance_id)


def not_variables(definition: Definition) -> frozenset[str]:
    """Names that expressions may read and nobody may change: what the version and the engine say, and what loops hand out."""
    loops = [step for step in definition.every_step() if isinstance(step, For)]
    return frozenset({"instance", *LOOP, *(parameter.name for parameter in definition.parameters),
                      *(name for loop in loops for name in (loop.id, loop.each, loop.at))})
