"""The control flow as BPMN has it: elements and arrows of all scopes, with the step of the definition behind each.

Read from the XML that is executed, so that a YAML definition and a drawing from any modeller are looked at alike. It knows
BPMN's elements and attributes, and refuses to know what is sound.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from engine.bpmn.graph import Owner
from engine.bpmn.names import loop_at, names_of
from engine.bpmn.writer import draw
from engine.bpmn.xml import Element as Xml
from engine.bpmn.xml import local_name, name, parse_xml
from engine.definition.model import Definition
from engine.errors import Place

_EVENTS = frozenset({"startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"})
_SCOPES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
_GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway"})
_ACTIVITIES = frozenset({"task", "userTask", "manualTask", "scriptTask", "serviceTask", "businessRuleTask", "sendTask",
                         "receiveTask", "callActivity"})
_WAITING = frozenset({"userTask", "manualTask", "serviceTask", "receiveTask", "callActivity", "eventBasedGateway",
                      "intermediateCatchEvent"})
_NODES = _EVENTS | _SCOPES | _GATEWAYS | _ACTIVITIES


@dataclass(frozen=True, slots=True)
class Element:
    """One flow node. `title` is what people call it: its name, that of its step, or its id."""

    id: str
    kind: str
    title: str
    scope: str
    """Id of the sub-process around it; empty for the process itself."""
    place: Place
    step: Owner | None = None
    part: str = ""
    """What it is of its step: `step` itself, or something drawn around it."""
    trigger: str = ""
    """timer, message, terminate, error …: the first event definition of an event."""
    host: str = ""
    """The activity of a boundary event."""
    interrupting: bool = True
    is_event_scope: bool = False
    """An event sub-process: nothing leads to it, its trigger starts it."""
    is_compensation: bool = False
    default: str = ""
    link: str = ""
    need: int = 1
    """How many tokens a complex gateway waits for."""

    @property
    def is_scope(self) -> bool:
        return self.kind in _SCOPES

    @property
    def is_gateway(self) -> bool:
        return self.kind in _GATEWAYS

    @property
    def waits(self) -> bool:
        """A person, an outside program, a moment or a message is waited for here."""
        return self.kind in _WAITING and not self.link

    @property
    def is_outside(self) -> bool:
        """No arrow leads to it, and none needs to."""
        return bool(self.host) or self.is_event_scope or self.is_compensation or self.kind == "startEvent"


@dataclass(frozen=True, slots=True)
class Arrow:
    """One sequence flow; `condition` is FEEL."""

    id: str
    source: str
    target: str
    title: str = ""
    condition: str | None = None
    is_default: bool = False


@dataclass(frozen=True)
class Chart:
    """All elements by id, in document order, and all arrows."""

    elements: Mapping[str, Element]
    arrows: Sequence[Arrow]
    titles: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def out_of(self) -> Mapping[str, Sequence[Arrow]]:
        found: dict[str, list[Arrow]] = defaultdict(list)
        for arrow in self.arrows:
            found[arrow.source].append(arrow)
        return found

    @cached_property
    def into(self) -> Mapping[str, Sequence[Arrow]]:
        found: dict[str, list[Arrow]] = defaultdict(list)
        for arrow in self.arrows:
            found[arrow.target].append(arrow)
        return found

    @cached_property
    def boundaries(self) -> Mapping[str, Sequence[Element]]:
        """Boundary events by the activity they stand at."""
        found: dict[str, list[Element]] = defaultdict(list)
        for element in self.elements.values():
            if element.host:
                found[element.host].append(element)
        return found

    @cached_property
    def members(self) -> Mapping[str, Sequence[Element]]:
        """Elements by the scope they stand in."""
        found: dict[str, list[Element]] = defaultdict(list)
        for element in self.elements.values():
            found[element.scope].append(element)
        return found

    def scopes(self) -> Iterator[str]:
        """The process (empty) and every sub-process."""
        yield ""
        yield from (element.id for element in self.elements.values() if element.is_scope)

    def around(self, element_id: str) -> Iterator[str]:
        """The scopes around an element, from the inside; the process (empty) is the last."""
        scope = self.elements[element_id].scope
        while scope:
            yield scope
            scope = self.elements[scope].scope
        yield ""

    def starts_of(self, scope: str) -> tuple[Sequence[Element], bool]:
        """Where a scope begins, and whether all of these begin together: without a start event whatever nothing leads to."""
        inside = self.members[scope]
        starts = [element for element in inside if element.kind == "startEvent"]
        if starts:
            return starts, False
        return [element for element in inside if not element.is_outside and not self.into[element.id]], True

    def is_ended_from_outside(self, scope: str) -> bool:
        """Whether an interrupting event may end the scope, or one around it, whatever stands inside."""
        while True:
            for each in self.members[scope]:
                if each.is_event_scope and any(start.interrupting for start in self.starts_of(each.id)[0]):
                    return True
            if not scope:
                return False
            if any(each.interrupting for each in self.boundaries[scope]):
                return True
            scope = self.elements[scope].scope


def chart_of(definition: Definition) -> Chart:
    """The chart of a definition, of its drawing when it has one. DefinitionInvalid when it cannot be drawn."""
    root = parse_xml(definition.drawing) if definition.drawing is not None else draw(definition)
    reading = _Reading(definition)
    for process in root.iter(name("process")):
        reading.read(process, "")
    return reading.chart()


class _Reading:
    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._names = names_of(definition)
        self._deadlines = {f"deadline_{deadline.id}" for deadline in definition.deadlines}
        self._elements: dict[str, Element] = {}
        self._arrows: list[Arrow] = []
        self._loops: dict[str, str] = {}
        """Activities that are done for every item: in the chart each stands alone in a scope, which is what arrows lead to."""

    def read(self, parent: Xml, scope: str) -> None:
        for node in parent:
            kind, element_id = local_name(node), node.get("id") or ""
            if kind == "sequenceFlow":
                self._arrows.append(_arrow(node, element_id))
            elif kind in _NODES and element_id not in self._deadlines:   # those are drawn only; our own clocks keep them
                element = self._element(node, kind, element_id, scope)
                loop = loop_at(self._definition, element_id) if kind in _ACTIVITIES else None
                if loop is not None:
                    self._loops[element_id] = loop.id
                    self._elements[loop.id] = replace(element, id=loop.id, kind="subProcess", step=loop, part="step")
                    element = replace(element, scope=loop.id, default="", is_compensation=False)
                self._elements[element_id] = element
                if kind in _SCOPES:
                    self.read(node, element_id)

    def _element(self, node: Xml, kind: str, element_id: str, scope: str) -> Element:
        found = self._names.find(element_id)
        step = found.step if found is not None else None
        host = node.get("attachedToRef") or ""
        triggers = [local_name(child).removesuffix("EventDefinition") for child in node
                    if local_name(child).endswith("EventDefinition")]
        is_own = found is not None and found.part in ("step", "start", "boundary", "scope")
        title = node.get("name") or (getattr(step, "title", "") if is_own else "") or (step.id if step is not None else element_id)
        place = step.place if step is not None else self._definition.place
        return Element(
            element_id, kind, title, scope, place, step, found.part if found is not None else "",
            triggers[0] if triggers else "", host, node.get("cancelActivity" if host else "isInterrupting", "true") != "false",
            node.get("triggeredByEvent") == "true",
            node.get("isForCompensation") == "true" or (bool(host) and triggers == ["compensate"]),
            node.get("default") or "", _link_of(node), _need_of(node))

    def chart(self) -> Chart:
        """Flows of a default are marked, throwing links lead to their catching ones."""
        defaults = {element.default for element in self._elements.values()} - {""}
        arrows = [Arrow(each.id, self._end(each.source), self._end(each.target), each.title,
                        None if each.id in defaults else each.condition, each.id in defaults) for each in self._arrows
                  if each.source in self._elements and each.target in self._elements]
        for element in [each for each in self._elements.values() if each.host in self._loops]:
            self._elements[element.id] = replace(element, host=self._end(element.host))
        thrown = [each for each in self._elements.values() if each.link and each.kind == "intermediateThrowEvent"]
        caught = [each for each in self._elements.values() if each.link and each.kind == "intermediateCatchEvent"]
        arrows += [Arrow(f"link-{one.id}", one.id, other.id) for one in thrown for other in caught
                   if one.link == other.link and one.scope == other.scope]
        return Chart(self._elements, arrows)

    def _end(self, element_id: str) -> str:
        """What an arrow to or from this element, or an event on its border, belongs to."""
        return self._loops.get(element_id, element_id)


def _arrow(node: Xml, arrow_id: str) -> Arrow:
    condition = next((child.text or "" for child in node if local_name(child) == "conditionExpression"), None)
    return Arrow(arrow_id, node.get("sourceRef") or "", node.get("targetRef") or "", node.get("name") or "",
                 condition.strip().removeprefix("=").strip() if condition is not None else None)


def _link_of(node: Xml) -> str:
    return next((child.get("name") or "" for child in node if local_name(child) == "linkEventDefinition"), "")


def _need_of(node: Xml) -> int:
    """The number in the activation condition of a complex gateway; 1 where it says something else."""
    text = next((child.text or "" for child in node if local_name(child) == "activationCondition"), "")
    digits = text.rpartition(">=")[2].strip()
    return int(digits) if digits.isdigit() and len(digits) < 4 else 1
