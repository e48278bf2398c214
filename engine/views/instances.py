"""An instance's page, what may be started, and the forms of starts and requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.actors import AUDITOR, CASE_OPERATOR
from engine.definition.bundle import Bundle
from engine.definition.form import Form
from engine.definition.model import Request, Start
from engine.errors import NotFound, WrongState
from engine.runtime import Case
from engine.store.queries.cases import (
    AttachmentRow,
    IncidentRow,
    InstanceHead,
    OpenTaskRow,
    SubmissionRow,
    SuspensionRow,
    attachments_of,
    find_draft,
    find_suspension,
    get_any_head,
    get_head,
    incidents_of,
    open_tasks_in,
    submissions_in,
    task_rows,
)
from engine.store.queries.trace import receipt, trace_of, warnings_of
from engine.store.reader import Reader
from engine.verbs.flow import Flow
from engine.verbs.instances import find_start, may_start, own_units
from engine.verbs.offers import DeadlineRow, RequestOffer, deadline_rows, flow_of, requests_offered
from engine.verbs.outside import base_scope
from engine.verbs.requests import find_place, may_raise, offered


@dataclass(frozen=True, slots=True)
class InstanceView:
    head: InstanceHead
    open_tasks: tuple[OpenTaskRow, ...]
    submissions: tuple[SubmissionRow, ...]
    deadlines: tuple[DeadlineRow, ...]
    lit: tuple[str, ...]
    done: tuple[str, ...]
    attachments: tuple[AttachmentRow, ...]
    requests_offered: tuple[RequestOffer, ...]
    bundle: Bundle
    variables: Mapping[str, object]
    incidents: tuple[IncidentRow, ...]
    suspension: SuspensionRow | None
    may_read_all: bool


@dataclass(frozen=True, slots=True)
class StartOffer:
    process: str
    process_title: str
    category: str
    description: str
    start_id: str
    start_title: str
    note: str


@dataclass(frozen=True, slots=True)
class StartView:
    bundle: Bundle
    start: Start
    form: Form
    units: tuple[tuple[str, str], ...]
    """(id, name) of own units to choose from."""
    variables: Mapping[str, object]
    draft: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class RequestView:
    bundle: Bundle
    request: Request
    form: Form
    variables: Mapping[str, object]
    head: InstanceHead
    draft: Mapping[str, object] | None
    place_id: str
    """The request as an address names it: its id, and the group it stands in."""


def get_instance(read: Reader, instance_id: str) -> InstanceView:
    """NotFound unless it exists and the actor may see it."""
    head = get_head(read, instance_id)
    flow = flow_of(read, instance_id)
    rows = task_rows(read, instance_id)
    submissions = submissions_in(read, rows)
    order = {token.id: place for place, token in enumerate(flow.case.open_tokens())} if head.status == "running" else {}
    open_tasks = open_tasks_in(sorted(rows, key=lambda row: (row.created_at, order.get(row.token_id, 0))))
    incidents = incidents_of(read, instance_id)
    may_read_all = read.actor.has_power(AUDITOR) or read.actor.has_power(CASE_OPERATOR)
    return InstanceView(
        head, open_tasks, submissions, deadline_rows(read, flow.definition, instance_id), _lit(flow, incidents),
        tuple(dict.fromkeys(row.step_id for row in submissions)), attachments_of(read, instance_id),
        requests_offered(flow) if head.status == "running" else (), flow.version.bundle, flow.scope,
        incidents, find_suspension(read, instance_id), may_read_all)


def _lit(flow: Flow, incidents: tuple[IncidentRow, ...]) -> tuple[str, ...]:
    """Elements that hold a token now: what is open or waited for on the way, and where the engine cannot go on."""
    if flow.status != "running":
        return ()
    case: Case = flow.case
    held = [token for kind in ("task", "service", "call") for token in case.open_tokens(kind)]
    held += [token for token in case.waiting() if token.host_id is None and flow.is_on_the_way(token.element_id)]
    return tuple(dict.fromkeys((*(token.element_id for token in held),
                                *(incident.element_id for incident in incidents))))


def bpmn_of(read: Reader, instance_id: str) -> bytes:
    """The diagram of the version this instance runs."""
    head = get_head(read, instance_id)
    return read.means.versions.get(read.connection, head.definition_hash).bpmn


def start_offers(read: Reader) -> tuple[StartOffer, ...]:
    """Everything the actor may start, in the order of the catalogue."""
    offers = []
    for version in read.means.versions.all_current(read.connection):
        definition = version.definition
        offers += [StartOffer(definition.process, definition.title, definition.category, definition.description,
                              begin.id, begin.title, begin.note)
                   for begin in definition.starts if may_start(read.actor, begin.who.rule)]
    return tuple(sorted(offers, key=lambda offer: (offer.category, offer.process_title)))


def start_view(read: Reader, process: str, start_id: str) -> StartView:
    """The start form. NotFound unless the actor may start it."""
    version = read.means.versions.current(read.connection, process)
    begin = find_start(version, start_id)
    if not may_start(read.actor, begin.who.rule):
        raise NotFound()
    names = {post.unit_id: post.unit_name or post.unit_id for post in (*read.actor.posts, *read.actor.on_duty) if post.unit_id}
    units = tuple((unit, names[unit]) for unit in own_units(read.actor, begin.who.rule))
    return StartView(version.bundle, begin, version.bundle.forms[begin.form], units,
                     base_scope(version.definition), find_draft(read, f"start:{process}/{start_id}"))


def request_view(read: Reader, instance_id: str, request_id: str) -> RequestView:
    """The form of a request. NotFound unless it is offered to the actor now, involved or not."""
    flow = flow_of(read, instance_id)
    try:
        place = find_place(flow, request_id)
    except WrongState:
        raise NotFound() from None
    with flow.within(place.loop_id):
        if not (offered(flow, place.request) and may_raise(flow, place.request)):
            raise NotFound()
        return RequestView(flow.version.bundle, place.request, flow.version.bundle.forms[place.request.form],
                           dict(flow.scope), get_any_head(read, instance_id),
                           find_draft(read, f"request:{instance_id}/{request_id}"), place.id)


__all__ = ["InstanceView", "RequestView", "StartOffer", "StartView", "bpmn_of", "get_instance", "receipt",
           "request_view", "start_offers", "start_view", "trace_of", "warnings_of"]
