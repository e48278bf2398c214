"""Reading an author's BPMN tree: kinds of elements, what refers to what, events and loops as plain values.

Changes nothing in the tree. Knows no library and no tokens, and does not judge: what is missing reads as empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.bpmn.xml import ANLIU, BPMN, ZEEBE, Element, local_name, name
from engine.runtime.drawn import Event, Loop

WORK = frozenset({"task", "userTask", "manualTask"})
SUB_PROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
AUTOMATIC = frozenset({"scriptTask", "businessRuleTask", "sendTask"})
ACTIVITIES = WORK | SUB_PROCESSES | AUTOMATIC | {"serviceTask", "receiveTask", "callActivity"}
CHOICES = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})
GATEWAYS = CHOICES | {"parallelGateway", "eventBasedGateway"}
CATCHES = frozenset({"intermediateCatchEvent", "boundaryEvent"})
NODES = ACTIVITIES | GATEWAYS | CATCHES | {"startEvent", "endEvent", "intermediateThrowEvent"}

_KINDS = {"conditional": "condition", "compensate": "compensation"}
_SEVENS = ("http://camunda.org/schema/1.0/bpmn", "http://flowable.org/bpmn", "http://activiti.org/bpmn")
_BRACED = re.compile(r"^\s*[$#]\{\s*(.*?)\s*\}\s*$", re.DOTALL)
_LOOP_DATA = {"inputCollection": "loopDataInputRef", "inputElement": "inputDataItem",
              "outputElement": "outputDataItem", "outputCollection": "loopDataOutputRef"}
_TRIGGERS = ("event", "start", "on", "way")
_CODES = {"error": "errorCode", "escalation": "escalationCode"}


def elements(parent: Element) -> Iterator[Element]:
    """The child elements, without comments and processing instructions."""
    return (child for child in parent if isinstance(child.tag, str))


def kind_of(element: Element) -> str:
    """The BPMN name of an element; empty for one of another namespace."""
    return local_name(element) if isinstance(element.tag, str) and element.tag.startswith(f"{{{BPMN}}}") else ""


def children(parent: Element, kind: str) -> list[Element]:
    return [child for child in elements(parent) if kind_of(child) == kind]


def nodes(container: Element) -> list[Element]:
    """The flow nodes of one level, event sub-processes left out, in document order."""
    return [child for child in elements(container) if kind_of(child) in NODES and not is_event_scope(child)]


def event_scopes(container: Element) -> list[Element]:
    """The event sub-processes of a level that run: all but the deadlines."""
    return [child for child in elements(container) if is_event_scope(child) and not is_deadline(child)]


def is_set(element: Element, attribute: str, unset: str = "false") -> bool:
    """A boolean attribute; `unset` is what BPMN means by its absence."""
    return element.get(attribute, unset).strip() in ("true", "1")


def is_event_scope(element: Element) -> bool:
    return kind_of(element) == "subProcess" and is_set(element, "triggeredByEvent")


def is_deadline(element: Element) -> bool:
    """A statutory clock drawn as an event sub-process: kept by the deadlines, nothing runs in it."""
    return is_event_scope(element) and extension(element, "deadline", ANLIU) is not None


def is_request(scope: Element) -> bool:
    """An event sub-process that people start by name; no event arms it."""
    return extension(scope, "request", ANLIU) is not None


def extension(element: Element, local: str, namespace: str = ZEEBE) -> Element | None:
    """An extension element of another namespace."""
    return next((found for each in children(element, "extensionElements")
                 if (found := each.find(name(local, namespace))) is not None), None)


def feel_text(element: Element | None) -> str:
    """An expression as written, without the leading `=`."""
    return unmarked("" if element is None else element.text or "")


def unmarked(text: str) -> str:
    return text.strip().removeprefix("=").strip()


def loop_element(activity: Element) -> Element | None:
    return next((child for child in elements(activity) if kind_of(child).endswith("LoopCharacteristics")), None)


def default_of(node: Element) -> str | None:
    return node.get("default") or None


def handler_of(boundary: Element, container: Element) -> str | None:
    """The activity that a compensation event is associated with."""
    return next((_reference(each.get("targetRef")) for each in children(container, "association")
                 if _reference(each.get("sourceRef")) == boundary.get("id")), None)


def _reference(text: str | None) -> str:
    """A reference without its namespace prefix."""
    return (text or "").strip().rpartition(":")[2]


class Document:
    """What elements refer to by id: messages, signals, errors, escalations, event definitions of the whole file."""

    def __init__(self, element: Element) -> None:
        self._by_id = {each.get("id"): each for each in elements(element.getroottree().getroot())
                       if kind_of(each) != "process"}

    def definitions_of(self, node: Element) -> list[Element]:
        """The event definitions of an event, those it only refers to included; a dead reference reads as itself."""
        found = []
        for child in elements(node):
            if kind_of(child) == "eventDefinitionRef":
                target = self.target(child.text, child)
                found.append(target if kind_of(target).endswith("EventDefinition") else child)
            elif kind_of(child).endswith("EventDefinition"):
                found.append(child)
        return found

    def target(self, reference: str | None, otherwise: Element) -> Element:
        found = self._by_id.get(_reference(reference))
        return otherwise if found is None else found

    def events_of(self, node: Element) -> list[Event]:
        told = [each for local in _TRIGGERS if (each := extension(node, local, ANLIU)) is not None and each.get("entry")]
        if told:  # BPMN has no word for a change of a register; the condition drawn is asked of the entry, not here
            return [Event("entry", told[0].get("entry") or "", unmarked(told[0].get("when") or ""),
                          key=unmarked(told[0].get("key") or ""))]
        return [self.event(each) for each in self.definitions_of(node)]

    def message_of(self, task: Element) -> Event:
        """What a send or receive task sends or waits for."""
        return self._named("message", task.get("messageRef"))

    def event(self, definition: Element) -> Event:
        kind = kind_of(definition).removesuffix("EventDefinition")
        if kind == "timer":
            part = next((each for each in elements(definition) if kind_of(each).startswith("time")), None)
            return Event(kind, text="" if part is None else (part.text or "").strip(),
                         timing="" if part is None else kind_of(part))
        if kind == "conditional":
            return Event("condition", text=feel_text(definition.find(name("condition"))))
        if kind == "compensate":
            return Event("compensation", _reference(definition.get("activityRef")))
        if kind == "link":
            return Event("link", definition.get("name") or "")
        return self._named(kind, definition.get(f"{kind}Ref"))

    def _named(self, kind: str, reference: str | None) -> Event:
        if not reference:
            return Event(kind)
        found = self._by_id.get(_reference(reference))
        if found is None:
            return Event(kind, _reference(reference))
        subscription = extension(found, "subscription")
        key = "" if subscription is None else unmarked(subscription.get("correlationKey") or "")
        code = found.get(_CODES[kind]) if kind in _CODES else None
        return Event(kind, code or found.get("name") or found.get("id") or "", key=key)

    def loop_of(self, activity: Element) -> Loop | None:
        """The loop characteristics of an activity."""
        element, element_id = loop_element(activity), activity.get("id") or ""
        if element is None:
            return None
        if kind_of(element) == "standardLoopCharacteristics":
            maximum = (element.get("loopMaximum") or "").strip()
            return Loop(element_id, is_standard=True, again=feel_text(element.find(name("loopCondition"))),
                        test_before=is_set(element, "testBefore"), maximum=int(maximum) if maximum else None)
        given = self._data_of(element)
        behavior = element.get("behavior") or "All"
        return Loop(element_id, one_by_one=is_set(element, "isSequential"),
                    cardinality=feel_text(element.find(name("loopCardinality"))),
                    until=feel_text(element.find(name("completionCondition"))),
                    collection=given["inputCollection"], item=given["inputElement"],
                    output=given["outputElement"], results=given["outputCollection"],
                    behavior=behavior, told=tuple(self._told(element, behavior)))

    def _data_of(self, loop: Element) -> dict[str, str]:
        """What a multi-instance loop runs over and collects: in Camunda 8's words, Camunda 7's and Flowable's, or BPMN's."""
        zeebe = extension(loop, "loopCharacteristics")
        if zeebe is not None:
            return {key: unmarked(zeebe.get(key) or "") for key in _LOOP_DATA}
        found = {key: self._item(loop, kind) for key, kind in _LOOP_DATA.items()}
        for space in _SEVENS:
            for key, attribute in (("inputCollection", "collection"), ("inputElement", "elementVariable")):
                found[key] = unmarked(_BRACED.sub(r"\1", loop.get(name(attribute, space)) or found[key]))
        return found

    def _item(self, loop: Element, kind: str) -> str:
        """A data item by its name: one the loop declares, or refers to; what refers to nothing names a variable."""
        part = next(iter(children(loop, kind)), None)
        if part is None:
            return ""
        if kind.endswith("Item"):
            return part.get("name") or part.get("id") or ""
        reference = _reference(part.text)
        target = next((each for each in loop.getroottree().iter("*") if each.get("id") == reference), None)
        return reference if target is None else target.get("name") or reference

    def _told(self, loop: Element, behavior: str) -> Iterator[tuple[str, Event]]:
        reference = loop.get(f"{behavior.lower()}BehaviorEventRef")
        if behavior in ("None", "One") and reference:
            yield "", self.event(self.target(reference, loop))
        for each in children(loop, "complexBehaviorDefinition") if behavior == "Complex" else ():
            condition = feel_text(each.find(name("condition")))
            for thrown in children(each, "event"):
                for event in self.events_of(thrown):
                    yield condition, event
