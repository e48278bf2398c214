"""The page of scenarios leaves no line out, and every test that it names exists."""

from __future__ import annotations

import ast
import re

import pytest

from tests.world import ROOT

PAGE = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
LINES = {1: 6, 2: 5, 3: 6, 4: 4, 5: 6, 6: 0, 7: 5, 8: 4, 9: 6, 10: 4, 11: 4, 12: 4, 13: 3, 14: 5, 15: 2, 16: 4, 17: 5, 18: 5,
         19: 3, 20: 3, 21: 4, 22: 4, 23: 6, 24: 6, 25: 4, 26: 4, 27: 2, 28: 4}
WITH_A_TABLE = {6, 15, 19, 21, 27}
HEADING = re.compile(r"^## S-(\d\d) .+$", re.MULTILINE)
NAMED = re.compile(r"`(test_\w+\.py)::(test_\w+)`")


def rows_of(scenario: int) -> list[tuple[str, str]]:
    """(lines, state) of each row of a scenario's table."""
    starts = {int(found[1]): found.end() for found in HEADING.finditer(PAGE)}
    after = [start for number, start in starts.items() if number > scenario]
    section = PAGE[starts[scenario]:min(after, default=len(PAGE))]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")]
    return [(row[0], row[-1]) for row in cells[2:]]


def numbers_in(lines: str) -> list[int]:
    """`1, 3, 5–6` as the numbers it names."""
    spans = [part.strip().split("–") for part in lines.split(",") if part.strip() not in ("table", "trace")]
    return [number for span in spans for number in range(int(span[0]), int(span[-1]) + 1)]


def test_all_scenarios_are_listed() -> None:
    assert [int(found[1]) for found in HEADING.finditer(PAGE)] == list(range(1, 29)) == sorted(LINES)


@pytest.mark.parametrize("scenario", sorted(LINES))
def test_every_line_of_a_scenario_passes_or_waits(scenario: int) -> None:
    rows = rows_of(scenario)
    assert sorted(number for lines, _ in rows for number in numbers_in(lines)) == list(range(1, LINES[scenario] + 1))
    assert [lines for lines, _ in rows].count("trace") == 1
    assert [lines for lines, _ in rows].count("table") == (scenario in WITH_A_TABLE)
    for lines, state in rows:
        names, waits = NAMED.findall(state), re.search(r"waits? for: \w", state)
        assert state.startswith(("passes: `", "in part", "waits for: ")), (lines, state)
        assert bool(names) == state.startswith(("passes", "in part")), (lines, state)
        assert bool(waits) != state.startswith("passes"), (lines, state)


def test_every_test_that_the_page_names_exists() -> None:
    named = set(NAMED.findall(PAGE))
    written = {(path.name, node.name) for path in (ROOT / "tests" / "stories").glob("test_*.py")
               for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)}
    assert len(named) > 30
    assert sorted(named - written) == []
