"""Incidents: the engine cannot go on at one element. Whoever holds the power lets it try again."""

from __future__ import annotations

from engine.actors import CASE_OPERATOR
from engine.errors import NotAllowed, NotFound
from engine.store.instance_rows import instance_of_incident
from engine.store.unit import UnitOfWork
from engine.verbs.flow import open_flow
from engine.verbs.settling import settle


def retry(unit: UnitOfWork, *, incident_id: str) -> None:
    """Let the instance try again where it stopped; what works now is resolved, what does not stays."""
    if not (unit.actor.is_system or unit.actor.has_power(CASE_OPERATOR)):
        raise NotAllowed("只有运行管理可以重试", "Only case operators may retry")
    instance_id = instance_of_incident(unit.connection, incident_id)
    if instance_id is None:
        raise NotFound()
    flow = open_flow(unit, instance_id)
    if flow.status == "running":
        flow.case.settle()
        settle(flow)
