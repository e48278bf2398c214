"""Deciding: the value of a table or of a graph of decisions in a scope, and the rules that gave it.

A decision that DMN leaves undefined (two rules of a unique table, a value that is not allowed) is a fault with a
sentence, and its value is null. Refuses to know where a table was written, and what becomes of a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from engine.dmn.cells import compile_cell, compile_result, conforming, is_allowed
from engine.dmn.hits import Fault, Hit, settle
from engine.dmn.model import (
    ANY_VALUE,
    Boxed,
    DecisionGraph,
    DecisionTable,
    FunctionOf,
    Input,
    Invocation,
    Listed,
    Literal_,
    Logic,
    Output,
    Rule,
)
from engine.errors import Sentence
from engine.feel import FeelBudgetExceeded, FeelSyntaxError, Function, write_value

_NO_DATA = Sentence("决策的结果是函数，不能保存", "The decision gives a function, which is no data")
_TOO_DEEP = Sentence("函数调用嵌套过深", "Function calls are nested too deeply")
BUDGET, SMALL_BUDGET = 10_000, 1_000
"""Steps of FEEL for an expression, and for what may be asked many times: a cell, an expression within a function."""
MAX_CALLS = 1_000
"""How often one decision may invoke functions of its file."""
Functions = Mapping[str, Callable[..., object]]


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that gave the value: of which decision, the how manieth (from 1), and why; clauses are its own or the table's."""

    decision: str
    number: int
    annotation: str = ""
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, from which inputs (table column → value), by which rules; or why nothing could be."""

    value: object
    fired: tuple[Fired, ...] = ()
    inputs: tuple[tuple[str, object], ...] = ()
    fault: Sentence | None = None


def decide(table: DecisionTable, scope: Mapping[str, object], *, functions: Functions | None = None,
           moment: datetime | None = None) -> Decision:
    """The table's decision on the variables of `scope`; never raises for what a table or a scope may hold."""
    return _finish(_Run(functions, moment), table.id, table, scope)


def decide_graph(graph: DecisionGraph, scope: Mapping[str, object], *, decision: str | None = None,
                 functions: Functions | None = None, moment: datetime | None = None) -> Decision:
    """The value of the graph's answer (or of another of its decisions), with all that it requires decided first."""
    run, known = _Run(functions, moment), dict(scope)
    wanted = decision or graph.answer
    needed = _needed(graph, wanted)
    outcome = Decision(None, fault=Sentence(f"没有“{wanted}”这个决策", f"There is no decision {wanted!r}"))
    for node in graph.decisions:
        if node.id in needed:
            outcome = _finish(run, node.id, node.logic, known, node.type)
            known[node.name] = outcome.value
            if outcome.fault or node.id == wanted:
                break
    return replace(outcome, value=None, fault=_NO_DATA) if _holds_function(outcome.value) else outcome


def _holds_function(value: object) -> bool:
    if isinstance(value, list | dict):
        return any(map(_holds_function, value.values() if isinstance(value, dict) else value))
    return isinstance(value, Function)


def _needed(graph: DecisionGraph, wanted: str) -> set[str]:
    found: set[str] = set()
    waiting = [wanted]
    while waiting:
        node = graph.find(waiting.pop())
        if node is not None and node.id not in found:
            found.add(node.id)
            waiting.extend(node.requires)
    return found


