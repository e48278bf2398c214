"""A choice without a default: covered by finite values, shown with what it misses, or not proven."""

from __future__ import annotations

import pytest

from tests.engine.soundness.shelf import codes, said_of

CHOICE = "        - {when: ask.people > 100, then: review}\n        - then: give\n"


def choice(*conditions: str) -> tuple[str, str]:
    """The choice of the small definition with these conditions, leading to its two steps in turn."""
    targets = ("review", "give", "review", "give")
    return CHOICE, "".join(f"        - {{when: '{when}', then: {then}}}\n" for when, then in zip(conditions, targets, strict=False))


COVERED = {
    "every option by name": ['ask.kind = "新建"', 'ask.kind = "变更"', 'ask.kind = "注销"'],
    "options as a list": ['ask.kind in ("新建", "变更")', 'ask.kind = "注销"'],
    "one option and not that option": ['ask.kind = "新建"', 'ask.kind != "新建"'],
    "an optional answer and null": ['ask.urgent = "是"', 'ask.urgent = "否" or ask.urgent = null'],
    "two answers together": ['ask.kind = "新建" and ask.urgent = "是"', 'ask.kind != "新建" or ask.urgent != "是"'],
    "a number below, at and above": ["ask.people < 10", "ask.people in [10..20]", "ask.people > 20"],
    "a number between": ["ask.people between 1 and 5", "ask.people < 1", "ask.people > 5"],
    "not a condition": ['ask.kind = "新建"', 'not(ask.kind = "新建")'],
}
MISSED = {
    "an option": (['ask.kind = "新建"', 'ask.kind = "变更"'], 'ask.kind = "注销"'),
    "no answer": (['ask.urgent = "是"', 'ask.urgent = "否"'], "ask.urgent = null"),
    "the number itself": (["ask.people < 10", "ask.people > 10"], "ask.people = 10"),
    "a number between two others": (["ask.people <= 10", "ask.people >= 11"], "ask.people = 10.5"),
    "one combination": (['ask.kind = "新建" and ask.urgent = "是"', 'ask.kind != "新建" and ask.urgent != null',
                         "ask.urgent = null"], 'ask.kind = "新建"、ask.urgent = "否"'),
}
UNPROVEN = {
    "a text": ['ask.why = "a"', 'ask.why != "a"'],
    "the date of today": ["today() > date(2026, 1, 1)", "today() <= date(2026, 1, 1)"],
    "a sum": ["ask.people + 1 > 3", "ask.people + 1 <= 3"],
}


@pytest.mark.parametrize("name", COVERED)
def test_what_covers_every_value_needs_no_default(name: str) -> None:
    assert codes(choice(*COVERED[name])) == []


@pytest.mark.parametrize("name", MISSED)
def test_what_is_missed_is_named(name: str) -> None:
    conditions, missed = MISSED[name]
    [found] = said_of(choice(*conditions))
    assert found.code == "no-default"
    assert found.severity == "error"
    assert found.zh == f"“route”缺少其余情况：{missed} 时没有一个分支成立"


@pytest.mark.parametrize("name", UNPROVEN)
def test_what_is_not_finite_needs_a_default(name: str) -> None:
    [found] = said_of(choice(*UNPROVEN[name]))
    assert (found.code, found.zh) == ("no-default", "“route”缺少其余情况")


def test_variables_that_steps_set_to_literals_are_finite() -> None:
    start = ("form: request}", "form: request, set: {late: false}}")
    assert codes(start, choice("late = true", "late = false")) == []
    assert codes(start, choice("late", "not(late)")) == []
    copied = ("form: request}", "form: request, set: {late: false, kind: =ask.kind}}")
    assert codes(copied, choice('kind = "新建"', 'kind != "新建"')) == ["no-default"]


def test_the_answer_of_a_step_that_may_not_have_been_done_may_be_null() -> None:
    route = ("  - give:", "  - again:\n      switch:\n        - {when: 'review.action = \"approve\"', then: give}\n"
             "        - {when: 'review.action = \"return\"', then: review}\n  - give:")
    missed = [found.zh for found in said_of(route, ("- then: give", "- then: again")) if found.code == "no-default"]
    assert missed == ["“again”缺少其余情况：review.action = null 时没有一个分支成立"]


DECIDED = """\
  - level:
      decide:
        inputs: {kind: =ask.kind}
        outputs: {level: {label: 级别, type: text, allowed: [高, 低]DEFAULT}}
        rules:
          - {when: {kind: [新建, 变更]}, then: 高}
          - {when: {kind: "not(新建, 变更)"}, then: 低}
  - route:
"""
BY_LEVEL = choice('level = "高"', 'level = "低"')


@pytest.mark.parametrize(("asked", "default", "told"), [
    ("ask.kind", "", []), ("ask.urgent", "", ["no-default"]), ("ask.urgent", ", default: 低", [])],
    ids=["a required answer", "an answer that may be missing", "a default"])
def test_what_a_table_may_give_is_finite(asked: str, default: str, told: list[str]) -> None:
    table = DECIDED.replace("=ask.kind", f"={asked}").replace("DEFAULT", default)
    assert codes(("  - route:\n", table), BY_LEVEL) == told


def test_a_value_that_the_table_may_give_and_no_case_takes_is_named() -> None:
    [found] = said_of(("  - route:\n", DECIDED.replace("DEFAULT", "")), choice('level = "高"'))
    assert found.zh.endswith('level = "低" 时没有一个分支成立')
