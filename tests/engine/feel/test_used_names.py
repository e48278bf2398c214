"""What an expression reads and calls, known before it is evaluated."""

from __future__ import annotations

import pytest

from engine.feel import compile_expression

Paths = set[tuple[str, ...]]


@pytest.mark.parametrize(("source", "paths"), [
    ("filing.ip", {("filing", "ip")}),
    ("a + b.c * count(d)", {("a",), ("b", "c"), ("d",)}),
    ('every f in check.findings satisfies f.severity = "低"', {("check", "findings")}),
    ("for x in xs, y in x.parts return x + y + z", {("xs",), ("z",)}),
    ("for i in 1..n return sum(partial) + i", {("n",)}),
    ("list[item.level > 2]", {("list",)}),
    ("{a: 1, b: a + c}", {("c",)}),
    ("(function(x) x + y)(z)", {("y",), ("z",)}),
    ("a.b[1].c", {("a", "b")}),
    ("[1, 2][1]", set()),
    ("if 级别.结果 = null then 初报 else now()", {("级别", "结果"), ("初报",)}),
    ("{a: b}.a", {("b",)}),
])
def test_paths_are_what_is_read_from_the_context(source: str, paths: Paths) -> None:
    assert compile_expression(source).paths == paths


def test_names_in_a_filter_may_belong_to_the_item_or_to_the_context() -> None:
    compiled = compile_expression("fields[name = filing.name].value")
    assert compiled.paths == {("fields",)}
    assert compiled.maybe_paths == {("name",), ("filing", "name")}


def test_calls_are_the_functions_that_are_not_built_in() -> None:
    compiled = compile_expression("working days after(now(), max(days, 3)) and f(1)", names=["working days after"])
    assert compiled.calls == {"working days after", "f"}
    assert compiled.paths == {("days",)}


def test_a_function_bound_within_is_no_foreign_call() -> None:
    assert compile_expression("{double: function(x) 2 * x, four: double(2)}.four").calls == set()
