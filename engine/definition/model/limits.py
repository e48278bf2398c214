"""Limits and numbers of a regulation: parameters, the due date of a task, statutory deadlines. Knows no calendar."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from engine.definition.model.expressions import Expression
from engine.definition.model.people import Rule
from engine.errors import Place
from engine.worktime.limit import Limit


@dataclass(frozen=True, slots=True)
class NamedLimit(Limit):
    """A limit that was written as the name of a parameter, and keeps it."""

    parameter: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of a regulation: its value, and the clause (or "proposed") it comes from."""

    name: str
    value: Limit | Decimal | str
    basis: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Remind:
    """A reminder: after `fraction` of the limit, or `before` its end (exactly one is set)."""

    fraction: Decimal | None = None
    before: Limit | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """The limit of one task: `within` a limit from `base` (by default the creation of the task), or `by` a moment."""

    within: Limit | None
    basis: tuple[str, ...]
    base: Expression | None = None
    remind: tuple[Remind, ...] = ()
    overdue: tuple[Rule, ...] = ()
    """Who is told when it is overdue."""
    soft: bool = False
    by: Expression | None = None
    """The moment itself, where the limit is no span: a date somebody set, the end of a window."""


@dataclass(frozen=True, slots=True)
class Stage:
    within: Limit | None
    otherwise: str
    """The finding proposed when the deadline is met later than this stage (or never)."""
    basis: tuple[str, ...]
    remind: tuple[Remind, ...] = ()
    notify: tuple[Rule, ...] = ()
    by: Expression | None = None
    """The moment itself instead of a limit from the base."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A statutory limit over several steps. The first base drives; the others are computed and shown."""

    id: str
    title: str
    bases: tuple[tuple[str, Expression], ...]
    met_at: Expression
    stages: tuple[Stage, ...]
    when: Expression | None = None
    """While this is false the limit is lifted, and shown as lifted. None = always."""
    rebase: Expression | None = None
    """A moment: when not null and later than a base, it is the base. No finding of the time before."""
    in_time: str = "按时"
    """The finding when met within the first stage."""
    confirmed_in: str | None = None
    """The task in which a person makes the finding that the clock proposes."""
    basis: tuple[str, ...] = ()
    place: Place = field(compare=False, default=Place())
