"""What is found before anything is evaluated, what is left alone, and that neither can be wrong."""

from __future__ import annotations

import pytest

from engine.feel import BUILT_IN_FUNCTIONS, compile_unary_tests, infer, type_of
from engine.feel.functions import BUILT_IN
from engine.feel.types import is_known

PERSON = "context<id: string, name: string>"
KNOWN = {
    "form": type_of(f"context<opened_on: date, at: date and time, count: number, name: string, agreed: boolean, "
                    f"kinds: list<string>, who: {PERSON}, spent: days and time duration>"),
    "rows": type_of("list<context<ip: string, port: number, seen: date>>"), "数量": type_of("number"),
    "anything": type_of("Any"), "words": type_of("list<string>"), "span": type_of("range<number>"),
    "double": type_of("function<number> -> number"),
}
ENTRY = {"entry": lambda arguments: type_of("context<filed_on: date>") if arguments[:1] == ["systems"] else type_of("Any")}


def problems(source: str) -> list[int]:
    return [problem.offset for problem in infer(source, KNOWN, functions=ENTRY).problems]


@pytest.mark.parametrize(("source", "offset"), [
    ("form.opened_on > 3", 0), ('form.count = "3"', 0), ("form.opened_on < form.at", 0), ("form.name + 1", 0),
    ("form.opened_on + 3 > today()", 0), ('1 < 2 and form.agreed = "是"', 10), ("today() - form.opened_on > 30", 0),
    ('matches(form.name, "(a+)+$")', 19), ("substring(form.name)", 0), ('duration("P1M") < duration("P30D")', 0),
    ('form.kinds = "有线"', 0), ("form.who = form.name", 0), ("form.agreed < true", 0),
    ("数量 > null and 数量 = today()", 14),
    ("form.count between 1 and today()", 0), ('form.count in ("a", 2)', 15), ("form.opened_on in [1..3]", 18),
    ('form.count in (> "a")', 15), ('form.count in ["a", "b"]', 14), ("-form.name", 0), ("not(form.count)", 4),
    ("if form.name then 1 else 2", 3), ("form.agreed and form.name", 16), ("some r in rows satisfies r.port", 25),
    ('every r in rows satisfies r.seen > "2026"', 26), ('for r in rows return r.port + "x"', 21),
    ("anything.x[y > 1].z = today()", 0),
    ('rows[seen > 3]', 5), ("rows[item.ip = 3]", 5), ("rows[ip]", 5), ("rows.seen[item > 3]", 10),
    ("form.count.year", 0),
    ("form.opened_on.hour", 0), ("span.low", 0), ('date("2026-13-01")', 0), ('duration("3 days")', 0),
    ('number("三")', 0),
    ("string length(form.count)", 14), ("upper case(words[1] + form.name, 1)", 0), ("sum(words)", 4),
    ("max(form.at, form.at) > 1", 0),
    ("date(form.count)", 5), ("sort(rows, 1)", 11), ("entry(\"systems\", form.name).filed_on > 1", 0),
    ("double(2) = \"a\"", 0),
    ("form.count(1)", 0), ("form.count instance of nummer", 0), ("[form.at..form.opened_on]", 0),
    ("for t in [form.at..form.at] return t", 9),
    ("{a: 1, a: 2}", 10), ("{a: 1, b: a + form.name}", 10), ("(function(a: string) a + 1)(2)", 21), ("today(1)", 0),
    ("contains(string: form.name, match: form.count)", 35), ("form.count +", 12), ("now() > today()", 0),
    ("form.spent > 2", 0),
])
def test_what_can_never_come_out_right_is_found(source: str, offset: int) -> None:
    assert problems(source) == [offset]
    assert all(problem.zh and problem.en for problem in infer(source, KNOWN).problems)


@pytest.mark.parametrize("source", [
    "form.opened_on > today()", "form.count + 1 > 2", "form.unknown > 3", 'form.at - now() < duration("PT2H")',
    'for form in rows return form.count > "a"', 'rows[count = "a"]', "form.name = null", "null = form.count",
    "missing > 1 and missing",
    'form.opened_on + duration("P30D") >= today()', 'matches(form.name, "^[a-z]+$")', "form.at = form.at",
    'anything > 1 and anything = "a"', "anything.x[y > 1][1].z = today()", "if anything then 1 else 2",
    'count(form.kinds) > 1',
    'list contains(form.kinds, "有线")', '"有线" in form.kinds', "form.who.name = form.name",
    "upper case(rows[ip = form.name].ip)",
    "rows[port > 数量][1].seen > today()", "rows[-1].port + 1", "some r in rows satisfies r.ip in words",
    "sum(rows.port) > 3",
    "max(rows.seen) < today()", "form.count in ([1..3], > 9)", "form.kinds = [\"a\"]", "min([form.at, null]) < now()",
    "{a: 1, b: a + 1}.b > 1", "(function(a: number) a + 1)(2) > 1", "for i in 1..3 return i * 数量", "sum(partial)",
    "x instance of list<number>",
    "date(form.name) > today()", "date(form.at) = form.opened_on", "string(form.count) + form.name",
    "number(form.name) > 1", "not(anything)",
    "(if form.agreed then 1 else null) > 0", '(if form.agreed then 1 else "a") > 0',
    "sort(rows, function(a, b) a.port < b.port)[1].port > 1",
    "form.spent.days > 1", "form.at.time offset = form.spent", "span.start > 1", "abs(form.spent) > form.spent",
    "duration(form.name) > form.spent",
    "entry(\"others\", form.name).filed_on > 1", "entry(form.name, form.name).x", "count(null)",
    "is(form.at, form.count)", "string join(words)",
])
def test_what_may_come_out_right_is_left_alone(source: str) -> None:
    assert infer(source, KNOWN, functions=ENTRY).problems == ()


