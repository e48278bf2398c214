"""Requests: what people may start at any time inside a running instance."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine.verbs import requests
from engine.views import instances as views
from web import controls, visit
from web.filling import blank_sheet, furnish, received_sheet, submit
from web.places import OpenForm, form_of_request
from web.sheet import Sheet

pages = Blueprint("requests", __name__)


@pages.get("/instances/<instance_id>/requests/<request_id>")
def show(instance_id: str, request_id: str) -> str:
    with visit.reading() as read:
        view = views.request_view(read, instance_id, request_id)
        return _page(view, blank_sheet(read, form_of_request(read, view)))


@pages.post("/instances/<instance_id>/requests/<request_id>")
def create(instance_id: str, request_id: str) -> ResponseReturnValue:
    with visit.reading() as read:
        view = views.request_view(read, instance_id, request_id)
        opened = form_of_request(read, view)
    sheet = received_sheet(opened)
    return submit(sheet, lambda unit: requests.raise_request(
        unit, instance_id=instance_id, request_id=request_id, typed=sheet.typed,
        key=request.form.get(controls.KEY, "")), lambda mended: _show_again(view, opened, mended))


def _show_again(view: Any, opened: OpenForm, sheet: Sheet) -> str:
    with visit.reading() as read:
        return _page(view, furnish(read, sheet, opened))


def _page(view: Any, sheet: Sheet) -> str:
    return render_template("requests/request.html", view=view, sheet=sheet)
