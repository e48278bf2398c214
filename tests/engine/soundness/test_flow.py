"""What is said of a flow that is not sound, and what is left alone."""

from __future__ import annotations

import pytest

from engine.definition.bundle import Bundle
from engine.definition.library import Library
from engine.definition.model import Definition
from engine.soundness import check_soundness
from tests.engine.soundness.charts import codes_in, found_in

SOUND = {
    "a row": "start > a > b > end",
    "a choice": "start > x1 > a > x2 > end\nx1 > b > x2",
    "branches side by side": "start > p1 > a > p2 > end\np1 > b > p2",
    "several ends": "start > p1 > a > end1\np1 > b > end2",
    "a loop": "start > x1 > a > x2 > end\nx2 > x1",
    "an unstructured loop": "start > x1 > a > x2 > b > x3 > end\nx3 > x1\nx2 > x4 > c > x5 > x1\nx3 > x4\nx5 > end",
    "an inclusive join of some branches": "start > o1 > a > o2 > end\no1 > b > o2\no1 > c > o2",
    "an inclusive join of a choice": "start > x1 > a > o2 > end\nx1 > b > o2",
    "the first of several": "start > p1 > a > c1 > stop\np1 > b > c1\np1 > d > c1",
    "a boundary event that interrupts": "start > a > x1 > end\na!late > x1",
    "a boundary event beside": "start > a > b > end\na~late > tell > end2",
    "an event beside, in a loop, that runs through at once": "start > x1 > a > x2 > end\na~late > auto > end2\nx2 > x1",
    "alternatives of events": "start > e1 > a > x1 > end\ne1 > b > x1",
    "a sub-process": "start > sub1 > end\nsub1/start1 > sub1/a > sub1/end1",
    "crossing branches": "start > p1 > a > p3 > x > p5 > end\np1 > b > p4 > y > p5\na > p4\nb > p3".replace("x >", "d >"),
    "no start event": "sub0 > end\nsub0/a > sub0/end1\nsub0/b > sub0/end2",
}
UNSOUND = {
    "a join of what was chosen": ("start > x1 > a > p1 > end\nx1 > b > p1", ["deadlock"]),
    "a join that needs itself": ("start > p1 > a > p2 > end\np2 > p1", ["deadlock"]),
    "a choice between branches that ran side by side": ("start > p1 > a > x1 > b > end\np1 > d > x1", ["doubled"]),
    "a loop that sends a token out every time": ("start > x1 > a > p1 > b > end\np1 > x1", ["doubled"]),
    "a step without a way to an end": ("start > x1 > a > x2 > b > x2\nx1 > end", ["no-way-out"]),
    "a step that nothing leads to": ("start > a > end\nb > end", ["unreachable"]),
    "a boundary event beside that comes back": ("start > a > x1 > b > end\na~late > x1", ["doubled?"]),
    "a deadlock inside a sub-process": ("start > sub1 > end\nsub1/start1 > sub1/x1 > sub1/p1 > sub1/end1\nsub1/x1 > sub1/p1",
                                        ["deadlock"]),
    "a branch that is stopped before it can join": ("start > x1 > a > p1 > b > stop\nx1 > p2 > d > stop\np2 > p1", ["deadlock"]),
    "branches that meet unjoined before the end": ("start > p1 > a > x1 > x2 > end\np1 > d > x1", ["doubled?"]),
    "inclusive branches that meet unjoined": ("start > o1 > a > x1 > b > end\no1 > d > x1", ["doubled"]),
    "a join for more than ever come": ("start > p1 > a > end1\np1 > b > x1 > p2 > end\nx1 > d > p2", ["deadlock"]),
}


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_flow_has_no_findings(name: str) -> None:
    assert codes_in(SOUND[name]) == []


@pytest.mark.parametrize("name", UNSOUND)
def test_an_unsound_flow_has_its_findings(name: str) -> None:
    text, expected = UNSOUND[name]
    assert sorted(codes_in(text)) == expected


def test_a_deadlock_is_shown_by_a_shortest_run() -> None:
    [found] = found_in("start > apply > x1(要会签) > sign > p1 > archive > end\nx1(不用) > check > p1\ncheck > check2 > end2")
    assert found.code == "deadlock"
    assert found.zh == "流程会永远停在“p1”：它还要等一路，而那一路不会再来，例如：start → apply（要会签） → sign"


def test_a_long_way_is_shown_by_its_beginning_and_its_end() -> None:
    row = " > ".join(f"t{number}" for number in range(30))
    [found] = found_in(f"start > {row} > x1 > y > x1")
    assert found.zh.count("→") == 10
    assert "start → t0" in found.zh
    assert "… →" in found.zh


def test_what_only_an_interrupting_event_ends_is_pointed_out() -> None:
    assert codes_in("start > sub1 > end\nsub1!late > end\nsub1/start1 > sub1/x1 > sub1/a > sub1/x1") == ["no-way-out?"]


def test_of_steps_that_only_lead_to_each_other_the_first_is_told() -> None:
    assert [found.zh for found in found_in("start > a > end\nb > c > d > end\nd > b")] == ["没有任何步骤通向“b”"]


def test_what_cannot_be_played_out_is_said_to_be_unproven_and_nothing_else() -> None:
    lines = ["start > p9"]
    for n in range(6):      # two choices that cross into two inclusive joins, six times side by side
        a, b, join = f"x{2 * n}", f"x{2 * n + 1}", f"o{3 * n + 2}"
        lines += [f"p9 > p{n + 10} > {a} > o{3 * n} > {join} > p99", f"{a} > o{3 * n + 1} > {join}",
                  f"p{n + 10} > {b} > o{3 * n}", f"{b} > o{3 * n + 1}"]
    assert codes_in("\n".join([*lines[:5], "p99 > end"])) == []
    assert codes_in("\n".join([*lines, "p99 > end"])) == ["not-proven?"]


DRAWN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="drawn">
  <process id="drawn" isExecutable="true">
    <startEvent id="begin" name="申请"/>
    <exclusiveGateway id="which" default="f3"/>
    <userTask id="one" name="一"/>
    <userTask id="two"/>
    <parallelGateway id="meet" name="汇合"/>
    <endEvent id="finish"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="which"/>
    <sequenceFlow id="f2" name="急" sourceRef="which" targetRef="one">
      <conditionExpression>=urgent (</conditionExpression></sequenceFlow>
    <sequenceFlow id="f3" sourceRef="which" targetRef="two"/>
    <sequenceFlow id="f4" sourceRef="one" targetRef="meet"/>
    <sequenceFlow id="f5" sourceRef="two" targetRef="meet"/>
    <sequenceFlow id="f6" sourceRef="meet" targetRef="finish"/>
    <sequenceFlow id="f7" sourceRef="meet" targetRef="nowhere"/>
    <boundaryEvent id="lost" attachedToRef="nothing"/>
  </process>
</definitions>
""".encode()


def test_a_drawing_is_checked_by_what_it_draws() -> None:
    drawn = Definition("drawn", "", "", (), "", (), (), (), drawing=DRAWN)
    found = [problem for problem in check_soundness(Bundle(drawn, {}, Library(), "", {}, "")) if problem.code == "deadlock"]
    assert [problem.zh for problem in found] == ["流程会永远停在“汇合”：它还要等一路，而那一路不会再来，例如：申请（急） → 一"]
