"""The form model: which fields a form has, what they must hold, and why. Knows neither HTML nor marshmallow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from engine.definition.model import Expression, Value
from engine.errors import Place

FieldType = Literal[
    "text", "textarea", "tel", "email", "date", "datetime", "number", "ip_list", "port_list", "url", "domain",
    "radio", "checkbox", "select", "table", "person", "unit", "signature", "seal", "file", "static",
]


@dataclass(frozen=True, slots=True)
class Check:
    """A rule over the answers: `that` must be true. A warning is shown and does not block."""

    that: Expression
    otherwise: str
    basis: tuple[str, ...]
    warn: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    text: bool = False
    """A ticked option asks for a text of its own (`版本 _____`), kept as answers[`<field>_<value>`]."""


@dataclass(frozen=True, slots=True)
class Field:
    id: str
    label: str
    type: FieldType
    basis: tuple[str, ...]
    required: bool | Expression = False
    shown: Expression | None = None
    """Hidden fields are neither asked nor stored."""
    options: tuple[Option, ...] = ()
    columns: tuple[Field, ...] = ()
    default: Value = None
    readonly: bool = False
    """Shown with its default, set by the engine, never accepted from a browser."""
    help: str = ""
    example: str = ""
    checks: tuple[Check, ...] = ()
    personal: str = ""
    """For personal data: purpose, shown to who fills it in; such values are masked in lists, traces and exports."""
    max_length: int = 2000
    place: Place = field(compare=False, default=Place())


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Form:
    id: str
    title: str
    sections: tuple[Section, ...]
    source: str = ""
    """The printed form it carries, e.g. XZTC-A4."""
    note: str = ""
    checks: tuple[Check, ...] = ()
    place: Place = field(compare=False, default=Place())

    def __hash__(self) -> int:
        # Not of all its fields: a form is looked up in caches at every submission.
        return hash((self.id, self.title))

    @cached_property
    def _fields(self) -> tuple[Field, ...]:
        return tuple(item for section in self.sections for item in section.fields)

    @cached_property
    def _by_id(self) -> Mapping[str, Field]:
        return {item.id: item for item in reversed(self._fields)}

    def fields(self) -> tuple[Field, ...]:
        """The fields of all sections, in the order of the form."""
        return self._fields

    def find_field(self, field_id: str) -> Field | None:
        return self._by_id.get(field_id)
