"""What a form holds when it is opened, and which of its conditional fields apply to what is typed so far.

Nothing is judged here: wrong answers count as missing, and the engine decides again when the form is sent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, cast

from marshmallow import ValidationError

from engine.definition.answers import schema_of
from engine.definition.display import display, typed_values
from engine.definition.form import Field, Form
from engine.definition.gather import gather
from engine.definition.model import Expression
from engine.definition.surroundings import Surroundings, blank_answers, initial_values, names_of
from web.places import OpenForm
from web.sheet import Typed

_MOST_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Asked:
    shown: Collection[str]
    required: Collection[str]


def first_typed(opened: OpenForm) -> Typed:
    """The draft, else the answers of the visit before, else the defaults. A signature is given anew each time."""
    if opened.draft:
        return {name: _texts(value) for name, value in opened.draft.items()}
    answers = opened.kept or initial_values(opened.form, opened.scope, opened.moment, functions=opened.functions)
    unsigned = {item.id for item in opened.form.fields() if item.type != "signature"}
    flat: dict[str, list[str]] = {}
    for name, value in typed_values(opened.form, answers).items():
        if name in unsigned or opened.form.find_field(name) is None:
            _flatten(name, value, flat)
    return flat


def fixed_texts(opened: OpenForm) -> Mapping[str, str]:
    """What stands in the fields that cannot be changed here."""
    defaults = initial_values(opened.form, opened.scope, opened.moment, functions=opened.functions)
    return {item.id: display(item, opened.kept.get(item.id) if opened.marked else defaults.get(item.id))
            for item in opened.form.fields() if opened.marked or item.readonly}


def asked_fields(opened: OpenForm, typed: Typed) -> Asked:
    """The fields that apply to what is typed, and those of them that must be filled in."""
    around = Surroundings(opened.scope, opened.moment, opened.functions)
    fields = tuple(opened.form.fields())
    answers = _answers(opened, around, typed)
    shown = {item.id for item in fields}
    for _ in range(_MOST_ROUNDS):
        seen = {name: None if _is_hidden(fields, shown, name) else value for name, value in answers.items()}
        now = {item.id for item in fields if item.shown is None or around.evaluate(item.shown, seen) is True}
        if now == shown:
            break
        shown = now
    required = {item.id for item in fields if item.required is True or (
        isinstance(item.required, Expression) and around.evaluate(item.required, seen) is True)}
    return Asked(shown, required & shown)


def _answers(opened: OpenForm, around: Surroundings, typed: Typed) -> dict[str, object]:
    answers = {**blank_answers(opened.form), **opened.kept, **_loaded(opened.form, typed)}
    for item in opened.form.fields():
        if item.readonly:
            answers[item.id] = around.default_of(item, answers)
        elif item.type in ("person", "unit") and isinstance(answers.get(item.id), str):
            answers[item.id] = {"id": answers[item.id]}
    return answers


def _loaded(form: Form, typed: Typed) -> Mapping[str, object]:
    try:
        loaded = schema_of(form).load(gather(form, typed))
    except ValidationError as error:
        loaded = error.valid_data
    found = cast("dict[str, Any]", loaded or {})
    return {name: list(value.values()) if _is_table(form, name) and isinstance(value, dict) else value
            for name, value in found.items()}


def _is_table(form: Form, name: str) -> bool:
    item = form.find_field(name)
    return item is not None and item.type == "table"


def _is_hidden(fields: tuple[Field, ...], shown: Collection[str], name: str) -> bool:
    return any(item.id not in shown and name in names_of(item) for item in fields)


def _flatten(name: str, value: object, into: dict[str, list[str]]) -> None:
    """Rows and parts under the names that their inputs have."""
    if isinstance(value, list) and value and all(isinstance(row, Mapping) and "sha256" not in row for row in value):
        for number, row in enumerate(value):
            _flatten(f"{name}.{number}", row, into)
    elif isinstance(value, Mapping) and "sha256" not in value:
        for part, inner in value.items():
            _flatten(f"{name}.{part}", inner, into)
    else:
        into[name] = _texts(value)


def _texts(value: object) -> list[str]:
    parts = value if isinstance(value, list | tuple) else [value]
    return [str(part["id"]) if isinstance(part, Mapping) else str(part) for part in parts]
