"""The shipped definitions, and random ones of the same kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from engine.definition.model import Action, Definition, Step, Task, Who
from engine.definition.reader import read_definition
from engine.worktime.limit import Limit
from tests.engine.bpmn.building import condition, definition, end, fork, request, role, set_step, switch, task, timer

PROCESSES = sorted((Path(__file__).parents[3] / "processes").glob("*.*.yaml"))
ROLES = ("unit_head", "centre_head", "centre_net")


def read(path: Path) -> Definition:
    reading = read_definition(path.read_text(encoding="utf-8"), path.name)
    assert reading.definition is not None, reading.problems
    return reading.definition


shipped = pytest.mark.parametrize("path", PROCESSES, ids=lambda path: path.stem)


class Chance:
    """Random definitions: nested forks, switches, loops back, boundary events, several lanes."""

    def __init__(self, seed: int) -> None:
        print(f"seed {seed}")
        self._random = Random(seed)
        self._count = 0

    def definition(self) -> Definition:
        requests = tuple(request(self._id("q"), *self._steps(1), interrupting=self._random.random() < 0.5)
                         for _ in range(self._random.randint(0, 2)))
        return definition(*self._steps(2), end("finish"), requests=requests)

    def _steps(self, depth: int) -> tuple[Step, ...]:
        steps: list[Step] = []
        for _ in range(self._random.randint(1, 3)):
            steps += self._some(depth, steps)
        return (*steps, set_step(self._id("s")))

    def _some(self, depth: int, before: list[Step]) -> Iterator[Step]:
        kind = self._random.randint(0, 5 if depth else 2)
        if kind <= 1:
            yield self._task(before)
        elif kind == 2:
            yield set_step(self._id("s"))
        elif kind == 3:
            names = [self._id("t") for _ in range(self._random.randint(2, 4))]
            after = self._id("s")
            yield switch(self._id("w"), *((f"x = {name}", name) for name in names[1:]), (None, names[0]))
            yield from (task(name, who=self._role(), then=after) for name in names)
            yield set_step(after)
        else:
            yield fork(self._id("f"), *(self._steps(depth - 1) for _ in range(self._random.randint(2, 3))))

    def _task(self, before: list[Step]) -> Task:
        targets = [step.id for step in before if step.kind == "task"]
        actions = (Action("approve"), Action("return", self._random.choice(targets))) if targets else ()
        step_id = self._id("t")
        events = [condition(f"{step_id}_on_{number}", "x", self._random.choice([*targets, None, "end"]))
                  for number in range(self._random.randint(0, 2))]
        late = [timer(f"{step_id}_late", Limit(1, "hours"))] if self._random.random() < 0.2 else []
        return task(step_id, *actions, who=self._role(), on=(*events, *late))

    def _role(self) -> Who:
        return role(self._random.choice(ROLES))

    def _id(self, letter: str) -> str:
        self._count += 1
        return f"{letter}{self._count}"
