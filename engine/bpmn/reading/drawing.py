"""A drawing opened: its one process, where everything stands, and the same drawing in normal form.

Normal means: UTF-8, indented, expressions in FEEL, and a diagram, made by us where the author drew none.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.bpmn.layout import lay_out
from engine.bpmn.portable import spell_back
from engine.bpmn.reading.expressions import feel_of
from engine.bpmn.reading.juel import is_juel
from engine.bpmn.reading.tags import Ledger, Tag
from engine.bpmn.xml import ANLIU, BPMNDI, Element, local_name, name, serialize
from engine.errors import DefinitionInvalid, Place, Problem
from engine.markup import parse_with_places

MAX_DRAWN, MAX_LAID_OUT = 2_000, 400
DRAWN = ("sequenceFlow", "task", "userTask", "manualTask", "scriptTask", "serviceTask", "sendTask", "receiveTask", "businessRuleTask",
         "callActivity", "subProcess", "transaction", "adHocSubProcess", "startEvent", "endEvent", "intermediateCatchEvent",
         "intermediateThrowEvent", "boundaryEvent", "exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway",
         "eventBasedGateway")
SOURCE_TAG = ":source>"
FLOW_NODES = ("Event", "Task", "task", "Gateway", "Activity", "subProcess", "adHocSubProcess", "transaction")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A readable BPMN file with exactly one process that has something in it."""

    root: Element
    process: Tag
    ledger: Ledger

    @property
    def is_executable(self) -> bool:
        return self.process.element.get("isExecutable", "false").strip() in ("true", "1")

    def normal_form(self) -> bytes:
        """The bytes of the drawing as it stands now; equal drawings give equal bytes."""
        return serialize(self.root)


def open_drawing(source: str, file: str) -> Drawing:
    """The drawing of a file in normal form; raises DefinitionInvalid when it is no XML, no BPMN, or has no single process."""
    root, places = parse_with_places(source, file)
    _refuse_size(root, file)
    spell_back(root)
    if root.tag != name("definitions"):
        raise _invalid(Place(file), "这不是 BPMN 2.0 文件", f"this is not a BPMN 2.0 file, its root is {local_name(root)}")
    processes = [each for each in root.iter(name("process")) if is_drawn(each)]
    if not processes:
        raise _invalid(Place(file), "文件里没有画出任何流程", "no process is drawn in this file")
    if len(processes) > 1:
        raise _invalid(places[processes[1]], f"文件里有 {len(processes)} 个流程，一个文件只能有一个",
                       f"the file has {len(processes)} processes, one per file",
                       "拆成几个文件，另一个泳池留空", "Split it; leave the other pool empty")
    for said in [*root.iter(name("definition", ANLIU))]:
        for stale in said.findall(name("source", ANLIU)):
            said.remove(stale)  # the text of a definition that this drawing has left behind
    ledger = Ledger(file, places)
    drawing = Drawing(root, ledger.tag(processes[0]), ledger)
    _rewrite_expressions(drawing)
    if not _has_diagram(root):
        lay_out(root)
    return drawing


def _has_diagram(root: Element) -> bool:
    return any(shape.get("bpmnElement") for shape in root.iter(name("BPMNShape", BPMNDI)))


def _refuse_size(root: Element, file: str) -> None:
    """A drawing is bounded before anything is made of it; one that we would have to lay out, more closely."""
    count = sum(1 for _ in root.iter(*map(name, DRAWN)))
    if count > MAX_DRAWN:
        raise _invalid(Place(file), f"流程图的元素和连线超过 {MAX_DRAWN} 个", f"the drawing has more than {MAX_DRAWN} nodes and flows",
                       "拆成几个流程，用调用活动连起来", "Split it into processes that call each other")
    if count > MAX_LAID_OUT and not _has_diagram(root):
        raise _invalid(Place(file), f"文件里没有图形布局，元素和连线又超过 {MAX_LAID_OUT} 个",
                       f"the file has no diagram, and more than {MAX_LAID_OUT} nodes and flows",
                       "请用建模工具排好版再保存", "Lay it out in a modelling tool and save it again")


def lanes_by_node(drawing: Drawing) -> dict[str, Tag]:
    """The innermost lane of each node; nodes of a sub-process lie in the sub-process's lane."""
    process, found = drawing.process.element, dict[str, Tag]()
    for lane in process.iter(name("lane")):
        for ref in lane.iterchildren(name("flowNodeRef")):
            found[(ref.text or "").strip()] = drawing.ledger.tag(lane)
    for scope in process.iter(*map(name, ("subProcess", "transaction", "adHocSubProcess"))):
        for child in scope:
            if scope.get("id") in found and child.get("id"):
                found.setdefault(child.get("id") or "", found[scope.get("id") or ""])
    return found


def is_drawn(process: Element) -> bool:
    return any(local_name(child).endswith(FLOW_NODES) for child in process)


def _rewrite_expressions(drawing: Drawing) -> None:
    for element in drawing.process.element.iter(*map(name, ("conditionExpression", "condition", "completionCondition",
                                                          "loopCardinality", "loopCondition", "timeDuration", "timeDate", "timeCycle"))):
        if is_juel(element.text or ""):
            found = feel_of(drawing.ledger.tag(element), element.text or "")
            if found is not None:
                element.text = f"={found}"
                element.attrib.pop("language", "")


def _invalid(place: Place, zh: str, en: str, hint_zh: str = "", hint_en: str = "") -> DefinitionInvalid:
    return DefinitionInvalid([Problem(place, "not-bpmn", zh, en, hint_zh, hint_en)])
