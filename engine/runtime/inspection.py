"""Which part of a BPMN document the runtime executes; all else is refused by element and id.

Reads the author's tree and changes nothing. Knows no library and no tokens; whether a process is sound
(deadlocks, unreachable ends) is asked elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from engine.bpmn.xml import Element, local_name, name
from engine.errors import Place, Problem
from engine.runtime.faults import Fault, activity_faults, attribute_faults, event_faults, is_sub_process
from engine.runtime.reading import (
    ACTIVITIES,
    CHOICES,
    NODES,
    Document,
    children,
    default_of,
    elements,
    feel_text,
    handler_of,
    is_deadline,
    is_event_scope,
    is_set,
    kind_of,
    nodes,
)
from engine.runtime.schema import find_invalid

MAX_NODES = 1_000

# shown to readers, never executed
_ANNOTATIONS = frozenset({"documentation", "extensionElements", "laneSet", "textAnnotation", "association", "group",
                          "category", "auditing", "monitoring", "artifact"})
# what is kept of data stands in variables; these only say so
_DATA = frozenset({"dataObject", "dataObjectReference", "dataStoreReference", "property", "ioSpecification",
                   "dataInputAssociation", "dataOutputAssociation", "dataInput", "dataOutput", "inputSet", "outputSet"})
# who acts is the directory's affair, not the tokens'
_PERFORMERS = frozenset({"performer", "humanPerformer", "potentialOwner", "resourceRole", "rendering"})
_IN_NODE = _PERFORMERS | _DATA | {"incoming", "outgoing", "documentation", "extensionElements", "auditing", "monitoring"}
_IN_LEVEL = _ANNOTATIONS | _DATA
_IN_PROCESS = frozenset({"supportedInterfaceRef", "supports", "correlationSubscription"}) | _PERFORMERS
_IN_SUB_PROCESS = _PERFORMERS | {"incoming", "outgoing", "multiInstanceLoopCharacteristics",
                                 "standardLoopCharacteristics", "completionCondition"}
_PARTS: Mapping[str, frozenset[str]] = {
    "scriptTask": frozenset({"script"}), "complexGateway": frozenset({"activationCondition"}),
}
_LOOPS = frozenset({"multiInstanceLoopCharacteristics", "standardLoopCharacteristics"})
_UNENTERED = frozenset({"startEvent", "boundaryEvent"})


def find_problems(process: Element, file: str) -> list[Problem]:
    """Every reason why this process cannot be executed, in document order; a warning is no such reason."""
    return _inspected(process, file, {})


def find_unexecutable(document: Element, process: Element, file: str, places: Mapping[Element, Place]) -> list[Problem]:
    """Every reason why a file from elsewhere cannot be executed: no valid BPMN, or more than this runtime does.

    `places` says where each element begins in the file.
    """
    return [*find_invalid(document, file, places), *_inspected(process, file, places)]


def _inspected(process: Element, file: str, places: Mapping[Element, Place]) -> list[Problem]:
    inspection = _Inspection(file, Document(process), places)
    inspection.process(process)
    return inspection.problems


class _Inspection:
    def __init__(self, file: str, document: Document, places: Mapping[Element, Place]) -> None:
        self._file = file
        self._document = document
        self._places = places
        self._ids: set[str] = set()
        self.problems: list[Problem] = []

    def refuse(self, element: Element, zh: str, en: str, severity: str = "error") -> None:
        place = self._places.get(element) or Place(self._file, getattr(element, "sourceline", None) or 1)
        subject = f"{local_name(element)} {element.get('id') or '?'}"
        self.problems.append(Problem(place, "bpmn-not-executable", f"{subject}：{zh}", f"{subject}: {en}",
                                     severity=severity))

    def refuse_all(self, element: Element, faults: Iterable[Fault]) -> None:
        for zh, en in faults:
            self.refuse(element, zh, en)

    def process(self, process: Element) -> None:
        if not is_set(process, "isExecutable", "true"):
            self.refuse(process, "流程标为不可执行", "the process is marked as not executable")
        size = sum(kind_of(each) in NODES for each in process.iter("*"))
        if size > MAX_NODES:
            self.refuse(process, f"元素共 {size} 个，上限是 {MAX_NODES} 个",
                        f"it has {size} nodes, the limit is {MAX_NODES}")
            return
        self._level(process, "process")

    def _level(self, container: Element, role: str) -> None:
        """One level of flow nodes; `role` is process, subProcess, adHocSubProcess or scope."""
        for child in elements(container):
            self._member(child, role, container)
        self._starts(container, role)
        self._links(container)
        self._flows(container)
        self._boundaries(container)

    def _member(self, child: Element, role: str, container: Element) -> None:
        kind = kind_of(child)
        if is_deadline(child) or kind in _IN_LEVEL or (kind == "" and role != "process"):
            return
        if kind in (_IN_PROCESS if role == "process" else _IN_SUB_PROCESS):
            return
        if kind == "sequenceFlow":
            self._identity(child, child.get("id") or "")
        elif is_event_scope(child):
            self._identity(child, child.get("id"))
            self._level(child, "scope")
        elif kind in NODES:
            self._node(child, role, container)
        else:
            self.refuse(child, "引擎不执行此元素", "this element is not executed by the engine")

    def _identity(self, element: Element, element_id: str | None) -> None:
        if element_id is None:
            self.refuse(element, "缺少 id", "it has no id")
        elif element_id and element_id in self._ids:
            self.refuse(element, "id 重复", "its id is used twice")
        else:
            self._ids.add(element_id)

    def _node(self, node: Element, role: str, container: Element) -> None:
        kind = kind_of(node)
        self._identity(node, node.get("id"))
        self.refuse_all(node, activity_faults(node, self._document) if kind in ACTIVITIES else attribute_faults(node))
        if is_sub_process(node):
            self._level(node, "adHocSubProcess" if kind == "adHocSubProcess" else "subProcess")
            return
        self._contents(node)
        if kind.endswith("Event"):
            place = f"{role} start" if kind == "startEvent" else kind
            self.refuse_all(node, event_faults(node, place, container, self._document))
        if is_set(node, "instantiate") and (kind != "receiveTask" or role != "process"):
            self.refuse(node, "此处不支持属性 instantiate", "the attribute instantiate is not supported here")
        if kind == "eventBasedGateway" and node.get("eventGatewayType", "Exclusive") != "Exclusive":
            self.refuse(node, "只支持排他的事件网关", "only an exclusive event-based gateway is supported")

    def _contents(self, node: Element) -> None:
        kind = kind_of(node)
        for child in elements(node):
            inner = kind_of(child)
            is_definition = kind.endswith("Event") and (inner.endswith("EventDefinition") or inner == "eventDefinitionRef")
            is_loop = inner in _LOOPS and kind in ACTIVITIES
            if inner not in _IN_NODE | _PARTS.get(kind, frozenset()) and not is_definition and not is_loop and inner:
                self.refuse(node, f"不支持其中的 {inner}", f"its {inner} is not supported")
            elif inner.startswith("data") and any(kind_of(each) in ("assignment", "transformation") for each in child):
                self.refuse(node, "不支持数据关联中的赋值和转换", "assignments and transformations of data are not supported")

    def _starts(self, container: Element, role: str) -> None:
        starts = children(container, "startEvent")
        if (role == "scope" and len(starts) != 1) or (role == "subProcess" and len(starts) > 1):
            self.refuse(container, f"应有且只有一个开始事件，现有 {len(starts)} 个", f"it has {len(starts)} start events")
        elif not starts and role != "scope" and not _begins(container):
            self.refuse(container, "没有开始事件，也没有无连线引入的活动", "it has neither a start event nor an activity to begin with")

    def _boundaries(self, container: Element) -> None:
        hosts = {node.get("id") for node in nodes(container) if kind_of(node) in ACTIVITIES}
        for event in children(container, "boundaryEvent"):
            if event.get("attachedToRef") not in hosts:
                self.refuse(event, "没有附着在同一层的活动上", "it is not attached to an activity of its level")

    def _links(self, container: Element) -> None:
        ends: dict[str, list[tuple[str, Element]]] = {"intermediateThrowEvent": [], "intermediateCatchEvent": []}
        for node in nodes(container):
            for event in self._document.events_of(node) if kind_of(node) in ends else ():
                if event.kind == "link":
                    ends[kind_of(node)].append((event.name, node))
        throws, catches = ends.values()
        for link, node in throws:
            if [other for other, _ in catches].count(link) != 1:
                self.refuse(node, f"链接 {link} 在这一层没有唯一的捕获事件", f"its link {link} has not one catch event here")
        for link, node in catches:
            if link not in {other for other, _ in throws}:
                self.refuse(node, f"链接 {link} 在这一层没有抛出事件", f"its link {link} has no throw event here")

    def _flows(self, container: Element) -> None:
        by_id = {each.get("id"): each for each in elements(container)}
        leaving: dict[str | None, list[Element]] = {}
        flows = children(container, "sequenceFlow")
        for flow in flows:
            self._ends(flow, by_id)
            leaving.setdefault(flow.get("sourceRef"), []).append(flow)
        entered = Counter(flow.get("targetRef") for flow in flows)
        for node in nodes(container):
            self._ways(node, leaving.get(node.get("id"), []))
            self._entry(node, container, times=entered[node.get("id")])
            if kind_of(node) == "eventBasedGateway":
                self._gateway_events(node, [by_id.get(flow.get("targetRef")) for flow in leaving.get(node.get("id"), [])])

    def _ends(self, flow: Element, by_id: Mapping[str | None, Element]) -> None:
        source, target = by_id.get(flow.get("sourceRef")), by_id.get(flow.get("targetRef"))
        if source is None or target is None or {kind_of(source), kind_of(target)} - NODES:
            self.refuse(flow, "没有连接同一层的两个元素", "it does not connect two elements of its level")
        elif kind_of(source) == "endEvent" or kind_of(target) in _UNENTERED:
            self.refuse(flow, "不能从结束事件引出，也不能引入开始或边界事件",
                        "it leaves an end event or enters a start or boundary event")
        elif is_set(source, "isForCompensation") or is_set(target, "isForCompensation"):
            self.refuse(flow, "补偿活动没有连线", "an activity for compensation has no flows")

    def _entry(self, node: Element, container: Element, *, times: int) -> None:
        """How a node is come to; `times` counts the flows that lead to it."""
        if kind_of(node) == "complexGateway" and times > 1 and not feel_text(node.find(name("activationCondition"))):
            self.refuse(node, "汇聚的复杂网关没有激活条件", "it joins but has no activation condition")
        if is_set(node, "isForCompensation"):
            events = children(container, "boundaryEvent")
            if kind_of(node) not in ACTIVITIES or node.get("id") not in {handler_of(each, container) for each in events}:
                self.refuse(node, "没有补偿事件关联到它", "no compensation event is associated with it")
        elif not times and children(container, "startEvent") and not self._begins_itself(node):
            self.refuse(node, "没有任何连线引入，永远到不了", "no flow leads to it")

    def _begins_itself(self, node: Element) -> bool:
        is_link = kind_of(node) == "intermediateCatchEvent" and any(
            event.kind == "link" for event in self._document.events_of(node))
        return is_link or kind_of(node) in _UNENTERED or is_set(node, "instantiate")

    def _gateway_events(self, node: Element, targets: list[Element | None]) -> None:
        known = [target for target in targets if target is not None]
        if any(kind_of(target) not in ("intermediateCatchEvent", "receiveTask") for target in known):
            self.refuse(node, "事件网关之后只能是捕获事件或接收任务", "behind it only catch events and receive tasks may stand")
        if len(known) < 2 or len({target.get("id") for target in known}) < len(known):
            self.refuse(node, "事件网关之后应有至少两个不同的事件", "behind it at least two different events must stand")

    def _ways(self, node: Element, outgoing: list[Element]) -> None:
        default = default_of(node)
        if default is not None and default not in {flow.get("id") for flow in outgoing}:
            self.refuse(node, "默认出口不是它的连线", "its default is not one of its flows")
        for flow in outgoing:
            condition = flow.find(name("conditionExpression"))
            self._condition(flow, condition)
            is_free = default is not None and flow.get("id") == default
            if condition is not None and kind_of(node) == "parallelGateway":
                self.refuse(flow, "并行网关出口的条件不起作用", "a condition behind a parallel gateway has no effect", "warning")
            elif condition is not None and kind_of(node) not in CHOICES | ACTIVITIES:
                self.refuse(flow, "只有活动、排他、包容和复杂网关的出口可以有条件",
                            "only flows out of activities and of exclusive, inclusive and complex gateways may have a condition")
            elif kind_of(node) in CHOICES and len(outgoing) > 1 and condition is None and not is_free:
                self.refuse(flow, "既没有条件也不是默认出口", "it has no condition and is not the default flow")

    def _condition(self, flow: Element, condition: Element | None) -> None:
        if condition is None:
            return
        if not feel_text(condition):
            self.refuse(flow, "条件是空的", "its condition is empty")
        elif "feel" not in condition.get("language", "feel").lower():
            self.refuse(flow, "条件只能是 FEEL", "its condition is not FEEL")


def _begins(container: Element) -> bool:
    """Without a start event a level begins wherever no flow leads to."""
    entered = {flow.get("targetRef") for flow in children(container, "sequenceFlow")}
    return any(node.get("id") not in entered and kind_of(node) != "boundaryEvent"
               and not is_set(node, "isForCompensation") for node in nodes(container))
