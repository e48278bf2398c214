"""The operator's page of a running case: one form an operation, each with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import NotAllowed, NotFound, Rejected
from engine.verbs import corrections, moves, operations
from engine.views.operations import operations_view, value_typed
from web import controls, visit
from web.language import language

pages = Blueprint("operations", __name__)

_TYPED = ("operation", "reason", "position", "step", "variable", "value", "clauses", "correction")
Verb = Callable[[Any], object]


@pages.get("/instances/<instance_id>/operations")
def show(instance_id: str) -> str:
    return _page(instance_id, {})


@pages.post("/instances/<instance_id>/operations")
def create(instance_id: str) -> ResponseReturnValue:
    """What was refused is said on the same page, and nothing that was typed is lost."""
    sent = {name: request.form.get(name, "").strip() for name in _TYPED}
    try:
        visit.engine().carry_out(visit.actor(), _verb(instance_id, sent))
    except NotFound as error:
        if error.sentence == NotFound().sentence:
            raise
        return _page(instance_id, sent, error), 422
    except NotAllowed:
        raise
    except Rejected as error:
        return _page(instance_id, sent, error), error.status
    return redirect(url_for("instances.show", instance_id=instance_id, said="operated"), 303)


def _verb(instance_id: str, sent: Mapping[str, str]) -> Verb:
    """The verb that was asked for. Raises NotFound for one that there is not, SubmissionInvalid for a value that is none."""
    key, reason = request.form.get(controls.KEY, ""), sent["reason"]
    whole = {"suspend": operations.suspend, "resume": operations.resume, "cancel": operations.cancel}
    move = {"return": moves.return_to, "jump": moves.jump}
    decide = {"confirm": corrections.confirm, "decline": corrections.decline}
    name = sent["operation"]
    if name in whole:
        return partial(whole[name], instance_id=instance_id, reason=reason, key=key)
    if name in move:
        return partial(move[name], instance_id=instance_id, reason=reason, key=key, step_id=sent["step"], token_id=sent["position"])
    if name in decide:
        return partial(decide[name], correction_id=sent["correction"], remark=reason, key=key)
    if name != "change":
        raise NotFound()
    with visit.reading() as read:
        value = value_typed(read, instance_id, sent["variable"], sent["value"])
    return partial(operations.change_variable, instance_id=instance_id, name=sent["variable"], value=value, reason=reason, key=key,
                   clauses=tuple(sent["clauses"].split()))


def _page(instance_id: str, sent: Mapping[str, str], error: Rejected | None = None) -> str:
    with visit.reading() as read:
        view = operations_view(read, instance_id)
    errors = [each.en if language() == "en" else each.zh for each in getattr(error, "errors", ())]
    if error is not None and not errors:
        errors = [error.sentence.in_language(language())]
    return render_template("operations/operations.html", view=view, typed={**dict.fromkeys(_TYPED, ""), **sent}, errors=errors)
