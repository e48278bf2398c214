"""A model written as YAML and as BPMN is read back as it was: equal by hash, for everything the language can say."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnValidator

from engine.bpmn.returning import read_own
from engine.bpmn.writer import write_bpmn
from engine.bpmn.xml import name, parse_xml
from engine.definition.model import Definition, model_hash
from engine.definition.reader import read_definition
from engine.definition.text import write_yaml
from tests.engine.definition.random_definitions import Chance
from tests.engine.definition.shelf import GOOD

ROOT = Path(__file__).parents[3]
SHIPPED = sorted(path for path in (ROOT / "processes").glob("*.yaml") if path.name.count(".") == 2)
SEEDS = range(50)


def read(text: str) -> Definition:
    reading = read_definition(text, "x.yaml")
    assert reading.problems == ()
    assert reading.definition is not None
    return reading.definition


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_definition_comes_back_from_yaml_and_from_bpmn(seed: int) -> None:
    made = Chance(seed).definition()
    text = write_yaml(made)
    found = read(text)
    assert found == made
    assert model_hash(found) == model_hash(made)
    assert write_yaml(found) == text
    drawing = write_bpmn(made)
    own = read_own(parse_xml(drawing), "x.bpmn")
    assert own is not None and own.definition is not None
    assert model_hash(own.definition) == model_hash(made)
    if seed % 10 == 0:
        BpmnValidator().validate(etree.fromstring(drawing))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_shipped_definition_comes_back(path: Path) -> None:
    made = read(path.read_text(encoding="utf-8"))
    assert read(write_yaml(made)) == made
    own = read_own(parse_xml(write_bpmn(made, role_titles={"centre_head": "中心主任"})), "x.bpmn")
    assert own is not None and own.definition == made


@pytest.mark.parametrize(("right", "wrong"), [
    ('name="审核"', 'name="复核"'), ("ask.kind", "ask.sort"), ('<bpmn:endEvent id="end_refused"', '<bpmn:endEvent id="end_refuse"'),
    ('x="', 'x="9'),
])
def test_a_drawing_that_was_changed_is_not_read_from_the_text_inside(right: str, wrong: str) -> None:
    text = GOOD.replace("review.visit_count > most", 'ask.kind = "新建"')
    drawing = write_bpmn(read(text)).decode()
    head, _, rest = drawing.partition("</anliu:source>")
    changed = head + "</anliu:source>" + rest.replace(right, wrong)
    assert changed != drawing
    assert read_own(parse_xml(drawing.encode()), "x.bpmn") is not None
    assert read_own(parse_xml(changed.encode()), "x.bpmn") is None


def test_a_drawing_without_its_diagram_or_with_an_exporter_is_still_ours() -> None:
    root = parse_xml(write_bpmn(read(GOOD)))
    root.set("exporter", "Somebody")
    root.remove(next(root.iter("{http://www.omg.org/spec/BPMN/20100524/DI}BPMNDiagram")))
    assert read_own(root, "x.bpmn") is not None
    next(root.iter(name("process"))).remove(next(root.iter(name("laneSet"))))
    assert read_own(root, "x.bpmn") is None


def test_the_hash_of_a_model_is_not_that_of_its_text() -> None:
    assert model_hash(read(GOOD)) == model_hash(read(GOOD.replace("basis: A-1", "basis: [A-1]   # 依据")))
    assert model_hash(read(GOOD)) != model_hash(read(GOOD.replace("title: 撤回", "title: 收回")))


def test_every_digit_of_a_number_counts_for_the_hash() -> None:
    ones = [read(GOOD.replace("most: {value: 3,", f"most: {{value: 3.{'0' * 40}{last},")) for last in (1, 2)]
    assert model_hash(ones[0]) != model_hash(ones[1])


def test_hundreds_of_random_definitions_come_back_from_yaml() -> None:
    for seed in range(1000, 1200):
        made = Chance(seed).definition()
        assert read(write_yaml(made)) == made, f"seed {seed}"


TABLES = ("""\
          hit: first
          inputs: {kind: =ask.kind, n: {from: =most, type: number, allowed: ">= 0", label: 次数}, day: {from: =today(), type: date}}
          outputs: {level: {type: text, allowed: [Ⅰ级, Ⅱ级], default: Ⅱ级}}
          rules:
            - {when: {kind: [新建, 其他], n: ">= 10"}, then: Ⅰ级, basis: A-2, note: 多}
            - {when: {kind: not(新建), day: "> 2026-01-31"}, then: Ⅱ级}
            - {then: Ⅱ级}
""", """\
          hit: collect sum
          inputs: {n: =most}
          outputs: {points: {type: number}}
          rules: [{when: {n: 1..5}, then: 3}, {when: {n: "=? in [7, 8]"}, then: "=most + 1"}, {then: 0.5}]
""", """\
          inputs: {b: {from: =ask.kind = "新建", type: boolean}}
          outputs: {who: 谁, how: {type: text}}
          rules: [{when: {b: true}, then: {who: 甲, how: null}}, {when: {b: false}, then: {who: "true", how: "12"}}]
""")


@pytest.mark.parametrize("table", TABLES)
def test_a_table_within_a_step_comes_back(table: str) -> None:
    made = read(GOOD.replace("  - verdict:\n", f"  - judged:\n      decide:\n{table}  - verdict:\n"))
    assert read(write_yaml(made)) == made
    own = read_own(parse_xml(write_bpmn(made)), "x.bpmn")
    assert own is not None and own.definition == made
