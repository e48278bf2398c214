"""From constructs to graph: the table of docs/constructs.md as code, one function per construct."""

from __future__ import annotations

import re

from engine.bpmn import ids
from engine.bpmn.graph import Draft, Graph, Node, Owner
from engine.definition.model import (
    END,
    Action,
    Boundary,
    Definition,
    Effects,
    EndStep,
    Fork,
    Request,
    SetStep,
    Start,
    Step,
    Switch,
    Task,
)
from engine.errors import DefinitionInvalid, Problem

ACTION_LABELS = {"complete": "完成", "approve": "同意", "reject": "不同意", "return": "退回"}
OTHERWISE = "其他"
LABEL_LENGTH = 32
_ANSWER = re.compile(r'[\w.]+\s*=\s*"([^"\\]+)"')


def plan(definition: Definition) -> Graph:
    """Nodes and flows in document order; raises DefinitionInvalid when a step has the id of a drawn element."""
    planner = _Planner(definition)
    graph = planner.finish()
    _refuse_clashes(definition, planner.draft.clashes, graph)
    return graph


class _Planner:
    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.draft = Draft()
        self._plan_main()
        for request in definition.requests:
            self._plan_request(request)

    def finish(self) -> Graph:
        return self.draft.finish()

    def _plan_main(self) -> None:
        steps = self.definition.steps
        first = _entry(steps[0]) if steps else ids.MAIN_END
        for start in self.definition.starts:
            onward = self._target(start.then) if start.then else first
            self._plan_entry(start, start.effects, "", onward)
        self._plan_list(steps, scope="", sink=ids.MAIN_END)
        if any(flow.target == ids.MAIN_END for flow in self.draft.flows):
            self.draft.add(Node(ids.MAIN_END, "endEvent", "end"))

    def _plan_request(self, request: Request) -> None:
        scope, sink = ids.request_scope(request.id), ids.end_event(request.id)
        self.draft.add(Node(scope, "subProcess", "scope", request.title, request))
        first = _entry(request.steps[0]) if request.steps else sink
        self._plan_entry(request, Effects(), scope, first)
        self._plan_list(request.steps, scope=scope, sink=sink)
        if any(flow.target == sink for flow in self.draft.flows):
            outcome = request.effects.end
            self.draft.add(Node(sink, "endEvent", "end", outcome or "", request, scope, outcome))

    def _plan_entry(self, item: Start | Request, effects: Effects, scope: str, onward: str) -> None:
        """A start event and the task whose first visit the start verb completes."""
        event = self.draft.add(Node(ids.start_event(item.id), "startEvent", "start", item.title, item, scope))
        self.draft.add(Node(item.id, "userTask", "step", item.title, item, scope))
        self.draft.connect(event, item.id)
        self.draft.connect(item.id, self._ended(item, effects, scope) or onward)

    def _plan_list(self, steps: tuple[Step, ...], *, scope: str, sink: str) -> None:
        for number, step in enumerate(steps):
            following = _entry(steps[number + 1]) if number + 1 < len(steps) else sink
            _Steps(self, scope, sink).plan(step, following)

    def _ended(self, step: Owner, effects: Effects, scope: str) -> str | None:
        """The end event of an `end` effect, if the step has one."""
        if effects.end is None:
            return None
        return self.draft.add(Node(ids.end_event(step.id), "endEvent", "end", effects.end, step, scope, effects.end))

    def _target(self, step_id: str, sink: str = ids.MAIN_END) -> str:
        if step_id == END:
            return sink
        step = self.definition.find_step(step_id)
        return _entry(step) if step is not None else step_id


