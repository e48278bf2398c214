"""The inbox: what waits for me, what I may take, what I did, what I started."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.views import tasks
from web import visit

pages = Blueprint("inbox", __name__)

TABS = ("todo", "claim", "done", "mine")


@pages.get("/")
def home() -> ResponseReturnValue:
    return redirect(url_for("inbox.show"), 303)


@pages.get("/inbox")
def show() -> str:
    wanted = request.args.get("tab", "todo")
    tab = wanted if wanted in TABS else "todo"
    with visit.reading() as read:
        page = tasks.inbox(read, tab, after=request.args.get("after"))
        counts = tasks.inbox_counts(read)
    return render_template("inbox/inbox.html", tab=tab, tabs=TABS, page=page, counts=counts)
