"""What drawings of other modellers become, what is kept of them, and what they are refused for."""

from __future__ import annotations

import re
import time
from decimal import Decimal

import pytest

from engine.bpmn.bundles import read_bundle
from engine.bpmn.names import loop_at, names_of
from engine.bpmn.reading.drawing import open_drawing
from engine.bpmn.reading.reader import read_bpmn
from engine.bpmn.writer import write_bpmn
from engine.bpmn.xml import BPMNDI, DC, DI, Element, local_name, name, parse_xml
from engine.definition.bundle import Bundle
from engine.definition.library import Library, load_library
from engine.definition.model import AnyRule, Definition, Expression, FirstRule, PersonRule, RoleRule, SetStep, Task
from engine.definition.reader import read_definition
from engine.worktime.limit import Limit
from tests.engine.bpmn.reading.drawings import RUNNING, examined, file_of, files_with, text_of
from tests.engine.definition.random_definitions import Chance
from tests.world import ROOT, shipped_files

running = pytest.mark.parametrize("which", RUNNING)
every = pytest.mark.parametrize("which", [*RUNNING, "bpmnio_draft"])
EXPORTS = sorted(path.name for path in (ROOT / "processes").glob("*.bpmn"))


def bundle_of(which: str) -> Bundle:
    found = examined(text_of(which), which)
    assert found.bundle is not None, found.problems
    return found.bundle


def task_of(definition: Definition, step_id: str) -> Task:
    step = definition.find_step(step_id)
    assert isinstance(step, Task)
    return step


# ---------------------------------------------------------------- what drawings become

@running
def test_a_drawing_of_another_modeller_is_accepted_without_a_word(which: str) -> None:
    found = examined(text_of(which), which)
    assert found.problems == ()
    assert found.bundle is not None and found.bundle.definition.drawing == found.bpmn


def test_camunda_8_properties_are_understood() -> None:
    definition = bundle_of("camunda8").definition
    approve, escort = task_of(definition, "approve"), task_of(definition, "escort")
    assert (definition.starts[0].id, definition.starts[0].who.rule) == ("apply", RoleRule("applicant", "own"))
    assert approve.due is not None and (approve.due.within, approve.due.remind[0].fraction) == (Limit(8, "hours"), Decimal("0.5"))
    assert approve.who.rule == RoleRule("centre_head") and approve.form == "decision"
    assert approve.effects.set == (("opinion", Expression("approve.opinion")),)
    assert [(each.id, each.after) for each in approve.on] == [("Event_late", Limit(24, "hours"))]
    assert escort.who.rule == PersonRule(Expression("approve.actor"))
    counted = definition.find_step("count")
    assert isinstance(counted, SetStep) and counted.effects.set == (("headcount", Expression("apply.people + 1")),)


def test_camunda_7_properties_are_understood() -> None:
    definition = bundle_of("camunda7").definition
    start, review, mend = definition.starts[0], task_of(definition, "review"), task_of(definition, "mend")
    assert (start.id, start.form, start.who.rule) == ("request", "visit", RoleRule("applicant", "own"))
    assert start.effects.set == (("starter", Expression("request.actor")),)
    assert review.who.rule == AnyRule((RoleRule("centre_head"), RoleRule("centre_net")))
    assert review.due is not None and review.due.within == Limit(3, "calendar days")
    assert mend.who.rule == PersonRule(Expression("starter"))
    tally = definition.find_step("tally")
    assert isinstance(tally, SetStep) and [each for each, _ in tally.effects.set] == ["人数", "结论"]


