"""From constructs to graph: starts, lists of steps and what stands beside them. How each step is drawn is in drawing.py."""

from __future__ import annotations

from engine.bpmn import ids
from engine.bpmn.drawing import Planned, draw_step, entry_of
from engine.bpmn.graph import Draft, Graph, Node, Owner
from engine.definition.model import END, Definition, Do, Effects, Event, EventStart, Request, Start, Step
from engine.errors import DefinitionInvalid, Problem


def plan(definition: Definition) -> Graph:
    """Nodes and flows in document order; raises DefinitionInvalid when a step has the id of a drawn element."""
    planner = Planner(definition)
    graph = planner.draft.finish()
    _refuse_clashes(definition, planner.draft.clashes, graph)
    return graph


class Planner:
    """The graph of one definition in the making."""

    def __init__(self, definition: Definition) -> None:
        self.draft = Draft()
        self._definition = definition
        self._entries = {step.id: entry_of(step) for step in definition.every_step()}
        self._plan_main()
        self.beside(definition, "")

    def target(self, step_id: str, sink: str) -> str:
        """The element that a `then` leads to; `sink` is where the list ends."""
        return sink if step_id == END else self._entries.get(step_id, step_id)

    def steps(self, steps: tuple[Step, ...], *, scope: str, sink: str) -> None:
        """The steps of one list, one falling through to the next."""
        for number, step in enumerate(steps):
            following = entry_of(steps[number + 1]) if number + 1 < len(steps) else sink
            draw_step(Planned(self, scope, sink, following), step)

    def beside(self, around: Definition | Do, scope: str) -> None:
        """The event sub-processes of the process or of a group."""
        for request in around.requests:
            self._request(request, scope)
        for event in around.events:
            self._event(event, scope)

    def inside(self, owner: Owner, steps: tuple[Step, ...], *, outcome: str | None = None) -> None:
        """The flow inside the sub-process of the owner: from its start event to its end event."""
        start, sink = ids.start_event(owner.id), ids.end_event(owner.id)
        self.draft.add(Node(start, "startEvent", "start", step=owner, scope=owner.id))
        self.draft.connect(start, first_of(steps, sink))
        self.steps(steps, scope=owner.id, sink=sink)
        self.sink(sink, owner, owner.id, outcome=outcome)

    def sink(self, sink: str, owner: Owner | None, scope: str, *, outcome: str | None = None) -> None:
        """The end event of a list, if anything leads there."""
        if sink in self.draft.entered:
            self.draft.add(Node(sink, "endEvent", "end", outcome or "", owner, scope, outcome))

    def ended(self, step: Owner, effects: Effects, scope: str) -> str | None:
        """The end event of an `end` effect, if the step has one."""
        if effects.end is None:
            return None
        return self.draft.add(Node(ids.end_event(step.id), "endEvent", "end", effects.end, step, scope, effects.end))

    def _plan_main(self) -> None:
        definition = self._definition
        starts: tuple[Start | EventStart, ...] = (*definition.starts, *definition.event_starts)
        first = first_of(definition.steps, ids.MAIN_END)
        for start in starts:
            self._start(start, self.target(start.then, ids.MAIN_END) if start.then else first)
        self.steps(definition.steps, scope="", sink=ids.MAIN_END)
        self.sink(ids.MAIN_END, None, "")

    def _start(self, start: Start | EventStart, onward: str) -> None:
        if isinstance(start, Start):
            self._entry(start, start.effects, "", onward)
            return
        event = self.draft.add(Node(ids.start_event(start.id), "startEvent", "start", start.title, start))
        self.draft.connect(event, onward)

    def _entry(self, item: Start | Request, effects: Effects, scope: str, onward: str) -> None:
        """A start event and the task whose first visit the start verb completes."""
        event = self.draft.add(Node(ids.start_event(item.id), "startEvent", "start", item.title, item, scope))
        self.draft.add(Node(item.id, "userTask", "step", item.title, item, scope))
        self.draft.connect(event, item.id)
        self.draft.connect(item.id, self.ended(item, effects, scope) or onward)

    def _request(self, request: Request, outer: str) -> None:
        scope, sink = ids.request_scope(request.id), ids.end_event(request.id)
        self.draft.add(Node(scope, "subProcess", "scope", request.title, request, outer))
        self._entry(request, Effects(), scope, first_of(request.steps, sink))
        self.steps(request.steps, scope=scope, sink=sink)
        self.sink(sink, request, scope, outcome=request.effects.end)

    def _event(self, event: Event, outer: str) -> None:
        self.draft.add(Node(event.id, "subProcess", "scope", event.title, event, outer))
        self.inside(event, event.steps)


def first_of(steps: tuple[Step, ...], sink: str) -> str:
    return entry_of(steps[0]) if steps else sink


def _refuse_clashes(definition: Definition, clashes: list[Node], graph: Graph) -> None:
    drawn = {ids.deadline_scope(deadline.id) for deadline in definition.deadlines} | {definition.process}
    found = [*clashes, *(node for node in graph.nodes if node.id in drawn)]
    problems = [Problem(node.step.place if node.step is not None else definition.place, "element-id",
                        f"标识“{node.id}”在流程图中出现两次", f"The id {node.id!r} would appear twice in the diagram",
                        "请给其中一步换个名字", "Rename one of the two steps") for node in found]
    if problems:
        raise DefinitionInvalid(problems)
