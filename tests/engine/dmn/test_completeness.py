from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.dmn import Input, Output, check_table, completeness, decide, in_words
from tests.engine.dmn.tables import INCIDENT_LEVEL, Cells, every_input, finite, finite_tables, fire, table, with_rules

ANYTHING = (Input("x", "x", "", ""),)
NUMBER = (Input("x", "x", "", "number"),)


def words(example: tuple[tuple[str, str], ...]) -> str:
    return in_words(example).zh


def test_a_complete_table_has_nothing_to_tell() -> None:
    found = completeness(INCIDENT_LEVEL)
    assert (found.gaps, found.overlaps, found.never, found.unproven) == ((), (), (), ())


def test_a_gap_is_shown_by_an_example_in_words() -> None:
    found = completeness(with_rules(INCIDENT_LEVEL, 1, 2, 3, 4, 5, 6))
    assert [words(gap.example) for gap in found.gaps] == ["影响人数 = 0，危害程度 = “一般”"]
    assert decide(with_rules(INCIDENT_LEVEL, 1, 2, 3, 4, 5, 6), {"people": 0, "harm": "一般"}).value is None


def test_columns_that_do_not_matter_are_left_out_of_an_example() -> None:
    found = completeness(with_rules(INCIDENT_LEVEL, 2, 3, 4, 5, 6, 7))
    assert [words(gap.example) for gap in found.gaps] == ["影响人数 = 10000"]


def test_an_overlap_names_both_rules_and_an_example() -> None:
    found = completeness(table([("< 100", "-", '"Ⅳ级"'), ("[50..200]", '"一般"', '"Ⅲ级"'), ("> 200", "-", '"Ⅰ级"'),
                                ("[100..200]", 'not("一般")', '"Ⅱ级"')]))
    assert [(overlap.first, overlap.second, words(overlap.example)) for overlap in found.overlaps] == [
        (1, 2, "影响人数 = 50，危害程度 = “一般”")]
    assert found.gaps == ()


@pytest.mark.parametrize(("policy", "overlaps"), [("UNIQUE", 1), ("ANY", 1), ("FIRST", 0), ("PRIORITY", 0), ("COLLECT", 0),
                                                  ("RULE ORDER", 0), ("OUTPUT ORDER", 0)])
def test_only_unique_and_any_forbid_overlaps(policy: str, overlaps: int) -> None:
    overlapping = table([("-", "-", '"Ⅰ级"'), (">= 5", "-", '"Ⅱ级"')], hit_policy=policy)
    assert len(completeness(overlapping).overlaps) == overlaps


def test_rules_of_an_any_table_may_overlap_when_they_give_the_same() -> None:
    same = table([("< 10", "-", '"Ⅰ级"'), (">= 5", "-", '"Ⅰ" + "级"'), ("6", "-", "x")], hit_policy="ANY")
    assert [(overlap.first, overlap.second) for overlap in completeness(same).overlaps] == [(1, 3), (2, 3)]


@pytest.mark.parametrize(("policy", "gaps"), [("UNIQUE", 1), ("ANY", 1), ("FIRST", 1), ("PRIORITY", 1), ("COLLECT", 0),
                                              ("RULE ORDER", 0), ("OUTPUT ORDER", 0)])
def test_a_gap_is_one_only_where_a_value_is_expected(policy: str, gaps: int) -> None:
    assert len(completeness(table([(">= 5", "-", '"Ⅰ级"')], hit_policy=policy)).gaps) == gaps


def test_a_default_covers_every_gap() -> None:
    incomplete = table([(">= 5", "-", '"Ⅰ级"')])
    assert completeness(replace(incomplete, outputs=(replace(incomplete.outputs[0], default='"Ⅳ级"'),))).gaps == ()


def test_a_rule_that_earlier_ones_forestall_is_named() -> None:
    found = completeness(table([(">= 10", "-", '"Ⅰ级"'), ("< 10", "-", '"Ⅱ级"'), ("[3..30]", '"一般"', '"Ⅲ级"')],
                               hit_policy="FIRST"))
    assert found.never == (3,)


def test_a_cell_that_names_no_allowed_value_makes_its_rule_dead() -> None:
    assert completeness(table([("-", '"严重 "', '"Ⅰ级"'), ("-", "-", '"Ⅱ级"')])).never == (1,)


