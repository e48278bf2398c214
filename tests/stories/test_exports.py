"""The BPMN files beside the definitions are what `anliu export-bpmn` writes for them, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.bpmn.writer import write_bpmn
from engine.definition.bundle import read_bundle
from engine.runtime import compile_program
from tests.world import ROOT, shipped_files

DEFINITIONS = [path.name for path in sorted((ROOT / "processes").glob("*.*.yaml"))]


def exported(name: str) -> Path:
    return ROOT / "processes" / name.replace(".yaml", ".bpmn")


def export(name: str) -> bytes:
    bundle = read_bundle(f"processes/{name}", shipped_files())
    return write_bpmn(bundle.definition, role_titles={role.id: role.title for role in bundle.library.roles.values()})


@pytest.mark.parametrize("name", DEFINITIONS)
def test_the_exported_diagram_is_the_one_of_the_definition(name: str) -> None:
    assert exported(name).read_bytes() == export(name), f"write it again: anliu export-bpmn processes/{name}"


@pytest.mark.parametrize("name", DEFINITIONS)
def test_the_exported_diagram_runs(name: str) -> None:
    assert compile_program(exported(name).read_bytes(), name.partition(".")[0]).start_ids


def test_no_exported_diagram_is_left_without_its_definition() -> None:
    assert {path.name for path in (ROOT / "processes").glob("*.bpmn")} == {exported(name).name for name in DEFINITIONS}
