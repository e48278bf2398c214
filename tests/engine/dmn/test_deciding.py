from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.clock import CHINA
from engine.dmn import (
    Boxed,
    DecisionGraph,
    DecisionNode,
    Input,
    Literal_,
    Output,
    decide,
    decide_graph,
    graph_of,
    hash_of,
)
from tests.engine.dmn.tables import INCIDENT_LEVEL, Cells, every_input, finite, finite_tables, interpret, table

POLICIES = ["UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT"]
OVERLAPPING = table([(">= 5", "-", '"Ⅲ级"'), ("-", '"严重"', '"Ⅱ级"'), (">= 50", "-", '"Ⅲ级"')])
BAD = {"people": 60, "harm": "严重"}


def number_of(decision: object) -> list[int]:
    return [fired.number for fired in decision.fired]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("people", "harm", "level", "rule"), [
    (12000, "一般", "Ⅰ级", 1), (3, "特别严重", "Ⅰ级", 2), (9999, "严重", "Ⅱ级", 3), (999, "严重", "Ⅱ级", 4),
    (100, "较大", "Ⅲ级", 5), (99, "较大", "Ⅲ级", 6), (0, "一般", "Ⅳ级", 7)])
def test_the_level_of_an_incident_and_the_rule_that_gave_it(people: int, harm: str, level: str, rule: int) -> None:
    decision = decide(INCIDENT_LEVEL, {"people": people, "harm": harm})
    assert (decision.value, decision.fault) == (level, None)
    assert [(fired.decision, fired.number, fired.annotation) for fired in decision.fired] == [("level", rule, f"第 {rule} 条")]
    assert decision.inputs == (("影响人数", Decimal(people)), ("危害程度", harm))


@pytest.mark.parametrize(("policy", "value", "rules"), [
    ("PRIORITY", "Ⅱ级", [2]), ("FIRST", "Ⅲ级", [1]), ("RULE ORDER", ["Ⅲ级", "Ⅱ级", "Ⅲ级"], [1, 2, 3]),
    ("OUTPUT ORDER", ["Ⅱ级", "Ⅲ级", "Ⅲ级"], [2, 1, 3]), ("COLLECT", ["Ⅲ级", "Ⅱ级", "Ⅲ级"], [1, 2, 3])])
def test_what_overlapping_rules_give_by_policy(policy: str, value: object, rules: list[int]) -> None:
    decision = decide(replace(OVERLAPPING, hit_policy=policy), BAD)  # type: ignore[arg-type]
    assert (decision.value, number_of(decision), decision.fault) == (value, rules, None)


def test_two_rules_of_a_unique_table_are_a_fault_that_names_them() -> None:
    fault = decide(OVERLAPPING, BAD).fault
    assert fault is not None
    assert "第 1、2、3 条" in fault.zh and "rules 1, 2, 3" in fault.en


def test_an_any_table_gives_what_its_rules_agree_on_and_faults_where_they_do_not() -> None:
    some = replace(OVERLAPPING, hit_policy="ANY")
    agreed, split = decide(some, {"people": 60, "harm": "一般"}), decide(some, BAD)
    assert (agreed.value, number_of(agreed)) == ("Ⅲ级", [1, 3])
    assert split.value is None and split.fault is not None and "第 1、2 条" in split.fault.zh


@pytest.mark.parametrize(("aggregation", "value"), [("", [5, 7, 2]), ("SUM", 14), ("MIN", 2), ("MAX", 7), ("COUNT", 3)])
def test_collected_results_are_listed_or_added_up(aggregation: str, value: object) -> None:
    points = table([("-", "-", "5"), ("> 1", "-", "people + 4"), ("-", '"严重"', "2"), ("> 9", "-", "100")],
                   outputs=(Output("points"),), hit_policy="COLLECT", aggregation=aggregation)
    assert decide(points, {"people": 3, "harm": "严重"}).value == value


def test_what_cannot_be_added_up_is_a_fault() -> None:
    words = table([("-", "-", '"a"'), ("-", "-", "1")], outputs=(Output("points"),), hit_policy="COLLECT", aggregation="SUM")
    assert decide(words, BAD).fault is not None


@pytest.mark.parametrize(("policy", "aggregation", "bare", "defaulted"), [
    ("UNIQUE", "", None, "Ⅳ级"), ("FIRST", "", None, "Ⅳ级"), ("ANY", "", None, "Ⅳ级"), ("PRIORITY", "", None, "Ⅳ级"),
    ("RULE ORDER", "", [], ["Ⅳ级"]), ("OUTPUT ORDER", "", [], ["Ⅳ级"]), ("COLLECT", "", [], ["Ⅳ级"]),
    ("COLLECT", "COUNT", 0, 0), ("COLLECT", "MIN", None, "Ⅳ级")])
def test_without_a_rule_the_default_counts(policy: str, aggregation: str, bare: object, defaulted: object) -> None:
    empty = replace(OVERLAPPING, rules=(), hit_policy=policy, aggregation=aggregation)  # type: ignore[arg-type]
    with_default = replace(empty, outputs=(replace(empty.outputs[0], default='"Ⅳ级"'),))
    assert (decide(empty, BAD).value, decide(with_default, BAD).value) == (bare, defaulted)
    assert decide(with_default, BAD).fired == ()


