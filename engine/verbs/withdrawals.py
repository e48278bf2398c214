"""Withdrawing 撤回: whoever completed a task takes it back, while nobody has acted on what followed from it.

The task opens again, what followed is taken away by the rules of a move, and what the completion wrote is as it was before. What has
left the case or was handed out for good (numbers, register entries, messages, called cases, findings) is not taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from engine.definition.model import Request, Start
from engine.errors import NotAllowed, NotFound, WrongState
from engine.records import Record, RecordType, StoredRecord
from engine.runtime import Case, Move, Token, last_id_in
from engine.store import directory_rows, instance_rows, record_rows
from engine.store.instance_rows import AnyRow
from engine.store.queries.trace import CONSEQUENCES
from engine.store.record_rows import Told
from engine.store.unit import UnitOfWork
from engine.verbs import corrections, deadlines
from engine.verbs.flow import Flow, open_flow
from engine.verbs.moves import title_of
from engine.verbs.once import Done, content_of, done_with, find_done, keep_done
from engine.verbs.programs import program_of
from engine.verbs.settling import settle

FOR_GOOD = {
    RecordType.NUMBER_ISSUED: ("已发放编号", "a number was issued"),
    RecordType.ENTRY_WRITTEN: ("已写入台账", "a register entry was written"),
    RecordType.EVENT_RAISED: ("已发出消息", "a message was sent"),
    RecordType.PROCESS_CALLED: ("已调用其他事项", "another case was called"),
    RecordType.FINDING_MADE: ("已作出时效认定", "a finding was made"),
    RecordType.INSTANCE_ENDED: ("事项已经结束", "the case has ended"),
}
"""What a completion may have brought about that nobody can take back."""
_WITH_IT = CONSEQUENCES | {RecordType.FINDING_MADE, RecordType.ATTACHMENT_ADDED}
Changes = dict[str, dict[str, object]]


def withdraw(unit: UnitOfWork, *, task_id: str, key: str) -> Done:
    """Take back one's own completion of a task. The same key gives the same answer.

    Raises NotFound, NotAllowed for anybody else, WrongState that says who acted or what cannot be taken back, CannotMove.
    """
    instance_id = unit.lock_case_of(task_id)
    unit.actor = directory_rows.load_actor(unit.connection, unit.actor.id, unit.now)
    row = instance_rows.find_task(unit.connection, task_id)
    if row is None or not directory_rows.may_see(unit.connection, unit.actor, instance_id):
        raise NotFound()
    verb = f"withdrawals.withdraw/{task_id}/{content_of({})}"
    done = find_done(unit, key, verb)
    if done is not None:
        return done
    _check_own(unit, row)
    flow = open_flow(unit, instance_id)
    act, followed = _what_followed(flow, row)
    _check_untouched(flow, followed)
    stored = _take_back(flow, row, act, followed)
    settle(flow)
    return keep_done(unit, key, verb, done_with(unit, stored))


def _check_own(unit: UnitOfWork, row: AnyRow) -> None:
    if row.status != "completed" or row.action == WITHDRAWN:
        raise WrongState("此任务没有办理完成，无可撤回", "This task is not completed: there is nothing to take back",
                         instance_id=row.instance_id)
    if row.completed_by != unit.actor.id:
        raise NotAllowed("只有办理人本人可以撤回", "Only whoever completed a task may take it back",
                         instance_id=row.instance_id, element_id=row.element_id, traced=True)


WITHDRAWN = "withdrawn"
"""The action of a completed visit that was taken back."""


def _what_followed(flow: Flow, row: AnyRow) -> tuple[list[Told], list[Token]]:
    """The records of the completion, its own first, and the positions that came of it. WrongState for what stays."""
    connection, stream = flow.unit.connection, flow.instance_id
    step = flow.definition.find_task(row.element_id)
    if isinstance(step, Request) or (isinstance(step, Start) and row.visit == 1):
        raise _refusal(flow, "发起和请求一经提出不能撤回", "What was started or requested cannot be taken back")
    completions = record_rows.told_of(connection, stream, RecordType.TASK_COMPLETED, row.element_id)
    own = next((told for told in completions if told.payload is not None and told.payload["task_id"] == row.id), None)
    _check_same_version(flow, row, own)
    if own is None:
        raise _refusal(flow, "办理内容已按规定清除，不能撤回", "What was done has been erased and cannot be taken back")
    act = [own, *takewhile(lambda told: (told.actor_id, told.recorded_at) == (own.actor_id, own.recorded_at) and told.type in _WITH_IT,
                           record_rows.told_since(connection, stream, own.seq))]
    for told in act:
        if told.type in FOR_GOOD:
            zh, en = FOR_GOOD[told.type]
            raise _refusal(flow, f"{zh}，不能撤回", f"It cannot be taken back: {en}")
    before = record_rows.tokens_before(connection, stream, own.seq)
    after = next((told.tokens for told in act if told.tokens is not None), None)
    if before is None or after is None:
        raise _refusal(flow, "没有可以收回的后续，不能撤回", "Nothing that followed can be taken back")
    last_id, new = last_id_in(before), Case.load(program_of(flow.version), after, hooks=flow)
    return act, [token for token in new.positions() if int(token.id) > last_id]


def _check_same_version(flow: Flow, row: AnyRow, own: Told | None) -> None:
    """WrongState when the case was migrated since: where its tokens were, another version says."""
    migrated = record_rows.last_told(flow.unit.connection, flow.instance_id, RecordType.CASE_MIGRATED)
    if migrated is None:
        return
    if own.seq < migrated.seq if own is not None else row.completed_at <= migrated.recorded_at:
        raise _refusal(flow, "已迁移到另一版本，不能撤回", "The case was migrated to another version since: it cannot be taken back")


def _check_untouched(flow: Flow, followed: Sequence[Token]) -> None:
    here = {token.id for token in flow.case.positions()}
    if not followed or any(token.id not in here for token in followed):
        raise _refusal(flow, "后续步骤已有人办理或已汇合，不能撤回；需要改动请办理更正",
                       "Somebody has acted on what followed, or branches have met: it cannot be taken back, only corrected")
    if any(token.kind in ("call", "service") for token in followed):
        raise _refusal(flow, "已交给其他事项或外部程序办理，不能撤回", "Another case or a program has it now: it cannot be taken back")
    tokens = {token.id for token in followed}
    held = next((each for each in instance_rows.open_tasks_of(flow.unit.connection, flow.instance_id)
                 if each.token_id in tokens and each.assignee_id is not None), None)
    if held is not None:
        who = directory_rows.name_of(flow.unit.connection, held.assignee_id)
        raise _refusal(flow, f"后续任务“{held.title}”已由{who}认领，不能撤回",
                       f"{who} has claimed “{held.title}” already: it cannot be taken back")


def _take_back(flow: Flow, row: AnyRow, act: Sequence[Told], followed: Sequence[Token]) -> StoredRecord:
    move = flow.case.plan_move(followed[0].id, row.element_id)
    if not {token.element_id for token in followed} <= set(move.withdrawn):
        raise _refusal(flow, "后续位置不能一并收回，不能撤回", "Not all that followed can be taken away: it cannot be taken back")
    bases = _bases(flow)
    with flow.within(row.loop_id):
        changes, local = _restore(flow, row, act)
    if _bases(flow) != bases:
        raise _refusal(flow, "撤回会改变法定时限的起算时刻，请办理更正",
                       "Taking it back would change the moment a statutory deadline runs from: correct it instead")
    stored = flow.record(Record(RecordType.COMPLETION_WITHDRAWN, {
        "task_id": row.id, "title": row.title, "set": changes, "local": local, **_told_move(flow, move),
        **({"loop_id": row.loop_id} if row.loop_id else {})}, element_id=row.element_id))
    corrections.decline_open(flow, row.element_id, remark="所更正的办理已由办理人撤回")
    flow.case.move(move.token_id, move.target)
    return stored


def _told_move(flow: Flow, move: Move) -> dict[str, object]:
    return {"withdrawn": [title_of(flow, each) for each in move.withdrawn], "passed": [title_of(flow, each) for each in move.passed]}


def _restore(flow: Flow, row: AnyRow, act: Sequence[Told]) -> tuple[Changes, list[str]]:
    """Variables as before the completion, the last written first; what somebody wrote since is not overwritten."""
    values: Changes = {}
    for told in reversed(act[1:]):
        for name, change in (told.payload or {}).get("set", {}).items():
            if name not in values and flow.variables.get(name) != change["new"]:
                raise _refusal(flow, f"{name} 之后又有改动，不能撤回", f"{name} was changed since: it cannot be taken back")
            values[name] = {"old": flow.variables.get(name), "new": change["old"]}
    values[row.element_id] = {"old": flow.variables.get(row.element_id), "new": _answers_before(flow, row, act[0])}
    local = [name for name, change in values.items() if flow.loop_id and flow.locals.assign(flow.loop_id, name, change["new"])]
    for name, change in values.items():
        if name not in local:
            flow.set_variable(name, change["new"])
    return values, local


def _answers_before(flow: Flow, row: AnyRow, own: Told) -> object:
    """What the step said before this visit: of the same item, as it was corrected, and not taken back since."""
    if row.visit == 1 or own.payload is None:
        return None
    connection, stream = flow.unit.connection, flow.instance_id
    where = own.payload.get("loop_id", "")
    earlier = next((told for told in record_rows.told_of(connection, stream, RecordType.TASK_COMPLETED, row.element_id)
                    if told.seq < own.seq and told.payload is not None and told.payload.get("loop_id", "") == where
                    and told.payload["visit"] == row.visit - 1), None)
    if earlier is None or earlier.payload is None:
        return None
    corrected = (told.payload["set"][row.element_id]["new"]
                 for told in record_rows.told_of(connection, stream, RecordType.CORRECTION_CONFIRMED, row.element_id)
                 if not where and earlier.seq < told.seq < own.seq and told.payload is not None)
    return next((left for left in corrected if left["visit_count"] == row.visit - 1), earlier.payload["step"])


def _bases(flow: Flow) -> list[object]:
    return [deadlines.state_of(flow, deadline)["bases"] for deadline in flow.definition.deadlines]


def _refusal(flow: Flow, zh: str, en: str) -> WrongState:
    return WrongState(zh, en, instance_id=flow.instance_id)
