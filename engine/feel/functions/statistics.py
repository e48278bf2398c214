"""Built-in functions that make one value of many: sums, means, extremes, all and any."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import reduce

from engine.feel import operators
from engine.feel.errors import NoValue
from engine.feel.functions.registry import Declarations
from engine.feel.kinds import NUMBERS

FUNCTIONS = feel = Declarations()


@feel("count(list: list) -> number")
def count(items: list[object]) -> object:
    return len(items)


@feel("min(list*: any) -> item")
def least(items: list[object]) -> object:
    """The smallest; what is not known yet (null) does not count."""
    return _extreme("<", items)


@feel("max(list*: any) -> item")
def greatest(items: list[object]) -> object:
    """The largest; null does not count."""
    return _extreme(">", items)


def _extreme(sign: str, items: list[object]) -> object:
    known = [item for item in items if item is not None]
    if not known:
        raise NoValue
    best = known[0]
    for item in known:
        if operators.compare("<=", item, best) is None:
            raise NoValue
        if operators.compare(sign, item, best):
            best = item
    return best


@feel("sum(list*: any) -> item")
def total(items: list[object]) -> object:
    if not items or any(isinstance(item, str) for item in items):
        raise NoValue
    return reduce(lambda left, right: operators.arithmetic("+", left, right), items)


@feel("mean(list*: any) -> item")
def mean(items: list[object]) -> object:
    return operators.arithmetic("/", total(items), Decimal(len(items)))


@feel("product(list*: any) -> number")
def product(items: list[object]) -> object:
    return reduce(NUMBERS.multiply, _numbers(items))


@feel("median(list*: any) -> number")
def median(items: list[object]) -> object:
    ordered = sorted(_numbers(items))
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return NUMBERS.divide(NUMBERS.add(ordered[middle - 1], ordered[middle]), Decimal(2))


@feel("stddev(list*: any) -> number")
def stddev(items: list[object]) -> object:
    numbers = _numbers(items)
    average = NUMBERS.divide(reduce(NUMBERS.add, numbers), Decimal(len(numbers)))
    squares = [NUMBERS.multiply(gap, gap) for gap in (NUMBERS.subtract(number, average) for number in numbers)]
    return NUMBERS.sqrt(NUMBERS.divide(reduce(NUMBERS.add, squares), Decimal(len(numbers) - 1)))


@feel("mode(list*: any) -> list<number>")
def mode(items: list[object]) -> object:
    counts = Counter(_numbers(items) if items else [])
    most = max(counts.values(), default=0)
    return sorted(number for number, times in counts.items() if times == most)


def _numbers(items: list[object]) -> list[Decimal]:
    numbers = [item for item in items if isinstance(item, Decimal)]
    if not numbers or len(numbers) < len(items):
        raise NoValue
    return numbers


@feel("all(list*: any) -> boolean")
def all_of(items: list[object]) -> object:
    return _joined(items, decisive=False)


@feel("any(list*: any) -> boolean")
def any_of(items: list[object]) -> object:
    return _joined(items, decisive=True)


def _joined(items: list[object], *, decisive: bool) -> object:
    if any(item is not None and not isinstance(item, bool) for item in items):
        raise NoValue
    if decisive in items:
        return decisive
    return None if None in items else not decisive


@feel("not(negand: boolean) -> boolean")
def negation(negand: object) -> object:
    return not negand
