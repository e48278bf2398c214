"""The published table: which BPMN each construct of the language becomes, made by writing small definitions.

What docs/constructs.md says is what the writer does; a test holds the file against this.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.bpmn import ids
from engine.bpmn.graph import Graph, Node
from engine.bpmn.plan import plan
from engine.definition.model import (
    Action,
    Boundary,
    Branch,
    Case,
    ConditionTrigger,
    Deadline,
    Definition,
    Effects,
    EndStep,
    EveryoneRule,
    Expression,
    Fork,
    Request,
    SetStep,
    Stage,
    Start,
    Step,
    Switch,
    Task,
    TimerTrigger,
    Who,
)
from engine.worktime.limit import Limit

HEAD = """# From constructs to BPMN

Each construct of the language has one BPMN form. This table is made from the writer (`engine/bpmn/constructs.py`); a
test fails when it is stale. `>` is a sequence flow, a condition stands in brackets, `*` marks the default flow. What
BPMN has no words for (who, gates, effects, limits, clauses) stands in extension elements of the namespace
`urn:anliu:bpmn:1`, one per construct; forms, candidates and due dates also in Camunda 8's `zeebe:` elements. Ids of
steps are kept as they are, 中文 included.

| construct | written | BPMN |
|---|---|---|
"""
_WHO = Who(EveryoneRule())
_ONE_DAY = Limit(1, "working days")


@dataclass(frozen=True, slots=True)
class Example:
    """A construct, how it is written, and a definition that has it; `shown` are the ids of the steps in question."""

    construct: str
    written: str
    definition: Definition
    shown: tuple[str, ...]


def constructs_page() -> str:
    """The text of docs/constructs.md."""
    return HEAD + "".join(_line(example) for example in examples())


def examples() -> tuple[Example, ...]:
    """One small definition per construct."""
    a, b = _task("a"), _task("b")
    back = (Action("complete"), Action("return", "a"))
    late = Boundary("late", TimerTrigger(_ONE_DAY), "逾期", "b")
    lifted = Boundary("lifted", ConditionTrigger(Expression("level = 4")), "免报", "b", interrupting=False)
    return (
        Example("start", "starts: [{id: apply, …}]", _definition(a), ("apply",)),
        Example("several starts", "starts: [{id: apply}, {id: found}]",
                _definition(a, starts=(_start("apply"), _start("found"))), ("apply", "found", "a")),
        Example("task", "a: {task: …}", _definition(a), ("a",)),
        Example("task with actions that lead somewhere", "b: {actions: [complete, {return: a}]}",
                _definition(a, _task("b", actions=back)), ("b", "a")),
        Example("effect `end`", "a: {task: …, end: 已备案}", _definition(_task("a", effects=Effects(end="已备案"))), ("a",)),
        Example("`on` at a task: limit", "a: {on: [{timer: 1 working day, then: b}]}", _definition(_task("a", on=(late,)), b),
                ("a", "b")),
        Example("`on` at a task: condition", "a: {on: [{condition: …, interrupting: false, then: b}]}",
                _definition(_task("a", on=(lifted,)), b), ("a", "b")),
        Example("switch", "s: {switch: [{when: …, then: a}, {then: b}]}",
                _definition(Switch("s", (Case(Expression("x > 1"), "a"), Case(None, "b"))), a, _task("b")), ("s", "a", "b")),
        Example("fork", "f: {fork: {x: [a], y: [b]}}",
                _definition(Fork("f", (Branch("x", (a,)), Branch("y", (b,))))), ("f", "a", "b")),
        Example("set, number, record, notify", "a: {set: {…}}",
                _definition(SetStep("a", Effects(set=(("x", "1"),)))), ("a",)),
        Example("end", "a: {end: 办结}", _definition(EndStep("a", "办结")), ("a",)),
        Example("end of everything", "a: {end: 终止, terminate: true}", _definition(EndStep("a", "终止", terminate=True)), ("a",)),
        Example("request", "on: [{request: recall, do: [b]}]",
                _definition(a, requests=(Request("recall", "撤回", _WHO, "sheet", (b,), ()),)), ("recall", "b")),
    )


def _line(example: Example) -> str:
    drawn = _drawn(plan(example.definition), example.shown)
    return f"| {example.construct} | `{example.written}` | {drawn} |\n" + _deadline_line(example)


def _deadline_line(example: Example) -> str:
    """Deadlines are no part of the graph; their line follows that of the requests."""
    if example.construct != "request":
        return ""
    deadline = Deadline("report", "初报", (), Expression("null"), (Stage(_ONE_DAY, "迟报", ()),))
    scope = ids.deadline_scope(deadline.id)
    return (f"| deadline | `deadlines: {{{deadline.id}: {{stages: [{{within: 1 working day, otherwise: 迟报}}]}}}}` | "
            f"subProcess `{scope}` (event sub-process, not executed: our own clocks keep it); per stage a non-interrupting timer "
            f"startEvent `{scope}-1` > endEvent `{scope}-1-end` (迟报) |\n")


def _drawn(graph: Graph, steps: tuple[str, ...]) -> str:
    chosen = [node for node in graph.nodes if node.step is not None and node.step.id in steps]
    names = {node.id for node in chosen}
    parts = [_node(node) for node in chosen]
    for flow in graph.flows:
        if flow.source in names and (flow.target in names or flow.target == ids.MAIN_END or flow.condition):
            condition = f" [{flow.condition}]" if flow.condition else "*" if flow.is_default else ""
            parts.append(f"`{flow.source}` >{condition} `{flow.target}`")
    return "<br>".join(parts)


def _node(node: Node) -> str:
    text = f"{node.kind} `{node.id}`" + (f" in `{node.scope}`" if node.scope else "")
    if node.boundary is not None:
        text += ", interrupting" if node.boundary.interrupting else ", not interrupting"
    if isinstance(node.step, EndStep) and node.step.terminate:
        text += ", terminating"
    return f"{text} ({node.outcome})" if node.outcome else text


def _task(step_id: str, *, actions: tuple[Action, ...] = (Action("complete"),), on: tuple[Boundary, ...] = (),
          effects: Effects = Effects()) -> Task:
    return Task(step_id, step_id, _WHO, "sheet", actions, (), on=on, effects=effects)


def _start(step_id: str) -> Start:
    return Start(step_id, step_id, _WHO, "sheet", ())


def _definition(*steps: Step, starts: tuple[Start, ...] = (), requests: tuple[Request, ...] = ()) -> Definition:
    return Definition("example", "", "", (), "", (), starts or (_start("apply"),), steps, requests=requests)
