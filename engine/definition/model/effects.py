"""What a step carries: gates before it, actions that finish it, effects that commit with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from engine.definition.model.expressions import Expression, Named
from engine.definition.model.people import Rule
from engine.errors import Place


@dataclass(frozen=True, slots=True)
class Gate:
    """`require`: refused with this sentence unless `that` is true; the refusal is traced.

    `discard` says that nothing of what was entered may be kept, not even a draft.
    """

    that: Expression
    otherwise: str
    basis: tuple[str, ...]
    discard: bool = False
    place: Place = field(compare=False, default=Place())


@dataclass(frozen=True, slots=True)
class Action:
    """A button of the task: complete, approve, reject or return; `to` is the step it leads to, or None = falls through."""

    kind: Literal["complete", "approve", "reject", "return"]
    to: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class RegisterWrite:
    register: str
    entry: Expression
    values: Named
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberIssue:
    """Issue the next number of a pattern into a variable, e.g. `XZTC-[year]-[0000]`, counted per year."""

    variable: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Notify:
    rule: Rule
    text: str | Expression


@dataclass(frozen=True, slots=True)
class Effects:
    """What commits together with the step, in this order: number, set, record, notify, end."""

    numbers: tuple[NumberIssue, ...] = ()
    set: Named = ()
    record: tuple[RegisterWrite, ...] = ()
    notify: tuple[Notify, ...] = ()
    end: str | None = None
    """Outcome: the flow ends here with this outcome."""
