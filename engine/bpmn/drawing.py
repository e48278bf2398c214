"""How each kind of step is drawn: the table of docs/constructs.md as code, one function per construct."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from engine.bpmn import ids
from engine.bpmn.graph import Draft, Kind, Node, Owner
from engine.definition.model import (
    Action,
    Activity,
    Boundary,
    Branch,
    Definition,
    Do,
    Effects,
    EndStep,
    For,
    Fork,
    Listen,
    Raise,
    Step,
    Switch,
    Task,
)

ACTION_LABELS = {"complete": "完成", "approve": "同意", "reject": "不同意", "return": "退回"}
OTHERWISE = "其他"
LABEL_LENGTH = 32
_ANSWER = re.compile(r'[\w.]+\s*=\s*"([^"\\]+)"')
_ALWAYS = "true"


class Plans(Protocol):
    """What the planner does for a step: it knows all targets and goes into the lists inside."""

    draft: Draft

    def target(self, step_id: str, sink: str) -> str: ...
    def steps(self, steps: tuple[Step, ...], *, scope: str, sink: str) -> None: ...
    def beside(self, around: Definition | Do, scope: str) -> None: ...
    def inside(self, owner: Owner, steps: tuple[Step, ...], *, outcome: str | None = None) -> None: ...
    def sink(self, sink: str, owner: Owner | None, scope: str, *, outcome: str | None = None) -> None: ...
    def ended(self, step: Owner, effects: Effects, scope: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Planned:
    """Where a step stands: the sub-process around it, where its list ends, what follows it."""

    plans: Plans
    scope: str
    sink: str
    following: str

    def add(self, step: Owner, kind: Kind, title: str = "") -> None:
        self.plans.draft.add(Node(step.id, kind, "step", title, step, self.scope))

    def then(self, step_id: str | None) -> str:
        """The target of a `then`, or what follows."""
        return self.plans.target(step_id, self.sink) if step_id else self.following

    def after(self, step: Any) -> str:
        """Where the flow goes on after a step: to the end that its effects name, by its `then`, or to what follows."""
        effects = getattr(step, "effects", None)
        ended = self.plans.ended(step, effects, self.scope) if effects is not None else None
        return ended or self.then(step.then)


def entry_of(step: Step) -> str:
    """The element that flows to this step lead to."""
    return ids.end_event(step.id) if isinstance(step, EndStep) else step.id


def draw_step(at: Planned, step: Step) -> None:
    """The elements and flows of one step and of all that is inside it."""
    _DRAWN[step.kind](at, step)


# ---------------------------------------------------------------- activities

def _draw_task(at: Planned, task: Task) -> None:
    at.add(task, "userTask", task.title)
    onward = at.after(task)
    if any(action.to for action in task.actions):
        _draw_actions(at, task, onward)
    else:
        at.plans.draft.connect(task.id, onward)
    _draw_boundaries(at, task, onward)


def _draw_actions(at: Planned, task: Task, onward: str) -> None:
    gateway, draft = ids.action_gateway(task.id), at.plans.draft
    draft.add(Node(gateway, "exclusiveGateway", "action", step=task, scope=at.scope))
    draft.connect(task.id, gateway)
    for action in task.actions:
        if action.to:
            draft.connect(gateway, at.then(action.to), title=label_of(action),
                          condition=f'{task.id}.action = "{action.kind}"')
    falling = [label_of(action) for action in task.actions if not action.to]
    if falling:
        draft.connect(gateway, onward, is_default=True, title="、".join(falling))


def _draw_boundaries(at: Planned, activity: Activity, onward: str) -> None:
    for boundary in activity.on:
        at.plans.draft.add(Node(boundary.id, "boundaryEvent", "boundary", boundary.title, activity, at.scope,
                                boundary=boundary))
        if boundary.steps:
            _draw_own_steps(at, activity, boundary, onward)
        else:
            at.plans.draft.connect(boundary.id, at.then(boundary.then) if boundary.then else onward)


def _draw_own_steps(at: Planned, activity: Activity, boundary: Boundary, onward: str) -> None:
    """Interrupting, they fall on to where the activity leads; else they end by themselves."""
    sink = onward if boundary.interrupting else ids.end_event(boundary.id)
    at.plans.draft.connect(boundary.id, entry_of(boundary.steps[0]))
    at.plans.steps(boundary.steps, scope=at.scope, sink=sink)
    if not boundary.interrupting:
        at.plans.sink(sink, activity, at.scope)


def _draw_activity(kind: Kind) -> Callable[[Planned, Any], None]:
    """A step of one element that the flow passes through."""
    def draw(at: Planned, step: Any) -> None:
        at.add(step, kind, step.title or step.id)
        onward = at.after(step)
        at.plans.draft.connect(step.id, onward)
        if hasattr(step, "on"):
            _draw_boundaries(at, step, onward)
    return draw


def _draw_group(at: Planned, step: Do | For) -> None:
    at.add(step, "subProcess", step.title)
    onward = at.after(step)
    at.plans.draft.connect(step.id, onward)
    at.plans.inside(step, step.steps)
    if isinstance(step, Do):
        at.plans.beside(step, step.id)
    _draw_boundaries(at, step, onward)


# ---------------------------------------------------------------- ways

def _draw_switch(at: Planned, switch: Switch) -> None:
    at.add(switch, "exclusiveGateway", switch.title)
    for case in switch.cases:
        condition = case.when.text if case.when else None
        at.plans.draft.connect(switch.id, at.then(case.then), condition=condition, basis=case.basis,
                               is_default=condition is None, title=said(condition) if condition else OTHERWISE)


def _draw_fork(at: Planned, fork: Fork) -> None:
    if fork.join != "all":
        _draw_race(at, fork)
        return
    is_chosen = any(branch.when is not None for branch in fork.branches)
    kind: Kind = "inclusiveGateway" if is_chosen else "parallelGateway"
    at.add(fork, kind, fork.title)
    join = ids.join_gateway(fork.id)
    for branch in fork.branches:
        _draw_branch(at, fork, branch, fork.id, _condition(branch) if is_chosen else None)
    if is_chosen and all(branch.when is not None for branch in fork.branches):
        at.plans.draft.connect(fork.id, join, is_default=True, title=OTHERWISE)
    at.plans.draft.add(Node(join, kind, "join", step=fork, scope=at.scope))
    at.plans.draft.connect(join, at.then(fork.then))


def _condition(branch: Branch) -> str:
    return branch.when.text if branch.when is not None else _ALWAYS


def _draw_branch(at: Planned, fork: Fork, branch: Branch, split: str, condition: str | None) -> None:
    draft, sink = at.plans.draft, ids.branch_merge(fork.id, branch.id)
    title = said(condition) if condition and condition != _ALWAYS else ""
    draft.connect(split, entry_of(branch.steps[0]) if branch.steps else sink, condition=condition, title=title)
    at.plans.steps(branch.steps, scope=at.scope, sink=sink)
    draft.add(Node(sink, "exclusiveGateway", "merge", step=fork, scope=at.scope))


def _draw_race(at: Planned, fork: Fork) -> None:
    """Not all branches join: a sub-process that ends, with all that is left in it, when enough have arrived."""
    at.add(fork, "subProcess", fork.title)
    at.plans.draft.connect(fork.id, at.then(fork.then))
    draft, inner = at.plans.draft, Planned(at.plans, fork.id, ids.end_event(fork.id), ids.end_event(fork.id))
    start, split, join = ids.start_event(fork.id), ids.split_gateway(fork.id), ids.join_gateway(fork.id)
    draft.add(Node(start, "startEvent", "start", step=fork, scope=fork.id))
    draft.connect(start, split)
    draft.add(Node(split, "parallelGateway", "split", step=fork, scope=fork.id))
    for branch in fork.branches:
        _draw_branch(inner, fork, branch, split, None)
    draft.add(Node(join, "complexGateway", "join", step=fork, scope=fork.id))
    draft.connect(join, inner.sink)
    draft.add(Node(inner.sink, "endEvent", "end", step=fork, scope=fork.id))


# ---------------------------------------------------------------- events and ends

def _draw_listen(at: Planned, listen: Listen) -> None:
    if len(listen.ways) == 1:
        at.add(listen, "intermediateCatchEvent", listen.title or listen.id)
        onward = at.after(listen)
        at.plans.draft.connect(listen.id, at.then(listen.ways[0].then) if listen.ways[0].then else onward)
        return
    at.add(listen, "eventBasedGateway", listen.title)
    onward = at.after(listen) if not all(way.then for way in listen.ways) else at.following
    for way in listen.ways:
        at.plans.draft.add(Node(way.id, "intermediateCatchEvent", "way", way.title, listen, at.scope, way=way))
        at.plans.draft.connect(listen.id, way.id)
        at.plans.draft.connect(way.id, at.then(way.then) if way.then else onward)


def _draw_raise(at: Planned, step: Raise) -> None:
    if step.raises == "error":
        at.add(step, "endEvent", step.title or step.name)
        return
    at.add(step, "intermediateThrowEvent", step.title or step.name)
    at.plans.draft.connect(step.id, at.after(step))


def _draw_end(at: Planned, step: EndStep) -> None:
    at.plans.draft.add(Node(ids.end_event(step.id), "endEvent", "end", step.outcome or "", step, at.scope, step.outcome))


_DRAWN: dict[str, Callable[[Planned, Any], None]] = {
    "task": _draw_task, "set": _draw_activity("scriptTask"), "call": _draw_activity("callActivity"),
    "service": _draw_activity("serviceTask"), "decide": _draw_activity("businessRuleTask"),
    "wait": _draw_activity("intermediateCatchEvent"), "do": _draw_group, "for": _draw_group, "switch": _draw_switch,
    "fork": _draw_fork, "listen": _draw_listen, "raise": _draw_raise, "end": _draw_end}


def label_of(action: Action) -> str:
    """What stands on the flow of an action."""
    return action.label or ACTION_LABELS[action.kind]


def said(condition: str) -> str:
    """What stands on the flow of a condition: the answer it asks for, or the condition itself, shortened."""
    answer = _ANSWER.fullmatch(condition)
    text = answer[1] if answer else " ".join(condition.split())
    return text if len(text) <= LABEL_LENGTH else text[:LABEL_LENGTH - 1] + "…"
