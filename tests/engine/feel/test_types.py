"""What is found before anything is evaluated, and what is left alone."""

from __future__ import annotations

import pytest

from engine.feel import compile_expression, find_clashes

KNOWN = {("form", "opened_on"): "date", ("form", "at"): "date and time", ("form", "count"): "number",
         ("form", "name"): "string", ("form", "agreed"): "boolean", ("rows",): "list"}


@pytest.mark.parametrize(("source", "offset"), [
    ("form.opened_on > 3", 0), ('form.count = "3"', 0), ("form.opened_on < form.at", 0), ("form.name + 1", 0),
    ("form.opened_on + 3 > today()", 0), ('1 < 2 and form.agreed = "是"', 10), ("today() - form.opened_on > 30", 0),
    ('matches(form.name, "(a+)+$")', 19), ("substring(form.name)", 0), ("duration(\"P1M\") < duration(\"P30D\")", 0),
])
def test_what_is_always_null_is_found(source: str, offset: int) -> None:
    found = find_clashes(compile_expression(source), KNOWN)
    assert [clash.offset for clash in found] == [offset]
    assert "null" in found[0].zh or "样式" in found[0].zh


@pytest.mark.parametrize("source", [
    "form.opened_on > today()", "form.count + 1 > 2", "form.unknown > 3", "form.at - now() < duration(\"PT2H\")",
    "for form in rows return form.count > \"a\"", "rows[form.count = \"a\"]", "form.name = null",
    "form.opened_on + duration(\"P30D\") >= today()", 'matches(form.name, "^[a-z]+$")', "form.at = form.at",
])
def test_what_may_have_a_value_is_left_alone(source: str) -> None:
    assert find_clashes(compile_expression(source), KNOWN) == ()
