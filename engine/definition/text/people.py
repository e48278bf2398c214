"""Who may act, as an outline."""

from __future__ import annotations

from engine.definition.model import (
    AnyRule,
    DutyRule,
    EveryoneRule,
    Expression,
    FirstRule,
    PersonRule,
    Rule,
    Who,
)
from engine.definition.text.basis import Around
from engine.definition.text.tree import Entries, Plain, Tree, entries, few, formula, limit, yes


def rule(given: Rule) -> Entries:
    if isinstance(given, PersonRule):
        return entries(person=formula(given.person))
    if isinstance(given, EveryoneRule):
        return {"anyone": Plain("true")}
    if isinstance(given, DutyRule):
        return entries(on_duty=given.role, unit=_unit(given.unit))
    if isinstance(given, FirstRule | AnyRule):
        return {"first" if isinstance(given, FirstRule) else "any": [rule(part) for part in given.rules]}
    return entries(role=given.role, unit=_unit(given.unit), tree=yes(given.tree))


def _unit(given: Expression | str | None) -> Tree | None:
    return formula(given) if isinstance(given, Expression) else given


def rules(given: tuple[Rule, ...]) -> Tree | None:
    return few(rule(each) for each in given)


def who(given: Who, around: Around) -> Entries:
    """`who`, `not` and `widen`; a widening cites like a limit."""
    widen = [{**entries(after=limit(each.after), to=rule(each.to)), **around.of_limit(each.after, each.basis)}
             for each in given.widen]
    return entries(who=rule(given.rule), not_=few(filter(None, map(formula, given.exclude))), widen=few(widen))
