"""Which part of a BPMN document the runtime executes; all else is refused by element and id.

Reads the author's tree and changes nothing. Knows no library and no tokens; whether a process is sound
(deadlocks, unreachable ends) is asked elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn.xml import ANLIU, BPMN, Element, local_name, name
from engine.errors import Place, Problem

ACTIVITIES = frozenset({"task", "userTask", "manualTask", "scriptTask", "subProcess"})
CHOICES = frozenset({"exclusiveGateway", "inclusiveGateway"})
GATEWAYS = CHOICES | {"parallelGateway"}
CATCHES = frozenset({"intermediateCatchEvent", "boundaryEvent"})
NODES = ACTIVITIES | GATEWAYS | CATCHES | {"startEvent", "endEvent"}

MAX_NODES = 1_000

_OUTSIDE = frozenset({"timerEventDefinition", "messageEventDefinition", "conditionalEventDefinition"})
EVENT_DEFINITIONS: Mapping[str, frozenset[str]] = {
    "process start": frozenset({"", "timerEventDefinition", "messageEventDefinition"}),
    "subProcess start": frozenset({""}),
    "request start": frozenset({"", "messageEventDefinition", "signalEventDefinition"}),
    "endEvent": frozenset({"", "terminateEventDefinition"}),
    "intermediateCatchEvent": _OUTSIDE,
    "boundaryEvent": _OUTSIDE,
}
# shown to readers, never executed
_ANNOTATIONS = frozenset({"documentation", "extensionElements", "laneSet", "textAnnotation", "association",
                          "group", "dataObject", "dataObjectReference", "dataStoreReference"})
# who acts is the directory's affair, not the tokens'
_PERFORMERS = frozenset({"performer", "humanPerformer", "potentialOwner", "resourceRole", "rendering"})
_IN_NODE = _PERFORMERS | {"incoming", "outgoing", "documentation", "extensionElements"}
_PLAIN_VALUES: Mapping[str, frozenset[str]] = {
    "isForCompensation": frozenset({"false", "0"}), "instantiate": frozenset({"false", "0"}),
    "parallelMultiple": frozenset({"false", "0"}), "startQuantity": frozenset({"1"}),
    "completionQuantity": frozenset({"1"}),
}


def elements(parent: Element) -> Iterator[Element]:
    """The child elements, without comments and processing instructions."""
    return (child for child in parent if isinstance(child.tag, str))


def kind_of(element: Element) -> str:
    """The BPMN name of an element; empty for one of another namespace."""
    return local_name(element) if element.tag.startswith(f"{{{BPMN}}}") else ""


def children(parent: Element, kind: str) -> list[Element]:
    return [child for child in elements(parent) if kind_of(child) == kind]


def nodes(container: Element) -> list[Element]:
    """The flow nodes of one level, event sub-processes left out, in document order."""
    return [child for child in elements(container) if kind_of(child) in NODES and not is_event_scope(child)]


def is_set(element: Element, attribute: str, unset: str = "false") -> bool:
    """A boolean attribute; `unset` is what BPMN means by its absence."""
    return element.get(attribute, unset).strip() in ("true", "1")


def is_event_scope(element: Element) -> bool:
    return kind_of(element) == "subProcess" and is_set(element, "triggeredByEvent")


def is_deadline(element: Element) -> bool:
    """A statutory clock drawn as an event sub-process: kept by the deadlines, nothing runs in it."""
    return is_event_scope(element) and any(extension.find(name("deadline", ANLIU)) is not None
                                           for extension in children(element, "extensionElements"))


def event_definition(node: Element) -> Element | None:
    return next((child for child in elements(node) if kind_of(child).endswith("EventDefinition")), None)


def feel_text(element: Element | None) -> str:
    """An expression as written, without the leading `=`."""
    text = "" if element is None else (element.text or "").strip()
    return text.removeprefix("=").strip()


def find_problems(process: Element, file: str) -> list[Problem]:
    """Every reason why this process cannot be executed, in document order."""
    inspection = _Inspection(file)
    inspection.process(process)
    return inspection.problems


class _Inspection:
    def __init__(self, file: str) -> None:
        self._file = file
        self._ids: set[str] = set()
        self.problems: list[Problem] = []

    def refuse(self, element: Element, zh: str, en: str) -> None:
        place = Place(self._file, getattr(element, "sourceline", None) or 1)
        subject = f"{local_name(element)} {element.get('id') or '?'}"
        self.problems.append(Problem(place, "bpmn-not-executable", f"{subject}：{zh}", f"{subject}: {en}"))

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
        """One level of flow nodes; `role` is process, subProcess or request."""
        for child in elements(container):
            self._member(child, role)
        self._starts(container, role)
        self._flows(container)
        self._boundaries(container)

    def _member(self, child: Element, role: str) -> None:
        kind = kind_of(child)
        if is_deadline(child) or kind in _ANNOTATIONS:
            return
        if role != "process" and kind in ("incoming", "outgoing"):
            return
        if kind == "sequenceFlow":
            self._identity(child, child.get("id") or "")
        elif is_event_scope(child) and role == "process":
            self._identity(child, child.get("id"))
            self._level(child, "request")
        elif kind in NODES and not is_event_scope(child):
            self._node(child, role)
        else:
            self.refuse(child, "引擎不执行此元素", "this element is not executed by the engine")

    def _identity(self, element: Element, element_id: str | None) -> None:
        if element_id is None:
            self.refuse(element, "缺少 id", "it has no id")
        elif element_id and element_id in self._ids:
            self.refuse(element, "id 重复", "its id is used twice")
        else:
            self._ids.add(element_id)

    def _node(self, node: Element, role: str) -> None:
        self._identity(node, node.get("id"))
        for attribute, plain in _PLAIN_VALUES.items():
            if node.get(attribute, next(iter(plain))) not in plain:
                self.refuse(node, f"不支持属性 {attribute}", f"the attribute {attribute} is not supported")
        if kind_of(node) == "subProcess":
            self._level(node, "subProcess")
        else:
            self._contents(node, role)

    def _contents(self, node: Element, role: str) -> None:
        kind, definitions = kind_of(node), []
        for child in elements(node):
            inner = kind_of(child)
            if inner.endswith("EventDefinition") and kind.endswith("Event"):
                definitions.append(child)
            elif inner == "script" and kind == "scriptTask":
                self._script_format(node)
            elif inner not in _IN_NODE:
                self.refuse(node, f"不支持其中的 {local_name(child)}", f"its {local_name(child)} is not supported")
        if kind.endswith("Event"):
            self._event(node, definitions, f"{role} start" if kind == "startEvent" else kind)

    def _script_format(self, node: Element) -> None:
        if "feel" not in node.get("scriptFormat", "feel").lower():
            self.refuse(node, "脚本只能是 FEEL", "its script is not FEEL")

    def _event(self, node: Element, definitions: list[Element], place: str) -> None:
        kinds = [kind_of(each) for each in definitions] or [""]
        if len(kinds) > 1 or kinds[0] not in EVENT_DEFINITIONS[place]:
            found = ", ".join(kinds) or "-"
            self.refuse(node, f"此处不支持这种事件（{found}）", f"this kind of event is not supported here ({found})")
        elif kinds[0].startswith("conditional") and not feel_text(definitions[0].find(name("condition"))):
            self.refuse(node, "条件事件没有条件", "the conditional event has no condition")

    def _starts(self, container: Element, role: str) -> None:
        starts = len(children(container, "startEvent"))
        if starts == 0 or (starts > 1 and role != "process"):
            self.refuse(container, f"应有且只有一个开始事件，现有 {starts} 个" if role != "process" else "没有开始事件",
                        f"it has {starts} start events")

    def _boundaries(self, container: Element) -> None:
        hosts = {node.get("id") for node in nodes(container) if kind_of(node) in ACTIVITIES}
        for event in children(container, "boundaryEvent"):
            if event.get("attachedToRef") not in hosts:
                self.refuse(event, "没有附着在同一层的活动上", "it is not attached to an activity of its level")

    def _flows(self, container: Element) -> None:
        by_id = {each.get("id"): each for each in elements(container)}
        leaving: dict[str | None, list[Element]] = {}
        flows = children(container, "sequenceFlow")
        for flow in flows:
            self._ends(flow, by_id)
            leaving.setdefault(flow.get("sourceRef"), []).append(flow)
        entered = {flow.get("targetRef") for flow in flows}
        for node in nodes(container):
            self._ways(node, leaving.get(node.get("id"), []), is_entered=node.get("id") in entered)

    def _ends(self, flow: Element, by_id: Mapping[str | None, Element]) -> None:
        source, target = by_id.get(flow.get("sourceRef")), by_id.get(flow.get("targetRef"))
        if source is None or target is None:
            self.refuse(flow, "没有连接同一层的两个元素", "it does not connect two elements of its level")
        elif kind_of(source) == "endEvent" or kind_of(target) in ("startEvent", "boundaryEvent"):
            self.refuse(flow, "不能从结束事件引出，也不能引入开始或边界事件",
                        "it leaves an end event or enters a start or boundary event")

    def _ways(self, node: Element, outgoing: list[Element], *, is_entered: bool) -> None:
        if not is_entered and kind_of(node) not in ("startEvent", "boundaryEvent"):
            self.refuse(node, "没有任何连线引入，永远到不了", "no flow leads to it")
        default = node.get("default")
        if default is not None and default not in {flow.get("id") for flow in outgoing}:
            self.refuse(node, "默认出口不是它的连线", "its default is not one of its flows")
        for flow in outgoing:
            condition = flow.find(name("conditionExpression"))
            self._condition(flow, condition)
            is_free = default is not None and flow.get("id") == default
            if kind_of(node) not in CHOICES and condition is not None:
                self.refuse(flow, "只有排他网关和包容网关的出口可以有条件",
                            "only flows out of exclusive and inclusive gateways may have a condition")
            elif kind_of(node) in CHOICES and len(outgoing) > 1 and condition is None and not is_free:
                self.refuse(flow, "既没有条件也不是默认出口", "it has no condition and is not the default flow")

    def _condition(self, flow: Element, condition: Element | None) -> None:
        if condition is None:
            return
        if not feel_text(condition):
            self.refuse(flow, "条件是空的", "its condition is empty")
        elif "feel" not in condition.get("language", "feel").lower():
            self.refuse(flow, "条件只能是 FEEL", "its condition is not FEEL")
