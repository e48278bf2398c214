"""Hit policies: what a table's value is once its rules have been tried.

Works on hits and their values; refuses to know how a rule is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.dmn.cells import rank
from engine.dmn.model import DecisionTable
from engine.feel import Type, context_type, equal, evaluate, list_type, write_value


class Fault(Exception):
    """Why a table gives no value, in one sentence of each language."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule whose tests hold, and a result per output."""

    number: int
    results: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """The value, and the hits that gave it."""

    value: object
    hits: tuple[Hit, ...]


def settle(table: DecisionTable, hits: Sequence[Hit]) -> Settled:
    """The value of these hits by the table's policy; Fault where the policy gives none."""
    if table.aggregation:
        return Settled(_aggregate(table, hits), tuple(hits))
    chosen = _POLICIES[table.hit_policy](table, hits)
    values = [_value(table, hit) for hit in chosen]
    if table.hit_policy in _LISTS:
        return Settled(values, tuple(chosen))
    return Settled(values[0] if values else None, tuple(chosen))


def _value(table: DecisionTable, hit: Hit) -> object:
    """One output's value alone, several by their names."""
    if len(table.outputs) == 1:
        return hit.results[0]
    return {column.name: value for column, value in zip(table.outputs, hit.results, strict=True)}


def result_type(table: DecisionTable) -> Type:
    """The type of the table's value, as far as its outputs declare theirs."""
    columns = {column.name: Type(column.type or "Any") for column in table.outputs}
    alone = next(iter(columns.values())) if len(columns) == 1 else context_type(columns)
    if table.aggregation:
        return Type("number") if table.aggregation == "COUNT" else alone
    return list_type(alone) if table.hit_policy in _LISTS else alone


def _unique(table: DecisionTable, hits: Sequence[Hit]) -> Sequence[Hit]:
    if len(hits) > 1:
        raise Fault(f"“{table.title}”只应有一条规则成立，第 {_numbers(hits, '、')} 条却同时成立",
                    f"{table.title}: expected one rule to fire, but rules {_numbers(hits, ', ')} do")
    return hits


def _any(table: DecisionTable, hits: Sequence[Hit]) -> Sequence[Hit]:
    for hit in hits[1:]:
        if not all(equal(a, b) is True for a, b in zip(hits[0].results, hit.results, strict=True)):
            raise Fault(f"“{table.title}”第 {_numbers((hits[0], hit), '、')} 条规则同时成立，结果却不同",
                        f"{table.title}: rules {_numbers((hits[0], hit), ', ')} fire with different results")
    return hits


def _first(table: DecisionTable, hits: Sequence[Hit]) -> Sequence[Hit]:
    return hits[:1]


def _priority(table: DecisionTable, hits: Sequence[Hit]) -> Sequence[Hit]:
    return _by_priority(table, hits)[:1]


def _by_priority(table: DecisionTable, hits: Sequence[Hit]) -> Sequence[Hit]:
    """By the allowed values of the outputs, the first output first; hits of one priority stay in rule order."""
    return sorted(hits, key=lambda hit: _ranks(table, hit)) if len(hits) > 1 else hits


def _ranks(table: DecisionTable, hit: Hit) -> tuple[int, ...]:
    ranks = []
    for column, value in zip(table.outputs, hit.results, strict=True):
        if column.allowed:
            place = rank(value, column.allowed, table.names)
            if place is None:
                raise Fault(f"“{table.title}”的结果 {write_value(value)} 不在按优先次序列出的值里",
                            f"{table.title}: the result {write_value(value)} has no priority")
            ranks.append(place)
    return tuple(ranks)


def _all(table: DecisionTable, hits: Sequence[Hit]) -> Sequence[Hit]:
    return hits


def _aggregate(table: DecisionTable, hits: Sequence[Hit]) -> object:
    """FEEL's own `sum`, `min`, `max`, `count` over the results."""
    values = [_value(table, hit) for hit in hits]
    answer = evaluate(f"{table.aggregation.lower()}(results)", {"results": values})
    if answer is None and values:
        raise Fault(f"“{table.title}”的结果不能用 {table.aggregation} 汇总：{write_value(values)}",
                    f"{table.title}: {table.aggregation} has no value for {write_value(values)}")
    return answer


def _numbers(hits: Sequence[Hit], comma: str) -> str:
    return comma.join(str(hit.number + 1) for hit in hits)


_LISTS = frozenset({"RULE ORDER", "OUTPUT ORDER", "COLLECT"})
_POLICIES: dict[str, Callable[[DecisionTable, Sequence[Hit]], Sequence[Hit]]] = {
    "UNIQUE": _unique, "ANY": _any, "FIRST": _first, "PRIORITY": _priority, "RULE ORDER": _all,
    "OUTPUT ORDER": _by_priority, "COLLECT": _all,
}
