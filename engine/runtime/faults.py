"""What single activities and events may not ask of the runtime; each fault is one sentence in both languages.

Looks at one element and its surroundings; where it stands in the flow is judged by `inspection`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn.xml import Element, name
from engine.runtime.drawn import Event
from engine.runtime.reading import (
    AUTOMATIC,
    SUB_PROCESSES,
    Document,
    extension,
    feel_text,
    handler_of,
    is_request,
    is_set,
    kind_of,
    loop_element,
    nodes,
)

Fault = tuple[str, str]

_OUTSIDE = frozenset({"timer", "message", "signal", "condition", "entry"})
EVENTS: Mapping[str, frozenset[str]] = {
    "process start": frozenset({"", "timer", "message", "signal", "entry"}),
    "subProcess start": frozenset({""}),
    "adHocSubProcess start": frozenset(),
    "scope start": _OUTSIDE | {"", "error", "escalation", "compensation"},
    "endEvent": frozenset({"", "terminate", "message", "signal", "error", "escalation", "compensation", "cancel"}),
    "intermediateThrowEvent": frozenset({"", "message", "signal", "escalation", "compensation", "link"}),
    "intermediateCatchEvent": _OUTSIDE | {"link"},
    "boundaryEvent": _OUTSIDE | {"error", "escalation", "compensation", "cancel"},
}
"""Which events are executed where; an empty one is an event without a definition."""

_THROWS = frozenset({"endEvent", "intermediateThrowEvent"})
_ALONE = frozenset({"condition", "entry", "compensation", "cancel", "link", "terminate"})
_NAMED_WHEN_THROWN = frozenset({"message", "signal", "error", "escalation"})


def event_faults(node: Element, place: str, container: Element, document: Document) -> Iterator[Fault]:
    """What is wrong with the definitions of an event at this kind of place."""
    events = document.events_of(node)
    kinds = {event.kind for event in events} or {""}
    if not kinds <= EVENTS[place]:
        found = ", ".join(sorted(kinds - EVENTS[place])) or "-"
        yield f"此处不支持这种事件（{found}）", f"this kind of event is not supported here ({found})"
        return
    if len(events) > 1 and (kinds & _ALONE or place == "process start"):
        yield "这种事件不能与其他事件合为一个", "this kind of event cannot be one of several"
    if place == "scope start" and is_request(container):
        return
    if place == "scope start" and not events:
        yield "事件子流程的开始事件没有事件定义", "the start event of an event sub-process has no event definition"
    for definition, event in zip(document.definitions_of(node), events, strict=False):
        yield from _event_fault(kind_of(node), definition, event)
    if kind_of(node) == "boundaryEvent":
        yield from _boundary_faults(node, kinds, container)
    if "cancel" in kinds and kind_of(node) == "endEvent" and kind_of(container) != "transaction":
        yield "取消结束事件只能在事务子流程中", "a cancel end event stands in a transaction only"


def _event_fault(kind: str, definition: Element, event: Event) -> Iterator[Fault]:
    if kind in _THROWS and event.kind in _NAMED_WHEN_THROWN and not event.name:
        yield f"没有写明抛出哪个（{event.kind}）", f"it does not say which {event.kind} it throws"
    elif event.kind in ("message", "signal", "link") and not event.name:
        yield f"没有写明名称（{event.kind}）", f"it does not name its {event.kind}"
    elif event.kind == "condition" and not event.text:
        yield "条件事件没有条件", "the conditional event has no condition"
    elif event.kind == "timer" and not event.timing:
        yield "定时事件没有时间", "the timer event has no time"
    elif event.kind == "compensation" and kind in _THROWS and not is_set(definition, "waitForCompletion", "true"):
        yield "补偿必须等待完成", "a compensation that is not waited for is not supported"


def _boundary_faults(node: Element, kinds: set[str], container: Element) -> Iterator[Fault]:
    host = next((each for each in nodes(container) if each.get("id") == node.get("attachedToRef")), None)
    if kinds & {"error", "cancel"} and not is_set(node, "cancelActivity", "true"):
        yield "错误和取消事件总是中断", "an error or cancel event always interrupts"
    if "cancel" in kinds and host is not None and kind_of(host) != "transaction":
        yield "取消边界事件只能附着在事务子流程上", "a cancel event is attached to a transaction only"
    if "compensation" in kinds:
        handler = handler_of(node, container)
        if not any(each.get("id") == handler and is_set(each, "isForCompensation") for each in nodes(container)):
            yield "没有关联补偿处理活动", "it is not associated with an activity for compensation"


def activity_faults(node: Element, document: Document) -> Iterator[Fault]:
    """What is wrong with an activity itself."""
    kind = kind_of(node)
    for attribute in ("startQuantity", "completionQuantity"):
        if not (node.get(attribute) or "1").strip().isdecimal() or int(node.get(attribute) or 1) < 1:
            yield f"{attribute} 应为正整数", f"its {attribute} is not a positive number"
    if kind == "callActivity" and not node.get("calledElement") and extension(node, "calledElement") is None:
        yield "没有写明调用哪个流程", "it does not say which process it calls"
    if kind == "receiveTask" and not document.message_of(node).name:
        yield "没有写明接收哪个消息", "it does not say which message it receives"
    if kind == "scriptTask":
        yield from _script_faults(node)
    if kind == "adHocSubProcess":
        yield from _ad_hoc_faults(node)
    if loop_element(node) is not None:
        yield from _loop_faults(node, document)


def attribute_faults(node: Element) -> Iterator[Fault]:
    """Attributes of activities at what is none."""
    for attribute in ("startQuantity", "completionQuantity"):
        if (node.get(attribute) or "1") != "1":
            yield f"不支持属性 {attribute}", f"the attribute {attribute} is not supported"


def _script_faults(node: Element) -> Iterator[Fault]:
    if "feel" not in node.get("scriptFormat", "feel").lower():
        yield "脚本只能是 FEEL", "its script is not FEEL"


def _ad_hoc_faults(node: Element) -> Iterator[Fault]:
    inner = nodes(node)
    if not inner:
        yield "其中没有活动", "there is no activity in it"
    if node.get("ordering") == "Sequential" and not all(kind_of(each) in AUTOMATIC for each in inner):
        yield ("顺序特别子流程中只能有自动活动，因为次序由人选择",
               "a sequential ad-hoc sub-process may hold automatic activities only, for people would choose the order")


def _loop_faults(node: Element, document: Document) -> Iterator[Fault]:
    element = loop_element(node)
    if element is None:
        return
    if kind_of(element) == "standardLoopCharacteristics":
        maximum = (element.get("loopMaximum") or "").strip()
        if maximum and (not maximum.isdecimal() or int(maximum) < 1):
            yield "loopMaximum 应为正整数", "its loopMaximum is not a positive number"
        elif not maximum and not feel_text(element.find(name("loopCondition"))):
            yield "循环没有条件也没有上限", "the loop has neither a condition nor a maximum"
        return
    loop = document.loop_of(node)
    if loop is not None and bool(loop.cardinality) == bool(loop.collection):
        yield "多实例应写明次数或集合之一", "a multi-instance activity needs either a cardinality or a collection"
    if loop is not None and loop.behavior != "All" and not loop.told:
        yield f"行为 {loop.behavior} 没有写明事件", f"its behavior {loop.behavior} names no event"
    if loop is not None and any(event.kind not in ("signal", "message", "escalation") for _, event in loop.told):
        yield "多实例只能抛出信号、消息或升级", "a multi-instance activity can throw signals, messages and escalations only"


def is_sub_process(node: Element) -> bool:
    return kind_of(node) in SUB_PROCESSES