def test_a_task_for_every_item_is_a_loop_around_it_and_keeps_its_id() -> None:
    definition = bundle_of("panel8").definition
    review, around, sign = task_of(definition, "review"), loop_at(definition, "review"), loop_at(definition, "sign")
    assert around is not None and sign is not None
    assert (around.id, around.each, around.one_by_one, around.steps) == ("review_all", "reviewer", False, (review,))
    assert (around.items, around.collect) == (Expression("[ask.first, ask.second, ask.third]"), (("opinions", Expression("opinion")),))
    assert around.until == Expression('review.opinion = "不同意" or numberOfCompletedInstances >= 2')
    assert ([each.id for each in around.on], review.on, review.who.rule) == (["slow"], (), PersonRule(Expression("reviewer")))
    assert sign.one_by_one and loop_at(definition, "ask") is None
    reached = names_of(definition).find("review")
    assert reached is not None and reached.step is review


def test_loops_of_camunda_7_and_flowable_are_understood() -> None:
    seven, flowable = bundle_of("panel7").definition, bundle_of("panel_flowable").definition
    approve, check, level = loop_at(seven, "approve"), loop_at(seven, "check"), loop_at(flowable, "level")
    assert approve is not None and check is not None and level is not None
    assert (approve.each, approve.items, approve.until) == ("member", Expression("members"),
                                                            Expression("nrOfCompletedInstances / nrOfInstances >= 0.6"))
    assert check.items == Expression("for number in 1..(ask.times) return number") and check.one_by_one
    assert (level.each, level.items, level.one_by_one) == ("approver", Expression("approvers"), True)
    assert loop_at(flowable, "confirm") is None and task_of(flowable, "confirm").who.rule == RoleRule("centre_head")


def test_our_own_notes_are_understood_in_a_foreign_drawing() -> None:
    definition = bundle_of("own_notes").definition
    check = task_of(definition, "check")
    assert (definition.profile, definition.basis, definition.subject) == ("zzut", ("ZZUT-ART22b",), Expression("apply.reason"))
    assert check.who.rule == FirstRule((RoleRule("centre_net"), RoleRule("centre_head")))
    assert check.who.exclude == (Expression("apply.actor"),) and check.note == "看清楚用途"
    assert [action.kind for action in check.actions] == ["approve", "return"] and check.actions[1].to == "apply"
    assert check.due is not None and (check.due.within.amount, check.due.within.unit) == (2, "working days")
    assert definition.starts[0].require[0].otherwise == "一次最多开放九个端口"


def test_the_elements_of_a_drawing_lead_to_its_steps() -> None:
    definition = bundle_of("camunda7").definition
    names = names_of(definition)
    found = {each: names.find(each) for each in ("request", "review", "Event_yes", "Gateway_1")}
    assert found["review"] is not None and found["review"].step == task_of(definition, "review")
    assert found["Event_yes"] is not None and found["Event_yes"].outcome == "已开通"
    assert found["request"] is not None and (found["request"].part, found["Gateway_1"]) == ("step", None)


def plain(value: object) -> str:
    """A value of the model without places, a named limit as what its parameter says."""
    return re.sub(r"Place\([^)]*\)|, parameter='\w+'", "", repr(value)).replace("NamedLimit(", "Limit(")


def without_source(drawing: str) -> str:
    """Our own file without the text of the definition inside: what is left when somebody changes it in a modeller."""
    return re.sub(r"<anliu:source>.*?</anliu:source>", "", drawing, flags=re.DOTALL)


@pytest.mark.parametrize("export", EXPORTS)
def test_our_own_export_comes_back_as_its_definition_and_changed_as_a_drawing(export: str) -> None:
    files = shipped_files()
    text, file = (ROOT / "processes" / export).read_text(encoding="utf-8"), f"processes/{export}"
    library, _ = load_library(files)
    original = read_definition(files[file.replace(".bpmn", ".yaml")], export).definition
    reading = read_bpmn(text, file, library)
    assert reading.problems == () and reading.definition == original and reading.definition.drawing is None
    changed = read_bpmn(without_source(text), file, library)
    assert changed.problems == () and changed.definition is not None and changed.definition.drawing is not None
    assert b"anliu:source" not in changed.definition.drawing
    assert_same_steps(changed.definition, original)


