"""The diagram of a document: BPMN DI for its one pool, its lanes, and the event sub-processes below them.

Layered from left to right, the same for the same document. Reads the semantic part of the XML and writes only the
diagram, so that a file from elsewhere can be laid out as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from engine.bpmn.routes import draw
from engine.bpmn.sketch import Box, Edge, Piece, Point
from engine.bpmn.xml import BPMNDI, DC, DI, Element, add, local_name, name

HEADER = 32.0
BOX_GAP = 26.0
BOX_TITLE = 34.0
BOX_MARGIN = 14.0
NARROWEST = 900.0
_NODES = ("Event", "Task", "task", "Gateway", "Activity", "ubProcess", "transaction")


def lay_out(root: Element) -> None:
    """Append the diagram of the document's process, replacing one that is there."""
    for old in root.findall(name("BPMNDiagram", BPMNDI)):
        root.remove(old)
    process = next((each for each in root.iter(name("process")) if any(map(_is_node, each))), next(root.iter(name("process"))))
    participant = next((each for each in root.iter(name("participant")) if each.get("processRef") == process.get("id")), None)
    plane_of = next(root.iter(name("collaboration")), process) if participant is not None else process
    diagram = add(root, "BPMNDiagram", {"id": "diagram"}, namespace=BPMNDI)
    plane = add(diagram, "BPMNPlane", {"id": "plane", "bpmnElement": plane_of.get("id") or ""}, namespace=BPMNDI)
    _Plane(plane).write_pool(_Level(process, _lanes_of(process)), participant)


def _is_node(element: Element) -> bool:
    return local_name(element).endswith(_NODES)


def _is_event_scope(element: Element) -> bool:
    return local_name(element) == "subProcess" and element.get("triggeredByEvent") in ("true", "1")


def _is_scope(element: Element) -> bool:
    """A sub-process of the flow that holds nodes of its own."""
    return local_name(element).endswith(("ubProcess", "transaction")) and any(map(_is_node, element))


def _lanes_of(process: Element) -> list[Element]:
    """The lanes of the outer set; what lies in a lane's own lanes lies in that lane."""
    lane_set = process.find(name("laneSet"))
    return list(lane_set.iterchildren(name("lane"))) if lane_set is not None else []


class _Level:
    """The nodes of one level with the levels inside them, drawn in coordinates of their own."""

    def __init__(self, element: Element, lanes: list[Element]) -> None:
        self.element = element
        self.lanes = lanes
        self.inner = {child.get("id") or "": _Level(child, []) for child in element
                      if _is_scope(child) and not _is_event_scope(child)}
        self.boxes = [_Level(child, []) for child in element if _is_event_scope(child)]
        self.drawing = draw(*_read_level(element, lanes, self.inner), lanes=max(1, len(lanes)))
        self.width = max([self.drawing.width, *(box.room[0] + 2 * BOX_GAP for box in self.boxes)])
        self.placed: list[tuple[_Level, Box]] = []
        self.height = self.drawing.height
        if not lanes:
            self.place_boxes(self.width)

    def place_boxes(self, width: float) -> None:
        """Event sub-processes stand under the flow."""
        shelves = _Shelves(Box(0, self.drawing.height, width, 0))
        self.placed = [(box, shelves.put(*box.room)) for box in self.boxes]
        self.width, self.height = width, shelves.bottom

    @property
    def room(self) -> tuple[float, float]:
        """What the level needs as an expanded sub-process, with its title and a margin."""
        return max(160.0, self.width + 2 * BOX_MARGIN), self.height + BOX_TITLE + BOX_MARGIN


class _Plane:
    def __init__(self, plane: Element) -> None:
        self._plane = plane

    def write_pool(self, level: _Level, participant: Element | None) -> None:
        lanes = level.lanes
        left = HEADER * (1 if participant is not None else 0) + HEADER * (1 if lanes else 0)
        width = max(level.width, NARROWEST) if participant is not None or lanes else level.width
        level.place_boxes(width)
        if participant is not None:
            self._shape(participant, Box(0, 0, left + width, level.height), horizontal=True)
        for lane, (top, height) in zip(lanes, level.drawing.lanes, strict=False):
            self._shape(lane, Box(left - HEADER, top, width + HEADER, height), horizontal=True)
        self._write(level, (left, 0.0))

    def _write(self, level: _Level, by: Point) -> None:
        drawing = level.drawing
        for child in level.element:
            element_id = child.get("id") or ""
            label = drawing.labels.get(element_id)
            moved = label.moved(by) if label is not None else None
            if element_id in drawing.shapes:
                self._node(child, drawing.shapes[element_id].moved(by), moved, level.inner.get(element_id))
            elif element_id in drawing.lines:
                self._edge(element_id, [(x + by[0], y + by[1]) for x, y in drawing.lines[element_id]], moved)
        for box, place in level.placed:
            self._node(box.element, place.moved(by), None, box)

    def _node(self, element: Element, box: Box, label: Box | None, inner: _Level | None) -> None:
        self._shape(element, box, label=label, expanded=inner is not None)
        if inner is not None:
            self._write(inner, (box.x + BOX_MARGIN, box.y + BOX_TITLE))

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


def _read_level(level: Element, lanes: list[Element], inner: Mapping[str, _Level]) -> tuple[list[Piece], list[Edge]]:
    """The pieces and edges of one level; what is not complete yet (a flow into nowhere) is left out."""
    lane_of = {ref.text or "": number for number, lane in enumerate(lanes) for ref in lane.iter(name("flowNodeRef"))}
    nodes = {child.get("id") or "": child for child in level if _is_node(child) and not _is_event_scope(child)}
    hosts = {element_id: child.get("attachedToRef") or "" for element_id, child in nodes.items()
             if local_name(child) == "boundaryEvent" and child.get("attachedToRef") in nodes}
    events: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for element_id, host in hosts.items():
        events[host].append((element_id, nodes[element_id].get("name") or ""))
    pieces = [Piece(element_id, local_name(child), lane_of.get(element_id, 0), child.get("name") or "",
                    tuple(events[element_id]), inner[element_id].room if element_id in inner else (0.0, 0.0))
              for element_id, child in nodes.items() if element_id not in hosts]
    defaults = {child.get("default") for child in level}
    edges = [Edge(flow.get("id") or "", hosts.get(source, source), target, flow.get("name") or "",
                  source if source in hosts else "", flow.get("id") in defaults)
             for flow in level.findall(name("sequenceFlow"))
             if (source := flow.get("sourceRef") or "") in nodes and (target := flow.get("targetRef") or "") in nodes
             and target not in hosts]
    return pieces, edges


def _bounds(parent: Element, box: Box) -> None:
    add(parent, "Bounds", {"x": _number(box.x), "y": _number(box.y), "width": _number(box.width),
                           "height": _number(box.height)}, namespace=DC)


def _number(value: float) -> str:
    rounded = round(value, 1)
    return str(int(rounded)) if rounded == int(rounded) else str(rounded)
