"""Incidents: the engine cannot go on at one element. Whoever holds the power lets it try again."""

from __future__ import annotations

from engine.actors import CASE_OPERATOR
from engine.errors import NotAllowed, NotFound
from engine.records import Record, RecordType
from engine.store import case_rows, instance_rows
from engine.store.unit import UnitOfWork
from engine.verbs import webhooks
from engine.verbs.flow import open_flow
from engine.verbs.settling import settle


def retry(unit: UnitOfWork, *, incident_id: str) -> None:
    """Let the instance try again where it stopped; what works now is resolved, what does not stays.

    What the worker carries it tries again at once, and work that an outside program failed is offered again.
    """
    if not (unit.actor.is_system or unit.actor.has_power(CASE_OPERATOR)):
        raise NotAllowed("只有运行管理可以重试", "Only case operators may retry")
    found = instance_rows.find_incident(unit.connection, incident_id)
    if found is None:
        raise NotFound()
    flow = open_flow(unit, found.instance_id)
    if flow.status == "running":
        flow.case.settle()
        settle(flow)
    kind, _, subject = found.cause.partition(":")
    if kind == "timer":
        _hasten(unit, subject)
    elif kind == "webhook":
        webhooks.hasten(unit, subject)
    elif kind == "job":
        _offer_again(unit, subject)


def _hasten(unit: UnitOfWork, timer_id: str) -> None:
    """A timer that was put off is due now; it may be one of the case that was called."""
    timer = instance_rows.find_timer(unit.connection, timer_id)
    instance = instance_rows.find_instance(unit.connection, timer.instance_id) if timer is not None else None
    if timer is None or instance is None or timer.due_at <= unit.now:
        return
    unit.lock(timer.instance_id)
    unit.record(timer.instance_id, Record(RecordType.TIMER_PUT_OFF, {"timer_id": timer.id, "again_at": unit.now, "is_asked": True}),
                definition_hash=instance.definition_hash)


def _offer_again(unit: UnitOfWork, job_id: str) -> None:
    job = case_rows.find_job(unit.connection, job_id)
    if job is not None and job.worker is not None:
        case_rows.set_lease(unit.connection, job_id, job.worker, until=unit.now)