@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_language_says_is_understood_in_a_drawing_or_refused_by_name(seed: int) -> None:
    """Everything a step carries stands in its extensions; only where the flow goes is the drawing's."""
    print(f"seed {seed}")
    made = Chance(seed).definition()
    reading = read_bpmn(without_source(write_bpmn(made).decode()), "x.bpmn", Library())
    assert reading.definition is not None
    errors = [problem.en for problem in reading.problems if problem.severity == "error"]
    assert [said for said in errors if not re.match(r"eventBasedGateway \w+: anliu:\w+ is not supported", said)] == []
    assert_same_steps(reading.definition, made)


def assert_same_steps(read: Definition, made: Definition) -> None:
    found = {each.id: each for each in (*read.every_step(), *read.every_form_step(), *read.event_starts)}
    for step in (*made.every_step(), *made.every_form_step(), *made.event_starts):
        if type(step).__name__ in ("Switch", "Fork", "EndStep", "Do", "Listen", "Wait"):
            continue  # the drawing says these
        for part in ("form", "who", "require", "effects", "note", "actions", "shows", "changes_of", "basis", "values", "process",
                     "type", "table", "detach", "name", "raises", "key", "items", "each", "at", "until", "one_by_one", "when",
                     "repeat", "interrupting", "collect"):
            assert plain(getattr(found[step.id], part, None)) == plain(getattr(step, part, None)), (step.id, part)
    assert plain(read.parameters) == plain(made.parameters) and read.returns == made.returns
    assert (read.title, read.profile, read.category, read.description) == (made.title, made.profile, made.category, made.description)


# ---------------------------------------------------------------- what is kept

IN_FEEL = ("conditionExpression", "completionCondition", "loopCardinality", "loopCondition")


def kept(root: Element) -> list[tuple[str, dict[str, str], str]]:
    """Everything but our own normal form: element, attributes and text in order."""
    return [(str(each.tag), {str(key): str(value) for key, value in each.attrib.items()}, (each.text or "").strip())
            for each in root.iter("*") if local_name(each) not in IN_FEEL]


@every
def test_ids_names_documentation_foreign_extensions_and_the_layout_are_kept(which: str) -> None:
    before, after = parse_xml(text_of(which).encode()), parse_xml(open_drawing(text_of(which), which).normal_form())
    drawn = before.find(name("BPMNDiagram", BPMNDI)) is not None
    for added in [] if drawn else after.findall(name("BPMNDiagram", BPMNDI)):
        after.remove(added)
    assert kept(after) == kept(before)


@every
def test_the_normal_form_of_a_normal_form_is_itself(which: str) -> None:
    once = open_drawing(text_of(which), which).normal_form()
    assert open_drawing(once.decode(), which).normal_form() == once


@running
def test_bpmn_to_model_to_bpmn_is_equal_by_hash(which: str) -> None:
    first = bundle_of(which)
    exported = write_bpmn(first.definition)
    again = read_bundle(file_of(which), files_with(which, exported.decode()))
    assert (again.hash, again.definition) == (first.hash, first.definition)
    assert write_bpmn(again.definition) == exported == first.sources[file_of(which)].encode()


@running
def test_another_drawing_is_another_version(which: str) -> None:
    other = examined(text_of(which).replace('isExecutable="true"', 'isExecutable="true" isClosed="true"'), which).bundle
    assert other is not None and other.hash != bundle_of(which).hash


@every
def test_every_node_and_flow_of_a_drawing_is_shown(which: str) -> None:
    root = parse_xml(examined(text_of(which), which).bpmn)
    shown = {each.get("bpmnElement") for each in root.iter(name("BPMNShape", BPMNDI), name("BPMNEdge", BPMNDI))}
    process = next(root.iter(name("process")))
    drawn = {each.get("id") for each in process if local_name(each).endswith(("Event", "ask", "Gateway", "sequenceFlow"))}
    assert drawn <= shown
    assert all(each.find(name("Bounds", DC)) is not None for each in root.iter(name("BPMNShape", BPMNDI)))
    assert all(len(list(each.iter(name("waypoint", DI)))) > 1 for each in root.iter(name("BPMNEdge", BPMNDI)))


