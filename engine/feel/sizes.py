"""How large a value is all told, and where it becomes too large.

Lists that hold the same list twice are small in memory and without end to whoever goes through them: so values
are measured before anything goes through them, and what is too large or too deep is refused. Counts; knows no steps.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.feel.errors import FeelBudgetExceeded
from engine.feel.kinds import MAX_ITEMS, MAX_TEXT, Exclusion, Range

MAX_WEIGHT = 400_000
MAX_NESTING = 100
CHARACTERS_PER_ITEM = 32
HOLDERS = frozenset({list, dict, Range, Exclusion})
"""The types whose values hold others."""


def measure(value: object) -> int:
    """The items in the value and in everything it holds, a text counting by its length. FeelBudgetExceeded if too many."""
    weight, level = 0, [value]
    for _ in range(MAX_NESTING):
        below: list[object] = []
        for part in level:
            weight += _gather(part, below)
            if weight > MAX_WEIGHT:
                raise FeelBudgetExceeded("值过大", "The value grows too large")
        if not below:
            return weight
        level = below
    raise FeelBudgetExceeded("列表或字段组嵌套过深", "Lists or contexts are nested too deeply")


def _gather(holder: object, below: list[object]) -> int:
    """The weight of what a value holds directly; what holds more itself is put below."""
    items = _held(holder)
    weight = 0
    for item in items:
        sort = type(item)
        weight += 1
        if sort is str:
            weight += len(item) // CHARACTERS_PER_ITEM  # type: ignore[arg-type]
        elif sort in HOLDERS:
            below.append(item)
    return weight


def _held(holder: object) -> Iterable[object]:
    if isinstance(holder, list):
        if len(holder) > MAX_ITEMS:
            raise FeelBudgetExceeded("列表过长", "The list grows too long")
        return holder
    if isinstance(holder, dict):
        return holder.values()
    if isinstance(holder, Range):
        return holder.start, holder.end
    return [holder.value] if isinstance(holder, Exclusion) else ()


def check_text(length: int) -> None:
    """Refuses a text of that many characters before it is built."""
    if length > MAX_TEXT:
        raise FeelBudgetExceeded("文字过长", "The text grows too long")
