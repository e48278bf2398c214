"""What expressions come to: three-valued logic, arithmetic with time, lists, contexts, functions."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from engine.feel import YearsMonthsDuration, compile_expression, evaluate

MOMENT = datetime(2026, 11, 19, 18, 30, tzinfo=UTC)


def value(source: str, **context: object) -> object:
    return compile_expression(source).evaluate(context, moment=MOMENT)


@pytest.mark.parametrize(("source", "expected"), [
    ("true and null", None), ("false and null", False), ("true or null", True), ("null or false", None), ("not(null)", None),
    ("null = null", True), ("1 = null", False), ('1 = "1"', None), ("1 != null", True), ("null < 1", None), ("missing", None),
    ("missing.deeper", None), ("1 + null", None), ("1 / 0", None), ('"a" + 1', None), ("if null then 1 else 2", 2),
    ("some x in [1, null] satisfies x > 3", None), ("every x in [] satisfies x", True), ("null in [1, null]", True),
])
def test_null_spreads_as_feel_says(source: str, expected: object) -> None:
    assert value(source) == expected


def test_numbers_are_decimal_with_34_digits() -> None:
    assert value("0.1 + 0.2 = 0.3") is True
    assert value("1 / 3") == Decimal("0.3333333333333333333333333333333333")
    assert value("a * 3", a=0.1) == Decimal("0.3")


@pytest.mark.parametrize(("source", "expected"), [
    ('@"2026-01-31" + duration("P1M")', date(2026, 2, 28)), ('@"2024-02-29" + @"P1Y"', date(2025, 2, 28)),
    ('@"2026-03-01" - @"2026-02-01"', timedelta(days=28)), ('@"10:00:00" + @"PT15H"', time(1)),
    ('years and months duration(@"2025-01-15", @"2026-03-14")', YearsMonthsDuration(13)),
    ('@"2026-11-20".weekday', 5), ('duration("P1DT2H").hours', 2), ('@"P1Y" < @"P2Y"', True), ('@"P1Y" < @"P20D"', None),
    ('duration("P3M") / 3', YearsMonthsDuration(1)), ("[1..3].start", 1),
    ('@"2026-01-01T00:00:00+08:00" = @"2025-12-31T16:00:00Z"', True),
])
def test_time_is_counted_with(source: str, expected: object) -> None:
    assert value(source) == expected


def test_now_and_today_are_the_moment_handed_in_as_china_reads_it() -> None:
    assert value("string(now())") == "2026-11-20T02:30:00+08:00"
    assert value("today()") == date(2026, 11, 20)


def test_a_moment_kept_in_utc_has_its_chinese_date() -> None:
    assert value("date(at)", at=MOMENT) == date(2026, 11, 20)
    assert value("event.at.hour", event={"at": MOMENT}) == 2
    assert value("at = now()", at=MOMENT) is True


def test_without_a_moment_the_clock_is_read_once() -> None:
    assert compile_expression("now() = now()").evaluate({}) is True


@pytest.mark.parametrize(("source", "expected"), [
    ("[1, 2, 3][item > 1]", [2, 3]), ("[1, 2, 3][2]", 2), ("[1, 2, 3][4]", None), ("rows[a > 1].b", ["y"]), ("rows.b", ["x", "y"]),
    ("rows[position].b", "y"), ("for r in rows return r.a * 2", [2, 4]), ("for i in 3..1 return i", [3, 2, 1]),
    ("for i in 1..4 return if i = 1 then 1 else i * partial[-1]", [1, 2, 6, 24]), ("count(rows)", 2), ("sum(rows.a)", 3),
    ("sort([3, 1, 2], function(x, y) x > y)", [3, 2, 1]), ("flatten([1, [2, [3]]])", [1, 2, 3]), ("distinct values([1, 1, 2])", [1, 2]),
    ("min([5, null, 3])", 3), ("max(null, 2)", 2), ("min([null])", None), ("count([])", 0), ("union([1], [1, 2])", [1, 2]),
    ("5 in (1, > 4)", True), ("5 in [1..4]", False), ("2 in [1, 2]", True), ('"b" in ["a".."c"]', True), ("[1, 2] = [1, 2]", True),
])
def test_lists_are_filtered_and_walked(source: str, expected: object) -> None:
    assert value(source, rows=[{"a": 1, "b": "x"}, {"a": 2, "b": "y"}], position=2) == expected


@pytest.mark.parametrize(("source", "expected"), [
    ('substring(string: "安全事件", start position: 3)', "事件"), ('split("a;b;;c", ";")', ["a", "b", "", "c"]),
    ('replace("abcd", "(b)(c)", "$2$1")', "acbd"), ('string join(["甲", "乙"], "、")', "甲、乙"), ('contains("安全", "全")', True),
    ('number("1 000,5", " ", ",")', Decimal("1000.5")), ("string(1.50)", "1.5"), ('string([1, "a", {k: null}])', '[1, "a", {k: null}]'),
    ('get value({"a b": 1}, "a b")', 1), ('context put({a: 1}, "b", 2)', {"a": 1, "b": 2}), ("overlaps([1..5], [3..8])", True),
    ("before(1, [2..3])", True), ("during(2, [1..3])", True), ("round half up(2.5, 0)", 3), ("modulo(-5, 3)", 1), ("abs(-1, 2)", None),
    ('matches("ABC", "abc", "i")', True), ('day of week(@"2026-11-20")', "Friday"), ("{f: function(n) n * 2, r: f(4)}.r", 8),
    ('[1, 2] instance of list<number>', True), ('"x" instance of number', False), ("null instance of Any", False),
])
def test_built_in_functions(source: str, expected: object) -> None:
    assert value(source) == expected


def test_functions_handed_in_are_called_by_name_and_get_feel_values() -> None:
    compiled = compile_expression("working days after(start: at, days: 3)", names=["working days after"])

    def after(start: date, days: Decimal) -> date:
        return start + timedelta(days=int(days))

    assert compiled.evaluate({"at": date(2026, 1, 1)}, functions={"working days after": after}) == date(2026, 1, 4)


def test_a_function_nobody_hands_in_is_null() -> None:
    assert value("unknown(1)") is None


def test_values_from_outside_become_feel_values() -> None:
    assert value("a", a=(1, 2.5)) == [Decimal(1), Decimal("2.5")]
    assert isinstance(value("a.b", a={"b": 3}), Decimal)
    assert value("a", a=float("nan")) is None


def test_the_context_is_never_changed() -> None:
    rows = [{"a": 1}]
    value('context put(rows[1], "a", 2)', rows=rows)
    value("for r in rows return {a: 3}", rows=rows)
    assert rows == [{"a": 1}]


def test_the_public_entry_gives_null_for_what_does_not_read() -> None:
    assert evaluate("1 +", {}) is None
    assert evaluate("full name + \"!\"", {"full name": "x"}) == "x!"


@pytest.mark.parametrize(("pattern", "text", "expected"), [
    ("[A-Z-[OI]]", "O", False), ("[A-Z-[OI]]", "B", True), ("^[+--]$", ",", True), ("^[a-]$", "-", True), (r"^\p{Lu}+$", "ÀB", True),
    (r"^\p{IsCJKUnifiedIdeographs}+$", "安全", True), (r"(a)\1", "aa", True), (r"(a)\2", "aa", None), ("a{2,}", "aaa", True),
    ("(?=a)", "a", None), ("^$", "", True), (r"^\i\c*$", "x-1", True), ("[^\\D]", "7", True), ("*", "a", None),
])
def test_patterns_are_those_of_xpath(pattern: str, text: str, *, expected: bool | None) -> None:
    assert value("matches(text, pattern)", text=text, pattern=pattern) is expected


@pytest.mark.parametrize(("source", "expected"), [
    ("(function(a: number) a) instance of function<number> -> number", True),
    ("(function(a) a) instance of function<number> -> number", True),
    ("(function(a: string) a) instance of function<number> -> number", False),
    ("(function(a: number) a) instance of function<number, number> -> number", False),
    ("(function(a: list<number>) a) instance of function<list<number>> -> Any", True),
    ("(function() 1) instance of function<> -> number", True), ("[1] instance of list<nobody>", None),
    ("{a: 1} instance of context<a: list<nobody>>", None), ("null instance of list<number>", False),
])
def test_a_value_is_asked_for_its_type(source: str, expected: object) -> None:
    assert value(source) is expected