# ---------------------------------------------------------------- what is refused

def test_a_plain_drawing_is_shown_with_what_it_needs_to_run() -> None:
    found = examined(text_of("bpmnio_draft"), "bpmnio_draft")
    assert found.bundle is None and b"BPMNShape" in found.bpmn
    said = [(problem.place.line, problem.en) for problem in found.problems]
    for line, words in ((3, "process Process_1: the process is marked as not executable"),
                        (4, "startEvent StartEvent_1: it does not say who may start it"),
                        (7, "task Activity_1: it does not say what kind of task it is"),
                        (16, "userTask Activity_2: it has no form"), (16, "userTask Activity_2: it does not say who does it"),
                        (27, "sequenceFlow Flow_d: it has no condition and is not the default flow")):
        assert (line, words) in said


REFUSED = {
    "an account as assignee": ("camunda7", '"${starter}"', '"zhang"', "bpmn-person", "userTask mend"),
    "an assignee that calls Java": ("camunda7", '"${starter}"', '"${bean.pick()}"', "bpmn-expression", "userTask mend"),
    "candidate users": ("camunda8", 'candidateGroups="centre_head"', 'candidateUsers="li, wang"', "bpmn-person", "userTask approve"),
    "groups computed at run time": ("camunda8", 'candidateGroups="centre_head"', 'candidateGroups="=apply.groups"', "bpmn-people",
                                    "userTask approve"),
    "a group that is no role": ("camunda8", 'candidateGroups="centre_head"', 'candidateGroups="center_head"', "unknown-role", ""),
    "a form that is a file": ("camunda7", 'formKey="decision"', 'formKey="embedded:app:forms/a.html"', "bpmn-form", "userTask mend"),
    "a form that does not exist": ("camunda8", 'formId="visit"', 'formId="vist"', "unknown-form", ""),
    "a fixed due date": ("camunda7", 'dueDate="P3D"', 'dueDate="2026-12-31T00:00:00"', "bpmn-due", "userTask review"),
    "a follow-up after the due date": ("camunda8", "PT4H", "PT40H", "bpmn-due", "userTask approve"),
    "a limit of thousands of digits": ("camunda8", "PT8H", "P" + "9" * 5000 + "D", "bpmn-due", "userTask approve"),
    "working days of thousands of digits": ("camunda8", 'now() + duration(&#34;PT8H&#34;)', f"working days after(now(), {'9' * 5000})",
                                            "bpmn-due", "userTask approve"),
    "an output from nowhere": ("camunda8", '<zeebe:output source="=approve.opinion"', '<zeebe:output', "bpmn-needs", "userTask approve"),
    "a vague limit": ("camunda8", "PT8H", "P1DT2H", "bpmn-due", "userTask approve"),
    "a condition that calls Java": ("camunda7", "${review.opinion == '补充'}", "${execution.isDone()}", "bpmn-expression",
                                    "sequenceFlow Flow_mend"),
    "a condition of unknown names": ("camunda8", '=opinion = "同意"', '=approved = "同意"', "unknown-name", "sequenceFlow Flow_yes"),
    "a condition that is no FEEL": ("camunda8", '=opinion = "同意"', "=opinion ==", "expression", "sequenceFlow Flow_yes"),
    "a script in another language": ("camunda7", "{人数: request.people", "print(1);{人数: request.people", "bpmn-script",
                                     "scriptTask tally"),
    "a script that is no context": ("camunda7", "{人数: request.people, 结论: ", "string(1) + (", "bpmn-script", "scriptTask tally"),
    "a script format": ("camunda7", 'scriptFormat="feel"', 'scriptFormat="groovy"', "bpmn-not-executable", "scriptTask tally"),
    "an execution listener": ("camunda8", "<zeebe:userTask />",
                              '<zeebe:executionListeners><zeebe:executionListener eventType="start" type="x"/></zeebe:executionListeners>',
                              "bpmn-ignored", "userTask apply"),
    "a task listener of Camunda 7": ("camunda7", '<bpmn:incoming>Flow_mend</bpmn:incoming>',
                                     '<bpmn:extensionElements><camunda:taskListener class="a.B" event="create"/></bpmn:extensionElements>'
                                     '<bpmn:incoming>Flow_mend</bpmn:incoming>', "bpmn-ignored", "userTask mend"),
    "a Java class": ("flowable", 'flowable:dueDate="PT24H"', 'flowable:skipExpression="${x}"', "bpmn-ignored", "userTask centre"),
    "an input mapping of a task": ("camunda8", '<zeebe:output source="=approve.opinion" target="opinion" />',
                                   '<zeebe:input source="=1" target="a" />', "bpmn-ignored", "userTask approve"),
    "an unknown property of ours": ("own_notes", "<anliu:set name=", "<anliu:sett name=", "bpmn-ignored", "userTask check"),
    "an unknown attribute of ours": ("own_notes", "<anliu:task note=", "<anliu:task hint=", "bpmn-ignored", "userTask check"),
    "an element that is no BPMN": ("own_notes", 'name="审核">', 'name="审核"><bpmn:nonsense/>', "bpmn-schema", ""),
    "an attribute that is no BPMN": ("own_notes", 'isExecutable="true"', 'isExecutable="true" colour="red"', "bpmn-schema", ""),
    "two processes": ("own_notes", "</bpmn:process>", '</bpmn:process><bpmn:process id="p2"><bpmn:task id="t2"/></bpmn:process>',
                      "not-bpmn", "2"),
    "an error that nobody names": ("committee", '<bpmn:endEvent id="p9" name="准备好"><bpmn:incoming>p2</bpmn:incoming></bpmn:endEvent>',
                                   '<bpmn:endEvent id="p9"><bpmn:incoming>p2</bpmn:incoming><bpmn:messageEventDefinition/></bpmn:endEvent>',
                                   "bpmn-needs", "endEvent p9"),
    "an output collection of nothing": ("committee", 'inputElement="member"', 'inputElement="member" outputCollection="r"', "bpmn-needs",
                                        "subProcess votes"),
    "an output collection with the name of a step": ("panel8", 'outputCollection="opinions"', 'outputCollection="ask"', "duplicate-id",
                                                     "userTask review"),
    "an output of unknown names": ("panel8", 'outputElement="=opinion"', 'outputElement="=opinoin"', "unknown-name", "userTask review"),
    "a loop of what the starter fills in": ("panel8", '<bpmn:outgoing>f2</bpmn:outgoing>', '<bpmn:outgoing>f2</bpmn:outgoing>'
                                            '<bpmn:standardLoopCharacteristics loopMaximum="2"/>', "bpmn-loop", "userTask ask"),
    "a loop without a condition": ("committee", '<bpmn:outgoing>p2</bpmn:outgoing>',
                                   '<bpmn:outgoing>p2</bpmn:outgoing><bpmn:standardLoopCharacteristics/>', "bpmn-not-executable",
                                   "userTask room"),
    "a loop over no list": ("panel7", 'camunda:collection="members" ', "", "bpmn-needs", "userTask approve"),
    "a loop of nothing": ("panel7", "<bpmn:script>{members: [ask.first, ask.second, ask.third]}</bpmn:script>",
                          "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
                          "</bpmn:multiInstanceLoopCharacteristics>", "bpmn-loop", "scriptTask gather"),
    "a completion condition of unknown names": ("panel8", "numberOfCompletedInstances &gt;= 2", "finished &gt;= 2", "unknown-name",
                                                "userTask review"),
    "a completion condition that computes": ("panel7", "${nrOfCompletedInstances / nrOfInstances", "${nrOfCompletedInstances / ask.times",
                                             "bpmn-expression", "userTask approve"),
    "the number of an item as Flowable counts": ("panel_flowable", 'flowable:elementVariable="approver"',
                                                 'flowable:elementVariable="approver" flowable:elementIndexVariable="n"', "bpmn-ignored",
                                                 "userTask level"),
    "a step with the name of a loop": ("panel8", 'id="failed"', 'id="failed"/><bpmn:scriptTask id="review_all"><bpmn:script>{x: 1}'
                                       '</bpmn:script></bpmn:scriptTask><bpmn:endEvent id="failed_too"', "duplicate-id", "review_all"),
    "an action that leads to two places": ("own_notes", '<anliu:action kind="approve"/>', '<anliu:action kind="return" to="check"/>',
                                           "duplicate-action", "userTask check"),
    "a clause nobody knows": ("own_notes", 'note="看清楚用途" basis="ZZUT-ART22b"', 'basis="ZZUT-ART999"', "unknown-clause", ""),
    "an ad-hoc sub-process": ("camunda7", '<bpmn:endEvent id="Event_no"',
                              '<bpmn:adHocSubProcess id="adhoc"/>\n<bpmn:endEvent id="Event_no"', "bpmn-not-executable",
                              "adHocSubProcess adhoc"),
}


