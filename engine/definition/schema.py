"""JSON Schema (2020-12) of every kind of file, written from the same table of keys the reader uses.

For editors: completion and descriptions in Chinese. What a schema cannot say is said by the reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.definition import keys
from engine.definition.ids import ID_PATTERN, MAX_LENGTH
from engine.definition.keys import NOUNS, STEPS, Key, Noun
from engine.definition.keys.words import ACTIONS, COLUMN_TYPES, FIELD_TYPES, HITS, JOINS, SCOPES
from engine.definition.keywords import KEYS, WORDS
from engine.definition.library import Library
from engine.definition.model import LANGUAGE

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LITERAL: Schema = {"type": ["string", "number", "boolean", "null"]}
_TEXT: Schema = {"type": ["string", "number", "boolean"]}
_ID: Schema = {"type": "string", "pattern": ID_PATTERN, "maxLength": MAX_LENGTH}
_CLAUSE: Schema = {"$ref": "#/$defs/clause_id"}
_NAMED = {"form": "form_id", "role": "role_id", "on_duty": "role_id", "register": "register_id", "entry": "register_id",
          "for_each": "register_id"}
"""Keys of kind `word` whose values are names of the library."""


def definition_schema(library: Library | None = None) -> Schema:
    """The schema of a definition file; with a library, its names are offered."""
    schema = _document(keys.DEFINITION)
    if library is not None:
        _offer(schema, library)
    return schema


def form_schema() -> Schema:
    """The schema of a form file."""
    return _document(keys.FORM)


def table_schema() -> Schema:
    """The schema of a decision table in a file of its own."""
    return _document(keys.TABLE)


def in_chinese_words(schema: Schema) -> Schema:
    """The same schema for files with Chinese keywords."""
    return {**_said(schema), "$defs": {name: _said_words(name, definition) for name, definition in schema["$defs"].items()}}


def _said(schema: Schema) -> Schema:
    """An object with its keys in Chinese; whatever else a schema is, as it is."""
    if "properties" not in schema:
        return schema
    return {**schema, "required": [KEYS[name] for name in schema["required"]],
            "properties": {KEYS[name]: _words(value) for name, value in schema["properties"].items()}}


def _said_words(name: str, schema: Schema) -> Schema:
    if name == "flag":
        return {"enum": ["是", "否"]}
    return _words(schema) if name.endswith("_word") else _said(schema)


def _words(schema: Schema) -> Schema:
    """The closed words of an enumeration in Chinese, at any depth of alternatives."""
    if "anyOf" in schema:
        return {**schema, "anyOf": [_words(each) for each in schema["anyOf"]]}
    return {**schema, "enum": [WORDS.get(word, word) for word in schema["enum"]]} if "enum" in schema else schema


def pack_schema() -> Schema:
    """The schema of a pack."""
    return _document(keys.PACK)


def _document(noun: Noun) -> Schema:
    definitions = {name: _object(NOUNS[name]) for name in _reached(noun) if name != noun.name}
    schema = {"$schema": DIALECT, **_object(noun), "title": noun.zh, "$defs": {**definitions, **_shared(), **_lists()}}
    schema["properties"]["anliu"]["const"] = LANGUAGE
    return schema


def _reached(noun: Noun) -> list[str]:
    """The nouns that a file of this noun may hold, itself first."""
    found = [noun.name]
    for name in found:  # grows while it is walked
        for part in (part for key in NOUNS[name].keys for part in _parts(key.kind)):
            inner = _HOLDING.get(part, [part])
            found += [each for each in inner if each in NOUNS and each not in found]
    return found


def _parts(kind: str) -> Iterator[str]:
    yield from kind.rstrip("*").strip("{}").split("|")


def _object(noun: Noun) -> Schema:
    return {"type": "object", "title": noun.zh, "additionalProperties": False,
            "required": [key.name for key in noun.keys if key.required],
            "properties": {key.name: {"description": key.zh, **_of_key(key)} for key in noun.keys}}


def _of_key(key: Key) -> Schema:
    if key.kind == "word" and key.name in _NAMED:
        return {"$ref": f"#/$defs/{_NAMED[key.name]}"}
    if key.name == "action":
        return {"enum": list(ACTIONS)}
    if key.name == "required":
        return {"type": ["boolean", "string"]}
    if key.kind == "{steps|branch}":
        return {**_of_kind(key.kind), "minProperties": 2}
    return _of_kind(key.kind)


def _of_kind(kind: str) -> Schema:
    if kind.endswith("*"):
        one = _of_kind(kind[:-1])
        return {"anyOf": [one, {"type": "array", "items": one}]}
    if kind.startswith("{"):
        return {"type": "object", "propertyNames": _ID, "additionalProperties": _of_kind(kind.strip("{}"))}
    if "|" in kind:
        return {"anyOf": [_of_kind(part) for part in kind.split("|")]}
    return {"$ref": f"#/$defs/{kind}"}


def _shared() -> Schema:
    names: Schema = {"type": "object", "propertyNames": _ID, "additionalProperties": {"$ref": "#/$defs/value"}}
    return {
        "text": _TEXT, "id": _ID, "word": {"type": "string"}, "flag": {"type": "boolean"},
        "count": {"type": "integer", "minimum": 1}, "expr": _TEXT, "either": _TEXT, "moment": {"type": "string"},
        "value": {"anyOf": [_LITERAL, {"type": "array", "items": {"$ref": "#/$defs/value"}}]},
        "basis": {"anyOf": [_CLAUSE, {"type": "array", "items": _CLAUSE, "minItems": 1}]},
        "clause_id": {"type": "string"}, "role_id": {"type": "string"}, "form_id": {"type": "string"},
        "register_id": {"type": "string"}, "target": {"type": "string"}, "any_word": {"type": "string"},
        "unit_word": {"type": "string"},
        "limit": {"type": "string", "description": "30 minutes、3 working days、3个工作日，或参数名"},
        "every": {"type": "string", "description": "week、quarter、每周、6个月"},
        "remind": {"type": "string", "description": "50% 或 5 minutes before"}, "names": names,
        "pack_values": {"type": "object", "propertyNames": _ID, "additionalProperties": _of_kind("parameter")},
        "action_word": {"enum": [kind for kind in ACTIONS if kind != "return"]}, "table_id": {"type": "string"},
        "decide": {"anyOf": [{"$ref": "#/$defs/table_id"}, {"$ref": "#/$defs/inline_table"}]},
        "hit_word": {"enum": list(HITS)}, "column_word": {"enum": list(COLUMN_TYPES)},
        "cell": {"anyOf": [_LITERAL, {"type": "array", "items": _LITERAL}]},
        "cells": {"type": "object", "propertyNames": _ID, "additionalProperties": {"$ref": "#/$defs/cell"}},
        "result": {"anyOf": [{"$ref": "#/$defs/value"}, names]},
        "join_word": {"anyOf": [{"enum": list(JOINS)}, {"type": "integer", "minimum": 1}]},
        "type_word": {"enum": list(FIELD_TYPES)}, "scope_word": {"enum": list(SCOPES)},
    }


_STEPS = (*STEPS.values(), keys.END_STEP, keys.SET)
_HOLDING = {"steps": [step.name for step in _STEPS], "fields": ["field"], "decide": ["inline_table"]}
"""The nouns within what is read by hand."""


def _lists() -> Schema:
    """Lists of maps of one id: steps and fields."""
    step: Schema = {"anyOf": [{"$ref": f"#/$defs/{noun.name}"} for noun in _STEPS]}
    return {"steps": {"type": "array", "items": _one(step), "minItems": 1},
            "fields": {"type": "array", "items": _one({"$ref": "#/$defs/field"})}}


def _one(of: Schema) -> Schema:
    return {"type": "object", "minProperties": 1, "maxProperties": 1, "propertyNames": _ID, "additionalProperties": of}


def _offer(schema: Schema, library: Library) -> None:
    definitions = schema["$defs"]
    assert isinstance(definitions, dict)
    offers = {"clause_id": ["proposed", *library.clauses], "role_id": library.roles, "form_id": library.forms,
              "register_id": library.registers, "table_id": library.table_names()}
    definitions.update({name: {"enum": sorted(names)} for name, names in offers.items()})
