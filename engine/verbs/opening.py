"""Opening a task: who may do it, when it is due, which timers go with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import cast

from engine.actors import SYSTEM, person_principal
from engine.definition.model import Due, Remind, Request, Start, Task, Widen
from engine.directory.acting import describe_vacancy
from engine.directory.who import NobodyFound, resolve
from engine.errors import EngineError, Sentence
from engine.feel import from_json
from engine.records import Record, RecordType
from engine.store.directory_rows import StoredDirectory
from engine.store.unit import new_id
from engine.verbs.flow import Flow
from engine.verbs.loops import labelled
from engine.worktime.due import due_at, moment_of_fraction

AFTER_DUE = timedelta(seconds=1)
"""A limit is met at its very due moment (T-1), so overdue begins one second later."""


class NobodyBegan(EngineError):
    """A case that an event began is sent back to the form of a start, and nobody has filled that in."""

    def __init__(self, number: str) -> None:
        super().__init__(f"{number} was begun by an event")
        self.sentence = Sentence("此事项由系统发起，没有申请人可以退回",
                                 "This case was begun by an event: there is no applicant to return it to")


def open_task(flow: Flow, token_id: str, element_id: str) -> str:
    """Record a new task for a token; gives its id. Raises NobodyFound when the rule finds nobody.

    Whoever calls it stands within the loop that the token lives in.
    """
    step = flow.definition.find_task(element_id)
    if step is None:
        raise LookupError(f"no step with a form behind element {element_id}")
    principals, exclusions, vacant = _who(flow, step)
    task_id = new_id()
    base, due, provisional = _due(flow, step)
    marked, comment = _returned(flow, element_id)
    flow.record(Record(RecordType.TASK_CREATED, {
        "task_id": task_id, "token_id": token_id, "title": labelled(flow, step.title), "form": step.form,
        **({"loop_id": flow.loop_id} if flow.loop_id else {}),
        "visit": visits(flow, element_id) + 1, "principals": list(principals), "exclusions": list(exclusions),
        "vacant": list(vacant), "due_base": base, "due_at": due, "provisional": provisional, "marked": marked,
        "returned_comment": comment, "timers": _timers(flow, step, task_id, base, due),
    }, element_id=element_id, clauses=_clauses(step)))
    flow.tasked.add(token_id)
    return task_id


def visits(flow: Flow, element_id: str) -> int:
    """How often this step was completed so far."""
    answers = flow.parts_of(element_id)
    return int(answers["visit_count"]) if isinstance(answers, dict) else 0


def _clauses(step: Task | Start | Request) -> tuple[str, ...]:
    due = step.due.basis if isinstance(step, Task | Start) and step.due else ()
    return tuple(dict.fromkeys((*step.basis, *due)))


def _who(flow: Flow, step: Task | Start | Request) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    if isinstance(step, Start):
        if flow.started_by == SYSTEM.id:
            raise NobodyBegan(flow.number)
        return (person_principal(flow.started_by),), (), ()
    if isinstance(step, Request):
        return (person_principal(flow.unit.actor.id),), (), ()
    directory = StoredDirectory(flow.unit.connection, flow.unit.now)
    try:
        found = resolve(step.who, evaluate=flow.value_of, directory=directory, own_unit=flow.own_unit)
    except NobodyFound as error:
        titles = {role.id: Sentence(role.title, role.title_en or role.id) for role in flow.version.bundle.library.roles.values()}
        raise NobodyFound(error.vacant, describe_vacancy(error.vacant, flow.unit.now, directory, titles)) from None
    return found.principals, found.exclusions, found.vacant


def _due(flow: Flow, step: Task | Start | Request) -> tuple[datetime | None, datetime | None, bool]:
    due = step.due if isinstance(step, Task | Start) else None
    if due is None:
        return None, None, False
    base = flow.value_of(due.base) if due.base is not None else flow.unit.now
    if not isinstance(base, datetime):
        base = flow.unit.now
    if due.within is None:
        by = flow.value_of(due.by) if due.by is not None else None
        return base, by if isinstance(by, datetime) else None, False
    moment = due_at(due.within, base, flow.unit.means.calendar)
    return base, moment.at, moment.provisional


def _timers(flow: Flow, step: Task | Start | Request, task_id: str, base: datetime | None,
            due_moment: datetime | None) -> list[dict[str, object]]:
    planned: list[tuple[str, datetime, str]] = []
    due = step.due if isinstance(step, Task | Start) else None
    if due is not None and base is not None and due_moment is not None:
        planned += [("remind", moment, "") for moment in reminder_moments(flow, due.remind, base, due_moment)]
        planned.append(("overdue", due_moment + AFTER_DUE, ""))
    for position, widen in enumerate(step.who.widen if isinstance(step, Task) else ()):
        planned.append(("widen", _widen_at(flow, widen), str(position)))
    return [{"id": new_id(), "kind": kind, "subject_id": task_id, "due_at": moment, "detail": detail}
            for kind, moment, detail in planned]


def reminder_moments(flow: Flow, reminders: tuple[Remind, ...], base: datetime, due: datetime) -> list[datetime]:
    """Moments to remind at that are still to come."""
    moments = []
    for remind in reminders:
        if remind.fraction is not None:
            moments.append(moment_of_fraction(base, due, remind.fraction))
        elif remind.before is not None and remind.before.is_elapsed:
            moments.append(due - timedelta(**{remind.before.unit: remind.before.amount}))
    return [moment for moment in moments if moment > flow.unit.now]


def _widen_at(flow: Flow, widen: Widen) -> datetime:
    return due_at(widen.after, flow.unit.now, flow.unit.means.calendar).at


def _returned(flow: Flow, element_id: str) -> tuple[list[str], str | None]:
    """What the return that led back here marked, and its comment; empty for a first visit."""
    if element_id in flow.sent_back:
        return [], flow.sent_back[element_id]
    own = flow.parts_of(element_id)
    if not isinstance(own, dict):
        return [], None
    returns = [parts for step in flow.definition.every_step() if _leads_back(step, element_id)
               and isinstance(parts := flow.parts_of(step.id), dict) and parts.get("action") == "return"]
    latest = max(returns, key=_completed_at, default=None)
    if latest is None or _completed_at(latest) < _completed_at(own):
        return [], None
    return list(latest["marked"]), latest["comment"]


def _leads_back(step: object, element_id: str) -> bool:
    return isinstance(step, Task) and any(action.kind == "return" and action.to == element_id for action in step.actions)


def _completed_at(parts: Mapping[str, object]) -> datetime:
    return cast("datetime", from_json(parts["completed_at"]))


def due_of(step: Task | Start | Request) -> Due | None:
    return step.due if isinstance(step, Task | Start) else None
