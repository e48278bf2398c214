"""Instances: find them, one, and where it stands."""

from __future__ import annotations

from typing import Any

from engine.store.queries import instances as queries
from engine.store.queries.cases import get_head
from engine.views import instances as views
from web import visit
from web.api.door import ApiPages
from web.api.schemas.cases import InstanceOut, InstanceQuery, InstanceRows, StateOut

pages = ApiPages("instances", "事项 / cases")


@pages.offers("GET", "/instances", InstanceRows, query=InstanceQuery)
def index(query: dict[str, Any]) -> Any:
    """查找事项，新的在前 / Find cases, newest first."""
    with visit.reading() as read:
        return queries.find_instances(read, **query)


@pages.offers("GET", "/instances/<instance_id>", InstanceOut, has_tag=True)
def show(instance_id: str) -> Any:
    """一个事项 / One case."""
    with visit.reading() as read:
        return get_head(read, instance_id)


@pages.offers("GET", "/instances/<instance_id>/state", StateOut, has_tag=True)
def state(instance_id: str) -> Any:
    """事项现在的位置、任务、时限和故障 / Where it stands: steps, tasks, deadlines, incidents."""
    with visit.reading() as read:
        case = views.get_instance(read, instance_id)
    return {"status": case.head.status, "outcome": case.head.outcome, "steps": case.lit, "done": case.done,
            "open_tasks": case.open_tasks, "deadlines": case.deadlines, "incidents": case.incidents}
