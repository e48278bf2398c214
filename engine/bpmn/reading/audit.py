"""What a drawing says to another engine and nobody here understood: named, never dropped in silence.

Documentation, diagrams and the notes of modelling tools are kept and harmless; so are properties that only tune
another engine.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.reading.drawing import Drawing
from engine.bpmn.reading.tags import ACTIVITI, CAMUNDA, FLOWABLE, ZEEBE, Ledger, Tag
from engine.bpmn.xml import ANLIU, Element, local_name
from engine.definition.problems import did_you_mean

_ENGINES = {ZEEBE: "zeebe", CAMUNDA: "camunda", FLOWABLE: "flowable", ACTIVITI: "activiti", ANLIU: "anliu"}
_ANY_VERSION = ANLIU.rstrip("0123456789")
"""Our namespace without its version: notes of another version are not ours to pass over."""
_TEMPLATES = frozenset({"modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon"})
_SEVEN = _TEMPLATES | {
    "asyncBefore", "asyncAfter", "asynchronous", "exclusive", "jobPriority", "taskPriority", "failedJobRetryTimeCycle",
    "historyTimeToLive", "versionTag", "isStartableInTasklist", "priority", "properties", "property", "formRefBinding",
    "formRefVersion", "diagramRelationId", "variableName"}
_FLOWABLE = _SEVEN | {
    "async", "category", "formFieldValidation", "localization", "localizationName", "name", "iconUri", "owner",
    "enableEagerExecutionTreeFetching"}
_HARMLESS = {
    ZEEBE: _TEMPLATES | {"properties", "property", "userTask", "versionTag", "taskHeaders", "header", "priorityDefinition",
                         "bindingType", "retries", "userTaskForm"},
    CAMUNDA: _SEVEN, FLOWABLE: _FLOWABLE, ACTIVITI: _FLOWABLE, ANLIU: frozenset()}
"""What only tunes another engine: order of work, retries, history, labels."""
OWN_WORDS = ("who", "due", "require", "set", "number", "record", "notify", "end", "task", "start", "step", "on", "outcome",
             "definition", "request", "deadline", "switch", "fork", "case")


def find_ignored(drawing: Drawing) -> None:
    """Note every attribute and extension of an engine's namespace that was not understood and is not harmless."""
    for element in drawing.root.iter("*"):
        tag = drawing.ledger.tag(element)
        if tag.kind:
            _audit_attributes(tag)
            _audit_quantities(tag)
        if tag.kind == "extensionElements":
            for child in element:
                _audit_extension(drawing.ledger, child)


def _audit_attributes(tag: Tag) -> None:
    for key in tag.attributes:
        engine = _engine_of(key)
        local = key.rpartition("}")[2]
        if engine and (tag.element, key) not in tag.ledger.known and local not in _HARMLESS.get(_space(key), ()):
            _refuse(tag, f"{engine}:{local}")


def _audit_quantities(tag: Tag) -> None:
    for key in ("startQuantity", "completionQuantity"):
        if tag.element.get(key, "1").strip() != "1":
            _refuse(tag, key)


def _audit_extension(ledger: Ledger, element: Element) -> None:
    tag, space = ledger.tag(element), _space(element.tag)
    engine = _engine_of(element.tag)
    if not engine or tag.local in _HARMLESS.get(space, ()):
        return
    if (element, "") not in ledger.known:
        _refuse(tag, f"{engine}:{tag.local}")
        return
    for said in _unknown_within(tag):
        _refuse(tag, f"{engine}:{tag.local} {said}")


def _unknown_within(tag: Tag) -> Iterator[str]:
    """Attributes and inner elements of an understood extension that were not asked for."""
    for key in tag.attributes:
        if (tag.element, key) not in tag.ledger.known and key not in _HARMLESS.get(_space(tag.element.tag), ()) and "}" not in key:
            yield key
    for child in tag.element:
        inner = tag.ledger.tag(child)
        if (child, "") not in tag.ledger.known:
            yield inner.local
        else:
            yield from _unknown_within(inner)


def _refuse(tag: Tag, what: str) -> None:
    hint = did_you_mean(local_name(tag.element), OWN_WORDS) if what.startswith("anliu:") else ("", "")
    tag.refuse("bpmn-ignored", f"不支持 {what}，不能当作没有看见", f"{what} is not supported, and may not be ignored in silence", hint)


def _space(key: str) -> str:
    return key[1:].partition("}")[0] if key.startswith("{") else ""


def _engine_of(key: str) -> str:
    space = _space(key)
    return "anliu" if space.startswith(_ANY_VERSION) else _ENGINES.get(space, "")


