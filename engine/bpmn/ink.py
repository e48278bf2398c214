"""How the diagram looks: colours, strokes, icons and text of each shape, as SVG with presentation attributes only.

The pages forbid inline styles and scripts, so there is neither. Refuses to know where a shape comes from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.bpmn.sketch import Box, Point
from engine.bpmn.wrapping import wrap
from engine.bpmn.xml import Element, add

SVG = "http://www.w3.org/2000/svg"
FONT = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif'
TEXT = "#1f2937"
QUIET = "#64748b"
LINE = "#7b8794"
PAPER = "#ffffff"
Marks = dict[str, str]


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of a shape in one state."""

    fill: str
    stroke: str
    width: float


TASK_LOOKS = {"": Look("#f8fafc", "#51709c", 1.4), "done": Look("#e6f4ea", "#2f8558", 1.6), "lit": Look("#fff1cc", "#d97706", 3.2)}
GATEWAY_LOOKS = {"": Look("#fbfaf5", "#8a7a4f", 1.4), "done": Look("#e6f4ea", "#2f8558", 1.6),
                 "lit": Look("#fff1cc", "#d97706", 3.0)}
EVENT_LOOKS = {"": Look(PAPER, "#475569", 1.5), "done": Look("#e6f4ea", "#2f8558", 1.6), "lit": Look("#fff1cc", "#d97706", 3.0)}


def mark(parent: Element, local: str, attributes: Marks, text: str | None = None) -> Element:
    return add(parent, local, attributes, namespace=SVG, text=text)