@pytest.mark.parametrize("why", REFUSED, ids=lambda why: why.replace(" ", "-"))
def test_a_drawing_is_refused_by_element_id_and_line(why: str) -> None:
    which, written, instead, code, words = REFUSED[why]
    text = text_of(which)
    assert written in text, "the drawing has changed"
    found = examined(text.replace(written, instead), which)
    assert found.bundle is None
    told = [problem for problem in found.problems if problem.code == code]
    assert told, found.problems
    line = text[:text.index(written)].count("\n") + 1
    assert any(words in problem.zh and words in problem.en and problem.place.file == file_of(which)
               and (problem.place.line > 1 or code == "not-bpmn") and problem.place.line <= line + 2 for problem in told), told


def test_a_process_that_is_no_bpmn_or_empty_is_refused_in_one_sentence() -> None:
    for text in ("", "<a/>", "<definitions/>", '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
                 "anliu: 1\nprocess: x"):
        found = examined(text)
        assert (found.bundle, found.bpmn, len(found.problems)) == (None, b"", 1)


def test_the_line_of_an_element_is_the_one_where_it_begins() -> None:
    text = text_of("own_notes").replace('<bpmn:userTask id="check" name="审核">', '<bpmn:userTask\n  id="check"\n\n  name="审核"\n>')
    text = text.replace("<zeebe:formDefinition formId=\"decision\"/>", "")
    line = text[:text.index("<bpmn:userTask\n")].count("\n") + 1
    assert [problem.place.line for problem in examined(text).problems if "userTask check" in problem.en] == [line]


