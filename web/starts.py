"""Starts: the catalogue of what may be begun, and the form that begins it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine.verbs import instances
from engine.views import instances as views
from web import controls, visit
from web.filling import blank_sheet, furnish, received_sheet, submit
from web.places import OpenForm, form_of_start
from web.sheet import Sheet

pages = Blueprint("starts", __name__)


@pages.get("/starts")
def index() -> str:
    with visit.reading() as read:
        offers = sorted(views.start_offers(read), key=lambda offer: (offer.category, offer.process_title))
    groups = [(category, list(group)) for category, group in groupby(offers, key=lambda offer: offer.category)]
    return render_template("starts/catalogue.html", groups=groups)


@pages.get("/starts/<process>/<start_id>")
def show(process: str, start_id: str) -> str:
    with visit.reading() as read:
        view = views.start_view(read, process, start_id)
        return _page(view, blank_sheet(read, form_of_start(read, view)))


@pages.post("/starts/<process>/<start_id>")
def create(process: str, start_id: str) -> ResponseReturnValue:
    with visit.reading() as read:
        view = views.start_view(read, process, start_id)
        opened = form_of_start(read, view)
    sheet = received_sheet(opened)
    return submit(sheet, lambda unit: instances.start(
        unit, process=process, start_id=start_id, typed=sheet.typed, key=request.form.get(controls.KEY, ""),
        own_unit=request.form.get(controls.OWN_UNIT)), lambda mended: _show_again(view, opened, mended))


def _show_again(view: Any, opened: OpenForm, sheet: Sheet) -> str:
    with visit.reading() as read:
        return _page(view, furnish(read, sheet, opened))


def _page(view: Any, sheet: Sheet) -> str:
    return render_template("starts/start.html", view=view, sheet=sheet, own_unit=request.form.get(controls.OWN_UNIT, ""))
