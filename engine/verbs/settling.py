"""After the tokens came to rest: which tasks opened or vanished, which limits run, whether the instance ended."""

from __future__ import annotations

from engine.definition.model import Boundary, Task
from engine.errors import EngineError, Rejected
from engine.records import Record, RecordType
from engine.runtime import Failure
from engine.store import instance_rows
from engine.store.unit import new_id
from engine.verbs import deadlines, opening
from engine.verbs.flow import Flow
from engine.worktime.due import due_at

TIMER_EVENT = "event"


def settle(flow: Flow) -> None:
    """Turn where the tokens are now into records. Call once per verb, after acting."""
    _move_tokens(flow)
    if flow.case.ended:
        _close_tasks(flow, keep=frozenset())
        deadlines.assess(flow)
        flow.status = "ended"
        flow.record(Record(RecordType.INSTANCE_ENDED, {"outcome": flow.outcome}))
        return
    tokens = {token.id: token for token in flow.case.open_tokens()}
    opened = _close_tasks(flow, keep=frozenset(tokens))
    failures = list(flow.case.failures)
    for token_id, token in tokens.items():
        if token_id in opened:
            continue
        try:
            opening.open_task(flow, token_id, token.element_id)
        except EngineError as error:
            failures.append(Failure(token_id, token.element_id, error))
    _raise_incidents(flow, failures)
    deadlines.assess(flow)


def _move_tokens(flow: Flow) -> None:
    dumped = flow.case.dump()
    timers = _event_timers(flow)
    if dumped != flow.tokens or timers:
        flow.tokens = dumped
        flow.record(Record(RecordType.TOKENS_MOVED, {"tokens": dumped, "outcome": flow.outcome, "timers": timers}))


def _event_timers(flow: Flow) -> list[dict[str, object]]:
    """Timer events that wait and have no timer row yet: boundary events of the model."""
    waiting = [token for token in flow.case.waiting() if token.kind == "timer"]
    if not waiting:
        return []
    boundaries = {boundary.id: boundary for step in flow.definition.every_step() if isinstance(step, Task)
                  for boundary in step.on}
    known = instance_rows.scheduled_tokens_of(flow.unit.connection, flow.instance_id)
    planned = []
    for token in waiting:
        boundary: Boundary | None = boundaries.get(token.element_id)
        if token.id not in known and boundary is not None and boundary.after is not None:
            due = due_at(boundary.after, flow.unit.now, flow.unit.means.calendar)
            planned.append({"id": new_id(), "kind": TIMER_EVENT, "subject_id": token.id, "due_at": due.at,
                            "detail": token.element_id})
    return planned


def _close_tasks(flow: Flow, *, keep: frozenset[str]) -> set[str]:
    """Cancel open tasks whose token is gone; gives the tokens that still have their task."""
    kept = set()
    for row in instance_rows.open_tasks_of(flow.unit.connection, flow.instance_id):
        if row.token_id in keep:
            kept.add(row.token_id)
        else:
            flow.record(Record(RecordType.TASK_CANCELLED, {"task_id": row.id, "why": "流程已不再需要此任务"},
                               element_id=row.element_id))
    return kept


def _raise_incidents(flow: Flow, failures: list[Failure]) -> None:
    """One open incident per element that cannot go on; those that went on are resolved."""
    known = {row.element_id: row for row in instance_rows.open_incidents_of(flow.unit.connection, flow.instance_id)}
    failed = {failure.element_id for failure in failures}
    for failure in failures:
        if failure.element_id not in known:
            zh, en = _sentences(failure.error)
            flow.record(Record(RecordType.INCIDENT_RAISED, {"id": new_id(), "zh": zh, "en": en},
                               element_id=failure.element_id))
    for element_id, row in known.items():
        if element_id not in failed:
            flow.record(Record(RecordType.INCIDENT_RESOLVED, {"id": row.id}, element_id=element_id))


def _sentences(error: Exception) -> tuple[str, str]:
    if isinstance(error, Rejected):
        return error.sentence.zh, error.sentence.en
    zh, en = getattr(error, "zh", ""), getattr(error, "en", "")
    return (zh or str(error) or type(error).__name__), (en or str(error) or type(error).__name__)
