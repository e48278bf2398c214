"""Instances: one case with everything that happened in it, its diagram, and the receipts of what was done."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from engine.bpmn.portable import portable
from engine.bpmn.svg import Focus, draw_svg
from engine.views import instances, tasks
from engine.views.acts import acts_of
from web import visit
from web.downloads import download
from web.pictures import picture

pages = Blueprint("instances", __name__)

_WINDOWS = {"wide": (1120.0, 420.0), "narrow": (380.0, 300.0)}
"""How much of a diagram is seen at once, so that its words stay readable: on a desk, on a telephone."""


@pages.get("/instances/<instance_id>")
def show(instance_id: str) -> str:
    with visit.reading() as read:
        case = instances.get_instance(read, instance_id)
        trace = instances.trace_of(read, instance_id)
    is_technical = request.args.get("records") == "all"
    acts = acts_of(entry for entry in trace if is_technical or not entry.is_technical)
    return render_template("instances/instance.html", case=case, acts=acts, is_technical=is_technical)


@pages.get("/instances/<instance_id>/diagram.svg")
def diagram(instance_id: str) -> Response:
    with visit.reading() as read:
        case = instances.get_instance(read, instance_id)
        xml = instances.bpmn_of(read, instance_id)
    return picture(draw_svg(xml, lit=case.lit, done=case.done, focus=_focus(case.lit)))


def _focus(lit: tuple[str, ...]) -> Focus | None:
    """The part of the diagram that the address asks for: around one step, or where the case stands."""
    window = _WINDOWS.get(request.args.get("view", ""))
    step = request.args.get("step")
    return Focus(frozenset((step,) if step else lit), *window) if window is not None else None


@pages.get("/instances/<instance_id>/diagram.bpmn")
def bpmn(instance_id: str) -> Response:
    with visit.reading() as read:
        xml = portable(instances.bpmn_of(read, instance_id))
    return download(xml, name=f"{instance_id}.bpmn", media_type="application/xml; charset=utf-8")


@pages.get("/instances/<instance_id>/receipts/<int:seq>")
def receipt(instance_id: str, seq: int) -> str:
    with visit.reading() as read:
        found = instances.receipt(read, instance_id, seq)
        warnings = instances.warnings_of(read, instance_id, seq)
        head = instances.get_instance(read, instance_id).head
        next_task = tasks.next_task(read, instance_id)
    return render_template("instances/receipt.html", receipt=found, head=head, seq=seq, next_task=next_task,
                           warnings=warnings)


@pages.get("/instances/<instance_id>/receipts/<int:seq>.txt")
def receipt_text(instance_id: str, seq: int) -> Response:
    with visit.reading() as read:
        found = instances.receipt(read, instance_id, seq)
    return download(found.text.encode(), name=f"receipt-{instance_id}-{seq}.txt",
                    media_type="text/plain; charset=utf-8")
