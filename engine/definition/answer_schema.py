"""JSON Schema (2020-12) of what a form asks, for programs that fill it in.

It tells shapes, choices and lengths. What only the engine can decide (is it asked now, does a check hold) it leaves
out, so that everything the form takes is valid here, though not everything valid here is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import Any

from engine.definition.answers import MAX_ROWS
from engine.definition.form import Field, Form
from engine.definition.schema import DIALECT

Schema = dict[str, Any]
_TEXTS = {"email": "email", "url": "uri", "date": "date"}
_NOTES = {"tel": "手机、带区号的固定电话或校内短号 / a mobile, landline or internal number", "person": "人员编号 / id of a person",
          "unit": "单位编号 / id of a unit",
          "datetime": "时刻，如 2026-11-18T09:50:00+08:00；不写时区为北京时间 / a moment, +08:00 unless it says otherwise",
          "ip_list": "IP 地址或网段 / addresses or networks", "port_list": "端口 / ports"}


def schema_of_answers(form: Form, may_write: Set[str] | None = None) -> Schema:
    """The object of a form's answers. With `may_write` only those fields may be given."""
    fields = [item for item in form.fields() if may_write is None or item.id in may_write]
    return {"$schema": DIALECT, "title": form.title, **_object(fields)}


def _object(fields: Iterable[Field]) -> Schema:
    asked = [item for item in fields if item.type != "static" and not item.readonly]
    properties: dict[str, Schema] = {}
    for item in asked:
        properties[item.id] = _of_field(item)
        properties.update({f"{item.id}_{option.value}": {"type": "string", "title": option.label, "maxLength": item.max_length}
                           for option in item.options if option.text})
    required = [item.id for item in asked if item.required is True and item.shown is None]
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": required}


def _of_field(item: Field) -> Schema:
    hint = "；".join(text for text in (item.help, _NOTES.get(item.type, ""), f"例 / e.g. {item.example}" if item.example else "") if text)
    facts = {"title": item.label, **({"description": hint} if hint else {}), "x-type": item.type,
             **({"x-basis": list(item.basis)} if item.basis else {}), **({"x-personal": item.personal} if item.personal else {}),
             **({"x-conditional": True} if item.shown is not None or not isinstance(item.required, bool) else {})}
    return {**_shape(item), **facts}


def _shape(item: Field) -> Schema:
    choices = [option.value for option in item.options]
    if item.type in ("radio", "select"):
        return {"enum": choices}
    if item.type == "checkbox":
        return {"type": "array", "items": {"enum": choices}}
    if item.type == "table":
        return {"type": "array", "maxItems": MAX_ROWS, "items": _object(item.columns)}
    if item.type == "file":
        return {"type": "array", "items": {"type": "string", "description": "附件编号 / id of an upload"}}
    if item.type == "signature":
        return {"const": True}
    if item.type == "seal":
        return {"type": "object", "additionalProperties": False, "required": ["sealed"], "properties": {
            "sealed": {"type": "boolean"}, "sealed_on": {"type": "string", "format": "date"},
            "received_by": {"type": "string"}, "scan": {"type": "array", "items": {"type": "string"}}}}
    if item.type == "number":
        return {"type": ["number", "string"]}
    if item.type in ("ip_list", "port_list"):
        return {"type": ["array", "string"], "items": {"type": ["string", "integer"]}}
    return {"type": "string", "maxLength": item.max_length, **({"format": _TEXTS[item.type]} if item.type in _TEXTS else {})}
