"""How a drawing begins: the task whose form the starter fills in, and what the ends are called."""

from __future__ import annotations

from engine.bpmn.xml import ANLIU, Element, local_name, name

_FILLED = ("userTask", "manualTask")


def first_task(level: Element, event: Element) -> Element | None:
    """The user task that a plain start event leads to, straight or through merging gateways; None when there is none.

    A start event that has a form of its own is filled in itself.
    """
    if _has_form(event):
        return None
    nodes = {child.get("id"): child for child in level}
    seen, at = set(), event
    while at.get("id") not in seen:
        seen.add(at.get("id"))
        targets = [flow.get("targetRef") for flow in level.iterchildren(name("sequenceFlow"))
                   if flow.get("sourceRef") == at.get("id")]
        following = nodes.get(targets[0]) if len(targets) == 1 else None
        if following is None:
            return None
        if local_name(following) in _FILLED:
            return following
        if local_name(following) != "exclusiveGateway":
            return None
        at = following
    return None


def _has_form(event: Element) -> bool:
    if any(str(key).endswith(("}formKey", "}formRef")) for key in event.attrib):
        return True
    return any(local_name(each) == "formDefinition" for each in event.iter() if each is not event)


def outcome_of(end: Element) -> str | None:
    """What the instance's outcome is when it ends here: our note, else the name; None for ends that say nothing."""
    for said in end.iter(name("outcome", ANLIU)):
        return said.get("text")
    plain = all(local_name(child) in ("incoming", "outgoing", "documentation", "extensionElements", "terminateEventDefinition")
                for child in end)
    return (end.get("name") or "").strip() or None if plain else None
