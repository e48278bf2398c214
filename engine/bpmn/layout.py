"""The diagram of a document: BPMN DI for its one pool, its lanes, and the event sub-processes below them.

Layered from left to right, the same for the same document. Reads the semantic part of the XML and writes only the
diagram, so that a file from elsewhere can be laid out as well.
"""

from __future__ import annotations

from collections import defaultdict

from engine.bpmn.routes import draw
from engine.bpmn.sketch import Box, Drawing, Edge, Piece, Point
from engine.bpmn.xml import BPMNDI, DC, DI, Element, add, local_name, name

HEADER = 32.0
BOX_GAP = 26.0
BOX_TITLE = 34.0
BOX_MARGIN = 14.0
NARROWEST = 900.0
_NODES = ("Event", "Task", "Gateway")


def lay_out(root: Element) -> None:
    """Append the diagram of the document's process, replacing one that is there."""
    for old in root.findall(name("BPMNDiagram", BPMNDI)):
        root.remove(old)
    process = next(root.iter(name("process")))
    participant = next(root.iter(name("participant")), None)
    plane_of = next(root.iter(name("collaboration")), process)
    diagram = add(root, "BPMNDiagram", {"id": "diagram"}, namespace=BPMNDI)
    plane = add(diagram, "BPMNPlane", {"id": "plane", "bpmnElement": plane_of.get("id") or ""}, namespace=BPMNDI)
    _Plane(plane).write_pool(process, participant)


class _Plane:
    def __init__(self, plane: Element) -> None:
        self._plane = plane

    def write_pool(self, process: Element, participant: Element | None) -> None:
        lanes = list(process.iter(name("lane")))
        main = draw(*_read_level(process, lanes), lanes=max(1, len(lanes)))
        boxes = [(child, draw(*_read_level(child, []), lanes=1)) for child in process
                 if local_name(child) == "subProcess"]
        left = HEADER * (1 if participant is not None else 0) + HEADER * (1 if lanes else 0)
        width = max([main.width, NARROWEST, *(drawing.width + 2 * BOX_GAP + 2 * BOX_MARGIN for _, drawing in boxes)])
        placed, bottom = _place_boxes(boxes, Box(left, main.height, width, 0))
        if participant is not None:
            self._shape(participant, Box(0, 0, left + width, bottom), horizontal=True)
        for lane, (top, height) in zip(lanes, main.lanes, strict=False):
            self._shape(lane, Box(HEADER, top, left + width - HEADER, height), horizontal=True)
        self._write(process, main, (left, 0.0))
        for element, drawing, box in placed:
            self._shape(element, box, expanded=True)
            self._write(element, drawing, (box.x + BOX_MARGIN, box.y + BOX_TITLE))

    def _write(self, level: Element, drawing: Drawing, by: Point) -> None:
        for child in level:
            element_id = child.get("id") or ""
            label = drawing.labels.get(element_id)
            moved = label.moved(by) if label is not None else None
            if element_id in drawing.shapes:
                self._shape(child, drawing.shapes[element_id].moved(by), label=moved)
            elif element_id in drawing.lines:
                self._edge(element_id, [(x + by[0], y + by[1]) for x, y in drawing.lines[element_id]], moved)

    def _shape(self, element: Element, box: Box, *, label: Box | None = None, horizontal: bool = False,
               expanded: bool = False) -> None:
        element_id = element.get("id") or ""
        attributes = {"id": f"{element_id}.shape", "bpmnElement": element_id}
        attributes |= {"isHorizontal": "true"} if horizontal else {}
        attributes |= {"isExpanded": "true"} if expanded else {}
        attributes |= {"isMarkerVisible": "true"} if local_name(element) == "exclusiveGateway" else {}
        shape = add(self._plane, "BPMNShape", attributes, namespace=BPMNDI)
        _bounds(shape, box)
        if label is not None:
            _bounds(add(shape, "BPMNLabel", namespace=BPMNDI), label)

    def _edge(self, flow_id: str, points: list[Point], label: Box | None) -> None:
        edge = add(self._plane, "BPMNEdge", {"id": f"{flow_id}.edge", "bpmnElement": flow_id}, namespace=BPMNDI)
        for x, y in points:
            add(edge, "waypoint", {"x": _number(x), "y": _number(y)}, namespace=DI)
        if label is not None:
            _bounds(add(edge, "BPMNLabel", namespace=BPMNDI), label)


def _place_boxes(boxes: list[tuple[Element, Drawing]],
                 below: Box) -> tuple[list[tuple[Element, Drawing, Box]], float]:
    """Event sub-processes under the lanes; gives the lower edge of the pool as well."""
    shelves = _Shelves(below)
    placed = [(element, drawing, shelves.put(max(160.0, drawing.width + 2 * BOX_MARGIN),
                                             drawing.height + BOX_TITLE + BOX_MARGIN)) for element, drawing in boxes]
    return placed, shelves.bottom


class _Shelves:
    """Boxes from left to right; a small one stands under the one before while the shelf is deep enough."""

    def __init__(self, below: Box) -> None:
        self._area = below
        self._top = below.y + BOX_GAP
        self._column = Box(below.x + BOX_GAP, self._top, 0.0, 0.0)
        self.bottom = below.y

    def put(self, width: float, height: float) -> Box:
        column = self._column
        if column.height and column.bottom + height + 2 * BOX_GAP <= self.bottom and width <= column.width:
            self._column = Box(column.x, column.y, column.width, column.height + BOX_GAP + height)
            return Box(column.x, column.bottom + BOX_GAP, width, height)
        x = column.right + BOX_GAP if column.width else column.x
        if column.width and x + width + BOX_GAP > self._area.right:
            x, self._top = self._area.x + BOX_GAP, self.bottom
        self._column = Box(x, self._top, width, height)
        self.bottom = max(self.bottom, self._column.bottom + BOX_GAP)
        return self._column


def _read_level(level: Element, lanes: list[Element]) -> tuple[list[Piece], list[Edge]]:
    """The pieces and edges of the process or of one event sub-process."""
    lane_of = {ref.text or "": number for number, lane in enumerate(lanes) for ref in lane.iter(name("flowNodeRef"))}
    hosts: dict[str, str] = {}
    events: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for child in level:
        if local_name(child) == "boundaryEvent":
            hosts[child.get("id") or ""] = child.get("attachedToRef") or ""
            events[child.get("attachedToRef") or ""].append((child.get("id") or "", child.get("name") or ""))
    pieces = [Piece(child.get("id") or "", local_name(child), lane_of.get(child.get("id") or "", 0), child.get("name") or "",
                    tuple(events[child.get("id") or ""]))
              for child in level if local_name(child).endswith(_NODES) and child.get("id") not in hosts]
    edges = []
    defaults = {child.get("default") for child in level}
    for flow in level.findall(name("sequenceFlow")):
        source, target = flow.get("sourceRef") or "", flow.get("targetRef") or ""
        edges.append(Edge(flow.get("id") or "", hosts.get(source, source), target, flow.get("name") or "",
                          source if source in hosts else "", flow.get("id") in defaults))
    return pieces, edges


def _bounds(parent: Element, box: Box) -> None:
    add(parent, "Bounds", {"x": _number(box.x), "y": _number(box.y), "width": _number(box.width),
                           "height": _number(box.height)}, namespace=DC)


def _number(value: float) -> str:
    rounded = round(value, 1)
    return str(int(rounded)) if rounded == int(rounded) else str(rounded)
