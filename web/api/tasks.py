"""Tasks of the token's owner: the list, one with its form, claim, release, complete."""

from __future__ import annotations

from typing import Any, cast

from engine.definition.answer_schema import schema_of_answers
from engine.definition.model import Task
from engine.verbs import tasks
from engine.verbs.once import only_once
from engine.views import tasks as views
from engine.views.tasks import TaskView
from web import visit
from web.api.door import ApiPages
from web.api.replies import done_out
from web.api.schemas.shapes import Nothing, ReceiptOut
from web.api.schemas.tasks import CompleteIn, TaskOut, TaskQuery, TaskRows

pages = ApiPages("tasks", "任务 / tasks")


@pages.offers("GET", "/tasks", TaskRows, query=TaskQuery)
def index(query: dict[str, Any]) -> Any:
    """待办、可认领、已办 / To do, to claim, done."""
    with visit.reading() as read:
        return views.inbox(read, query["list"], after=query["after"], limit=query["limit"])


@pages.offers("GET", "/tasks/<task_id>", TaskOut, has_tag=True)
def show(task_id: str) -> Any:
    """一个任务和它的表单 / One task with its form."""
    with visit.reading() as read:
        return _shown(views.get_task(read, task_id))


@pages.offers("POST", "/tasks/<task_id>/claim", Nothing)
def claim(header: dict[str, str], task_id: str) -> Any:
    """认领 / Claim."""
    return _once(header["key"], "claim", task_id, tasks.claim)


@pages.offers("POST", "/tasks/<task_id>/release", Nothing)
def release(header: dict[str, str], task_id: str) -> Any:
    """放回 / Release."""
    return _once(header["key"], "release", task_id, tasks.release)


@pages.offers("POST", "/tasks/<task_id>/complete", ReceiptOut, body=CompleteIn)
def complete(body: dict[str, Any], header: dict[str, str], task_id: str) -> Any:
    """办理 / Complete with answers."""
    return done_out(visit.engine().carry_out(visit.actor(), lambda unit: tasks.complete(
        unit, task_id=task_id, typed=body["answers"], action=body["action"], comment=body["comment"],
        marked=tuple(body["marked"]), key=header["key"])))


def _once(key: str, name: str, task_id: str, verb: Any) -> Any:
    def act(unit: Any) -> dict[str, object]:
        verb(unit, task_id=task_id)
        return {"done": True}
    return visit.engine().carry_out(visit.actor(), lambda unit: only_once(
        unit, key, f"tasks.{name}/{task_id}"[:200], lambda: act(unit)))


def _shown(task: TaskView) -> dict[str, object]:
    form = None
    if task.form is not None and task.may_act:
        form = schema_of_answers(task.form, frozenset(task.marked) or None)
    return {"id": task.id, "title": task.title, "step": task.element_id, "instance": task.instance.id,
            "number": task.instance.number, "status": task.status, "assignee": task.assignee_id, "may_act": task.may_act,
            "why": task.why, "due_at": task.due_at, "is_overdue": task.is_overdue, "visit": task.visit, "clauses": task.clauses,
            "marked": task.marked, "returned_comment": task.returned_comment, "actions": _actions(task), "form": form}


def _actions(task: TaskView) -> list[dict[str, object]]:
    if not isinstance(task.step, Task):
        return [{"action": "complete", "to": None}]
    return [{"action": cast("str", offered.kind), "to": offered.to} for offered in task.step.actions]
