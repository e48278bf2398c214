"""Whatever is written and whatever it is given: a value, or one of the two errors of the language, and never another."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime

from hypothesis import example, given, seed, settings
from hypothesis import strategies as st

from engine.feel import (
    FeelBudgetExceeded,
    FeelSyntaxError,
    compile_expression,
    compile_unary_tests,
    from_json,
    infer,
    to_json,
)
from engine.feel.functions import BUILT_IN
from engine.feel.sizes import HOLDERS
from tests.engine.feel.expressions import CONTEXTS, VARIABLES, expressions

MOMENT = datetime(2026, 11, 19, 4, 0, tzinfo=UTC)
PIECES = st.sampled_from([
    *"()[]{}<>=,.:+-*/@?\"'", "**", "..", "!=", "<=", "->", " ", "\n", "//", "/*", "*/", "if", "then", "else", "for", "in", "return",
    "some", "every", "satisfies", "and", "or", "between", "instance", "of", "function", "external", "not", "true", "null", "item",
    "partial", "1", ".5", "1e6144", "9" * 40, '"a"', '"(a+)+$"', '@"2026-01-01"', '@"P1Y"', '@"-999999999-01-01"', "中文", "“", "　",
    "\U0001f600", "\u0000", "\ud800", "x", "date and time", "list<number>", *BUILT_IN])


@seed(20261128)
@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=25).map(" ".join))
@example("a." * 9_000 + "a")
@example("-" * 95 + "1")
def test_a_heap_of_words_reads_or_is_refused_with_its_place(source: str) -> None:
    for read in (compile_expression, compile_unary_tests):
        with suppress(FeelSyntaxError):
            read(source)
    for problem in infer(source, VARIABLES).problems:
        assert 0 <= problem.offset <= len(source)
        assert problem.zh and problem.en


EXTREMES = st.sampled_from([
    "1e6144", "-1e6144", "1e-6143", "0", "-0.0", '@"999999999-12-31"', '@"-999999999-01-01"', '@"9999-12-31T23:59:59Z"',
    '@"0001-01-01T00:00:00+18:00"', '@"9999-12-31T23:59:59@Asia/Shanghai"', '@"P999999999DT23H59M59S"', '@"-P999999999D"',
    '@"P9999999999Y"', '@"23:59:59.999999-18:00"', '""', '"\\ud83d"', '"' + "长" * 300 + '"', "[[[]]]", "{}", "[1..1e6144]",
    "(<= null)", "(!= [1])", "function(a) a", "big", "deep", '@"12:00:00@America/New_York"'])
CALLS = st.tuples(st.sampled_from(sorted(BUILT_IN)), st.lists(EXTREMES, min_size=1, max_size=4)).map(
    lambda pair: f"{pair[0]}({', '.join(pair[1])})")
OPERATIONS = st.tuples(EXTREMES, st.sampled_from(["+", "-", "*", "/", "**", "<", "<=", "=", "!=", "in", "and"]), EXTREMES).map(
    lambda parts: f"({parts[0]}) {parts[1]} ({parts[2]})")
CONTEXT = {"big": "长" * 300_000, "deep": [[[[["x"]]]]]}


def is_data(value: object) -> bool:
    """Whether no function is anywhere in it."""
    if isinstance(value, dict | list):
        return all(map(is_data, value.values() if isinstance(value, dict) else value))
    return type(value).__name__ != "Function" and (type(value) not in HOLDERS or all(
        is_data(getattr(value, name, None)) for name in ("start", "end", "value")))


def compute(source: str, context: dict[str, object]) -> None:
    """Evaluates; what comes out is data that comes back from JSON as it was."""
    infer(source, VARIABLES)
    try:
        value = compile_expression(source).evaluate(context, moment=MOMENT, budget=5_000)
    except FeelBudgetExceeded:
        return
    if is_data(value):
        assert from_json(json.loads(json.dumps(to_json(value)))) == value


@seed(20261128)
@settings(max_examples=400, deadline=None)
@example("starts(1, (!= [1]))")
@example('append([], @"0001-01-01T00:00:00+18:00")')
@given(st.one_of(CALLS, OPERATIONS, OPERATIONS.map(lambda part: f"-({part})")))
def test_extremes_come_to_a_value_or_are_refused(source: str) -> None:
    compute(source, dict(CONTEXT))


@seed(20261128)
@settings(max_examples=200, deadline=None)
@given(expressions(), CONTEXTS)
def test_any_expression_over_any_values_comes_to_a_value_or_is_refused(source: str, context: dict[str, object]) -> None:
    compute(source, context)
