"""The published table: which BPMN each construct of the language becomes, made by writing small definitions.

What docs/constructs.md says is what the writer does; a test holds the file against this.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.bpmn import ids
from engine.bpmn.graph import Graph, Node
from engine.bpmn.occurrences import trigger_of
from engine.bpmn.plan import plan
from engine.definition.model import (
    Action,
    Boundary,
    Branch,
    Call,
    CalledTrigger,
    Case,
    ConditionTrigger,
    Deadline,
    Decide,
    Definition,
    Do,
    Effects,
    EndStep,
    EntryTrigger,
    ErrorTrigger,
    Event,
    EventStart,
    EveryoneRule,
    Expression,
    For,
    Fork,
    Listen,
    MessageTrigger,
    Raise,
    Request,
    ScheduleTrigger,
    Service,
    SetStep,
    Stage,
    Start,
    Step,
    Switch,
    Task,
    TimerTrigger,
    Trigger,
    Wait,
    Way,
    Who,
)
from engine.worktime.every import Every
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
    return (*_starts(), *_tasks(), *_ways(), *_groups(), *_automatic(), *_beside())


def _starts() -> tuple[Example, ...]:
    a = _task("a")
    return (
        Example("start", "starts: [{id: apply, …}]", _definition(a), ("apply",)),
        Example("several starts", "starts: [{id: apply}, {id: found}]",
                _definition(a, starts=(_start("apply"), _start("found"))), ("apply", "found", "a")),
        Example("schedule", "starts: [{id: weekly, every: week}]", _begun("weekly", ScheduleTrigger(Every("week"))), ("weekly", "a")),
        Example("schedule over a register", "starts: [{id: due, for_each: systems, when: …}]",
                _begun("due", ScheduleTrigger(Every("day"), "systems", Expression("level > 1"))), ("due", "a")),
        Example("change of a register", "starts: [{id: vm, entry: vms, when: …}]",
                _begun("vm", EntryTrigger("vms", None, Expression("missed > 2"))), ("vm", "a")),
        Example("message", "starts: [{id: alarm, message: alarm}]", _begun("alarm", MessageTrigger("alarm")), ("alarm", "a")),
        Example("called by another process", "starts: [{id: given, called: true}]", _begun("given", CalledTrigger()), ("given", "a")),
    )


def _tasks() -> tuple[Example, ...]:
    a, b = _task("a"), _task("b")
    back = (Action("complete"), Action("return", "a"))
    late = Boundary("late", TimerTrigger(_ONE_DAY), "逾期", "b")
    lifted = Boundary("lifted", ConditionTrigger(Expression("level = 4")), "免报", "b", interrupting=False)
    nag = Boundary("nag", TimerTrigger(Limit(1, "weeks"), repeat=True), "催办", steps=(_set("told"),), interrupting=False)
    failed = Boundary("failed", ErrorTrigger("bad"), "出错", "b")
    return (
        Example("task", "a: {task: …}", _definition(a), ("a",)),
        Example("task with actions that lead somewhere", "b: {actions: [complete, {return: a}]}",
                _definition(a, _task("b", actions=back)), ("b", "a")),
        Example("effect `end`", "a: {task: …, end: 已备案}", _definition(_task("a", effects=Effects(end="已备案"))), ("a",)),
        Example("`on` at an activity: limit", "a: {on: [{timer: 1 working day, then: b}]}", _definition(_task("a", on=(late,)), b),
                ("a", "b")),
        Example("`on` at an activity: condition", "a: {on: [{condition: …, interrupting: false, then: b}]}",
                _definition(_task("a", on=(lifted,)), b), ("a", "b")),
        Example("`on` at an activity: steps of its own", "a: {on: [{timer: 1 week, repeat: true, do: [told]}]}",
                _definition(_task("a", on=(nag,))), ("a", "told")),
        Example("`on` at an activity: error (message, signal and escalation likewise)", "a: {on: [{error: bad, then: b}]}",
                _definition(_task("a", on=(failed,)), b), ("a", "b")),
    )


def _ways() -> tuple[Example, ...]:
    a, b = _task("a"), _task("b")
    x, y = Branch("x", (a,)), Branch("y", (b,))
    ways = (Way("told", MessageTrigger("answer"), "a"), Way("late", TimerTrigger(_ONE_DAY), "b"))
    return (
        Example("switch", "s: {switch: [{when: …, then: a}, {then: b}]}",
                _definition(Switch("s", (Case(Expression("x > 1"), "a"), Case(None, "b"))), a, b), ("s", "a", "b")),
        Example("fork", "f: {fork: {x: [a], y: [b]}}", _definition(Fork("f", (x, y))), ("f", "a", "b")),
        Example("fork with conditions", "f: {fork: {x: {when: …, do: [a]}, y: [b]}}",
                _definition(Fork("f", (Branch("x", (a,), Expression("n > 1")), y))), ("f", "a", "b")),
        Example("fork that not all branches join", "f: {fork: {x: [a], y: [b]}, join: any}",
                _definition(Fork("f", (x, y), join="any")), ("f", "a", "b")),
        Example("listen", "l: {listen: {message: answer}}", _definition(Listen("l", (Way("l", MessageTrigger("answer")),))), ("l",)),
        Example("listen for the first of several", "l: {listen: [{message: answer, then: a}, {timer: 1 working day, then: b}]}",
                _definition(Listen("l", ways), a, b), ("l", "a", "b")),
    )


def _groups() -> tuple[Example, ...]:
    a, b = _task("a"), _task("b")
    left = Boundary("lifted", ConditionTrigger(Expression("level = 4")), "免报", "b")
    event = Event("told", MessageTrigger("news"), (_set("noted"),))
    return (
        Example("do", "g: {do: [a], on: [{condition: …, then: b}]}", _definition(Do("g", (a,), on=(left,)), b), ("g", "a", "b")),
        Example("`on` inside do", "g: {do: [a], on: [{message: news, do: [noted]}]}",
                _definition(Do("g", (a,), events=(event,))), ("g", "a", "told", "noted")),
        Example("for", "l: {for: {each: x, in: =list}, do: [a], until: …}",
                _definition(For("l", "x", Expression("list"), (a,), until=Expression("numberOfCompletedInstances > 1"))), ("l", "a")),
    )


def _automatic() -> tuple[Example, ...]:
    return (
        Example("set, number, record, notify", "a: {set: {…}}", _definition(_set("a")), ("a",)),
        Example("call", "c: {call: check, with: {…}}", _definition(Call("c", "check")), ("c",)),
        Example("wait for a limit or a moment", "w: {wait: 1 week}", _definition(Wait("w", TimerTrigger(Limit(1, "weeks")))), ("w",)),
        Example("wait for a condition", "w: {wait: {until: …}}", _definition(Wait("w", ConditionTrigger(Expression("x")))), ("w",)),
        Example("decide", "d: {decide: level}", _definition(Decide("d", "level")), ("d",)),
        Example("service", "s: {service: scan, with: {…}}", _definition(Service("s", "scan")), ("s",)),
        Example("raise an error", "r: {raise: {error: bad}}", _definition(Raise("r", "error", "bad")), ("r",)),
        Example("raise an escalation, a signal, a message", "r: {raise: {signal: all_clear}}",
                _definition(Raise("r", "signal", "all_clear")), ("r",)),
        Example("end", "a: {end: 办结}", _definition(EndStep("a", "办结")), ("a",)),
        Example("end of everything", "a: {end: 终止, terminate: true}", _definition(EndStep("a", "终止", terminate=True)), ("a",)),
    )


def _beside() -> tuple[Example, ...]:
    a, b = _task("a"), _task("b")
    return (
        Example("event of the process", "on: [{id: found, entry: vms, do: [b]}]",
                _definition(a, events=(Event("found", EntryTrigger("vms"), (b,)),)), ("found", "b")),
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
    trigger = trigger_of(node)
    text += f", {trigger.kind}" if trigger is not None else ""
    if node.boundary is not None:
        text += ", interrupting" if node.boundary.interrupting else ", not interrupting"
    if node.kind == "subProcess" and node.part == "scope":
        text += ", event sub-process"
    if isinstance(node.step, For) and node.part == "step":
        text += ", multi-instance"
    if node.part == "end" and (isinstance(node.step, Fork) or (isinstance(node.step, EndStep) and node.step.terminate)):
        text += ", terminating"
    return f"{text} ({node.outcome})" if node.outcome else text


def _task(step_id: str, *, actions: tuple[Action, ...] = (Action("complete"),), on: tuple[Boundary, ...] = (),
          effects: Effects = Effects()) -> Task:
    return Task(step_id, step_id, _WHO, "sheet", actions, (), on=on, effects=effects)


def _set(step_id: str) -> SetStep:
    return SetStep(step_id, Effects(set=(("n", "1"),)))


def _start(step_id: str) -> Start:
    return Start(step_id, step_id, _WHO, "sheet", ())


def _begun(start_id: str, trigger: Trigger) -> Definition:
    """A definition that begins without a person."""
    return replace(_definition(_task("a")), starts=(), event_starts=(EventStart(start_id, trigger, ()),))


def _definition(*steps: Step, starts: tuple[Start, ...] = (), requests: tuple[Request, ...] = (),
                events: tuple[Event, ...] = ()) -> Definition:
    return Definition("example", "", "", (), "", (), starts or (_start("apply"),), steps, requests=requests, events=events)
