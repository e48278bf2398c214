"""A form while it is filled in: what stands in it, what is wrong with it, what is asked. What the macros draw.

It validates nothing: the engine does, and its sentences are put beside the fields here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _

from engine.definition.form import Field, Form
from engine.errors import FieldError, Rejected, Sentence

Typed = Mapping[str, list[str]]
_MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Choices:
    """What person, unit and file fields choose from or show."""

    people: tuple[Any, ...] = ()
    units: tuple[Any, ...] = ()
    files: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    form: Form
    place: str
    typed: Typed
    errors: tuple[FieldError, ...] = ()
    refusal: Rejected | None = None
    asked: Collection[str] | None = None
    """Field ids that are asked now; None when that is not known (then all are shown)."""
    required: Collection[str] = ()
    marked: Collection[str] = ()
    """Fields that a return marked: only these may be changed. Empty: all may."""
    fixed: Mapping[str, str] = field(default_factory=dict)
    """Answers that cannot be changed here, as people read them."""
    choices: Choices = Choices()
    extra_rows: Mapping[str, int] = field(default_factory=dict)

    def value(self, name: str) -> str:
        return next(iter(self.typed.get(name, ())), "")

    def values(self, name: str) -> list[str]:
        return list(self.typed.get(name, ()))

    def complaint(self, name: str) -> Sentence | None:
        found = next((error for error in self.errors if error.field == name), None)
        return Sentence(found.zh, found.en) if found else None

    def clauses(self, name: str) -> tuple[str, ...]:
        return next((error.clauses for error in self.errors if error.field == name), ())

    def is_first_error(self, name: str) -> bool:
        return bool(self.errors) and self.errors[0].field == name

    def is_asked(self, item: Field) -> bool:
        return self.asked is None or item.id in self.asked

    def is_writable(self, item: Field) -> bool:
        return not self.marked or item.id in self.marked

    def is_required(self, item: Field) -> bool:
        return item.required is True or item.id in self.required

    def rows(self, item: Field) -> range:
        """Rows of a table to draw: those with something in them, one more when asked for, one at least."""
        filled = 1 + max((row for row in self._row_numbers(item)), default=-1)
        return range(min(_MOST_ROWS, max(1, filled + self.extra_rows.get(item.id, 0))))

    def label_of(self, name: str) -> str:
        """The printed label of a field or table cell, for the list of errors."""
        field_id, *rest = name.split(".")
        found = self.form.find_field(field_id)
        if found is None:
            return _("意见") if name == "comment" else ""
        if len(rest) != 2 or not rest[0].isdigit():
            return found.label
        inner = next((item.label for item in found.columns if item.id == rest[1]), "")
        return f"{found.label} {int(rest[0]) + 1} {inner}"

    def kept(self) -> Iterator[tuple[str, str]]:
        """Everything typed as people read it, for a page where it can no longer be sent."""
        known = {chosen.id: chosen.name for chosen in (*self.choices.people, *self.choices.units)}
        known |= {file_id: file.name for file_id, file in self.choices.files.items()}
        for item in self.form.fields():
            words = known | {option.value: option.label for option in item.options}
            for name in self._names_of(item):
                text = _("、").join(words.get(value, value) for value in self.values(name) if value)
                text = text.replace("T", " ") if item.type == "datetime" else text
                if text:
                    yield self.label_of(name) or item.label, text

    def with_errors(self, errors: Iterable[FieldError]) -> Sheet:
        return replace(self, errors=tuple(errors))

    def refused(self, refusal: Rejected) -> Sheet:
        return replace(self, refusal=refusal)

    def _names_of(self, item: Field) -> list[str]:
        """The inputs of a field: its own, the texts beside its options, the cells of its rows."""
        beside = {f"{item.id}_{option.value}" for option in item.options if option.text}
        return [name for name in self.typed if name == item.id or name in beside or name.startswith(item.id + ".")]

    def _row_numbers(self, item: Field) -> list[int]:
        names = (name.split(".") for name in self.typed if name.startswith(item.id + "."))
        return [int(parts[1]) for parts in names if len(parts) > 2 and parts[1].isdigit() and int(parts[1]) < _MOST_ROWS]