@pytest.mark.parametrize(("tests", "example"), [
    (["< 10", "> 10"], "x = 10"), (["<= 9", ">= 10"], "x = 9.5"), (["[0..5)", "< 0", "> 5.5", "[5..5.5)"], "x = 5.5"),
    (['"a"', '"其他"'], "x = “其余”"), (["true"], "x = 否"), (['< date("2026-01-01")', '> @"2026-01-01"'], "x = 2026-01-01"),
    (['< @"P1D"', '> @"P1D"'], "x = P1D"), (["null", "< 5", "> 5"], "x = 5"), (["not(5)"], "x = 5"), (["? > 3"], "x = 2"),
    (["? between 0 and 1", "< 0"], "x = 2"), (["null"], "x = “其他”"), (['< @"12:00:00"', '> @"12:00:01"'], "x = 12:00:00"),
    (["[1, 2]", "< 1", "(1..2)"], "x = 3"), (["!= 4"], "x = 4"), (["= 4", "!= 4", "-"], ""),
])
def test_the_example_of_a_gap_is_a_value_that_no_rule_meets(tests: list[str], example: str) -> None:
    found = completeness(table([(test, '"Ⅰ级"') for test in tests], inputs=ANYTHING))
    assert [words(gap.example) for gap in found.gaps] == ([example] if example else [])


def test_days_follow_one_another_without_a_gap() -> None:
    assert completeness(table([('<= @"2026-01-01"', '"Ⅰ级"'), ('>= @"2026-01-02"', '"Ⅱ级"')], inputs=ANYTHING)).gaps == ()


def test_whole_numbers_follow_one_another_also_beside_a_broken_one() -> None:
    whole = (Input("x", "x", "", "number", "[0..9.5]", whole=True),)
    assert completeness(table([("< 4.5", '"Ⅰ级"'), (">= 5", '"Ⅱ级"')], inputs=whole)).gaps == ()


@pytest.mark.parametrize("cell", ["> limit", 'contains(?, "x")', "> now()", "[a..5]", '< "m"', "? + 1 > 3", "?.unit = 3"])
def test_a_cell_that_is_no_comparison_with_a_constant_leaves_everything_unproven(cell: str) -> None:
    found = completeness(table([(cell, '"Ⅰ级"')], inputs=ANYTHING))
    assert (found.gaps, found.overlaps, len(found.unproven)) == ((), (), 1)
    assert cell in found.unproven[0].zh


def test_a_table_without_inputs_is_complete_with_one_rule() -> None:
    bare = replace(INCIDENT_LEVEL, inputs=(), rules=())
    assert [words(gap.example) for gap in completeness(bare).gaps] == ["任何输入"]


def test_what_would_take_too_long_is_told_as_far_as_it_was_found_and_not_proven() -> None:
    columns = tuple(Input(f"c{place}", f"c{place}", "", "number") for place in range(30))
    rows = [(*(f"> {place}" if place == column else "-" for column in range(30)), '"Ⅰ级"') for place in range(30)]
    found = completeness(table(rows, inputs=columns, hit_policy="FIRST"))
    assert found.gaps and found.unproven


def test_a_table_of_three_hundred_rules_is_checked_at_once() -> None:
    rows = [(f"[{number * 10}..{number * 10 + 9}]", "-", '"Ⅰ级"') for number in range(300)]
    begun = process_time()
    found = completeness(table(rows))
    assert [words(gap.example) for gap in found.gaps] == ["影响人数 = 3000"]
    assert process_time() - begun < 3


