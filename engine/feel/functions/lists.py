"""Built-in functions over lists: taking apart, putting together, ordering."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from engine.feel.errors import FeelBudgetExceeded, NoValue
from engine.feel.functions.registry import Declarations
from engine.feel.kinds import Function, YearsMonthsDuration, kind
from engine.feel.operators import SECOND, compare, equal, order_key
from engine.feel.sizes import check_text

FUNCTIONS = feel = Declarations()
List = list[object]
MAX_COMPARISONS = 500_000


def same(left: object, right: object) -> bool:
    return equal(left, right) is True


@feel("list contains(list: list, element: any) -> boolean")
def list_contains(items: List, element: object) -> object:
    return any(same(item, element) for item in items)


@feel("sublist(list: list, start position: number, [length: number]) -> argument")
def sublist(items: List, start: Decimal, length: Decimal | None) -> object:
    index = _index(items, start)
    end = len(items) if length is None else index + int(length)
    if end > len(items) or (length is not None and length < 1):
        raise NoValue
    return items[index:end]


def _index(items: List, position: Decimal) -> int:
    """The list index of a position that counts from 1 or from -1; there must be an item."""
    place = int(position)
    if place == 0 or abs(place) > len(items):
        raise NoValue
    return place - 1 if place > 0 else len(items) + place


@feel("append(list: list, item...: any) -> list")
def append(items: List, added: List) -> object:
    return items + added


@feel("concatenate(list...: list) -> list")
def concatenate(lists: list[List]) -> object:
    return [item for items in lists for item in items]


@feel("insert before(list: list, position: number, newItem: any) -> list")
def insert_before(items: List, position: Decimal, added: object) -> object:
    index = _index(items, position)
    return [*items[:index], added, *items[index:]]


@feel("remove(list: list, position: number) -> argument")
def remove(items: List, position: Decimal) -> object:
    index = _index(items, position)
    return items[:index] + items[index + 1:]


@feel("list replace(list: list, position: number, newItem: any) -> list")
def list_replace(items: List, position: Decimal, added: object) -> object:
    index = _index(items, position)
    return [*items[:index], added, *items[index + 1:]]


@feel("list replace(list: list, position: function, newItem: any) -> list")
@feel("list replace(list: list, match: function, newItem: any) -> list")
def list_replace_matching(items: List, match: Function, added: object) -> object:
    if len(match.parameters) != 2:
        raise NoValue
    answers = [match.invoke([item, added]) for item in items]
    if not all(isinstance(answer, bool) for answer in answers):
        raise NoValue
    return [added if answer else item for item, answer in zip(items, answers, strict=True)]


@feel("reverse(list: list) -> argument")
def reverse(items: List) -> object:
    return items[::-1]


@feel("index of(list: list, match: any) -> list<number>")
def index_of(items: List, match: object) -> object:
    return [Decimal(place) for place, item in enumerate(items, 1) if same(item, match)]


@feel("union(list...: list) -> list")
def union(lists: list[List]) -> object:
    return distinct_values([item for items in lists for item in items])


@feel("distinct values(list: list) -> argument")
def distinct_values(items: List) -> object:
    kept: List = []
    seen: set[object] = set()
    others: List = []
    left = MAX_COMPARISONS
    for item in items:
        mark = _mark(item)
        if mark is None:
            left -= len(others)
            if left < 0:
                raise FeelBudgetExceeded("列表过长", "The list is too long to compare")
            if any(same(item, other) for other in others):
                continue
            others.append(item)
        elif mark in seen:
            continue
        else:
            seen.add(mark)
        kept.append(item)
    return kept


def _mark(item: object) -> object:
    """What is the same for equal values only; None for values that have no such mark."""
    if item is None or isinstance(item, str | bool | Decimal | timedelta | YearsMonthsDuration):
        return kind(item), item
    found = order_key(item)
    if found is None:
        return None
    return kind(item), found[0], found[1] if kind(item) == "date" else found[1] // SECOND


@feel("flatten(list: list) -> list")
def flatten(items: List) -> object:
    return list(_flat(items))


def _flat(items: List) -> Iterator[object]:
    for item in items:
        if isinstance(item, list):
            yield from _flat(item)
        else:
            yield item


@feel("sort(list: list, [precedes: function]) -> argument")
def sort(items: List, precedes: Function | None) -> object:
    if precedes is not None and len(precedes.parameters) != 2:
        raise NoValue

    def before(left: object, right: object) -> bool:
        answer = compare("<", left, right) if precedes is None else precedes.invoke([left, right])
        if not isinstance(answer, bool):
            raise NoValue
        return answer

    class Placed:
        """An item whose order is the function's."""

        __slots__ = ("item",)

        def __init__(self, item: object) -> None:
            self.item = item

        def __lt__(self, other: Placed) -> bool:
            return before(self.item, other.item)

    return sorted(items, key=Placed)


@feel("string join(list: list, [delimiter: string?]) -> string")
def string_join(items: List, delimiter: str | None) -> object:
    parts = [item for item in items if item is not None]
    words = [part for part in parts if isinstance(part, str)]
    if len(words) < len(parts):
        raise NoValue
    check_text(sum(map(len, words)) + len(delimiter or "") * len(words))
    return (delimiter or "").join(words)
