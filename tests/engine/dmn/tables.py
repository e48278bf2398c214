"""Tables for the tests of this room, and an interpreter that is slow and obvious."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from engine.dmn import DecisionTable, Input, Output, Rule

FILES = Path(__file__).parent / "files"
LEVELS = '"Ⅰ级", "Ⅱ级", "Ⅲ级", "Ⅳ级"'
HARM = '"特别严重", "严重", "较大", "一般"'


def table(rows: list[tuple[str, ...]], *, inputs: tuple[Input, ...] | None = None, outputs: tuple[Output, ...] | None = None,
          **more: Any) -> DecisionTable:
    """A table whose rows are tests followed by results."""
    columns = inputs or (Input("people", "people", "影响人数", "number", ">= 0", whole=True),
                         Input("harm", "harm", "危害程度", "string", HARM))
    results = outputs or (Output("level", "级别", "string", LEVELS),)
    rules = tuple(Rule(row[:len(columns)], row[len(columns):], f"第 {number} 条") for number, row in enumerate(rows, 1))
    return DecisionTable("level", "事件级别", columns, results, rules, **more)


INCIDENT_LEVEL = table([
    (">= 10000", "-", '"Ⅰ级"'), ("< 10000", '"特别严重"', '"Ⅰ级"'), ("[1000..9999]", 'not("特别严重")', '"Ⅱ级"'),
    ("< 1000", '"严重"', '"Ⅱ级"'), ("[100..999]", '"较大", "一般"', '"Ⅲ级"'), ("< 100", '"较大"', '"Ⅲ级"'),
    ("< 100", '"一般"', '"Ⅳ级"')])
"""Levels by impact, without gap and overlap."""


def with_rules(given: DecisionTable, *rules: int) -> DecisionTable:
    """The table with only these rules, numbered from 1."""
    return replace(given, rules=tuple(given.rules[number - 1] for number in rules))


# ---------------------------------------------------------------- finite tables: every cell a set, every domain a list

Cells = list[list[frozenset[str]]]


def finite(domains: list[list[str]], cells: Cells, results: list[int], **more: Any) -> DecisionTable:
    """A table over text columns of few allowed values; a full cell is written `-`."""
    columns = tuple(Input(f"c{place}", f"c{place}", "", "string", _listed(values)) for place, values in enumerate(domains))
    rules = tuple(Rule(tuple("-" if set(cell) == set(domains[place]) else _listed(sorted(cell))
                             for place, cell in enumerate(row)), (str(result),))
                  for row, result in zip(cells, results, strict=True))
    return DecisionTable("t", "t", columns, (Output("r", "", "number", "1, 2, 3"),), rules, **more)


def _listed(values: list[str]) -> str:
    return ", ".join(f'"{value}"' for value in values)


def every_input(domains: list[list[str]]) -> list[dict[str, str]]:
    return [{f"c{place}": value for place, value in enumerate(values)} for values in product(*domains)]


def fire(cells: Cells, row: dict[str, str]) -> list[int]:
    """The rules (from 0) that an input meets."""
    return [number for number, rule in enumerate(cells)
            if all(row[f"c{place}"] in cell for place, cell in enumerate(rule))]


def interpret(cells: Cells, results: list[int], row: dict[str, str], policy: str, aggregation: str) -> object:
    """The value by the words of the standard; "fault" where it gives none."""
    found = [results[number] for number in fire(cells, row)]
    if policy == "COLLECT":
        collected: dict[str, object] = {"": found, "COUNT": len(found), "SUM": sum(found) if found else None,
                                        "MIN": min(found, default=None), "MAX": max(found, default=None)}
        return collected[aggregation]
    if policy == "RULE ORDER":
        return found
    if policy == "OUTPUT ORDER":
        return sorted(found)
    if (policy == "UNIQUE" and len(found) > 1) or (policy == "ANY" and len(set(found)) > 1):
        return "fault"
    if not found:
        return None
    return min(found) if policy == "PRIORITY" else found[0]


@st.composite
def finite_tables(draw: st.DrawFn) -> tuple[list[list[str]], Cells, list[int]]:
    domains = [list("abcd")[:draw(st.integers(1, 4))] for _ in range(draw(st.integers(1, 3)))]
    cell = [st.frozensets(st.sampled_from(values), min_size=1) for values in domains]
    cells = draw(st.lists(st.tuples(*cell).map(list), max_size=6))
    return domains, cells, draw(st.lists(st.integers(1, 3), min_size=len(cells), max_size=len(cells)))
