"""The published table of constructs is what the writer does."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnValidator

from engine.bpmn.constructs import Example, constructs_page, examples
from engine.bpmn.plan import plan
from engine.bpmn.writer import write_bpmn
from engine.bpmn.xml import BPMNDI
from engine.runtime import compile_program

PAGE = Path(__file__).parents[3] / "docs" / "constructs.md"


def test_the_page_of_constructs_is_made_from_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == constructs_page()


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.construct)
def test_every_construct_is_written_as_the_published_schema_allows(example: Example) -> None:
    root = etree.fromstring(write_bpmn(example.definition))
    BpmnValidator().validate(root)


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.construct)
def test_every_construct_becomes_bpmn_that_the_runtime_executes(example: Example) -> None:
    assert compile_program(write_bpmn(example.definition), "example").start_ids


def test_every_element_is_drawn_somewhere() -> None:
    for example in examples():
        root = etree.fromstring(write_bpmn(example.definition))
        drawn = {shape.get("bpmnElement") for shape in root.iter(f"{{{BPMNDI}}}BPMNShape", f"{{{BPMNDI}}}BPMNEdge")}
        nodes = {node.id for node in plan(example.definition).nodes}
        assert nodes <= drawn, example.construct
