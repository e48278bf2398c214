"""A decision table within a step, as an outline: cells in the notation of people where it says the same, else as FEEL."""

from __future__ import annotations

from collections.abc import Callable

from engine.definition.keys.words import COLUMN_TYPES
from engine.definition.table_cells import CellUnreadable, Column
from engine.definition.text.basis import Around
from engine.definition.text.tree import Entries, Plain, Tree, entries, words
from engine.dmn import ANY_VALUE, DecisionTable, Input, Output, Rule


def table(given: DecisionTable, around: Around) -> Entries:
    hit = " ".join(filter(None, (given.hit_policy, given.aggregation))).lower()
    return {**entries(hit=Plain(hit) if hit != "unique" else None), **around.of_child(given.basis),
            **entries(inputs={column.id: _input(column) for column in given.inputs},
                      outputs={column.name: _output(column) for column in given.outputs},
                      rules=[_rule(given, rule) for rule in given.rules])}


def _input(column: Input) -> Tree:
    made = entries(from_=f"={column.expression}", label=column.label, type=_type(column.type, whole=column.whole),
                   allowed=_tests(column.allowed, column.type))
    return made["from"] if len(made) == 1 else made


def _output(column: Output) -> Tree:
    return entries(label=column.label, type=_type(column.type), allowed=_tests(column.allowed, column.type),
                   default=_result(column.default, column.type) if column.default else None)


def _type(feel: str, *, whole: bool = False) -> Tree | None:
    return Plain("whole number" if whole else next(word for word, name in COLUMN_TYPES.items() if name == feel)) if feel else None


def _rule(of: DecisionTable, given: Rule) -> Tree:
    when = {column.id: _tests(test, column.type) or "" for column, test in zip(of.inputs, given.tests, strict=True)
            if test != ANY_VALUE}
    then = {column.name: _result(result, column.type) for column, result in zip(of.outputs, given.results, strict=True)}
    return {**entries(when=when), "then": next(iter(then.values())) if len(then) == 1 else then,
            **entries(note=given.annotation, basis=words(given.basis))}


def _tests(feel: str, column_type: str) -> Tree | None:
    """A cell of conditions; None when there is none."""
    return _short(feel, Column(column_type).tests) if feel and feel != ANY_VALUE else None


def _result(feel: str, column_type: str) -> Tree:
    return _short(feel, Column(column_type).literal)


def _short(feel: str, read: Callable[[str], str]) -> Tree:
    """What people would write, when that reads as the same FEEL."""
    for short in (feel.replace('"', ""), feel):
        try:
            if short and read(short) == feel and short[0] not in "=≥≤≠＞＜＝（［【":
                return Plain(short) if short in ("true", "false", "null") or short.replace(".", "").isdigit() else short
        except CellUnreadable:
            continue
    return f"={feel}"