def test_several_outputs_are_a_context_by_their_names_and_priority_goes_by_the_first() -> None:
    two = table([("-", "-", '"b"', "1"), ("-", "-", '"a"', "2"), ("-", "-", '"a"', "1")], hit_policy="PRIORITY",
                outputs=(Output("class", "", "string", '"a", "b"'), Output("years", "", "number", "1, 2")))
    decision = decide(two, BAD)
    assert (decision.value, number_of(decision)) == ({"class": "a", "years": 1}, [3])


@pytest.mark.parametrize(("scope", "said"), [
    ({"people": "many", "harm": "一般"}, "影响人数"), ({"people": 3, "harm": "轻微"}, "危害程度"),
    ({"people": -1, "harm": "一般"}, "影响人数"), ({"people": Decimal("2.5"), "harm": "一般"}, "影响人数")])
def test_an_input_of_another_type_or_not_allowed_is_a_fault_that_names_the_column(scope: dict[str, object], said: str) -> None:
    decision = decide(INCIDENT_LEVEL, scope)
    assert decision.value is None and decision.fault is not None and said in decision.fault.zh


def test_a_result_that_is_not_allowed_is_a_fault() -> None:
    assert decide(table([("-", "-", '"Ⅴ级"')]), BAD).fault is not None
    assert decide(table([("-", "-", "5")]), BAD).fault is not None


def test_an_unknown_input_meets_only_cells_that_ask_nothing() -> None:
    rows = table([(">= 0", "-", '"Ⅰ级"'), ("null", "-", '"Ⅱ级"'), ("-", "-", '"Ⅲ级"')], hit_policy="COLLECT")
    assert decide(rows, {}).value == ["Ⅱ级", "Ⅲ级"]


def test_cells_and_results_read_the_moment_variables_and_functions() -> None:
    due = table([("< today()", "twice(harm_limit)", "today()")], outputs=(Output("at"),),
                inputs=(Input("d", "decided_on", "", "date"), Input("n", "count", "", "number")))
    decision = decide(due, {"decided_on": date(2026, 1, 1), "count": 6, "harm_limit": 3},
                      functions={"twice": lambda number: number * 2}, moment=datetime(2026, 1, 2, 12, tzinfo=CHINA))
    assert (decision.value, decision.fault) == (date(2026, 1, 2), None)


def test_a_computation_that_never_ends_is_a_fault_and_no_crash() -> None:
    endless = table([("-", "-", "for a in 1..99999, b in 1..99999 return a")])
    assert decide(endless, BAD).fault is not None


@settings(max_examples=300, deadline=None)
@given(finite_tables(), st.sampled_from(POLICIES), st.sampled_from(["", "SUM", "MIN", "MAX", "COUNT"]))
def test_every_decision_is_that_of_the_obvious_interpreter(drawn: tuple[list[list[str]], Cells, list[int]], policy: str,
                                                           aggregation: str) -> None:
    domains, cells, results = drawn
    aggregation = aggregation if policy == "COLLECT" else ""
    made = finite(domains, cells, results, hit_policy=policy, aggregation=aggregation)
    for row in every_input(domains):
        decision = decide(made, row)
        assert ("fault" if decision.fault else decision.value) == interpret(cells, results, row, policy, aggregation)


# ---------------------------------------------------------------- graphs

def test_decisions_of_a_graph_are_decided_in_order_and_their_rules_all_told() -> None:
    advice = table([('"Ⅰ级", "Ⅱ级"', '"上报"'), ("-", '"记录"')], inputs=(Input("l", "事件级别", "", "string"),),
                   outputs=(Output("do"),), hit_policy="FIRST")
    graph = DecisionGraph((
        DecisionNode("level", "事件级别", INCIDENT_LEVEL),
        DecisionNode("advice", "处理", advice, ("level",)),
        DecisionNode("sheet", "单", Boxed((("级", Literal_("事件级别")), ("做", Literal_("处理")), ("", Literal_('级 + 做')))),
                     ("level", "advice"))), "sheet")
    decision = decide_graph(graph, {"people": 20000, "harm": "一般"})
    assert decision.value == "Ⅰ级上报"
    assert [(fired.decision, fired.number) for fired in decision.fired] == [("level", 1), ("advice", 1)]
    assert decide_graph(graph, {"people": 0, "harm": "一般"}, decision="advice").value == "记录"


def test_a_fault_of_a_required_decision_is_the_fault_of_the_whole() -> None:
    graph = DecisionGraph((DecisionNode("a", "a", OVERLAPPING), DecisionNode("b", "b", Literal_("1"), ("a",))), "b")
    assert decide_graph(graph, BAD).fault is not None
    assert decide_graph(graph, BAD, decision="nobody").fault is not None


def test_a_table_alone_is_a_graph_of_one() -> None:
    assert decide_graph(graph_of(INCIDENT_LEVEL), {"people": 3, "harm": "一般"}).value == "Ⅳ级"


def test_the_hash_of_a_table_is_of_its_content() -> None:
    assert hash_of(INCIDENT_LEVEL) == hash_of(replace(INCIDENT_LEVEL, names=("a b",)))
    assert hash_of(INCIDENT_LEVEL) != hash_of(replace(INCIDENT_LEVEL, hit_policy="ANY"))
