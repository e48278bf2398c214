"""Starts: what the token's owner may begin, with which form, and beginning it."""

from __future__ import annotations

from typing import Any

from engine.definition.answer_schema import schema_of_answers
from engine.verbs import instances
from engine.views import instances as views
from web import visit
from web.api.door import ApiPages
from web.api.replies import done_out
from web.api.schemas.shapes import ReceiptOut
from web.api.schemas.tasks import StartIn, StartOut, StartRows

pages = ApiPages("starts", "发起 / starting cases")


@pages.offers("GET", "/starts", StartRows)
def index() -> Any:
    """可以发起的事项 / What may be started."""
    with visit.reading() as read:
        return {"items": views.start_offers(read)}


@pages.offers("GET", "/starts/<process>/<start_id>", StartOut, has_tag=True)
def show(process: str, start_id: str) -> Any:
    """发起表单 / The form of a start."""
    with visit.reading() as read:
        view = views.start_view(read, process, start_id)
    return {"process": process, "start": start_id, "title": view.start.title, "form": schema_of_answers(view.form),
            "units": [{"id": unit_id, "name": name} for unit_id, name in view.units]}


@pages.offers("POST", "/starts/<process>/<start_id>", ReceiptOut, status=201, body=StartIn)
def create(body: dict[str, Any], header: dict[str, str], process: str, start_id: str) -> Any:
    """发起 / Start a case."""
    return done_out(visit.engine().carry_out(visit.actor(), lambda unit: instances.start(
        unit, process=process, start_id=start_id, typed=body["answers"], own_unit=body["unit"], key=header["key"])))
