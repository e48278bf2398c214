"""What somebody may do next in an instance: requests on offer, and the findings that the clock proposes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from engine.definition.model import Definition
from engine.errors import NotFound
from engine.store import case_rows, instance_rows
from engine.store.payload import decode_value
from engine.store.reader import Reader
from engine.store.unit import UnitOfWork
from engine.verbs import requests
from engine.verbs.deadlines import State, clauses_of, state_of
from engine.verbs.findings import choices_of
from engine.verbs.flow import Flow
from engine.verbs.loops import labelled
from engine.verbs.outside import base_scope


@dataclass(frozen=True, slots=True)
class RequestOffer:
    id: str
    title: str
    note: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """One deadline to be confirmed: what the clock proposes by each base, and what may be chosen."""

    deadline_id: str
    title: str
    status: str
    bases: Mapping[str, datetime]
    proposed: Mapping[str, str | None]
    driving: str
    met_at: datetime | None
    choices: tuple[str, ...]
    finding: str | None
    reason: str | None
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StageRow:
    otherwise: str
    due_at: datetime
    provisional: bool


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """One deadline of an instance as it was last assessed; the first base drives."""

    id: str
    title: str
    status: str
    driving_base: str | None
    bases: Mapping[str, datetime]
    stages: tuple[StageRow, ...]
    other_stages: Mapping[str, tuple[StageRow, ...]]
    met_at: datetime | None
    proposed: str | None
    literal_finding: str | None
    finding: str | None
    reason: str | None
    clauses: tuple[str, ...]

    @property
    def confirmed(self) -> bool:
        return self.finding is not None


def flow_of(read: Reader, instance_id: str) -> Flow:
    """The instance for looking only: evaluates, but never records. NotFound when there is none; scopes nothing."""
    row = instance_rows.find_instance(read.connection, instance_id)
    if row is None:
        raise NotFound()
    version = read.means.versions.get(read.connection, row.definition_hash)
    # A reader has all that a flow looks at; recording needs a unit of work and would fail at once.
    unit = cast("UnitOfWork", read)
    return Flow(unit, instance_id, version, instance_rows.variables_of(read.connection, instance_id),
                base_scope(version.definition, row),
                tokens=row.tokens, own_unit=row.own_unit, started_by=row.started_by, number=row.number,
                process_title=row.process_title, subject=row.subject, outcome=row.outcome, status=row.status,
                is_suspended=case_rows.find_suspension(read.connection, instance_id) is not None)


def requests_offered(flow: Flow) -> tuple[RequestOffer, ...]:
    """Requests that the actor may make now; none while the case is suspended."""
    found = []
    for request in flow.definition.every_request() if not flow.is_suspended else ():
        for place in requests.places_of(flow, request):
            with flow.within(place.loop_id):
                if requests.offered(flow, request) and requests.may_raise(flow, request):
                    found.append(RequestOffer(place.id, labelled(flow, request.title), request.note))
    return tuple(found)


def proposals_at(flow: Flow, element_id: str) -> tuple[Proposal, ...]:
    """Deadlines to be confirmed in this task, as they stand this moment."""
    rows = instance_rows.deadlines_of(flow.unit.connection, flow.instance_id)
    found = []
    for deadline in flow.definition.deadlines:
        if deadline.confirmed_in != element_id:
            continue
        state = state_of(flow, deadline)
        row = rows.get(deadline.id)
        found.append(Proposal(
            deadline.id, deadline.title, str(state["status"]), cast("Mapping[str, datetime]", state["bases"]),
            cast("Mapping[str, str | None]", state["proposed"]), str(state["driving"] or ""),
            cast("datetime | None", state["met_at"]), choices_of(deadline), row.finding if row else None,
            row.reason if row else None, deadline.basis))
    return tuple(found)


def deadline_rows(read: Reader, definition: Definition, instance_id: str) -> tuple[DeadlineRow, ...]:
    """All deadlines of the definition; those whose base has not come yet are waiting."""
    rows = instance_rows.deadlines_of(read.connection, instance_id)
    found = []
    for deadline in definition.deadlines:
        clauses = clauses_of(deadline)
        row = rows.get(deadline.id)
        if row is None:
            found.append(DeadlineRow(deadline.id, deadline.title, "waiting", None, {}, (), {}, None, None, None, None,
                                     None, clauses))
            continue
        found.append(_deadline_row(deadline.id, deadline.title, cast("State", decode_value(row.state)), row.finding,
                                   row.reason, clauses))
    return tuple(found)


def _deadline_row(deadline_id: str, title: str, state: State, finding: str | None, reason: str | None,
                  clauses: tuple[str, ...]) -> DeadlineRow:
    stages = {name: tuple(_stage(due) for due in dues)
              for name, dues in cast("Mapping[str, list[dict[str, object]]]", state["stages"]).items()}
    driving = cast("str | None", state["driving"])
    proposed = cast("Mapping[str, str | None]", state["proposed"])
    others = [value for name, value in proposed.items() if name != driving]
    return DeadlineRow(deadline_id, title, str(state["status"]), driving, cast("Mapping[str, datetime]", state["bases"]),
                       stages.get(driving or "", ()), {name: due for name, due in stages.items() if name != driving},
                       cast("datetime | None", state["met_at"]), proposed.get(driving or ""),
                       others[0] if others else None, finding, reason, clauses)


def _stage(due: Mapping[str, object]) -> StageRow:
    return StageRow(str(due["otherwise"]), cast("datetime", due["due_at"]), due["provisional"] is True)
