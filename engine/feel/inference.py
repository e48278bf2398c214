"""Types before anything is evaluated: what an expression gives, and what in it can never come out right.

Asks the operators themselves about one value of each type, so that it cannot disagree with them. What is not
known is `Any` and never complained about: every complaint is true whatever the values are. Knows no definitions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from engine.feel import clashes, operators, tree, types
from engine.feel.access import known_properties, reach
from engine.feel.clashes import Clash
from engine.feel.errors import FeelSyntaxError
from engine.feel.evaluation import Compiled, compile_expression
from engine.feel.inferred_calls import infer_call
from engine.feel.inferred_loops import infer_filter, infer_for, infer_quantified
from engine.feel.inferring import Inferring, Results
from engine.feel.instances import find_unknown
from engine.feel.kinds import kind
from engine.feel.types import ANY, BOOLEAN, NULL, RESULT, SAMPLES, Type


@dataclass(frozen=True, slots=True)
class Inferred:
    """The type of what an expression gives (`Any` where it is not known), and what cannot be right in it."""

    type: Type
    problems: tuple[Clash, ...] = ()


def infer(expression: str | Compiled, variables: Mapping[str, Type] | None = None, *, names: Collection[str] = (),
          functions: Results | None = None) -> Inferred:
    """The type of an expression and its problems, each with its offset; never raises.

    `variables` are the types of names in the context; `functions` give the result of functions that are not
    FEEL's, by their arguments as far as those are written out (None where not); `names` as for compiling.
    """
    try:
        compiled = compile_expression(expression, names=names) if isinstance(expression, str) else expression
    except FeelSyntaxError as error:
        return Inferred(ANY, (Clash(error.offset, error.zh, error.en, error.hint_zh, error.hint_en),))
    inference = Inference(variables or {}, functions or {})
    found = inference.of(compiled.tree)
    return Inferred(found, tuple(sorted(set(inference.problems))))


class Inference(Inferring):
    """The walk over every construct of the language."""

    def of(self, node: tree.Node) -> Type:
        found = _METHODS[type(node)](self, node)
        return types.kept_small(found) if type(node) in _BUILDING else found


_BUILDING = (tree.ListOf, tree.ContextOf, tree.FunctionOf, tree.For, tree.Filter, tree.If)


def _literal(walk: Inferring, node: tree.Literal) -> Type:
    return NULL if node.value is None else Type(kind(node.value))


def _name(walk: Inferring, node: tree.Name) -> Type:
    for bound, found in reversed(walk.scope):
        if bound == node.name:
            return found
        if not bound and node.name != "item" and (found == ANY or found.name == "context"):
            return types.find_entry(found, node.name) or ANY
    return walk.variables.get(node.name, ANY)


def _path(walk: Inferring, node: tree.Path) -> Type:
    steps: list[tree.Path] = []
    target: tree.Node = node
    while isinstance(target, tree.Path):
        steps.append(target)
        target = target.target
    found = walk.of(target)
    for step in reversed(steps):
        found = _part(walk, step, found)
    return found


def _part(walk: Inferring, node: tree.Path, target: Type) -> Type:
    if target.name == "list":
        return types.list_type(_part(walk, node, types.item_of(target)))
    if not types.is_known(target) or target.name == "context":
        return types.find_entry(target, node.name) or ANY
    known = known_properties(SAMPLES[target.name])
    if node.name not in known:
        walk.note(clashes.no_part(node.at, target, node.name, known))
        return ANY
    if target.name == "range":
        return types.item_of(target) if node.name in ("start", "end") else BOOLEAN
    sample = kind(reach(SAMPLES[target.name], node.name))
    return Type(sample) if sample in SAMPLES else ANY


def _negate(walk: Inferring, node: tree.Negate) -> Type:
    found = walk.of(node.operand)
    if types.is_known(found) and operators.negate(SAMPLES[found.name]) is None:
        walk.note(clashes.cannot_negate(node.at, found))
        return ANY
    return found


def _chain(walk: Inferring, node: tree.Chain) -> Type:
    left = walk.of(node.first)
    for sign, operand in node.rest:
        right = walk.of(operand)
        if not (types.is_known(left) and types.is_known(right)):
            left = ANY
            continue
        answer = operators.arithmetic(sign, SAMPLES[left.name], SAMPLES[right.name])
        if answer is None:
            walk.note(clashes.cannot_reckon(node.at, sign, left, right))
        left = ANY if answer is None else Type(kind(answer))
    return left


def _junction(walk: Inferring, node: tree.Junction) -> Type:
    for operand in node.operands:
        walk.condition(operand, (f"{node.operator} 的每一边", f"Each side of {node.operator}"))
    return BOOLEAN


def _compare(walk: Inferring, node: tree.Compare) -> Type:
    walk.compare(node.at, node.operator, walk.of(node.left), walk.of(node.right))
    return BOOLEAN


def _between(walk: Inferring, node: tree.Between) -> Type:
    value = walk.of(node.value)
    walk.compare(node.at, ">=", value, walk.of(node.low))
    walk.compare(node.at, "<=", value, walk.of(node.high))
    return BOOLEAN


def _in(walk: Inferring, node: tree.In) -> Type:
    value = walk.of(node.value)
    for test in node.tests:
        if isinstance(test, tree.Test):
            walk.compare(test.at, test.operator, value, walk.of(test.operand))
        else:
            _tested(walk, test.at, value, walk.of(test))
    return BOOLEAN


def _tested(walk: Inferring, at: int, value: Type, test: Type) -> None:
    """Notes a test that the value cannot pass: a range or a list of another type, or another value."""
    if test.name == "range":
        if value.name not in ("range", "list"):
            walk.compare(at, "<=", value, types.item_of(test))
    elif test.name != "list":
        walk.compare(at, "=", value, test)
    elif value.name != "list" and types.item_of(test).name not in ("list", "range"):
        walk.compare(at, "=", value, types.item_of(test))


def _test(walk: Inferring, node: tree.Test) -> Type:
    return types.range_type(walk.of(node.operand))


def _interval(walk: Inferring, node: tree.Interval) -> Type:
    low, high = walk.of(node.start), walk.of(node.end)
    walk.compare(node.at, "<=", low, high)
    return types.range_type(types.join((low, high)))


def _if(walk: Inferring, node: tree.If) -> Type:
    walk.condition(node.condition, ("if 的条件", "The condition of if"))
    return types.join((walk.of(node.then), walk.of(node.otherwise)))


def _instance_of(walk: Inferring, node: tree.InstanceOf) -> Type:
    walk.of(node.value)
    if (strange := find_unknown(node.type)) is not None:
        walk.note(clashes.no_type(node.at, strange))
    return BOOLEAN


def _list(walk: Inferring, node: tree.ListOf) -> Type:
    return types.list_type(types.join(map(walk.of, node.items)))


def _context(walk: Inferring, node: tree.ContextOf) -> Type:
    entries: dict[str, Type] = {}
    for key, value in node.entries:
        if key in entries:
            walk.note(clashes.written_twice(value.at, key))
        entries[key] = walk.of(value)
        walk.scope.append((key, entries[key]))
    del walk.scope[len(walk.scope) - len(node.entries):]
    return types.context_type(entries)


def _function(walk: Inferring, node: tree.FunctionOf) -> Type:
    parameters = [(name, wanted if wanted is not None and find_unknown(wanted) is None else ANY) for name, wanted in node.parameters]
    return Type("function", (*parameters, (RESULT, walk.within(parameters, node.body))))


_METHODS: dict[type[tree.Node], Callable[..., Type]] = {
    tree.Literal: _literal, tree.Name: _name, tree.Path: _path, tree.Negate: _negate, tree.Chain: _chain,
    tree.Junction: _junction, tree.Compare: _compare, tree.Between: _between, tree.Test: _test, tree.In: _in,
    tree.Interval: _interval, tree.If: _if, tree.InstanceOf: _instance_of, tree.ListOf: _list,
    tree.ContextOf: _context, tree.Filter: infer_filter, tree.For: infer_for, tree.Quantified: infer_quantified,
    tree.Call: infer_call, tree.FunctionOf: _function,
}
