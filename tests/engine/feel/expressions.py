"""Random expressions of FEEL that read, over a context whose types are known; for the tests that need many."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from engine.feel import Type, YearsMonthsDuration, type_of
from engine.feel.functions import BUILT_IN

VARIABLES: dict[str, Type] = {
    "n": type_of("number"), "s": type_of("string"), "b": type_of("boolean"), "d": type_of("date"), "t": type_of("time"),
    "m": type_of("date and time"), "span": type_of("days and time duration"), "year": type_of("years and months duration"),
    "ns": type_of("list<number>"), "ss": type_of("list<string>"), "r": type_of("range<number>"),
    "c": type_of("context<n: number, s: string, d: date>"), "rows": type_of("list<context<n: number, s: string>>"),
    "x": type_of("Any"),
}
LEAVES = st.sampled_from([
    *VARIABLES, "1", "0", "-2", "2.5", '"a"', '"2026-01-31"', '""', "true", "false", "null", 'date("2026-01-31")',
    '@"PT2H"', '@"P1M"', '@"08:30:00"', '@"2026-01-31T08:00:00+08:00"', "[]", "{}", "today()", "now()", "c.n", "c.s",
    "rows.n", "missing", "[1..3]", "item", "i", "partial", "(> 2)", "c.d.year", "span.hours", "m.time offset", "r.start",
])
_OPERATORS = st.sampled_from(["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in"])
_CALLED = st.sampled_from(sorted(BUILT_IN))
_SHAPES = st.sampled_from([
    "({0} {op} {1})", "({0} {op} {1})", "(if {0} then {1} else {2})", "({0})[{1}]", "({0}).n", "({0}).s", "({0}).day",
    "({0}).start", "({0}).years", "(for i in {0} return {1})", "(some i in {0} satisfies {1})", "(every i in {0} satisfies {1})",
    "[]", "[{0}]", "[{0}, {1}]", "{{n: {0}, s: {1}}}", "(({0}) between {1} and {2})", "(function(i) {0})({1})",
    "(function(i: number) {0})({1})", "(({0}) instance of number)", "(({0}) instance of list<string>)", "-({0})",
    "({0} in ({1}, > {2}))", "[({0})..({1})]", "(for i in {0}..{1} return {2})",
    "{call}({0})", "{call}({0})", "{call}({0}, {1})", "{call}({0}, {1})", "{call}({0}, {1}, {2})",
])


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> str:
    """The text of an expression with at most so many levels."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(LEAVES)
    shape = draw(_SHAPES)
    parts = [draw(expressions(depth - 1)) for place in range(3) if f"{{{place}}}" in shape]
    return shape.format(*parts, op=draw(_OPERATORS), call=draw(_CALLED))


_NUMBERS = st.one_of(st.none(), st.decimals(-1000, 1000, places=2), st.integers(-5, 5).map(Decimal))
_TEXTS = st.one_of(st.none(), st.sampled_from(["", "a", "b", "中文", "2026-02-01", "12.5"]))
_DAYS = st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
_ROWS = st.fixed_dictionaries({"n": _NUMBERS, "s": _TEXTS})
CONTEXTS = st.fixed_dictionaries({
    "n": _NUMBERS, "s": _TEXTS, "b": st.one_of(st.none(), st.booleans()), "d": _DAYS,
    "t": st.sampled_from([None, time(8, 30), time(23, 59, tzinfo=UTC)]),
    "m": st.one_of(st.none(), st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))),  # noqa: DTZ001
    "span": st.sampled_from([None, timedelta(hours=2), timedelta(days=-3)]),
    "year": st.sampled_from([None, YearsMonthsDuration(14), YearsMonthsDuration(-1)]),
    "ns": st.one_of(st.none(), st.lists(_NUMBERS, max_size=3)), "ss": st.one_of(st.none(), st.lists(_TEXTS, max_size=3)),
    "c": st.one_of(st.none(), st.fixed_dictionaries({"n": _NUMBERS, "s": _TEXTS, "d": _DAYS})),
    "rows": st.one_of(st.none(), st.lists(_ROWS, max_size=3)),
    "x": st.one_of(_NUMBERS, _TEXTS, _DAYS, st.lists(_NUMBERS, max_size=2), _ROWS),
})
