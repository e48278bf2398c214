"""What reads, how it binds, and what is said about what does not read."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.feel import FeelSyntaxError, compile_expression, compile_unary_tests


def value(source: str, **context: object) -> object:
    return compile_expression(source).evaluate(context)


def mistake(source: str) -> FeelSyntaxError:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(source)
    return caught.value


@pytest.mark.parametrize(("source", "expected"), [
    ("1 + 2 * 3", 7), ("-3 ** 2", 9), ("2 ** 3 ** 2", 64), ("10 - 2 - 3", 5), ("(1 + 2) * 3", 9), ("--5", 5),
    ("[1, 2, 3][-1]", 3), ("{a: {b: 4}}.a.b", 4), ("1 + /* a remark */ 1 // and the rest", 2), (".5 * 4", 2),
])
def test_operators_bind_as_feel_says(source: str, expected: int) -> None:
    assert value(source) == Decimal(expected)


def test_and_binds_tighter_than_or() -> None:
    assert value("true or false and false") is True


def test_names_may_be_chinese_and_are_normalised() -> None:
    assert value("级别 = \"一级\"", 级别="一级") is True
    assert value("cafe\u0301", café=True) is True


def test_a_name_with_spaces_is_read_once_it_is_known() -> None:
    compiled = compile_expression("work time + 1", names=["work time"])
    assert compiled.evaluate({"work time": 2}) == 3
    assert mistake("work time + 1").offset == 5


def test_the_longest_known_name_wins_even_over_keywords() -> None:
    compiled = compile_expression("every d in days in weekend satisfies d > 0", names=["days in weekend"])
    assert compiled.evaluate({"days in weekend": [1, 2]}) is True


def test_a_built_in_name_of_several_words_needs_its_parenthesis() -> None:
    assert value('date and time("2026-01-01T00:00:00").year') == 2026
    assert value("date and time", date=True, time=True) is True


def test_strings_know_escapes_and_leave_patterns_alone() -> None:
    assert value(r'"a\"b\nc\u4e2d\U01F40E"') == 'a"b\nc中🐎'
    assert value(r'matches("42", "^\d+$")') is True


@pytest.mark.parametrize(("source", "offset", "mark"), [
    ("级别 ＝ 1", 3, "="), ("级别 = “一”", 5, '"'), ("a ＞＝ 1", 2, ">"), ("f（a）", 1, "("), ("[1，2]", 2, ","),
    ("{a：1}", 2, ":"), ("１ + 1", 0, "1"), ("a　+ 1", 1, "空格"), ("a ≥ 1", 2, ">="), ("【1】", 0, "["),
])
def test_full_width_marks_are_named_and_mended(source: str, offset: int, mark: str) -> None:
    error = mistake(source)
    assert error.offset == offset
    assert "全角" in error.zh
    assert mark in error.hint_zh


def test_full_width_marks_within_strings_are_text() -> None:
    assert value('"（全角：，）"') == "（全角：，）"


@pytest.mark.parametrize(("source", "offset", "hint"), [
    ("a == b", 3, "="), ("a && b", 2, "and"), ("a AND b", 2, "and"), ("a <> b", 3, "!="), ("!a", 0, "not"),
    ("if a then b", 11, "else"), ("count(a", 7, ")"), ("'text'", 0, '""'), ('"open', 0, '"'), ("a b", 2, "运算符"),
    ('@"2026-13-01"', 1, "2026-01-01"), ("5 % 2", 2, "modulo"),
])
def test_common_slips_get_a_place_and_a_hint(source: str, offset: int, hint: str) -> None:
    error = mistake(source)
    assert error.offset == offset
    assert hint in error.hint_zh
    assert error.en
    assert error.hint_en


@pytest.mark.parametrize("source", ["", " ", "1 +", "(", "[1,", "{a}", "a.", "for x in", "x instance of", ")", "1 2",
                                    "some x satisfies true", "f(a: 1, 2)", "[1..", "function(", "a between 1"])
def test_what_does_not_read_is_a_syntax_error(source: str) -> None:
    assert 0 <= mistake(source).offset <= len(source)


@pytest.mark.parametrize(("source", "subject", "expected"), [
    ("> 5", 6, True), ("[1..3], 7", 7, True), ("-", 1, True), ("not(1, 2)", 3, True), ("not(1, 2)", 2, False),
    ("< ? + 1", 2, True), ("[1..3)", 3, False), ("? > 3", 4, True), ("? > 3", 2, False),
])
def test_unary_tests_ask_about_the_value_handed_in(source: str, subject: int, *, expected: bool) -> None:
    assert compile_unary_tests(source).evaluate({"?": subject}) is expected


def test_compiling_the_same_text_twice_gives_the_same_object() -> None:
    assert compile_expression("a + 1") is compile_expression("a + 1")


def test_a_string_that_looks_like_a_mark_is_a_string() -> None:
    assert value('[")", "]", ".."][3]') == ".."
    assert value('{"}": ":"}') == {"}": ":"}
    assert mistake('["a" ".." "b"]').offset == 5
    assert mistake("x instance of context<a: number, ").offset == 33
