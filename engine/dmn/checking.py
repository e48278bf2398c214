"""Checks of a whole table: its shape, its policy, results nobody allowed; gaps and overlaps as problems in words.

Works on a table that reads; refuses to know how it was written.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from engine.dmn.cells import compile_result, conforming, constant_of, is_allowed
from engine.dmn.completeness import completeness, in_words
from engine.dmn.model import MAX_COLUMNS, MAX_RULES, DecisionGraph, DecisionTable, Output, Rule
from engine.errors import Place, Problem, Sentence
from engine.feel import write_value


def check_graph(graph: DecisionGraph) -> Iterator[Problem]:
    """The problems of every table in it; a gap or an overlap warns, since DMN says what becomes of it."""
    for table in graph.tables():
        yield from check_table(table, severity="warning")


def check_table(table: DecisionTable, *, severity: str = "error") -> tuple[Problem, ...]:
    """All problems of a table; `severity` is that of gaps, overlaps and dead rules. What is not proven only warns."""
    shape = tuple(_check_shape(table))
    if shape:
        return shape
    results = tuple(chain(_check_policy(table), *(_check_results(table, rule, number)
                                                  for number, rule in enumerate(table.rules, start=1))))
    return results or tuple(_check_completeness(table, severity))


def _check_shape(table: DecisionTable) -> Iterator[Problem]:
    if not table.outputs or len(table.inputs) + len(table.outputs) > MAX_COLUMNS or len(table.rules) > MAX_RULES:
        yield _problem(table.place, "table-shape", f"表“{table.title}”要有 1 个以上输出，不超过 {MAX_COLUMNS} 列、{MAX_RULES} 条规则",
                       f"{table.title}: expected an output or more, at most {MAX_COLUMNS} columns and {MAX_RULES} rules")
    names = [column.name for column in table.outputs]
    if len(names) > 1 and (len(set(names)) < len(names) or "" in names):
        yield _problem(table.outputs[-1].place, "table-shape", f"表“{table.title}”的几个输出要各有名称",
                       f"{table.title}: several outputs need names of their own")
    for number, rule in enumerate(table.rules, start=1):
        if (len(rule.tests), len(rule.results)) != (len(table.inputs), len(table.outputs)):
            yield _problem(rule.place, "table-shape", f"第 {number} 条规则的单元格数与列数不符",
                           f"Rule {number} has not as many cells as there are columns")


def _check_policy(table: DecisionTable) -> Iterator[Problem]:
    if table.aggregation and table.hit_policy != "COLLECT":
        yield _problem(table.place, "table-policy", f"只有 COLLECT 才能汇总（{table.aggregation}）",
                       f"Only COLLECT takes an aggregation ({table.aggregation})")
    if table.aggregation and len(table.outputs) > 1:
        yield _problem(table.place, "table-policy", f"有几个输出的表不能汇总（{table.aggregation}）",
                       f"A table of several outputs takes no aggregation ({table.aggregation})")
    if table.hit_policy in ("PRIORITY", "OUTPUT ORDER") and not any(column.allowed for column in table.outputs):
        yield _problem(table.place, "table-policy", f"表“{table.title}”按优先次序取值，输出要列出允许的值，优先的在前",
                       f"{table.title}: the outputs need allowed values, those of higher priority first")


def _check_results(table: DecisionTable, rule: Rule, number: int) -> Iterator[Problem]:
    for place, (column, text) in enumerate(zip(table.outputs, rule.results, strict=True), start=len(rule.tests)):
        yield from _check_result(table, column, text, rule.place_of(place), (f"第 {number} 条规则", f"rule {number}"))


def _check_result(table: DecisionTable, column: Output, text: str, place: Place, where: tuple[str, str]) -> Iterator[Problem]:
    """A constant result that could never be given."""
    known, value = constant_of(compile_result(text, table.names))
    if not known:
        return
    fitting = conforming(value, column.type)
    title = column.label or column.name or table.title
    if fitting is None and value is not None:
        yield _problem(place, "table-result", f"{where[0]}：“{title}”的结果 {text} 不是 {column.type}",
                       f"{title}, {where[1]}: {text} is no {column.type}")
    elif fitting is not None and not is_allowed(fitting, column, table.names, {}):
        yield _problem(place, "table-result", f"{where[0]}：“{title}”的结果 {text} 不在允许的值 {column.allowed} 里",
                       f"{title}, {where[1]}: {write_value(fitting)} is not among {column.allowed}")


def _check_completeness(table: DecisionTable, severity: str) -> Iterator[Problem]:
    found = completeness(table)
    for gap in found.gaps:
        words = in_words(gap.example)
        yield _problem(table.place, "table-gap", f"表“{table.title}”有遗漏：{words.zh} 时没有规则",
                       f"{table.title}: no rule for {words.en}", severity, ("补一条规则，或给输出写 `default`",
                                                                           "Add a rule, or give the output a `default`"))
    for overlap in found.overlaps:
        words = in_words(overlap.example)
        yield _problem(table.rules[overlap.second - 1].place, "table-overlap",
                       f"第 {overlap.first}、{overlap.second} 条规则重叠：{words.zh} 时同时成立",
                       f"Rules {overlap.first} and {overlap.second} both hold for {words.en}", severity,
                       ("改其中一条的条件，或写 `hit: first`", "Change one of them, or write `hit: first`"))
    for number in found.never:
        yield _problem(table.rules[number - 1].place, "table-dead-rule", f"第 {number} 条规则永远不会生效",
                       f"Rule {number} never fires", severity)
    for sentence in found.unproven:
        yield _warning(table, sentence)


def _warning(table: DecisionTable, sentence: Sentence) -> Problem:
    return _problem(table.place, "table-unproven", f"表“{table.title}”：{sentence.zh}", f"{table.title}: {sentence.en}", "warning")


def _problem(place: Place, code: str, zh: str, en: str, severity: str = "error", hint: tuple[str, str] = ("", "")) -> Problem:
    return Problem(place, code, zh, en, hint[0], hint[1], severity)
