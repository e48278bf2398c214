"""Answers: what was typed becomes checked FEEL values, and gates let it pass or refuse it."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any, cast

from engine import canonical
from engine.definition.lookups import Known
from engine.definition.model import Request, Start, Task
from engine.definition.submission import Submission, validate
from engine.errors import Rejected
from engine.feel import Layers
from engine.store import directory_rows
from engine.store.instance_rows import AnyRow
from engine.store.reader import Reader
from engine.store.unit import UnitOfWork
from engine.verbs import findings
from engine.verbs.flow import Flow
from engine.verbs.given import Given
from engine.verbs.outside import engine_functions

NO_FORM_NEEDED = ("return", "reject")
"""Actions that send the work back or end it: the form need not be filled in, a reason must be given."""


def answers_for(flow: Flow, step: Task | Start | Request, row: AnyRow, typed: Mapping[str, object], *,
                action: str) -> Given:
    """Check what was typed at an open task. Raises SubmissionInvalid with every wrong field."""
    if action in NO_FORM_NEEDED:
        return Given({}, (), ())
    made, rest = findings.findings_from(flow, step.id, typed)
    may_write = marked_fields(row)
    previous = flow.variables.get(step.id) if may_write is not None else None
    given = check(flow.unit, flow.version.bundle, step, rest, scope=flow.scope, may_write=may_write,
                  previous=cast("Mapping[str, object]", previous) if isinstance(previous, dict) else None)
    return Given(given.answers, given.warnings, made)


def marked_fields(row: AnyRow) -> frozenset[str] | None:
    """The fields a return marked: only these may change. None = all."""
    marked = frozenset(cast("list[str]", canonical.decode(row.marked)))
    return marked or None


def check(unit: UnitOfWork, bundle: Any, step: Task | Start | Request, typed: Mapping[str, object], *,
          scope: MutableMapping[str, object], may_write: frozenset[str] | None = None,
          previous: Mapping[str, object] | None = None) -> Submission:
    """One form's answers as FEEL values."""
    look_up = directory_rows.LookUp(unit.connection, unit.actor)
    return validate(bundle.forms[step.form], typed, scope=step_scope(unit, scope), moment=unit.now,
                    known=Known(look_up.find_person, look_up.find_unit, look_up.find_file),
                    functions=engine_functions(unit), may_write=may_write, kept=previous)


def step_scope(unit: UnitOfWork | Reader, scope: MutableMapping[str, object]) -> Layers:
    """The instance's variables, and `step`: who fills the form, and when."""
    return Layers({"step": {"actor": unit.actor.value, "now": unit.now}}, scope)


def pass_gates(flow: Flow, step: Task | Start | Request, answers: Mapping[str, object], *, action: str,
               place: str) -> None:
    """Every gate of the step must be true with these answers. Raises Rejected, traced."""
    if action in NO_FORM_NEEDED or not step.require:
        return
    scope = flow.scope.new_child({step.id: {**answers, "actor": flow.unit.actor.value}})
    refuse_at_gates(flow.unit, step, scope, flow.functions, instance_id=flow.instance_id, place=place)


def refuse_at_gates(unit: UnitOfWork, step: Task | Start | Request, scope: Mapping[str, object],
                    functions: Mapping[str, Any], *, instance_id: str | None, place: str) -> None:
    """Raises GateClosed at the first gate that is not true; `place` is where the draft of these answers is kept."""
    for gate in step.require:
        value = gate.that.compiled().evaluate(scope, functions=functions, moment=unit.now)
        if value is not True:
            raise GateClosed(gate.otherwise, clauses=gate.basis, instance_id=instance_id, element_id=step.id,
                             forgets=place if gate.discard else "")


class GateClosed(Rejected):
    """A gate of the regulation refused this; `discard` says nothing entered may be kept."""

    status = 422

    def __init__(self, zh: str, *, clauses: tuple[str, ...], instance_id: str | None, element_id: str,
                 forgets: str) -> None:
        super().__init__(zh, zh, clauses=clauses, instance_id=instance_id, element_id=element_id, traced=True)
        self.discard = bool(forgets)
        self.forgets = forgets
