"""The duty roster: who is on duty when, for whoever keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.definition.normalise import Wrong, normal_moment
from engine.errors import FieldError, SubmissionInvalid
from engine.verbs import roster
from engine.views.roster import get_roster
from web import visit

pages = Blueprint("roster", __name__)

_TYPED = ("role", "unit", "person", "second", "since", "until")


@pages.get("/roster")
def index() -> str:
    return _page()


@pages.post("/roster")
def create() -> ResponseReturnValue:
    """One shift, or two side by side when somebody else shares it: both or none."""
    sent = {name: request.form.get(name, "").strip() for name in _TYPED}
    try:
        since, until = _moments(sent["since"], sent["until"])
        visit.engine().carry_out(visit.actor(), partial(_set_shifts, sent=sent, since=since, until=until))
    except SubmissionInvalid as error:
        return _page(sent, error.errors), 422
    return redirect(url_for("roster.index", said="shift-set"), 303)


@pages.post("/roster/<shift_id>/withdraw")
def destroy(shift_id: str) -> ResponseReturnValue:
    visit.engine().carry_out(visit.actor(), partial(roster.withdraw_shift, shift_id=shift_id))
    return redirect(url_for("roster.index", said="shift-withdrawn"), 303)


def _set_shifts(unit: Any, *, sent: Mapping[str, str], since: datetime, until: datetime) -> None:
    for name in ("person", "second") if sent["second"] not in ("", sent["person"]) else ("person",):
        _set_shift(unit, sent, name, since, until)


def _set_shift(unit: Any, sent: Mapping[str, str], name: str, since: datetime, until: datetime) -> None:
    """The shift of one of the two; what is wrong with a person is said at the field they were chosen in."""
    try:
        roster.set_shift(unit, role=sent["role"], unit_id=sent["unit"], person_id=sent[name], since=since, until=until)
    except SubmissionInvalid as error:
        raise SubmissionInvalid(replace(one, field=name) if one.field == "person" else one for one in error.errors) from None


def _moments(since: str, until: str) -> tuple[datetime, datetime]:
    """As typed, in China time. Raises SubmissionInvalid."""
    read, errors = [], []
    for name, text in (("since", since), ("until", until)):
        try:
            read.append(normal_moment(text))
        except Wrong as wrong:
            errors.append(FieldError(name, wrong.zh, wrong.en))
    if errors:
        raise SubmissionInvalid(errors)
    return read[0], read[1]


def _page(sent: Mapping[str, str] | None = None, errors: Iterable[FieldError] = ()) -> str:
    with visit.reading() as read:
        view = get_roster(read)
        now = read.now
    first = dict.fromkeys(_TYPED, "") | {"role": view.roles[0].id if view.roles and view.roles[0].is_asked else ""}
    return render_template("roster/roster.html", view=view, typed=sent or first, wrong={error.field: error for error in errors},
                           titles={role.id: role.title for role in view.roles}, now=now)
