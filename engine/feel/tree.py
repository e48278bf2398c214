"""The shape of an expression once read: one frozen node per construct, each knowing where it starts.

Knows neither how it was written nor how it is computed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """Any expression; `at` is its 0-based offset in the source."""

    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Literal(Node):
    value: object


@dataclass(frozen=True, slots=True, eq=False)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Path(Node):
    target: Node
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Filter(Node):
    target: Node
    condition: Node


@dataclass(frozen=True, slots=True, eq=False)
class Call(Node):
    """`names` is empty for positional arguments, else as long as `arguments`."""

    target: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Negate(Node):
    operand: Node


@dataclass(frozen=True, slots=True, eq=False)
class Chain(Node):
    """Operators of one precedence, applied from the left: `first op operand op operand …`."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Junction(Node):
    """`and` or `or` over all operands."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Compare(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, eq=False)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True, eq=False)
class Test(Node):
    """A comparison whose left side is given by its surroundings: `< 5`."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True, eq=False)
class In(Node):
    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Interval(Node):
    start: Node
    end: Node
    start_included: bool
    end_included: bool


@dataclass(frozen=True, slots=True, eq=False)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True, eq=False)
class Iteration:
    """`name in source`; `end` is set for `name in source..end`."""

    name: str
    source: Node
    end: Node | None = None


@dataclass(frozen=True, slots=True, eq=False)
class For(Node):
    iterations: tuple[Iteration, ...]
    body: Node


@dataclass(frozen=True, slots=True, eq=False)
class Quantified(Node):
    """`some` or `every`."""

    quantifier: str
    iterations: tuple[Iteration, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type as written after `instance of`; `parts` are element type, entry types, parameter types."""

    name: str
    parts: tuple[tuple[str, TypeName], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class InstanceOf(Node):
    value: Node
    type: TypeName


@dataclass(frozen=True, slots=True, eq=False)
class ListOf(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ContextOf(Node):
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True, eq=False)
class FunctionOf(Node):
    parameters: tuple[tuple[str, TypeName | None], ...]
    body: Node


def walk(node: object) -> Iterator[Node]:
    """The node and every node within it."""
    if isinstance(node, tuple):
        for part in node:
            yield from walk(part)
    elif isinstance(node, Node | Iteration):
        if isinstance(node, Node):
            yield node
        for part in fields(node):
            yield from walk(getattr(node, part.name))
