"""Where a form is filled in: a task, a start or a request, named by one word so that drafts and previews find it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from engine.definition.form import Form
from engine.errors import NotFound
from engine.verbs.answering import step_scope
from engine.verbs.outside import engine_functions
from engine.views import instances, tasks


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form that the reader may fill in now, and everything its expressions may read."""

    place: str
    form: Form
    scope: Mapping[str, object]
    moment: datetime
    functions: Mapping[str, Callable[..., object]]
    draft: Mapping[str, Any] | None = None
    kept: Mapping[str, object] = field(default_factory=dict)
    """The answers of the visit before."""
    marked: tuple[str, ...] = ()


def open_form(read: Any, place: str) -> OpenForm:
    """The form at a place, through what the reader may see; NotFound otherwise."""
    kind, _, name = place.partition(":")
    first, _, second = name.partition("/")
    if kind == "task":
        return form_of_task(read, tasks.get_task(read, first))
    if kind == "start":
        return form_of_start(read, instances.start_view(read, first, second))
    if kind == "request":
        return form_of_request(read, instances.request_view(read, first, second))
    raise NotFound


def form_of_task(read: Any, view: tasks.TaskView) -> OpenForm:
    """The form of an open task for somebody who may act; NotFound otherwise."""
    if not view.may_act:
        raise NotFound
    return form_of_sender(read, view)


def form_of_sender(read: Any, view: tasks.TaskView) -> OpenForm:
    """The form of a task for what somebody just sent: whether it is still his to do, the verb says, with who and when."""
    if view.form is None:
        raise NotFound
    kept = view.variables.get(view.element_id)
    return _opened(read, f"task:{view.id}", view.form, view.variables, view.draft,
                   kept=cast("Mapping[str, object]", kept) if isinstance(kept, dict) else {}, marked=view.marked)


def form_of_start(read: Any, view: instances.StartView) -> OpenForm:
    return _opened(read, f"start:{view.bundle.definition.process}/{view.start.id}", view.form, view.variables, view.draft)


def form_of_request(read: Any, view: instances.RequestView) -> OpenForm:
    return _opened(read, f"request:{view.head.id}/{view.place_id}", view.form, view.variables, view.draft)


def _opened(read: Any, place: str, form: Form, variables: Mapping[str, object], draft: Mapping[str, Any] | None,
            **visit: Any) -> OpenForm:
    return OpenForm(place, form, step_scope(read, variables), read.now, engine_functions(read), draft, **visit)
