"""After the tokens came to rest: which tasks opened or vanished, which limits run, whether the instance ended."""

from __future__ import annotations

from collections.abc import Set

from engine.errors import EngineError
from engine.records import Record, RecordType
from engine.runtime import Failure
from engine.store import instance_rows
from engine.verbs import causes, deadlines, opening
from engine.verbs.flow import Flow
from engine.verbs.waiting import waiting_in


def settle(flow: Flow) -> None:
    """Turn where the tokens are now into records. Call once per verb, after acting."""
    if flow.case.failures:
        # A token that could not go on was asked first; what ran after it may have mended that.
        flow.case.settle()
    failures = [*_move_tokens(flow), *(each for each in flow.case.failures if flow.case.find(each.token_id) is not None)]
    if flow.case.ended:
        _close_tasks(flow, flow.tasked)
        causes.reconsider(flow, list(deadlines.assess(flow)))
        flow.status = "ended"
        flow.record(Record(RecordType.INSTANCE_ENDED, {"outcome": flow.outcome}))
        return
    _follow_tokens(flow, failures)
    if flow.position is not None:
        flow.record(Record(RecordType.TOKENS_MOVED))


def _follow_tokens(flow: Flow, failures: list[Failure]) -> None:
    """Tasks for tokens that arrived, none for those that are gone; limits and incidents as they now are."""
    tokens = {token.id: token for token in flow.case.open_tokens()}
    _close_tasks(flow, flow.tasked - tokens.keys())
    for token_id, token in tokens.items():
        if token_id in flow.tasked:
            continue
        try:
            with flow.within(token.loop_id):
                opening.open_task(flow, token_id, token.element_id)
        except EngineError as error:
            failures.append(Failure(token_id, token.element_id, error))
    causes.reconsider(flow, [*failures, *deadlines.assess(flow)])


def _move_tokens(flow: Flow) -> list[Failure]:
    """Tell where the tokens are, with timers for events that began to wait and without those that ceased to.

    The next record says it; TokensMoved where settling has nothing else to say. Gives the tokens of which nobody
    knows how long they wait.
    """
    flow.keep_locals()
    dumped = flow.case.dump()
    found = waiting_in(flow)
    if dumped != flow.tokens or found.timers or found.gone or found.told:
        flow.tokens = dumped
        flow.position = {"tokens": dumped, "outcome": flow.outcome, "timers": found.timers, "gone": found.gone, **found.told}
    return found.failures


def _close_tasks(flow: Flow, gone: Set[str]) -> None:
    """Cancel the open tasks of tokens that are gone."""
    if not gone:
        return
    for row in instance_rows.open_tasks_of(flow.unit.connection, flow.instance_id):
        if row.token_id in gone:
            named = {"loop_id": row.loop_id, "title": row.title} if row.loop_id else {}
            flow.record(Record(RecordType.TASK_CANCELLED, {"task_id": row.id, "why": "流程已不再需要此任务", **named},
                               element_id=row.element_id))