IN_FRONT = {
    "an element that is no BPMN": ("own_notes", 'name="审核">', 'name="审核"><bpmn:nonsense/>', "bpmn-schema", "<bpmn:nonsense"),
    "an attribute that is no BPMN": ("own_notes", 'isExecutable="true"', 'isExecutable="true" colour="red"', "bpmn-schema",
                                     "<bpmn:process"),
    "an element that lacks an attribute": ("own_notes", "</bpmn:process>", '<bpmn:sequenceFlow id="f" sourceRef="a"/></bpmn:process>',
                                           "bpmn-schema", '<bpmn:sequenceFlow id="f"'),
    "what an element may not hold": ("own_notes", 'name="审核">', 'name="审核"><bpmn:nonsense/>', "bpmn-not-executable",
                                     '<bpmn:userTask id="check"'),
    "an ad-hoc sub-process": ("camunda7", '<bpmn:endEvent id="Event_no"', '<bpmn:adHocSubProcess id="adhoc"/><bpmn:endEvent id="Event_no"',
                              "bpmn-not-executable", "<bpmn:adHocSubProcess"),
}


@pytest.mark.parametrize("on_one_line", [False, True], ids=["as-drawn", "on-one-line"])
@pytest.mark.parametrize("why", IN_FRONT, ids=lambda why: why.replace(" ", "-"))
def test_what_the_schema_or_the_runtime_refuses_is_told_at_the_bracket_of_its_element(why: str, on_one_line: bool) -> None:
    which, written, instead, code, bracket = IN_FRONT[why]
    text = text_of(which).replace(written, instead, 1)
    if on_one_line:
        text = " ".join(text.split())
    before = text[:text.index(bracket)]
    told = [problem.place for problem in examined(text, which).problems if problem.code == code]
    assert (before.count("\n") + 1, len(before) - before.rfind("\n")) in {(place.line, place.column) for place in told}, told


