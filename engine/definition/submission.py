"""What was typed into a form becomes answers, or every wrong field is named and nothing typed is lost.

Types are read by the schema of the form; then people, units and attachments are looked up, hidden fields
dropped, read-only fields filled, required ones asked for and the checks made, all in FEEL. It refuses to
know HTML and the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from marshmallow import ValidationError

from engine.definition.answers import UNKNOWN, is_blank, schema_of
from engine.definition.form import Check, Field, Form
from engine.definition.gather import gather
from engine.definition.lookups import Known, Lookups
from engine.definition.model import Expression
from engine.definition.surroundings import (
    Answers,
    Functions,
    Surroundings,
    blank_answers,
    fields_by_name,
    initial_values,
    names_of,
)
from engine.errors import FieldError, Sentence, SubmissionInvalid


@dataclass(frozen=True, slots=True)
class Submission:
    """Answers ready to be stored (hidden fields are absent), and what the person should look at again."""

    answers: Answers
    warnings: tuple[FieldError, ...] = ()


def validate(form: Form, typed: Mapping[str, object], *, scope: Mapping[str, object], moment: datetime,
             known: Known, functions: Functions | None = None, may_write: Set[str] | None = None,
             kept: Mapping[str, object] | None = None) -> Submission:
    """The submission, or SubmissionInvalid with every wrong field.

    `scope` holds the variables and `step`. With `may_write` only those fields are taken from `typed`; the
    others keep the answers in `kept`.
    """
    filling = _Filling(form, Surroundings(scope, moment, functions or {}), may_write)
    filling.read(typed, known)
    filling.keep(kept or {})
    filling.settle()
    filling.check()
    errors = filling.errors_in_order()
    if errors:
        raise SubmissionInvalid(errors)
    return Submission(filling.stored(), tuple(filling.warnings))


@dataclass(frozen=True, slots=True)
class Asked:
    """Ids of the fields that apply to what is typed so far, and of those that must then be filled in."""

    shown: frozenset[str]
    required: frozenset[str]


def asked_fields(form: Form, typed: Mapping[str, object], *, scope: Mapping[str, object], moment: datetime,
                 functions: Functions | None = None, may_write: Set[str] | None = None,
                 kept: Mapping[str, object] | None = None) -> Asked:
    """What the form asks while it is being filled in; wrong answers count as missing, nothing is judged."""
    filling = _Filling(form, Surroundings(scope, moment, functions or {}), may_write)
    filling.read(typed, Known(_by_id, _by_id, _by_id))
    filling.keep(kept or {})
    filling.settle()
    return filling.asked()


def _by_id(key: str) -> Mapping[str, object]:
    return {"id": key}


class _Filling:
    """One form being filled in: answers so far, and what is wrong with them."""

    def __init__(self, form: Form, around: Surroundings, may_write: Set[str] | None) -> None:
        self.form, self.around = form, around
        self.fields = form.fields()
        self.field_of = fields_by_name(form)
        self.may_write = may_write
        self.answers = blank_answers(form)
        self.hidden: set[str] = set()
        self.errors: dict[str, FieldError] = {}
        self.warnings: list[FieldError] = []

    # ------------------------------------------------------------ beat one: types and lookups

    def read(self, typed: Mapping[str, object], known: Known) -> None:
        """Read what may be written; what is read-only or plain text is never taken from a browser."""
        taken = {name: value for name, value in gather(self.form, typed).items() if self._is_asked(name)}
        try:
            loaded = cast(Answers, schema_of(self.form).load(taken))
        except ValidationError as error:
            self._note_messages(error.messages, ())
            loaded = cast(Answers, error.valid_data or {})
        self.answers.update(loaded)
        Lookups(known, self.around, self._note).look_up(self.form, self.answers)

    def keep(self, kept: Mapping[str, object]) -> None:
        """Fields that may not be written keep the answers they had."""
        for name, item in self.field_of.items():
            if not self._may_write(item) and name in kept:
                self.answers[name] = _by_row(kept[name]) if item.columns else kept[name]

    def _is_asked(self, name: str) -> bool:
        item = self.field_of.get(name) or self.form.find_field(name)
        return item is None or (not item.readonly and item.type != "static" and self._may_write(item))

    def _may_write(self, item: Field) -> bool:
        return self.may_write is None or item.id in self.may_write

    def _note_messages(self, messages: Any, path: tuple[str, ...]) -> None:
        """Marshmallow's nested messages, flattened to `field.row.column`."""
        if isinstance(messages, Mapping):
            for key, inner in messages.items():
                self._note_messages(inner, (*path, str(key)))
            return
        for message in messages if isinstance(messages, list) else [messages]:
            self._note(".".join(path), message if isinstance(message, Sentence) else UNKNOWN)

    def _note(self, name: str, sentence: Sentence, clauses: tuple[str, ...] = ()) -> None:
        self.errors.setdefault(name, FieldError(name, sentence.zh, sentence.en, clauses))

    # ------------------------------------------------------------ beat two: shown, read-only

    def settle(self) -> None:
        """Hide what is not shown and fill what is read-only, until nothing changes any more."""
        for _ in range(10):
            before = set(self.hidden)
            for item in self.fields:
                if item.readonly:
                    self.answers[item.id] = self.around.default_of(item, self.view())
                if item.shown is not None:
                    shown = self.around.evaluate(item.shown, self.view()) is True
                    self.hidden = self.hidden - {item.id} if shown else self.hidden | {item.id}
            if self.hidden == before:
                return

    def view(self) -> Answers:
        """The answers as expressions see them: hidden fields are null, tables are lists."""
        seen = dict(self.answers)
        for item in self.fields:
            if item.id in self.hidden:
                seen.update(dict.fromkeys(names_of(item)))
            elif item.columns and isinstance(seen.get(item.id), dict):
                seen[item.id] = list(cast("dict[int, Answers]", seen[item.id]).values())
        return seen

    # ------------------------------------------------------------ beat three: required, checks

    def check(self) -> None:
        seen = self.view()
        for item in self.fields:
            if item.type != "static" and item.id not in self.hidden:
                self._check_field(item, self.answers, seen, ())
        for rule in self.form.checks:
            self._check_rule(rule, seen, self._first_named(rule))

    def _first_named(self, rule: Check) -> str:
        """The field at which a rule over several fields is shown: the last one of the form that it names."""
        paths = rule.that.compiled().paths
        named = [item.id for item in self.fields if any(path[0] == item.id for path in paths)]
        writable = [name for name in named if self.may_write is None or name in self.may_write]
        return (writable or named or [""])[-1]

    def _check_field(self, item: Field, answers: Answers, seen: Answers, path: tuple[str, ...]) -> None:
        name, value = ".".join((*path, item.id)), answers.get(item.id)
        self._check_texts(item, answers, path)
        if is_blank(value):
            if not item.readonly and self._is_required(item, seen):
                self._note(name, Sentence(f"请{_verb(item)}“{item.label}”", f"{item.label} is required"),
                           item.basis)
            return
        for number, row in _rows_of(item, value):
            for column in item.columns:
                self._check_field(column, row, {**seen, **row}, (item.id, str(number)))
        for rule in item.checks:
            self._check_rule(rule, seen, name)

    def _is_required(self, item: Field, seen: Answers) -> bool:
        if isinstance(item.required, Expression):
            return self.around.evaluate(item.required, seen) is True
        return item.required

    def _check_texts(self, item: Field, answers: Answers, path: tuple[str, ...]) -> None:
        """A ticked option with a text of its own needs it; an unticked one has none."""
        chosen = answers.get(item.id)
        for option in item.options:
            beside = f"{item.id}_{option.value}"
            ticked = option.value == chosen or (isinstance(chosen, list) and option.value in chosen)
            if option.text and not ticked:
                answers[beside] = None
            elif option.text and is_blank(answers.get(beside)):
                sentence = Sentence(f"“{item.label}”选了“{option.label}”，请填写说明",
                                    f"{item.label}: {option.label} needs a text")
                self._note(".".join((*path, beside)), sentence, item.basis)

    def _check_rule(self, rule: Check, seen: Answers, name: str) -> None:
        if name in self.errors or self._lacks_answers(rule, seen):
            return
        if self.around.evaluate(rule.that, seen) is not True:
            found = FieldError(name, rule.otherwise, rule.otherwise, rule.basis)
            if rule.warn:
                self.warnings.append(found)
            else:
                self.errors.setdefault(name, found)

    def _lacks_answers(self, rule: Check, seen: Answers) -> bool:
        """A rule that is null because an answer is missing says nothing; `required` asks for the answer."""
        if self.around.evaluate(rule.that, seen) is not None:
            return False
        return any(path[0] in seen and is_blank(seen[path[0]]) for path in rule.that.compiled().paths)

    # ------------------------------------------------------------ the end

    def asked(self) -> Asked:
        seen = self.view()
        shown = [item for item in self.fields if item.id not in self.hidden]
        required = [item.id for item in shown if not item.readonly and self._is_required(item, seen)]
        return Asked(frozenset(item.id for item in shown), frozenset(required))

    def errors_in_order(self) -> list[FieldError]:
        """Errors of shown fields, in the order of the form."""
        order = {name: number for number, name in enumerate(self.answers)}
        shown = [error for name, error in self.errors.items() if not self._is_hidden(name)]
        return sorted(shown, key=lambda error: order.get(error.field.split(".")[0], len(order)))

    def _is_hidden(self, name: str) -> bool:
        item = self.field_of.get(name.split(".")[0])
        return item is not None and item.id in self.hidden

    def stored(self) -> Answers:
        seen = self.view()
        return {name: value for name, value in seen.items() if not self._is_hidden(name)}


def _rows_of(item: Field, value: object) -> Iterable[tuple[int, Answers]]:
    return cast("dict[int, Answers]", value).items() if item.columns and isinstance(value, dict) else ()


def _by_row(rows: object) -> object:
    return dict(enumerate(rows)) if isinstance(rows, list | tuple) else rows


def _verb(item: Field) -> str:
    return _VERBS.get(item.type, "填写")


_VERBS = {"radio": "选择", "select": "选择", "checkbox": "选择", "person": "选择", "unit": "选择", "file": "上传",
          "signature": "签署"}

__all__ = ["Asked", "Known", "Submission", "asked_fields", "initial_values", "validate"]
