"""Drafts: what is typed but not yet sent, kept by the page's script while somebody writes."""

from __future__ import annotations

from flask import Blueprint, Response, request

from engine.verbs import drafts
from web import controls, visit
from web.filling import read_typed
from web.places import open_form

pages = Blueprint("drafts", __name__)


@pages.post("/drafts")
def create() -> Response:
    place = request.form.get(controls.PLACE, "")
    with visit.reading() as read:
        opened = open_form(read, place)
    with visit.acting() as unit:
        drafts.save(unit, place=opened.place, typed=read_typed())
    return Response(status=204)
