"""A column's values cut into pieces on which every cell of the column says the same.

Between two literals that a column compares with, all values are alike; so one sample of each piece tells what a cell
says of the whole piece, and the evaluator itself is asked: this room cannot disagree with it. Whatever is not a
comparison with a constant is not taken apart: the column is then opaque. Refuses to know rules and policies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cmp_to_key

from engine.dmn.cells import SMALL_BUDGET, compile_cell, constant_of
from engine.dmn.model import ANY_VALUE, Input
from engine.feel import Compiled, FeelBudgetExceeded, Range, YearsMonthsDuration, tree
from engine.feel.far import FarDate, FarMoment
from engine.feel.kinds import Exclusion, kind
from engine.feel.operators import compare

MAX_TRIALS = 50_000
"""Evaluations for one table: beyond, a column is opaque rather than slow."""
OTHER_TEXTS = ("其他", "其余", "另外")


@dataclass(frozen=True, slots=True)
class Domain:
    """The pieces of a column, one sample each; `masks` says for a cell on which pieces it holds (bit per piece)."""

    samples: tuple[object, ...]
    masks: Mapping[str, int]


class Opaque(Exception):
    """The column cannot be taken apart; says which cell is the reason."""

    def __init__(self, cell: str) -> None:
        super().__init__(cell)
        self.cell = cell


@dataclass(slots=True)
class Trials:
    """How many evaluations are left for a table."""

    left: int = MAX_TRIALS

    def holds(self, text: str, cell: Compiled, value: object) -> bool:
        """What a cell says of a value; Opaque when too much has been asked, or it takes too long to answer."""
        self.left -= 1
        if self.left < 0:
            raise Opaque(text)
        try:
            return cell.evaluate({"?": value}, budget=SMALL_BUDGET) is True
        except FeelBudgetExceeded:
            raise Opaque(text) from None


@dataclass(frozen=True, slots=True)
class _Block:
    """Pieces of one sort; along an ordered block a cell changes what it says only at its own constants."""

    values: list[object]
    ordered: bool = True
    places: Mapping[tuple[str, object], int] = field(init=False)

    def __post_init__(self) -> None:
        places = {(kind(value), value): place for place, value in enumerate(self.values)}
        object.__setattr__(self, "places", places)


def domain_of(column: Input, tests: Iterable[str], names: tuple[str, ...], trials: Trials) -> Domain:
    """The pieces of a column that has these cells; Opaque where a cell is more than comparisons with constants."""
    cells = {text: compile_cell(text, names) for text in tests if text != ANY_VALUE}
    if cells and column.type in ("list", "context"):
        raise Opaque(next(iter(cells)))
    if column.allowed:
        cells[column.allowed] = compile_cell(column.allowed, names)
    constants = {text: _of_column(column, constants_of(text, cell)) for text, cell in cells.items()}
    blocks = _blocks(column, [value for found in constants.values() for value in found])
    masks = {text: _mask(text, cell, blocks, constants[text], trials) for text, cell in cells.items()}
    samples = tuple(value for block in blocks for value in block.values)
    limit = (1 << len(samples)) - 1
    if column.allowed:
        limit = masks[column.allowed] | sum(1 << place for place, value in enumerate(samples) if value is None)
    return Domain(samples, {**{text: mask & limit for text, mask in masks.items()}, ANY_VALUE: limit})


def _mask(text: str, cell: Compiled, blocks: list[_Block], constants: list[object], trials: Trials) -> int:
    """The pieces on which a cell holds; it is asked once where it must say the same."""
    own = {(kind(value), value) for value in constants}
    mask = start = 0
    for block in blocks:
        for places in _alike(block, own):
            if trials.holds(text, cell, block.values[places[0]]):
                mask |= _bits(places) << start
        start += len(block.values)
    return mask


def _bits(places: Sequence[int]) -> int:
    if isinstance(places, range):
        return ((1 << len(places)) - 1) << places.start
    return sum(1 << place for place in places)


def _alike(block: _Block, own: set[tuple[str, object]]) -> Iterator[Sequence[int]]:
    """Places of a block on which a cell with these constants says the same."""
    count = len(block.values)
    at = sorted(block.places[value] for value in own if value in block.places)
    if block.ordered and len(at) < sum(sort == kind(block.values[0]) for sort, _ in own):
        at = list(range(count))     # a constant that equals another only to the second
    yield from ((place,) for place in at)
    between = [range(low + 1, high) for low, high in zip([-1, *at], [*at, count], strict=True)]
    if block.ordered:
        yield from (places for places in between if places)
    elif len(at) < count:
        yield [place for places in between for place in places]


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
    known, value = constant_of(Compiled(text, node))
    if not known:
        raise Opaque(text)
    return value


# ---------------------------------------------------------------- one sample per piece

def _of_column(column: Input, constants: list[object]) -> list[object]:
    """The constants, of whole numbers those on both sides."""
    if not column.whole:
        return constants
    return [side for value in constants for side in
            ([value.to_integral_value(ROUND_FLOOR), value.to_integral_value(ROUND_CEILING)]
             if isinstance(value, Decimal) else [value])]


def _blocks(column: Input, constants: list[object]) -> list[_Block]:
    sorts = [column.type] if column.type else list(dict.fromkeys(kind(value) for value in constants if value is not None))
    found = [_Block([None])] if any(value is None for value in constants) else []
    for sort in sorts:
        found += _blocks_of(sort, [value for value in constants if kind(value) == sort], whole=column.whole)
    if not sorts:
        found.append(_Block([OTHER_TEXTS[0] if found else None]))
    return found


def _blocks_of(sort: str, known: list[object], *, whole: bool) -> Iterator[_Block]:
    if sort == "boolean":
        yield _Block([True, False], ordered=False)
    elif sort == "string":
        yield _Block([*dict.fromkeys(known), _other_text(known)], ordered=False)
    elif known:
        yield from (_Block(list(_along(chain, whole=whole))) for chain in _in_order(known))
    else:
        yield _Block([_ANYTHING.get(sort)])


def _other_text(known: list[object]) -> object:
    return next(text for text in (*OTHER_TEXTS, "".join(map(str, known)) + OTHER_TEXTS[0]) if text not in known)


def _in_order(values: list[object]) -> list[list[object]]:
    """Values in order, apart where they cannot be compared (moments with and without an offset); equal ones once."""
    chains: list[list[object]] = []
    for value in values:
        chain = next((chain for chain in chains if compare("<=", chain[0], value) is not None), None)
        if chain is None:
            chains.append(chain := [])
        chain.append(value)
    return [_sorted(chain) for chain in chains]


def _sorted(values: list[object]) -> list[object]:
    ordered = sorted(values, key=cmp_to_key(lambda a, b: (compare(">", a, b) is True) - (compare("<", a, b) is True)))
    return [value for place, value in enumerate(ordered)
            if not place or compare("<=", value, ordered[place - 1]) is not True]


def _along(chain: list[object], *, whole: bool) -> Iterator[object]:
    """Below, at, between and above the values of a chain."""
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
