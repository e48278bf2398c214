"""Our own BPMN file, back to the definition it was written from.

The text inside is believed only when the drawing made from it is this drawing: what somebody changed in a modeller is
never overruled by what the text said before. Then the file is a drawing like any other.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.portable import spell_back
from engine.bpmn.writer import write_bpmn
from engine.bpmn.xml import ANLIU, BPMNDI, DC, DI, Element, name, parse_xml
from engine.definition.model import Definition
from engine.definition.reader import DefinitionReading, read_definition
from engine.definition.text import write_yaml
from engine.errors import DefinitionInvalid, Place, Problem

_TOLD_BY_TOOLS = frozenset({"exporter", "exporterVersion"})
_NEAR = 1.0
"""Pixels by which a tool may round a coordinate."""


def read_own(root: Element, file: str) -> DefinitionReading | None:
    """The reading of the text inside; None when there is none or the drawing is not what that text would draw."""
    source = text_inside(root)
    reading = read_definition(source, file) if source else DefinitionReading(None, ())
    if reading.definition is None or reading.problems:
        return None
    return reading if _is_drawn_from(root, reading.definition) else None


def text_inside(root: Element) -> str:
    """The text of the definition that our writer put into the file; empty when there is none."""
    source = next(root.iter(name("source", ANLIU)), None)
    return (source.text or "") if source is not None else ""


def yaml_of(source: bytes, file: str) -> str:
    """The canonical text of a file that we wrote; DefinitionInvalid for any other drawing."""
    root = parse_xml(source, file)
    spell_back(root)
    reading = read_own(root, file)
    if reading is None or reading.definition is None:
        raise DefinitionInvalid([Problem(Place(file), "not-ours", "这不是本系统导出的 BPMN，或导出后改动过，不能变回 YAML",
                                         "This is no BPMN of ours, or it was changed since, and has no YAML")])
    return write_yaml(reading.definition)


def _is_drawn_from(root: Element, definition: Definition) -> bool:
    titles = {(lane.get("id") or "").removeprefix("lane-"): lane.get("name") or "" for lane in root.iter(name("lane"))}
    try:
        drawn = parse_xml(write_bpmn(definition, role_titles=titles))
    except DefinitionInvalid:
        return False
    return list(_meaning(root)) == list(_meaning(drawn)) and _lies_as(root, drawn)


def _meaning(element: Element) -> Iterator[tuple[object, ...]]:
    """Everything but the diagram, in document order."""
    attributes = {key: value for key, value in element.attrib.items() if key not in _TOLD_BY_TOOLS}
    yield element.tag, sorted(attributes.items()), (element.text or "").strip()
    for child in element:
        if isinstance(child.tag, str) and child.tag != name("BPMNDiagram", BPMNDI):
            yield from _meaning(child)
    yield ("end",)


def _lies_as(root: Element, drawn: Element) -> bool:
    """Whether the shapes lie where we would put them; a file without a diagram has none to lose."""
    given, ours = _places(root), _places(drawn)
    return not given or (given.keys() == ours.keys() and all(_near(given[key], ours[key]) for key in given))


def _near(these: list[float], those: list[float]) -> bool:
    return len(these) == len(those) and all(abs(one - other) <= _NEAR for one, other in zip(these, those, strict=True))


def _places(root: Element) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for shape in root.iter(name("BPMNShape", BPMNDI), name("BPMNEdge", BPMNDI)):
        points = [*shape.iterchildren(name("Bounds", DC)), *shape.iterchildren(name("waypoint", DI))]
        found[shape.get("bpmnElement") or ""] = [_number(point.get(key)) for point in points
                                                 for key in ("x", "y", "width", "height") if point.get(key)]
    return found


def _number(text: str | None) -> float:
    try:
        return float(text or "")
    except ValueError:
        return float("nan")
