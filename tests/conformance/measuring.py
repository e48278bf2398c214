"""Runs the conformance cases, where their pack lies beside the project: BPMN twice (kept and reloaded), and FEEL."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACK = ROOT.parent / "shared" / "conformance"
PAGE = ROOT / "docs" / "conformance.md"


@dataclass(frozen=True)
class Measured:
    """What one run gave: every case, and those that did not pass with what was said."""

    cases: int
    failed: dict[str, str]

    @property
    def passed(self) -> int:
        return self.cases - len(self.failed)


def is_present() -> bool:
    return (PACK / "driver.py").exists()


def measure_bpmn(*options: str) -> Measured:
    """`--restart` puts every instance away as text and reads it back after each step."""
    found = _run(PACK / "driver.py", "--adapter", "tests.conformance.adapter:make", *options)
    return Measured(len(found), {str(case["id"]): f"{case['status']}: {case['why']}"
                                 for case in found if case["status"] != "pass"})


def measure_feel() -> tuple[Measured, Measured]:
    """All cases of the kit, and those that expect a value."""
    pack = PACK / "feel"
    found = _run(pack / "run_tck.py", "--engine", "engine.feel:evaluate")
    kinds = [case["expected"][0] for case in json.loads((pack / "tck_cases.json").read_text())["cases"]]
    return _of(found), _of([case for case, kind in zip(found, kinds, strict=True) if kind != "null"])


def documented(row: str) -> tuple[int, int]:
    """How many cases pass, and of how many, as the page says in this row of its first table."""
    found = re.search(rf"^\| {re.escape(row)} \| (\d+) of (\d+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None, row
    return int(found[1]), int(found[2])


def remaining_as_documented() -> set[str]:
    """The BPMN cases that the page says do not pass, each with its reason."""
    return set(re.findall(r"^\| `([^`]+/[^`]+)` \| \S", PAGE.read_text(encoding="utf-8"), re.MULTILINE))


def _of(cases: list[Any]) -> Measured:
    """The kit gives each case as id, status and what was said."""
    return Measured(len(cases), {f"{number} {case_id}": f"{status}: {why}"
                                 for number, (case_id, status, why) in enumerate(cases) if status != "pass"})


def _run(script: Path, *arguments: str) -> list[Any]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.json"
        subprocess.run([sys.executable, str(script), *arguments, "--json", str(out)], cwd=ROOT, check=True,
                       capture_output=True, timeout=500, env={**os.environ, "PYTHONPATH": str(ROOT)})
        found = json.loads(out.read_text())
    assert isinstance(found, list)
    return found
