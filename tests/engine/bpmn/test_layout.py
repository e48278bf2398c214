"""Geometry of the diagrams: nothing overlaps, no line runs through a shape, everything lies where it belongs."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path

import pytest
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnValidator

from engine.bpmn.layout import lay_out
from engine.bpmn.sketch import Box
from engine.bpmn.writer import write_bpmn
from engine.bpmn.xml import BPMNDI, DC, DI, Element, local_name, name, parse_xml, serialize
from engine.definition.model import Definition
from engine.runtime import compile_program
from tests.engine.bpmn.building import definition, end, fork, switch, task
from tests.engine.bpmn.shipped import Chance, read, shipped
from tests.engine.definition.random_definitions import Chance as Whole

SEEDS = range(20)


class Diagram:
    """The coordinates of a written file."""

    def __init__(self, given: Definition) -> None:
        self.root = parse_xml(write_bpmn(given))
        self.elements = {each.get("id"): each for each in self.root.iter() if each.get("id")}
        self.boxes = {each.get("bpmnElement") or "": _box(each) for each in self.root.iter(name("BPMNShape", BPMNDI))}
        self.lines = {each.get("bpmnElement") or "": [(float(point.get("x") or 0), float(point.get("y") or 0))
                                                     for point in each.iter(name("waypoint", DI))]
                      for each in self.root.iter(name("BPMNEdge", BPMNDI))}
        drawn = self.root.iter(name("BPMNShape", BPMNDI), name("BPMNEdge", BPMNDI))
        self.labels = {each.get("bpmnElement") or "": _box(label) for each in drawn
                       if (label := each.find(name("BPMNLabel", BPMNDI))) is not None}
        self.nodes = {each: box for each, box in self.boxes.items() if self.kind(each).endswith(("Task", "Event", "Gateway"))}

    def kind(self, element_id: str) -> str:
        return local_name(self.elements[element_id])

    def is_on(self, one: str, other: str) -> bool:
        return self.elements[one].get("attachedToRef") == other or self.elements[other].get("attachedToRef") == one

    def ends(self, flow_id: str) -> set[str]:
        flow = self.elements[flow_id]
        ends = {flow.get("sourceRef") or "", flow.get("targetRef") or ""}
        hosts = {self.elements[each].get("attachedToRef") for each in ends}
        return ends | {each for each in hosts if each}

    def parent(self, element_id: str) -> Element | None:
        return self.elements[element_id].getparent()


def _box(shape: Element) -> Box:
    bounds = shape.find(name("Bounds", DC))
    assert bounds is not None
    x, y, width, height = (float(bounds.get(key) or 0) for key in ("x", "y", "width", "height"))
    return Box(x, y, width, height)


def check_geometry(diagram: Diagram) -> None:
    for (one, first), (other, second) in combinations(diagram.nodes.items(), 2):
        assert not first.overlaps(second) or diagram.is_on(one, other), f"{one} lies on {other}"
    for flow, points in diagram.lines.items():
        for start, stop in pairwise(points):
            assert start[0] == stop[0] or start[1] == stop[1], f"{flow} is slanted"
            for node, box in diagram.nodes.items():
                assert node in diagram.ends(flow) or not _crosses(start, stop, box), f"{flow} runs through {node}"


def _crosses(start: tuple[float, float], stop: tuple[float, float], box: Box) -> bool:
    left, right = sorted((start[0], stop[0]))
    top, bottom = sorted((start[1], stop[1]))
    return left < box.right and box.x < right + 1e-9 and top < box.bottom and box.y < bottom + 1e-9


def check_places(diagram: Diagram) -> None:
    pool = next(box for each, box in diagram.boxes.items() if diagram.kind(each) == "participant")
    assert all(pool.contains(box) for box in diagram.boxes.values())
    lanes = [each for each in diagram.boxes if diagram.kind(each) == "lane"]
    for one, other in combinations(lanes, 2):
        assert not diagram.boxes[one].overlaps(diagram.boxes[other])
    for lane in lanes:
        for member in diagram.elements[lane]:
            assert diagram.boxes[lane].contains(diagram.boxes[member.text or ""]), f"{member.text} is not in {lane}"
    for node, box in diagram.nodes.items():
        around = diagram.parent(node)
        if around is not None and local_name(around) == "subProcess":
            assert diagram.boxes[around.get("id") or ""].contains(box)
    check_lines_touch(diagram)


def check_lines_touch(diagram: Diagram) -> None:
    for flow, points in diagram.lines.items():
        element = diagram.elements[flow]
        for end_id, (x, y) in ((element.get("sourceRef"), points[0]), (element.get("targetRef"), points[-1])):
            box = diagram.boxes[end_id or ""]
            assert box.x - 0.2 <= x <= box.right + 0.2 and box.y - 0.2 <= y <= box.bottom + 0.2, f"{flow} misses {end_id}"


def check_complete(diagram: Diagram) -> None:
    flows = {each.get("id") for each in diagram.root.iter(name("sequenceFlow"))}
    assert set(diagram.lines) == flows
    drawn = {each.get("id") for process in diagram.root.iter(name("process")) for each in process.iter()
             if local_name(each).endswith(("Task", "Gateway", "Event", "subProcess", "lane"))}
    assert drawn <= set(diagram.boxes)


@shipped
def test_a_shipped_definition_is_drawn_without_overlaps_and_crossed_shapes(path: Path) -> None:
    diagram = Diagram(read(path))
    check_geometry(diagram)
    check_places(diagram)
    check_complete(diagram)


@shipped
def test_a_shipped_definition_is_valid_bpmn_with_its_diagram_and_compiles(path: Path) -> None:
    written = write_bpmn(read(path))
    BpmnValidator().validate(etree.ElementTree(etree.fromstring(written)), path.name)
    assert compile_program(written, read(path).process).start_ids


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_definition_is_drawn_without_overlaps_and_crossed_shapes(seed: int) -> None:
    given = Chance(seed).definition()
    diagram = Diagram(given)
    check_geometry(diagram)
    check_places(diagram)
    check_complete(diagram)
    assert compile_program(write_bpmn(given), given.process).start_ids


@pytest.mark.parametrize("seed", range(15))
def test_groups_loops_and_calls_are_drawn_without_overlaps_and_crossed_shapes(seed: int) -> None:
    diagram = Diagram(Whole(seed).definition())
    check_nested(diagram)
    check_places(diagram)
    check_complete(diagram)


def check_nested(diagram: Diagram) -> None:
    """As check_geometry, with what holds other things: a box may lie in the one around it, and a line run there."""
    nodes = {each: box for each, box in diagram.boxes.items()
             if diagram.kind(each).endswith(("Task", "Event", "Gateway", "Activity", "subProcess"))}
    around = {each: {str(above.get("id")) for above in diagram.elements[each].iterancestors()} for each in {*nodes, *diagram.lines}}
    for (one, first), (other, second) in combinations(nodes.items(), 2):
        inside = one in around[other] or other in around[one]
        assert not first.overlaps(second) or inside or diagram.is_on(one, other), f"{one} lies on {other}"
    for flow, points in diagram.lines.items():
        for start, stop in pairwise(points):
            for node, box in nodes.items():
                known = node in diagram.ends(flow) or node in around[flow] or around[node] & diagram.ends(flow)
                assert known or not _crosses(start, stop, box), f"{flow} runs through {node}"


def check_labels(diagram: Diagram) -> None:
    """A label lies on no other label, on no shape but its own container, and no line but its own runs through it."""
    for (one, first), (other, second) in combinations(diagram.labels.items(), 2):
        assert not first.overlaps(second), f"the label of {one} lies on that of {other}"
    for label, box in diagram.labels.items():
        assert not [node for node, shape in diagram.nodes.items() if node != label and box.overlaps(shape)], label
        for flow, points in diagram.lines.items():
            crossed = flow != label and any(_crosses(start, stop, box) for start, stop in pairwise(points))
            assert not crossed, f"{flow} runs through the label of {label}"


@shipped
def test_every_label_of_a_shipped_definition_can_be_read(path: Path) -> None:
    diagram = Diagram(read(path))
    assert len(diagram.labels) > 20
    check_labels(diagram)


@pytest.mark.parametrize("seed", range(15))
def test_every_label_of_a_random_definition_can_be_read(seed: int) -> None:
    check_labels(Diagram(Whole(seed).definition()))
    check_labels(Diagram(Chance(seed).definition()))


def test_two_flows_between_the_same_two_do_not_lie_on_each_other() -> None:
    diagram = Diagram(definition(task("a"), switch("s", ("x = 1", "b"), ("x = 2", "b"), (None, "c")), task("b"), task("c"), end("done")))
    between = [points for flow, points in diagram.lines.items() if diagram.elements[flow].get("sourceRef") == "s"]
    assert len(between) == 3 and len({tuple(points) for points in between}) == 3
    check_labels(diagram)


def test_two_branches_lie_at_equal_distance_above_and_below_their_fork() -> None:
    diagram = Diagram(definition(task("first"), fork("f", (task("a"),), (task("b"),)), end("done")))
    middle = {each: box.y + box.height / 2 for each, box in diagram.nodes.items()}
    assert middle["f"] - middle["a"] == pytest.approx(middle["b"] - middle["f"])
    assert middle["f"] == middle["f_join"]


def test_a_straight_flow_is_drawn_straight() -> None:
    diagram = Diagram(definition(task("a"), task("b"), end("done")))
    assert [len(points) for points in diagram.lines.values()].count(2) >= 2


def test_the_work_runs_from_left_to_right() -> None:
    diagram = Diagram(definition(task("a"), switch("s", ("x", "b"), (None, "c")), task("b"), task("c"), end("done")))
    order = [diagram.nodes[each].x for each in ("start_apply", "apply", "a", "s", "b", "c", "end_done")]
    assert order == sorted(order)


def test_laying_out_again_changes_nothing() -> None:
    written = write_bpmn(Chance(7).definition())
    root = parse_xml(written)
    lay_out(root)
    assert serialize(root) == written
