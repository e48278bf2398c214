"""Who may do a step: the rules of a definition, resolved over the directory into principals and exclusions.

Pure over a view of the directory. A task stores principals, not people: when somebody takes over a post, the
inbox follows at once. It knows no task, no rows and no FEEL; expressions are evaluated by whoever calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from engine.actors import DUTY, EVERYONE, Person, Unit, is_duty, person_principal, role_in
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
)
from engine.errors import EngineError, Sentence

Evaluate = Callable[[Expression], object]

NO_UNIT = "?"
"""Stands for the unit in the principal of a vacancy whose unit expression gave null: `unit_head@?`."""


class DirectoryView(Protocol):
    """What resolution asks of the directory, at one moment."""

    def holders(self, principal: str) -> tuple[str, ...]:
        """Ids of the active people who answer to a principal."""
        ...

    def find_person(self, person_id: str) -> Person | None: ...

    def find_unit(self, unit_id: str) -> Unit | None: ...

    def units_below(self, unit_id: str) -> tuple[str, ...]:
        """The units within a unit, at every depth."""
        ...


class WhoInvalid(EngineError):
    """An expression in a rule gave something that is neither a person nor a unit."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh = zh
        self.en = en


class NobodyFound(WhoInvalid):
    """Every post that could do this is vacant, or its holders are excluded: the engine cannot go on.

    `missing` says in words what `vacant` says in principals.
    """

    def __init__(self, vacant: tuple[str, ...], missing: Sentence | None = None) -> None:
        said = missing or Sentence(f"{', '.join(vacant)} 空缺", f"{', '.join(vacant)} vacant")
        super().__init__(f"没有可办理的人：{said.zh}，或其人员按职责分离被排除",
                         f"Nobody may do this: {said.en}, or excluded by separation of duty")
        self.vacant = vacant


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a task stores: who may do it, person ids that never may, and the principals skipped as vacant."""

    principals: tuple[str, ...]
    exclusions: tuple[str, ...] = ()
    vacant: tuple[str, ...] = ()


def resolve(who: Who, *, evaluate: Evaluate, directory: DirectoryView, own_unit: str | None) -> Resolution:
    """The candidates of a step. Raises NobodyFound when no active person is left who is not excluded.

    `own_unit` is the starter's unit; without one, a rule for the own unit means any unit that holds the role.
    Widening is a later record: resolve `widen.to` with `principals_of` when its time has come. Whoever is on duty stays
    a principal: the next shift finds the task.
    """
    exclusions = _ordered(identity for rule in who.exclude for identity in _ids(evaluate(rule), rule))
    search = _Search(evaluate, directory, own_unit, frozenset(exclusions))
    filled, vacant = search.split(who.rule)
    if not filled:
        raise NobodyFound(vacant)
    return Resolution(filled, exclusions, vacant)


def principals_of(rule: Rule, *, evaluate: Evaluate, directory: DirectoryView, own_unit: str | None,
                  ) -> tuple[str, ...]:
    """Whom a rule names, for notices and widening: never an error; all it names when every post is vacant."""
    filled, vacant = _Search(evaluate, directory, own_unit, frozenset()).split(rule)
    return filled or tuple(principal for principal in vacant if not principal.endswith("@" + NO_UNIT))


def addressees(principals: Iterable[str], directory: DirectoryView) -> tuple[str, ...]:
    """Whom a notice reaches. What is said to whoever is on duty is said to those on duty now, or, with nobody there, to
    the next: a shift is not told again what was told to the one before."""
    return _ordered(one for principal in principals for one in (
        (is_duty(principal) and tuple(map(person_principal, directory.holders(principal)))) or (principal,)))


@dataclass(frozen=True, slots=True)
class _Search:
    evaluate: Evaluate
    directory: DirectoryView
    own_unit: str | None
    excluded: frozenset[str]

    def split(self, rule: Rule) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The principals that find somebody, and those passed over because they find nobody."""
        if isinstance(rule, FirstRule):
            return self._first(rule)
        if isinstance(rule, AnyRule):
            parts = [self.split(part) for part in rule.rules]
            return (_ordered(one for filled, _ in parts for one in filled),
                    _ordered(one for _, vacant in parts for one in vacant))
        named = self._named(rule)
        filled = tuple(principal for principal in named if self._finds(principal))
        return filled, tuple(principal for principal in named if principal not in filled)

    def _first(self, rule: FirstRule) -> tuple[tuple[str, ...], tuple[str, ...]]:
        skipped: list[str] = []
        for part in rule.rules:
            filled, vacant = self.split(part)
            skipped.extend(vacant)
            if filled:
                return filled, _ordered(skipped)
        return (), _ordered(skipped)

    def _named(self, rule: RoleRule | PersonRule | EveryoneRule | DutyRule) -> tuple[str, ...]:
        if isinstance(rule, EveryoneRule):
            return (EVERYONE,)
        if isinstance(rule, PersonRule):
            return tuple(map(person_principal, _ids(self.evaluate(rule.person), rule.person)))
        if isinstance(rule, DutyRule):
            return tuple(DUTY + post for post in self._posts(rule))
        return self._posts(rule)

    def _posts(self, rule: RoleRule | DutyRule) -> tuple[str, ...]:
        if rule.unit is None or (rule.unit == "own" and self.own_unit is None):
            return (rule.role,)
        if isinstance(rule.unit, Expression):
            units = _ids(self.evaluate(rule.unit), rule.unit) or (NO_UNIT,)
        else:
            units = (self.own_unit or NO_UNIT,)
        if isinstance(rule, RoleRule) and rule.tree:
            units = _ordered(each for unit in units for each in (unit, *self.directory.units_below(unit)))
        return tuple(role_in(rule.role, unit) for unit in units)

    def _finds(self, principal: str) -> bool:
        # Asking for all holders of `everyone` would read the whole directory for every open task.
        if principal == EVERYONE:
            return True
        return any(person not in self.excluded for person in self.directory.holders(principal))


def _ids(value: object, expression: Expression) -> tuple[str, ...]:
    """Ids of what an expression gave: a person or unit, a list of them, or null for none."""
    if value is None:
        return ()
    if isinstance(value, list | tuple):
        return _ordered(identity for item in value for identity in _ids(item, expression))
    identity = value.get("id") if isinstance(value, Mapping) else value
    if not isinstance(identity, str) or not identity:
        raise WhoInvalid(f"“{expression.text}”得到的不是人员或单位（{expression.place}）",
                         f"“{expression.text}” gave neither a person nor a unit ({expression.place})")
    return (identity,)


def _ordered(items: Iterable[str]) -> tuple[str, ...]:
    """Each once, in order of first appearance."""
    return tuple(dict.fromkeys(items))
