"""Closures that go over lists: `for`, `some`, `every`, and filters.

Each item costs a step. Knows no operators.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from engine.feel import tree
from engine.feel.access import Closure, Compiling
from engine.feel.errors import FeelBudgetExceeded
from engine.feel.far import FarDate, from_ordinal, ordinal
from engine.feel.kinds import MAX_ITEMS, Range, kind
from engine.feel.run import Run
from engine.feel.scope import RUN, Frame

Source = tuple[int, Callable[[Frame], list[object] | None]]


def run_of(frame: Frame) -> Run:
    run = frame[RUN]
    assert isinstance(run, Run)
    return run


def compile_for(compiler: Compiling, node: tree.For) -> Closure:
    sources = _sources(compiler, node.iterations)
    partial = compiler.scopes.bind("partial")
    body = compiler.compile(node.body)
    compiler.scopes.release(len(sources) + 1)
    looks_back = partial in compiler.scopes.read

    def run(frame: Frame) -> object:
        results: list[object] = []
        try:
            for _ in _walk(frame, sources, 0):
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
    condition = compiler.compile(node.condition)
    compiler.scopes.release(len(sources))
    decisive = node.quantifier == "some"

    def run(frame: Frame) -> object:
        unknown = False
        try:
            for _ in _walk(frame, sources, 0):
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


def _source(compiler: Compiling, iteration: tree.Iteration) -> Callable[[Frame], list[object] | None]:
    start = compiler.compile(iteration.source)
    if iteration.end is None:
        return lambda frame: _items(start(frame))
    end = compiler.compile(iteration.end)
    return lambda frame: _count(start(frame), end(frame), falling=True)


def _walk(frame: Frame, sources: list[Source], index: int) -> Iterator[None]:
    """Puts each combination of items into the frame, first source outermost."""
    slot, read = sources[index]
    items = read(frame)
    if items is None:
        raise _NotIterable
    run = run_of(frame)
    for item in items:
        run.spend()
        frame[slot] = item
        if index + 1 < len(sources):
            yield from _walk(frame, sources, index + 1)
        else:
            yield None


def _items(value: object) -> list[object] | None:
    if isinstance(value, list):
        return value
    if isinstance(value, Range):
        return _count_range(value)
    return None if value is None else [value]


def _count_range(interval: Range) -> list[object] | None:
    items = _count(interval.start, interval.end, falling=False)
    if items is None or interval.unbounded:
        return None
    if items and not interval.start_included:
        items = items[1:]
    return items[:-1] if items and not interval.end_included else items


def _count(start: object, end: object, *, falling: bool) -> list[object] | None:
    """Whole numbers or days from one to the other, both included; backwards only where allowed."""
    if kind(start) != kind(end):
        return None
    if isinstance(start, Decimal) and isinstance(end, Decimal):
        if start != start.to_integral_value() or end != end.to_integral_value():
            return None
        numbers = _steps(start, end, falling=falling)
        return None if numbers is None else [Decimal(number) for number in numbers]
    if isinstance(start, date | FarDate) and isinstance(end, date | FarDate) and kind(start) == "date":
        days = _steps(Decimal(ordinal(start)), Decimal(ordinal(end)), falling=falling)
        return None if days is None else [from_ordinal(day) for day in days]
    return None


def _steps(start: Decimal, end: Decimal, *, falling: bool) -> range | None:
    if abs(end - start) >= MAX_ITEMS:
        raise FeelBudgetExceeded("区间过长", "The range is too long to go over")
    if start > end and not falling:
        return None
    return range(int(start), int(end) + 1) if start <= end else range(int(start), int(end) - 1, -1)


def compile_filter(compiler: Compiling, node: tree.Filter) -> Closure:
    target = compiler.compile(node.target)
    if is_written_out(node.condition):
        condition = compiler.compile(node.condition)
        return lambda frame: _by_constant(target(frame), condition(frame))
    slot = compiler.scopes.bind_item()
    condition = compiler.compile(node.condition)
    compiler.scopes.release(2)

    def run(frame: Frame) -> object:
        value = target(frame)
        items = value if isinstance(value, list) else [] if value is None else [value]
        return _filtered(frame, items, slot, condition)

    return run


def is_written_out(node: tree.Node) -> bool:
    """Whether what stands in a filter is a literal, perhaps with a sign."""
    return isinstance(node.operand if isinstance(node, tree.Negate) else node, tree.Literal)


def _filtered(frame: Frame, items: list[object], slot: int, condition: Closure) -> object:
    run, kept = run_of(frame), []
    frame[slot] = None
    if not items and isinstance(condition(frame), Decimal):
        return None
    for item in items:
        run.spend()
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
