"""What the expressions of a form see besides its own answers, and the defaults worked out from it.

It knows variables, the moment and the functions of the engine as they are handed in, and refuses to look
anything up itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import cast

from engine.definition.answers import is_blank, read_answer
from engine.definition.form import Field, Form
from engine.definition.model import Expression, Value
from engine.definition.wrong import Wrong
from engine.feel import Layers

Answers = dict[str, object]
Functions = Mapping[str, Callable[..., object]]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Variables (with `step`), the moment, and functions such as `entry`."""

    scope: Mapping[str, object]
    moment: datetime
    functions: Functions = field(default_factory=dict)

    def evaluate(self, expression: Expression, answers: Mapping[str, object]) -> object:
        """The value; answers shadow variables of the same name."""
        scope = Layers(cast("Answers", answers), cast("Answers", self.scope))  # both are only read
        return expression.compiled().evaluate(scope, functions=self.functions, moment=self.moment)

    def default_of(self, item: Field, answers: Mapping[str, object]) -> object:
        """The default of one field as a value; a literal is read as if it had been typed."""
        made = self._made(item.default, answers)
        if isinstance(item.default, Expression) or is_blank(made):
            return made
        try:
            return read_answer(item, made)
        except Wrong:
            return made

    def _made(self, value: Value, answers: Mapping[str, object]) -> object:
        if isinstance(value, Expression):
            return self.evaluate(value, answers)
        return [self._made(part, answers) for part in value] if isinstance(value, tuple) else value


def initial_values(form: Form, scope: Mapping[str, object], moment: datetime, *,
                   functions: Functions | None = None) -> Answers:
    """The defaults of the fields, top to bottom, as far as they can be worked out now; otherwise None."""
    around = Surroundings(scope, moment, functions or {})
    values = blank_answers(form)
    for item in form.fields():
        if item.default is not None:
            values[item.id] = around.default_of(item, values)
    return values


def blank_answers(form: Form) -> Answers:
    """Every field is null to begin with, so that it shadows a variable of its name."""
    return {name: None for name, item in fields_by_name(form).items() if item.type != "static"}


@lru_cache(maxsize=512)
def fields_by_name(form: Form) -> Mapping[str, Field]:
    """The field behind each name under which answers are kept."""
    return {name: item for item in form.fields() for name in names_of(item)}


def names_of(item: Field) -> Iterator[str]:
    """The names under which a field's answers are kept: its own, and the texts beside its options."""
    yield item.id
    yield from (f"{item.id}_{option.value}" for option in item.options if option.text)
