"""The steps of a flow, one class per construct, and what `on` holds at them and beside them.

Frozen values that know nothing of how they are written or run. Every activity may carry `on`; the ones that leave
something behind write it under their own id.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from engine.definition.model.effects import Action, Effects, Gate
from engine.definition.model.expressions import Expression, Named
from engine.definition.model.limits import Due
from engine.definition.model.people import Who
from engine.definition.model.triggers import ConditionTrigger, TimerTrigger, Trigger, TriggerKind
from engine.dmn import DecisionTable
from engine.errors import Place
from engine.worktime.limit import Limit

END = "end"
"""Reserved target of `then`: the end of the flow."""


# ---------------------------------------------------------------- on

@dataclass(frozen=True, slots=True)
class Boundary:
    """`on` at an activity: while it is open, the trigger leads to `then`, or through steps of its own.

    Interrupting, the activity is taken away; and where `then` is None the flow goes on after it. Not interrupting, the
    activity stays, and steps of its own end by themselves.
    """

    id: str
    trigger: Trigger
    title: str = ""
    then: str | None = None
    steps: tuple[Step, ...] = ()
    interrupting: bool = True
    basis: tuple[str, ...] = ()
    place: Place = field(compare=False, default=Place())

    @property
    def kind(self) -> TriggerKind:
        return self.trigger.kind

    @property
    def when(self) -> Expression | None:
        """The condition of a condition trigger."""
        return self.trigger.when if isinstance(self.trigger, ConditionTrigger) else None

    @property
    def after(self) -> Limit | None:
        """The limit of a timer trigger."""
        return self.trigger.after if isinstance(self.trigger, TimerTrigger) else None


@dataclass(frozen=True, slots=True)
class Event:
    """`on` beside a flow: an event sub-process. What the trigger brings is the variable of its id."""

    id: str
    trigger: Trigger
    steps: tuple[Step, ...]
    title: str = ""
    interrupting: bool = False
    """Everything else of the flow is taken away."""
    basis: tuple[str, ...] = ()
    place: Place = field(compare=False, default=Place())


@dataclass(frozen=True, slots=True)
class Request:
    """Something people may start while the flow beside it runs: an event sub-process that begins with a form."""

    id: str
    title: str
    who: Who
    form: str
    steps: tuple[Step, ...]
    basis: tuple[str, ...]
    when: Expression | None = None
    interrupting: bool = False
    repeat: bool = False
    require: tuple[Gate, ...] = ()
    effects: Effects = Effects()
    note: str = ""
    place: Place = field(compare=False, default=Place())


# ---------------------------------------------------------------- people

@dataclass(frozen=True, slots=True)
class Task:
    id: str
    title: str
    who: Who
    form: str
    actions: tuple[Action, ...]
    basis: tuple[str, ...]
    """Clause ids: its own, or inherited from the definition."""
    due: Due | None = None
    require: tuple[Gate, ...] = ()
    effects: Effects = Effects()
    on: tuple[Boundary, ...] = ()
    then: str | None = None
    shows: tuple[str, ...] = ()
    """Steps whose answers are shown on the task page; empty = all so far."""
    changes_of: str | None = None
    """This task confirms only what changed in that step's answers between its last two visits (复核变更)."""
    note: str = ""
    place: Place = field(compare=False, default=Place())
    kind: Literal["task"] = "task"


# ---------------------------------------------------------------- the way

@dataclass(frozen=True, slots=True)
class Case:
    when: Expression | None
    """None = otherwise."""
    then: str
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Switch:
    id: str
    cases: tuple[Case, ...]
    title: str = ""
    basis: tuple[str, ...] = ()
    place: Place = field(compare=False, default=Place())
    kind: Literal["switch"] = "switch"


@dataclass(frozen=True, slots=True)
class Branch:
    id: str
    steps: tuple[Step, ...]
    when: Expression | None = None
    """Only gone when this is true at the fork; None = always."""


@dataclass(frozen=True, slots=True)
class Fork:
    """Branches side by side, joined when all, any or so many of them are through; the rest is then withdrawn."""

    id: str
    branches: tuple[Branch, ...]
    title: str = ""
    then: str | None = None
    basis: tuple[str, ...] = ()
    place: Place = field(compare=False, default=Place())
    join: Literal["all", "any"] | int = "all"
    kind: Literal["fork"] = "fork"


@dataclass(frozen=True, slots=True)
class Do:
    """Steps that belong together: an embedded sub-process, with boundaries around it and events beside its flow."""

    id: str
    steps: tuple[Step, ...]
    title: str = ""
    on: tuple[Boundary, ...] = ()
    events: tuple[Event, ...] = ()
    requests: tuple[Request, ...] = ()
    then: str | None = None
    basis: tuple[str, ...] = ()
    place: Place = field(compare=False, default=Place())
    kind: Literal["do"] = "do"


