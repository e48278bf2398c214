"""Reading who may act: rules over the directory, exclusions and widening.

It knows how a rule is written, and refuses to know who holds a role.
"""

from __future__ import annotations

from typing import Literal

from engine.definition.draft import Draft, is_expression
from engine.definition.keys import RULE, WIDEN
from engine.definition.model import (
    AnyRule,
    DutyRule,
    EveryoneRule,
    Expression,
    FirstRule,
    PersonRule,
    RoleRule,
    Rule,
    Who,
    Widen,
)
from engine.definition.nodes import MapNode, Node, ScalarNode
from engine.definition.sheet import Sheet

_SORTS = ("role", "person", "anyone", "on_duty", "first", "any")


def read_rule(draft: Draft, node: Node) -> Rule:
    """One rule; exactly one of role, person, anyone, on_duty, first, any."""
    if isinstance(node, ScalarNode):
        said = f"{{{draft.said('role')}: {node.text}}}"
        hint = (f"写成 {said}", f"Write {said}")
        draft.wrong(node, "rule", "人员规则要写“键: 值”", "Expected a rule such as `{role: …}`", hint)
        return EveryoneRule()
    sheet = Sheet(draft, node, RULE)
    sorts = [sort for sort in _SORTS if sheet.has(sort)]
    if len(sorts) != 1 and isinstance(node, MapNode) and not sheet.misspelt:
        draft.wrong(node, "rule", "人员规则要从 `role`、`person`、`anyone`、`on_duty`、`first`、`any` 中写且只写一个",
                    "A rule has exactly one of `role`, `person`, `anyone`, `on_duty`, `first`, `any`")
    sort = sorts[0] if sorts else "anyone"
    if sheet.has("unit") and sort not in ("role", "on_duty"):
        draft.wrong(node, "rule", "只有 `role` 和 `on_duty` 才能写 `unit`", "Only `role` and `on_duty` take `unit`")
    if sheet.has("tree") and sort != "role":
        draft.wrong(node, "rule", "只有 `role` 才能写 `tree`", "Only `role` takes `tree`")
    if sort in ("role", "on_duty"):
        return _read_role(draft, sheet, sort)
    if sort == "person":
        return PersonRule(sheet.expression("person"))
    if sort in ("first", "any"):
        rules = tuple(read_rule(draft, item) for item in sheet.items(sort))
        return FirstRule(rules) if sort == "first" else AnyRule(rules)
    return EveryoneRule()


def _read_role(draft: Draft, sheet: Sheet, sort: str) -> RoleRule | DutyRule:
    role = sheet.mention(sort, "role_in_unit" if sheet.has("unit") else "role") or ""
    unit, tree = _read_unit(draft, sheet.find("unit")), sheet.flag("tree")
    return RoleRule(role, unit, tree) if sort == "role" else DutyRule(role, unit)


def _read_unit(draft: Draft, unit: Node | None) -> Expression | Literal["own"] | None:
    if unit is None:
        return None
    if isinstance(unit, ScalarNode) and unit.text == "own":
        draft.mention("own_unit", unit)
        return "own"
    if not is_expression(unit):
        draft.wrong(unit, "rule", "`unit` 要写 =表达式，发起时可写 `own`", "`unit` takes an =expression, or `own` in a start")
        return None
    return draft.expression(unit, "unit")


def read_rules(draft: Draft, nodes: tuple[Node, ...]) -> tuple[Rule, ...]:
    return tuple(read_rule(draft, node) for node in nodes)


def read_who(draft: Draft, sheet: Sheet, basis: tuple[str, ...]) -> Who:
    """`who`, `not` and `widen` of a step, a start or a request."""
    node = sheet.find("who")
    rule = read_rule(draft, node) if node is not None else EveryoneRule()
    exclude: tuple[Expression, ...] = tuple(draft.expression(item, "not") for item in sheet.items("not"))
    widen = tuple(_read_widen(draft, item, basis) for item in sheet.items("widen"))
    return Who(rule, exclude, tuple(item for item in widen if item is not None))


def _read_widen(draft: Draft, node: Node, inherited: tuple[str, ...]) -> Widen | None:
    sheet = Sheet(draft, node, WIDEN)
    after, to = sheet.find("after"), sheet.find("to")
    if after is None or to is None:
        return None
    limit, basis = draft.limit(after, sheet.basis(), around=inherited)
    return Widen(limit, read_rule(draft, to), basis)
