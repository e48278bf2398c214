from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from time import process_time
from typing import Any

import pytest
import SpiffWorkflow
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.dmn import Boxed, DecisionGraph, DecisionNode, Literal_, decide_graph, hash_of, read_dmn, write_dmn
from engine.dmn.vocabulary import DMN_1_5, VERSIONS
from tests.engine.dmn.tables import FILES, INCIDENT_LEVEL, Cells, finite, finite_tables, table

GOOD = (FILES / "evaluation.dmn").read_text(encoding="utf-8")
SYSTEM = {"the system": {"protection level": "三级", "opened on": date(2026, 3, 1)}, "problems": 5}


def problems_of(text: str) -> list[str]:
    return [f"{problem.place.line} {problem.code}" for problem in read_dmn(text, "x.dmn").problems]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_file_of_each_version_is_read_and_decided_in_the_order_of_its_requirements(version: str) -> None:
    reading = read_dmn(GOOD.replace(DMN_1_5, version).encode(), "x.dmn")
    assert reading.problems == ()
    assert reading.graph is not None and reading.graph.answer == "sheet"
    assert reading.graph.data == ("the system", "problems")
    decision = decide_graph(reading.graph, SYSTEM)
    assert decision.fault is None
    assert str(decision.value["next"]) == "2027-03-01" and decision.value["hurry"] is True  # type: ignore[index]
    assert [(fired.decision, fired.number, fired.annotation) for fired in decision.fired] == [("frequency", 2, "三级以上")]


def test_the_list_of_a_collecting_table_is_of_its_variable_and_its_results_are_the_items() -> None:
    both = GOOD.replace("<decisionTable>", '<decisionTable hitPolicy="COLLECT">').replace(
        'name="evaluation frequency" typeRef="yearMonthDuration"', 'name="evaluation frequency" typeRef="list"')
    graph = read_dmn(both.replace('not("二级")', '"三级"')).graph
    assert graph is not None
    assert len(decide_graph(graph, SYSTEM, decision="frequency").value) == 1  # type: ignore[arg-type]
    assert decide_graph(graph, {"the system": {"protection level": "四级"}}, decision="frequency").value == []


def test_a_value_that_its_defined_type_does_not_allow_is_a_fault() -> None:
    graph = read_dmn(GOOD).graph
    assert graph is not None
    fault = decide_graph(graph, {"the system": {"protection level": "五级"}}, decision="frequency").fault
    assert fault is not None and "级别" in fault.zh


@pytest.mark.parametrize(("right", "wrong", "expected"), [
    (DMN_1_5, "http://www.omg.org/spec/DMN/20180521/MODEL/", "2 dmn-version"),
    ("<definitions", "<!DOCTYPE x><definitions", "2 xml-dtd"), ("</definitions>", "", "44 xml-syntax"),
    ('<textAnnotation id="t"', '<businessKnowledgeModel id="b" name="B"/><textAnnotation id="t"', "42 dmn-shape"),
    ('<textAnnotation id="t"', '<import name="i" namespace="n"/><textAnnotation id="t"', "42 dmn-element"),
    ('<textAnnotation id="t"', '<decisionService id="b" name="B"/><textAnnotation id="t"', "42 dmn-element"),
    ("<literalExpression><text>problems &gt; 3</text></literalExpression>", "<conditional/>", "40 dmn-element"),
    ("<literalExpression><text>problems &gt; 3</text></literalExpression>", "<invocation/>", "40 dmn-shape"),
    ("<literalExpression><text>problems &gt; 3</text></literalExpression>", '<functionDefinition kind="Java"/>', "40 dmn-element"),
    ("<literalExpression><text>problems &gt; 3</text></literalExpression>", "", "37 dmn-shape"),
    ("problems &gt; 3", "problems &gt;&gt; 3", "40 expression"), ('not("二级")', 'not("二级"', "23 expression"),
    ('duration("P1Y")', '"P1Y', "24 expression"), ('duration("P1Y")', "5", "24 table-result"),
    ("<decisionTable>", '<decisionTable hitPolicy="BEST">', "16 dmn-hit-policy"),
    ("<decisionTable>", '<decisionTable hitPolicy="COLLECT" aggregation="AVG">', "16 dmn-hit-policy"),
    ("<decisionTable>", '<decisionTable aggregation="SUM">', "16 table-policy"),
    ("<decisionTable>", '<decisionTable hitPolicy="PRIORITY">', "16 table-policy"),
    ('<output id="o1"/>', "", "16 table-shape; 21 table-shape; 23 table-shape"),
    ('<output id="o1"/>', '<output id="o1"/><output id="o2"/>', "20 table-shape; 21 table-shape; 23 table-shape"),
    ("<text>the system.protection level</text>", "", "17 dmn-shape"), ('href="#i2"', 'href="#i9"', "39 dmn-reference"),
    ('href="#i2"', 'href="other#i2"', "39 dmn-reference"), ('href="#i1"', 'href="#sheet"', "15 dmn-reference"),
    ("<literalExpression><text>problems", '<literalExpression expressionLanguage="juel"><text>problems', "40 dmn-language"),
    ('namespace="urn:test"', 'namespace="urn:test" expressionLanguage="groovy"', "2 dmn-language"),
    ('<inputEntry><text>"二级"</text></inputEntry>', "", "21 table-shape"),
    ("<contextEntry><variable name=\"hurry\"/><literalExpression><text>is it urgent</text></literalExpression></contextEntry>",
     '<contextEntry><variable name="hurry"/></contextEntry>', "34 dmn-shape"),
    ('"二级", "三级", "四级"', '"二级",, "四级"', "17 expression"),
    ("<description>三级以上</description>", "<description>三级以上</description><extra/>", "23 dmn-element"),
])
def test_what_is_not_executed_is_refused_with_its_line(right: str, wrong: str, expected: str) -> None:
    assert right in GOOD
    assert problems_of(GOOD.replace(right, wrong)) == expected.split("; ")


