from __future__ import annotations

from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from engine.definition.bundle import Bundle, find_problems, read_bundle, reopen_bundle
from engine.definition.library import load_library
from engine.definition.model import Decide
from engine.definition.schema import definition_schema, table_schema
from engine.definition.source import load_yaml
from engine.definition.table_reader import read_table_file
from engine.dmn import DecisionTable, decide, hash_of, read_dmn, write_dmn
from engine.errors import DefinitionInvalid
from tests.bad.expectation import FILES
from tests.engine.definition.shelf import GOOD, SHARED, TABLE
from tests.engine.definition.test_schema import complaints

MAIN = "processes/demo.test.yaml"
STEP = "  - level:\n      decide: sample\n      with: {harm: =review.words, report: =ask}\n  - verdict:\n"
DECIDING = GOOD.replace("  - verdict:\n", STEP)
READING = TABLE.replace("=report.people", "=string length(report.名称)")
INLINE = """\
  - level:
      title: 定级
      decide:
        basis: A-2
        inputs:
          times: {from: =review.visit_count, label: 次数, type: whole number, allowed: ">= 1"}
          kind: =ask.kind
        outputs: {level: 级别}
        rules:
          - {when: {times: < 3}, then: 低}
          - {when: {times: ">= 3"}, then: =ask.名称}
      set: {kept: =level}
  - verdict:
"""


def read(text: str) -> DecisionTable:
    reading = read_table_file(text, "tables/sample.yaml")
    assert reading.problems == ()
    assert reading.graph is not None
    return next(reading.graph.tables())


def one_cell(cell: str, column: str = "type: text") -> str:
    """How a cell of one column reads, in a table that has a rule for everything else."""
    text = (f"anliu: 1\ntable: sample\ntitle: 表\nbasis: A-1\nhit: collect\ninputs:\n  x: {{from: x, {column}}}\noutputs: {{y: 果}}\n"
            f"rules:\n  - when:\n      x: {cell}\n    then: 1\n")
    return read(text).rules[0].tests[0]


@pytest.mark.parametrize(("cell", "column", "feel"), [
    ("一般", "type: text", '"一般"'), ("[较大, 一般]", "type: text", '"较大", "一般"'), ("较大, 一般", "type: text", '"较大", "一般"'),
    ("not(一般)", "type: text", 'not("一般")'), ('"!= 一般"', "type: text", '!= "一般"'), ("'\"a, b\"'", "type: text", '"a, b"'),
    ("'5'", "type: text", '"5"'), ("null", "type: text", "null"), ('=starts with(?, "一")', "type: text", 'starts with(?, "一")'),
    ("say \"hi\"", "type: text", '"say \\"hi\\""'), ('"-"', "type: text", "-"), ("5", "type: number", "5"),
    ("-2.5", "type: number", "-2.5"),
    ('">= 10"', "type: number", ">= 10"), ("1..5", "type: number", "[1..5]"), ("[1..5]", "type: number", "[1..5]"),
    ('"(1..5]"', "type: number", "(1..5]"), ("[< 1, '> 5']", "type: number", "< 1, > 5"), ("not(1, 2)", "type: number", "not(1, 2)"),
    ("'> most'", "type: number", "> most"), ("true", "type: boolean", "true"), ("2026-01-01", "type: date", '@"2026-01-01"'),
    ("'>= 2026-01-01'", "type: date", '>= @"2026-01-01"'), ("2026-01-01..2026-12-31", "type: date", '[@"2026-01-01"..@"2026-12-31"]'),
    ("< today()", "type: date", "< today()"), ("08:00:00..18:00:00", "type: time", '[@"08:00:00"..@"18:00:00"]'),
    ("<= PT24H", "type: duration", '<= @"PT24H"'), ("P2Y", "type: period", '@"P2Y"'), ("一般", "label: 无", '"一般"'),
    ("5", "label: 无", "5"), ("'5'", "label: 无", '"5"'), ("true", "label: 无", "true"), ("'!= 一般'", "label: 无", '!= "一般"'),
    ("'> 3'", "label: 无", "> 3"), ("校园网..x", "type: text", '"校园网..x"'), ("= 5", "type: number", "5"),
    ("'? > 3 and ? < 5'", "type: number", "? > 3 and ? < 5"),
])
def test_a_cell_says_what_it_looks_like(cell: str, column: str, feel: str) -> None:
    assert one_cell(cell, column) == feel


def test_a_table_reads_from_top_to_bottom_and_decides() -> None:
    table = read(TABLE)
    assert (table.id, table.title, table.hit_policy, table.basis) == ("sample", "事件级别", "UNIQUE", ("A-1",))
    assert table.rules[1].tests == ("< 10000", '"特别严重"') and table.rules[0].tests[1] == "-"
    decision = decide(table, {"report": {"people": 500}, "harm": "一般"})
    assert (decision.value, decision.fired[0].number, decision.fired[0].basis) == ("Ⅲ级", 5, ("A-1",))
    assert decide(table, {"report": {"people": 20000}, "harm": "一般"}).fired[0].basis == ("A-2",)


