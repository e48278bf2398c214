"""Who may act: rules over the directory, exclusions and widening. Refuses to know who holds a role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.definition.model.expressions import Expression
from engine.worktime.limit import Limit


@dataclass(frozen=True, slots=True)
class RoleRule:
    """Holders of a role; `unit` limits a unit role to one unit: an expression giving a unit, or "own" in starts."""

    role: str
    unit: Expression | Literal["own"] | None = None
    tree: bool = False
    """The units below count as well."""


@dataclass(frozen=True, slots=True)
class PersonRule:
    """The person (or list of persons) an expression gives."""

    person: Expression


@dataclass(frozen=True, slots=True)
class EveryoneRule:
    """Anybody with an account."""


@dataclass(frozen=True, slots=True)
class DutyRule:
    """Whoever is on duty for a role, by the roster; `unit` as for a role."""

    role: str
    unit: Expression | Literal["own"] | None = None


@dataclass(frozen=True, slots=True)
class FirstRule:
    """The first of these rules that finds somebody who is not excluded; the skipped ones are traced as vacant."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class AnyRule:
    """Whoever one of these rules finds."""

    rules: tuple[Rule, ...]


Rule = RoleRule | PersonRule | EveryoneRule | DutyRule | FirstRule | AnyRule


@dataclass(frozen=True, slots=True)
class Widen:
    """If nobody finished the task `after` its creation, `to` may act too, on behalf of (代) the first candidates."""

    after: Limit
    to: Rule
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Who:
    rule: Rule
    exclude: tuple[Expression, ...] = ()
    """`not`: persons (or lists of persons) who may never act here: separation of duty."""
    widen: tuple[Widen, ...] = ()