def test_decisions_that_wait_for_each_other_are_refused() -> None:
    circle = GOOD.replace('<requiredInput href="#i2"/>', '<requiredDecision href="#sheet"/>')
    [problem] = read_dmn(circle).problems
    assert problem.code == "dmn-cycle" and "sheet" in problem.zh and "urgent" in problem.zh


def test_a_refusal_names_element_name_and_id() -> None:
    text = GOOD.replace("<textAnnotation", '<decisionService id="b" name="算法"/><textAnnotation')
    [problem] = read_dmn(text, "tables/x.dmn").problems
    assert "decisionService “算法” (b)" in problem.zh and str(problem.place) == "tables/x.dmn:42:1"


def test_gaps_and_overlaps_of_a_file_warn() -> None:
    reading = read_dmn(GOOD.replace('not("二级")', '"二级", "四级"'))
    assert {(problem.code, problem.severity) for problem in reading.problems} == {
        ("table-gap", "warning"), ("table-overlap", "warning")}
    assert any("级别 = “三级”" in problem.zh for problem in reading.problems)


def test_a_file_of_two_answers_asks_for_one() -> None:
    graph = read_dmn(GOOD.replace('<informationRequirement><requiredDecision href="#urgent"/></informationRequirement>', "")).graph
    assert graph is not None and graph.answer == ""
    assert decide_graph(graph, SYSTEM).fault is not None
    assert decide_graph(graph, SYSTEM, decision="urgent").value is True


# ---------------------------------------------------------------- functions

SCORE = (FILES / "score.dmn").read_text(encoding="utf-8")


def test_functions_lists_relations_and_invocations_are_decided() -> None:
    reading = read_dmn(SCORE)
    assert reading.problems == () and reading.graph is not None and reading.graph.answer == "total"
    decision = decide_graph(reading.graph, {"findings": ["高", "低"]})
    assert (decision.value, decision.fault) == ([12, 13, "差"], None)
    assert [(fired.decision, fired.number) for fired in decision.fired] == [("weight", 1), ("weight", 2)]
    assert decide_graph(reading.graph, {"findings": ["低"]}).value == [2, 3, "可"]


@pytest.mark.parametrize(("right", "wrong", "said"), [
    ("number * 2", "doubled(number)", "过深"), ("for f in findings", "for n in 1..2000, f in findings", "1000 次"),
    ("<text>plus</text>", "<text>plis</text>", "plis"), ('<binding><parameter name="more"/>', '<binding><parameter name="most"/>', "plus"),
    ("<text>one more</text>", "<text>plus</text>", "函数")])
def test_a_function_that_goes_wrong_is_a_fault(right: str, wrong: str, said: str) -> None:
    assert right in SCORE
    graph = read_dmn(SCORE.replace(right, wrong)).graph
    assert graph is not None
    fault = decide_graph(graph, {"findings": ["低"]}).fault
    assert fault is not None and said in fault.zh


ENDLESS = """\
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="s" name="s" namespace="urn:test">
  <businessKnowledgeModel id="f" name="f"><variable name="f"/>
    <encapsulatedLogic><formalParameter name="x"/>{again}</encapsulatedLogic></businessKnowledgeModel>
  <decision id="d" name="d"><variable name="d"/>
    <knowledgeRequirement><requiredKnowledge href="#f"/></knowledgeRequirement>{again}</decision>
</definitions>
"""
AGAIN = """\
<invocation><literalExpression><text>f</text></literalExpression>
  <binding><parameter name="x"/><literalExpression><text>1</text></literalExpression></binding></invocation>
"""


