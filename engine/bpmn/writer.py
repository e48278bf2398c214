"""Model to BPMN 2.0: the file that is shown, exported and executed. Equal definitions give equal bytes.

One participant, one executable process, a lane per responsible role, everything of `on` and deadlines as event
sub-processes. The whole definition travels inside as canonical text, so that the file can be read back (returning.py).
How each construct is drawn is in drawing.py, what each element carries in elements.py, where it lies in layout.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.bpmn.deadlines import write_deadline
from engine.bpmn.elements import write_levels
from engine.bpmn.extensions import formula, joined, note, write_parameter, write_value
from engine.bpmn.graph import Graph
from engine.bpmn.lanes import lanes_of
from engine.bpmn.layout import lay_out
from engine.bpmn.occurrences import write_roots
from engine.bpmn.plan import plan
from engine.bpmn.xml import ANLIU, Element, add, name, new_root, serialize
from engine.definition.model import LANGUAGE, Definition
from engine.definition.text import write_yaml

FEEL = "https://www.omg.org/spec/DMN/20191111/FEEL/"


def write_bpmn(definition: Definition, *, role_titles: Mapping[str, str] = MappingProxyType({})) -> bytes:
    """The BPMN file of a definition, with its diagram; roles without a title are shown by their id.

    A definition that was read from a drawing gives that drawing back.
    """
    if definition.drawing is not None:
        return definition.drawing
    root = draw(definition, role_titles=role_titles)
    note(next(root.iter(name("definition", ANLIU))), "source").text = write_yaml(definition)
    lay_out(root)
    return serialize(root)


def draw(definition: Definition, *, role_titles: Mapping[str, str] = MappingProxyType({})) -> Element:
    """The tree of that file without its text and before its diagram is laid out: what is executed."""
    graph = plan(definition)
    root = new_root("definitions")
    for key, value in {"id": f"definitions-{definition.process}", "targetNamespace": f"{ANLIU}:{definition.process}",
                       "expressionLanguage": FEEL, "exporter": "Anliu"}.items():
        root.set(key, value)
    collaboration = add(root, "collaboration", {"id": f"collaboration-{definition.process}"})
    add(collaboration, "participant", {"id": f"participant-{definition.process}", "name": definition.title,
                                       "processRef": definition.process})
    write_roots(root, graph)
    process = add(root, "process", {"id": definition.process, "name": definition.title, "isExecutable": "true"})
    if definition.description:
        add(process, "documentation", text=definition.description)
    _write_definition(add(process, "extensionElements"), definition)
    _write_lanes(process, graph, definition, role_titles)
    write_levels(process, graph)
    for deadline in definition.deadlines:
        write_deadline(process, deadline)
    return root


def _write_definition(extensions: Element, definition: Definition) -> None:
    subject = definition.subject
    text = {"subjectText": subject} if isinstance(subject, str) else {"subject": formula(subject)}
    element = note(extensions, "definition", {"language": str(LANGUAGE), "profile": definition.profile,
                                              "category": definition.category, "basis": joined(definition.basis), **text})
    for parameter in definition.parameters:
        write_parameter(element, parameter)
    for returned, value in definition.returns:
        write_value(element, "returns", {"name": returned}, value)


def _write_lanes(process: Element, graph: Graph, definition: Definition, titles: Mapping[str, str]) -> None:
    lane_set = add(process, "laneSet", {"id": f"lanes-{definition.process}"})
    for lane in lanes_of(graph, definition, titles):
        element = add(lane_set, "lane", {"id": lane.id, "name": lane.title})
        for member in lane.members:
            add(element, "flowNodeRef", text=member)
