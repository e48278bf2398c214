"""Requests: what people may start at any time in a running instance, an event sub-process each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.bpmn.names import scope_of
from engine.definition.model import Request
from engine.directory.acting import may_act
from engine.directory.who import NobodyFound, resolve
from engine.errors import NotAllowed, NotFound, WrongState
from engine.records import Record, RecordType, StoredRecord
from engine.runtime import MAIN_SCOPE
from engine.store import directory_rows
from engine.store.unit import UnitOfWork
from engine.verbs import answering, completing, drafts, opening
from engine.verbs.flow import Flow, lock_flow
from engine.verbs.given import Given
from engine.verbs.loops import labelled
from engine.verbs.once import Done, content_of, done_with, find_done, keep_done
from engine.verbs.settling import settle
from engine.verbs.suspension import refuse_suspended


def raise_request(unit: UnitOfWork, *, instance_id: str, request_id: str, typed: Mapping[str, object],
                  key: str) -> Done:
    """Start a request of a running instance with its form. Refused unless it is offered to the actor now.

    Whom its rule names may raise it without having been involved; to others an instance they may not see is not found.
    The posts are those held now, under the lock.
    """
    unit.lock(instance_id)
    unit.actor = directory_rows.load_actor(unit.connection, unit.actor.id, unit.now)
    verb = f"requests.raise_request/{instance_id}/{request_id}/{content_of(typed)}"
    done = find_done(unit, key, verb)
    if done is not None:
        return done
    flow = lock_flow(unit, instance_id)
    try:
        place = find_place(flow, request_id)
    except WrongState:
        if not directory_rows.may_see(unit.connection, unit.actor, instance_id):
            raise NotFound() from None
        raise
    with flow.within(place.loop_id):
        _check_offered(flow, place.request)
        refuse_suspended(unit, instance_id)
        submission = answering.check(unit, flow.version.bundle, place.request, typed, scope=flow.scope)
        stored = _raise(flow, place, Given(submission.answers, submission.warnings, ()))
    settle(flow)
    return keep_done(unit, key, verb, done_with(unit, stored, warnings=submission.warnings))


@dataclass(frozen=True, slots=True)
class RequestPlace:
    """A request where it may be raised: beside the main flow, or beside the steps of a group that runs now."""

    id: str
    """The request's own id; with the group's behind an `@` where it does not stand beside the main flow."""
    request: Request
    scope_id: str
    loop_id: str


def find_place(flow: Flow, place_id: str) -> RequestPlace:
    """Raises NotFound for what the definition does not have, WrongState for a group that runs no longer."""
    request_id, _, _ = place_id.partition("@")
    request = next((item for item in flow.definition.every_request() if item.id == request_id), None)
    if request is None:
        raise NotFound()
    for place in places_of(flow, request):
        if place.id == place_id:
            return place
    raise WrongState("现在不能提出此申请", "This request is not offered now", instance_id=flow.instance_id,
                     element_id=request.id)


def places_of(flow: Flow, request: Request) -> list[RequestPlace]:
    """Everywhere a request could be raised now."""
    if request in flow.definition.requests:
        return [RequestPlace(request.id, request, MAIN_SCOPE, "")]
    found = flow.case.levels_with(scope_of(flow.definition, request)) if flow.status == "running" else ()
    return [RequestPlace(f"{request.id}@{scope_id.rpartition('#')[2]}", request, scope_id, loop_id)
            for scope_id, loop_id in found]


def _raise(flow: Flow, place: RequestPlace, given: Given) -> StoredRecord:
    """The caller stands within the loop of the place, and settles afterwards."""
    request, draft = place.request, drafts.request_place(flow.instance_id, place.id)
    answering.pass_gates(flow, request, given.answers, action="complete", place=draft)
    drafts.discard(flow.unit, place=draft)
    flow.record(Record(RecordType.REQUEST_RAISED, {"request": request.id, "title": labelled(flow, request.title)},
                       element_id=request.id, clauses=request.basis))
    before = {token.id for token in flow.case.open_tokens()}
    flow.case.start_scope(scope_of(flow.definition, request), scope_id=place.scope_id)
    token = next(token for token in flow.case.open_tokens()
                 if token.id not in before and token.element_id == request.id)
    task_id = opening.open_task(flow, token.id, request.id)
    return completing.finish(flow, task_id, request, given, token_id=token.id, visit=opening.visits(flow, request.id) + 1)


def offered(flow: Flow, request: Request) -> bool:
    """Whether this request may be started now, by somebody; asked within the loop that it stands in."""
    if flow.status != "running" or (not request.repeat and opening.visits(flow, request.id) > 0):
        return False
    return request.when is None or flow.value_of(request.when) is True


def may_raise(flow: Flow, request: Request) -> bool:
    """Whether the actor is one of those who may start it."""
    directory = directory_rows.StoredDirectory(flow.unit.connection, flow.unit.now)
    try:
        found = resolve(request.who, evaluate=flow.value_of, directory=directory, own_unit=flow.own_unit)
    except NobodyFound:
        return False
    return may_act(flow.unit.actor, found.principals, found.exclusions) is not None


def _check_offered(flow: Flow, request: Request) -> None:
    if not may_raise(flow, request):
        if not directory_rows.may_see(flow.unit.connection, flow.unit.actor, flow.instance_id):
            raise NotFound()
        raise NotAllowed("此申请不由您提出", "This request is not yours to make", instance_id=flow.instance_id,
                         element_id=request.id, traced=True)
    if not offered(flow, request):
        raise WrongState("现在不能提出此申请", "This request is not offered now", instance_id=flow.instance_id,
                         element_id=request.id)
