"""Tasks: claim, release, complete. Four beats each: load for update, check, act, record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.actors import is_duty
from engine.clock import in_china
from engine.definition.model import Request, Start, Task
from engine.directory.acting import may_act
from engine.errors import FieldError, NotAllowed, NotFound, SubmissionInvalid, WrongState
from engine.records import Record, RecordType
from engine.store import directory_rows, instance_rows
from engine.store.unit import UnitOfWork
from engine.verbs import answering, completing, drafts
from engine.verbs.flow import Flow, flow_of
from engine.verbs.once import Done, check_key, content_of, done_before, done_with, keep_done
from engine.verbs.settling import settle
from engine.verbs.suspension import refuse_suspended

TaskRow = instance_rows.AnyRow
COMMENT_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Work:
    """A task, whom it is for, and the principal under which the actor may do it (None when he may not)."""

    row: TaskRow
    candidates: Mapping[str, str | None]
    exclusions: frozenset[str]
    principal: str | None


def claim(unit: UnitOfWork, *, task_id: str) -> None:
    """Take an open task for oneself, beyond the end of a shift too. WrongState when somebody already holds it."""
    work = _open_task(unit, task_id)
    _candidate(unit, work)
    row = work.row
    refuse_suspended(unit, row.instance_id)
    if row.assignee_id == unit.actor.id:
        return
    if row.assignee_id is not None:
        raise _held_by(unit, row)
    duty = {"claimed_as": work.principal} if work.principal is not None and is_duty(work.principal) else {}
    _record(unit, row, RecordType.TASK_CLAIMED, **duty)


def release(unit: UnitOfWork, *, task_id: str) -> None:
    """Give a claimed task back to all its candidates."""
    row = _open_task(unit, task_id).row
    if row.assignee_id != unit.actor.id:
        raise WrongState("此任务不在您手里，无需放回", "You do not hold this task")
    refuse_suspended(unit, row.instance_id)
    _record(unit, row, RecordType.TASK_RELEASED)


def complete(unit: UnitOfWork, *, task_id: str, typed: Mapping[str, object], key: str, action: str = "complete",
             marked: Sequence[str] = (), comment: str = "") -> Done:
    """Finish a task with its answers. The same key gives the same answer and does nothing twice.

    Raises NotFound, NotAllowed (separation of duty, traced), WrongState (with who and when), SubmissionInvalid.
    """
    check_key(key)
    work = _reach(unit, task_id, key)
    verb = f"tasks.complete/{task_id}/{content_of(typed, action, *marked, comment)}"
    used = None if work.row.used_for is None else (work.row.used_for, work.row.used_result)
    done = done_before(unit, verb, used)
    if done is not None:
        return done
    row = _still_open(unit, work)
    behalf = _candidate(unit, work)
    if row.assignee_id not in (None, unit.actor.id):
        raise _held_by(unit, row)
    flow = flow_of(unit, row.instance_id, row)
    if flow.is_suspended:
        refuse_suspended(unit, row.instance_id)
    with flow.within(row.loop_id):
        stored, warnings = _finish(flow, row, typed, action, tuple(marked), comment.strip(), behalf)
    settle(flow)
    return keep_done(unit, key, verb, done_with(unit, stored, warnings=warnings))


def _finish(flow: Flow, row: TaskRow, typed: Mapping[str, object], action: str, marked: tuple[str, ...],
            comment: str, behalf: str | None) -> Any:
    step = flow.definition.find_task(row.element_id)
    if step is None:
        raise NotFound()
    if action not in _offered(step):
        raise WrongState("此任务没有这个办理选项", "This task does not offer that action", instance_id=row.instance_id)
    _check_marked(flow, step, action, marked)
    if len(comment) > COMMENT_LENGTH or "\0" in comment:
        raise SubmissionInvalid([FieldError("comment", f"意见请控制在 {COMMENT_LENGTH} 字以内，不含控制字符",
                                            "The comment is too long or holds characters that nobody can type")])
    if action in ("return", "reject") and not comment:
        raise SubmissionInvalid([FieldError("comment", "退回或不同意时请写明理由", "Say why you return or reject it")])
    given = answering.answers_for(flow, step, row, typed, action=action)
    place = drafts.task_place(row.id)
    answering.pass_gates(flow, step, given.answers, action=action, place=place)
    drafts.discard(flow.unit, place=place)
    stored = completing.finish(flow, row.id, step, given, action=action, marked=marked, comment=comment,
                               behalf=behalf, token_id=row.token_id, visit=row.visit)
    return stored, given.warnings


def _offered(step: Task | Start | Request) -> frozenset[str]:
    """Actions of the step; a start that came back can only be sent again."""
    return frozenset(offered.kind for offered in step.actions) if isinstance(step, Task) else frozenset({"complete"})


def _check_marked(flow: Flow, step: Task | Start | Request, action: str, marked: tuple[str, ...]) -> None:
    """Only a return marks fields, and only those of the form it goes back to: another mark would lock the form."""
    targets = {offered.to for offered in step.actions if offered.kind == action} if isinstance(step, Task) else set()
    forms = [flow.version.bundle.form_of(target) for target in targets if target is not None]
    known = {item.id for form in forms if form is not None for item in form.fields()} if action == "return" else set()
    unknown = [name for name in marked if name not in known]
    if unknown:
        raise SubmissionInvalid([FieldError("marked", f"不能标记这些栏目：{'、'.join(unknown)}",
                                            f"These fields cannot be marked: {', '.join(unknown)}")])


def _reach(unit: UnitOfWork, task_id: str, key: str = "") -> Work:
    """The task as it is now that its instance is locked, for somebody who may see it.

    The posts are those held now, under the lock: what the request's actor once answered to may be gone. A
    candidate is always involved, so only the others are asked whether they may see the instance; to those who
    may not it looks like missing.
    """
    instance_id = unit.lock_case_of(task_id)
    unit.actor = directory_rows.load_actor(unit.connection, unit.actor.id, unit.now)
    candidates, exclusions = instance_rows.offered_to(unit.connection, task_id)
    row = instance_rows.work_on(unit.connection, task_id, actor_id=unit.actor.id, key=key)
    held = instance_rows.claimed_as(row, unit.actor.id) if row is not None else None
    principal = may_act(unit.actor, candidates, claimed_as=held)
    if row is None or not (principal or directory_rows.may_see(unit.connection, unit.actor, instance_id)):
        raise NotFound()
    return Work(row, candidates, exclusions, principal)


def _open_task(unit: UnitOfWork, task_id: str) -> Work:
    work = _reach(unit, task_id)
    _still_open(unit, work)
    return work


def _still_open(unit: UnitOfWork, work: Work) -> TaskRow:
    """WrongState says who was faster, and when."""
    row = work.row
    if row.status == "completed":
        who = directory_rows.name_of(unit.connection, row.completed_by)
        at = in_china(row.completed_at)
        raise WrongState(f"此任务已由{who}于 {at:%Y-%m-%d %H:%M:%S} 办理",
                         f"{who} already completed this task at {at:%Y-%m-%d %H:%M:%S}")
    if row.status == "cancelled":
        raise WrongState("流程已不再需要此任务", "The case no longer needs this task")
    return row


def _candidate(unit: UnitOfWork, work: Work) -> str | None:
    """The principal the actor stands in for (None: his own right). Raises NotAllowed, traced."""
    row = work.row
    if unit.actor.id in work.exclusions:
        raise NotAllowed("您已参与过本事项的相关环节，按岗位分离要求不能办理此任务",
                         "Separation of duty: you took part in this case and may not do this task",
                         instance_id=row.instance_id, element_id=row.element_id, traced=True)
    if work.principal is None:
        raise NotAllowed("此任务不由您办理", "This task is not yours to do", instance_id=row.instance_id,
                         element_id=row.element_id, traced=True)
    own = [behalf for name, behalf in work.candidates.items() if name in unit.actor.principals]
    return None if None in own else work.candidates[work.principal]


def _held_by(unit: UnitOfWork, row: TaskRow) -> WrongState:
    who = directory_rows.name_of(unit.connection, row.assignee_id)
    return WrongState(f"此任务已由{who}认领", f"{who} already holds this task")


def _record(unit: UnitOfWork, row: TaskRow, kind: RecordType, **more: object) -> None:
    named = {"loop_id": row.loop_id, "title": row.title} if row.loop_id else {}
    unit.record(row.instance_id, Record(kind, {"task_id": row.id, **named, **more}, element_id=row.element_id),
                definition_hash=row.definition_hash)
