"""Random processes made of nested blocks, and how each block is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from random import Random

from tests.engine.runtime.drawing import Drawing, awaited

STEP_KINDS = {"task": "userTask", "script": "scriptTask", "wait": "intermediateCatchEvent"}
CONDITIONS = tuple(f"c{number}" for number in range(6))


@dataclass(frozen=True)
class Step:
    """A task (open to people), a script or a wait (message), by `kind`."""

    id: str
    kind: str


@dataclass(frozen=True)
class Row:
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Choice:
    """Exclusive or inclusive: branches with conditions, and a default."""

    id: str
    kind: str
    branches: tuple[tuple[str, Block], ...]
    default: Block


@dataclass(frozen=True)
class Fork:
    id: str
    branches: tuple[Block, ...]


@dataclass(frozen=True)
class Loop:
    id: str
    body: Block
    again: str


@dataclass(frozen=True)
class Inside:
    id: str
    body: Block


@dataclass(frozen=True)
class Guarded:
    """A task or sub-process with a boundary event; an interrupting handler comes back to the main way."""

    id: str
    host: Step | Inside
    kind: str
    cancels: bool
    condition: str
    handler: Row


Block = Step | Row | Choice | Fork | Loop | Inside | Guarded


class Inventor:
    """Invents blocks; every loop and handler begins with a task, so that nothing runs for ever by itself."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._count = 0

    def process(self) -> Row:
        return Row((self._step("task"), self._row(3), self._step("task")))

    def _name(self, letter: str) -> str:
        self._count += 1
        return f"{letter}{self._count}"

    def _step(self, kind: str) -> Step:
        return Step(self._name({"task": "t", "script": "s", "wait": "w"}[kind]), kind)

    def _row(self, depth: int) -> Row:
        return Row(tuple(self._block(depth) for _ in range(self._dice.randint(1, 3))))

    def _block(self, depth: int) -> Block:
        if depth == 0 or self._dice.random() < 0.35:
            return self._step(self._dice.choice(("task", "task", "script", "wait")))
        invent = self._dice.choice(
            (self._choice, self._choice, self._fork, self._loop, self._inside, self._guarded)
        )
        return invent(depth - 1)

    def _choice(self, depth: int) -> Choice:
        branches = tuple((self._condition(), self._row(depth)) for _ in range(self._dice.randint(1, 3)))
        kind = self._dice.choice(("exclusive", "inclusive"))
        return Choice(self._name("g"), kind, branches, self._row(depth))

    def _fork(self, depth: int) -> Fork:
        return Fork(self._name("f"), tuple(self._row(depth) for _ in range(self._dice.randint(2, 3))))

    def _loop(self, depth: int) -> Loop:
        return Loop(self._name("l"), Row((self._step("task"), self._row(depth))), self._condition())

    def _inside(self, depth: int) -> Inside:
        return Inside(self._name("i"), self._row(depth))

    def _guarded(self, depth: int) -> Guarded:
        cancels = self._dice.random() < 0.6
        host = self._step("task") if self._dice.random() < 0.6 else self._inside(depth)
        # several runs of one handler may be alive at once: no joins in it where tokens of two runs could meet
        handler = Row((self._step("task"), self._row(depth) if cancels else self._step("task")))
        return Guarded(
            self._name("b"),
            host,
            self._dice.choice(("timer", "cycle", "message", "conditional")),
            cancels,
            self._condition(),
            handler,
        )

    def _condition(self) -> str:
        return self._dice.choice(CONDITIONS)


def draw(process: Row) -> Drawing:
    return _level(process, "p")


def _level(body: Block, name: str) -> Drawing:
    drawing = Drawing(f"{name}_").node("startEvent", f"{name}_start").node("endEvent", f"{name}_end")
    entry, leave = _draw(body, drawing)
    return drawing.flow(f"{name}_start", entry).flow(leave, f"{name}_end")


def _draw(block: Block, drawing: Drawing) -> tuple[str, str]:
    """Draw a block; its first and its last node."""
    match block:
        case Step(id, kind):
            content = awaited("message") if kind == "wait" else ""
            drawing.node(STEP_KINDS[kind], id, content=content)
            return id, id
        case Row(blocks):
            ends = [_draw(each, drawing) for each in blocks]
            for (_, before), (after, _) in pairwise(ends):
                drawing.flow(before, after)
            return ends[0][0], ends[-1][1]
        case Choice():
            return _draw_choice(block, drawing)
        case Fork(id, branches):
            drawing.node("parallelGateway", id, f"{id}_join")
            for branch in branches:
                entry, leave = _draw(branch, drawing)
                drawing.flow(id, entry).flow(leave, f"{id}_join")
            return id, f"{id}_join"
        case Loop(id, body, again):
            drawing.choice(f"{id}_in").choice(id, f"{id}_default").node("scriptTask", f"{id}_out")
            entry, leave = _draw(body, drawing)
            drawing.flow(f"{id}_in", entry).flow(leave, id).flow(id, f"{id}_in", when=again)
            drawing.flow(id, f"{id}_out", flow_id=f"{id}_default")
            return f"{id}_in", f"{id}_out"
        case Inside(id, body):
            drawing.inside(id, _level(body, id))
            return id, id
        case Guarded():
            return _draw_guarded(block, drawing)


def _draw_choice(block: Choice, drawing: Drawing) -> tuple[str, str]:
    kind, merge = f"{block.kind}Gateway", f"{block.id}_join"
    drawing.node(kind, block.id, attributes=f'default="{block.id}_default"').node(kind, merge)
    for condition, branch in block.branches:
        entry, leave = _draw(branch, drawing)
        drawing.flow(block.id, entry, when=condition).flow(leave, merge)
    entry, leave = _draw(block.default, drawing)
    drawing.flow(block.id, entry, flow_id=f"{block.id}_default").flow(leave, merge)
    return block.id, merge


def _draw_guarded(block: Guarded, drawing: Drawing) -> tuple[str, str]:
    host, _ = _draw(block.host, drawing)
    drawing.boundary(block.id, host, block.kind, cancels=block.cancels, text=block.condition)
    entry, leave = _draw(block.handler, drawing)
    drawing.flow(block.id, entry).choice(f"{block.id}_join").flow(host, f"{block.id}_join")
    if block.cancels:
        drawing.flow(leave, f"{block.id}_join")
    else:
        drawing.node("endEvent", f"{block.id}_end").flow(leave, f"{block.id}_end")
    return host, f"{block.id}_join"