@dataclass(frozen=True, slots=True)
class For:
    """The same steps for every item of a list, side by side or one by one, until all are through or `until` is true."""

    id: str
    each: str
    """The name of the item inside."""
    items: Expression
    steps: tuple[Step, ...]
    at: str = ""
    """The name of its number, from 1; empty: not asked for."""
    until: Expression | None = None
    one_by_one: bool = False
    title: str = ""
    on: tuple[Boundary, ...] = ()
    then: str | None = None
    basis: tuple[str, ...] = ()
    place: Place = field(compare=False, default=Place())
    collect: Named = ()
    """Variables that become lists: what each finished item gives, in the order of the items, null for the others."""
    kind: Literal["for"] = "for"


# ---------------------------------------------------------------- what the flow does by itself

@dataclass(frozen=True, slots=True)
class Call:
    """Another process, waited for; with `detach` it is started and left on its own."""

    id: str
    process: str
    values: Named = ()
    detach: bool = False
    title: str = ""
    effects: Effects = Effects()
    on: tuple[Boundary, ...] = ()
    then: str | None = None
    basis: tuple[str, ...] = ()
    place: Place = field(compare=False, default=Place())
    kind: Literal["call"] = "call"


@dataclass(frozen=True, slots=True)
class Wait:
    """Until a limit has run out, a moment has come, or a condition is true (a timer or a condition trigger)."""

    id: str
    trigger: TimerTrigger | ConditionTrigger
    title: str = ""
    effects: Effects = Effects()
    then: str | None = None
    basis: tuple[str, ...] = ()
    place: Place = field(compare=False, default=Place())
    kind: Literal["wait"] = "wait"


@dataclass(frozen=True, slots=True)
class Way:
    """One of the things a `listen` waits for; whichever comes first is the way that is gone."""

    id: str
    trigger: Trigger
    then: str | None = None
    title: str = ""
    basis: tuple[str, ...] = ()
    place: Place = field(compare=False, default=Place())


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait for a message, or for the first of several events; what came is the variable of the way's id."""

    id: str
    ways: tuple[Way, ...]
    title: str = ""
    effects: Effects = Effects()
    then: str | None = None
    basis: tuple[str, ...] = ()
    place: Place = field(compare=False, default=Place())
    kind: Literal["listen"] = "listen"


@dataclass(frozen=True, slots=True)
class Decide:
    """A decision table, by name or written here; its result is the variable of the step."""

    id: str
    table: str | DecisionTable
    values: Named = ()
    title: str = ""
    effects: Effects = Effects()
    then: str | None = None
    basis: tuple[str, ...] = ()
    place: Place = field(compare=False, default=Place())
    kind: Literal["decide"] = "decide"


@dataclass(frozen=True, slots=True)
class Service:
    """Work of this type, fetched and finished by an outside program; what it gives back is the step's variable."""

    id: str
    type: str
    values: Named = ()
    title: str = ""
    effects: Effects = Effects()
    on: tuple[Boundary, ...] = ()
    then: str | None = None
    basis: tuple[str, ...] = ()
    place: Place = field(compare=False, default=Place())
    kind: Literal["service"] = "service"


@dataclass(frozen=True, slots=True)
class Raise:
    """An error (the flow ends here), an escalation, a signal or a message to another case (the flow goes on)."""

    id: str
    raises: Literal["error", "escalation", "signal", "message"]
    name: str
    key: Expression | None = None
    """Of a message: which case it is meant for."""
    values: Named = ()
    title: str = ""
    then: str | None = None
    basis: tuple[str, ...] = ()
    place: Place = field(compare=False, default=Place())
    kind: Literal["raise"] = "raise"


@dataclass(frozen=True, slots=True)
class SetStep:
    """An automatic step that only carries effects."""

    id: str
    effects: Effects
    title: str = ""
    basis: tuple[str, ...] = ()
    then: str | None = None
    place: Place = field(compare=False, default=Place())
    kind: Literal["set"] = "set"


@dataclass(frozen=True, slots=True)
class EndStep:
    """The flow ends here; `outcome` becomes the outcome of the instance (None: that of the flow before)."""

    id: str
    outcome: str | None
    terminate: bool = False
    basis: tuple[str, ...] = ()
    place: Place = field(compare=False, default=Place())
    kind: Literal["end"] = "end"


Step = (Task | Switch | Fork | Do | For | Call | Wait | Listen | Decide | Service | Raise | SetStep | EndStep)
Activity = Task | Do | For | Call | Service
"""The steps that may carry `on`."""
