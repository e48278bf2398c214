"""A slice of the hostile definitions, in a process of its own whose memory is bounded; `make fuzz` takes all of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from secrets import randbelow

from tests.engine.xml_attacks import ATTACKS
from tests.fuzz.payloads import payloads

ROOT = Path(__file__).parents[2]


def test_hostile_definitions_become_problems_and_execute_nothing() -> None:
    seed = randbelow(1_000_000)
    done = subprocess.run([sys.executable, "-m", "tests.fuzz", "--mutations", "250", "--payloads", "4", "--seed", str(seed)],
                          cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"seed {seed}\n{done.stdout}{done.stderr}"
    assert "mutated definitions: 250 taken" in done.stdout
    assert f"XML bombs: {3 * len(ATTACKS)} taken, {3 * len(ATTACKS)} refused" in done.stdout


def test_there_are_five_hundred_different_payloads() -> None:
    assert len(set(payloads())) == 500


def test_there_are_more_than_forty_xml_bombs() -> None:
    assert len(ATTACKS) > 40
