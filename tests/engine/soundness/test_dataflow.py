"""Names that are read before any way writes them, and expressions that bear with null."""

from __future__ import annotations

import pytest

from tests.engine.soundness.shelf import codes, said_of

GIVE = "form: opinion, end: 已发放"


def given(expression: str) -> tuple[str, str]:
    """The last step of the small definition, which some ways reach without a review, with this value set."""
    return GIVE, f"form: opinion, set: {{note: '={expression}'}}, end: 已发放"


def test_a_value_that_some_way_has_not_written_is_pointed_out_with_that_way() -> None:
    [found] = said_of(given("upper case(review.words)"))
    assert (found.code, found.severity) == ("read-before-write", "warning")
    assert found.zh == "这里用到“review”，但走到这里时可能还没有人填写，例如：申请（其他） → 发放"


@pytest.mark.parametrize("expression", [
    "if review != null then upper case(review.words) else null",
    "if review = null then null else upper case(review.words)",
    'if review.action = "approve" then upper case(review.words) else null',
    'if review.words in ("a", "b") then upper case(review.words) else null',
    "if (some word in review.words satisfies word = null) then null else upper case(review.words)",
    "ask.why", "give.words", "note", "instance.number"])
def test_an_expression_that_bears_with_null_is_left_alone(expression: str) -> None:
    assert codes(given(expression)) == []


def test_a_condition_says_what_its_branch_may_rely_on() -> None:
    asked = ("  - give:", "  - again:\n      switch:\n        - {when: 'review.words = \"急\"', then: told}\n        - then: give\n"
             "  - told: {title: 告知, set: {note: =upper case(review.words)}}\n  - give:")
    assert codes(asked, ("- then: give\n  - review", "- then: again\n  - review")) == []


def test_what_an_earlier_case_excluded_is_known_in_the_later_ones() -> None:
    asked = ("  - give:", "  - again:\n      switch:\n        - {when: review = null, then: give}\n"
             "        - {when: review.visit_count > 1, then: review}\n        - then: give\n  - give:")
    assert codes(asked, ("- then: give\n  - review", "- then: again\n  - review")) == []


def test_a_join_brings_together_what_its_branches_wrote() -> None:
    fork = ("  - give:", "  - both:\n      fork:\n        one: [{left: {task: 左, who: {role: head}, form: opinion}}]\n"
            "        two: [{right: {task: 右, who: {role: head}, form: opinion}}]\n  - give:")
    routed = ("- then: give\n  - review", "- then: both\n  - review")
    assert codes(fork, routed, given("left.words + right.words")) == []
    [found] = said_of(fork, routed, ("{task: 右, who: {role: head}", "{task: 右, who: {person: =left.actor}"))
    assert (found.code, found.severity) == ("read-before-write", "warning")


def test_what_no_way_can_have_written_is_a_mistake() -> None:
    [found] = said_of(("ask.people > 100", "give.visit_count > 1"))
    assert (found.code, found.severity) == ("never-written", "error")
    assert found.zh == "走到这里时不可能有“give”：写它的“发放”总在后面"


def test_a_request_may_rely_on_the_start_and_on_its_own_condition() -> None:
    def request(when: str) -> tuple[str, str]:
        return "do:\n", (f"on:\n  - {{request: recall, title: 撤回, who: {{person: =ask.actor}}, form: opinion, when: '{when}',\n"
                         "     do: [{told: {title: 告知, set: {note: =upper case(review.words)}}}]}\ndo:\n")
    assert codes(request("review.words != null")) == []
    assert codes(request("ask.people > 1")) == ["read-before-write?"]


def test_a_return_gives_no_answers() -> None:
    sent_back = ("[approve, {return: ask}]", "[approve, {return: fix}]")
    fix = ("  - give:", "  - fix: {task: 修改, who: {role: office}, form: opinion, set: {note: =upper case(review.words)}}\n  - give:")
    assert codes(sent_back, fix, ("actions: [approve", "then: give, actions: [approve")) == ["read-before-write?"]
