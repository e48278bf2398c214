"""What an expression reads, which of it may be null without harm, and what is known once it was true or false.

It looks at the tree of an expression and refuses to evaluate it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.definition.model import Expression
from engine.definition.names import STEP_OFFERS
from engine.feel import FeelSyntaxError, tree

ANSWERS = ".*"
"""Behind the id of a step: its answers, which a return or a rejection does not give."""
_TAKES_NULL = frozenset({"is defined", "is blank", "is empty", "get or else", "list contains", "count", "concatenate", "append"})
_GIVEN = ("complete", "approve")
_CHANGING = frozenset({"now", "today", "entry", "entries", "working days after"})


def find_tree(condition: str) -> tree.Node | None:
    """What a condition of the chart says; None where it cannot be read, which its reader has told."""
    try:
        return Expression(condition).compiled().tree
    except FeelSyntaxError:
        return None


def keys_read(expression: Expression) -> frozenset[str]:
    """What must have been written for every name of the expression to have a value: ids, and ids with `.*`."""
    return frozenset(_key_of(path) for path in expression.compiled().paths)


def _key_of(path: tuple[str, ...]) -> str:
    return path[0] + ANSWERS if len(path) > 1 and path[1] not in STEP_OFFERS else path[0]


def names_handled(expression: Expression) -> frozenset[str]:
    """Names that the expression asks something of that null answers too: `= null`, `!= null`, `=`, `in`, `some`, `every` …"""
    return frozenset(name for node in tree.walk(expression.compiled().tree) for part in _tested(node) if (name := _base(part)))


def _tested(node: tree.Node) -> Iterator[tree.Node]:
    if isinstance(node, tree.Compare) and node.operator in ("=", "!="):
        yield from (node.left, node.right)
    elif isinstance(node, tree.In | tree.InstanceOf):
        yield node.value
    elif isinstance(node, tree.Quantified):
        yield from (each.source for each in node.iterations)
    elif isinstance(node, tree.Call) and isinstance(node.target, tree.Name) and node.target.name in _TAKES_NULL:
        yield from node.arguments


def known_when(node: tree.Node, *, outcome: bool) -> frozenset[str]:
    """Keys that have been written if this condition came out so."""
    if isinstance(node, tree.Junction):
        parts = [known_when(each, outcome=outcome) for each in node.operands]
        every = (node.operator == "and") == outcome
        return frozenset().union(*parts) if every else frozenset.intersection(*parts)
    if isinstance(node, tree.Call) and isinstance(node.target, tree.Name) and node.target.name == "not" and len(node.arguments) == 1:
        return known_when(node.arguments[0], outcome=not outcome)
    if isinstance(node, tree.Compare):
        return _known_of_comparison(node, outcome=outcome)
    if outcome and isinstance(node, tree.Between | tree.In):
        return _keys((node.value,))
    return _keys((node,)) if outcome else frozenset()


def _known_of_comparison(node: tree.Compare, *, outcome: bool) -> frozenset[str]:
    if node.operator not in ("=", "!="):
        return _keys((node.left, node.right)) if outcome else frozenset()
    is_equal = (node.operator == "=") == outcome
    for one, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(other, tree.Literal) and is_equal != (other.value is None):
            path = path_of(one)
            given = {path[0] + ANSWERS} if path[1:] == ("action",) and other.value in _GIVEN else set()
            return _keys((one,)) | given
    return frozenset()


def _keys(nodes: Iterable[tree.Node]) -> frozenset[str]:
    found: set[str] = set()
    for node in nodes:
        path = path_of(node)
        if path:
            found |= {path[0], _key_of(path)} if len(path) > 1 else {path[0], path[0] + ANSWERS}
    return frozenset(found)


def names_in(node: tree.Node) -> frozenset[str]:
    """Every name in it, whatever it is of."""
    return frozenset(each.name for each in tree.walk(node) if isinstance(each, tree.Name))


def may_change_by_itself(node: tree.Node) -> bool:
    """Whether an expression asks the clock or a register, which may answer differently each time."""
    return any(isinstance(each, tree.Call) and isinstance(each.target, tree.Name) and each.target.name in _CHANGING
               for each in tree.walk(node))


def path_of(node: tree.Node) -> tuple[str, ...]:
    """`a.b.c` as names; empty for anything else."""
    names: list[str] = []
    while isinstance(node, tree.Path):
        names.append(node.name)
        node = node.target
    return (node.name, *reversed(names)) if isinstance(node, tree.Name) else ()


def _base(node: tree.Node) -> str:
    return next(iter(path_of(node)), "")
