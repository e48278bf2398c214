"""Random moves in random processes: what is refused has moved nothing, what is moved is the same after a reload and gets stuck nowhere."""

from __future__ import annotations

from random import Random

import pytest

from engine.errors import NotFound
from engine.runtime import CannotMove, Case, Program
from tests.engine.runtime.blocks import CONDITIONS, Inventor, draw
from tests.engine.runtime.drawing import Notebook

STEPS = 400


class Wanderer:
    """One case of a random process, reloaded before every step."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.program: Program = draw(Inventor(self.dice).process()).program()
        self.notes = Notebook(**{f"n{number}": number for number in range(4)})
        self.roll()
        self.case = Case.start(self.program, hooks=self.notes)

    def roll(self, chance: float = 0.45) -> None:
        for condition in CONDITIONS:
            self.notes.variables[condition] = self.dice.random() < chance

    def reload(self) -> None:
        text = self.case.dump()
        self.case = Case.load(self.program, text, hooks=self.notes)
        assert self.case.dump() == text

    def step(self) -> bool:
        """One act of somebody; False when nobody can do anything."""
        self.reload()
        self.roll()
        self.case.settle()
        acts = [token for token in (*self.case.open_tokens(), *self.case.waiting()) if token.kind != "condition"]
        if not acts:
            return bool(self.case.waiting()) and not self.case.ended
        chosen = self.dice.choice([token for token in acts for _ in range(3 if token.kind == "task" else 1)])
        (self.case.complete if chosen.kind == "task" else self.case.trigger)(chosen.id)
        return True

    def move(self) -> bool:
        """A random position to a random element; whether it was allowed."""
        self.reload()
        names = sorted({name[1:] for spec in self.program.specs for name in spec.task_specs if name[0] == ":"})
        positions, before = self.case.positions(), self.case.dump()
        if not positions:
            return False
        position, target = self.dice.choice(positions), self.dice.choice(names)
        try:
            plan = self.case.plan_move(position.id, target)
        except (CannotMove, NotFound):
            assert self.case.dump() == before
            return False
        assert self.case.dump() == before
        assert self.case.move(position.id, target) == plan
        assert self.case.failures == ()
        return True


@pytest.mark.parametrize("seed", range(200))
def test_a_moved_case_is_stuck_nowhere(seed: int) -> None:
    print(f"seed {seed}")
    case = Wanderer(seed)
    for _ in range(case.dice.randrange(8)):
        case.step()
    if sum(case.move() for _ in range(12)) == 0:
        return
    for _ in range(STEPS):
        if case.case.ended:
            return
        assert case.step() or case.case.ended, f"stuck: {case.case.dump()}"
