"""Timers: a row that is due becomes one verb with the system as actor. Time is just another sender."""

from __future__ import annotations

from engine.definition.model import Task
from engine.directory.who import principals_of
from engine.records import Record, RecordType
from engine.store import instance_rows
from engine.store.directory_rows import StoredDirectory
from engine.store.unit import UnitOfWork
from engine.verbs import deadlines
from engine.verbs.flow import Flow, open_flow
from engine.verbs.opening import due_of
from engine.verbs.settling import settle

TimerRow = instance_rows.AnyRow


def trigger(unit: UnitOfWork, *, timer_id: str) -> bool:
    """Trigger one due timer. False when it is gone (somebody was faster) or not due yet: never early, never twice."""
    found = instance_rows.find_timer(unit.connection, timer_id)
    if found is None or found.due_at > unit.now:
        return False
    flow = open_flow(unit, found.instance_id)
    timer = instance_rows.find_timer(unit.connection, timer_id)
    if timer is None or flow.status != "running":
        return False
    KINDS[timer.kind](flow, timer)
    return True


def _remind(flow: Flow, timer: TimerRow) -> None:
    task = instance_rows.find_task(flow.unit.connection, timer.subject_id)
    if task is None:
        return
    flow.record(Record(RecordType.TASK_REMINDED, {"timer_id": timer.id, "task_id": task.id, "due_at": task.due_at},
                       element_id=task.element_id))
    principals = _holders_of(flow, task)
    _notify(flow, task.element_id, principals, f"请及时办理：{task.title}（{flow.subject}）", f"Please finish: {task.title}")


def _overdue(flow: Flow, timer: TimerRow) -> None:
    task = instance_rows.find_task(flow.unit.connection, timer.subject_id)
    step = flow.definition.find_task(task.element_id) if task is not None else None
    if task is None or step is None:
        return
    due = due_of(step)
    flow.record(Record(RecordType.TASK_OVERDUE, {"timer_id": timer.id, "task_id": task.id, "due_at": task.due_at},
                       element_id=task.element_id, clauses=due.basis if due else ()))
    directory = StoredDirectory(flow.unit.connection, flow.unit.now)
    told = [principal for rule in (due.overdue if due else ()) for principal in
            principals_of(rule, evaluate=flow.value_of, directory=directory, own_unit=flow.own_unit)]
    _notify(flow, task.element_id, [*_holders_of(flow, task), *told],
            f"已逾期：{task.title}（{flow.subject}）", f"Overdue: {task.title}")


def _widen(flow: Flow, timer: TimerRow) -> None:
    task = instance_rows.find_task(flow.unit.connection, timer.subject_id)
    step = flow.definition.find_task(task.element_id) if task is not None else None
    if task is None or not isinstance(step, Task):
        return
    widen = step.who.widen[int(timer.detail)]
    directory = StoredDirectory(flow.unit.connection, flow.unit.now)
    added = principals_of(widen.to, evaluate=flow.value_of, directory=directory, own_unit=flow.own_unit)
    first = [name for name, behalf in instance_rows.candidates_of(flow.unit.connection, task.id).items()
             if behalf is None]
    flow.record(Record(RecordType.TASK_WIDENED, {
        "timer_id": timer.id, "task_id": task.id, "principals": list(added), "due_at": task.due_at,
        "on_behalf": ", ".join(sorted(first)),
    }, element_id=task.element_id, clauses=widen.basis))


def _deadline_stage(flow: Flow, timer: TimerRow) -> None:
    flow.record(Record(RecordType.TIMER_TRIGGERED, {"timer_id": timer.id, "kind": timer.kind, "stage": timer.detail},
                       element_id=f"deadline_{timer.subject_id}"))
    deadlines.assess(flow)


def _deadline_remind(flow: Flow, timer: TimerRow) -> None:
    deadline = next((item for item in flow.definition.deadlines if item.id == timer.subject_id), None)
    title = deadline.title if deadline is not None else timer.subject_id
    flow.record(Record(RecordType.DEADLINE_REMINDED, {"timer_id": timer.id, "deadline": timer.subject_id,
                                                      "title": title, "stage": timer.detail},
                       element_id=f"deadline_{timer.subject_id}"))
    principals = [name for row in instance_rows.open_tasks_of(flow.unit.connection, flow.instance_id)
                  for name in _holders_of(flow, row)]
    _notify(flow, f"deadline_{timer.subject_id}", principals, f"时限将到：{title}（{flow.subject}）",
            f"Deadline approaching: {title}")


def _event(flow: Flow, timer: TimerRow) -> None:
    flow.record(Record(RecordType.TIMER_TRIGGERED, {"timer_id": timer.id, "kind": timer.kind},
                       element_id=timer.detail))
    flow.case.trigger(timer.subject_id)
    settle(flow)


def _holders_of(flow: Flow, task: TimerRow) -> list[str]:
    if task.assignee_id is not None:
        return [f"person:{task.assignee_id}"]
    return list(instance_rows.candidates_of(flow.unit.connection, task.id))


def _notify(flow: Flow, element_id: str, principals: list[str], zh: str, en: str) -> None:
    unique = list(dict.fromkeys(principals))
    if unique:
        flow.record(Record(RecordType.NOTIFIED, {"principals": unique, "zh": zh, "en": en}, element_id=element_id))


KINDS = {"remind": _remind, "overdue": _overdue, "widen": _widen, "stage": _deadline_stage,
         "deadline_remind": _deadline_remind, "event": _event}
"""What each kind of timer row does when it is due."""
