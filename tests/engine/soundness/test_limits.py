"""Inner limits against the statutory one: what is told is sure, what may still fit is left alone."""

from __future__ import annotations

import pytest

from tests.engine.soundness.shelf import codes, said_of

CLOCK = ("do:\n", "deadlines:\n  whole: {title: 全程, bases: {asked: =ask.completed_at}, met_at: =give.completed_at, "
         "stages: [{within: 5 working days, otherwise: 迟办, basis: A-1}]}\ndo:\n")


def due(step: str, limit: str) -> tuple[str, str]:
    task = {"review": "who: {role: head}, form: opinion,", "give": "who: {role: office}, form: opinion, end"}[step]
    first, _, last = task.rpartition("form: opinion")
    return task, f"{first}due: {limit}, form: opinion{last}"


def test_limits_that_add_up_to_more_than_the_deadline_are_told_with_their_way() -> None:
    [found] = said_of(CLOCK, due("review", "{within: 3 working days, basis: A-1}"), due("give", "{within: 3 working days, basis: A-1}"))
    assert (found.code, found.severity) == ("limits-exceed", "warning")
    assert found.zh == ("各步时限加起来（3个工作日 + 3个工作日）超过“全程”的最后期限5个工作日："
                        "申请（ask.people > 100） → 审批（同意） → 发放")


@pytest.mark.parametrize("first, second, fits", [
    ("3 working days", "2 working days", True), ("6 calendar days", "1 hour", True), ("4 weeks", "1 hour", False),
    ("2 months", "1 hour", False), ("36 hours", "3 working days", True)])
def test_limits_of_several_units_are_told_only_where_it_is_sure(first: str, second: str, fits: bool) -> None:
    found = codes(CLOCK, due("review", f"{{within: {first}, basis: A-1}}"), due("give", f"{{within: {second}, basis: A-1}}"))
    assert found == ([] if fits else ["limits-exceed?"])


def test_limits_from_the_base_of_the_deadline_do_not_add_up() -> None:
    base = "{within: 4 working days, base: =ask.completed_at, basis: A-1}"
    assert codes(CLOCK, due("review", base), due("give", base)) == []
