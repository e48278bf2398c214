"""Notices: what the engine told me."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engine.store.queries import notices as notice_queries
from engine.verbs import notices
from web import visit

pages = Blueprint("notices", __name__)


@pages.get("/notices")
def index() -> str:
    with visit.reading() as read:
        rows = notice_queries.unread(read, limit=100)
    return render_template("notices/list.html", rows=rows)


@pages.post("/notices/<notice_id>/read")
def read(notice_id: str) -> ResponseReturnValue:
    with visit.acting() as unit:
        notices.mark_read(unit, notice_id=notice_id)
    return redirect(url_for("notices.index"), 303)