@pytest.mark.parametrize(("hit", "policy", "aggregation"), [
    ("any", "ANY", ""), ("first", "FIRST", ""), ("priority", "PRIORITY", ""), ("rule order", "RULE ORDER", ""),
    ("output order", "OUTPUT ORDER", ""), ("collect", "COLLECT", ""), ("collect count", "COLLECT", "COUNT")])
def test_every_hit_policy_has_its_word(hit: str, policy: str, aggregation: str) -> None:
    table = read(TABLE.replace("basis: A-1\n", f"basis: A-1\nhit: {hit}\n"))
    assert (table.hit_policy, table.aggregation) == (policy, aggregation)


def test_several_outputs_lists_and_expressions_as_results() -> None:
    table = read("anliu: 1\ntable: sample\ntitle: 表\nbasis: proposed\ninputs: {level: }\noutputs:\n"
                 "  years: {type: period, default: P2Y}\n  who: 谁\nrules:\n"
                 "  - {when: {level: 三级}, then: {years: P1Y, who: [甲, 乙]}}\n"
                 "  - {when: {level: 四级}, then: {years: =duration(\"P6M\"), who: null}}\n")
    assert decide(table, {"level": "三级"}).value == {"years": replace_period(12), "who": ["甲", "乙"]}
    assert decide(table, {"level": "四级"}).value == {"years": replace_period(6), "who": None}
    assert decide(table, {"level": "二级"}).value == {"years": replace_period(24), "who": None}


def replace_period(months: int) -> object:
    from_feel = read("anliu: 1\ntable: sample\ntitle: 表\nbasis: proposed\noutputs: {p: 期}\n"
                     f"rules: [{{then: '=duration(\"P{months}M\")'}}]\n")
    return decide(from_feel, {}).value


@pytest.mark.parametrize("path", [path for path in FILES if path.name.startswith("table_")], ids=lambda path: path.stem)
def test_no_bad_table_keeps_the_others_from_being_read(path: object) -> None:
    library, _ = load_library({"tables/sample.yaml": path.read_text(), "tables/other.yaml": TABLE})  # type: ignore[attr-defined]
    assert "other" in library.tables


@pytest.mark.parametrize("text", [TABLE, TABLE.replace("basis: A-1\n", "basis: A-1\nhit: first\nnote: 说明\n")])
def test_what_yaml_says_of_a_table_survives_dmn(text: str) -> None:
    table = read(text)
    reading = read_dmn(write_dmn(table))
    assert reading.problems == () and reading.graph is not None
    assert hash_of(next(reading.graph.tables())) == hash_of(table)


# ---------------------------------------------------------------- within definitions

def bundle(**files: str) -> Bundle:
    return read_bundle(MAIN, {**SHARED, MAIN: DECIDING, **{f"tables/sample.{ending}": text for ending, text in files.items()}})


def test_a_table_is_found_beside_the_process_and_belongs_to_its_version() -> None:
    first = bundle(yaml=READING)
    assert list(first.tables) == ["sample"] and "tables/sample.yaml" in first.sources
    assert read_bundle(first.main_file, first.sources) == first
    assert bundle(yaml=READING.replace("note: 特别重大", "note: 最重")).hash != first.hash


def test_a_table_that_no_step_mentions_is_not_of_the_version() -> None:
    files = {**SHARED, MAIN: GOOD}
    assert read_bundle(MAIN, {**files, "tables/sample.yaml": "anliu: 9"}) == read_bundle(MAIN, files)


def test_a_dmn_file_stands_for_a_table() -> None:
    written = write_dmn(read(READING)).decode()
    made = bundle(dmn=written)
    assert made.sources["tables/sample.dmn"] == written
    assert read_bundle(made.main_file, made.sources) == made
    strange = find_problems(MAIN, {**SHARED, MAIN: DECIDING.replace(", report: =ask", ""), "tables/sample.dmn": written})
    assert [problem.code for problem in strange] == ["unknown-name"]
    assert "report" in strange[0].zh and "with" in strange[0].hint_zh


def test_two_files_of_one_name_are_a_problem() -> None:
    both = {"tables/sample.yaml": TABLE, "tables/sample.dmn": write_dmn(read(TABLE)).decode()}
    assert [problem.code for problem in load_library(both)[1]] == ["file-name"]


def test_problems_of_a_table_are_told_with_the_process_that_uses_it() -> None:
    with pytest.raises(DefinitionInvalid) as refused:
        bundle(yaml=READING.replace("A-2", "A-9"))
    assert [(str(problem.place), problem.code) for problem in refused.value.problems] == [
        ("tables/sample.yaml:11:63", "unknown-clause")]


def test_a_name_that_neither_the_process_nor_the_step_gives_is_a_problem_of_the_table() -> None:
    found = find_problems(MAIN, {**SHARED, MAIN: DECIDING.replace("harm: =review.words, ", ""), "tables/sample.yaml": READING})
    assert [(str(problem.place), problem.code) for problem in found] == [("tables/sample.yaml:7:3", "unknown-name")]


