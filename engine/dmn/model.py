"""Decision tables and the graph of decisions in one file: frozen values, as DMN 1.5 has them.

Cells, conditions and results are FEEL source text. It knows neither YAML nor XML, and refuses to know who asks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Literal, get_args

from engine.errors import Place

HitPolicy = Literal["UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT"]
Aggregation = Literal["", "SUM", "MIN", "MAX", "COUNT"]
HIT_POLICIES: tuple[HitPolicy, ...] = get_args(HitPolicy)
AGGREGATIONS: tuple[Aggregation, ...] = get_args(Aggregation)
SINGLE_HIT = frozenset({"UNIQUE", "ANY", "PRIORITY", "FIRST"})
"""Policies that give one result; the others give a list, or what COLLECT makes of it."""
MAX_COLUMNS, MAX_RULES = 50, 500
"""Of one table; a larger one is refused."""
ANY_VALUE = "-"
TYPES = ("number", "string", "boolean", "date", "time", "date and time", "days and time duration",
         "years and months duration", "list", "context")
"""FEEL's types that a column may have; the empty text says nothing."""


@dataclass(frozen=True, slots=True)
class Input:
    """A column of conditions: what is asked, and which values it may have (unary tests; empty: any)."""

    id: str
    expression: str
    label: str = ""
    type: str = ""
    allowed: str = ""
    whole: bool = False
    """A number without a fraction: between 9 and 10 there is nothing."""
    place: Place = field(compare=False, default=Place())

    @property
    def title(self) -> str:
        """What people call the column."""
        return self.label or self.expression


@dataclass(frozen=True, slots=True)
class Output:
    """A column of results; `allowed` lists the values by falling priority; `default` is given when no rule fires."""

    name: str
    label: str = ""
    type: str = ""
    allowed: str = ""
    default: str = ""
    place: Place = field(compare=False, default=Place())


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: a test per input, a result per output, and why."""

    tests: tuple[str, ...]
    results: tuple[str, ...]
    annotation: str = ""
    basis: tuple[str, ...] = ()
    place: Place = field(compare=False, default=Place())
    places: tuple[Place, ...] = field(compare=False, default=())
    """Where each test and each result stands."""

    def place_of(self, column: int) -> Place:
        """The place of a cell, counted over tests and results."""
        return self.places[column] if column < len(self.places) else self.place


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A table. With one output its value is that output's, with several a context by their names."""

    id: str
    title: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    hit_policy: HitPolicy = "UNIQUE"
    aggregation: Aggregation = ""
    basis: tuple[str, ...] = ()
    names: tuple[str, ...] = field(compare=False, default=())
    """Names of several words that its expressions may use."""
    place: Place = field(compare=False, default=Place())


# ---------------------------------------------------------------- other ways to decide

@dataclass(frozen=True, slots=True)
class Literal_:
    """A FEEL expression."""

    text: str
    names: tuple[str, ...] = field(compare=False, default=())
    place: Place = field(compare=False, default=Place())


@dataclass(frozen=True, slots=True)
class Boxed:
    """A context whose entries are decided in order, each seeing those before; a last one without a name is the value."""

    entries: tuple[tuple[str, Logic], ...]
    place: Place = field(compare=False, default=Place())


@dataclass(frozen=True, slots=True)
class Listed:
    """A list whose items are decided each by itself; a relation is a list of contexts."""

    items: tuple[Logic, ...]
    place: Place = field(compare=False, default=Place())


@dataclass(frozen=True, slots=True)
class FunctionOf:
    """Something to be invoked: its parameters, each with its type, and how it is decided with them."""

    parameters: tuple[tuple[str, str], ...]
    body: Logic
    place: Place = field(compare=False, default=Place())


@dataclass(frozen=True, slots=True)
class Invocation:
    """A function, and what is bound to its parameters."""

    function: Literal_
    bindings: tuple[tuple[str, Logic], ...]
    place: Place = field(compare=False, default=Place())


Logic = DecisionTable | Literal_ | Boxed | Listed | FunctionOf | Invocation


@dataclass(frozen=True, slots=True)
class DecisionNode:
    """One decision of a file: its variable, how it is decided, and the decisions whose variables it reads.

    A business knowledge model is one too: its value is a function.
    """

    id: str
    name: str
    logic: Logic
    requires: tuple[str, ...] = ()
    type: str = ""
    place: Place = field(compare=False, default=Place())


@dataclass(frozen=True, slots=True)
class DecisionGraph:
    """The decisions of one file, each after those it requires.

    `answer` is the one that no other requires; empty where there are several such.
    """

    decisions: tuple[DecisionNode, ...]
    answer: str
    data: tuple[str, ...] = field(compare=False, default=())
    """Names of the input data that have to be there."""
    place: Place = field(compare=False, default=Place())

    def find(self, decision_id: str) -> DecisionNode | None:
        return next((node for node in self.decisions if node.id == decision_id), None)

    def tables(self) -> Iterator[DecisionTable]:
        for node in self.decisions:
            yield from tables_in(node.logic)


def tables_in(logic: Logic) -> Iterator[DecisionTable]:
    """Every table within."""
    if isinstance(logic, DecisionTable):
        yield logic
    for part in parts_of(logic):
        yield from tables_in(part)


def parts_of(logic: Logic) -> tuple[Logic, ...]:
    """The logic directly within."""
    if isinstance(logic, Boxed):
        return tuple(entry for _, entry in logic.entries)
    if isinstance(logic, Invocation):
        return (logic.function, *(binding for _, binding in logic.bindings))
    if isinstance(logic, FunctionOf):
        return (logic.body,)
    return logic.items if isinstance(logic, Listed) else ()


def graph_of(table: DecisionTable) -> DecisionGraph:
    """A table alone, as a graph of one decision."""
    return DecisionGraph((DecisionNode(table.id, table.title or table.id, table, place=table.place),), table.id, place=table.place)


def hash_of(thing: DecisionTable | DecisionGraph) -> str:
    """Equal content has equal hashes, wherever it was read from."""
    canonical = json.dumps(_plain(thing), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value) if item.compare}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
