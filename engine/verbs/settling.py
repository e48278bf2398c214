"""After the tokens came to rest: which tasks opened or vanished, which limits run, whether the instance ended."""

from __future__ import annotations

from collections.abc import Set

from engine.definition.model import Task
from engine.errors import EngineError, Sentence
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
    if flow.case.failures:
        # A token that could not go on was asked first; what ran after it may have mended that.
        flow.case.settle()
    _move_tokens(flow)
    if flow.case.ended:
        _close_tasks(flow, flow.tasked)
        _raise_incidents(flow, list(deadlines.assess(flow)))
        flow.status = "ended"
        flow.record(Record(RecordType.INSTANCE_ENDED, {"outcome": flow.outcome}))
        return
    tokens = {token.id: token for token in flow.case.open_tokens()}
    _close_tasks(flow, flow.tasked - tokens.keys())
    failures = list(flow.case.failures)
    for token_id, token in tokens.items():
        if token_id in flow.tasked:
            continue
        try:
            opening.open_task(flow, token_id, token.element_id)
        except EngineError as error:
            failures.append(Failure(token_id, token.element_id, error))
    _raise_incidents(flow, [*failures, *deadlines.assess(flow)])


def _move_tokens(flow: Flow) -> None:
    """Record where the tokens are, with timers for events that began to wait and without those that ceased to."""
    flow.keep_locals()
    dumped = flow.case.dump()
    timers, gone = _event_timers(flow)
    if dumped != flow.tokens or timers or gone:
        flow.tokens = dumped
        flow.record(Record(RecordType.TOKENS_MOVED, {"tokens": dumped, "outcome": flow.outcome, "timers": timers,
                                                     "gone": gone}))


def _event_timers(flow: Flow) -> tuple[list[dict[str, object]], list[str]]:
    """Timers for boundary events that began to wait, and the tokens of those that wait no longer."""
    limits = {boundary.id: boundary.after for step in flow.definition.every_step() if isinstance(step, Task)
              for boundary in step.on if boundary.after is not None}
    if not limits:
        return [], []
    waiting = {token.id: token.element_id for token in flow.case.waiting() if token.element_id in limits}
    known = instance_rows.scheduled_tokens_of(flow.unit.connection, flow.instance_id)
    planned: list[dict[str, object]] = []
    for token_id, element_id in waiting.items():
        if token_id not in known:
            due = due_at(limits[element_id], flow.unit.now, flow.unit.means.calendar)
            planned.append({"id": new_id(), "kind": TIMER_EVENT, "subject_id": token_id, "due_at": due.at,
                            "detail": element_id})
    return planned, sorted(known - waiting.keys())


def _close_tasks(flow: Flow, gone: Set[str]) -> None:
    """Cancel the open tasks of tokens that are gone."""
    if not gone:
        return
    for row in instance_rows.open_tasks_of(flow.unit.connection, flow.instance_id):
        if row.token_id in gone:
            flow.record(Record(RecordType.TASK_CANCELLED, {"task_id": row.id, "why": "流程已不再需要此任务"},
                               element_id=row.element_id))


def _raise_incidents(flow: Flow, failures: list[Failure]) -> None:
    """One open incident per element that cannot go on; those that went on are resolved."""
    known = _open_incidents(flow)
    failed = {failure.element_id for failure in failures}
    for failure in failures:
        if failure.element_id not in known:
            flow.record(incident_of(failure.element_id, failure.error))
    for element_id, row in known.items():
        if element_id not in failed:
            flow.record(Record(RecordType.INCIDENT_RESOLVED, {"id": row.id}, element_id=element_id))


def _open_incidents(flow: Flow) -> dict[str, instance_rows.AnyRow]:
    """By element; asked only where there was one, because nothing but this raises any."""
    if not flow.is_stuck:
        return {}
    return {row.element_id: row for row in instance_rows.open_incidents_of(flow.unit.connection, flow.instance_id)}


def incident_of(element_id: str | None, error: Exception) -> Record:
    """What stands in the trace of an error that stopped the engine at an element."""
    zh, en = _sentences(error)
    return Record(RecordType.INCIDENT_RAISED, {"id": new_id(), "zh": zh, "en": en}, element_id=element_id)


def _sentences(error: Exception) -> tuple[str, str]:
    """An error's own words; a bug is named only, for its text may hold what somebody typed."""
    sentence = getattr(error, "sentence", None)
    if isinstance(sentence, Sentence):
        return sentence.zh, sentence.en
    if not isinstance(error, EngineError):
        return f"程序差错（{type(error).__name__}）", f"A fault of the program ({type(error).__name__})"
    zh, en = getattr(error, "zh", ""), getattr(error, "en", "")
    return (zh or str(error) or type(error).__name__), (en or str(error) or type(error).__name__)
