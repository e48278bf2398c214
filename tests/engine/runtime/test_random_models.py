from collections import Counter
from random import Random

import pytest

from engine.runtime import Case
from tests.engine.runtime.blocks import CONDITIONS, Inventor, draw
from tests.engine.runtime.drawing import Notebook
from tests.engine.runtime.reference import Reference

COUNTS = {f"n{number}": number for number in range(4)}


class Twins:
    """One process run three times: kept in memory, reloaded before every step, and by the reference."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        process = Inventor(self.dice).process()
        self.program = draw(process).program()
        self.kept_notes, self.reloaded_notes = Notebook(**COUNTS), Notebook(**COUNTS)
        self.roll()
        self.kept = Case.start(self.program, hooks=self.kept_notes)
        self.reloaded = Case.start(self.program, hooks=self.reloaded_notes)
        self.reference = Reference(process, self.kept_notes.variables)

    def roll(self) -> None:
        for condition in CONDITIONS:
            value = self.dice.random() < 0.45
            self.kept_notes.variables[condition] = self.reloaded_notes.variables[condition] = value

    def step(self) -> None:
        self.roll()
        text = self.reloaded.dump()
        self.reloaded = Case.load(self.program, text, hooks=self.reloaded_notes)
        assert self.reloaded.dump() == text
        for run in (self.kept, self.reloaded, self.reference):
            run.settle()
        acts = [
            token for token in (*self.kept.open_tokens(), *self.kept.waiting()) if token.kind != "condition"
        ]
        if not acts:
            return
        # tasks more often than events, so that processes come to an end
        chosen = self.dice.choice([token for token in acts for _ in range(3 if token.kind == "task" else 1)])
        oldest = next(token for token in acts if token.element_id == chosen.element_id)
        for case in (self.kept, self.reloaded):
            (case.complete if oldest.kind == "task" else case.trigger)(oldest.id)
        self.reference.act(oldest.element_id)

    def compare(self) -> None:
        assert self.kept.dump() == self.reloaded.dump()
        assert self.kept_notes.log == self.reloaded_notes.log
        assert self.kept.failures == ()
        assert sorted(token.element_id for token in self.kept.open_tokens()) == self.reference.waiting_for(
            "task"
        )
        waiting = sorted(token.element_id for token in self.kept.waiting())
        assert waiting == sorted(self.reference.waiting_for("wait") + self.reference.waiting_for("event"))
        assert self.kept.ended == self.reference.ended


@pytest.mark.parametrize("seed", range(300))
def test_a_random_process_does_the_same_kept_reloaded_and_by_the_reference(seed: int) -> None:
    print(f"seed {seed}")
    twins, steps = Twins(seed), Counter[str]()
    twins.compare()
    while not twins.kept.ended and steps.total() < 80:
        twins.step()
        twins.compare()
        steps["step"] += 1
