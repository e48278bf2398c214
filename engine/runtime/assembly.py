"""From the author's tree to the library's specs, one per level, built node by node in the order of the document.

The library's own parser follows the flows by recursion (deep processes overflow), drops nodes it does not reach, orders
branches by the diagram and folds boundary events into hidden gateways; so it is not asked. Expects a process that
`inspection` found nothing wrong with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine.bpmn.xml import Element, name
from engine.runtime.ad_hoc import AdHocSubProcess
from engine.runtime.complex_gateway import ComplexGateway
from engine.runtime.drawn import Event, Loop
from engine.runtime.elements import (
    CallActivity,
    ExclusiveGateway,
    FlowNode,
    PassThrough,
    ScriptTask,
    ServiceTask,
    SubProcess,
    UserTask,
)
from engine.runtime.events import (
    NOTHING,
    BoundaryEvent,
    CatchEvent,
    CompensationEvent,
    EventGateway,
    ReceiveTask,
    StartEvent,
)
from engine.runtime.joins import Gather, InclusiveGateway, LateJoin, ParallelGateway, reach_of
from engine.runtime.loops import LoopNode, MultiInstance, StandardLoop
from engine.runtime.naming import GATHER, INSTANCE, inner_name
from engine.runtime.reading import (
    ACTIVITIES,
    Document,
    children,
    default_of,
    event_scopes,
    feel_text,
    handler_of,
    is_request,
    is_set,
    kind_of,
    nodes,
)
from engine.runtime.scopes import EventScope
from engine.runtime.throw_events import EndEvent, SendTask, ThrowEvent

_PLAIN: dict[str, type[FlowNode]] = {
    "userTask": UserTask, "manualTask": UserTask, "task": UserTask, "serviceTask": ServiceTask,
    "callActivity": CallActivity, "exclusiveGateway": ExclusiveGateway, "parallelGateway": ParallelGateway,
    "inclusiveGateway": InclusiveGateway, "complexGateway": ComplexGateway, "eventBasedGateway": EventGateway,
}
_UNCONDITIONAL = frozenset({"parallelGateway", "eventBasedGateway"})


def assemble(process: Element, document: Document) -> tuple[BpmnProcessSpec, ...]:
    """Every level of the process, its own first, sealed: nothing in them changes after this."""
    specs: list[BpmnProcessSpec] = []
    _Level(process, document, specs).build()
    is_quiet = any(node.remembers or isinstance(node, EventScope | ComplexGateway)
                   for spec in specs for node in spec.task_specs.values() if isinstance(node, FlowNode))
    for spec in specs:
        spec.has_quiet = is_quiet
    return tuple(specs)


class _Level:
    """One level of nodes and flows."""

    def __init__(self, container: Element, document: Document, specs: list[BpmnProcessSpec]) -> None:
        self._container = container
        self._document = document
        self._specs = specs
        # the library derives node names from the name of the spec; "=" keeps them apart from ours
        self.spec = BpmnProcessSpec(name=f"={container.get('id')}")
        specs.append(self.spec)
        self._into: dict[str, FlowNode] = {}

    def build(self) -> BpmnProcessSpec:
        for node in nodes(self._container):
            self._add(node)
        scopes = [self._add_scope(scope) for scope in event_scopes(self._container)]
        self._connect_flows()
        self._connect_links()
        for event in children(self._container, "boundaryEvent"):
            self._attach(event)
        self._seal(scopes)
        return self.spec

    # ---- nodes

    def _add(self, node: Element) -> None:
        element_id = node.get("id") or ""
        loop = self._document.loop_of(node) if kind_of(node) in ACTIVITIES else None
        made = self._make(node, inner_name(element_id) if loop is None else INSTANCE + element_id)
        if loop is not None:
            made = self._loop(loop, made)
        made.produces, takes = _quantities(node) if kind_of(node) in ACTIVITIES else (1, 1)
        self._into[element_id] = made if takes == 1 else self._gather(made, element_id, takes)

    def _make(self, node: Element, node_name: str) -> FlowNode:
        kind = kind_of(node)
        if kind in _PLAIN:
            made = _PLAIN[kind](self.spec, node_name)
            if isinstance(made, ComplexGateway):
                made.activation = feel_text(node.find(name("activationCondition")))
            return made
        return _MAKERS[kind](self, node, node_name)

    def script(self, node: Element, node_name: str) -> FlowNode:
        return ScriptTask(self.spec, node_name, script="")

    def send(self, node: Element, node_name: str) -> FlowNode:
        event = self._document.message_of(node)
        if not event.name:  # whom it goes to is known to the program that fetches it
            return ServiceTask(self.spec, node_name)
        return self._with_events(SendTask(self.spec, node_name), event)

    def receive(self, node: Element, node_name: str) -> FlowNode:
        return self._with_events(ReceiveTask(self.spec, node_name), self._document.message_of(node))

    def start(self, node: Element, node_name: str) -> FlowNode:
        return StartEvent(self.spec, node_name, event_definition=NOTHING)

    def end(self, node: Element, node_name: str) -> FlowNode:
        made = EndEvent(self.spec, node_name, event_definition=NOTHING)
        return self._with_events(made, *self._document.events_of(node))

    def throw(self, node: Element, node_name: str) -> FlowNode:
        events = [event for event in self._document.events_of(node) if event.kind != "link"]
        return self._with_events(ThrowEvent(self.spec, node_name), *events)

    def catch(self, node: Element, node_name: str) -> FlowNode:
        events = self._document.events_of(node)
        if any(event.kind == "link" for event in events):
            return ThrowEvent(self.spec, node_name)
        made = CatchEvent(self.spec, node_name, event_definition=NOTHING)
        made.needs_all = is_set(node, "parallelMultiple")
        return self._with_events(made, *events)

    def boundary(self, node: Element, node_name: str) -> FlowNode:
        events = self._document.events_of(node)
        if events[0].kind == "compensation":
            made = CompensationEvent(self.spec, node_name)
            made.attached_to = node.get("attachedToRef") or ""
            made.undone_by = inner_name(handler_of(node, self._container) or "")
            return made
        event = BoundaryEvent(self.spec, node_name, event_definition=NOTHING,
                              cancel_activity=is_set(node, "cancelActivity", "true"))
        event.needs_all = is_set(node, "parallelMultiple")
        return self._with_events(event, *events)

    def sub_process(self, node: Element, node_name: str) -> FlowNode:
        kinds = {"adHocSubProcess": AdHocSubProcess}
        made = kinds.get(kind_of(node), SubProcess)(self.spec, node_name, subworkflow_spec="")
        made.level = _Level(node, self._document, self._specs).build()
        if isinstance(made, AdHocSubProcess):
            made.one_by_one = node.get("ordering") == "Sequential"
            made.condition = feel_text(node.find(name("completionCondition")))
            made.cancels_rest = is_set(node, "cancelRemainingInstances", "true")
        return made

    def _with_events(self, made: FlowNode, *events: Event) -> FlowNode:
        made.events = events
        return made

    def _loop(self, loop: Loop, instance: FlowNode) -> FlowNode:
        kind: type[LoopNode] = StandardLoop if loop.is_standard else MultiInstance
        made = kind(self.spec, inner_name(loop.element_id))
        made.loop, made.instance = loop, instance.name
        return made

    def _gather(self, activity: FlowNode, element_id: str, takes: int) -> FlowNode:
        made = Gather(self.spec, GATHER + element_id)
        made.takes = takes
        made.connect(activity)
        return made

    def _add_scope(self, scope: Element) -> EventScope:
        start = children(scope, "startEvent")[0]
        made = EventScope(self.spec, inner_name(scope.get("id") or ""), subworkflow_spec="")
        made.level = _Level(scope, self._document, self._specs).build()
        made.events = tuple(self._document.events_of(start))
        made.interrupting = is_set(start, "isInterrupting", "true")
        made.needs_all = is_set(start, "parallelMultiple")
        if made.events and made.events[0].kind == "compensation":
            made.interrupting, self.spec.undo = False, made
        elif is_request(scope):
            made.events = ()
        return made

    # ---- flows

    def _connect_flows(self) -> None:
        by_id = {node.get("id"): node for node in nodes(self._container)}
        flows = children(self._container, "sequenceFlow")
        times = Counter((flow.get("sourceRef"), flow.get("targetRef")) for flow in flows)
        for index, flow in enumerate(flows):
            ends = flow.get("sourceRef") or "", flow.get("targetRef") or ""
            target = self._into[ends[1]]
            if times[ends] > 1:  # an id of the author holds no space
                between = PassThrough(self.spec, inner_name(flow.get("id") or f"{ends[0]} {ends[1]} {index}"))
                between.connect(target)
                target = between
            source = self.spec.task_specs[inner_name(ends[0])]
            source.connect(target)
            self._condition(flow, by_id[ends[0]], source, target)

    def _condition(self, flow: Element, node: Element, source: FlowNode, target: FlowNode) -> None:
        text = feel_text(flow.find(name("conditionExpression")))
        if kind_of(node) in _UNCONDITIONAL:  # BPMN gives conditions no meaning here
            return
        if flow.get("id") is not None and flow.get("id") == default_of(node):
            source.default = target.name
        elif text:
            source.conditions = {**source.conditions, target.name: text}

    def _connect_links(self) -> None:
        catches: dict[str, FlowNode] = {}
        throws: list[tuple[str, FlowNode]] = []
        for node in nodes(self._container):
            for event in self._document.events_of(node):
                if event.kind == "link":
                    made = self.spec.task_specs[inner_name(node.get("id") or "")]
                    if kind_of(node) == "intermediateCatchEvent":
                        catches[event.name] = made
                    else:
                        throws.append((event.name, made))
        for link, thrower in throws:
            thrower.connect(catches[link])

    def _attach(self, event: Element) -> None:
        made = self.spec.task_specs[inner_name(event.get("id") or "")]
        host = self.spec.task_specs[inner_name(event.get("attachedToRef") or "")]
        if isinstance(made, CompensationEvent):
            host.handler = made.name
            if isinstance(host, LoopNode):  # it undoes all instances together; none is kept for itself
                self.spec.task_specs[host.instance].is_kept = False
        else:
            host.boundaries += (made.name,)

    def _seal(self, scopes: list[EventScope]) -> None:
        spec = self.spec
        spec.undo = getattr(spec, "undo", None)
        spec.armed = tuple(scope for scope in scopes if scope is not spec.undo and scope.events)
        starts = children(self._container, "startEvent")
        spec.entries = tuple(inner_name(each.get("id") or "") for each in starts or self._unreached())
        spec.late_joins = tuple(node for node in spec.task_specs.values()
                                if isinstance(node, LateJoin) and len(node._inputs) > 1)
        for join in spec.late_joins:
            join.reach = reach_of(join, spec)

    def _unreached(self) -> list[Element]:
        """Where a level without a start event begins."""
        return [node for node in nodes(self._container) if kind_of(node) != "boundaryEvent"
                and not is_set(node, "isForCompensation") and not is_set(node, "instantiate")
                and not self._into[node.get("id") or ""]._inputs]


def _quantities(activity: Element) -> tuple[int, int]:
    """How many tokens an activity sends on, and how many it takes."""
    return int(activity.get("completionQuantity") or 1), int(activity.get("startQuantity") or 1)


_MAKERS: dict[str, Callable[[_Level, Element, str], FlowNode]] = {
    "scriptTask": _Level.script, "businessRuleTask": _Level.script, "sendTask": _Level.send,
    "receiveTask": _Level.receive, "startEvent": _Level.start, "endEvent": _Level.end,
    "intermediateThrowEvent": _Level.throw, "intermediateCatchEvent": _Level.catch, "boundaryEvent": _Level.boundary,
    "subProcess": _Level.sub_process, "transaction": _Level.sub_process, "adHocSubProcess": _Level.sub_process,
}
