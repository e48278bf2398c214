"""What the soundness check of a definition costs, beside reading that definition.

The definitions are made of what the language has: rows, choices, forks, returns and groups, with forms, limits,
separations of duty and conditions over answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from bench.measuring import Measure, Step, by_turns
from engine.definition.bundle import Bundle, read_bundle
from engine.soundness import check_soundness

MAIN = "processes/long.test.yaml"
FILES = {
    "processes/roles.yaml": "roles:\n  head: {title: 负责人, scope: institution}\n  office: {title: 办公室, scope: institution}\n",
    "processes/clauses.yaml": "clauses:\n  A-1: {place: 第一条, summary: 先申请再使用}\n",
    "forms/sheet.yaml": """\
anliu: 1
form: sheet
title: 表
basis: A-1
sections:
  - fields:
      - kind: {label: 种类, type: radio, options: [甲, 乙, 丙], required: true}
      - people: {label: 人数, type: number, required: true}
      - words: {label: 说明, type: text}
""",
}
HEAD = """\
anliu: 1
process: long
title: 长流程
profile: test
basis: A-1
starts:
  - {id: ask, title: 申请, who: {role: office}, form: sheet}
do:
"""


def measure_soundness(*, steps: int, count: int, warm_up: int) -> Measure:
    """A definition of so many steps: `ours` is the check, `baseline` reading its text."""
    files = {**FILES, MAIN: HEAD + "".join(_Author(Random(steps)).write(steps)) + "  - done: {end: 办结}\n"}
    bundle = read_bundle(MAIN, files)
    pairs: list[tuple[Step, Step]] = [(_checking(bundle), lambda: read_bundle(MAIN, files)) for _ in range(count + warm_up)]
    return by_turns(f"soundness of {steps} steps, beside reading them", pairs, warm_up=warm_up)


def _checking(bundle: Bundle) -> Step:
    def check() -> None:
        assert not any(problem.severity == "error" for problem in check_soundness(bundle))
    return check


class _Author:
    """Writes steps one after the other until there are enough."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._count = 0

    def write(self, steps: int) -> Iterator[str]:
        while self._count < steps:
            yield from self._dice.choice((self._task, self._choice, self._fork, self._returning, self._automatic))("  ")

    def _name(self) -> str:
        self._count += 1
        return f"s{self._count}"

    def _task(self, indent: str) -> Iterator[str]:
        yield (f"{indent}- {self._name()}: {{task: 办理, who: {{role: head}}, not: =ask.actor, form: sheet, "
               "due: {within: 3 working days, basis: A-1}}\n")

    def _automatic(self, indent: str) -> Iterator[str]:
        name = self._name()
        yield f"{indent}- {name}: {{title: 登记, set: {{v{name}: =ask.people + 1}}}}\n"

    def _returning(self, indent: str) -> Iterator[str]:
        first, second = self._name(), self._name()
        yield f"{indent}- {first}: {{task: 填写, who: {{role: office}}, form: sheet}}\n"
        yield (f"{indent}- {second}: {{task: 审核, who: {{role: head}}, not: =ask.actor, form: sheet, "
               f"actions: [approve, {{return: {first}}}]}}\n")

    def _choice(self, indent: str) -> Iterator[str]:
        switch, one, two, after = (self._name() for _ in range(4))
        yield (f"{indent}- {switch}:\n{indent}    switch:\n{indent}      - {{when: 'ask.kind = \"甲\"', then: {one}}}\n"
               f"{indent}      - {{when: ask.people > 10, then: {two}}}\n{indent}      - then: {after}\n")
        yield f"{indent}- {one}: {{task: 甲, who: {{role: head}}, form: sheet, then: {after}}}\n"
        yield f"{indent}- {two}: {{task: 乙, who: {{role: head}}, form: sheet}}\n"
        yield f"{indent}- {after}: {{title: 汇总, set: {{v{after}: =if {two} = null then ask.people else {two}.people + 1}}}}\n"

    def _fork(self, indent: str) -> Iterator[str]:
        fork = self._name()
        yield f"{indent}- {fork}:\n{indent}    fork:\n"
        for branch in ("left", "right"):
            yield f"{indent}      {branch}:\n"
            yield from self._task(f"{indent}        ")
            yield from self._returning(f"{indent}        ")
