"""JSON Schema (2020-12) of definition and form files, written from the same table of keys the reader uses.

For editors: completion and descriptions in Chinese. What a schema cannot say is said by the reader.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.definition import keys
from engine.definition.form_reader import FIELD_TYPES
from engine.definition.ids import ID_PATTERN, MAX_LENGTH
from engine.definition.keys import NOUNS, Key, Noun
from engine.definition.library import Library
from engine.definition.model import LANGUAGE
from engine.definition.steps import ACTIONS

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LITERAL: Schema = {"type": ["string", "number", "boolean", "null"]}
_TEXT: Schema = {"type": ["string", "number", "boolean"]}
_ID: Schema = {"type": "string", "pattern": ID_PATTERN, "maxLength": MAX_LENGTH}


def definition_schema(library: Library | None = None) -> Schema:
    """The schema of a definition file; with a library, its names are offered."""
    schema = _document(keys.DEFINITION, ("form", "section", "field", "check", "option", "definition"))
    if library is not None:
        _offer(schema, library)
    return schema


def form_schema() -> Schema:
    """The schema of a form file."""
    wanted = {"section", "field", "check", "option"}
    return _document(keys.FORM, tuple(name for name in NOUNS if name not in wanted))


def _document(noun: Noun, without: Iterable[str]) -> Schema:
    definitions = {name: _object(item) for name, item in NOUNS.items() if name not in set(without)}
    definitions.update(_shared())
    if noun is keys.DEFINITION:
        definitions.update(_steps())
        definitions["action"] = {"anyOf": [{"enum": [kind for kind in ACTIONS if kind != "return"]},
                                           definitions["action"]]}
    else:
        definitions["option"] = {"anyOf": [_TEXT, definitions["option"]]}
    return {"$schema": DIALECT, **_object(noun), "title": noun.zh, "$defs": definitions}


def _object(noun: Noun) -> Schema:
    return {"type": "object", "title": noun.zh, "additionalProperties": False,
            "required": [key.name for key in noun.keys if key.required],
            "properties": {key.name: {"description": key.zh, **_of_key(noun, key)} for key in noun.keys}}


def _of_key(noun: Noun, key: Key) -> Schema:
    special = _SPECIAL.get((noun.name, key.name))
    return special if special is not None else _of_kind(key.kind)


def _of_kind(kind: str) -> Schema:
    if kind.endswith("*"):
        one = _of_kind(kind[:-1])
        return {"anyOf": [one, {"type": "array", "items": one}]}
    if kind == "any":
        return {}
    return {"$ref": f"#/$defs/{kind}"}


def _shared() -> Schema:
    return {
        "text": _TEXT, "id": _ID, "word": {"type": "string"}, "flag": {"type": "boolean"},
        "count": {"type": "integer", "minimum": 1}, "expr": _TEXT, "either": _TEXT,
        "value": {"anyOf": [_LITERAL, {"type": "array", "items": {"$ref": "#/$defs/value"}}]},
        "basis": {"anyOf": [{"$ref": "#/$defs/clause_id"},
                            {"type": "array", "items": {"$ref": "#/$defs/clause_id"}, "minItems": 1}]},
        "clause_id": {"type": "string"}, "role_id": {"type": "string"}, "form_id": {"type": "string"},
        "register_id": {"type": "string"},
        "limit": {"type": "string", "description": "30 minutes、3 working days、3个工作日，或参数名"},
        "remind": {"type": "string", "description": "50% 或 5 minutes before"},
        "names": {"type": "object", "propertyNames": _ID, "additionalProperties": {"$ref": "#/$defs/value"}},
    }


def _steps() -> Schema:
    kinds: Schema = {"anyOf": [{"$ref": f"#/$defs/{noun.name}"} for noun in
                               (keys.TASK, keys.SWITCH, keys.FORK, keys.END_STEP, keys.SET)]}
    one: Schema = {"type": "object", "minProperties": 1, "maxProperties": 1, "propertyNames": _ID,
                   "additionalProperties": kinds}
    return {"steps": {"type": "array", "items": one, "minItems": 1}}


def _by_id(kind: str) -> Schema:
    return {"type": "object", "propertyNames": _ID, "additionalProperties": _of_kind(kind)}


_DUE: Schema = {"anyOf": [_of_kind("limit"), _of_kind("due")]}
_FIELDS: Schema = {"type": "array", "items": {**_by_id("field"), "minProperties": 1, "maxProperties": 1}}
_SPECIAL: dict[tuple[str, str], Schema] = {
    ("definition", "anliu"): {"const": LANGUAGE}, ("form", "anliu"): {"const": LANGUAGE},
    ("definition", "parameters"): _by_id("parameter"), ("definition", "deadlines"): _by_id("deadline"),
    ("task", "due"): _DUE, ("start", "due"): _DUE, ("fork", "fork"): {**_by_id("steps"), "minProperties": 2},
    ("fork", "join"): {"const": "all"}, ("action", "action"): {"enum": list(ACTIONS)},
    ("rule", "unit"): _of_kind("expr"),
    ("deadline", "bases"): _by_id("expr"), ("section", "fields"): _FIELDS, ("field", "columns"): _FIELDS,
    ("field", "type"): {"enum": list(FIELD_TYPES)}, ("field", "required"): {"type": ["boolean", "string"]},
    ("rule", "role"): {"$ref": "#/$defs/role_id"}, ("record", "register"): {"$ref": "#/$defs/register_id"},
    **{(noun, "form"): {"$ref": "#/$defs/form_id"} for noun in ("start", "task", "request")},
    **{(noun, "number"): {"type": "object", "propertyNames": _ID, "additionalProperties": {"type": "string"}}
       for noun in ("start", "task", "request", "set_step")},
    ("parameter", "value"): {"type": ["string", "number"]},
}


def _offer(schema: Schema, library: Library) -> None:
    definitions = schema["$defs"]
    assert isinstance(definitions, dict)
    offers = {"clause_id": ["proposed", *library.clauses], "role_id": library.roles, "form_id": library.forms,
              "register_id": library.registers}
    definitions.update({name: {"enum": sorted(names)} for name, names in offers.items()})
