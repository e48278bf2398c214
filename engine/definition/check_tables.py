"""Checks of decisions beside the process that asks for them: what a table is given, and of which type.

It knows what a step hands to its table, and refuses to know what the rules say (engine.dmn).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.definition.draft import Mention
from engine.definition.library import Library
from engine.definition.model import EXTRA_NAMES, Decide, Definition
from engine.definition.names import Room, room_with
from engine.definition.problems import Problems
from engine.definition.value_types import Types, functions_of, type_of_value
from engine.dmn import DecisionGraph, DecisionTable, Input, check_table
from engine.feel import infer
from engine.feel.types import in_chinese, in_english


def decisions_of(definition: Definition) -> Iterator[Decide]:
    yield from (step for step in definition.every_step() if isinstance(step, Decide))


def given_to_decisions(definition: Definition, room: Room, types: Types, library: Library) -> dict[str, tuple[Room, Types]]:
    """Step → the names that its table may use and their types: what `with` gives, over the variables."""
    return {step.id: (room_with(room, step.values),
                      {**types, **{name: type_of_value(value, library, types) for name, value in step.values}})
            for step in decisions_of(definition)}


def check_inputs(step: Decide, types: Types, library: Library, problems: Problems) -> None:
    """Notes an input whose value could never be of its column's type."""
    table = library.find_table(step.table)
    for column in table.inputs if table is not None else ():
        if column.type:
            _check_input(column, types, library, problems)


def _check_input(column: Input, types: Types, library: Library, problems: Problems) -> None:
    found = infer(column.expression, types, names=EXTRA_NAMES, functions=functions_of(library)).type.name
    if found not in (column.type, "Any", "Null", "list"):
        problems.add(column.place, "wanted-type",
                     zh=f"判定表的输入“{column.title}”要{in_chinese(column.type)}，这里给出的却是{in_chinese(found)}",
                     en=f"The input {column.title} takes {in_english(column.type)}, but is given {in_english(found)}",
                     hint=("改 `from`，或改列的 `type`", "Change `from`, or the `type` of the column"))


def check_data(step: Decide, graph: DecisionGraph, room: Room, problems: Problems) -> None:
    """Notes input data of a DMN file that neither the process nor the step has."""
    for name in sorted(set(graph.data) - room.names.keys()):
        problems.add(step.place, "unknown-name", zh=f"判定表“{step.table}”要用“{name}”，没有任何步骤写过这个变量",
                     en=f"The table {step.table!r} needs {name!r}, which nobody writes",
                     hint=(f"在 `with` 里写 {name}: =…", f"Write {name}: =… in `with`"))


def check_inline_tables(definition: Definition, mentions: Iterable[Mention], problems: Problems) -> None:
    """Notes what the tables within steps miss, forbid or never reach; those of files are checked when they are read.

    A table of which something could not be read is left alone.
    """
    whole = {mention.name for mention in mentions if mention.kind == "whole_table"}
    for step in decisions_of(definition):
        if isinstance(step.table, DecisionTable) and step.table.id in whole:
            problems.extend(check_table(step.table))
