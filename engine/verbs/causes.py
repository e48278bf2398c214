"""Why a case stands still: incidents, each with the cause that raised it, and resolved only when that cause goes on.

A cause is a token that failed, a deadline that cannot be assessed, a timer that was put off, or a job that an outside
program failed. Two tokens at one element are two causes. Knows no way to mend anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from engine.bpmn.names import names_of
from engine.errors import EngineError, Sentence
from engine.records import Record, RecordType
from engine.runtime import ExecutionFailed, Failure
from engine.store import case_rows, instance_rows, webhook_rows
from engine.store.instance_rows import AnyRow
from engine.store.statements import POSTED
from engine.store.unit import UnitOfWork, new_id
from engine.verbs import deadlines

if TYPE_CHECKING:
    from engine.verbs.flow import Flow

AT_A_TOKEN = frozenset({"call", "return", "escalate", "offer", "event"})
"""Timers whose subject is a token of the case that stands still: with the token goes what they could not do."""


def of_timer(timer_id: str) -> str:
    """The cause of a timer that could not be carried out."""
    return f"timer:{timer_id}"


def of_job(job_id: str) -> str:
    """The cause of work that an outside program failed."""
    return f"job:{job_id}"


def of_delivery(delivery_id: str) -> str:
    """The cause of an outside program that could not be told."""
    return f"webhook:{delivery_id}"


def of_deadline(deadline_id: str) -> str:
    """The cause of a deadline that cannot be assessed."""
    return f"element:{deadlines.element_of(deadline_id)}"


def of_failure(failure: Failure) -> str:
    """The cause of a token, or of what stands beside all tokens, such as a deadline."""
    return f"token:{failure.token_id}" if failure.token_id else f"element:{failure.element_id}"


def incident_of(cause: str, element_id: str | None, error: Exception, *, item: str = "", title: str = "",
                timers: Sequence[Mapping[str, object]] = ()) -> Record:
    """What stands in the trace of an error that stopped the engine at an element.

    `item` says for which one of a loop, `title` how people call the element, `timers` are rows that try again.
    """
    zh, en = sentences_of(error)
    if title and isinstance(error, ExecutionFailed):
        said = error.said_of(f"“{title}”")
        zh, en = said.zh, said.en
    if item:
        zh, en = f"{item}：{zh}", f"{item}: {en}"
    return Record(RecordType.INCIDENT_RAISED, {"id": new_id(), "cause": cause, "zh": zh, "en": en,
                                                "timers": list(timers)}, element_id=element_id)


def title_of(flow: Flow, element_id: str) -> str:
    """What people call the step of an element; empty when it has no title."""
    reached = names_of(flow.definition).find(element_id)
    return str(getattr(reached.step, "title", "")) if reached is not None else ""


def sentences_of(error: Exception) -> tuple[str, str]:
    """An error's own words; a bug is named only, for its text may hold what somebody typed."""
    sentence = getattr(error, "sentence", None)
    if isinstance(sentence, Sentence):
        return sentence.zh, sentence.en
    if not isinstance(error, EngineError):
        return f"程序差错（{type(error).__name__}）", f"A fault of the program ({type(error).__name__})"
    zh, en = getattr(error, "zh", ""), getattr(error, "en", "")
    return (zh or str(error) or type(error).__name__), (en or str(error) or type(error).__name__)


def stop(flow: Flow, cause: str, element_id: str, error: Exception, *, item: str = "",
         timers: Sequence[Mapping[str, object]] = ()) -> None:
    """One open incident per cause: what failed before and fails again is said once."""
    if cause not in {row.cause for row in instance_rows.open_incidents_of(flow.unit.connection, flow.instance_id)}:
        flow.record(incident_of(cause, element_id, error, item=item, title=title_of(flow, element_id), timers=timers))
        flow.is_stuck = True


def resolve(unit: UnitOfWork, instance_id: str, cause: str, *, definition_hash: str) -> None:
    """What could not go on has gone on. The stream is locked."""
    _resolve(unit, instance_id, definition_hash,
             (row for row in instance_rows.open_incidents_of(unit.connection, instance_id) if row.cause == cause))


def reconsider(flow: Flow, failures: list[Failure]) -> None:
    """After the tokens came to rest: an incident for each that cannot go on, an end to those whose cause is gone.

    Failed tokens were tried again on the way here; what the worker carries and programs do was not.
    """
    known = instance_rows.open_incidents_of(flow.unit.connection, flow.instance_id) if flow.is_stuck else ()
    failed = {of_failure(failure): failure for failure in failures}
    _resolve(flow.unit, flow.instance_id, flow.version.hash, [row for row in known if not _stands(flow, row, failed)])
    told = {row.cause for row in known}
    for cause, failure in failed.items():
        if cause not in told:
            flow.record(incident_of(cause, failure.element_id, failure.error, item=flow.item_at(failure.token_id),
                                    title=title_of(flow, failure.element_id)))


def _resolve(unit: UnitOfWork, instance_id: str, definition_hash: str, rows: Iterable[AnyRow]) -> None:
    for row in rows:
        unit.record(instance_id, Record(RecordType.INCIDENT_RESOLVED, {"id": row.id}, element_id=row.element_id or None),
                    definition_hash=definition_hash)


def _stands(flow: Flow, row: AnyRow, failed: Collection[str]) -> bool:
    kind, _, subject = row.cause.partition(":")
    if kind == "timer":
        timer = instance_rows.find_timer(flow.unit.connection, subject)
        return timer is not None and _is_due_still(flow, timer)
    if kind == "webhook":
        return webhook_rows.find_delivery(flow.unit.connection, subject) is not None
    if kind == "job":
        return not flow.case.ended and case_rows.find_job(flow.unit.connection, subject) is not None
    return row.cause in failed


def _is_due_still(flow: Flow, timer: AnyRow) -> bool:
    """Whether a timer that was put off has still something to do for this case."""
    if timer.kind in AT_A_TOKEN:
        return any(token.id == timer.subject_id for token in (*flow.case.open_tokens("call"), *flow.case.waiting()))
    return timer.kind in POSTED or not flow.case.ended
