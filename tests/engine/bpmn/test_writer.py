"""How definitions become BPMN: structure, ids, order, and validity against the published schema."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnValidator

from engine.bpmn.names import names_of, scope_of, start_event_of
from engine.bpmn.writer import write_bpmn
from engine.bpmn.xml import ANLIU, BPMN, ZEEBE, Element, local_name, name, parse_xml
from engine.definition.model import (
    Action,
    Deadline,
    Definition,
    Due,
    Effects,
    Expression,
    FirstRule,
    NumberIssue,
    PersonRule,
    RegisterWrite,
    RoleRule,
    Stage,
    Who,
    Widen,
)
from engine.errors import DefinitionInvalid
from engine.worktime.limit import Limit
from tests.engine.bpmn.building import (
    condition,
    definition,
    end,
    fork,
    request,
    role,
    set_step,
    start,
    switch,
    task,
    timer,
)

GOLDEN = Path(__file__).parent / "golden"
RETURNS = (Action("approve"), Action("return", "apply"))


def filing() -> Definition:
    return definition(task("审核", *RETURNS, on=(condition("撤回中", "recalled", "apply"),)),
                      fork("决定", (task("接入"),), (task("登记"),)), end("完成", "已备案"),
                      requests=(request("撤回", end("撤完", "撤回"), interrupting=True),))


DEFINITIONS = {
    "line": definition(task("check"), end("done")),
    "filing": filing(),
    "loops": definition(task("a"), switch("s", ("a.x > 1", "a"), (None, "b")), task("b", then="end")),
    "events": definition(task("a", on=(timer("late", Limit(3, "working days"), "b"), condition("lifted", "x", interrupting=False))),
                         task("b")),
}


def flows_of(root: Element, source: str) -> list[Element]:
    return [flow for flow in root.iter(name("sequenceFlow")) if flow.get("sourceRef") == source]


def element(root: Element, element_id: str) -> Element:
    return next(each for each in root.iter() if each.get("id") == element_id)


@pytest.mark.parametrize("which", DEFINITIONS)
def test_a_small_definition_is_written_as_the_golden_file_says(which: str) -> None:
    written = write_bpmn(DEFINITIONS[which], role_titles={"centre_head": "中心负责人"})
    golden = GOLDEN / f"{which}.bpmn"
    assert written.decode() == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("which", DEFINITIONS)
def test_the_file_is_valid_against_the_schema_of_bpmn(which: str) -> None:
    BpmnValidator().validate(etree.ElementTree(etree.fromstring(write_bpmn(DEFINITIONS[which]))), which)


@pytest.mark.parametrize("which", DEFINITIONS)
def test_no_id_is_given_twice(which: str) -> None:
    root = parse_xml(write_bpmn(DEFINITIONS[which]))
    counts = Counter(each.get("id") for each in root.iter() if each.get("id"))
    assert [each for each, times in counts.items() if times > 1] == []


@pytest.mark.parametrize("which", DEFINITIONS)
def test_every_flow_stands_in_its_source_and_its_target(which: str) -> None:
    root = parse_xml(write_bpmn(DEFINITIONS[which]))
    for flow in root.iter(name("sequenceFlow")):
        source, target = element(root, flow.get("sourceRef") or ""), element(root, flow.get("targetRef") or "")
        assert flow.get("id") in [each.text for each in source.iter(name("outgoing"))]
        assert flow.get("id") in [each.text for each in target.iter(name("incoming"))]


def test_the_same_definition_gives_the_same_bytes() -> None:
    assert write_bpmn(filing()) == write_bpmn(filing())


def test_a_return_leads_into_a_merge_before_the_task_and_never_into_it() -> None:
    root = parse_xml(write_bpmn(filing()))
    ways = {flow.get("targetRef"): flow.findtext(name("conditionExpression")) for flow in flows_of(root, "审核_action")}
    assert ways == {"apply_merge": '=审核.action = "return"', "决定": None}
    assert [flow.get("targetRef") for flow in flows_of(root, "apply_merge")] == ["apply"]


def test_flows_of_a_switch_stand_in_the_order_of_the_text_with_the_default_marked() -> None:
    cases = definition(switch("s", ("x = 1", "a"), ("x = 2", "b"), (None, "c")), task("a"), task("b"), task("c"))
    root = parse_xml(write_bpmn(cases))
    ways = flows_of(root, "s")
    assert [way.findtext(name("conditionExpression")) for way in ways] == ["=x = 1", "=x = 2", None]
    assert element(root, "s").get("default") == ways[2].get("id")


def test_several_starts_meet_before_the_first_step() -> None:
    root = parse_xml(write_bpmn(definition(task("a"), starts=(start("one"), start("two")))))
    assert {flow.get("sourceRef") for flow in root.iter(name("sequenceFlow")) if flow.get("targetRef") == "a_merge"} == {"one", "two"}


def test_a_start_may_lead_past_the_first_step() -> None:
    root = parse_xml(write_bpmn(definition(task("a"), task("b"), starts=(start("one"), start("two", then="b")))))
    assert [flow.get("targetRef") for flow in flows_of(root, "two")] == ["b_merge"]


def test_the_ends_of_a_branch_meet_before_the_join() -> None:
    branch = (switch("s", ("x", "a"), (None, "b")), task("a", then="end"), task("b"))
    root = parse_xml(write_bpmn(definition(fork("f", branch, (task("c"),)))))
    into_join = [flow.get("sourceRef") for flow in root.iter(name("sequenceFlow")) if flow.get("targetRef") == "f_join"]
    assert into_join == ["c", "f_b1_merge"]


def test_a_loop_back_never_enters_a_parallel_gateway() -> None:
    root = parse_xml(write_bpmn(definition(fork("f", (task("a"),), (task("b"),)), task("c", Action("complete"), Action("return", "f")))))
    assert [flow.get("targetRef") for flow in flows_of(root, "f_merge")] == ["f"]


def test_an_end_effect_becomes_an_end_event_named_by_the_outcome() -> None:
    given = definition(task("open", effects=Effects(end="已上线")))
    root = parse_xml(write_bpmn(given))
    assert element(root, "end_open").get("name") == "已上线"
    reached = names_of(given).find("end_open")
    assert reached is not None and (reached.part, reached.outcome) == ("end", "已上线")


def test_terminate_becomes_a_terminate_event() -> None:
    root = parse_xml(write_bpmn(definition(end("stop", terminate=True))))
    assert element(root, "end_stop").find(name("terminateEventDefinition")) is not None


def test_requests_are_event_sub_processes_that_begin_with_a_message() -> None:
    given = definition(task("a"), requests=(request("recall", task("told")), request("cancel", interrupting=True)))
    root = parse_xml(write_bpmn(given))
    scope = element(root, scope_of(given, given.requests[0]))
    assert scope.get("triggeredByEvent") == "true"
    assert [each.get("isInterrupting") for each in root.iter(name("startEvent"))] == [None, "false", "true"]
    assert [each.get("name") for each in root.iter(name("message"))] == ["请求 recall", "请求 cancel"]
    assert {"start_recall", "recall", "told"} <= {each.get("id") for each in scope}


def test_deadlines_are_drawn_with_their_stages_and_carry_their_rule() -> None:
    deadline = Deadline("report", "初报", (("found", Expression("apply.at")),), Expression("a.at"),
                        (Stage(Limit(30, "minutes"), "迟报", ("C-9",)), Stage(Limit(1, "working days"), "漏报", ("C-9",))))
    root = parse_xml(write_bpmn(definition(task("a"), deadlines=(deadline,))))
    scope = element(root, "deadline_report")
    assert [each.get("name") for each in scope.iter(name("endEvent"))] == ["迟报", "漏报"]
    assert [each.text for each in scope.iter(name("timeDate"))] == ['=apply.at + duration("PT30M")',
                                                                  "=working days after(apply.at, 1)"]
    rule = next(scope.iter(name("deadline", ANLIU)))
    assert [each.get("within") for each in rule.iter(name("stage", ANLIU))] == ["30 minutes", "1 working day"]


def test_a_task_carries_form_candidates_and_due_date_for_other_tools_and_everything_else_for_ours() -> None:
    who = Who(FirstRule((RoleRule("unit_head", Expression("apply.unit")), PersonRule(Expression("apply.actor")))),
              (Expression("apply.actor"),), (Widen(Limit(10, "minutes"), RoleRule("deputy"), ("proposed",)),))
    given = task("check", who=who, effects=Effects(
        numbers=(NumberIssue("no", "XZTC-[year]-[0000]"),),
        record=(RegisterWrite("systems", Expression("no"), (("open", True), ("ports", ("22", None)))),), end="办结"))
    given = type(given)(**{**{field: getattr(given, field) for field in given.__dataclass_fields__},
                           "due": Due(Limit(3, "working days"), ("C-3",), soft=True)})
    found = element(parse_xml(write_bpmn(definition(given))), "check")
    assert next(found.iter(name("formDefinition", ZEEBE))).get("formId") == "sheet"
    assert next(found.iter(name("assignmentDefinition", ZEEBE))).get("candidateGroups") == (
        "unit_head@apply.unit,person(apply.actor)")
    assert next(found.iter(name("taskSchedule", ZEEBE))).get("dueDate") == "=working days after(now(), 3)"
    ours = [local_name(each) for each in found.iter() if each.tag.startswith(f"{{{ANLIU}}}")]
    assert ours == ["task", "action", "who", "first", "role", "person", "not", "widen", "role", "due", "number", "record",
                    "value", "value", "item", "item", "end"]


def test_values_keep_their_types_in_the_file() -> None:
    root = parse_xml(write_bpmn(definition(set_step("s", x="文字"))))
    assert [dict(each.attrib) for each in root.iter(name("set", ANLIU))] == [{"name": "x", "text": "文字"}]


def test_lanes_are_the_responsible_roles_in_the_order_of_first_work() -> None:
    actor = Who(PersonRule(Expression("apply.actor")))
    given = definition(task("a"), task("b", who=role("unit_head")), task("c", who=actor), set_step("d"))
    root = parse_xml(write_bpmn(given, role_titles={"centre_head": "中心负责人"}))
    lanes = {lane.get("name"): [each.text for each in lane] for lane in root.iter(name("lane"))}
    assert list(lanes) == ["全体师生", "中心负责人", "unit_head"]
    assert lanes["全体师生"] == ["start_apply", "apply", "c", "d", "end"]


def test_every_node_of_the_main_flow_lies_in_exactly_one_lane() -> None:
    root = parse_xml(write_bpmn(filing()))
    process = next(root.iter(name("process")))
    nodes = [each.get("id") for each in process if local_name(each).endswith(("Event", "Task", "Gateway"))]
    assert sorted(each.text or "" for each in root.iter(name("flowNodeRef"))) == sorted(nodes)


def test_clauses_stand_in_the_documentation() -> None:
    assert element(parse_xml(write_bpmn(filing())), "审核").findtext(name("documentation")) == "依据：C-1"


@pytest.mark.parametrize("taken", ["apply_merge", "审核_action", "start_apply", "trial"])
def test_a_step_with_the_id_of_a_drawn_element_is_a_problem(taken: str) -> None:
    given = definition(task("审核", *RETURNS), task(taken))
    with pytest.raises(DefinitionInvalid) as refused:
        write_bpmn(given)
    assert taken in refused.value.problems[0].zh


def test_the_engine_finds_the_step_behind_every_element() -> None:
    names = names_of(filing())
    parts = {each: (reached.step.id if reached.step else None, reached.part)
             for each in ("apply", "审核_action", "apply_merge", "决定_join", "end_完成", "撤回中", "request_撤回")
             if (reached := names.find(each)) is not None}
    assert parts == {"apply": ("apply", "step"), "审核_action": ("审核", "action"), "apply_merge": ("apply", "merge"),
                     "决定_join": ("决定", "join"), "end_完成": ("完成", "end"), "撤回中": ("审核", "boundary"),
                     "request_撤回": ("撤回", "scope")}
    assert names.find("nothing") is None
    given = filing()
    assert start_event_of(given, given.starts[0]) == "start_apply"
    assert names.of_step("审核") == ("审核", "审核_action", "撤回中")


def test_text_from_outside_stays_text() -> None:
    evil = definition(task("a"), description='<script>alert(1)</script> & "x"', category="]]>")
    root = parse_xml(write_bpmn(evil, role_titles={"centre_head": "<b>"}))
    assert next(root.iter(f"{{{BPMN}}}documentation")).text == '<script>alert(1)</script> & "x"'
