"""What two processes must agree on, beside what the files of tests/bad say of it."""

from __future__ import annotations

import pytest

from engine.verbs.deployments import find_problems
from tests.engine.definition.shelf import NEIGHBOURS, SHARED

MAIN = "processes/demo.test.yaml"
DEMO = """\
anliu: 1
process: demo
title: 示例
profile: test
basis: A-1
starts:
  - {id: ask, title: 申请, who: {anyone: true}, form: facts}
do:
"""
CALL = DEMO + "  - checked: {call: checking, with: {what: =ask.name, since: =ask.since}, set: {said: =checked.verdict}}\n"
BY_MESSAGE = DEMO.replace("  - {id: ask, title: 申请, who: {anyone: true}, form: facts}", "  - {id: told, message: news, takes: [what]}")
ON_DRAWING = """\
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
 xmlns:anliu="urn:anliu:bpmn:1" targetNamespace="x">
<process id="drawn" name="图" isExecutable="true">
<startEvent id="s"><extensionElements><anliu:start name="given"/></extensionElements></startEvent>
<sequenceFlow id="f1" sourceRef="s" targetRef="c"/>
<callActivity id="c"><extensionElements><zeebe:calledElement processId="checking"/>
<zeebe:ioMapping><zeebe:input source="=1" target="waht"/></zeebe:ioMapping></extensionElements></callActivity>
<sequenceFlow id="f2" sourceRef="c" targetRef="e"/><endEvent id="e"/></process></definitions>
"""


def told(text: str, **files: str) -> list[str]:
    beside = {f"processes/{name}.yaml": other for name, other in files.items()}
    return [problem.code for problem in find_problems(MAIN, {**SHARED, **NEIGHBOURS, **beside, MAIN: text})]


def test_a_call_that_fits_is_no_problem() -> None:
    assert told(CALL) == []


def test_nothing_is_said_of_a_neighbour_with_mistakes_or_of_several_profiles() -> None:
    broken = NEIGHBOURS["processes/checking.test.yaml"].replace("takes: [what, since]", "takes: [waht, since]").replace("title:", "titel:")
    assert told(CALL, **{"checking.test": broken}) == []
    other = NEIGHBOURS["processes/checking.test.yaml"].replace("[what, since]", "[waht, since]").replace("given.what", "given.waht")
    beside = {**SHARED, MAIN.replace(".test", ".c"): CALL, "processes/checking.a.yaml": other, "processes/checking.b.yaml": other}
    assert find_problems(MAIN.replace(".test", ".c"), beside) == ()
    assert "not-taken" in told(CALL, **{"checking.test": other, "checking.a": other})


def test_a_process_may_call_itself_as_long_as_somebody_stands_in_between() -> None:
    again = BY_MESSAGE.replace("message: news", "called: true") + "  - {first}\n  - again: {call: demo, detach: true, with: {what: 1}}\n"
    assert "endless-cases" in told(again.replace("{first}", "kept: {set: {x: 1}}"))
    for between in ("look: {task: 看, who: {role: centre_head}, form: opinion}", "pause: {wait: 1 week, basis: A-1}",
                    "way: {switch: [{when: told.what = 3, then: over}, {then: again}]}\n  - over: {end: 好}"):
        assert "endless-cases" not in told(again.replace("{first}", between))


def test_a_call_within_a_group_or_a_branch_is_followed_and_over_a_list_is_not() -> None:
    inside = "again: {call: demo, detach: true, with: {what: 1}}"
    called = BY_MESSAGE.replace("message: news", "called: true")
    assert "endless-cases" in told(called + f"  - g: {{do: [{inside}]}}\n")
    assert "endless-cases" in told(called + f"  - f: {{fork: {{a: [{inside}], b: [{{x: {{set: {{y: 1}}}}}}]}}}}\n")
    assert "endless-cases" not in told(called + f"  - l: {{for: {{each: x, in: =told.what}}, do: [{inside}]}}\n")


def test_a_message_that_a_running_case_may_take_begins_nothing_for_certain() -> None:
    endless = BY_MESSAGE + "  - tell: {raise: {message: news}, with: {what: =told.what}}\n"
    assert told(endless) == ["endless-cases"]
    waiting = NEIGHBOURS["processes/bell.test.yaml"].replace("message: opened", "message: news").replace("key_no", "what")
    assert told(endless, **{"bell.test": waiting}) == []


def test_what_several_take_of_a_message_is_known_to_all_of_them_together() -> None:
    other = NEIGHBOURS["processes/bell.test.yaml"].replace("process: bell", "process: bell2").replace("who]", "whom]").replace(
        "rung.who", "rung.whom")
    say = DEMO + "  - say: {raise: {message: ring}, with: {whom: =ask.name}}\n"
    assert told(say, **{"bell2.test": other}) == []
    assert told(say.replace("whom:", "whose:"), **{"bell2.test": other}) == ["not-taken"]


@pytest.mark.parametrize("sent", ["", "x: 1"])
def test_a_message_of_a_receiver_that_takes_whatever_comes_is_never_wrong(sent: str) -> None:
    anything = NEIGHBOURS["processes/bell.test.yaml"].replace(", takes: [who]", "")
    assert told(DEMO + f"  - say: {{raise: {{message: ring}}, with: {{a: 1, {sent}}}}}\n", **{"bell.test": anything}) == []


def test_a_drawing_is_held_against_its_neighbours_too() -> None:
    found = find_problems("processes/drawn.test.bpmn", {**SHARED, **NEIGHBOURS, "processes/drawn.test.bpmn": ON_DRAWING})
    assert {"not-taken", "not-given"} <= {problem.code for problem in found}
    assert next(problem.place.line for problem in found if problem.code == "not-taken") in (6, 7)
