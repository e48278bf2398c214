"""After the tokens came to rest: which tasks opened or vanished, which limits run, whether the instance ended."""

from __future__ import annotations

from collections.abc import Set

from engine.errors import EngineError, Sentence
from engine.records import Record, RecordType
from engine.runtime import Failure
from engine.store import instance_rows
from engine.store.unit import new_id
from engine.verbs import deadlines, opening
from engine.verbs.flow import Flow
from engine.verbs.waiting import waiting_in


def settle(flow: Flow) -> None:
    """Turn where the tokens are now into records. Call once per verb, after acting."""
    if flow.case.failures:
        # A token that could not go on was asked first; what ran after it may have mended that.
        flow.case.settle()
    failures = [*_move_tokens(flow), *flow.case.failures]
    if flow.case.ended:
        _close_tasks(flow, flow.tasked)
        _raise_incidents(flow, list(deadlines.assess(flow)))
        flow.status = "ended"
        flow.record(Record(RecordType.INSTANCE_ENDED, {"outcome": flow.outcome}))
        return
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
    _raise_incidents(flow, [*failures, *deadlines.assess(flow)])


def _move_tokens(flow: Flow) -> list[Failure]:
    """Record where the tokens are, with timers for events that began to wait and without those that ceased to.

    Gives the tokens of which nobody knows how long they wait.
    """
    flow.keep_locals()
    dumped = flow.case.dump()
    found = waiting_in(flow)
    if dumped != flow.tokens or found.timers or found.gone or found.told:
        flow.tokens = dumped
        flow.record(Record(RecordType.TOKENS_MOVED, {"tokens": dumped, "outcome": flow.outcome, "timers": found.timers,
                                                     "gone": found.gone, **found.told}))
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
