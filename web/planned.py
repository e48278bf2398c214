"""Cases that could not begin: a case operator sees why, tries again at once, or gives one up."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engine.store.queries import planned as planned_queries
from engine.verbs import planned
from web import visit

pages = Blueprint("planned", __name__)


@pages.get("/planned")
def index() -> str:
    with visit.reading() as read:
        rows = planned_queries.stopped_beginnings(read)
    return render_template("planned/list.html", rows=rows)


@pages.post("/planned/<planned_id>/retry")
def retry(planned_id: str) -> ResponseReturnValue:
    visit.engine().carry_out(visit.actor(), partial(planned.retry, planned_id=planned_id))
    return redirect(url_for("planned.index"), 303)


@pages.post("/planned/<planned_id>/drop")
def drop(planned_id: str) -> ResponseReturnValue:
    visit.engine().carry_out(visit.actor(), partial(planned.drop, planned_id=planned_id))
    return redirect(url_for("planned.index"), 303)
