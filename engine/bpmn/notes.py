"""The extension elements of a node: what BPMN has no words for, in our namespace; and Camunda 8's, for other tools.

Knows which noun says what; how values, rules and limits are written is in extensions.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.bpmn.deadlines import moment_text
from engine.bpmn.extensions import (
    flag,
    formula,
    joined,
    note,
    rule_text,
    write_due,
    write_effects,
    write_gates,
    write_value,
    write_who,
)
from engine.bpmn.graph import Node
from engine.bpmn.occurrences import trigger_of
from engine.bpmn.xml import ZEEBE, Element, add
from engine.definition.model import (
    Boundary,
    Call,
    CalledTrigger,
    Decide,
    Due,
    EntryTrigger,
    Event,
    EventStart,
    For,
    Fork,
    MessageTrigger,
    Named,
    Raise,
    Request,
    ScheduleTrigger,
    Service,
    Start,
    Step,
    Switch,
    Task,
    TimerTrigger,
    Trigger,
)


def write_notes(element: Element, node: Node) -> None:
    """The extension elements of a node, if it has any."""
    extensions = add(element, "extensionElements")
    if node.boundary is not None:
        _write_boundary(extensions, node.boundary)
    elif node.way is not None:
        note(extensions, "way", {"basis": joined(node.way.basis), **_trigger(node.way.trigger)})
    elif node.part == "step" and node.step is not None:
        _write_step(extensions, node.step)
    elif node.part == "scope" and isinstance(node.step, Request):
        _write_request(extensions, node.step)
    elif node.part == "start" and isinstance(node.step, Event | EventStart):
        _write_event_start(extensions, node.step)
    elif node.part == "end" and node.outcome is not None:
        write_value(extensions, "outcome", {}, node.outcome)
    if len(extensions) == 0:
        element.remove(extensions)


def _write_boundary(extensions: Element, boundary: Boundary) -> None:
    note(extensions, "on", {"after": boundary.after.en if boundary.after else "", "then": boundary.then or "",
                            "basis": joined(boundary.basis), **_trigger(boundary.trigger)})


def _trigger(trigger: Trigger) -> dict[str, str]:
    """What a trigger says that BPMN does not."""
    if isinstance(trigger, EntryTrigger):
        return {"entry": trigger.register, "key": formula(trigger.key), "when": formula(trigger.when)}
    if isinstance(trigger, ScheduleTrigger):
        return {"every": trigger.every.en, "forEach": trigger.for_each, "when": formula(trigger.when)}
    if isinstance(trigger, CalledTrigger):
        return {"called": "true", "takes": " ".join(trigger.takes)}
    if isinstance(trigger, TimerTrigger):
        return {"repeat": flag(trigger.repeat)}
    return {"takes": " ".join(trigger.takes)} if isinstance(trigger, MessageTrigger) else {}


def _write_event_start(extensions: Element, start: Event | EventStart) -> None:
    local = "event" if isinstance(start, Event) else "start"
    then = start.then or "" if isinstance(start, EventStart) else ""
    note(extensions, local, {"name": start.id, "then": then, "basis": joined(start.basis), **_trigger(start.trigger)})
    if isinstance(start, EventStart):
        write_effects(extensions, start.effects)


def _write_request(extensions: Element, request: Request) -> None:
    note(extensions, "request", {
        "name": request.id, "when": formula(request.when), "repeat": str(request.repeat).lower(),
        "interrupting": str(request.interrupting).lower(), "basis": joined(request.basis)})


# ---------------------------------------------------------------- steps

def _write_step(extensions: Element, step: Start | Request | EventStart | Event | Step) -> None:
    if isinstance(step, Task | Start | Request):
        _write_form_step(extensions, step)
        return
    if isinstance(step, Call):
        add(extensions, "calledElement", {"processId": step.process}, namespace=ZEEBE)
    elif isinstance(step, Service):
        add(extensions, "taskDefinition", {"type": step.type}, namespace=ZEEBE)
    elif isinstance(step, Decide) and isinstance(step.table, str):
        add(extensions, "calledDecision", {"decisionId": step.table, "resultVariable": step.id}, namespace=ZEEBE)
    local, attributes = _said(step)
    element = note(extensions, local, {**attributes, "then": getattr(step, "then", None) or "", "basis": joined(step.basis)})
    _write_named(element, "with", getattr(step, "values", ()))
    _write_named(element, "collect", getattr(step, "collect", ()))
    trigger = trigger_of(Node(step.id, "intermediateCatchEvent", "step", step=step))
    for key, value in _trigger(trigger).items() if trigger is not None else ():
        if value:
            element.set(key, value)
    effects = getattr(step, "effects", None)
    if effects is not None:
        write_effects(extensions, effects)


_SAID: Mapping[type, Callable[[Any], dict[str, str]]] = {
    Fork: lambda fork: {"join": str(fork.join)},
    For: lambda loop: {"each": loop.each, "at": loop.at, "in": formula(loop.items), "until": formula(loop.until)},
    Call: lambda call: {"process": call.process, "detach": flag(call.detach)},
    Service: lambda service: {"type": service.type},
    Decide: lambda decide: {"table": decide.table if isinstance(decide.table, str) else ""},
    Raise: lambda thrown: {thrown.raises: thrown.name, "key": formula(thrown.key)},
    Switch: lambda switch: {},
}


def _said(step: Any) -> tuple[str, dict[str, str]]:
    """The element of a step without a form, and what it says of it."""
    said = _SAID.get(type(step))
    return ("step" if step.kind == "set" else step.kind), said(step) if said is not None else {}


def _write_named(element: Element, local: str, values: Named) -> None:
    for name, value in values:
        write_value(element, local, {"name": name}, value)


def _write_form_step(extensions: Element, step: Task | Start | Request) -> None:
    due = None if isinstance(step, Request) else step.due
    add(extensions, "formDefinition", {"formId": step.form}, namespace=ZEEBE)
    add(extensions, "assignmentDefinition", {"candidateGroups": rule_text(step.who.rule)}, namespace=ZEEBE)
    if due is not None:
        add(extensions, "taskSchedule", {"dueDate": f"={due_text(due)}"}, namespace=ZEEBE)
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


def due_text(due: Due) -> str:
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
