"""Instances: one case with everything that happened in it, its diagram, and the receipts of what was done."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from engine.bpmn.svg import draw_svg
from engine.views import instances, tasks
from web import visit
from web.downloads import download
from web.pictures import picture

pages = Blueprint("instances", __name__)


@pages.get("/instances/<instance_id>")
def show(instance_id: str) -> str:
    with visit.reading() as read:
        case = instances.get_instance(read, instance_id)
        trace = instances.trace_of(read, instance_id)
    return render_template("instances/instance.html", case=case, trace=trace)


@pages.get("/instances/<instance_id>/diagram.svg")
def diagram(instance_id: str) -> Response:
    with visit.reading() as read:
        case = instances.get_instance(read, instance_id)
        xml = instances.bpmn_of(read, instance_id)
    return picture(draw_svg(xml, lit=case.lit, done=case.done))


@pages.get("/instances/<instance_id>/diagram.bpmn")
def bpmn(instance_id: str) -> Response:
    with visit.reading() as read:
        xml = instances.bpmn_of(read, instance_id)
    return download(xml, name=f"{instance_id}.bpmn", media_type="application/xml; charset=utf-8")


@pages.get("/instances/<instance_id>/receipts/<int:seq>")
def receipt(instance_id: str, seq: int) -> str:
    with visit.reading() as read:
        found = instances.receipt(read, instance_id, seq)
        head = instances.get_instance(read, instance_id).head
        waiting = tasks.inbox(read, "todo", limit=3).rows
    return render_template("instances/receipt.html", receipt=found, head=head, seq=seq, waiting=waiting)


@pages.get("/instances/<instance_id>/receipts/<int:seq>.txt")
def receipt_text(instance_id: str, seq: int) -> Response:
    with visit.reading() as read:
        found = instances.receipt(read, instance_id, seq)
    return download(found.text.encode(), name=f"receipt-{instance_id}-{seq}.txt",
                    media_type="text/plain; charset=utf-8")
