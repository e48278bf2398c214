"""What a process of blocks means, said a second time and plainly: no graph, no tokens, only nesting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tests.engine.runtime.blocks import (
    Block,
    Choice,
    Fork,
    Guarded,
    Heard,
    Inside,
    Loop,
    Many,
    Race,
    Repeat,
    Row,
    Shout,
    Some,
    Step,
    Watched,
    Ways,
)

Then = Callable[[], None]


class Life:
    """What dies together."""

    def __init__(self, within: Life | None = None) -> None:
        self.within = within
        self._is_over = False
        self.hears: dict[str, Then] = {}

    @property
    def is_over(self) -> bool:
        return self._is_over or (self.within is not None and self.within.is_over)

    def end(self) -> None:
        self._is_over = True


class Level:
    """The process or a sub-process: over when each of its threads is."""

    def __init__(self, life: Life, then: Then) -> None:
        self.life = life
        self._then = then
        self._threads = 0

    def thread(self) -> Then:
        self._threads += 1
        return self._end_thread

    def _end_thread(self) -> None:
        self._threads -= 1
        if self._threads == 0:
            self._then()


@dataclass(eq=False)
class Leaf:
    """Something that waits for us: an open task, an event, a condition."""

    element_id: str
    kind: str
    life: Life
    then: Then
    condition: str = ""
    was_true: bool = False
    repeats: bool = False


class Reference:
    """Runs a process of blocks; `leaves` are what it waits for, oldest first."""

    def __init__(self, process: Row, variables: Mapping[str, object]) -> None:
        self._variables = variables
        self._leaves: list[Leaf] = []
        self.ended = False
        life = Life()
        level = Level(life, self._end)
        self._run(process, life, level, then=level.thread())
        self.settle()

    def waiting_for(self, kind: str) -> list[str]:
        return sorted(leaf.element_id for leaf in self._alive() if leaf.kind == kind)

    def act(self, element_id: str) -> None:
        """Finish or fire the oldest leaf of an element, then settle."""
        self._happen(next(leaf for leaf in self._alive() if leaf.element_id == element_id))
        self.settle()

    def settle(self) -> None:
        turned = [True]
        while any(turned):
            turned = [self._turn(leaf) for leaf in list(self._alive()) if leaf.condition]

    def _turn(self, leaf: Leaf) -> bool:
        holds = bool(self._variables[leaf.condition])
        turned, leaf.was_true = holds and not leaf.was_true, holds
        if turned and not leaf.life.is_over:
            self._happen(leaf)
        return turned

    def _alive(self) -> Iterator[Leaf]:
        self._leaves = [leaf for leaf in self._leaves if not leaf.life.is_over]
        return iter(self._leaves)

    def _happen(self, leaf: Leaf) -> None:
        if not leaf.repeats:
            self._leaves.remove(leaf)
        leaf.then()

    def _end(self) -> None:
        self.ended = True

    def _run(self, block: Block, life: Life, level: Level, *, then: Then) -> None:
        match block:
            case Step(_, "script"):
                then()
            case Step(id, kind):
                self._leaves.append(Leaf(id, kind, life, then))
            case Row(()):
                then()
            case Row((first, *rest)):
                self._run(
                    first, life, level, then=lambda: self._run(Row(tuple(rest)), life, level, then=then)
                )
            case Choice(_, "exclusive", branches, default):
                taken = next(
                    (branch for condition, branch in branches if self._variables[condition]), default
                )
                self._run(taken, life, level, then=then)
            case Choice(_, _, branches, default):
                chosen = [branch for condition, branch in branches if self._variables[condition]]
                self._all(chosen or [default], life, level, then=then)
            case Fork(_, branches):
                self._all(list(branches), life, level, then=then)
            case Loop():
                self._run(block.body, life, level, then=lambda: self._after(block, life, level, then=then))
            case Inside(_, body):
                inner = Level(life, then)
                self._run(body, life, inner, then=inner.thread())
            case Guarded():
                self._guard(block, life, level, then=then)
            case Many():
                self._many(block, life, level, then=then)
            case Repeat(body, again):
                def after() -> None:
                    if self._variables[again]:
                        self._run(body, life, level, then=after)
                    else:
                        then()

                self._run(body, life, level, then=after)
            case Race():
                self._race(block, life, level, then=then)
            case Some():
                self._some(block, life, level, then=then)
            case Shout(_, code, condition):
                if not condition or self._variables[condition]:
                    self._shout(code, life)
                if not life.is_over:
                    then()
            case Heard():
                self._heard(block, life, level, then=then)
            case Watched():
                self._watched(block, life, then=then)
            case Ways(task, branches, default):
                choice = Choice(task.id, "inclusive", branches, default)
                self._run(task, life, level, then=lambda: self._run(choice, life, level, then=then))

    def _many(self, block: Many, life: Life, level: Level, *, then: Then) -> None:
        instances, made, finished = Life(life), 0, 0

        def make() -> None:
            nonlocal made
            made += 1
            self._run(block.body, instances, level, then=done)

        def done() -> None:
            nonlocal finished
            finished += 1
            if finished == block.count or (block.until and self._variables[block.until]):
                instances.end()
                then()
            elif block.one_by_one:
                make()

        for _ in range(min(block.count, 1) if block.one_by_one else block.count):
            if not instances.is_over:
                make()
        if block.count == 0:
            then()

    def _race(self, block: Race, life: Life, level: Level, *, then: Then) -> None:
        rivals = Life(life)

        def wins(row: Row) -> None:
            rivals.end()
            self._run(row, life, level, then=then)

        for wait, row in block.branches:
            self._leaves.append(Leaf(wait.id, wait.kind, rivals, lambda row=row: wins(row)))

    def _some(self, block: Some, life: Life, level: Level, *, then: Then) -> None:
        arrived, hold = 0, level.thread()

        def arrive() -> None:
            nonlocal arrived
            arrived += 1
            if arrived == block.needed:
                then()
            if arrived == len(block.branches):
                hold()

        for branch in block.branches:
            self._run(branch, life, level, then=arrive)

    def _shout(self, code: str, life: Life) -> None:
        around: Life | None = life
        while around is not None:
            if code in around.hears:
                around.hears[code]()
                return
            around = around.within
        raise AssertionError(code)

    def _heard(self, block: Heard, life: Life, level: Level, *, then: Then) -> None:
        hosted = Life(life)

        def finished() -> None:
            hosted.end()
            then()

        def heard() -> None:
            if block.cancels:
                hosted.end()
                self._run(block.handler, life, level, then=then)
            else:
                self._run(block.handler, level.life, level, then=level.thread())

        hosted.hears[block.code] = heard
        self._run(block.host, hosted, level, then=finished)

    def _watched(self, block: Watched, life: Life, *, then: Then) -> None:
        around, inside = Life(life), Life()
        inside.within = around

        def over() -> None:
            around.end()
            then()

        inner = Level(inside, over)
        armed = Life(around)

        def begins() -> None:
            # what an interrupting one takes away never ends by itself: with the handler the sub-process is over
            ends = over if block.cancels else inner.thread()
            if block.cancels:
                inside.end()
                armed.end()
            beside = Life(around)
            scope = Level(beside, ends)
            self._run(block.handler, beside, scope, then=scope.thread())

        self._leaves.append(Leaf(f"{block.id}_scope", "event", armed, begins, repeats=not block.cancels))
        self._run(block.body, inside, inner, then=inner.thread())

    def _after(self, loop: Loop, life: Life, level: Level, *, then: Then) -> None:
        if self._variables[loop.again]:
            self._run(loop, life, level, then=then)
        else:
            then()

    def _all(self, branches: list[Block], life: Life, level: Level, *, then: Then) -> None:
        left = len(branches)

        def one_less() -> None:
            nonlocal left
            left -= 1
            if left == 0:
                then()

        for branch in branches:
            self._run(branch, life, level, then=one_less)

    def _guard(self, block: Guarded, life: Life, level: Level, *, then: Then) -> None:
        hosted = Life(life)

        def finished() -> None:
            hosted.end()
            then()

        def interrupted() -> None:
            hosted.end()
            self._run(block.handler, life, level, then=then)

        def beside() -> None:
            self._run(block.handler, level.life, level, then=level.thread())

        is_condition = block.kind == "conditional"
        # armed and asked before the host begins: a condition that already holds lets nothing happen inside
        event = Leaf(
            block.id,
            "event",
            hosted,
            interrupted if block.cancels else beside,
            condition=block.condition if is_condition else "",
            repeats=not block.cancels and block.kind != "timer",
        )
        self._leaves.append(event)
        if is_condition:
            self._turn(event)
        if not hosted.is_over:
            self._run(block.host, hosted, level, then=finished)
