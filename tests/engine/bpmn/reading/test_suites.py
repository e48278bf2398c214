"""Every BPMN file of the test suites of other engines is accepted or refused with reasons; none crashes the reader."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from engine.markup import decode_xml
from tests.engine.bpmn.reading.drawings import examined

FILES = Path(__file__).parents[5] / "shared" / "conformance" / "files"
FOUND = sorted(path for path in FILES.glob("*") if path.suffix != ".md") if FILES.is_dir() else []


def test_every_file_is_accepted_or_refused_with_reasons() -> None:
    if not FOUND:
        pytest.skip("the suites of other engines are not beside this checkout")
    for path in FOUND:
        begun = time.perf_counter()
        found = examined(decode_xml(path.read_bytes(), path.name))
        assert (found.bundle is None) == any(problem.severity == "error" for problem in found.problems), path.name
        assert all(problem.zh and problem.en and problem.place.line >= 1 for problem in found.problems), path.name
        assert time.perf_counter() - begun < 5, path.name
