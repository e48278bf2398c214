"""The DMN TCK's FEEL cases, where its folder stands beside the checkout; the numbers reached may only grow."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
RUNNER = ROOT.parent / "shared" / "conformance" / "feel" / "run_tck.py"
REACHED = {"ALL": 2355, "ALL value": 1338, "ALL error": 1017}
_LINE = re.compile(r"^(ALL(?: value| error)?) +.*strict \(exception never counts\) +(\d+)", re.MULTILINE)


def test_the_tck_passes_at_least_as_often_as_before() -> None:
    if not RUNNER.exists():
        return
    done = subprocess.run([sys.executable, str(RUNNER), "--engine", "engine.feel:evaluate"], cwd=ROOT,
                          capture_output=True, text=True, check=True, env={"PYTHONPATH": str(ROOT)})
    passed = {name: int(count) for name, count in _LINE.findall(done.stdout)}
    assert passed.keys() == REACHED.keys(), done.stdout
    for name, count in REACHED.items():
        assert passed[name] >= count, done.stdout
