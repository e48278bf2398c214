"""A graph of decisions as DMN 1.5: what YAML can say of a table comes back equal, and any DMN tool reads it.

Clauses become knowledge sources and an annotation column; what a table reads becomes input data. Knows the
elements of DMN; refuses to know YAML.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.dmn.cells import compile_cell, compile_result
from engine.dmn.model import (
    Boxed,
    DecisionGraph,
    DecisionNode,
    DecisionTable,
    FunctionOf,
    Input,
    Listed,
    Literal_,
    Logic,
    Output,
    graph_of,
    parts_of,
)
from engine.dmn.vocabulary import ANLIU, ANNOTATION, BASIS, CLAUSE, DMN_1_5, EXPORTER, PREFIXES
from engine.markup import Element, append, new_tree, serialize


def write_dmn(thing: DecisionTable | DecisionGraph) -> bytes:
    """The `.dmn` file of a table or a graph; equal content gives equal bytes."""
    graph = thing if isinstance(thing, DecisionGraph) else graph_of(thing)
    key = graph.answer or graph.decisions[-1].id
    root = new_tree(_tag("definitions"), PREFIXES)
    for name, value in (("id", f"{key}_definitions"), ("name", graph.decisions[-1].name), ("namespace", f"urn:anliu:dmn:{key}"),
                        ("exporter", EXPORTER)):
        root.set(name, value)
    data = [name for name in _data_of(graph) if name not in {node.name for node in graph.decisions}]
    keys = {name: f"data_{number}" for number, name in enumerate(data, start=1)}
    for name in data:
        element = _add(root, "inputData", id=keys[name], name=name)
        _add(element, "variable", name=name)
    for clause in dict.fromkeys(clause for table in graph.tables() for clause in table.basis):
        _add(root, "knowledgeSource", id=f"{CLAUSE}{clause}", name=clause)
    for node in graph.decisions:
        _write_decision(root, node, graph, keys)
    return serialize(root)


def _data_of(graph: DecisionGraph) -> Iterable[str]:
    return dict.fromkeys([*graph.data, *(name for node in graph.decisions for name in _roots(node.logic, set()))])


def _roots(logic: Logic, bound: set[str]) -> list[str]:
    """The names that an expression somewhere in the logic reads from outside, in order."""
    if isinstance(logic, DecisionTable):
        return _roots_of_table(logic, bound)
    if isinstance(logic, Literal_):
        return _read(logic.text, logic.names, bound)
    inner = {*bound, *(name for name, _ in logic.parameters)} if isinstance(logic, FunctionOf) else set(bound)
    found: list[str] = []
    for place, part in enumerate(parts_of(logic)):
        found += _roots(part, inner)
        if isinstance(logic, Boxed):
            inner.add(logic.entries[place][0])
    return found


def _roots_of_table(table: DecisionTable, bound: set[str]) -> list[str]:
    texts = [column.expression for column in table.inputs] + [text for rule in table.rules for text in rule.results]
    found = [name for text in texts for name in _read(text, table.names, bound)]
    tested = [compile_cell(test, table.names) for rule in table.rules for test in rule.tests]
    return found + sorted({path[0] for cell in tested for path in cell.paths} - {"?"} - bound)


def _read(text: str, names: tuple[str, ...], bound: set[str]) -> list[str]:
    return sorted({path[0] for path in compile_result(text, names).paths} - bound)


# ---------------------------------------------------------------- decisions

def _write_decision(root: Element, node: DecisionNode, graph: DecisionGraph, data: dict[str, str]) -> None:
    models = {other.id for other in graph.decisions if isinstance(other.logic, FunctionOf)}
    element = _add(root, "businessKnowledgeModel" if node.id in models else "decision", id=node.id, name=node.name)
    _add(element, "variable", name=node.name, typeRef=node.type)
    if isinstance(node.logic, FunctionOf):
        _write_function(_add(element, "encapsulatedLogic"), node.logic, node.id)
    else:
        for key in node.requires:
            if key not in models:
                _add(_add(element, "informationRequirement"), "requiredDecision", href=f"#{key}")
        for name in dict.fromkeys(_roots(node.logic, set())):
            if name in data:
                _add(_add(element, "informationRequirement"), "requiredInput", href=f"#{data[name]}")
    for key in node.requires:
        if key in models:
            _add(_add(element, "knowledgeRequirement"), "requiredKnowledge", href=f"#{key}")
    for clause in node.logic.basis if isinstance(node.logic, DecisionTable) else ():
        _add(_add(element, "authorityRequirement"), "requiredAuthority", href=f"#{CLAUSE}{clause}")
    if node.id not in models:
        _write_logic(element, node.logic, node.id)


def _write_logic(parent: Element, logic: Logic, key: str) -> None:
    if isinstance(logic, DecisionTable):
        _write_table(parent, logic, key)
    elif isinstance(logic, Literal_):
        _add(_add(parent, "literalExpression"), "text", logic.text)
    elif isinstance(logic, Boxed):
        _write_named(_add(parent, "context"), "contextEntry", "variable", logic.entries, key)
    elif isinstance(logic, Listed):
        items = _add(parent, "list")
        for item in logic.items:
            _write_logic(items, item, key)
    elif isinstance(logic, FunctionOf):
        _write_function(_add(parent, "functionDefinition"), logic, key)
    else:
        invocation = _add(parent, "invocation")
        _write_logic(invocation, logic.function, key)
        _write_named(invocation, "binding", "parameter", logic.bindings, key)


def _write_function(element: Element, function: FunctionOf, key: str) -> None:
    for name, sort in function.parameters:
        _add(element, "formalParameter", name=name, typeRef=sort)
    _write_logic(element, function.body, key)


def _write_named(parent: Element, line: str, named: str, entries: tuple[tuple[str, Logic], ...], key: str) -> None:
    """Lines of a name and its logic: entries of a context, bindings of an invocation."""
    for name, entry in entries:
        element = _add(parent, line)
        if name:
            _add(element, named, name=name)
        _write_logic(element, entry, key)


def _write_table(parent: Element, table: DecisionTable, key: str) -> None:
    element = _add(parent, "decisionTable", hitPolicy=table.hit_policy, aggregation=table.aggregation)
    for column in table.inputs:
        _write_input(element, column, key)
    for output in table.outputs:
        _write_output(element, output)
    noted, cited = any(rule.annotation for rule in table.rules), any(rule.basis for rule in table.rules)
    for wanted, name in ((noted, ANNOTATION), (cited, BASIS)):
        if wanted:
            _add(element, "annotation", name=name)
    for rule in table.rules:
        line = _add(element, "rule")
        for kind, texts in (("inputEntry", rule.tests), ("outputEntry", rule.results)):
            for text in texts:
                _add(_add(line, kind), "text", text)
        for wanted, text in ((noted, rule.annotation), (cited, ", ".join(rule.basis))):
            if wanted:
                _add(_add(line, "annotationEntry"), "text", text)


def _write_input(table: Element, column: Input, key: str) -> None:
    element = _add(table, "input", id=f"{key}_{column.id}" if column.id else "", label=column.label)
    if column.whole:
        element.set(f"{{{ANLIU}}}whole", "true")
    _add(_add(element, "inputExpression", typeRef=column.type), "text", column.expression)
    if column.allowed:
        _add(_add(element, "inputValues"), "text", column.allowed)


def _write_output(table: Element, column: Output) -> None:
    element = _add(table, "output", label=column.label, name=column.name, typeRef=column.type)
    if column.allowed:
        _add(_add(element, "outputValues"), "text", column.allowed)
    if column.default:
        _add(_add(element, "defaultOutputEntry"), "text", column.default)


def _add(parent: Element, local: str, text: str | None = None, /, **attributes: str) -> Element:
    """A child; attributes without a value are left out."""
    return append(parent, _tag(local), {name: value for name, value in attributes.items() if value}, text=text)


def _tag(local: str) -> str:
    return f"{{{DMN_1_5}}}{local}"