def num(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def rectangle(parent: Element, box: Box, *, fill: str, stroke: str, width: float = 1.0, radius: float = 0.0,
              dashes: str = "") -> None:
    attributes = {"x": num(box.x), "y": num(box.y), "width": num(box.width), "height": num(box.height), "fill": fill,
                  "stroke": stroke, "stroke-width": num(width)}
    attributes |= {"rx": num(radius)} if radius else {}
    attributes |= {"stroke-dasharray": dashes} if dashes else {}
    mark(parent, "rect", attributes)


def path(parent: Element, d: str, *, stroke: str, width: float = 1.4, fill: str = "none") -> None:
    mark(parent, "path", {"d": d, "fill": fill, "stroke": stroke, "stroke-width": num(width), "stroke-linecap": "round",
                          "stroke-linejoin": "round"})


def circle(parent: Element, center: Point, radius: float, *, look: Look, dashes: str = "") -> None:
    attributes = {"cx": num(center[0]), "cy": num(center[1]), "r": num(radius), "fill": look.fill, "stroke": look.stroke,
                  "stroke-width": num(look.width)}
    mark(parent, "circle", attributes | ({"stroke-dasharray": dashes} if dashes else {}))


# ---------------------------------------------------------------- text

def text_block(parent: Element, text: str, box: Box, *, size: float = 12.0, colour: str = TEXT, weight: str = "",
               lines: int = 4, anchor: str = "middle") -> None:
    """Wrapped text in the middle of a box, or from its left edge."""
    broken = wrap(text, box.width, size=size, lines=lines)
    leading = size * 1.28
    x = box.x + box.width / 2 if anchor == "middle" else box.x
    first = box.y + box.height / 2 - leading * (len(broken) - 1) / 2 + size * 0.36
    for number, line in enumerate(broken):
        attributes = {"x": num(x), "y": num(first + number * leading), "font-size": num(size), "fill": colour,
                      "text-anchor": anchor}
        mark(parent, "text", attributes | ({"font-weight": weight} if weight else {}), line)


def halo_text(parent: Element, text: str, box: Box, *, colour: str = QUIET, anchor: str = "middle") -> None:
    """A label that stays readable where a line runs behind it."""
    group = mark(parent, "g", {"stroke": PAPER, "stroke-width": "3.4", "stroke-linejoin": "round", "paint-order": "stroke"})
    text_block(group, text, box, size=11, colour=colour, lines=5, anchor=anchor)


def vertical_text(parent: Element, text: str, box: Box, *, size: float = 13.0, weight: str = "600") -> None:
    """The title of a pool or lane, read from bottom to top."""
    shown = wrap(text, box.height - 10, size=size, lines=1)
    x, y = box.x + box.width / 2, box.y + box.height / 2
    if shown:
        mark(parent, "text", {"x": num(x), "y": num(y), "font-size": num(size), "fill": TEXT, "font-weight": weight,
                              "text-anchor": "middle", "dominant-baseline": "central",
                              "transform": f"rotate(-90 {num(x)} {num(y)})"}, shown[0])


# ---------------------------------------------------------------- shapes

def draw_task(parent: Element, box: Box, title: str, *, state: str, kind: str) -> None:
    look = TASK_LOOKS[state]
    width = max(look.width, 3.0) if kind == "callActivity" else look.width
    rectangle(parent, box, fill=look.fill, stroke=look.stroke, width=width, radius=9)
    x, y = box.x + 8, box.y + 7
    if kind == "userTask":
        path(parent, f"M{num(x + 6)} {num(y + 7)}a3.1 3.1 0 1 1 .1 0Z M{num(x)} {num(y + 15)}c0-8.4 12-8.4 12 0Z",
             stroke=look.stroke, width=1.2, fill=PAPER)
    elif kind == "scriptTask":
        path(parent, f"M{num(x)} {num(y + 2)}h11 M{num(x)} {num(y + 6)}h8 M{num(x)} {num(y + 10)}h11 M{num(x)} {num(y + 14)}h8",
             stroke=look.stroke, width=1.3)
    elif kind == "businessRuleTask":
        rectangle(parent, Box(x, y, 14, 11), fill=PAPER, stroke=look.stroke, width=1.2)
        path(parent, f"M{num(x)} {num(y + 4)}h14 M{num(x + 5)} {num(y)}v11", stroke=look.stroke, width=1.1)
    elif kind == "serviceTask":
        circle(parent, (x + 7, y + 7), 4.6, look=Look(PAPER, look.stroke, 2.4), dashes="2.4 1.2")
        circle(parent, (x + 7, y + 7), 2.2, look=Look("none", look.stroke, 1.1))
    if state == "done":
        path(parent, f"M{num(box.right - 20)} {num(box.y + 13)}l4 4 8-8", stroke=look.stroke, width=2.2)
    text_block(parent, title, Box(box.x + 8, box.y + 14, box.width - 16, box.height - 18), size=12.5, lines=3,
               weight="600" if state == "lit" else "")


def draw_gateway(parent: Element, box: Box, *, state: str, kind: str) -> None:
    look = GATEWAY_LOOKS[state]
    x, y, half = box.x + box.width / 2, box.y + box.height / 2, box.width / 2
    path(parent, f"M{num(x)} {num(y - half)}L{num(x + half)} {num(y)}L{num(x)} {num(y + half)}L{num(x - half)} {num(y)}Z",
         stroke=look.stroke, width=look.width, fill=look.fill)
    cross = {"exclusiveGateway": f"M{num(x - 7)} {num(y - 7)}l14 14M{num(x + 7)} {num(y - 7)}l-14 14",
             "parallelGateway": f"M{num(x)} {num(y - 10)}v20M{num(x - 10)} {num(y)}h20",
             "complexGateway": f"M{num(x)} {num(y - 11)}v22M{num(x - 11)} {num(y)}h22"
                               f"M{num(x - 8)} {num(y - 8)}l16 16M{num(x + 8)} {num(y - 8)}l-16 16"}.get(kind)
    if cross:
        path(parent, cross, stroke=look.stroke, width=3)
    else:
        circle(parent, (x, y), 10, look=Look("none", look.stroke, 2.6 if kind == "inclusiveGateway" else 1.2))
        if kind == "eventBasedGateway":
            circle(parent, (x, y), 7, look=Look("none", look.stroke, 1.2))


def draw_event(parent: Element, box: Box, *, state: str, kind: str, icon: str, is_dashed: bool) -> None:
    look = EVENT_LOOKS[state]
    center, radius = (box.x + box.width / 2, box.y + box.height / 2), box.width / 2
    if kind == "endEvent":
        look = Look(look.fill, look.stroke, max(3.4, look.width))
    circle(parent, center, radius, look=look, dashes="4 3" if is_dashed else "")
    if kind in ("boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"):
        circle(parent, center, radius - 3.6, look=Look("none", look.stroke, 1.2), dashes="4 3" if is_dashed else "")
    _draw_icon(parent, center, icon, look.stroke)
    _draw_thrown(parent, center, icon, look.stroke, filled=kind in ("endEvent", "intermediateThrowEvent"))


def _draw_thrown(parent: Element, center: Point, icon: str, colour: str, *, filled: bool) -> None:
    """What may be raised as well as caught is filled where it is raised."""
    x, y = center
    shape = {"signal": f"M{num(x)} {num(y - 8)}l7.4 13h-14.8Z", "escalation": f"M{num(x)} {num(y - 8.4)}l6 15.4-6-5.6-6 5.6Z",
             "error": f"M{num(x - 7)} {num(y + 7)}l4.2-13 4.6 8.4 5-9.6-3.6 13.2-5-8.2Z"}.get(icon)
    if shape:
        path(parent, shape, stroke=colour, width=1.3, fill=colour if filled else PAPER)


def _draw_icon(parent: Element, center: Point, icon: str, colour: str) -> None:
    x, y = center
    at = f"M{num(x)} {num(y)}"
    if icon == "timer":
        circle(parent, center, 8.6, look=Look("none", colour, 1.3))
        path(parent, f"{at}v-5.6{at}l3.8 2.4", stroke=colour)
    elif icon == "message":
        rectangle(parent, Box(x - 8, y - 5.6, 16, 11.2), fill=PAPER, stroke=colour, width=1.3)
        path(parent, f"M{num(x - 8)} {num(y - 5.6)}l8 6.4 8-6.4", stroke=colour, width=1.3)
    elif icon == "conditional":
        rectangle(parent, Box(x - 6.4, y - 8, 12.8, 16), fill=PAPER, stroke=colour, width=1.2)
        path(parent, "".join(f"M{num(x - 4)} {num(y + shift)}h8" for shift in (-4.4, -1.4, 1.6, 4.6)), stroke=colour, width=1.1)
    elif icon == "terminate":
        circle(parent, center, 9.4, look=Look(colour, colour, 1))


def draw_line(parent: Element, points: Sequence[Point], *, is_done: bool, is_default: bool) -> None:
    """A flow with rounded bends and an arrow head; a default flow has the slash of BPMN at its beginning."""
    colour, width = ("#2f8558", 2.0) if is_done else (LINE, 1.4)
    path(parent, _bent(points), stroke=colour, width=width)
    (x1, y1), (x2, y2) = points[-2], points[-1]
    dx, dy = _unit(x2 - x1), _unit(y2 - y1)
    path(parent, f"M{num(x2)} {num(y2)}L{num(x2 - 9 * dx - 4.4 * dy)} {num(y2 - 9 * dy - 4.4 * dx)}"
                 f"L{num(x2 - 9 * dx + 4.4 * dy)} {num(y2 - 9 * dy + 4.4 * dx)}Z", stroke=colour, width=0.8, fill=colour)
    if is_default:
        (x1, y1), (x2, y2) = points[0], points[1]
        x, y = x1 + 9 * _unit(x2 - x1), y1 + 9 * _unit(y2 - y1)
        path(parent, f"M{num(x - 4)} {num(y + 5)}L{num(x + 4)} {num(y - 5)}", stroke=colour)


def draw_hint(parent: Element, points: Sequence[Point], *, has_head: bool) -> None:
    """What is no flow: a line to a note, or a message to another pool."""
    d = "M" + "L".join(f"{num(x)} {num(y)}" for x, y in points)
    mark(parent, "path", {"d": d, "fill": "none", "stroke": LINE, "stroke-width": "1.2", "stroke-dasharray": "6 4" if has_head else "2 3"})
    if has_head:
        circle(parent, points[-1], 3.6, look=Look(PAPER, LINE, 1.2))


def draw_note(parent: Element, box: Box, text: str) -> None:
    """A text annotation: the open bracket of BPMN and the text."""
    group = mark(parent, "g", {})
    path(group, f"M{num(box.x + 10)} {num(box.y)}H{num(box.x)}V{num(box.bottom)}H{num(box.x + 10)}", stroke=QUIET, width=1.2)
    text_block(group, text, Box(box.x + 6, box.y, box.width - 8, box.height), size=11, colour=QUIET, anchor="start")


def _bent(points: Sequence[Point], radius: float = 7.0) -> str:
    d = f"M{num(points[0][0])} {num(points[0][1])}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        room = min(radius, _length(before, corner) / 2, _length(corner, after) / 2)
        into = (corner[0] - room * _unit(corner[0] - before[0]), corner[1] - room * _unit(corner[1] - before[1]))
        out = (corner[0] + room * _unit(after[0] - corner[0]), corner[1] + room * _unit(after[1] - corner[1]))
        d += f"L{num(into[0])} {num(into[1])}Q{num(corner[0])} {num(corner[1])} {num(out[0])} {num(out[1])}"
    return d + f"L{num(points[-1][0])} {num(points[-1][1])}"


def _length(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _unit(value: float) -> int:
    return (value > 0) - (value < 0)
