"""Tasks: the page of one, and what may be done with it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.verbs import tasks, withdrawals
from engine.views import instances
from engine.views import tasks as views
from web import controls, visit
from web.filling import blank_sheet, furnish, received_sheet, submit
from web.places import OpenForm, form_of_sender, form_of_task
from web.returning import returns_of
from web.sheet import Sheet

pages = Blueprint("tasks", __name__)


@pages.get("/tasks/<task_id>")
def show(task_id: str) -> str:
    with visit.reading() as read:
        view = views.get_task(read, task_id)
        sheet = blank_sheet(read, form_of_task(read, view)) if view.form is not None and view.may_act else None
        return _page(read, view, sheet)


@pages.post("/tasks/<task_id>")
def complete(task_id: str) -> ResponseReturnValue:
    with visit.reading() as read:
        opened = form_of_sender(read, views.get_task(read, task_id))
    sheet, sent = received_sheet(opened), request.form
    return submit(sheet, lambda unit: tasks.complete(
        unit, task_id=task_id, typed=sheet.typed, action=sent.get(controls.ACTION, "complete"),
        marked=tuple(sent.getlist(controls.MARKED)), comment=sent.get(controls.COMMENT, ""),
        key=sent.get(controls.KEY, "")), lambda mended: _show_again(task_id, opened, mended))


@pages.post("/tasks/<task_id>/claim")
def claim(task_id: str) -> ResponseReturnValue:
    visit.engine().carry_out(visit.actor(), partial(tasks.claim, task_id=task_id))
    return redirect(url_for("tasks.show", task_id=task_id, said="claimed"), 303)


@pages.post("/tasks/<task_id>/withdraw")
def withdraw(task_id: str) -> ResponseReturnValue:
    key = request.form.get(controls.KEY, "")
    done = visit.engine().carry_out(visit.actor(), partial(withdrawals.withdraw, task_id=task_id, key=key))
    return redirect(url_for("instances.show", instance_id=done.instance_id, said="withdrawn"), 303)


@pages.post("/tasks/<task_id>/release")
def release(task_id: str) -> ResponseReturnValue:
    visit.engine().carry_out(visit.actor(), partial(tasks.release, task_id=task_id))
    return redirect(url_for("inbox.show", said="released"), 303)


def _show_again(task_id: str, opened: OpenForm, sheet: Sheet) -> str:
    with visit.reading() as read:
        return _page(read, views.get_task(read, task_id), furnish(read, sheet, opened))


def _page(read: Any, view: views.TaskView, sheet: Sheet | None) -> str:
    case = instances.get_instance(read, view.instance.id)
    case = replace(case, submissions=tuple(row for row in case.submissions if row.loop_id not in view.aside))
    return render_template("tasks/task.html", task=view, sheet=sheet, case=case, ways_back=returns_of(view),
                           comment=request.form.get(controls.COMMENT, ""),
                           ticked=request.form.getlist(controls.MARKED))
