"""A column's values cut into pieces on which every cell of the column says the same.

Between two literals that a column compares with, all values are alike; so one sample of each piece tells what a cell
says of the whole piece, and the evaluator itself is asked: this room cannot disagree with it. Whatever is not a
comparison with a constant is not taken apart: the column is then opaque. Refuses to know rules and policies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from engine.dmn.cells import compile_cell
from engine.dmn.model import ANY_VALUE, Input
from engine.feel import Compiled, Range, YearsMonthsDuration, tree
from engine.feel.far import FarDate, FarMoment
from engine.feel.kinds import Exclusion, kind
from engine.feel.operators import compare
from engine.feel.tree import walk

MAX_TRIALS = 300_000
"""Cells times pieces of one column: beyond, a column is opaque rather than slow."""
OTHER_TEXTS = ("其他", "其余", "另外")


@dataclass(frozen=True, slots=True)
class Domain:
    """The pieces of a column, one sample each; `masks` says for a cell on which pieces it holds (bit per piece)."""

    samples: tuple[object, ...]
    masks: dict[str, int]


class Opaque(Exception):
    """The column cannot be taken apart; says which cell is the reason."""

    def __init__(self, cell: str) -> None:
        super().__init__(cell)
        self.cell = cell


def domain_of(column: Input, tests: Iterable[str], names: tuple[str, ...]) -> Domain:
    """The pieces of a column that has these cells; Opaque where a cell is more than comparisons with constants."""
    cells = {text: compile_cell(text, names) for text in tests if text != ANY_VALUE}
    if cells and column.type in ("list", "context"):
        raise Opaque(next(iter(cells)))
    limits = {column.allowed: compile_cell(column.allowed, names)} if column.allowed else {}
    constants = [value for text, cell in {**cells, **limits}.items() for value in constants_of(text, cell)]
    samples = [value for value in _samples(column, constants)
               if all(limit.evaluate({"?": value}) is True for limit in limits.values() if value is not None)]
    if len(samples) * len(cells) > MAX_TRIALS:
        raise Opaque(column.title)
    masks = {text: sum(1 << place for place, value in enumerate(samples) if cell.evaluate({"?": value}) is True)
             for text, cell in cells.items()}
    return Domain(tuple(samples), {**masks, ANY_VALUE: (1 << len(samples)) - 1})


# ---------------------------------------------------------------- which constants a cell compares with

def constants_of(text: str, cell: Compiled) -> list[object]:
    """Every value at which what the cell says may change."""
    found: list[object] = []
    for value in _constants(text, cell.tree):
        if isinstance(value, Range):
            found += [end for end in (value.start, value.end) if end is not None]
            if isinstance(value.start, str) or isinstance(value.end, str):
                raise Opaque(text)
        elif isinstance(value, Exclusion):
            found.append(value.value)
        else:
            found += value if isinstance(value, list) else [value]
    if any(kind(value) in ("list", "context", "range", "function", "") for value in found):
        raise Opaque(text)
    return found


def _constants(text: str, node: tree.Node) -> Iterator[object]:
    if isinstance(node, tree.In) and _asked(node.value):
        yield from (_constant(text, test) for test in node.tests)
    elif isinstance(node, tree.Junction):
        for operand in node.operands:
            yield from _constants(text, operand)
    elif isinstance(node, tree.Call) and isinstance(node.target, tree.Name) and node.target.name == "not":
        for argument in node.arguments:
            yield from _constants(text, argument)
    elif isinstance(node, tree.Compare) and (_asked(node.left) or _asked(node.right)):
        value = _constant(text, node.right if _asked(node.left) else node.left)
        yield Range(value, value) if node.operator not in ("=", "!=") else value
    elif isinstance(node, tree.Between) and _asked(node.value):
        yield from (Range(value, value) for value in (_constant(text, node.low), _constant(text, node.high)))
    else:
        raise Opaque(text)


def _asked(node: tree.Node) -> bool:
    return isinstance(node, tree.Name) and node.name == "?"


def _constant(text: str, node: tree.Node) -> object:
    """The value of a part that reads nothing and does not ask for the time."""
    alone = Compiled(text, node)
    clock = any(isinstance(part, tree.Call) and isinstance(part.target, tree.Name)
                and part.target.name in ("now", "today") for part in walk(node))
    if alone.paths or alone.maybe_paths or alone.calls or clock:
        raise Opaque(text)
    return alone.evaluate({})


# ---------------------------------------------------------------- one sample per piece

def _samples(column: Input, constants: list[object]) -> list[object]:
    sorts = [column.type] if column.type else list(dict.fromkeys(kind(value) for value in constants if value is not None))
    found: list[object] = [None] if any(value is None for value in constants) else []
    for sort in sorts:
        found += _samples_of(sort, [value for value in constants if kind(value) == sort], whole=column.whole)
    if not sorts:
        found.append(OTHER_TEXTS[0] if found else None)
    return found


def _samples_of(sort: str, known: list[object], *, whole: bool) -> Iterator[object]:
    if sort == "boolean":
        yield from (True, False)
    elif sort == "string":
        yield from (*dict.fromkeys(known), _other_text(known))
    elif known:
        yield from _along(_in_order(_whole_numbers(known) if whole else known), whole=whole)
    else:
        yield _ANYTHING.get(sort)


def _whole_numbers(values: list[object]) -> list[object]:
    """The whole numbers on both sides of each number."""
    return [value.to_integral_value(side) for value in values if isinstance(value, Decimal)
            for side in (ROUND_FLOOR, ROUND_CEILING)]


def _other_text(known: list[object]) -> object:
    return next(text for text in (*OTHER_TEXTS, "".join(map(str, known)) + OTHER_TEXTS[0]) if text not in known)


def _in_order(values: list[object]) -> list[list[object]]:
    """Values in order, apart where they cannot be compared (moments with and without an offset)."""
    chains: list[list[object]] = []
    for value in values:
        chain = next((chain for chain in chains if compare("<=", chain[0], value) is not None), None)
        if chain is None:
            chains.append([value])
            continue
        place = sum(compare("<", other, value) is True for other in chain)
        if place == len(chain) or compare("<=", chain[place], value) is not True:
            chain.insert(place, value)
    return chains


def _along(chains: list[list[object]], *, whole: bool) -> Iterator[object]:
    """Below, at, between and above the values of each chain."""
    for chain in chains:
        yield from (value for value in [_beside(chain[0], -1)] if value is not None)
        for low, high in zip(chain, [*chain[1:], None], strict=True):
            yield low
            between = _between(low, high, whole=whole) if high is not None else _beside(low, 1)
            if between is not None:
                yield between


def _beside(value: object, steps: int) -> object:
    """A value somewhat lower or higher; None at the end of time."""
    try:
        return _shifted(value, steps)
    except (OverflowError, ValueError):
        return None


def _shifted(value: object, steps: int) -> object:
    if isinstance(value, Decimal):
        return value + steps
    if isinstance(value, datetime):
        return value + timedelta(hours=steps)
    if isinstance(value, date | timedelta):
        return value + timedelta(days=steps)
    if isinstance(value, YearsMonthsDuration):
        return YearsMonthsDuration(value.total + steps)
    if isinstance(value, time) and 0 <= value.hour + steps <= 23:
        return value.replace(hour=value.hour + steps)
    if isinstance(value, FarDate | FarMoment):
        raise Opaque(str(value))
    return None


def _between(low: object, high: object, *, whole: bool) -> object:
    """A value strictly between, as plain as there is one; None where there is none."""
    near = _beside(low, 1)
    if near is not None and compare("<", near, high) is True:
        return near
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        return None if whole else (low + high) / 2
    if isinstance(low, time) and isinstance(high, time):
        return _between_clocks(low, high)
    if isinstance(low, datetime) and isinstance(high, datetime):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        return middle if middle > low else None
    if isinstance(low, timedelta) and isinstance(high, timedelta):
        return low + (high - low) / 2
    return None


def _between_clocks(low: time, high: time) -> time | None:
    start, end = (value.hour * 3600 + value.minute * 60 + value.second for value in (low, high))
    middle = (start + end) // 2
    if middle <= start:
        return None
    return low.replace(hour=middle // 3600, minute=middle // 60 % 60, second=middle % 60, microsecond=0)


_ANYTHING: dict[str, object] = {
    "number": Decimal(0), "date": date(2026, 1, 1), "time": time(12), "date and time": datetime(2026, 1, 1, 12),  # noqa: DTZ001
    "days and time duration": timedelta(days=1), "years and months duration": YearsMonthsDuration(12)}
