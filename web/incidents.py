"""Engine incidents: a case operator lets the engine try again."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from engine.verbs import incidents
from web import visit
from web.safe_path import own_path

pages = Blueprint("incidents", __name__)


@pages.post("/incidents/<incident_id>/retry")
def retry(incident_id: str) -> ResponseReturnValue:
    visit.engine().carry_out(visit.actor(), partial(incidents.retry, incident_id=incident_id))
    return redirect(own_path(request.form.get("next")), 303)
