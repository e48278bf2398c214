"""The process: how it begins, its steps, its clocks, and what stands beside its flow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from engine.definition.model.effects import Effects, Gate
from engine.definition.model.expressions import Expression, Named
from engine.definition.model.limits import Deadline, Due, Parameter
from engine.definition.model.people import Who
from engine.definition.model.steps import Do, Event, For, Fork, Request, Step, Task
from engine.definition.model.triggers import Trigger
from engine.errors import Place
from engine.worktime.limit import Limit


@dataclass(frozen=True, slots=True)
class Start:
    """How a person begins an instance. Its form is the first visit of a task of the same id, held by the starter."""

    id: str
    title: str
    who: Who
    form: str
    basis: tuple[str, ...]
    require: tuple[Gate, ...] = ()
    effects: Effects = Effects()
    due: Due | None = None
    then: str | None = None
    note: str = ""
    place: Place = field(compare=False, default=Place())


@dataclass(frozen=True, slots=True)
class EventStart:
    """How an instance begins without a person: by a schedule, a register, a message, a signal or a call.

    What the trigger brings (an entry, a window, a payload, the values of the call) is the variable of its id.
    """

    id: str
    trigger: Trigger
    basis: tuple[str, ...]
    title: str = ""
    effects: Effects = Effects()
    then: str | None = None
    place: Place = field(compare=False, default=Place())


@dataclass(frozen=True)
class Definition:
    process: str
    title: str
    profile: str
    basis: tuple[str, ...]
    subject: Expression | str
    parameters: tuple[Parameter, ...]
    starts: tuple[Start, ...]
    steps: tuple[Step, ...]
    deadlines: tuple[Deadline, ...] = ()
    requests: tuple[Request, ...] = ()
    description: str = ""
    category: str = ""
    place: Place = field(compare=False, default=Place())
    event_starts: tuple[EventStart, ...] = ()
    events: tuple[Event, ...] = ()
    returns: Named = ()
    """What a calling process gets back under the id of its call."""
    drawing: bytes | None = None
    """The BPMN as its author drew it, when the process came as BPMN: then the flow is the drawing's, not that of `steps`."""

    @cached_property
    def _every_step(self) -> tuple[Step, ...]:
        flows = (self.steps, *_flows_of(self.requests, self.events))
        return tuple(step for steps in flows for step in walk(steps))

    def every_step(self) -> Iterator[Step]:
        """All steps in document order: main flow with everything inside it, then the flows of `on`."""
        return iter(self._every_step)

    def every_request(self) -> Iterator[Request]:
        """The requests of the process, then those inside its steps."""
        yield from self.requests
        yield from (request for step in self.every_step() if isinstance(step, Do) for request in step.requests)

    def find_step(self, step_id: str) -> Step | None:
        return next((step for step in self.every_step() if step.id == step_id), None)

    def find_task(self, element_id: str) -> Task | Start | Request | None:
        """The step with a form: a task, a start or a request of that id."""
        return self._form_steps.get(element_id)

    @cached_property
    def _form_steps(self) -> Mapping[str, Task | Start | Request]:
        return {item.id: item for item in reversed(tuple(self.every_form_step()))}

    def every_form_step(self) -> Iterator[Task | Start | Request]:
        """Everything that has a form: starts, requests, then the tasks in document order."""
        yield from self.starts
        yield from self.every_request()
        yield from (step for step in self.every_step() if isinstance(step, Task))

    def parameter_values(self) -> Mapping[str, Limit | Decimal | str]:
        return {parameter.name: parameter.value for parameter in self.parameters}


def walk(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Steps and the steps inside them, in document order."""
    for step in steps:
        yield step
        for inner in lists_in(step):
            yield from walk(inner)


def lists_in(step: Step) -> Iterator[tuple[Step, ...]]:
    """The lists of steps inside a step: branches, the steps of `do` and `for`, the flows of its `on`."""
    if isinstance(step, Fork):
        yield from (branch.steps for branch in step.branches)
    if isinstance(step, Do | For):
        yield step.steps
    if isinstance(step, Do):
        yield from _flows_of(step.requests, step.events)
    yield from (boundary.steps for boundary in getattr(step, "on", ()))


def _flows_of(requests: tuple[Request, ...], events: tuple[Event, ...]) -> Iterator[tuple[Step, ...]]:
    yield from (request.steps for request in requests)
    yield from (event.steps for event in events)
