"""What a definition calls must exist: among the files, or deployed."""

from __future__ import annotations

from engine.bpmn.bundles import neighbours_of
from engine.definition.bundle import read_bundle
from engine.definition.neighbours import Neighbours
from engine.soundness import check_soundness
from tests.engine.soundness.shelf import FILES, LOAN, MAIN

CALLING = LOAN.replace("  - give:", "  - checked: {call: chek}\n  - give:")


def told(*processes: str) -> list[str]:
    found = check_soundness(read_bundle(MAIN, {**FILES, MAIN: CALLING}), neighbours=Neighbours(dict.fromkeys(processes)))
    return [problem.zh + problem.hint_zh for problem in found if problem.code == "unknown-process"]


def test_a_process_that_does_not_exist_is_told_with_what_was_meant() -> None:
    assert told("check") == ["没有“chek”这个流程是不是想写 check？"]
    assert told("chek") == []


def test_files_are_named_after_their_process() -> None:
    files = dict.fromkeys((MAIN, "processes/x.test.yaml", "processes/入库.x.bpmn", "processes/roles.yaml", "forms/a.b.yaml"), "")
    assert neighbours_of(MAIN, files).names == {"x", "入库"}
