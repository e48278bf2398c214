"""Where a task may be returned to, and which of that step's fields can be marked for mending."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.definition.form import Field
from engine.definition.model import Action


@dataclass(frozen=True, slots=True)
class Return:
    action: Action
    step_title: str
    fields: tuple[Field, ...]


def returns_of(view: Any) -> tuple[Return, ...]:
    """Every return the task offers, with the fields of the form it leads back to."""
    actions: tuple[Action, ...] = getattr(view.step, "actions", ())
    return tuple(_return(view, action) for action in actions if action.kind == "return")


def _return(view: Any, action: Action) -> Return:
    step = view.bundle.definition.find_task(action.to or "")
    form = view.bundle.forms.get(step.form) if step is not None else None
    fields = tuple(item for item in form.fields() if item.type != "static") if form is not None else ()
    return Return(action, step.title if step is not None else "", fields)