def test_a_file_of_several_answers_is_asked_for_one_by_name() -> None:
    two = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d" namespace="n">
      <decision id="a" name="a"><literalExpression><text>1</text></literalExpression></decision>
      <decision id="b" name="b"><literalExpression><text>2</text></literalExpression></decision></definitions>"""
    files = {**SHARED, "tables/sample.dmn": two}
    assert [problem.code for problem in find_problems(MAIN, {**files, MAIN: DECIDING})] == ["unknown-table"]
    assert find_problems(MAIN, {**files, MAIN: DECIDING.replace("decide: sample", "decide: sample.b")}) == ()


def test_a_table_within_a_step_is_part_of_the_definition() -> None:
    made = read_bundle(MAIN, {**SHARED, MAIN: GOOD.replace("  - verdict:\n", INLINE)})
    [step] = [step for step in made.definition.every_step() if isinstance(step, Decide)]
    assert isinstance(step.table, DecisionTable)
    assert (step.table.id, step.table.title, step.table.basis) == ("level", "定级", ("A-2",))
    assert decide(step.table, {"review": {"visit_count": 2}, "ask": {"kind": "新建", "名称": "x"}}).value == "低"


def test_a_table_within_a_step_may_read_what_the_step_gives() -> None:
    given = INLINE.replace("=ask.kind", "=sort").replace("      set:", "      with: {sort: =ask.kind}\n      set:")
    assert find_problems(MAIN, {**SHARED, MAIN: GOOD.replace("  - verdict:\n", given)}) == ()
    missing = find_problems(MAIN, {**SHARED, MAIN: GOOD.replace("  - verdict:\n", INLINE.replace("=ask.kind", "=sort"))})
    assert [problem.code for problem in missing] == ["unknown-name"]


# ---------------------------------------------------------------- schema

def test_the_schema_of_tables_agrees_with_the_reader() -> None:
    schema = table_schema()
    Draft202012Validator.check_schema(schema)
    assert complaints(schema, TABLE) == []
    for right, wrong in [("title: 事件", "tilte: 事件"), ("type: whole number", "type: integer"), ("then: Ⅳ级", "than: Ⅳ级"),
                         ("basis: A-1\n", "basis: A-1\nhit: best\n"), ("rules:", "rule:")]:
        assert right in TABLE
        assert complaints(schema, TABLE.replace(right, wrong))


def test_a_step_offers_the_tables_of_the_library_or_takes_one_of_its_own() -> None:
    library, _ = load_library({**SHARED, "tables/sample.yaml": TABLE})
    schema = definition_schema(library)
    inline = GOOD.replace("  - verdict:\n", INLINE)
    assert load_yaml(inline, "x").problems == ()
    assert complaints(schema, DECIDING) == [] and complaints(schema, inline) == []
    assert complaints(schema, DECIDING.replace("decide: sample", "decide: smaple"))
    assert complaints(schema, inline.replace("outputs:", "output:"))


def test_a_table_read_twice_is_read_once() -> None:
    assert read_table_file(TABLE, "tables/sample.yaml") is read_table_file(TABLE, "tables/sample.yaml")
    assert replace(read(TABLE), title="x") != read(TABLE)


@pytest.mark.parametrize(("right", "wrong", "code"), [
    ("times: {from: =review.visit_count", "times: {from: =ask.名称", "wanted-type"),
    ("set: {kept: =level}", "set: {kept: =level + 1}", "type"), ("then: 低", "then: =ask.名称 + 1", "type"),
    ('{times: ">= 3"}', "{times: '=? >= 3 and ask.名称 > 1'}", "type")])
def test_a_table_is_checked_by_types(right: str, wrong: str, code: str) -> None:
    typed = INLINE.replace("outputs: {level: 级别}", "outputs: {level: {type: text}}")
    assert right in typed
    found = find_problems(MAIN, {**SHARED, MAIN: GOOD.replace("  - verdict:\n", typed.replace(right, wrong))})
    assert [problem.code for problem in found if problem.severity == "error"] == [code]


def test_what_a_step_gives_is_checked_by_the_types_of_the_columns() -> None:
    wrong = DECIDING.replace("harm: =review.words", "harm: =review.visit_count")
    found = find_problems(MAIN, {**SHARED, MAIN: wrong, "tables/sample.yaml": READING})
    assert [(problem.code, str(problem.place)) for problem in found] == [("wanted-type", "tables/sample.yaml:7:3")]


def test_a_stored_version_opens_whatever_is_checked_of_its_tables_by_now() -> None:
    gap = INLINE.replace('          - {when: {times: ">= 3"}, then: =ask.名称}\n', "")
    files = {**SHARED, MAIN: GOOD.replace("  - verdict:\n", gap)}
    assert [problem.code for problem in find_problems(MAIN, files)] == ["table-gap"]
    assert reopen_bundle(MAIN, files).definition.process == "demo"
