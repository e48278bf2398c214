"""Types of what goes over lists: `for`, `some`, `every`, and filters.

The counterpart of loops.py before anything is evaluated.
"""

from __future__ import annotations

from engine.feel import clashes, tree, types
from engine.feel.inferring import Inferring
from engine.feel.loops import is_written_out
from engine.feel.types import ANY, BOOLEAN, NUMBER, Type

_COUNTABLE = frozenset({"number", "date"})


def _bind(walk: Inferring, iterations: tuple[tree.Iteration, ...]) -> int:
    """Binds what the iterations go through, in order; gives how many names that were."""
    for iteration in iterations:
        walk.scope.append((iteration.name, _gone_through(walk, iteration)))
    return len(iterations)


def _gone_through(walk: Inferring, iteration: tree.Iteration) -> Type:
    source = walk.of(iteration.source)
    if iteration.end is not None:
        end = walk.of(iteration.end)
        walk.compare(iteration.source.at, "<=", source, end)
        source = types.range_type(types.join((source, end)))
    if source.name == "range":
        if types.is_known(types.item_of(source)) and types.item_of(source).name not in _COUNTABLE:
            walk.note(clashes.cannot_iterate(iteration.source.at, types.item_of(source)))
        return types.item_of(source)
    return types.items_of(source)


def infer_for(walk: Inferring, node: tree.For) -> Type:
    count = _bind(walk, node.iterations)
    found = walk.within([("partial", types.list_type())], node.body)
    del walk.scope[len(walk.scope) - count:]
    return types.list_type(found)


def infer_quantified(walk: Inferring, node: tree.Quantified) -> Type:
    count = _bind(walk, node.iterations)
    walk.condition(node.condition, (f"{node.quantifier} 的条件", f"The condition of {node.quantifier}"))
    del walk.scope[len(walk.scope) - count:]
    return BOOLEAN


def infer_filter(walk: Inferring, node: tree.Filter) -> Type:
    target = walk.of(node.target)
    item = types.items_of(target)
    choice = walk.within([("item", item), ("", item)], node.condition)
    if choice == NUMBER:
        # A position that is null picks nothing, and the answer is an empty list.
        return item if is_written_out(node.condition) else ANY
    if choice == BOOLEAN:
        return types.list_type(item)
    if types.is_known(choice):
        walk.note(clashes.no_truth(node.condition.at, ("筛选条件", "What stands in a filter"), choice))
    return ANY
