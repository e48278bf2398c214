"""One level of the graph as elements: nodes with their attributes and extension elements, and the flows between them."""

from __future__ import annotations

from collections import defaultdict

from engine.bpmn.deadlines import formal
from engine.bpmn.extensions import formula, joined, note
from engine.bpmn.graph import Flow, Graph, Node
from engine.bpmn.notes import write_notes
from engine.bpmn.occurrences import write_event_definition
from engine.bpmn.xml import ZEEBE, Element, add
from engine.definition.model import Do, EndStep, Event, Expression, For, Fork, Request

_OF_A_GRAPH = ("step", "scope")


def write_levels(parent: Element, graph: Graph) -> None:
    """The nodes and flows of the process, those of its sub-processes inside them."""
    _Levels(graph).write(parent, "")


class _Levels:
    def __init__(self, graph: Graph) -> None:
        self._scopes = {node.id: node.scope for node in graph.nodes}
        self._nodes: dict[str, list[Node]] = defaultdict(list)
        self._flows: dict[str, list[Flow]] = defaultdict(list)
        self._into: dict[str, list[Flow]] = defaultdict(list)
        self._out_of: dict[str, list[Flow]] = defaultdict(list)
        for node in graph.nodes:
            self._nodes[node.scope].append(node)
        for flow in graph.flows:
            scope = self._scopes.get(flow.source)
            if scope is None:
                continue
            self._flows[scope].append(flow)
            self._out_of[flow.source].append(flow)
            if self._scopes.get(flow.target) == scope:
                self._into[flow.target].append(flow)

    def write(self, parent: Element, scope: str) -> None:
        for node in self._nodes[scope]:
            self._write_node(parent, node)
        for flow in self._flows[scope]:
            _write_flow(parent, flow)

    def _write_node(self, parent: Element, node: Node) -> None:
        element = add(parent, node.kind, {"id": node.id, **self._attributes(node)})
        _write_documentation(element, node)
        write_notes(element, node)
        for flow in self._into[node.id]:
            add(element, "incoming", text=flow.id)
        for flow in self._out_of[node.id]:
            add(element, "outgoing", text=flow.id)
        if node.kind == "subProcess":
            _write_loop(element, node)
            self.write(element, node.id)
        elif node.kind == "complexGateway" and isinstance(node.step, Fork):
            needed = 1 if node.step.join == "any" else node.step.join
            formal(element, "activationCondition", f"=activationCount >= {needed}")
        write_event_definition(element, node)

    def _attributes(self, node: Node) -> dict[str, str]:
        attributes = {"name": node.title} if node.title else {}
        default = next((flow.id for flow in self._out_of[node.id] if flow.is_default), None)
        if default is not None:
            attributes["default"] = default
        if node.kind.endswith("Gateway"):
            attributes["gatewayDirection"] = "Converging" if node.part in ("merge", "join") else "Diverging"
        if node.boundary is not None and node.step is not None:
            attributes |= {"attachedToRef": node.step.id,
                           "cancelActivity": str(node.boundary.interrupting).lower()}
        if node.part == "start" and isinstance(node.step, Request | Event):
            attributes["isInterrupting"] = str(node.step.interrupting).lower()
        if node.kind == "subProcess" and node.part == "scope":
            attributes["triggeredByEvent"] = "true"
        return attributes | ({"scriptFormat": "feel"} if node.kind == "scriptTask" else {})


def _write_loop(element: Element, node: Node) -> None:
    if not isinstance(node.step, For) or node.part != "step":
        return
    loop = node.step
    characteristics = add(element, "multiInstanceLoopCharacteristics",
                          {"isSequential": "true"} if loop.one_by_one else {})
    extensions = add(characteristics, "extensionElements")
    alone = loop.collect[0] if len(loop.collect) == 1 else ("", None)  # Camunda 8 knows one collection
    collected = {"outputCollection": alone[0], "outputElement": formula(alone[1])} if isinstance(alone[1], Expression) else {}
    add(extensions, "loopCharacteristics", {"inputCollection": formula(loop.items), "inputElement": loop.each, **collected},
        namespace=ZEEBE)
    if loop.until is not None:
        formal(characteristics, "completionCondition", formula(loop.until))


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
    basis = node.boundary.basis if node.boundary is not None else node.way.basis if node.way is not None else ()
    if (node.part in _OF_A_GRAPH and node.step is not None) or isinstance(node.step, EndStep):
        basis = node.step.basis
    if basis and not (node.part == "end" and isinstance(node.step, Do)):
        _document(element, basis)
