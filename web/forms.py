"""Forms: which fields what is typed so far asks for. The engine evaluates; the page's script shows and hides."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from web import asking, controls, visit
from web.filling import read_typed
from web.places import open_form

pages = Blueprint("forms", __name__)


@pages.post("/forms/preview")
def preview() -> Response:
    with visit.reading() as read:
        opened = open_form(read, request.form.get(controls.PLACE, ""))
        asked = asking.asked_fields(opened, read_typed())
    return jsonify(asked=sorted(asked.shown), required=sorted(asked.required))
