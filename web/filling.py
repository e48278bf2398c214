"""From the browser's fields to what a verb takes, and back to the page with nothing typed lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.definition.form import Field, Form
from engine.errors import FieldError, NotFound, Rejected, SubmissionInvalid
from engine.store.queries import attachments as attachment_queries
from engine.store.queries import people
from engine.verbs import attachments, drafts
from web import asking, controls, visit
from web.places import OpenForm
from web.sheet import Choices, Sheet

_MOST_PEOPLE = 500


def blank_sheet(read: Any, opened: OpenForm) -> Sheet:
    """The form as it is first shown."""
    return furnish(read, Sheet(opened.form, opened.place, asking.first_typed(opened), marked=opened.marked), opened)


def furnish(read: Any, sheet: Sheet, opened: OpenForm) -> Sheet:
    """Add what is asked now, and the people, units and files that fields show."""
    asked = asking.asked_fields(opened, sheet.typed)
    return replace(sheet, asked=asked.shown, required=asked.required, fixed=asking.fixed_texts(opened),
                   choices=_choices(read, sheet))


def received_sheet(opened: OpenForm) -> Sheet:
    """What the browser sent, with uploads already stored; a refused file is an error at its field."""
    typed = read_typed()
    errors: list[FieldError] = []
    for name, upload in _uploads(opened.form):
        try:
            with visit.acting() as unit:
                stored = attachments.add(unit, field=name, name=upload.filename or "", stream=upload.stream)
        except SubmissionInvalid as error:
            errors.extend(FieldError(name, wrong.zh, wrong.en, wrong.clauses) for wrong in error.errors)
        else:
            typed.setdefault(name, []).append(stored.id)
    added = request.form.get(controls.ADD_ROW, "")
    return Sheet(opened.form, opened.place, typed, tuple(errors), marked=opened.marked, extra_rows={added: 1} if added else {})


def read_typed() -> dict[str, list[str]]:
    """Every answer the browser sent. Whether the form knows the name is for the engine to say."""
    return {name: values for name, values in request.form.lists() if name not in controls.EVERY}


def submit(sheet: Sheet, carry_out: Callable[[Any], Any], show: Callable[[Sheet], str]) -> ResponseReturnValue:
    """Carry out a verb with a sheet: the receipt, or the page again with its messages and all that was typed."""
    if controls.SAVE in request.form:
        return save_draft(sheet)
    if controls.ADD_ROW in request.form:
        return show(sheet)
    if sheet.errors:
        return show(sheet), 422
    try:
        done = visit.engine().carry_out(visit.actor(), carry_out)
    except NotFound:
        raise
    except SubmissionInvalid as error:
        return show(sheet.with_errors(error.errors)), 422
    except Rejected as error:
        if getattr(error, "discard", False):
            raise  # nothing of what was entered may be kept, not even on the page
        return show(sheet.refused(error)), error.status
    return redirect(url_for("instances.receipt", instance_id=done.instance_id, seq=done.seq), 303)


def save_draft(sheet: Sheet) -> ResponseReturnValue:
    with visit.acting() as unit:
        drafts.save(unit, place=sheet.place, typed=sheet.typed)
    return redirect(f"{request.path}?said=saved", 303)


def _uploads(form: Form) -> Iterator[tuple[str, Any]]:
    """Uploaded files of the form's own file fields, in the order of the form."""
    for name in _file_names(form):
        yield from ((name, upload) for upload in request.files.getlist(name) if upload.filename)


def _file_names(form: Form) -> Iterator[str]:
    for item in form.fields():
        if item.type == "file":
            yield item.id
        elif item.type == "seal":
            yield f"{item.id}.scan"


def _choices(read: Any, sheet: Sheet) -> Choices:
    kinds = {item.type for item in _every_field(sheet.form)}
    needs_people = bool(kinds & {"person", "seal"})
    return Choices(
        people=tuple(people.find_people(read, "", limit=_MOST_PEOPLE)) if needs_people else (),
        units=tuple(people.list_units(read)) if "unit" in kinds else (),
        files=_files(read, sheet))


def _files(read: Any, sheet: Sheet) -> Mapping[str, Any]:
    ids = [value for name in _file_names(sheet.form) for value in sheet.values(name)]
    found = {}
    for attachment_id in ids:
        try:
            found[attachment_id] = attachment_queries.get_attachment(read, attachment_id)
        except NotFound:
            continue
    return found


def _every_field(form: Form) -> Iterator[Field]:
    for item in form.fields():
        yield item
        yield from item.columns
