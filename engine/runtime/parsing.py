"""From the redrawn document to the library's specs: its parser with our nodes, without its recursion.

The library's own parser follows the flows by recursion (deep processes overflow), drops nodes it does not
reach, orders branches by the diagram and folds boundary events into hidden gateways. Ours reads nodes, then
flows, in the order of the document.
"""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition, TerminateEventDefinition
from SpiffWorkflow.specs import MultiChoice

from engine.bpmn.xml import Element
from engine.runtime.elements import ExclusiveGateway, FlowNode, PassThrough, ScriptTask, SubProcess, UserTask
from engine.runtime.events import Awaited, BoundaryEvent, CatchEvent, EndEvent, StartEvent
from engine.runtime.inspection import children, elements, event_definition, kind_of, nodes
from engine.runtime.joins import InclusiveGateway, ParallelGateway, reach_of


class _NodeParser(TaskParser):
    """One node, without following its flows."""

    def parse_node(self) -> FlowNode:
        return self.create_task()  # type: ignore[no-any-return]


class _ScriptParser(_NodeParser):
    def create_task(self) -> FlowNode:
        return ScriptTask(self.spec, self.bpmn_id, script="", **self.bpmn_attributes)


class _EventParser(_NodeParser):
    def create_task(self) -> FlowNode:
        attributes = dict(self.bpmn_attributes, event_definition=_read_event(self.node))
        if self.spec_class is BoundaryEvent:
            attributes["cancel_activity"] = self.node.get("cancelActivity") == "true"
        return self.spec_class(self.spec, self.bpmn_id, **attributes)  # type: ignore[no-any-return]


class _SubProcessParser(_NodeParser):
    def create_task(self) -> FlowNode:
        self.process_parser.parser.create_parser(self.node)
        return SubProcess(self.spec, self.bpmn_id, subworkflow_spec=self.bpmn_id, **self.bpmn_attributes)


class _LevelParser(ProcessParser):
    """One level of nodes and flows."""

    def create_spec(self) -> BpmnProcessSpec:
        # the library derives node names from the name of the spec; "=" keeps them apart from ours
        return BpmnProcessSpec(name=f"={self.bpmn_id}", description=self.get_name())

    def add_tasks(self) -> None:
        for node in nodes(self.node):
            self.parse_node(node)
        flows = children(self.node, "sequenceFlow")
        times = Counter((flow.get("sourceRef"), flow.get("targetRef")) for flow in flows)
        for flow in flows:
            doubled = times[flow.get("sourceRef"), flow.get("targetRef")] > 1
            self._connect(flow, PassThrough(self.spec, flow.get("id")) if doubled else None)
        for event in children(self.node, "boundaryEvent"):
            self.spec.task_specs[event.get("attachedToRef")].boundaries += (event.get("id"),)

    def _connect(self, flow: Element, between: PassThrough | None) -> None:
        source = self.spec.task_specs[flow.get("sourceRef")]
        target = self.spec.task_specs[flow.get("targetRef")]
        if between is not None:
            between.connect(target)
            target = between
        is_default = self.get_node_by_id(flow.get("sourceRef")).get("default") == flow.get("id")
        condition = None if is_default else self.parse_condition(flow)
        if isinstance(source, MultiChoice):
            source.connect_outgoing_if(condition, target)
        else:
            source.connect(target)


class _Parser(BpmnParser):
    PROCESS_PARSER_CLASS = _LevelParser
    PARSER_CLASSES = MappingProxyType({
        full_tag("startEvent"): (_EventParser, StartEvent),
        full_tag("endEvent"): (_EventParser, EndEvent),
        full_tag("intermediateCatchEvent"): (_EventParser, CatchEvent),
        full_tag("boundaryEvent"): (_EventParser, BoundaryEvent),
        full_tag("userTask"): (_NodeParser, UserTask),
        full_tag("manualTask"): (_NodeParser, UserTask),
        full_tag("task"): (_NodeParser, UserTask),
        full_tag("scriptTask"): (_ScriptParser, ScriptTask),
        full_tag("exclusiveGateway"): (_NodeParser, ExclusiveGateway),
        full_tag("parallelGateway"): (_NodeParser, ParallelGateway),
        full_tag("inclusiveGateway"): (_NodeParser, InclusiveGateway),
        full_tag("subProcess"): (_SubProcessParser, SubProcess),
    })


def parse_specs(document: Element) -> dict[str, BpmnProcessSpec]:
    """Every level of the document by its name, sealed: nothing in it changes after this."""
    parser = _Parser()
    parser.add_bpmn_xml(document)
    specs: dict[str, BpmnProcessSpec] = {}
    for name in list(parser.process_parsers):
        specs[name] = parser.get_spec(name)
        specs |= parser.get_subprocess_specs(name)
    for spec in specs.values():
        _seal(spec)
    return specs


def _seal(spec: BpmnProcessSpec) -> None:
    spec.inclusive_joins = tuple(node for node in spec.task_specs.values()
                                 if isinstance(node, InclusiveGateway) and len(node._inputs) > 1)
    for join in spec.inclusive_joins:
        join.reach = reach_of(join, spec)


def _read_event(node: Element) -> EventDefinition:
    definition = event_definition(node)
    if definition is None or kind_of(node) == "startEvent":
        return NoneEventDefinition()
    kind = kind_of(definition).removesuffix("EventDefinition")
    if kind == "terminate":
        return TerminateEventDefinition()
    part = next(elements(definition), None)
    expression = "" if part is None else part.text or ""
    once = kind == "timer" and (part is None or kind_of(part) != "timeCycle")
    return Awaited({"conditional": "condition"}.get(kind, kind), expression, repeats=not once)
