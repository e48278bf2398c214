"""What a form holds when it is opened, and which of its conditional fields apply to what is typed so far.

Nothing is judged here: wrong answers count as missing, and the engine decides again when the form is sent.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.definition import submission
from engine.definition.display import display, typed_values
from engine.definition.submission import Asked
from engine.definition.surroundings import initial_values
from web.places import OpenForm
from web.sheet import Typed


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
    return submission.asked_fields(
        opened.form, typed, scope=opened.scope, moment=opened.moment, functions=opened.functions,
        may_write=frozenset(opened.marked) or None, kept=opened.kept)


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
