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


@dataclass(frozen=True)
class Many:
    """A task or sub-process performed `count` times, at once or one by one, until a condition (empty: to the end)."""

    body: Step | Inside
    count: int
    one_by_one: bool
    until: str


@dataclass(frozen=True)
class Repeat:
    """A task or sub-process performed again while a condition holds."""

    body: Step | Inside
    again: str


@dataclass(frozen=True)
class Race:
    """Several waits, of which the first takes its way."""

    id: str
    branches: tuple[tuple[Step, Row], ...]


@dataclass(frozen=True)
class Some:
    """Branches of which `needed` are enough; the others may still be finished."""

    id: str
    branches: tuple[Row, ...]
    needed: int


@dataclass(frozen=True)
class Shout:
    """An escalation thrown on the way; or, where a condition (empty: none) holds, an error instead of going on."""

    id: str
    code: str
    condition: str


@dataclass(frozen=True)
class Heard:
    """A sub-process whose escalation or error a boundary event catches; an interrupting handler comes back to the way."""

    id: str
    kind: str
    host: Inside
    code: str
    cancels: bool
    handler: Row


@dataclass(frozen=True)
class Watched:
    """A sub-process with an event sub-process in it that a message starts."""

    id: str
    body: Row
    cancels: bool
    handler: Row


@dataclass(frozen=True)
class Ways:
    """A task whose outgoing flows have conditions, with a default."""

    task: Step
    branches: tuple[tuple[str, Block], ...]
    default: Block


Block = (
    Step | Row | Choice | Fork | Loop | Inside | Guarded | Many | Repeat | Race | Some | Shout | Heard | Watched | Ways
)