@pytest.mark.parametrize(("source", "found"), [
    ("1 + 1", "number"), ("form.at - form.at", "days and time duration"),
    ("form.opened_on + duration(\"P1D\")", "date"),
    ("rows.port", "list<number>"), ("rows[1].seen", "date"),
    ("rows[port = 1]", "list<context<ip: string, port: number, seen: date>>"),
    ("[1, null, 2]", "list<number>"), ('[1, "a"]', "list"), ("if anything then 1 else null", "number"),
    ("null", "Null"),
    ("{a: 1, b: \"x\"}", "context<a: number, b: string>"), ("function(a: number) a + 1", "function<number> -> number"),
    ("for r in rows return r.ip", "list<string>"), ("form.missing", "Any"), ("missing", "Any"),
    ("[1..2]", "range<number>"),
    ("min([form.at, form.at])", "date and time"), ("duration(\"P1M\")", "years and months duration"),
    ("some x in rows satisfies x.port > 1", "boolean"),
    ("split(form.name, \",\")", "list<string>"), ("today()", "date"), ("form.opened_on.year", "number"),
    ("double(1)", "number"),
    ("get entries(form.who).key", "list<string>"), ("sort(list: rows, precedes: function(a, b) true)[1].ip", "string"),
    ("reverse(precedes)", "list"),
])
def test_the_type_of_an_expression_is_known_as_far_as_it_can_be(source: str, found: str) -> None:
    wanted = type_of(found)
    inferred = infer(source, KNOWN).type
    assert (inferred.name, [part for _, part in inferred.parts]) == (wanted.name, [part for _, part in wanted.parts])


@pytest.mark.parametrize(("cell", "right"), [
    ("> 3", True), ('> "a"', False), ("[1..9], 12", True), ('["a".."c"]', False), ('"a", "b"', False), ("? > 3 and ? < 9", True),
    ('? > "a"', False), ("not(1, 2)", True), ('not("a")', False), ("-", True), ("null", True), ("數量.of nobody", True),
])
def test_a_cell_of_a_decision_table_is_inferred_by_the_type_of_what_it_tests(cell: str, right: bool) -> None:
    compiled = compile_unary_tests(cell, names=("of nobody",))
    assert (infer(compiled, {"?": type_of("number")}).problems == ()) is right


def test_every_built_in_function_declares_what_it_gives() -> None:
    for function in BUILT_IN.values():
        for signature in function.signatures:
            assert signature.gives in ("item", "argument", "Any") or is_known(type_of(signature.gives)), function.name
    assert len(BUILT_IN_FUNCTIONS) == len(BUILT_IN) + 2


def test_a_problem_has_a_sentence_and_a_way_out_in_both_languages() -> None:
    found, = infer("today() - form.opened_on > 30", KNOWN).problems
    assert (found.zh, found.hint_zh) == ("时长不能与数字比较（>）", '时长要与时长比较，例如 duration("P30D")')
    assert (found.en, found.hint_en) == ("A duration cannot be compared (>) with a number",
                                         'Compare it with a duration, such as duration("P30D")')


def test_types_that_double_at_every_level_are_let_go_of() -> None:
    def doubling(key: str) -> str:
        return f"{{{key}0: 1" + "".join(f", {key}{n + 1}: {{l: {key}{n}, r: {key}{n}}}" for n in range(60)) + f"}}.{key}60"

    assert infer(f"if true then {doubling('a')} else {doubling('b')}").type == type_of("Any")
    assert infer(f"[{doubling('a')}, {doubling('b')}]").type == type_of("list")


def test_deep_and_long_expressions_are_inferred_too() -> None:
    assert infer("a" + ".a" * 9000).type == type_of("Any")
    assert infer("+".join("1" * 5000)).type == type_of("number")
    assert infer("(" * 90 + "1" + ")" * 90).type == type_of("number")
