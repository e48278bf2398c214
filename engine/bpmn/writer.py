"""Model to BPMN 2.0: the file that is shown, exported and executed. Equal definitions give equal bytes.

One participant, one executable process, a lane per responsible role, requests and deadlines as event sub-processes.
Knows which element carries what; how each construct is drawn is in plan.py, where it lies in layout.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.bpmn.deadlines import formal, moment_text, write_deadline, write_timer
from engine.bpmn.extensions import (
    formula,
    joined,
    note,
    rule_text,
    write_due,
    write_effects,
    write_gates,
    write_parameter,
    write_value,
    write_who,
)
from engine.bpmn.graph import Flow, Graph, Node
from engine.bpmn.lanes import lanes_of
from engine.bpmn.layout import lay_out
from engine.bpmn.plan import plan
from engine.bpmn.xml import ANLIU, ZEEBE, Element, add, new_root, serialize
from engine.definition.model import (
    LANGUAGE,
    Boundary,
    Definition,
    Due,
    EndStep,
    Fork,
    Request,
    SetStep,
    Start,
    Step,
    Switch,
    Task,
)

FEEL = "https://www.omg.org/spec/DMN/20191111/FEEL/"


def write_bpmn(definition: Definition, *, role_titles: Mapping[str, str] = MappingProxyType({})) -> bytes:
    """The BPMN file of a definition, with its diagram; roles without a title are shown by their id."""
    root = draw(definition, role_titles=role_titles)
    lay_out(root)
    return serialize(root)


def draw(definition: Definition, *, role_titles: Mapping[str, str] = MappingProxyType({})) -> Element:
    """The tree of that file before its diagram is laid out: what is executed."""
    graph = plan(definition)
    root = new_root("definitions")
    for key, value in {"id": f"definitions-{definition.process}", "targetNamespace": f"{ANLIU}:{definition.process}",
                       "expressionLanguage": FEEL, "exporter": "Anliu"}.items():
        root.set(key, value)
    _write_roots(root, definition)
    process = add(root, "process", {"id": definition.process, "name": definition.title, "isExecutable": "true"})
    if definition.description:
        add(process, "documentation", text=definition.description)
    _write_definition(add(process, "extensionElements"), definition)
    _write_lanes(process, graph, definition, role_titles)
    _Level(graph, "").write(process)
    for deadline in definition.deadlines:
        write_deadline(process, deadline)
    return root


def _write_roots(root: Element, definition: Definition) -> None:
    collaboration = add(root, "collaboration", {"id": f"collaboration-{definition.process}"})
    add(collaboration, "participant", {"id": f"participant-{definition.process}", "name": definition.title,
                                       "processRef": definition.process})
    for request in definition.requests:
        add(root, "message", {"id": f"message-{request.id}", "name": request.title})


def _write_definition(extensions: Element, definition: Definition) -> None:
    subject = definition.subject
    text = {"subjectText": subject} if isinstance(subject, str) else {"subject": formula(subject)}
    element = note(extensions, "definition", {"language": str(LANGUAGE), "profile": definition.profile,
                                              "category": definition.category, "basis": joined(definition.basis), **text})
    for parameter in definition.parameters:
        write_parameter(element, parameter)
    _write_order(element, definition.steps)


def _write_order(parent: Element, steps: tuple[Step, ...]) -> None:
    """The steps of one list as they stand in the text."""
    note(parent, "do", {"steps": " ".join(step.id for step in steps)})


def _write_lanes(process: Element, graph: Graph, definition: Definition, titles: Mapping[str, str]) -> None:
    lane_set = add(process, "laneSet", {"id": f"lanes-{definition.process}"})
    for lane in lanes_of(graph, definition, titles):
        element = add(lane_set, "lane", {"id": lane.id, "name": lane.title})
        for member in lane.members:
            add(element, "flowNodeRef", text=member)


class _Level:
    """The nodes and flows of the process or of one event sub-process."""

    def __init__(self, graph: Graph, scope: str) -> None:
        self._graph = graph
        self._nodes = tuple(graph.in_scope(scope))
        self._flows = tuple(graph.flows_in(scope))

    def write(self, parent: Element) -> None:
        for node in self._nodes:
            self._write_node(parent, node)
        for flow in self._flows:
            _write_flow(parent, flow)

    def _write_node(self, parent: Element, node: Node) -> None:
        element = add(parent, node.kind, {"id": node.id, **self._attributes(node)})
        _write_documentation(element, node)
        _write_extensions(element, node)
        if node.kind == "subProcess":
            _Level(self._graph, node.id).write(element)
            return
        for flow in self._flows:
            if flow.target == node.id:
                add(element, "incoming", text=flow.id)
        for flow in self._flows:
            if flow.source == node.id:
                add(element, "outgoing", text=flow.id)
        _write_event_definition(element, node)

    def _attributes(self, node: Node) -> dict[str, str]:
        attributes = {"name": node.title} if node.title else {}
        if node.kind == "exclusiveGateway":
            default = next((flow.id for flow in self._flows if flow.source == node.id and flow.is_default), None)
            attributes |= {"default": default} if default else {}
        if node.kind.endswith("Gateway"):
            attributes["gatewayDirection"] = "Converging" if node.part in ("merge", "join") else "Diverging"
        if node.boundary is not None and node.step is not None:
            attributes |= {"attachedToRef": node.step.id,
                           "cancelActivity": str(node.boundary.interrupting).lower()}
        if node.part == "start" and isinstance(node.step, Request):
            attributes["isInterrupting"] = str(node.step.interrupting).lower()
        return attributes | {"subProcess": {"triggeredByEvent": "true"}, "scriptTask": {"scriptFormat": "feel"}}.get(
            node.kind, {})


def _write_flow(parent: Element, flow: Flow) -> None:
    named = {"name": flow.title} if flow.title else {}
    element = add(parent, "sequenceFlow", {"id": flow.id, **named, "sourceRef": flow.source, "targetRef": flow.target})
    if flow.basis:
        _document(element, flow.basis)
        note(add(element, "extensionElements"), "case", {"basis": joined(flow.basis)})
    if flow.condition is not None:
        formal(element, "conditionExpression", f"={flow.condition}")


def _document(element: Element, basis: tuple[str, ...]) -> None:
    add(element, "documentation", text="依据：" + "、".join(basis))


def _write_documentation(element: Element, node: Node) -> None:
    basis = node.boundary.basis if node.boundary is not None else ()
    if (node.part in ("step", "scope") and node.step is not None) or isinstance(node.step, EndStep):
        basis = node.step.basis
    if basis:
        _document(element, basis)


def _write_event_definition(element: Element, node: Node) -> None:
    if node.boundary is not None:
        _write_boundary_event(element, node.boundary)
    elif node.part == "start" and isinstance(node.step, Request):
        add(element, "messageEventDefinition", {"id": f"{node.id}.message", "messageRef": f"message-{node.step.id}"})
    elif isinstance(node.step, EndStep) and node.step.terminate:
        add(element, "terminateEventDefinition", {"id": f"{node.id}.terminate"})


def _write_boundary_event(element: Element, boundary: Boundary) -> None:
    if boundary.after is not None:
        write_timer(element, boundary.after)
    else:
        event = add(element, "conditionalEventDefinition", {"id": f"{boundary.id}.condition"})
        formal(event, "condition", formula(boundary.when))


# ---------------------------------------------------------------- extension elements

def _write_extensions(element: Element, node: Node) -> None:
    extensions = add(element, "extensionElements")
    if node.part == "step":
        _write_step(extensions, node)
    elif node.part == "scope" and isinstance(node.step, Request):
        _write_request(extensions, node.step)
    elif node.boundary is not None:
        note(extensions, "on", {"after": node.boundary.after.en if node.boundary.after else "",
                                "then": node.boundary.then or "", "basis": joined(node.boundary.basis)})
    elif node.part == "end" and node.outcome is not None:
        write_value(extensions, "outcome", {}, node.outcome)
    if len(extensions) == 0:
        element.remove(extensions)


def _write_step(extensions: Element, node: Node) -> None:
    step = node.step
    if isinstance(step, Task | Start | Request):
        _write_form_step(extensions, step)
    elif isinstance(step, SetStep):
        note(extensions, "step", {"then": step.then or "", "basis": joined(step.basis)})
        write_effects(extensions, step.effects)
    elif isinstance(step, Fork):
        element = note(extensions, "fork", {"then": step.then or "", "basis": joined(step.basis)})
        for branch in step.branches:
            _write_order(note(element, "branch", {"name": branch.id}), branch.steps)
    elif isinstance(step, Switch):
        element = note(extensions, "switch", {"basis": joined(step.basis)})
        for case in step.cases:
            note(element, "case", {"when": formula(case.when), "then": case.then, "basis": joined(case.basis)})


def _write_form_step(extensions: Element, step: Task | Start | Request) -> None:
    due = None if isinstance(step, Request) else step.due
    add(extensions, "formDefinition", {"formId": step.form}, namespace=ZEEBE)
    add(extensions, "assignmentDefinition", {"candidateGroups": rule_text(step.who.rule)}, namespace=ZEEBE)
    if due is not None:
        add(extensions, "taskSchedule", {"dueDate": f"={_due_text(due)}"}, namespace=ZEEBE)
    then = "" if isinstance(step, Request) else step.then or ""
    element = note(extensions, "task" if isinstance(step, Task) else "start",
                   {"then": then, "note": step.note, "basis": joined(step.basis)})
    if isinstance(step, Task):
        _write_task_only(element, step)
    write_who(extensions, step.who)
    if due is not None:
        write_due(extensions, due)
    write_gates(extensions, step.require)
    write_effects(extensions, step.effects)


def _due_text(due: Due) -> str:
    """FEEL text of the moment a task is due."""
    if due.within is None:
        return due.by.text if due.by is not None else "null"
    return moment_text(due.within, due.base.text if due.base else "now()")


def _write_task_only(element: Element, task: Task) -> None:
    if task.changes_of:
        element.set("changesOf", task.changes_of)
    if task.shows:
        element.set("shows", " ".join(task.shows))
    for action in task.actions:
        note(element, "action", {"kind": action.kind, "to": action.to or "", "label": action.label or ""})


def _write_request(extensions: Element, request: Request) -> None:
    element = note(extensions, "request", {
        "name": request.id, "when": formula(request.when), "repeat": str(request.repeat).lower(),
        "interrupting": str(request.interrupting).lower(), "basis": joined(request.basis)})
    _write_order(element, request.steps)
