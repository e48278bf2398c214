"""Findings: the clock proposes one for each deadline, a person makes it and says why when they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from engine.definition.model import Deadline
from engine.errors import FieldError, SubmissionInvalid
from engine.records import Record, RecordType
from engine.verbs.deadlines import state_of
from engine.verbs.flow import Flow

FINDING = "finding."
REASON = "finding_reason."


@dataclass(frozen=True, slots=True)
class Finding:
    """What a person found about one deadline, beside what the clock proposed."""

    deadline: Deadline
    proposed: str | None
    found: str
    reason: str


def findings_from(flow: Flow, element_id: str, typed: Mapping[str, object]) -> tuple[tuple[Finding, ...],
                                                                                     dict[str, object]]:
    """Read the findings out of what was typed at a confirming task; gives the rest of the answers too.

    Raises SubmissionInvalid when a finding differs from the proposal and no reason is given.
    """
    rest = {name: value for name, value in typed.items() if not name.startswith((FINDING, REASON))}
    errors: list[FieldError] = []
    made: list[Finding] = []
    for deadline in flow.definition.deadlines:
        if deadline.confirmed_in != element_id:
            continue
        finding = _read(flow, deadline, typed, errors)
        if finding is not None:
            made.append(finding)
    if errors:
        raise SubmissionInvalid(errors)
    return tuple(made), rest


def choices_of(deadline: Deadline) -> tuple[str, ...]:
    return (deadline.in_time, *(stage.otherwise for stage in deadline.stages))


def record_findings(flow: Flow, element_id: str, findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        flow.record(Record(RecordType.FINDING_MADE, {
            "deadline": finding.deadline.id, "title": finding.deadline.title, "proposed": finding.proposed,
            "finding": finding.found, "reason": finding.reason,
        }, element_id=element_id, clauses=finding.deadline.basis))


def _read(flow: Flow, deadline: Deadline, typed: Mapping[str, object], errors: list[FieldError]) -> Finding | None:
    state = state_of(flow, deadline)
    if state["status"] in ("waiting", "lifted"):
        return None
    proposals = cast("Mapping[str, str | None]", state["proposed"])
    proposed = proposals.get(str(state["driving"]))
    found = _one(typed.get(FINDING + deadline.id)) or proposed or ""
    reason = _one(typed.get(REASON + deadline.id))
    if found not in choices_of(deadline):
        errors.append(FieldError(FINDING + deadline.id, f"请为“{deadline.title}”选择认定结果",
                                 f"Choose a finding for {deadline.title}", deadline.basis))
    elif not reason and (found != proposed or _differs(proposals)):
        errors.append(FieldError(REASON + deadline.id, f"“{deadline.title}”的认定与建议不同或两种口径不一致，请写明理由",
                                 "The finding differs from a proposal: give the reason", deadline.basis))
    return Finding(deadline, proposed, found, reason)


def _differs(proposals: Mapping[str, str | None]) -> bool:
    return len(set(proposals.values())) > 1


def _one(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return str(value or "").strip()