@settings(max_examples=300, deadline=None)
@given(finite_tables(), st.sampled_from(["UNIQUE", "ANY", "FIRST"]))
def test_gaps_overlaps_and_dead_rules_agree_with_trying_every_input(drawn: tuple[list[list[str]], Cells, list[int]],
                                                                     policy: str) -> None:
    domains, cells, results = drawn
    found = completeness(finite(domains, cells, results, hit_policy=policy))
    fired = {tuple(row.values()): fire(cells, row) for row in every_input(domains)}
    assert bool(found.gaps) == any(not rules for rules in fired.values())
    for gap in found.gaps:
        told = {name: value.strip('"') for name, value in gap.example}
        meant = [row for row in every_input(domains) if told.items() <= row.items()]
        assert meant and all(not fire(cells, row) for row in meant)
    pairs = {(a, b) for rules in fired.values() for a in rules for b in rules if a < b}
    wrong = {"UNIQUE": pairs, "ANY": {(a, b) for a, b in pairs if results[a] != results[b]}, "FIRST": set()}[policy]
    assert {(overlap.first - 1, overlap.second - 1) for overlap in found.overlaps} == wrong
    first = {rules[0] for rules in fired.values() if rules}
    some = first if policy == "FIRST" else {rule for rules in fired.values() for rule in rules}
    assert set(found.never) == {number + 1 for number in range(len(cells))} - {number + 1 for number in some}


ENDS = st.integers(0, 5)
CELLS = st.one_of(
    st.just("-"), ENDS.map(str), st.tuples(st.sampled_from(["<", "<=", ">", ">=", "!="]), ENDS).map(lambda pair: f"{pair[0]} {pair[1]}"),
    st.tuples(st.sampled_from("[("), ENDS, ENDS, st.sampled_from("])")).map(lambda cell: f"{cell[0]}{cell[1]}..{cell[2]}{cell[3]}"),
    st.tuples(ENDS, ENDS).map(lambda pair: f"not({pair[0]}, > {pair[1]})"), st.tuples(ENDS, ENDS).map(lambda pair: f"{pair[0]}, {pair[1]}"),
    ENDS.map(lambda end: f"? >= {end} and ? != {end + 1}"))
HALVES = [Decimal(number) / 2 for number in range(-2, 16)]
"""Whole numbers and what lies between them, on either side of every end that a cell may name (0 to 6)."""


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), max_size=6), st.sampled_from(["", "[0..5]", "[0..1], > 3"]), st.booleans(),
       st.sampled_from(["UNIQUE", "FIRST"]))
@example([("? >= 5 and ? != 6", "-"), ("> 5", "-")], "", True, "UNIQUE")
def test_on_numbers_it_agrees_with_trying_a_fine_grid(rows: list[tuple[str, str]], allowed: str, whole: bool, policy: str) -> None:
    columns = (Input("x", "x", "", "number", allowed, whole=whole), Input("y", "y", "", "number"))
    made = table([(*row, '"Ⅰ级"') for row in rows], inputs=columns, hit_policy=policy)
    found, every = completeness(made), replace(made, hit_policy="RULE ORDER")
    fired = [[hit.number for hit in decision.fired] for x in HALVES for y in HALVES
             if not (decision := decide(every, {"x": x, "y": y})).fault]
    assert found.unproven == ()
    assert bool(found.gaps) == any(not rules for rules in fired)
    pairs = {(a, b) for rules in fired for a in rules for b in rules if a < b}
    assert {(overlap.first, overlap.second) for overlap in found.overlaps} == (pairs if policy == "UNIQUE" else set())
    some = {rules[0] for rules in fired if rules} if policy == "FIRST" else {rule for rules in fired for rule in rules}
    assert set(found.never) == set(range(1, len(rows) + 1)) - some
    for case in [gap.example for gap in found.gaps] + [overlap.example for overlap in found.overlaps]:
        assert decide(every, {"x": 0, "y": 0, **{title: Decimal(value) for title, value in case}}).fault is None


@pytest.mark.parametrize("hostile", [
    [(f"[{number}..{number + 700}]", f"not({number})", '"Ⅰ级"') for number in range(500)],
    [(f"{number}, {number * 7}, > {number}", f"< {number}.5", '"Ⅰ级"') for number in range(500)],
    [("(for a in 1..9999 return a)[1]", f"> (for a in 1..9999 return {number})[1]", '"Ⅰ级"') for number in range(500)],
    [("-", "-", f"(for a in 1..9999 return {number})[1]") for number in range(500)],
])
@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "ANY"])
def test_the_largest_table_is_checked_within_a_bound(hostile: list[tuple[str, ...]], policy: str) -> None:
    columns = (Input("x", "x", "", "number"), Input("y", "y", "", "number"))
    made = table(hostile, inputs=columns, outputs=(Output("z"),), hit_policy=policy)
    begun = process_time()
    check_table(made)
    assert process_time() - begun < 2
