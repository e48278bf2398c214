"""Odd, but readable definitions: shares that are no numbers, and mistakes by the thousand."""

from __future__ import annotations

from time import perf_counter

import pytest

from engine.definition.bundle import reopen_bundle
from engine.definition.problems import MOST_COMPARED, did_you_mean
from engine.definition.reader import read_definition
from engine.verbs.deployments import examine
from tests.engine.definition.shelf import GOOD, SHARED

MAIN = "processes/demo.test.yaml"


@pytest.mark.parametrize("share", ["nan%", "sNaN%", "1e-999999%", "1e99999999999999999999%", "0%", "100%", "-5%", "%"])
def test_a_reminder_is_a_share_between_nothing_and_all(share: str) -> None:
    found = read_definition(GOOD.replace("remind: [50%,", f"remind: ['{share}',"), MAIN).problems
    assert [problem.code for problem in found] == ["remind"]


def test_a_share_of_many_digits_is_a_reminder() -> None:
    assert read_definition(GOOD.replace("remind: [50%,", f"remind: [33.{'3' * 50}%,"), MAIN).problems == ()


def test_a_version_with_two_ways_under_one_word_still_opens() -> None:
    two = GOOD.replace("actions: [approve, {return: ask}]", "actions: [approve, {return: ask}, {return: review}]")
    found = examine(MAIN, {**SHARED, MAIN: two})
    assert found.bundle is None
    assert "duplicate-action" in {problem.code for problem in found.problems}
    assert reopen_bundle(MAIN, {**SHARED, MAIN: two}).definition.process == "demo"


MANY = {
    "unknown keys": ("unknown-key", GOOD + "".join(f"k{number}: 1\n" for number in range(9000))),
    "ends that nothing leads to": ("unreachable", GOOD.replace("  - refused:", "".join(
        f"  - s{number}: {{end: x}}\n" for number in range(2500)) + "  - refused:")),
    "unknown steps": ("unknown-step", GOOD.replace("  - refused:", "".join(
        f"  - s{number}: {{set: {{x: 1}}, then: t{number}}}\n" for number in range(1500)) + "  - refused:")),
}


@pytest.mark.parametrize("what", MANY)
def test_thousands_of_mistakes_are_told_in_seconds(what: str) -> None:
    code, text = MANY[what]
    began = perf_counter()
    found = examine(MAIN, {**SHARED, MAIN: text}).problems
    assert sum(problem.code == code for problem in found) >= 1500
    assert perf_counter() - began < 10


def test_a_misspelt_name_is_found_among_thousands() -> None:
    known = [f"step_{number:05d}" for number in range(20 * MOST_COMPARED)] + ["review"]
    assert did_you_mean("reviw", known)[1] == "Did you mean review?"
