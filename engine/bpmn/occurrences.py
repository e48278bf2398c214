"""What happens in BPMN's words: event definitions of events, and the messages, signals, errors they refer to.

Knows triggers and what is raised; refuses to know where an event stands.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.deadlines import formal, write_moment, write_timer
from engine.bpmn.extensions import formula
from engine.bpmn.graph import Graph, Node
from engine.bpmn.xml import ZEEBE, Element, add
from engine.definition.model import (
    ConditionTrigger,
    EndStep,
    EntryTrigger,
    Event,
    EventStart,
    Expression,
    Fork,
    Listen,
    MessageTrigger,
    Raise,
    Request,
    ScheduleTrigger,
    TimerTrigger,
    Trigger,
    Wait,
)
from engine.worktime.every import Every

_CODES = {"error": "errorCode", "escalation": "escalationCode"}
_CYCLES = {"day": "D", "week": "W", "month": "M", "year": "Y"}


def trigger_of(node: Node) -> Trigger | None:
    """What the event of a node waits for."""
    if node.boundary is not None:
        return node.boundary.trigger
    if node.way is not None:
        return node.way.trigger
    step = node.step
    if node.part == "start" and isinstance(step, Event | EventStart):
        return step.trigger
    if node.part == "step" and isinstance(step, Wait):
        return step.trigger
    if node.part == "step" and isinstance(step, Listen) and len(step.ways) == 1:
        return step.ways[0].trigger
    return None


# ---------------------------------------------------------------- what events refer to

def write_roots(root: Element, graph: Graph) -> None:
    """The messages, one per event that waits for or sends one; signals, errors and escalations once per name."""
    known: set[str] = set()
    for node in graph.nodes:
        for kind, element_id, name, key in _named(node):
            if element_id not in known:
                known.add(element_id)
                code = {_CODES[kind]: name} if kind in _CODES else {}
                element = add(root, kind, {"id": element_id, "name": name, **code})
                if key is not None:
                    extensions = add(element, "extensionElements")
                    add(extensions, "subscription", {"correlationKey": formula(key)}, namespace=ZEEBE)


def _named(node: Node) -> Iterator[tuple[str, str, str, Expression | None]]:
    trigger, step = trigger_of(node), node.step
    if node.part == "start" and isinstance(step, Request):
        yield "message", _message_id(step.id), step.title, None
    elif isinstance(trigger, MessageTrigger):
        yield "message", _message_id(node.id), trigger.name, trigger.key
    elif trigger is not None and trigger.kind in ("signal", "error", "escalation"):
        name = getattr(trigger, "name", "")
        if name:
            yield trigger.kind, f"{trigger.kind}-{name}", name, None
    elif node.part == "step" and isinstance(step, Raise):
        is_message = step.raises == "message"
        yield step.raises, _message_id(node.id) if is_message else f"{step.raises}-{step.name}", step.name, None


def _message_id(element: str) -> str:
    return f"message-{element}"


# ---------------------------------------------------------------- event definitions

def write_event_definition(element: Element, node: Node) -> None:
    """The definition of what the event waits for, throws or does."""
    step, trigger = node.step, trigger_of(node)
    if trigger is not None:
        _write_trigger(element, trigger)
    elif node.part == "start" and isinstance(step, Request):
        _refer(element, "message", _message_id(step.id))
    elif node.part == "step" and isinstance(step, Raise):
        target = _message_id(node.id) if step.raises == "message" else f"{step.raises}-{step.name}"
        _refer(element, step.raises, target)
    elif node.part == "end" and (isinstance(step, Fork) or (isinstance(step, EndStep) and step.terminate)):
        add(element, "terminateEventDefinition", {"id": f"{node.id}.terminate"})


def _refer(element: Element, kind: str, target: str) -> None:
    reference = {f"{kind}Ref": target} if target else {}
    add(element, f"{kind}EventDefinition", {"id": f"{element.get('id')}.{kind}", **reference})


def _write_trigger(element: Element, trigger: Trigger) -> None:
    if isinstance(trigger, TimerTrigger):
        _write_timer(element, trigger)
    elif isinstance(trigger, ScheduleTrigger):
        definition = add(element, "timerEventDefinition", {"id": f"{element.get('id')}.timer"})
        formal(definition, "timeCycle", _cycle(trigger.every))
    elif isinstance(trigger, ConditionTrigger):
        _write_condition(element, trigger.when)
    elif isinstance(trigger, EntryTrigger):
        _write_condition(element, trigger.when or Expression("true"))
    elif isinstance(trigger, MessageTrigger):
        _refer(element, "message", _message_id(element.get("id") or ""))
    elif trigger.kind in ("signal", "error", "escalation"):
        name = getattr(trigger, "name", "")
        _refer(element, trigger.kind, f"{trigger.kind}-{name}" if name else "")


def _write_timer(element: Element, trigger: TimerTrigger) -> None:
    if trigger.at is not None:
        write_moment(element, trigger.at.text)
    elif trigger.after is not None:
        write_timer(element, trigger.after, repeat=trigger.repeat)


def _write_condition(element: Element, condition: Expression) -> None:
    event = add(element, "conditionalEventDefinition", {"id": f"{element.get('id')}.condition"})
    formal(event, "condition", formula(condition))


def _cycle(every: Every) -> str:
    """ISO 8601 text of a repetition without end; a quarter is three months."""
    if every.period == "quarter":
        return f"R/P{3 * every.amount}M"
    return f"R/P{every.amount}{_CYCLES[every.period]}"
