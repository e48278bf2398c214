"""Finishing an open task whose answers are checked: the one road for tasks, starts and requests alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from engine.definition.model import Request, Start, Task
from engine.feel import Json, from_json, to_json
from engine.records import Record, RecordType, StoredRecord
from engine.verbs import attachments, findings
from engine.verbs.flow import Flow
from engine.verbs.given import Given
from engine.verbs.loops import labelled


def finish(flow: Flow, task_id: str, step: Task | Start | Request, given: Given, *, token_id: str, visit: int,
           action: str = "complete", marked: tuple[str, ...] = (), comment: str = "",
           behalf: str | None = None, begins_at: str = "") -> StoredRecord:
    """Record the completion, then let the token go on, or tokens begin at the start event that was filled in.

    Effects run inside; the caller settles afterwards.
    """
    answers = cast("dict[str, object]", to_json(given.answers))
    data = step_data(flow, step.id, answers, action=action, marked=marked, comment=comment, visit=visit)
    attachments.link(flow, step.id, given.answers)
    around = {"loop_id": flow.loop_id} if flow.loop_id and flow.locals.keeps(flow.loop_id) else {}
    stored = flow.record(Record(RecordType.TASK_COMPLETED, {
        "task_id": task_id, "title": labelled(flow, step.title), **around, "form": step.form, "action": action, "comment": comment or None,
        "marked": list(marked), "answers": Json(answers), "visit": visit, "step": Json(data),
        "warnings": [warning.zh for warning in given.warnings],
    }, element_id=step.id, clauses=step.basis, acting_for=behalf))
    flow.leave_both(step.id, value_of(data, given.answers, flow.unit.now), data)
    findings.record_findings(flow, step.id, given.findings)
    if begins_at:
        flow.tasked.discard(token_id)
        flow.start_case(begins_at)
        return stored
    case = flow.case
    flow.tasked.discard(token_id)
    case.complete(token_id)
    return stored


def step_data(flow: Flow, step_id: str, answers: Mapping[str, object], *, action: str, marked: tuple[str, ...], comment: str,
              visit: int) -> dict[str, object]:
    """What expressions read under the step's id, as JSON types: the latest answers, and who, when, how often.

    A return or rejection without a form keeps the answers of the visit before.
    """
    actor = flow.unit.actor.value
    before = cast("dict[str, Any] | None", flow.parts_of(step_id))
    actors = before["actors"] if before else []
    previous = {name: value for name, value in before.items() if name not in METADATA} if before else None
    return {**(answers or previous or {}), "actor": actor, "actors": actors if actor in actors else [*actors, actor],
            "completed_at": to_json(flow.unit.now), "visit_count": visit, "action": action, "comment": comment or None,
            "marked": list(marked), "previous": previous}


def value_of(data: Mapping[str, Any], answers: Mapping[str, object], now: datetime) -> dict[str, object]:
    """`step_data` as expressions read it; only what differs from its JSON types has to be read."""
    previous = from_json(data["previous"])
    return {**data, **cast("Mapping[str, object]", answers or previous or {}), "completed_at": now,
            "visit_count": Decimal(data["visit_count"]), "previous": previous}


METADATA = frozenset({"actor", "actors", "completed_at", "visit_count", "action", "comment", "marked", "previous"})
"""Names a step offers beside its answers; a form may not have fields of these names."""