def test_a_prefix_declared_further_in_costs_the_column_only() -> None:
    space = "http://www.omg.org/spec/BPMN/20100524/MODEL"
    text = text_of("own_notes").replace('name="审核">', f'name="审核"><b:nonsense xmlns:b="{space}"/>')
    line = text[:text.index("<b:nonsense")].count("\n") + 1
    assert [problem.place.line for problem in examined(text, "own_notes").problems if problem.code == "bpmn-schema"] == [line]


def test_an_id_that_only_bpmn_can_say_is_a_warning() -> None:
    found = examined(text_of("own_notes").replace('"check"', '"sid-4A-check"').replace("=check.action", "=apply.reason"))
    assert found.bundle is not None
    assert [(problem.code, problem.severity) for problem in found.problems] == [("bad-id", "warning")]


def test_a_drawing_reads_without_a_library() -> None:
    reading = read_bpmn(text_of("camunda8"), "x.bpmn", Library())
    assert reading.definition is not None and {mention.name for mention in reading.mentions} >= {"visit", "decision", "centre_head"}


def test_the_task_in_the_guide_is_refused_for_what_the_guide_says_and_nothing_else() -> None:
    guide = (ROOT / "docs" / "drawings.md").read_text(encoding="utf-8")
    block = re.findall(r"```xml\n(.*?)```", guide, re.DOTALL)[0]
    text = re.sub(r'<bpmn:userTask id="check".*?</bpmn:userTask>\n', lambda _: block, text_of("own_notes"), flags=re.DOTALL)
    problems = examined(text.replace('"check"', '"review"').replace("check.action", "review.opinion")).problems
    assert len(problems) == 1 and problems[0].en.startswith("userTask review: anliu:not-needed-here is not supported")
    assert "userTask review: anliu:not-needed-here is not supported" in guide


def test_a_name_of_a_form_field_is_told_with_the_task_it_belongs_to() -> None:
    found = examined(text_of("camunda8").replace('=opinion = "同意"', '=people &gt; 3'))
    assert [problem.hint_en for problem in found.problems] == ["Did you mean apply.people?"]


HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x"><process id="p" isExecutable="true">'
LARGE = {
    "eight thousand tasks": "".join(f'<task id="t{number}"/>' for number in range(8_000)),
    "a thousand unconnected tasks": "".join(f'<task id="t{number}"/>' for number in range(1_000)),
    "every task leads to every other": "".join(f'<task id="t{number}"/>' for number in range(44)) + "".join(
        f'<sequenceFlow id="f{one}-{other}" sourceRef="t{one}" targetRef="t{other}"/>' for one in range(44) for other in range(44)),
    "a thousand flows between two": '<task id="a"/><task id="b"/>' + "".join(
        f'<sequenceFlow id="f{number}" sourceRef="a" targetRef="b"/>' for number in range(1_000)),
}


@pytest.mark.parametrize("size", LARGE, ids=lambda size: size.replace(" ", "-"))
def test_a_drawing_too_large_to_be_laid_out_is_refused_before_it_is(size: str) -> None:
    begun = time.process_time()
    found = examined(f"{HEAD}{LARGE[size]}</process></definitions>")
    assert time.process_time() - begun < 2
    assert (found.bundle, found.bpmn, [problem.code for problem in found.problems]) == (None, b"", ["not-bpmn"])
