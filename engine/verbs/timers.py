"""Timers: a row that is due becomes one verb with the system as actor. Time is just another sender."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import cast

from engine.definition.model import Task
from engine.directory.who import addressees, principals_of
from engine.records import Record, RecordType
from engine.store import instance_rows
from engine.store.database import is_passing
from engine.store.directory_rows import StoredDirectory
from engine.store.payload import decode_value
from engine.store.statements import IN_SUSPENDED, POSTED
from engine.store.unit import UnitOfWork
from engine.verbs import arrivals, calls, causes, changes, deadlines, messages
from engine.verbs.flow import Flow, lock_flow
from engine.verbs.opening import due_of
from engine.verbs.settling import settle

TimerRow = instance_rows.AnyRow
AGAIN = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=25))
"""How long a timer waits that failed once, twice, three times; then as long as the last, until it works or is asked for."""


def trigger(unit: UnitOfWork, *, timer_id: str) -> bool:
    """Trigger one due timer. False when it is gone (somebody was faster) or not due yet: never early, never twice.

    In a suspended case only those that stop for nobody; the others are due when it is resumed.
    """
    found = instance_rows.find_timer(unit.connection, timer_id)
    if found is None or found.due_at > unit.now:
        return False
    flow = lock_flow(unit, found.instance_id)
    timer = instance_rows.find_timer(unit.connection, timer_id)
    if timer is None or timer.due_at > unit.now or (flow.status != "running" and timer.kind not in POSTED):
        return False
    if flow.is_suspended and timer.kind not in IN_SUSPENDED:
        return False
    KINDS[timer.kind](flow, timer)
    if flow.is_stuck and instance_rows.find_timer(unit.connection, timer_id) is None:
        causes.resolve(unit, flow.instance_id, _cause(timer), definition_hash=flow.version.hash)
    return True


def put_off(unit: UnitOfWork, *, timer_id: str, error: Exception) -> None:
    """Try a timer that failed again later; an open incident of its instance says why until it works.

    The incident is raised at once, because a limit may hang on the timer; what only the database was too busy for becomes
    one when it has failed as often as `AGAIN` has waits. Asks nothing of the definition, because that may be what failed.
    A timer that is gone is let go.
    """
    found = instance_rows.find_timer(unit.connection, timer_id)
    if found is None:
        return
    unit.lock(found.instance_id)
    timer = instance_rows.find_timer(unit.connection, timer_id)
    instance = instance_rows.find_instance(unit.connection, found.instance_id)
    if timer is None or instance is None or timer.due_at > unit.now:
        return
    tries = timer.tries + 1
    if not is_passing(error) or tries >= len(AGAIN):
        _raise_incident(unit, timer, instance, error)
    unit.record(instance.id, Record(RecordType.TIMER_PUT_OFF, {
        "timer_id": timer.id, "again_at": unit.now + AGAIN[min(tries, len(AGAIN)) - 1], "tries": tries,
    }, element_id=_place_of(unit, timer)[0]), definition_hash=instance.definition_hash)


def _raise_incident(unit: UnitOfWork, timer: TimerRow, instance: TimerRow, error: Exception) -> None:
    known = instance_rows.open_incidents_of(unit.connection, instance.id)
    if timer.kind in ("return", "escalate"):
        _stop_caller(unit, timer, instance, error)
    elif _cause(timer) not in {row.cause for row in known}:
        element_id, item = _place_of(unit, timer)
        unit.record(instance.id, causes.incident_of(_cause(timer), element_id, error, item=item),
                    definition_hash=instance.definition_hash)


def _stop_caller(unit: UnitOfWork, timer: TimerRow, child: TimerRow, error: Exception) -> None:
    """What a called case brings cannot be taken: the case that called it stands still at its call."""
    caller = lock_flow(unit, child.parent_id)
    token = next((each for each in caller.case.open_tokens("call") if each.id == timer.subject_id), None)
    if token is not None:
        causes.stop(caller, _cause(timer), token.element_id, error, item=caller.item_at(token.id))


def _cause(timer: TimerRow) -> str:
    """What an incident of this timer hangs on; the stages of a deadline fail as the deadline does."""
    return causes.of_deadline(timer.subject_id) if timer.kind == "stage" else causes.of_timer(timer.id)


def _place_of(unit: UnitOfWork, timer: TimerRow) -> tuple[str, str]:
    """The element a timer belongs to, and which item of a loop it is for (empty: none)."""
    if timer.kind == "event":
        return str(timer.detail), ""
    if timer.kind in CARRIED:
        content = cast("dict[str, str]", decode_value(timer.detail))
        return content["element"], content.get("item", "")
    if timer.kind in ("stage", "deadline_remind"):
        return deadlines.element_of(timer.subject_id), ""
    task = instance_rows.find_task(unit.connection, timer.subject_id)
    return (str(task.element_id), task.title if task.loop_id else "") if task is not None else ("", "")


def _remind(flow: Flow, timer: TimerRow) -> None:
    task = instance_rows.find_task(flow.unit.connection, timer.subject_id)
    if task is None:
        return
    flow.record(Record(RecordType.TASK_REMINDED, {"timer_id": timer.id, "task_id": task.id, "due_at": task.due_at,
                                                   **_named(task)},
                       element_id=task.element_id))
    principals = _holders_of(flow, task)
    _notify(flow, task.element_id, principals, f"请及时办理：{task.title}（{flow.subject}）", f"Please finish: {task.title}")


def _overdue(flow: Flow, timer: TimerRow) -> None:
    task = instance_rows.find_task(flow.unit.connection, timer.subject_id)
    step = flow.definition.find_task(task.element_id) if task is not None else None
    if task is None or step is None:
        return
    due = due_of(step)
    flow.record(Record(RecordType.TASK_OVERDUE, {"timer_id": timer.id, "task_id": task.id, "due_at": task.due_at,
                                                  **_named(task)},
                       element_id=task.element_id, clauses=due.basis if due else ()))
    directory = StoredDirectory(flow.unit.connection, flow.unit.now)
    with flow.within(task.loop_id):
        told = [principal for rule in (due.overdue if due else ()) for principal in
                principals_of(rule, evaluate=flow.value_of, directory=directory, own_unit=flow.own_unit)]
    _notify(flow, task.element_id, [*_holders_of(flow, task), *told],
            f"已逾期：{task.title}（{flow.subject}）", f"Overdue: {task.title}")


def _widen(flow: Flow, timer: TimerRow) -> None:
    task = instance_rows.find_task(flow.unit.connection, timer.subject_id)
    step = flow.definition.find_task(task.element_id) if task is not None else None
    if task is None or not isinstance(step, Task):
        return
    if int(timer.detail) >= len(step.who.widen):  # the case was migrated to a version that widens less
        flow.record(Record(RecordType.TIMER_TRIGGERED, {"timer_id": timer.id, "kind": timer.kind}, element_id=task.element_id))
        return
    widen = step.who.widen[int(timer.detail)]
    directory = StoredDirectory(flow.unit.connection, flow.unit.now)
    with flow.within(task.loop_id):
        added = principals_of(widen.to, evaluate=flow.value_of, directory=directory, own_unit=flow.own_unit)
    first = [name for name, behalf in instance_rows.candidates_of(flow.unit.connection, task.id).items()
             if behalf is None]
    flow.record(Record(RecordType.TASK_WIDENED, {
        "timer_id": timer.id, "task_id": task.id, "principals": list(added), "due_at": task.due_at,
        "on_behalf": ", ".join(sorted(first)), **_named(task),
    }, element_id=task.element_id, clauses=widen.basis))


def _deadline_stage(flow: Flow, timer: TimerRow) -> None:
    element_id = deadlines.element_of(timer.subject_id)
    flow.record(Record(RecordType.TIMER_TRIGGERED, {"timer_id": timer.id, "kind": timer.kind, "stage": timer.detail},
                       element_id=element_id))
    for failure in deadlines.assess(flow):
        if failure.element_id == element_id:  # what is wrong with another deadline stops that one only
            raise failure.error


def _deadline_remind(flow: Flow, timer: TimerRow) -> None:
    deadline = next((item for item in flow.definition.deadlines if item.id == timer.subject_id), None)
    title = deadline.title if deadline is not None else timer.subject_id
    flow.record(Record(RecordType.DEADLINE_REMINDED, {"timer_id": timer.id, "deadline": timer.subject_id,
                                                      "title": title, "stage": timer.detail},
                       element_id=deadlines.element_of(timer.subject_id)))
    principals = [name for row in instance_rows.open_tasks_of(flow.unit.connection, flow.instance_id)
                  for name in _holders_of(flow, row)]
    _notify(flow, deadlines.element_of(timer.subject_id), principals, f"时限将到：{title}（{flow.subject}）",
            f"Deadline approaching: {title}")


def _event(flow: Flow, timer: TimerRow) -> None:
    flow.record(Record(RecordType.TIMER_TRIGGERED, {"timer_id": timer.id, "kind": timer.kind},
                       element_id=timer.detail))
    flow.fired[timer.subject_id] = timer.due_at
    flow.case.trigger(timer.subject_id)
    settle(flow)


def _named(task: TimerRow) -> dict[str, object]:
    """Which item a task of a loop is for, for the trace."""
    return {"loop_id": task.loop_id, "title": task.title} if task.loop_id else {}


def _holders_of(flow: Flow, task: TimerRow) -> list[str]:
    if task.assignee_id is not None:
        return [f"person:{task.assignee_id}"]
    return list(instance_rows.candidates_of(flow.unit.connection, task.id))


def _notify(flow: Flow, element_id: str, principals: list[str], zh: str, en: str) -> None:
    unique = list(addressees(principals, StoredDirectory(flow.unit.connection, flow.unit.now)))
    if unique:
        flow.record(Record(RecordType.NOTIFIED, {"principals": unique, "zh": zh, "en": en}, element_id=element_id))


CARRIED: Mapping[str, Callable[[Flow, TimerRow], None]] = {
    "call": calls.call, "return": calls.hand_back, "escalate": calls.escalate, "cancel": calls.cancel, "hasten": calls.hasten,
    "message": messages.deliver, "collect": messages.collect, "signal": messages.spread,
    "entry": changes.carry, "offer": arrivals.offer_again}
"""What the worker carries from one case to another."""

KINDS = {**CARRIED, "remind": _remind, "overdue": _overdue, "widen": _widen, "stage": _deadline_stage,
         "deadline_remind": _deadline_remind, "event": _event}
"""What each kind of timer row does when it is due."""
