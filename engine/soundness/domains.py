"""The values a name can have where that is finite: options of a form, actions of a task, literals that steps set.

Numbers get sample values around every number they are compared with. Null belongs to every name that may not have been
written or answered. What is not known to be finite has no domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from engine.definition.bundle import Bundle
from engine.definition.form import Field
from engine.definition.model import CellTests, Decide, Expression, Task
from engine.dmn import DecisionTable, check_table
from engine.feel import FeelSyntaxError, tree
from engine.soundness.dataflow import Knowledge
from engine.soundness.facts import ANSWERS, find_tree, path_of

Path = tuple[str, ...]
_ONE_RESULT = ("UNIQUE", "ANY", "FIRST", "PRIORITY")
_NUMERIC = (tree.Compare, tree.Between, tree.In, tree.Interval, tree.Test)


class Domains:
    """What the names of conditions at one point of the flow may be."""

    def __init__(self, bundle: Bundle, knowledge: Knowledge, point: str) -> None:
        self._bundle, self._knowledge, self._point = bundle, knowledge, point

    def of(self, paths: Iterable[Path], conditions: Sequence[tree.Node]) -> Mapping[Path, Sequence[object]] | None:
        """All values of all these names; None when one of them has no finite domain."""
        found: dict[Path, Sequence[object]] = {}
        for path in paths:
            values = self._values(path, conditions)
            if values is None:
                return None
            found[path] = values
        return found

    def _values(self, path: Path, conditions: Sequence[tree.Node]) -> Sequence[object] | None:
        decided = self._bundle.definition.find_step(path[0])
        if isinstance(decided, Decide):
            return self._of_decision(decided, path[1:])
        if len(path) == 1:
            return self._of_variable(path[0])
        step = self._bundle.definition.find_task(path[0])
        if step is None or len(path) != 2:
            return None
        if path[1] == "action" and isinstance(step, Task):
            return [*dict.fromkeys(action.kind for action in step.actions), *self._null(path[0])]
        form = self._bundle.form_of(path[0])
        field = form.find_field(path[1]) if form is not None else None
        return self._of_field(path, field, conditions) if field is not None else None

    def _of_field(self, path: Path, field: Field, conditions: Sequence[tree.Node]) -> Sequence[object] | None:
        is_answered = field.required is True and field.shown is None
        null = self._null(path[0] + ANSWERS) if is_answered else [None]
        if field.type in ("radio", "select") and field.options:
            return [*(option.value for option in field.options), *null]
        if field.type == "number" and all(_is_only_compared(path, condition) for condition in conditions):
            return [*_around(_numbers(conditions)), *null]
        return None

    def _of_variable(self, name: str) -> Sequence[object] | None:
        """A variable that steps set to literals only."""
        definition = self._bundle.definition
        values: list[object] = []
        for step in (*definition.every_form_step(), *definition.every_step()):
            for number in step.effects.numbers if hasattr(step, "effects") else ():
                if number.variable == name:
                    return None
            for written, value in step.effects.set if hasattr(step, "effects") else ():
                if written == name:
                    if isinstance(value, Expression | tuple):
                        return None
                    values.append(value)
        return [*dict.fromkeys(values), *self._null(name)] if values else None

    def _of_decision(self, step: Decide, inner: Path) -> Sequence[object] | None:
        """The values that the output of a table is allowed to have; null where no rule may fire."""
        table = self._bundle.library.find_table(step.table)
        if table is None or table.hit_policy not in _ONE_RESULT:
            return None
        output = next((each for each in table.outputs if (each.name,) == inner or (not inner and len(table.outputs) == 1)), None)
        values = _listed(output.allowed) if output is not None else None
        if output is None or values is None:
            return None
        always = bool(output.default) or (not check_table(table) and self._is_given(table, step))
        return [*dict.fromkeys(values), *(self._null(step.id) if always else [None])]

    def _is_given(self, table: DecisionTable, step: Decide) -> bool:
        """Whether nothing that the table is asked about may be null: every input is a required answer, by then written."""
        names = {name: value.text for name, value in step.values if isinstance(value, Expression)}
        for column in table.inputs:
            text = names.get(column.expression, column.expression)
            path = path_of(find_tree(text) or tree.Literal(0, None))
            form = self._bundle.form_of(path[0]) if len(path) == 2 else None
            field = form.find_field(path[1]) if form is not None else None
            if field is None or field.required is not True or field.shown is not None:
                return False
            if not self._knowledge.is_written(path[0] + ANSWERS, step.id):
                return False
        return True

    def _null(self, key: str) -> Sequence[object]:
        return [] if self._knowledge.is_written(key, self._point) else [None]


def _listed(allowed: str) -> list[object] | None:
    """The values of unary tests that are nothing but literals; None for anything else, and for none."""
    try:
        tests = CellTests(allowed).compiled().tree if allowed else None
    except FeelSyntaxError:
        return None
    found = [node for node in tree.walk(tests) if isinstance(node, tree.Literal)] if tests is not None else []
    values = [node.value for node in found]
    return values if values and ", ".join(map(_written, values)).replace(" ", "") == allowed.replace(" ", "") else None


def _written(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def _numbers(conditions: Sequence[tree.Node]) -> list[Decimal]:
    return sorted({node.value for condition in conditions for node in tree.walk(condition)
                   if isinstance(node, tree.Literal) and isinstance(node.value, Decimal)})


def _around(numbers: Sequence[Decimal]) -> Iterator[Decimal]:
    """Every number, one between each two of them, one below and one above."""
    if not numbers:
        yield Decimal(0)
        return
    yield numbers[0] - 1
    for low, high in pairwise(numbers):
        yield from (low, (low + high) / 2)
    yield from (numbers[-1], numbers[-1] + 1)


def _is_only_compared(path: Path, node: tree.Node) -> bool:
    """Whether the name is compared with constants and nothing else is done with it."""
    if isinstance(node, tree.Junction):
        return all(_is_only_compared(path, each) for each in node.operands)
    if isinstance(node, _NUMERIC):
        names = [each for each in tree.walk(node) if isinstance(each, tree.Name)]
        plain = all(isinstance(each, (*_NUMERIC, tree.Name, tree.Path, tree.Literal, tree.ListOf)) for each in tree.walk(node))
        return path_of_any(node) != path or (plain and len(names) == 1)
    return path not in {path_of(each) for each in tree.walk(node)}


def path_of_any(node: tree.Node) -> Path:
    """The longest name in an expression."""
    return max((path_of(each) for each in tree.walk(node)), key=len, default=())
