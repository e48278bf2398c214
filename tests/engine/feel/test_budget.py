"""No text and no value may take the machine: depth, size and steps are bounded, and said so."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from engine.feel import FeelBudgetExceeded, FeelSyntaxError, compile_expression

MEGABYTE = 1_000_000


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


@pytest.mark.parametrize("part", ["[", "(", "-", "{a:", "a[", "if ", "function(a) ", "not(", "1 in ", "[1..", "[1..1[",
                                  "for x in ", "x instance of list<", "@", '"', "/*", "a.", "a+", "a and "])
def test_a_megabyte_of_anything_is_a_syntax_error_at_once(part: str) -> None:
    for length in (MEGABYTE, 19_000):
        source = part * (length // len(part))

        def attempt(text: str = source) -> None:
            with pytest.raises(FeelSyntaxError):
                compile_expression(text)

        assert seconds(attempt) < 0.5


def test_nesting_within_the_bound_is_read_and_evaluated() -> None:
    assert compile_expression("[" * 90 + "]" * 90).evaluate({}) is not None
    assert compile_expression("(" * 90 + "1" + ")" * 90).evaluate({}) == 1


def test_a_long_chain_is_no_nesting() -> None:
    assert compile_expression("+".join("1" * 5000)).evaluate({}) == 5000
    assert compile_expression(" and ".join(["true"] * 2000)).evaluate({}) is True


@pytest.mark.parametrize("source", [
    "for i in 1..20000 return i",
    "for i in 1..1000000000 return i",
    "for a in 1..1000, b in 1..1000 return a * b",
    "some a in 1..200, b in 1..200 satisfies a + b < 0",
    "list[item > 0]",
    "(function(f) f(f))(function(f) f(f))",
    "for i in 1..9000 return (for j in 1..9000 return j)",
    'for i in 1..200 return string join(for j in 1..100 return text, "")',
    "for i in 1..9000 return concatenate(list, list, list)",
])
def test_too_much_work_is_refused_by_name(source: str) -> None:
    context = {"list": list(range(20_000)), "text": "长" * 10_000}
    assert seconds(lambda: pytest.raises(FeelBudgetExceeded, compile_expression(source).evaluate, context)) < 2


DOUBLING = "{a0: [1, 1]" + "".join(f", a{step + 1}: [a{step}, a{step}]" for step in range(40)) + "}.a40"
"""Eighty references in memory, a million million ones for whoever goes through them."""


@pytest.mark.parametrize("source", [
    DOUBLING, f"string({DOUBLING})", f"{DOUBLING} = {DOUBLING}", f"count(flatten({DOUBLING}))", f"{DOUBLING}.x",
    f"{DOUBLING} in ({DOUBLING})", f"{DOUBLING} instance of list<list<number>>", f"entry({DOUBLING})",
    f"(function(a: list<number>) 1)({DOUBLING})", f"(!= {DOUBLING})", f"distinct values([{DOUBLING}])",
    'for i in 1..9000 return text + "x"', "string join(for i in 1..9000 return text)", "string join(words, text)",
    "for i in 1..9000 return rows.a[1]", "for i in 1..9000 return some x in 1..99999 satisfies false",
    "for i in 1..9000 return [" + "1," * 6000 + "1]", "for i in 1..9000 return i in list", 'replace(word, "a", text)',
    "for i in 1..3000 return if i = 1 then [1] else [partial[-1]]", "for i in 1..3000 return [partial]",
    "for i in 1..9000 return sort(list)", "for i in 1..9000 return list = list", "distinct values(pairs)",
    "string(for i in 1..9000 return 1e6144)", "(function(f) f(f))(function(f) [f(f), f(f)])",
    "sort(list, function(a, b) a > b)", 'for i in 1..900 return matches(line, "^a*a*b")', 'for i in 1..900 return replace(line, "a*b", "")',
    'for i in 1..900 return split(delimiter: "a*b", string: line)[1]', "for i in 1..9000 return union(list, list)",
])
def test_what_grows_without_end_is_refused_before_it_has_grown(source: str) -> None:
    context = {"list": list(range(20_000)), "rows": [{"a": row} for row in range(20_000)], "text": "长" * 200_000, "line": "a" * 9_999,
               "word": "a" * 20_000, "words": ["a"] * 20_000, "pairs": [[row, row % 7] for row in range(20_000)]}
    assert seconds(lambda: pytest.raises(FeelBudgetExceeded, compile_expression(source).evaluate, context)) < 2


def test_what_is_read_again_and_again_is_converted_once() -> None:
    context = {"rows": [{"a": row} for row in range(20_000)]}
    compiled = compile_expression("for i in 1..4000 return rows[i].a")
    assert seconds(lambda: compiled.evaluate(context)) < 2


def test_the_budget_is_the_callers() -> None:
    compiled = compile_expression("for i in 1..50 return i")
    assert compiled.evaluate({}, budget=100) is not None
    with pytest.raises(FeelBudgetExceeded):
        compiled.evaluate({}, budget=20)


def test_text_cannot_grow_without_end() -> None:
    with pytest.raises(FeelBudgetExceeded):
        compile_expression("a + a").evaluate({"a": "x" * 600_000})


@pytest.mark.parametrize("source", ["10 ** 100000", "2 ** 99999999", "1e6000 * 1e6000", "exp(100000)", "(-8) ** 0.5",
                                    "decimal(1, 999999999)", '@"2026-01-01" + duration("P9999999999Y")', 'duration("P1Y") * 1e6000',
                                    'duration("P' + "9" * 90 + 'Y")', '-duration("P999999999DT23H59M59.999999S")'])
def test_numbers_beyond_reach_are_null(source: str) -> None:
    assert compile_expression(source).evaluate({}) is None


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(a|aa)+$", "(a*)*b", "(x+x+)+y", "(.*,){11}P", "(a{1,5}){1,9}b",
                                     "^(([a-z])+.)+[A-Z]([a-z])+$", "(a?){50}b"])
def test_a_pattern_that_could_run_away_is_not_run(pattern: str) -> None:
    compiled = compile_expression("matches(text, pattern)")
    assert seconds(lambda: compiled.evaluate({"text": "a" * 5000 + "!", "pattern": pattern})) < 1


@pytest.mark.parametrize(("pattern", "text"), [
    (r"^[\w.]+@[\w.]+\.\w+$", "net.admin@campus.edu.cn"), (r"^1[3-9]\d{9}$", "13800000000"), (r"^\d{17}[0-9X]$", "1" * 18),
    (r"^([a-z0-9-]+\.)+[a-z]{2,}$", "jwc.campus.edu.cn"), (r"^\d{1,3}(\.\d{1,3}){3}$", "10.0.0.1"), (".*漏洞.*", "发现漏洞"),
])
def test_patterns_of_everyday_forms_are_run(pattern: str, text: str) -> None:
    assert compile_expression("matches(text, pattern)").evaluate({"text": text, "pattern": pattern}) is True


def test_evaluating_a_condition_is_quick() -> None:
    compiled = compile_expression("level >= 2 and classified != true")
    context = {"level": 3, "classified": False}
    took = min(seconds(lambda: [compiled.evaluate(context) for _ in range(3000)]) for _ in range(5))
    print(f"{3000 / took:,.0f} evaluations a second")
    assert took < 3000 / 100_000
