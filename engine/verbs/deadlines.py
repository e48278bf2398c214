"""Statutory limits over several steps: assessed after every verb and whenever one of their timers is due.

The assessment is a pure function of the instance's variables and the moment; what changed since the last one
becomes a record that carries the whole new state. The clock proposes a finding, a person makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from engine.definition.model import Deadline, Stage
from engine.directory.who import addressees, principals_of
from engine.errors import EngineError
from engine.records import Record, RecordType
from engine.runtime import Failure
from engine.store import instance_rows
from engine.store.directory_rows import StoredDirectory
from engine.store.payload import decode_value
from engine.store.unit import new_id
from engine.verbs.flow import Flow
from engine.verbs.opening import AFTER_DUE, reminder_moments
from engine.worktime.due import DueMoment, due_at

State = Mapping[str, object]
"""status (waiting, running, met, overdue, lifted), driving, bases {name: moment}, stages {name: [{otherwise,
due_at, provisional}]}, met_at, passed (stages missed so far), proposed {name: finding or null}."""


@dataclass(frozen=True, slots=True)
class Moments:
    """One base of a deadline with the dues of its stages."""

    base: datetime
    dues: tuple[tuple[Stage, datetime, bool], ...]

    def finding(self, deadline: Deadline, met_at: datetime | None, now: datetime) -> str | None:
        """What the clock proposes by this base: None while it still runs within the first stage."""
        missed = self.missed(met_at or now)
        if missed:
            return missed[-1].otherwise
        return deadline.in_time if met_at is not None else None

    def missed(self, at: datetime) -> list[Stage]:
        return [stage for stage, due, _ in self.dues if at > due]


def assess(flow: Flow) -> tuple[Failure, ...]:
    """Record what changed in any of the instance's deadlines; gives those that cannot be assessed.

    A base or a rule that makes no sense stops its own deadline only, never the work that led here.
    """
    if not flow.definition.deadlines:
        return ()
    known = instance_rows.deadlines_of(flow.unit.connection, flow.instance_id)
    failures = []
    for deadline in flow.definition.deadlines:
        row = known.get(deadline.id)
        try:
            changes = _changes(flow, deadline, cast("State", decode_value(row.state)) if row is not None else None)
        except EngineError as error:
            failures.append(Failure("", element_of(deadline.id), error))
        else:
            for change in changes:
                flow.record(change)
    return tuple(failures)


def element_of(deadline_id: str) -> str:
    """The element under which a deadline stands in trace and diagram."""
    return f"deadline_{deadline_id}"


def state_of(flow: Flow, deadline: Deadline) -> State:
    """The state of a deadline now."""
    bases = _bases(flow, deadline)
    applies = deadline.when is None or flow.value_of(deadline.when) is True
    met = flow.value_of(deadline.met_at) if bases else None
    met_at = met if isinstance(met, datetime) else None
    driving = next(iter(bases), None)
    now = flow.unit.now
    first = bases[driving] if driving is not None else None
    return {
        "status": _status(first, met_at, now) if applies or first is None else "lifted",
        "driving": driving, "met_at": met_at,
        "bases": {name: moments.base for name, moments in bases.items()},
        "stages": {name: [{"otherwise": stage.otherwise, "due_at": due, "provisional": provisional}
                          for stage, due, provisional in moments.dues] for name, moments in bases.items()},
        "passed": len(first.missed(met_at or now)) if first is not None and applies else 0,
        "proposed": {name: moments.finding(deadline, met_at, now) if applies else None
                     for name, moments in bases.items()},
    }


def _status(first: Moments | None, met_at: datetime | None, now: datetime) -> str:
    if first is None:
        return "waiting"
    if met_at is not None:
        return "met"
    return "overdue" if first.missed(now) else "running"


def _bases(flow: Flow, deadline: Deadline) -> dict[str, Moments]:
    """Each base that has a moment, moved forward by the rebase; the first of the definition drives."""
    moved = flow.value_of(deadline.rebase) if deadline.rebase is not None else None
    found: dict[str, Moments] = {}
    for name, expression in deadline.bases:
        base = flow.value_of(expression)
        if not isinstance(base, datetime):
            continue
        if isinstance(moved, datetime) and moved > base:
            base = moved
        dues = [_stage_end(flow, stage, base) for stage in deadline.stages]
        if all(due is not None for due in dues):
            found[name] = Moments(base, tuple((stage, due.at, due.provisional)
                                              for stage, due in zip(deadline.stages, dues, strict=True) if due is not None))
    return found


def _stage_end(flow: Flow, stage: Stage, base: datetime) -> DueMoment | None:
    """When a stage ends; None while nobody has said the moment it names."""
    if stage.within is not None:
        return due_at(stage.within, base, flow.unit.means.calendar)
    by = flow.value_of(stage.by) if stage.by is not None else None
    return DueMoment(by) if isinstance(by, datetime) else None


def _changes(flow: Flow, deadline: Deadline, old: State | None) -> list[Record]:
    """What a new assessment has to say: nothing, or the new state and whom it is told to."""
    new = state_of(flow, deadline)
    if old == new or (old is None and new["status"] == "waiting"):
        return []
    kind = _kind(old, new)
    change = Record(kind, {"deadline": deadline.id, "title": deadline.title, "state": dict(new),
                           "timers": _timers(flow, deadline, new)},
                    element_id=element_of(deadline.id), clauses=clauses_of(deadline),
                    occurred_at=cast("datetime | None", new["met_at"]) if kind is RecordType.DEADLINE_MET else None)
    if new["met_at"] is not None:
        return [change]
    # A case registered late, or a base that was corrected, may have missed a stage without any timer.
    return [change, *_notices(flow, deadline, passed_before=int(cast("int", old["passed"])) if old else 0,
                              passed=int(cast("int", new["passed"])))]


def clauses_of(deadline: Deadline) -> tuple[str, ...]:
    """What the deadline and its stages cite."""
    return tuple(dict.fromkeys((*deadline.basis, *(clause for stage in deadline.stages for clause in stage.basis))))


def _kind(old: State | None, new: State) -> RecordType:
    if new["status"] == "lifted":
        return RecordType.DEADLINE_LIFTED
    if old is None or old["status"] in ("waiting", "lifted"):
        return RecordType.DEADLINE_MET if new["status"] == "met" else RecordType.DEADLINE_STARTED
    if old["bases"] != new["bases"]:
        return RecordType.DEADLINE_REBASED
    if new["met_at"] != old["met_at"] and new["met_at"] is not None:
        return RecordType.DEADLINE_MET
    if new["passed"] != old["passed"] and new["met_at"] is None:
        return RecordType.DEADLINE_MISSED
    return RecordType.DEADLINE_REASSESSED


def _timers(flow: Flow, deadline: Deadline, state: State) -> list[dict[str, object]]:
    """Reminders and stage ends still to come, by every base that shows something when it passes."""
    if state["status"] not in ("running", "overdue"):
        return []
    stages = cast("Mapping[str, list[Mapping[str, object]]]", state["stages"])
    bases = cast("Mapping[str, datetime]", state["bases"])
    planned: list[tuple[str, datetime, str]] = []
    for name, dues in stages.items():
        for stage, due in zip(deadline.stages, dues, strict=True):
            end = cast("datetime", due["due_at"])
            planned.append(("stage", end + AFTER_DUE, stage.otherwise))
            if name == state["driving"]:
                planned += [("deadline_remind", moment, stage.otherwise)
                            for moment in reminder_moments(flow, stage.remind, bases[name], end)]
    return [{"id": new_id(), "kind": kind, "subject_id": deadline.id, "due_at": moment, "detail": detail}
            for kind, moment, detail in planned if moment > flow.unit.now]


def _notices(flow: Flow, deadline: Deadline, *, passed_before: int, passed: int) -> list[Record]:
    directory = StoredDirectory(flow.unit.connection, flow.unit.now)
    told = []
    for stage in deadline.stages[passed_before:passed]:
        principals = [principal for rule in stage.notify for principal in
                      principals_of(rule, evaluate=flow.value_of, directory=directory, own_unit=flow.own_unit)]
        if principals:
            told.append(Record(RecordType.NOTIFIED, {
                "principals": list(addressees(principals, directory)),
                "zh": f"{deadline.title}：{stage.within.zh if stage.within else '期限'}已过仍无已确认的报告，建议认定“{stage.otherwise}”",
                "en": f"{deadline.title}: {stage.within.en if stage.within else 'the limit'} passed without a confirmed report",
            }, element_id=element_of(deadline.id), clauses=stage.basis))
    return told
