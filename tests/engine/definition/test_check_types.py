"""Expressions are checked by what their names hold: in forms, over parallel writes, beside registers."""

from __future__ import annotations

import pytest

from engine.definition.bundle import find_problems
from engine.definition.library import load_library
from engine.definition.reader import read_definition
from engine.definition.value_types import types_of
from engine.feel import type_of
from engine.feel.types import find_entry
from tests.engine.definition.shelf import GOOD, SHARED

MAIN = "processes/demo.test.yaml"
FACTS = GOOD.replace("form: request", "form: facts").replace("ask.名称", "ask.name").replace("unit: =ask.unit", "unit: =ask.actor.unit")


def found_in(definition: str, **files: str) -> list[tuple[str, str]]:
    named = {f"forms/{name}.yaml": text for name, text in files.items()}
    return [(problem.code, problem.zh) for problem in find_problems(MAIN, {**SHARED, **named, MAIN: definition})]


def form(field: str) -> str:
    return SHARED["forms/facts.yaml"] + f"      - more: {field}\n"


@pytest.mark.parametrize(("field", "code"), [
    ("{label: 甲, type: text, shown: =amount}", "wanted-type"), ("{label: 甲, type: text, required: =name}", "wanted-type"),
    ('{label: 甲, type: text, shown: =amount = "3"}', "type"), ("{label: 甲, type: text, default: =step.now > today()}", "type"),
    ("{label: 甲, type: date, checks: [{that: more > step.now, else: 太早}]}", "type"),
    ("{label: 甲, type: text, shown: '=hosts[ports > ip] != []'}", "type"), ("{label: 甲, type: date, shown: =ask.since > 3}", "type"),
    ("{label: 甲, type: table, columns: [{n: {label: 乙, type: number, checks: [{that: n = name, else: 不同}]}}]}", "type"),
])
def test_what_a_forms_expression_gets_wrong_is_told(field: str, code: str) -> None:
    assert [found for found, _ in found_in(FACTS, facts=form(field))] == [code]


@pytest.mark.parametrize("field", [
    "{label: 甲, type: date, checks: [{that: more > date(step.now) and more >= since, else: 太早}]}",
    "{label: 甲, type: text, shown: '=list contains(kinds, \"有线\") or amount > 3'}",
    "{label: 甲, type: text, default: =ask.contact.name}",
    "{label: 甲, type: number, readonly: true, default: =count(hosts), checks: [{that: more = null or more > 1, else: 少}]}",
    "{label: 甲, type: table, columns: [{name: {label: 乙, type: number, checks: [{that: name > 1, else: 小}]}}]}",
])
def test_what_a_forms_expression_gets_right_is_left_alone(field: str) -> None:
    assert found_in(FACTS, facts=form(field)) == []


def test_an_input_of_a_table_may_be_called_like_a_key() -> None:
    step = """\
  - graded:
      decide: {inputs: {when: =ask.amount}, outputs: {level: 级别}, rules: [{then: =ask.name}]}
  - verdict:
"""
    assert found_in(FACTS.replace("  - verdict:\n", step, 1)) == []


def test_a_variable_is_of_the_type_that_all_its_writers_agree_on() -> None:
    writes = FACTS.replace("set: {approved: '=review.action = \"approve\"'}",
                           "set: {seen: '=if ask.amount > 1 then ask.since else seen', "
                           "mixed: '=if ask.amount > 1 then ask.since else ask.name', back: =seen, steps: '=steps + 1'}")
    library, _ = load_library(SHARED)
    definition = read_definition(writes, MAIN).definition
    assert definition is not None
    types = types_of(definition, library)
    assert [types[name].name for name in ("seen", "mixed", "back", "steps", "filing_no")] == ["date", "Any", "date", "Any", "string"]


def test_a_step_offers_its_answers_and_what_became_of_it() -> None:
    library, _ = load_library(SHARED)
    definition = read_definition(FACTS, MAIN).definition
    assert definition is not None
    step = types_of(definition, library)["ask"]
    assert find_entry(step, "since") == type_of("date")
    assert find_entry(step, "visit_count") == type_of("number")
    assert find_entry(find_entry(step, "previous") or step, "since") == type_of("date")


def test_an_entry_of_a_register_has_the_types_of_its_fields() -> None:
    wrong = FACTS.replace("review.visit_count > most", 'entry("systems", ask.name).name > 3')
    right = FACTS.replace("review.visit_count > most", 'entries("systems")[name = ask.name][1].key = "x"')
    assert found_in(wrong) == [("type", "文字不能与数字比较（>）")]
    assert found_in(right) == []