def test_a_function_that_invokes_itself_for_ever_is_a_fault() -> None:
    graph = read_dmn(ENDLESS.format(again=AGAIN), "x.dmn").graph
    assert graph is not None
    assert decide_graph(graph, {}).fault is not None


def test_a_function_is_no_answer() -> None:
    graph = read_dmn(SCORE).graph
    assert graph is not None
    assert decide_graph(graph, {"findings": []}, decision="doubled").fault is not None


# ---------------------------------------------------------------- writing

CITED = replace(INCIDENT_LEVEL, basis=("ZZUT-A9-4", "proposed"), title="级别 <表>", rules=(
    replace(INCIDENT_LEVEL.rules[0], basis=("ZZUT-A9-4.1", "ZZUT-A9-4.2"), annotation="特别重大"),
    *INCIDENT_LEVEL.rules[1:]), outputs=(replace(INCIDENT_LEVEL.outputs[0], default='"Ⅳ级"'),))
GRAPH = DecisionGraph((
    DecisionNode("level", "事件级别", replace(INCIDENT_LEVEL, title="事件级别"), (), "string"),
    DecisionNode("sheet", "单", Boxed((("级", Literal_("事件级别")), ("多", Literal_("级 + who.name")))), ("level",))), "sheet")


def schema() -> Any:
    """The standard's schema as the token library ships it, moved to the namespaces of 1.5."""
    folder = Path(SpiffWorkflow.__file__).parent / "dmn/parser/schema"
    [old] = [name for name, version in VERSIONS.items() if version == "1.3"]
    text = (folder / "DMN13.xsd").read_text(encoding="utf-8")
    parser = etree.XMLParser()
    moved = text.replace(old, DMN_1_5)
    return etree.XMLSchema(etree.fromstring(moved.encode(), parser, base_url=str(folder / "moved.xsd")))


@pytest.mark.parametrize("thing", [INCIDENT_LEVEL, CITED, GRAPH, read_dmn(SCORE).graph,
                                   replace(CITED, hit_policy="COLLECT", aggregation="COUNT"),
                                   replace(INCIDENT_LEVEL, inputs=(), rules=())])
def test_a_written_file_is_valid_and_reads_back_equal(thing: Any) -> None:
    written = write_dmn(thing)
    schema().assertValid(etree.fromstring(written))
    reading = read_dmn(written)
    assert [problem for problem in reading.problems if problem.severity == "error"] == []
    assert reading.graph is not None
    read = reading.graph if isinstance(thing, DecisionGraph) else next(reading.graph.tables())
    assert hash_of(read) == hash_of(thing)
    assert write_dmn(reading.graph) == written


def test_what_a_table_reads_is_input_data_of_its_decision() -> None:
    graph = read_dmn(write_dmn(GRAPH)).graph
    assert graph is not None and graph.data == ("people", "harm", "who")


@settings(max_examples=100, deadline=None)
@given(finite_tables(), st.sampled_from(["UNIQUE", "ANY", "FIRST", "PRIORITY", "RULE ORDER", "OUTPUT ORDER"]))
def test_any_table_reads_back_equal(drawn: tuple[list[list[str]], Cells, list[int]], policy: str) -> None:
    made = finite(*drawn, hit_policy=policy)
    graph = read_dmn(write_dmn(made)).graph
    assert graph is not None and hash_of(next(graph.tables())) == hash_of(made)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_broken_file_is_refused_or_read_and_never_raises(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(GOOD)))
    end = data.draw(st.integers(start, min(len(GOOD), start + 60)))
    text = GOOD[:start] + data.draw(st.text(max_size=8)) + GOOD[end:]
    reading = read_dmn(text.encode("utf-8", "surrogatepass"), "x.dmn")
    if reading.graph is not None and not reading.problems:
        decide_graph(reading.graph, SYSTEM)
        read_dmn(write_dmn(reading.graph))


def test_a_bomb_is_refused_at_once() -> None:
    begun = process_time()
    assert problems_of("<?xml version='1.0'?>" + "<a>" * 100_000)
    assert problems_of(GOOD + " " * 2_000_000) == ["1 xml-size"]
    cell = "if true then " * 3000
    assert problems_of(GOOD.replace("problems &gt; 3", cell)) == ["40 expression"]
    assert process_time() - begun < 1


def test_a_large_table_is_refused_by_its_size() -> None:
    assert problems_of(write_dmn(table([("-", "-", '"Ⅰ级"')] * 501)).decode()) == ["17 table-shape"]
