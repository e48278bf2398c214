"""Which step a BPMN element belongs to, and what it is of that step: how the engine finds its way back to the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.bpmn.graph import Owner, Part
from engine.bpmn.ids import whole_loop
from engine.bpmn.occurrences import trigger_of
from engine.bpmn.plan import plan
from engine.bpmn.reading.drawing import is_drawn
from engine.bpmn.reading.starts import first_task, outcome_of
from engine.bpmn.xml import ANLIU, Element, local_name, name, parse_xml
from engine.definition.model import Definition, Do, Event, EventStart, For, Listen, Request, Start, Trigger, Wait

_KEPT = 256


@dataclass(frozen=True, slots=True)
class Reached:
    """A BPMN element: the step it belongs to (None: the end of the main flow), and which part of it.

    `outcome` is the outcome that an end event gives the instance.
    """

    step: Owner | None
    part: Part
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """All elements of one definition."""

    elements: Mapping[str, Reached]

    def find(self, element_id: str) -> Reached | None:
        return self.elements.get(element_id)

    def of_step(self, step_id: str) -> tuple[str, ...]:
        """The ids of all elements that belong to a step, in document order."""
        return tuple(element_id for element_id, reached in self.elements.items()
                     if reached.step is not None and reached.step.id == step_id)


_names: dict[int, tuple[Definition, Names]] = {}


def names_of(definition: Definition) -> Names:
    """The names of a definition, made once per definition object."""
    known = _names.get(id(definition))
    if known is not None and known[0] is definition:
        return known[1]
    names = Names(_drawn(definition) if definition.drawing is not None else _planned(definition))
    if len(_names) >= _KEPT:
        _names.clear()
    _names[id(definition)] = (definition, names)
    return names


def triggers_of(definition: Definition) -> Mapping[str, Trigger]:
    """What the events of a definition wait for, by element; an event sub-process has that of its start."""
    if definition.drawing is not None:
        return _drawn_triggers(definition)
    found: dict[str, Trigger] = {}
    for node in plan(definition).nodes:
        trigger = trigger_of(node)
        if trigger is not None:
            found[node.id] = trigger
            if node.part == "start" and node.step is not None:
                found[node.step.id] = trigger
    return found


def _drawn_triggers(definition: Definition) -> Mapping[str, Trigger]:
    found: dict[str, Trigger] = {}
    for step in definition.every_step():
        found |= {item.id: item.trigger for item in (*getattr(step, "on", ()), *(step.ways if isinstance(step, Listen) else ()))}
        if isinstance(step, Wait):
            found[step.id] = step.trigger
    for element_id, reached in names_of(definition).elements.items():
        if isinstance(reached.step, Event | EventStart):
            found[element_id] = reached.step.trigger
    return found


def start_event_of(definition: Definition, start: Start | EventStart) -> str:
    """The start event at which an instance begins."""
    return _entry_of(definition, start) or start.id


def starts_at_event(definition: Definition, start: Start) -> bool:
    """Whether the starter fills in the start event itself, and no task follows that would hold the answers."""
    return start_event_of(definition, start) == start.id


def scope_of(definition: Definition, request: Request) -> str:
    """The event sub-process that runs a request."""
    return next(element_id for element_id, reached in names_of(definition).elements.items()
                if reached.part == "scope" and reached.step is request)


def loop_at(definition: Definition, element_id: str) -> For | None:
    """The `for` that is drawn as this element: a sub-process, or in a drawing the one activity that is done for every item."""
    reached = names_of(definition).find(element_id)
    if reached is not None and isinstance(reached.step, For):
        return reached.step
    around = definition.find_step(whole_loop(element_id)) if definition.drawing is not None else None
    return around if isinstance(around, For) and [step.id for step in around.steps] == [element_id] else None


def _entry_of(definition: Definition, step: Owner) -> str | None:
    return next((element_id for element_id, reached in names_of(definition).elements.items()
                 if reached.part == "start" and reached.step is step), None)


def _planned(definition: Definition) -> Mapping[str, Reached]:
    return {node.id: Reached(node.step, node.part, node.outcome) for node in plan(definition).nodes}


def _drawn(definition: Definition) -> Mapping[str, Reached]:
    """The elements of a drawing that mean something to the model; gateways and events without effect do not."""
    inner = [event for step in definition.every_step() if isinstance(step, Do) for event in step.events]
    owners = (*definition.every_step(), *definition.every_form_step(), *definition.event_starts, *definition.events, *inner)
    steps: dict[str, Owner] = {step.id: step for step in owners}
    elements: dict[str, Reached] = {}
    process = next(each for each in parse_xml(definition.drawing or b"").iter(name("process")) if is_drawn(each))
    for node in (each for each in process.iter("*") if each.get("id")):
        element_id, around = node.get("id") or "", node.getparent()
        if around is not None and local_name(node) == "startEvent":
            elements |= _begun(node, around, steps)
        elif local_name(node) == "endEvent" and around is process:
            elements[element_id] = Reached(None, "end", outcome_of(node))
        elif local_name(node) == "boundaryEvent" and node.get("attachedToRef") in steps:
            elements[element_id] = Reached(steps[node.get("attachedToRef") or ""], "boundary")
        if element_id in steps:
            elements.setdefault(element_id, Reached(steps[element_id], "step"))
    return elements


def _begun(event: Element, around: Element, steps: Mapping[str, Owner]) -> dict[str, Reached]:
    scope = steps.get(around.get("id") or "")
    if isinstance(scope, Event):
        return {event.get("id") or "": Reached(scope, "start"), scope.id: Reached(scope, "scope")}
    task = first_task(around, event)
    step = steps.get(task.get("id") or "") if task is not None else None
    said = next((each.get("name") for each in event.iter(name("start", ANLIU))), None) or event.get("id") or ""
    begun = step if isinstance(step, Start | Request) else steps.get(said)
    found = {event.get("id") or "": Reached(begun, "start")} if isinstance(begun, Start | Request | EventStart) and (
        begun is step or isinstance(begun, EventStart)) else {}
    if isinstance(step, Request):
        found[around.get("id") or ""] = Reached(step, "scope")
        for end in around.iterchildren(name("endEvent")):
            found[end.get("id") or ""] = Reached(step, "end", outcome_of(end))
    return found
