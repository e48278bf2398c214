"""The diagram as a picture: SVG drawn on the server from a document's DI, without scripts and without styles.

Shows where an instance stands: `lit` elements are open now, `done` ones are behind it. All text is escaped, because it
is put into a tree and never into a string.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from lxml import etree

from engine.bpmn import ink
from engine.bpmn.sketch import Box, Point
from engine.bpmn.xml import ANLIU, BPMNDI, DC, DI, Element, local_name, name, parse_xml

MARGIN = 8.0
HEADER = 32.0
FARTHEST = 1_000_000.0
"""Coordinates beyond this are no drawing."""
_LANE_PAPER = ("#ffffff", "#fafbfd")


@dataclass(frozen=True, slots=True)
class Focus:
    """Elements to look at, and how much around them at least, in the units of the diagram."""

    elements: frozenset[str]
    width: float
    height: float


def draw_svg(bpmn_xml: bytes, *, lit: Collection[str] = (), done: Collection[str] = (), title: str = "",
             focus: Focus | None = None) -> str:
    """The picture of a document that has a diagram; `title` is read out, by default the name of the process.

    With `focus` only the part around those elements; the whole when the diagram has none of them.
    """
    return _Picture(parse_xml(bpmn_xml), frozenset(lit), frozenset(done)).draw(title, focus)


class _Picture:
    def __init__(self, root: Element, lit: frozenset[str], done: frozenset[str]) -> None:
        self._elements = {element.get("id") or "": element for element in root.iter()
                          if element.get("id") and not element.tag.startswith(f"{{{BPMNDI}}}")}
        self._shapes = list(root.iter(name("BPMNShape", BPMNDI)))
        self._edges = list(root.iter(name("BPMNEdge", BPMNDI)))
        self._lit, self._done = lit, done
        self._defaults = {element.get("default") for element in self._elements.values()} - {None}
        self._process = next(root.iter(name("process")), root)

    def draw(self, title: str, focus: Focus | None = None) -> str:
        whole = self._whole()
        seen = self._seen(focus, whole) if focus is not None else whole
        svg = etree.Element(name("svg", ink.SVG), {
            "viewBox": " ".join(ink.num(value) for value in (seen.x, seen.y, seen.width, seen.height)),
            "width": ink.num(seen.width), "height": ink.num(seen.height), "role": "img",
            "font-family": ink.FONT}, nsmap={None: ink.SVG})  # type: ignore[dict-item]  # the stubs forget the default namespace
        said = _printable(title) or self._process.get("name") or ""
        svg.set("aria-label", said)
        ink.mark(svg, "title", {}, said)
        ink.mark(svg, "desc", {}, self._description())
        for shape in self._shapes:
            self._draw_container(svg, shape)
        for edge in self._edges:
            self._draw_edge(svg, edge)
        for shape in self._shapes:
            self._draw_shape(svg, shape)
        return etree.tostring(svg, encoding="unicode")

    def _whole(self) -> Box:
        labels = [_label(drawn) for drawn in (*self._shapes, *self._edges)]
        inner = _around([*map(_box, self._shapes), *(label for label in labels if label is not None)] or [Box(0, 0, 100, 60)])
        return Box(inner.x - MARGIN, inner.y - MARGIN, inner.width + 2 * MARGIN, inner.height + 2 * MARGIN)

    def _seen(self, focus: Focus, whole: Box) -> Box:
        """A window around the focused elements, widened so that it cuts as few of their neighbours as possible."""
        wanted = [_box(shape) for shape in self._shapes if shape.get("bpmnElement") in focus.elements]
        if not wanted:
            return whole
        windows = [_window(box, focus) for box in (_around(wanted), *wanted)]
        if windows[0].width > focus.width or windows[0].height > focus.height:
            windows = windows[1:]
        window = max(windows, key=lambda each: sum(_touches(box, each) for box in wanted))
        nodes = [_box(shape) for shape in self._shapes
                 if local_name(self._element(shape)).endswith(("Task", "Gateway", "Event"))]
        near = _around([window, *(box for box in nodes if _touches(box, window))])
        x, y = max(near.x - MARGIN, whole.x), max(near.y - MARGIN, whole.y)
        return Box(x, y, min(near.right + MARGIN, whole.right) - x, min(near.bottom + MARGIN, whole.bottom) - y)

    def _description(self) -> str:
        tasks = [element for element in self._elements.values() if local_name(element).endswith("Task")]
        now = "、".join(element.get("name") or "" for element in tasks if element.get("id") in self._lit)
        past = "、".join(element.get("name") or "" for element in tasks if element.get("id") in self._done)
        steps = "、".join(element.get("name") or "" for element in tasks)
        return (f"正在办理：{now}。" if now else "") + (f"已办理：{past}。" if past else "") + f"全部步骤：{steps}。"

    def _state(self, element_id: str) -> str:
        return "lit" if element_id in self._lit else "done" if element_id in self._done else ""

    # ---- pool, lanes and event sub-processes

    def _draw_container(self, svg: Element, shape: Element) -> None:
        element, box = self._element(shape), _box(shape)
        kind, title = local_name(element), element.get("name") or ""
        group = ink.mark(svg, "g", {})
        if kind == "participant":
            ink.rectangle(group, box, fill="#ffffff", stroke="#475569", width=1.6, radius=4)
            self._draw_header(group, box, title, fill="#dfe7f1")
        elif kind == "lane":
            paper = _LANE_PAPER[len([each for each in svg if each.get("data-kind") == "lane"]) % 2]
            group.set("data-kind", "lane")
            ink.rectangle(group, box, fill=paper, stroke="#b6c2d1")
            self._draw_header(group, box, title, fill="#eef3f9")
        elif kind == "subProcess":
            said, fill, stroke, dashes = _group_look(element)
            ink.rectangle(group, box, fill=fill, stroke=stroke, width=1.4, radius=10, dashes=dashes)
            ink.text_block(group, said + title, Box(box.x + 14, box.y + 6, box.width - 28, 22),
                           size=12.5, weight="600", lines=1, anchor="start")

    def _draw_header(self, group: Element, box: Box, title: str, *, fill: str) -> None:
        header = Box(box.x, box.y, HEADER, box.height)
        ink.rectangle(group, header, fill=fill, stroke="#b6c2d1")
        ink.vertical_text(group, title, header)

    # ---- flows and nodes

    def _draw_edge(self, svg: Element, edge: Element) -> None:
        flow = self._element(edge)
        points: list[Point] = [(_number(point.get("x")), _number(point.get("y")))
                               for point in edge.iter(name("waypoint", DI))]
        if len(points) < 2:
            return
        ends = flow.get("sourceRef"), flow.get("targetRef")
        is_done = ends[0] in self._done and (ends[1] in self._done or ends[1] in self._lit)
        group = self._group(svg, flow)
        if local_name(flow) in ("association", "messageFlow"):
            ink.draw_hint(group, points, has_head=local_name(flow) == "messageFlow")
            return
        is_gateway_default = flow.get("id") in self._defaults
        ink.draw_line(group, points, is_done=is_done, is_default=is_gateway_default)
        label = _label(edge)
        if label is not None and flow.get("name"):
            ink.halo_text(group, flow.get("name") or "", label, anchor="start")

    def _draw_shape(self, svg: Element, shape: Element) -> None:
        element, box = self._element(shape), _box(shape)
        kind, state = local_name(element), self._state(element.get("id") or "")
        if kind == "textAnnotation":
            said = next((each.text or "" for each in element if local_name(each) == "text"), "")
            ink.draw_note(svg, box, said)
        if not kind.endswith(("Task", "Gateway", "Event", "Activity")):
            return
        group = self._group(svg, element)
        if kind.endswith(("Task", "Activity")):
            ink.draw_task(group, box, element.get("name") or "", state=state, kind=kind)
        elif kind.endswith("Gateway"):
            ink.draw_gateway(group, box, state=state, kind=kind)
        else:
            is_dashed = element.get("cancelActivity") == "false" or element.get("isInterrupting") == "false"
            ink.draw_event(group, box, state=state, kind=kind, icon=_icon(element), is_dashed=is_dashed)
        label = _label(shape)
        if label is not None and element.get("name") and not kind.endswith(("Task", "Activity")):
            ink.halo_text(group, element.get("name") or "", label, colour=ink.TEXT)

    def _group(self, svg: Element, element: Element) -> Element:
        """A group that tells its whole name when pointed at."""
        group = ink.mark(svg, "g", {})
        if element.get("name"):
            ink.mark(group, "title", {}, element.get("name"))
        return group

    def _element(self, drawn: Element) -> Element:
        return self._elements.get(drawn.get("bpmnElement") or "", drawn)


def _group_look(element: Element) -> tuple[str, str, str, str]:
    """What a sub-process is called before its name, its paper, its line and the dashes of that."""
    if element.get("triggeredByEvent") == "true":
        if next(element.iter(name("deadline", ANLIU)), None) is not None:
            return "时限：", "#fffaf3", "#a07b45", "5 4"
        is_request = next(element.iter(name("request", ANLIU)), None) is not None
        return "随时可发起：" if is_request else "发生时：", "#f9f8fd", "#7468a6", "5 4"
    loop = element.find(name("multiInstanceLoopCharacteristics"))
    if loop is None:
        return "", "#ffffff", "#64748b", ""
    return "逐个：" if loop.get("isSequential") == "true" else "每一项：", "#ffffff", "#64748b", ""


def _box(shape: Element) -> Box:
    bounds = shape.find(name("Bounds", DC))
    if bounds is None:
        return Box(0, 0, 0, 0)
    x, y, width, height = (_number(bounds.get(key)) for key in ("x", "y", "width", "height"))
    return Box(x, y, width, height)


def _number(text: str | None) -> float:
    """A coordinate; whoever drew it may have written anything."""
    try:
        value = float(text or 0)
    except ValueError:
        return 0.0
    return value if abs(value) < FARTHEST else 0.0


def _around(boxes: Sequence[Box]) -> Box:
    x, y = min(box.x for box in boxes), min(box.y for box in boxes)
    return Box(x, y, max(box.right for box in boxes) - x, max(box.bottom for box in boxes) - y)


def _window(box: Box, focus: Focus) -> Box:
    """The box in the middle of a window of the wanted size, or of its own size when that is larger."""
    width, height = max(focus.width, box.width + 4 * MARGIN), max(focus.height, box.height + 4 * MARGIN)
    return Box(box.x + (box.width - width) / 2, box.y + (box.height - height) / 2, width, height)


def _touches(one: Box, other: Box) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def _label(drawn: Element) -> Box | None:
    label = drawn.find(name("BPMNLabel", BPMNDI))
    return _box(label) if label is not None and label.find(name("Bounds", DC)) is not None else None


def _icon(element: Element) -> str:
    return next((local_name(child).removesuffix("EventDefinition") for child in element
                 if local_name(child).endswith("EventDefinition")), "")


def _printable(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(letter for letter in text if letter in "\t\n" or letter >= " ")
