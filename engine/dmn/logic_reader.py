"""Reading how one decision is made: a table, an expression, a context, a list, a function, an invocation.

Knows the elements of boxed expressions; refuses to know how decisions hang together.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.dmn.item_types import ItemType, child_text, children, text_of
from engine.dmn.model import (
    AGGREGATIONS,
    HIT_POLICIES,
    MAX_COLUMNS,
    MAX_RULES,
    SINGLE_HIT,
    Aggregation,
    Boxed,
    DecisionTable,
    FunctionOf,
    HitPolicy,
    Input,
    Invocation,
    Listed,
    Literal_,
    Logic,
    Output,
    Rule,
)
from engine.dmn.pages import Page, called
from engine.dmn.vocabulary import ANLIU, BASIS, OF_A_RULE, OF_A_TABLE, OF_AN_EXPRESSION
from engine.markup import Element, local_name

_DEEPEST = 16


def read_logic(page: Page, element: Element, owner: DecisionTable, variable: ItemType, left: int = _DEEPEST) -> Logic:
    """The logic of an element; `owner` gives id, title and clauses to a table, `variable` the type of its value."""
    kind = local_name(element)
    if kind == "decisionTable":
        return _read_table(page, element, owner, variable)
    if kind == "literalExpression":
        return _read_literal(page, element)
    if kind in _BOXED and left:
        return _BOXED[kind](page, element, owner, left - 1)
    page.refuse(element)
    return Literal_("null")


def _read_literal(page: Page, element: Element) -> Literal_:
    page.refuse_others(element, OF_AN_EXPRESSION | {"text"})
    return Literal_(page.expression(element, child_text(element, "text"), ("表达式", "The expression")), page.names,
                    page.place(element))


def read_within(page: Page, element: Element, owner: DecisionTable, left: int, beside: frozenset[str]) -> Logic:
    """The one expression within an element, beside what else may stand there."""
    [*variables] = children(element, "variable", "parameter")
    variable = page.types.find(variables[0].get("typeRef", "")) if variables else ItemType()
    inner = [child for child in children(element) if local_name(child) not in beside]
    if len(inner) != 1:
        page.wrong(element, "dmn-shape", f"{called(element)} 里要有一个表达式", f"{called(element)} needs one expression")
        return Literal_("null")
    return read_logic(page, inner[0], owner, variable, left)


def _read_context(page: Page, element: Element, owner: DecisionTable, left: int) -> Logic:
    page.refuse_others(element, OF_AN_EXPRESSION | {"contextEntry"})
    return Boxed(tuple((_named(entry, "variable"), read_within(page, entry, owner, left, OF_AN_EXPRESSION | {"variable"}))
                       for entry in children(element, "contextEntry")), page.place(element))


def _read_list(page: Page, element: Element, owner: DecisionTable, left: int) -> Logic:
    return Listed(tuple(read_logic(page, child, owner, ItemType(), left) for child in children(element)
                        if local_name(child) not in OF_AN_EXPRESSION), page.place(element))


def _read_relation(page: Page, element: Element, owner: DecisionTable, left: int) -> Logic:
    page.refuse_others(element, OF_AN_EXPRESSION | {"column", "row"})
    names = [column.get("name", "") for column in children(element, "column")]
    rows = []
    for row in children(element, "row"):
        cells = [child for child in children(row) if local_name(child) not in OF_AN_EXPRESSION]
        if len(cells) != len(names):
            page.wrong(row, "dmn-shape", "这一行的单元格数与列数不符", "The row has not as many cells as there are columns")
        logic = [read_logic(page, cell, owner, ItemType(), left) for cell in cells]
        rows.append(Boxed(tuple(zip(names, logic, strict=False)), page.place(row)))
    return Listed(tuple(rows), page.place(element))


def _read_invocation(page: Page, element: Element, owner: DecisionTable, left: int) -> Logic:
    page.refuse_others(element, OF_AN_EXPRESSION | {"literalExpression", "binding"})
    called_by = [_read_literal(page, child) for child in children(element, "literalExpression")]
    if len(called_by) != 1:
        page.wrong(element, "dmn-shape", f"{called(element)} 要写明调用哪个函数", f"{called(element)} names no function")
    bindings = tuple((_named(binding, "parameter"), read_within(page, binding, owner, left, OF_AN_EXPRESSION | {"parameter"}))
                     for binding in children(element, "binding"))
    return Invocation(called_by[0] if called_by else Literal_("null"), bindings, page.place(element))


def read_function(page: Page, element: Element, owner: DecisionTable, left: int = _DEEPEST) -> Logic:
    """The parameters and the body of a function; only those of FEEL are executed."""
    if element.get("kind", "FEEL") != "FEEL":
        page.refuse(element)
        return Literal_("null")
    parameters = tuple((child.get("name", ""), page.types.find(child.get("typeRef", "")).name)
                       for child in children(element, "formalParameter"))
    return FunctionOf(parameters, read_within(page, element, owner, left, OF_AN_EXPRESSION | {"formalParameter"}),
                      page.place(element))


def _named(element: Element, kind: str) -> str:
    return next((child.get("name", "") for child in children(element, kind)), "")


_BOXED: dict[str, Callable[[Page, Element, DecisionTable, int], Logic]] = {
    "context": _read_context, "list": _read_list, "relation": _read_relation, "invocation": _read_invocation,
    "functionDefinition": read_function,
}


# ---------------------------------------------------------------- tables

def _read_table(page: Page, element: Element, owner: DecisionTable, variable: ItemType) -> DecisionTable:
    page.refuse_others(element, OF_A_TABLE)
    lines = children(element, "rule")
    if len(lines) > MAX_RULES or len(children(element, "input", "output")) > MAX_COLUMNS:
        page.wrong(element, "table-shape", f"一张表不超过 {MAX_COLUMNS} 列、{MAX_RULES} 条规则",
                   f"A table has at most {MAX_COLUMNS} columns and {MAX_RULES} rules", ("拆成几张表", "Split it"))
        lines = []
    inputs = tuple(_read_input(page, child, owner.id) for child in children(element, "input"))
    policy, aggregation = _read_policy(page, element), _read_aggregation(page, element)
    found = children(element, "output")
    is_value = len(found) == 1 and (policy in SINGLE_HIT or aggregation in ("SUM", "MIN", "MAX"))
    outputs = tuple(_read_output(page, child, variable if is_value else ItemType()) for child in found)
    columns = [column.get("name", "") for column in children(element, "annotation")]
    rules = tuple(_read_rule(page, child, number, columns if page.ours else [])
                  for number, child in enumerate(lines, start=1))
    return DecisionTable(owner.id, owner.title, inputs, outputs, rules, policy, aggregation, owner.basis, page.names,
                         page.place(element))


def _read_policy(page: Page, element: Element) -> HitPolicy:
    policy = element.get("hitPolicy", "UNIQUE")
    if policy not in HIT_POLICIES:
        page.wrong(element, "dmn-hit-policy", f"没有“{policy}”这种命中策略", f"There is no hit policy {policy!r}")
        return "UNIQUE"
    return policy


def _read_aggregation(page: Page, element: Element) -> Aggregation:
    aggregation = element.get("aggregation", "")
    if aggregation not in AGGREGATIONS:
        page.wrong(element, "dmn-hit-policy", f"没有“{aggregation}”这种汇总方式", f"There is no aggregation {aggregation!r}")
        return ""
    return aggregation


def _read_input(page: Page, element: Element, table: str) -> Input:
    [*expressions] = children(element, "inputExpression")
    text = text_of(element, "inputExpression")
    label = element.get("label", "")
    if not text:
        page.wrong(element, "dmn-shape", f"{called(element)} 没有输入表达式", f"{called(element)} has no input expression")
    what = (f"输入“{label or text}”", f"The input {label or text!r}")
    found = page.types.find(expressions[0].get("typeRef", "")) if expressions else ItemType()
    if expressions:
        page.check_language(expressions[0])
    return Input(element.get("id", "").removeprefix(f"{table}_"), page.expression(element, text, what), label, found.name,
                 page.limits(element, "inputValues", what) or page.limited(element, found),
                 element.get(f"{{{ANLIU}}}whole") == "true", page.place(element))


def _read_output(page: Page, element: Element, variable: ItemType) -> Output:
    name, label = element.get("name", ""), element.get("label", "")
    what = (f"输出“{label or name}”", f"The output {label or name!r}")
    found = page.types.find(element.get("typeRef", "")) if element.get("typeRef") else variable
    default = text_of(element, "defaultOutputEntry")
    return Output(name, label, found.name, page.limits(element, "outputValues", what) or page.limited(element, found),
                  page.expression(element, default, what) if default else "", page.place(element))


def _read_rule(page: Page, element: Element, number: int, columns: list[str]) -> Rule:
    what = (f"第 {number} 条规则的", f"Rule {number},")
    page.refuse_others(element, OF_A_RULE)
    tests, results = children(element, "inputEntry"), children(element, "outputEntry")
    notes = [child_text(child, "text") for child in children(element, "annotationEntry")]
    named = dict(zip(columns, notes, strict=False))
    basis = tuple(filter(None, (part.strip() for part in named.pop(BASIS, "").split(","))))
    description = child_text(element, "description")
    annotation = "；".join(filter(None, [*(named.values() if columns else notes), description]))
    return Rule(
        tuple(page.tests(child, child_text(child, "text"), (f"{what[0]}单元格", f"{what[1]} cell")) for child in tests),
        tuple(page.expression(child, child_text(child, "text"), (f"{what[0]}结果", f"{what[1]} result")) for child in results),
        annotation, basis, page.place(element), tuple(page.place(child) for child in (*tests, *results)))
