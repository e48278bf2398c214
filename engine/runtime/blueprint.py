"""The author's process redrawn for the library: only what is executed, under names it does not reserve.

Every id gets a prefix, event sub-processes become processes of their own, what is shown but not executed
is left out. Knows XML only; expects a process that `inspection` found nothing wrong with.
"""

from __future__ import annotations

from engine.bpmn.xml import Element, add, name, new_root
from engine.runtime.inspection import (
    children,
    elements,
    event_definition,
    feel_text,
    is_deadline,
    is_event_scope,
    is_set,
    kind_of,
    nodes,
)

# `Start`, `End` and ids with a dotted suffix mean something to the library; its own never begin with a colon
PREFIX = ":"

_KEPT = ("attachedToRef", "default")


def inner_name(element_id: str) -> str:
    """The name under which the library knows an element of the author."""
    return PREFIX + element_id


def draw(process: Element) -> Element:
    """A document with the process and, beside it, one process per event sub-process."""
    root = new_root("definitions")
    _draw_level(process, add(root, "process", {"id": inner_name(process.get("id") or "")}))
    for scope in event_scopes(process):
        _draw_level(scope, add(root, "process", {"id": inner_name(scope.get("id") or "")}))
    return root


def event_scopes(process: Element) -> list[Element]:
    """The event sub-processes that run: all but the deadlines."""
    return [child for child in elements(process) if is_event_scope(child) and not is_deadline(child)]


def _draw_level(container: Element, target: Element) -> None:
    for node in nodes(container):
        _draw_node(node, target)
    for index, flow in enumerate(children(container, "sequenceFlow")):
        _draw_flow(flow, target, index)


def _draw_node(node: Element, target: Element) -> None:
    attributes = {"id": inner_name(node.get("id") or "")}
    attributes |= {key: inner_name(value) for key in _KEPT if (value := node.get(key)) is not None}
    if kind_of(node) == "boundaryEvent":
        attributes["cancelActivity"] = str(is_set(node, "cancelActivity", "true")).lower()
    drawn = add(target, kind_of(node), attributes)
    if kind_of(node) == "subProcess":
        _draw_level(node, drawn)
    elif (definition := event_definition(node)) is not None:
        event = add(drawn, kind_of(definition))
        for part in elements(definition):
            if kind_of(part) in ("timeDate", "timeDuration", "timeCycle", "condition"):
                add(event, kind_of(part), text=feel_text(part))


def _draw_flow(flow: Element, target: Element, index: int) -> None:
    source, aim = flow.get("sourceRef") or "", flow.get("targetRef") or ""
    flow_id = flow.get("id") or f"{source} {aim} {index}"  # an id of the author holds no space
    drawn = add(target, "sequenceFlow", {"id": inner_name(flow_id), "sourceRef": inner_name(source),
                                         "targetRef": inner_name(aim)})
    condition = flow.find(name("conditionExpression"))
    if condition is not None:
        add(drawn, "conditionExpression", text=feel_text(condition))
