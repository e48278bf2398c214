"""Every construct of the language, and what is shipped, is looked at as it will be executed."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.bpmn.constructs import Example, examples
from engine.definition.bundle import read_bundle
from engine.definition.problems import Problems
from engine.soundness import check_soundness
from engine.soundness.chart import chart_of
from engine.soundness.check import check_flow
from engine.soundness.dataflow import Knowledge, check_reads
from engine.soundness.loops import check_loops

ROOT = Path(__file__).parents[3]
FILES = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
         for folder in ("processes", "forms") for path in (ROOT / folder).glob("*.yaml")}
SHIPPED = sorted(name for name in FILES if name.startswith("processes/") and name.count(".") > 1)
TWO_TOKENS = "`on` at an activity: condition"     # not interrupting, and it leads into the flow that goes on


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.construct)
def test_the_flow_of_every_construct_is_understood(example: Example) -> None:
    problems = Problems()
    chart = chart_of(example.definition)
    check_flow(chart, problems)
    check_loops(chart, problems)
    check_reads(Knowledge(chart), problems)
    found = [problem.code for problem in problems.everything()]
    assert found == (["doubled"] if example.construct == TWO_TOKENS else [])


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_shipped_has_no_mistake(name: str) -> None:
    assert [str(problem) for problem in check_soundness(read_bundle(name, FILES)) if problem.severity == "error"] == []
