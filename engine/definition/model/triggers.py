"""What may set something going: at an activity, beside a flow, where a flow listens, and where a case begins.

One class per kind of event, named as BPMN names it. Refuses to know what follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from engine.definition.model.expressions import Expression
from engine.worktime.every import Every
from engine.worktime.limit import Limit

TriggerKind = Literal["timer", "condition", "message", "signal", "error", "escalation", "entry", "schedule", "called"]


@dataclass(frozen=True, slots=True)
class TimerTrigger:
    """A limit that runs out, or a moment that comes; with `repeat` the limit runs again and again."""

    after: Limit | None = None
    at: Expression | None = None
    repeat: bool = False
    kind: ClassVar[TriggerKind] = "timer"


@dataclass(frozen=True, slots=True)
class ConditionTrigger:
    """A condition over the variables that becomes true."""

    when: Expression
    kind: ClassVar[TriggerKind] = "condition"


@dataclass(frozen=True, slots=True)
class MessageTrigger:
    """A message of this name to this case; `key` must equal the key it was sent with."""

    name: str
    key: Expression | None = None
    takes: tuple[str, ...] = ()
    """The names of what it brings; empty: whatever it brings."""
    kind: ClassVar[TriggerKind] = "message"


@dataclass(frozen=True, slots=True)
class SignalTrigger:
    """A signal of this name, raised by anybody."""

    name: str
    kind: ClassVar[TriggerKind] = "signal"


@dataclass(frozen=True, slots=True)
class ErrorTrigger:
    """An error raised inside; without a name, any."""

    name: str = ""
    kind: ClassVar[TriggerKind] = "error"


@dataclass(frozen=True, slots=True)
class EscalationTrigger:
    """An escalation raised inside; without a name, any."""

    name: str = ""
    kind: ClassVar[TriggerKind] = "escalation"


@dataclass(frozen=True, slots=True)
class EntryTrigger:
    """A change of a register: of the entry `key` (None: of any), when `when` has become true of it."""

    register: str
    key: Expression | None = None
    when: Expression | None = None
    kind: ClassVar[TriggerKind] = "entry"


@dataclass(frozen=True, slots=True)
class ScheduleTrigger:
    """Every so often; with `for_each` once for each entry of a register of which `when` is true."""

    every: Every
    for_each: str = ""
    when: Expression | None = None
    kind: ClassVar[TriggerKind] = "schedule"


@dataclass(frozen=True, slots=True)
class CalledTrigger:
    """A `call` of another process, which hands over these values."""

    takes: tuple[str, ...] = ()
    kind: ClassVar[TriggerKind] = "called"


Trigger = (TimerTrigger | ConditionTrigger | MessageTrigger | SignalTrigger | ErrorTrigger | EscalationTrigger
           | EntryTrigger | ScheduleTrigger | CalledTrigger)
