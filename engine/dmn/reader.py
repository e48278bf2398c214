"""A DMN 1.3, 1.4 or 1.5 file into a graph of decisions; what will not be executed is refused by name, id and line.

Never raises: whatever is wrong is a problem. Refuses to know who uses the file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from engine.dmn.checking import check_graph
from engine.dmn.item_types import ItemTypes, children, namespace_of
from engine.dmn.logic_reader import read_function, read_logic
from engine.dmn.model import DecisionGraph, DecisionNode, DecisionTable, Literal_
from engine.dmn.pages import Page, called, names_in
from engine.dmn.vocabulary import CLAUSE, OF_A_DECISION, OF_A_MODEL, VERSIONS, WITHOUT_EFFECT
from engine.errors import DefinitionInvalid, Place, Problem
from engine.markup import Element, line_of, local_name, parse_xml, parse_xml_text

MAX_DECISIONS = 200


@dataclass(frozen=True, slots=True)
class DmnReading:
    """The decisions of a file as far as they could be read, and its problems."""

    graph: DecisionGraph | None
    problems: tuple[Problem, ...]


def read_dmn(source: bytes | str, file: str = "") -> DmnReading:
    """Read a `.dmn` file: bytes as stored, or a text that was decoded already."""
    try:
        root = parse_xml(source, file) if isinstance(source, bytes) else parse_xml_text(source, file)
    except DefinitionInvalid as invalid:
        return DmnReading(None, invalid.problems)
    strange = _strangeness(root, file)
    if strange is not None:
        return DmnReading(None, (strange,))
    page = Page(root, file, names_in(root, ItemTypes(root)))
    graph = _read_graph(page, root)
    problems = page.problems if page.problems or graph is None else list(check_graph(graph))
    return DmnReading(graph, tuple(sorted(set(problems))))


def _strangeness(root: Element, file: str) -> Problem | None:
    """Why the file is not one we read at all."""
    space = namespace_of(root)
    if local_name(root) == "definitions" and space in VERSIONS:
        return None
    hint = ("请用建模工具另存为 DMN 1.3 至 1.5", "Save it as DMN 1.3 to 1.5") if "DMN" in space else ("", "")
    return Problem(Place(file, line_of(root)), "dmn-version", f"这不是 DMN 1.3 至 1.5 的文件：{local_name(root)}（{space}）",
                   f"This is no DMN 1.3 to 1.5 file: {local_name(root)} ({space})", *hint)


def _read_graph(page: Page, root: Element) -> DecisionGraph | None:
    page.check_language(root)
    page.refuse_others(root, WITHOUT_EFFECT)
    decisions = {element.get("id", ""): element for element in children(root, "decision")}
    if not decisions or len(decisions) > MAX_DECISIONS:
        page.wrong(root, "dmn-shape", f"文件里要有 1 至 {MAX_DECISIONS} 个决策", f"Expected 1 to {MAX_DECISIONS} decisions")
        return None
    if len(decisions) < len(children(root, "decision")):
        page.wrong(root, "dmn-shape", "决策的 id 有重复", "Decisions have the same id")
    data = {element.get("id", ""): element.get("name", "") for element in children(root, "inputData")}
    models = {element.get("id", ""): element for element in children(root, "businessKnowledgeModel")}
    known = {*decisions, *models}
    nodes = {key: _read_decision(page, element, known, data.keys()) for key, element in decisions.items()}
    nodes.update({key: _read_model(page, element, known) for key, element in models.items()})
    order = _in_order(page, root, nodes)
    asked = [key for key in decisions if not any(key in node.requires for node in nodes.values())]
    return DecisionGraph(tuple(nodes[key] for key in order), asked[0] if len(asked) == 1 else "", tuple(data.values()),
                         page.place(root))


def _read_decision(page: Page, element: Element, decisions: Iterable[str], data: Iterable[str]) -> DecisionNode:
    key, name = element.get("id", ""), element.get("name", "")
    variables = children(element, "variable")
    reference = variables[0].get("typeRef", "") if variables else ""
    variable = page.types.find(reference)
    logic = [child for child in children(element) if local_name(child) not in OF_A_DECISION]
    for child in logic[1:]:
        page.refuse(child)
    if not logic:
        page.wrong(element, "dmn-shape", f"{called(element)} 没有写怎样决定", f"{called(element)} does not say how to decide")
    owner = DecisionTable(key, name, (), (), (), basis=_clauses(element) if page.ours else ())
    return DecisionNode(key, variables[0].get("name", name) if variables else name,
                        read_logic(page, logic[0], owner, variable) if logic else Literal_("null"),
                        _requirements(page, element, {*decisions}, {*data}), variable.name, page.place(element))


def _read_model(page: Page, element: Element, known: Iterable[str]) -> DecisionNode:
    """A business knowledge model: a decision whose value is a function."""
    key, name = element.get("id", ""), element.get("name", "")
    page.refuse_others(element, OF_A_MODEL)
    logic = children(element, "encapsulatedLogic")
    if not logic:
        page.wrong(element, "dmn-shape", f"{called(element)} 没有写怎样决定", f"{called(element)} does not say how to decide")
    owner = DecisionTable(key, name, (), (), ())
    variables = children(element, "variable")
    return DecisionNode(key, variables[0].get("name", name) if variables else name,
                        read_function(page, logic[0], owner) if logic else Literal_("null"),
                        _requirements(page, element, {*known}, set()), place=page.place(element))


def _clauses(element: Element) -> tuple[str, ...]:
    """The clauses a decision of ours rests on: its knowledge sources."""
    root = element.getparent()
    if root is None:
        return ()
    wanted = [reference.get("href", "").lstrip("#") for requirement in children(element, "authorityRequirement")
              for reference in children(requirement, "requiredAuthority")]
    sources = {source.get("id", ""): source.get("name", "") for source in children(root, "knowledgeSource")}
    return tuple(sources[key] for key in wanted if key.startswith(CLAUSE) and key in sources)


def _requirements(page: Page, element: Element, decisions: set[str], data: set[str]) -> tuple[str, ...]:
    found: list[str] = []
    for requirement in children(element, "informationRequirement", "knowledgeRequirement"):
        for reference in children(requirement, "requiredDecision", "requiredInput", "requiredKnowledge"):
            space, _, key = reference.get("href", "").rpartition("#")
            if local_name(reference) != "requiredInput" and key in decisions and not space:
                found.append(key)
            elif key not in data or space:
                page.wrong(reference, "dmn-reference", f"{called(element)} 需要的“{reference.get('href', '')}”不在这个文件里",
                           f"{called(element)} requires {reference.get('href', '')!r}, which is not in this file")
    return tuple(found)


def _in_order(page: Page, root: Element, nodes: dict[str, DecisionNode]) -> list[str]:
    """Ids, each after what it requires; decisions that wait for each other are a problem."""
    try:
        return list(TopologicalSorter({key: node.requires for key, node in nodes.items()}).static_order())
    except CycleError as error:
        circle = error.args[1]
        page.wrong(root, "dmn-cycle", f"决策互相等待：{' → '.join(circle)}", f"Decisions wait for each other: {' → '.join(circle)}")
        return list(nodes)
