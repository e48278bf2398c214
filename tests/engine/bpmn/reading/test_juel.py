"""Which expressions of Camunda 7 and Flowable have a plain FEEL form, and which are left to their author."""

from __future__ import annotations

import pytest

from engine.bpmn.reading.juel import NotPlain, to_feel
from engine.feel import evaluate

PLAIN = {
    "${approved}": "approved",
    "#{审批.同意}": "审批.同意",
    "${a == 'x'}": 'a = "x"',
    '${a != "x"}': 'a != "x"',
    "${amount > 1000 && level le 3}": "amount > 1000 and level <= 3",
    "${!approved || kind eq 'a\\'b'}": "not(approved) or kind = \"a'b\"",
    "${not (a and b)}": "not((a and b))",
    " ${a == null} ": "a = null",
    "${nrOfCompletedInstances/nrOfInstances >= 0.6}": "nrOfCompletedInstances / nrOfInstances >= 0.6",
    "${x >= 1.5}": "x >= 1.5",
}
FOREIGN = ("approved", "${a / nrOfInstances > 2}", "${nrOfInstances / 2 > 1}", "${nrOfInstances /}",
           "${execution.getVariable('a')}", "${service.call()}", "${a + 1 > 2}", "${empty list}", "${a ? b : c}",
           "${a}-${b}", "${'unclosed}", "${a ==}", "${(a}", "${a == b == c}", "${}", "${__import__('os')}", "${a[0] == 1}",
           "${" + "(" * 20_000 + "}", "${" + "!" * 20_000 + "a}", "${" + "a || " * 20_000 + "a}")


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_expression_has_one_feel_form(text: str) -> None:
    assert to_feel(text) == PLAIN[text]


@pytest.mark.parametrize("text", FOREIGN)
def test_what_calls_computes_or_is_broken_has_none(text: str) -> None:
    with pytest.raises(NotPlain):
        to_feel(text)


@pytest.mark.parametrize(("text", "value"), [("${a == 1 && b != 'y'}", True), ("${!(a > 0) || b == 'x'}", True),
                                             ("${a lt 1 or b ne 'x'}", False)])
def test_the_feel_form_means_what_was_written(text: str, value: bool) -> None:
    assert evaluate(to_feel(text), {"a": 1, "b": "x"}) is value
