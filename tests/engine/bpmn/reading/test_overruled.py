"""A file of ours, changed in a modeller where our own note says the same: whoever changed it is told that ours counts."""

from __future__ import annotations

import re

import pytest

from engine.bpmn.writer import write_bpmn
from engine.definition.reader import read_definition
from engine.verbs.deployments import examine
from tests.engine.definition.shelf import GOOD, SHARED

MAIN = "processes/demo.test.bpmn"
WATCHED = GOOD.replace("      actions: [approve, {return: ask}]", """\
      on:
        - {timer: 1 week, interrupting: false, do: [told: {set: {late: true}}]}
        - {timer: review_time, interrupting: false, do: [told_too: {set: {later: true}}]}
      actions: [approve, {return: ask}]""")
CHANGED = {
    "dueDate": (r'(<bpmn:userTask id="review".*?dueDate=")[^"]*', r'\1=now() + duration(&quot;PT1H&quot;)', "userTask review: its dueDate"),
    "candidateGroups": (r'(<bpmn:userTask id="review".*?candidateGroups=")[^"]*', r"\1centre_head",
                        "userTask review: its candidateGroups"),
    "timer": (r"(<bpmn:boundaryEvent.*?>)P1W<", r"\1PT1H<", "boundaryEvent review_on_1: its timeDuration"),
}


def drawing() -> str:
    definition = read_definition(WATCHED, "demo.test.yaml").definition
    assert definition is not None
    return write_bpmn(definition).decode().replace('name="审核"', 'name="审核一"')


def overruled(text: str) -> list[str]:
    found = examine(MAIN, {**SHARED, MAIN: text})
    assert found.bundle is not None, found.problems
    return [problem.en for problem in found.problems if problem.code == "bpmn-overruled"]


def test_what_we_wrote_says_the_same_twice() -> None:
    assert overruled(drawing()) == []


@pytest.mark.parametrize("what", CHANGED)
def test_a_change_that_our_note_overrules_is_told(what: str) -> None:
    pattern, instead, sentence = CHANGED[what]
    changed, count = re.subn(pattern, instead, drawing(), count=1, flags=re.DOTALL)
    assert count == 1
    (told,) = overruled(changed)
    assert told.startswith(sentence)