class _Run:
    """What one decision may call, what time it is, and what it has seen and fired so far."""

    def __init__(self, functions: Functions | None, moment: datetime | None) -> None:
        self.functions, self.moment = functions, moment
        self.fired: list[Fired] = []
        self.inputs: list[tuple[str, object]] = []
        self.calls = self.depth = 0

    def evaluate(self, text: str, names: tuple[str, ...], scope: Mapping[str, object]) -> object:
        budget = SMALL_BUDGET if self.depth else BUDGET
        return compile_result(text, names).evaluate(scope, functions=self.functions, moment=self.moment, budget=budget)

    def decide(self, key: str, logic: Logic, scope: Mapping[str, object]) -> object:
        if isinstance(logic, DecisionTable):
            return self._table(key, logic, scope)
        if isinstance(logic, Literal_):
            return self.evaluate(logic.text, logic.names, scope)
        if isinstance(logic, Listed):
            return [self.decide(key, item, scope) for item in logic.items]
        if isinstance(logic, FunctionOf):
            return Function(tuple(name for name, _ in logic.parameters),
                            lambda values: self._call(key, logic, values, scope))
        if isinstance(logic, Invocation):
            return self._invoke(key, logic, scope)
        return self._boxed(key, logic, scope)

    def _call(self, key: str, function: FunctionOf, values: list[object], scope: Mapping[str, object]) -> object:
        self.calls += 1
        if self.calls > MAX_CALLS:
            raise Fault(f"函数调用超过 {MAX_CALLS} 次", f"Functions are called more than {MAX_CALLS} times")
        given = {name: conforming(value, sort) for (name, sort), value in zip(function.parameters, values, strict=True)}
        self.depth += 1
        try:
            return self.decide(key, function.body, {**scope, **given})
        finally:
            self.depth -= 1

    def _invoke(self, key: str, invocation: Invocation, scope: Mapping[str, object]) -> object:
        function = self.decide(key, invocation.function, scope)
        bound = {name: self.decide(key, binding, scope) for name, binding in invocation.bindings}
        if not isinstance(function, Function) or set(bound) - set(function.parameters):
            raise Fault(f"“{invocation.function.text}”不是可以这样调用的函数", f"{invocation.function.text} takes no such invocation")
        return function.invoke([bound.get(name) for name in function.parameters])

    def _boxed(self, key: str, boxed: Boxed, scope: Mapping[str, object]) -> object:
        inner, built = dict(scope), {}
        for name, logic in boxed.entries:
            value = self.decide(key, logic, inner)
            if not name:
                return value
            built[name] = inner[name] = value
        return built

    def _table(self, key: str, table: DecisionTable, scope: Mapping[str, object]) -> object:
        asked = [{**scope, "?": self._input(table, column, scope)} for column in table.inputs]
        matched = (number for number, rule in enumerate(table.rules) if self._matches(table, rule, asked))
        hits = [Hit(number, self._results(table, table.rules[number], scope))
                for number in _wanted(table, matched)]
        if not hits:
            return self._default(table, scope)
        settled = settle(table, hits)
        self.fired += [_fired(key, table, hit.number) for hit in settled.hits]
        return settled.value

    def _input(self, table: DecisionTable, column: Input, scope: Mapping[str, object]) -> object:
        value = self.evaluate(column.expression, table.names, scope)
        fitting = conforming(value, column.type)
        if fitting is None and value is not None:
            raise Fault(f"“{column.title}”的值 {write_value(value)} 不是 {column.type}",
                        f"{column.title}: {write_value(value)} is no {column.type}")
        if fitting is not None and not is_allowed(fitting, column, table.names, scope):
            raise Fault(f"“{column.title}”的值 {write_value(fitting)} 不在允许的范围内",
                        f"{column.title}: {write_value(fitting)} is not allowed")
        self.inputs.append((column.title, fitting))
        return fitting

    def _matches(self, table: DecisionTable, rule: Rule, asked: list[dict[str, object]]) -> bool:
        return all(test == ANY_VALUE or self._holds(table, test, scope)
                   for test, scope in zip(rule.tests, asked, strict=True))

    def _holds(self, table: DecisionTable, test: str, scope: Mapping[str, object]) -> bool:
        return compile_cell(test, table.names).evaluate(scope, functions=self.functions, moment=self.moment,
                                                        budget=SMALL_BUDGET) is True

    def _results(self, table: DecisionTable, rule: Rule, scope: Mapping[str, object]) -> tuple[object, ...]:
        return tuple(self._result(table, column, text, scope)
                     for column, text in zip(table.outputs, rule.results, strict=True))

    def _result(self, table: DecisionTable, column: Output, text: str, scope: Mapping[str, object]) -> object:
        value = self.evaluate(text, table.names, scope)
        fitting = conforming(value, column.type)
        unfit = fitting is None and value is not None
        if unfit or (fitting is not None and not is_allowed(fitting, column, table.names, scope)):
            title = column.label or column.name or table.title
            raise Fault(f"“{title}”的结果 {write_value(value)} 不是允许的值",
                        f"{title}: the result {write_value(value)} is not allowed")
        return fitting

    def _default(self, table: DecisionTable, scope: Mapping[str, object]) -> object:
        """What is given when no rule fires: the defaults, else null, an empty list, or a count of nothing."""
        if table.aggregation == "COUNT" or not any(column.default for column in table.outputs):
            return settle(table, []).value
        row = tuple(self._result(table, column, column.default or "null", scope) for column in table.outputs)
        return settle(table, [Hit(-1, row)]).value


def _fired(key: str, table: DecisionTable, number: int) -> Fired:
    rule = table.rules[number]
    return Fired(key, number + 1, rule.annotation, rule.basis or table.basis)


def _wanted(table: DecisionTable, matched: Iterator[int]) -> list[int]:
    """The numbers of the rules whose results are needed."""
    return list(islice(matched, 1) if table.hit_policy == "FIRST" else matched)


def _finish(run: _Run, key: str, logic: Logic, scope: Mapping[str, object], wanted: str = "") -> Decision:
    try:
        value = run.decide(key, logic, scope)
        return Decision(conforming(value, wanted), tuple(run.fired), tuple(run.inputs))
    except (Fault, FeelBudgetExceeded, FeelSyntaxError) as fault:
        return Decision(None, tuple(run.fired), tuple(run.inputs), Sentence(fault.zh, fault.en))
    except RecursionError:
        return Decision(None, tuple(run.fired), tuple(run.inputs), _TOO_DEEP)
