"""Six processes of the catalogue written out in the language: clean, drawn, and the same in BPMN and in Chinese."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnValidator

from engine.bpmn.returning import read_own
from engine.bpmn.writer import write_bpmn
from engine.bpmn.xml import parse_xml
from engine.definition.bundle import merge_sources, read_bundle
from engine.definition.model import model_hash
from engine.definition.reader import read_definition
from engine.definition.text import write_yaml
from engine.definition.toggle import toggle
from engine.verbs.deployments import find_problems

ROOT = Path(__file__).parents[3]
WRITTEN = Path(__file__).parent / "written"


def texts(folder: Path) -> dict[str, str]:
    return {f"{drawer}/{path.name}": path.read_text(encoding="utf-8") for drawer in ("processes", "forms")
            for path in sorted((folder / drawer).glob("*.yaml"))}


FILES = merge_sources(texts(ROOT), texts(WRITTEN))
NAMES = sorted(path.name for path in (WRITTEN / "processes").glob("*.*.yaml"))
written = pytest.mark.parametrize("name", NAMES)


def test_the_six_are_written() -> None:
    assert {name.partition(".")[0] for name in NAMES} >= {
        "launch_check", "incident_short", "cloud_vm", "abnormal_server", "rectification", "self_check"}


@written
def test_a_written_process_has_no_problem(name: str) -> None:
    found = [problem for problem in find_problems(f"processes/{name}", FILES) if problem.code != "later"]
    assert [problem for problem in found if problem.severity == "error"] == []
    assert {problem.code for problem in found} <= {"doubled"}       # reminders that may overlap: what they are for


@written
def test_a_written_process_is_drawn_and_comes_back(name: str) -> None:
    definition = read_bundle(f"processes/{name}", FILES).definition
    drawing = write_bpmn(definition)
    BpmnValidator().validate(etree.fromstring(drawing))
    own = read_own(parse_xml(drawing), name)
    assert own is not None and own.definition is not None
    assert model_hash(own.definition) == model_hash(definition)
    assert read_definition(write_yaml(definition), name).definition == definition


@pytest.mark.parametrize("name", ["launch_check.merged", "self_check.tust"])
def test_a_process_written_with_chinese_keywords_is_the_same_process(name: str) -> None:
    english = (WRITTEN / "processes" / f"{name}.yaml").read_text(encoding="utf-8")
    chinese = (WRITTEN / "chinese" / f"{name}.yaml").read_text(encoding="utf-8")
    path = f"processes/{name}.yaml"
    assert toggle(chinese) == english
    assert {problem.severity for problem in find_problems(path, {**FILES, path: chinese}) if problem.code != "later"} <= {"warning"}
    assert read_bundle(path, {**FILES, path: chinese}).definition == read_bundle(path, FILES).definition
