"""Closures that go over lists: `for`, `some`, `every`, and filters.

Each item costs a step. Knows no operators.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal

from engine.feel import tree
from engine.feel.access import Closure, Compiling, run_of
from engine.feel.errors import FeelBudgetExceeded
from engine.feel.far import FarDate, from_ordinal, ordinal
from engine.feel.kinds import MAX_ITEMS, Range, kind
from engine.feel.run import cost_of
from engine.feel.scope import Frame

Source = tuple[int, Callable[[Frame], Iterable[object] | None]]


def compile_for(compiler: Compiling, node: tree.For) -> Closure:
    sources = _sources(compiler, node.iterations)
    partial = compiler.scopes.bind("partial")
    before = compiler.nodes
    body = compiler.compile(node.body)
    cost = cost_of(compiler.nodes - before)
    compiler.scopes.release(len(sources) + 1)
    looks_back = partial in compiler.scopes.read

    def run(frame: Frame) -> object:
        results: list[object] = []
        try:
            for _ in _walk(frame, sources, cost):
                if looks_back:
                    frame[partial] = run_of(frame).weigh(list(results))
                results.append(body(frame))
        except _NotIterable:
            return None
        if len(results) > MAX_ITEMS:
            raise FeelBudgetExceeded("列表过长", "The list grows too long")
        return results

    return run


def compile_quantified(compiler: Compiling, node: tree.Quantified) -> Closure:
    sources = _sources(compiler, node.iterations)
    before = compiler.nodes
    condition = compiler.compile(node.condition)
    compiler.scopes.release(len(sources))
    cost = cost_of(compiler.nodes - before)
    decisive = node.quantifier == "some"

    def run(frame: Frame) -> object:
        unknown = False
        try:
            for _ in _walk(frame, sources, cost):
                value = condition(frame)
                if value is decisive:
                    return decisive
                unknown = unknown or value is not (not decisive)
        except _NotIterable:
            return None
        return None if unknown else not decisive

    return run


class _NotIterable(Exception):
    """What stands after `in` is no list and no countable range."""


def _sources(compiler: Compiling, iterations: tuple[tree.Iteration, ...]) -> list[Source]:
    sources = []
    for iteration in iterations:
        read = _source(compiler, iteration)
        sources.append((compiler.scopes.bind(iteration.name), read))
    return sources


def _source(compiler: Compiling, iteration: tree.Iteration) -> Callable[[Frame], Iterable[object] | None]:
    start = compiler.compile(iteration.source)
    if iteration.end is None:
        return lambda frame: _items(start(frame))
    end = compiler.compile(iteration.end)
    return lambda frame: _count(start(frame), end(frame), falling=True)


def _walk(frame: Frame, sources: list[Source], cost: int) -> Iterator[None]:
    """Puts each combination of items into the frame, first source outermost; each costs what the body does."""
    (slot, read), *inner = sources
    items = read(frame)
    if items is None:
        raise _NotIterable
    run = run_of(frame)
    for item in items:
        run.spend(1 if inner else cost)
        frame[slot] = item
        if inner:
            yield from _walk(frame, inner, cost)
        else:
            yield None


def _items(value: object) -> Iterable[object] | None:
    if isinstance(value, list):
        return value
    if isinstance(value, Range):
        return _count_range(value)
    return None if value is None else [value]


def _count_range(interval: Range) -> Iterable[object] | None:
    if interval.unbounded:
        return None
    return _count(interval.start, interval.end, skipped=(not interval.start_included, not interval.end_included))


def _count(start: object, end: object, *, falling: bool = False, skipped: tuple[bool, bool] = (False, False),
           ) -> Iterable[object] | None:
    """Whole numbers or days from one to the other, backwards only where allowed; the first and the last may be skipped."""
    if kind(start) != kind(end):
        return None
    if isinstance(start, Decimal) and isinstance(end, Decimal):
        if start != start.to_integral_value() or end != end.to_integral_value():
            return None
        numbers = _steps(start, end, skipped, falling=falling)
        return None if numbers is None else map(Decimal, numbers)
    if isinstance(start, date | FarDate) and isinstance(end, date | FarDate) and kind(start) == "date":
        days = _steps(Decimal(ordinal(start)), Decimal(ordinal(end)), skipped, falling=falling)
        return None if days is None else map(from_ordinal, days)
    return None


def _steps(start: Decimal, end: Decimal, skipped: tuple[bool, bool], *, falling: bool) -> range | None:
    if abs(end - start) >= MAX_ITEMS:
        raise FeelBudgetExceeded("区间过长", "The range is too long to go over")
    if start > end and not falling:
        return None
    steps = range(int(start), int(end) + 1) if start <= end else range(int(start), int(end) - 1, -1)
    return steps[skipped[0]:len(steps) - skipped[1]]


def compile_filter(compiler: Compiling, node: tree.Filter) -> Closure:
    target = compiler.compile(node.target)
    if is_written_out(node.condition):
        condition = compiler.compile(node.condition)
        return lambda frame: _by_constant(target(frame), condition(frame))
    slot = compiler.scopes.bind_item()
    before = compiler.nodes
    condition = compiler.compile(node.condition)
    compiler.scopes.release(2)
    cost = cost_of(compiler.nodes - before)

    def run(frame: Frame) -> object:
        value = target(frame)
        items = value if isinstance(value, list) else [] if value is None else [value]
        return _filtered(frame, items, slot, condition, cost)

    return run


def is_written_out(node: tree.Node) -> bool:
    """Whether what stands in a filter is a literal, perhaps with a sign."""
    return isinstance(node.operand if isinstance(node, tree.Negate) else node, tree.Literal)


def _filtered(frame: Frame, items: list[object], slot: int, condition: Closure, cost: int) -> object:
    run, kept = run_of(frame), []
    frame[slot] = None
    if not items and isinstance(condition(frame), Decimal):
        return None
    for item in items:
        run.spend(cost)
        frame[slot] = item
        answer = condition(frame)
        if answer is True:
            kept.append(item)
        elif isinstance(answer, Decimal):
            return pick(items, answer)
    return kept


def _by_constant(value: object, choice: object) -> object:
    items = value if isinstance(value, list) else [] if value is None else [value]
    if isinstance(choice, Decimal):
        return pick(items, choice)
    return items if choice is True else [] if choice in (False, None) else None


def pick(items: list[object], position: Decimal) -> object:
    """The item at a position that counts from 1, or from -1 backwards."""
    index = int(position)
    if index == 0 or abs(index) > len(items):
        return None
    return items[index - 1] if index > 0 else items[index]