class Inventor:
    """Invents blocks; every loop and handler begins with a task, so that nothing runs for ever by itself."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._count = 0
        self._heard: list[tuple[str, str]] = []
        self._again = 0

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
        invent = self._dice.choice((
            self._choice, self._choice, self._fork, self._loop, self._inside, self._guarded, self._guarded,
            self._many, self._many, self._repeat, self._race, self._some, self._heard_one, self._watched, self._ways,
        ))
        return invent(depth - 1)

    def _choice(self, depth: int) -> Choice:
        branches = tuple((self._condition(), self._row(depth)) for _ in range(self._dice.randint(1, 3)))
        kind = self._dice.choice(("exclusive", "inclusive"))
        return Choice(self._name("g"), kind, branches, self._row(depth))

    def _fork(self, depth: int) -> Fork:
        return Fork(self._name("f"), tuple(self._row(depth) for _ in range(self._dice.randint(2, 3))))

    def _loop(self, depth: int) -> Loop:
        self._again += 1
        body = self._row(depth)
        self._again -= 1
        return Loop(self._name("l"), Row((self._step("task"), body)), self._condition())

    def _many(self, depth: int) -> Many:
        body = self._step("task") if self._dice.random() < 0.5 else self._inside(depth)
        until = self._condition() if self._dice.random() < 0.4 else ""
        return Many(body, self._dice.randint(0, 3), self._dice.random() < 0.5, until)

    def _repeat(self, depth: int) -> Repeat:
        first = self._step("task")
        inside = Inside(self._name("i"), Row((first, self._row(depth))))
        return Repeat(first if self._dice.random() < 0.5 else inside, self._condition())

    def _race(self, depth: int) -> Race:
        branches = tuple((self._step("wait"), self._row(depth)) for _ in range(self._dice.randint(2, 3)))
        return Race(self._name("r"), branches)

    def _some(self, depth: int) -> Block:
        # tokens of two passes would meet at the gateway: not where something is done again
        if self._again:
            return self._fork(depth)
        branches = tuple(self._row(depth) for _ in range(self._dice.randint(2, 3)))
        return Some(self._name("c"), branches, self._dice.randint(1, len(branches)))

    def _heard_one(self, depth: int) -> Heard:
        kind = self._dice.choice(("escalation", "error"))
        code, cancels = self._name("e"), kind == "error" or self._dice.random() < 0.5
        self._heard.append((code, kind))
        thrown, thrown_kind = self._dice.choice(self._heard)
        shout = Shout(self._name("x"), thrown, self._condition() if thrown_kind == "error" else "")
        host = Inside(self._name("i"), Row((self._row(depth), shout, self._row(depth))))
        self._heard.pop()
        handler = Row((self._step("task"), self._row(depth) if cancels else self._step("task")))
        return Heard(self._name("b"), kind, host, code, cancels, handler)

    def _watched(self, depth: int) -> Watched:
        cancels = self._dice.random() < 0.5
        self._again += 1
        handler = Row((self._step("task"), self._row(depth)))
        self._again -= 1
        return Watched(self._name("w"), self._row(depth), cancels, handler)

    def _ways(self, depth: int) -> Ways:
        branches = tuple((self._condition(), self._row(depth)) for _ in range(self._dice.randint(1, 3)))
        return Ways(self._step("task"), branches, self._row(depth))

    def _inside(self, depth: int) -> Inside:
        return Inside(self._name("i"), self._row(depth))

    def _guarded(self, depth: int) -> Guarded:
        cancels = self._dice.random() < 0.6
        self._again += 1
        host = self._step("task") if self._dice.random() < 0.6 else self._inside(depth)
        # several runs of one handler may be alive at once: no joins in it where tokens of two runs could meet
        handler = Row((self._step("task"), self._row(depth) if cancels else self._step("task")))
        self._again -= 1
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


def _level(body: Block, name: str, *, message: str = "", cancels: bool = True) -> Drawing:
    """A level with one start, which a message may bring about (of an event sub-process)."""
    start = f'isInterrupting="{str(cancels).lower()}"' if message else ""
    drawing = Drawing(f"{name}_").node("endEvent", f"{name}_end")
    drawing.node("startEvent", f"{name}_start", attributes=start, content=awaited("message", message) if message else "")
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
        case Many(body, count, one_by_one, until):
            return _draw_looped(body, drawing, _many_times(count, one_by_one=one_by_one, until=until))
        case Repeat(body, again):
            return _draw_looped(body, drawing, _again_while(again))
        case Race():
            return _draw_race(block, drawing)
        case Some(id, branches, needed):
            enough = f"<bpmn:activationCondition>activationCount >= {needed}</bpmn:activationCondition>"
            drawing.node("parallelGateway", id).node("complexGateway", f"{id}_join", content=enough)
            for branch in branches:
                entry, leave = _draw(branch, drawing)
                # two branches may begin and end alike in one node of the join, never in one flow
                drawing.flow(id, entry).flow(leave, f"{id}_join")
            return id, f"{id}_join"
        case Shout(id, code, ""):
            drawing.node("intermediateThrowEvent", id, content=awaited("escalation", code))
            return id, id
        case Shout(id, code, condition):
            drawing.choice(id, f"{id}_default").choice(f"{id}_on")
            drawing.node("endEvent", f"{id}_end", content=awaited("error", code))
            drawing.flow(id, f"{id}_end", when=condition).flow(id, f"{id}_on", flow_id=f"{id}_default")
            return id, f"{id}_on"
        case Heard():
            return _draw_heard(block, drawing)
        case Watched(id, body, cancels, handler):
            inner = _level(body, id)
            inner.scope(f"{id}_scope", _level(handler, f"{id}_scope", message=f"m_{id}", cancels=cancels))
            drawing.inside(id, inner)
            return id, id
        case Ways():
            return _draw_ways(block, drawing)


def _many_times(count: int, *, one_by_one: bool, until: str) -> str:
    enough = f"<bpmn:completionCondition>{until}</bpmn:completionCondition>" if until else ""
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(one_by_one).lower()}">'
        f"<bpmn:loopCardinality>n{count}</bpmn:loopCardinality>{enough}</bpmn:multiInstanceLoopCharacteristics>"
    )


def _again_while(condition: str) -> str:
    return (
        f"<bpmn:standardLoopCharacteristics><bpmn:loopCondition>{condition}</bpmn:loopCondition>"
        "</bpmn:standardLoopCharacteristics>"
    )


def _draw_looped(body: Step | Inside, drawing: Drawing, loop: str) -> tuple[str, str]:
    if isinstance(body, Step):
        drawing.node("userTask", body.id, content=loop)
    else:
        drawing.node("subProcess", body.id, content=loop + _level(body.body, body.id).body())
    return body.id, body.id


def _draw_race(block: Race, drawing: Drawing) -> tuple[str, str]:
    drawing.node("eventBasedGateway", block.id).choice(f"{block.id}_join")
    for wait, row in block.branches:
        _draw(wait, drawing)
        entry, leave = _draw(row, drawing)
        drawing.flow(block.id, wait.id, entry).flow(leave, f"{block.id}_join")
    return block.id, f"{block.id}_join"


def _draw_heard(block: Heard, drawing: Drawing) -> tuple[str, str]:
    drawing.inside(block.host.id, _level(block.host.body, block.host.id))
    drawing.boundary(block.id, block.host.id, block.kind, cancels=block.cancels, text=block.code)
    return _draw_handler(block.id, block.host.id, block.handler, drawing, cancels=block.cancels)


def _draw_ways(block: Ways, drawing: Drawing) -> tuple[str, str]:
    task, join = block.task.id, f"{block.task.id}_join"
    drawing.node("userTask", task, attributes=f'default="{task}_default"').node("inclusiveGateway", join)
    for condition, branch in block.branches:
        entry, leave = _draw(branch, drawing)
        drawing.flow(task, entry, when=condition).flow(leave, join)
    entry, leave = _draw(block.default, drawing)
    drawing.flow(task, entry, flow_id=f"{task}_default").flow(leave, join)
    return task, join


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
    return _draw_handler(block.id, host, block.handler, drawing, cancels=block.cancels)


def _draw_handler(event: str, host: str, handler: Row, drawing: Drawing, *, cancels: bool) -> tuple[str, str]:
    entry, leave = _draw(handler, drawing)
    drawing.flow(event, entry).choice(f"{event}_join").flow(host, f"{event}_join")
    if cancels:
        drawing.flow(leave, f"{event}_join")
    else:
        drawing.node("endEvent", f"{event}_end").flow(leave, f"{event}_end")
    return host, f"{event}_join"