class _Steps:
    """The steps of one list: where `then` leads to, and where the list ends."""

    def __init__(self, planner: _Planner, scope: str, sink: str) -> None:
        self._planner = planner
        self._draft = planner.draft
        self._scope = scope
        self._sink = sink

    def plan(self, step: Step, following: str) -> None:
        if isinstance(step, Task):
            self._plan_task(step, following)
        elif isinstance(step, Switch):
            self._plan_switch(step)
        elif isinstance(step, Fork):
            self._plan_fork(step, following)
        elif isinstance(step, SetStep):
            self._add(step, "scriptTask", step.title or step.id)
            self._draft.connect(step.id, self._onward(step, step.effects, following))
        elif isinstance(step, EndStep):
            self._plan_end(step)
        else:
            raise DefinitionInvalid([Problem(step.place, "later", f"还不能画出“{step.kind}”步骤",
                                             f"Steps of the kind {step.kind!r} are not drawn yet")])

    def _plan_task(self, task: Task, following: str) -> None:
        self._add(task, "userTask", task.title)
        onward = self._onward(task, task.effects, following)
        if any(action.to for action in task.actions):
            self._plan_actions(task, onward)
        else:
            self._draft.connect(task.id, onward)
        for boundary in task.on:
            self._plan_boundary(task, boundary, onward)

    def _plan_actions(self, task: Task, onward: str) -> None:
        gateway = ids.action_gateway(task.id)
        self._draft.add(Node(gateway, "exclusiveGateway", "action", step=task, scope=self._scope))
        self._draft.connect(task.id, gateway)
        for action in task.actions:
            if action.to:
                self._draft.connect(gateway, self._target(action.to), title=label_of(action),
                                    condition=f'{task.id}.action = "{action.kind}"')
        falling = [label_of(action) for action in task.actions if not action.to]
        if falling:
            self._draft.connect(gateway, onward, is_default=True, title="、".join(falling))

    def _plan_boundary(self, task: Task, boundary: Boundary, onward: str) -> None:
        self._draft.add(Node(boundary.id, "boundaryEvent", "boundary", boundary.title, task, self._scope,
                             boundary=boundary))
        self._draft.connect(boundary.id, self._target(boundary.then) if boundary.then else onward)

    def _plan_switch(self, switch: Switch) -> None:
        self._add(switch, "exclusiveGateway", switch.title)
        for case in switch.cases:
            condition = case.when.text if case.when else None
            self._draft.connect(switch.id, self._target(case.then), condition=condition, basis=case.basis,
                                is_default=condition is None, title=said(condition) if condition else OTHERWISE)

    def _plan_fork(self, fork: Fork, following: str) -> None:
        self._add(fork, "parallelGateway", fork.title)
        for branch in fork.branches:
            sink = ids.branch_merge(fork.id, branch.id)
            self._draft.connect(fork.id, _entry(branch.steps[0]) if branch.steps else sink)
            self._planner._plan_list(branch.steps, scope=self._scope, sink=sink)
            self._draft.add(Node(sink, "exclusiveGateway", "merge", step=fork, scope=self._scope))
        join = self._draft.add(Node(ids.join_gateway(fork.id), "parallelGateway", "join", step=fork, scope=self._scope))
        self._draft.connect(join, self._target(fork.then) if fork.then else following)

    def _plan_end(self, step: EndStep) -> None:
        self._draft.add(Node(ids.end_event(step.id), "endEvent", "end", step.outcome or "", step, self._scope,
                             step.outcome))

    def _add(self, step: Step, kind: str, title: str) -> None:
        self._draft.add(Node(step.id, kind, "step", title, step, self._scope))  # type: ignore[arg-type]

    def _onward(self, step: Task | SetStep, effects: Effects, following: str) -> str:
        ended = self._planner._ended(step, effects, self._scope)
        return ended or (self._target(step.then) if step.then else following)

    def _target(self, step_id: str) -> str:
        return self._planner._target(step_id, self._sink)


def label_of(action: Action) -> str:
    """What stands on the flow of an action."""
    return action.label or ACTION_LABELS[action.kind]


def said(condition: str) -> str:
    """What stands on the flow of a condition: the answer it asks for, or the condition itself, shortened."""
    answer = _ANSWER.fullmatch(condition)
    text = answer[1] if answer else " ".join(condition.split())
    return text if len(text) <= LABEL_LENGTH else text[:LABEL_LENGTH - 1] + "…"


def _entry(step: Step) -> str:
    """The element that flows to this step lead to."""
    return ids.end_event(step.id) if isinstance(step, EndStep) else step.id


def _refuse_clashes(definition: Definition, clashes: list[Node], graph: Graph) -> None:
    drawn = {ids.deadline_scope(deadline.id) for deadline in definition.deadlines} | {definition.process}
    found = [*clashes, *(node for node in graph.nodes if node.id in drawn)]
    problems = [Problem(node.step.place if node.step is not None else definition.place, "element-id",
                        f"标识“{node.id}”在流程图中出现两次", f"The id {node.id!r} would appear twice in the diagram",
                        "请给其中一步换个名字", "Rename one of the two steps") for node in found]
    if problems:
        raise DefinitionInvalid(problems)
