"""The checked model of a definition: frozen values, no behaviour beyond looking things up.

What the reader makes and everybody else reads. It knows neither YAML nor BPMN nor the database. Expressions
are FEEL source text with the place they came from; whoever evaluates them compiles through `engine.feel`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from engine.errors import Place
from engine.feel import Compiled, compile_expression
from engine.worktime.limit import Limit

LANGUAGE = 1
EXTRA_NAMES = ("instance", "working days after")
"""Names that FEEL alone would not read as one name: a keyword of its grammar, and names of several words."""


@dataclass(frozen=True, slots=True)
class Expression:
    """FEEL text (without the leading `=`) and where it stands."""

    text: str
    place: Place = field(compare=False, default=Place())

    def compiled(self) -> Compiled:
        """What engine.feel made of it; the same text is compiled once."""
        return compile_expression(self.text, names=EXTRA_NAMES)


Literal_ = str | Decimal | bool | None
Value = Expression | Literal_ | tuple["Value", ...]
"""A literal, an expression, or a list of them: what `set`, `record` and `default` may hold."""


# ---------------------------------------------------------------- who

@dataclass(frozen=True, slots=True)
class RoleRule:
    """Holders of a role; `unit` limits a unit role to one unit: an expression giving a unit, or "own" in starts."""

    role: str
    unit: Expression | Literal["own"] | None = None


@dataclass(frozen=True, slots=True)
class PersonRule:
    """The person (or list of persons) an expression gives."""

    person: Expression


@dataclass(frozen=True, slots=True)
class EveryoneRule:
    """Anybody with an account."""


@dataclass(frozen=True, slots=True)
class FirstRule:
    """The first of these rules that finds somebody who is not excluded; the skipped ones are traced as vacant."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class AnyRule:
    """Whoever one of these rules finds."""

    rules: tuple[Rule, ...]


Rule = RoleRule | PersonRule | EveryoneRule | FirstRule | AnyRule


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


# ---------------------------------------------------------------- what a step carries

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
class Remind:
    """A reminder: after `fraction` of the limit, or `before` its end (exactly one is set)."""

    fraction: Decimal | None = None
    before: Limit | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """The limit of one task. It starts at `base`, by default when the task is created."""

    within: Limit
    basis: tuple[str, ...]
    base: Expression | None = None
    remind: tuple[Remind, ...] = ()
    overdue: tuple[Rule, ...] = ()
    """Who is told when it is overdue."""
    soft: bool = False


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
    values: tuple[tuple[str, Value], ...]
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
    set: tuple[tuple[str, Value], ...] = ()
    record: tuple[RegisterWrite, ...] = ()
    notify: tuple[Notify, ...] = ()
    end: str | None = None
    """Outcome: the flow ends here with this outcome."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """`on` at a task: while it is open, a condition that becomes true (or a limit that runs out) leads to `then`."""

    id: str
    kind: Literal["condition", "timer"]
    title: str
    then: str | None
    """Step id, or None for the step after this task."""
    when: Expression | None = None
    after: Limit | None = None
    interrupting: bool = True
    basis: tuple[str, ...] = ()


# ---------------------------------------------------------------- steps

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


@dataclass(frozen=True, slots=True)
class Fork:
    """Parallel branches, joined when all are through."""

    id: str
    branches: tuple[Branch, ...]
    title: str = ""
    then: str | None = None
    basis: tuple[str, ...] = ()
    place: Place = field(compare=False, default=Place())
    kind: Literal["fork"] = "fork"


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


Step = Task | Switch | Fork | SetStep | EndStep
END = "end"
"""Reserved target of `then`: the end of the flow."""


# ---------------------------------------------------------------- the process

@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of a regulation: its value, and the clause (or "proposed") it comes from."""

    name: str
    value: Limit | Decimal | str
    basis: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """How an instance begins. The start's form is the first visit of a task of the same id, held by the starter."""

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
class Stage:
    within: Limit
    otherwise: str
    """The finding proposed when the deadline is met later than this stage (or never)."""
    basis: tuple[str, ...]
    remind: tuple[Remind, ...] = ()
    notify: tuple[Rule, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Request:
    """`on` of the process: something people may start at any time, an event sub-process with its own steps."""

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


@dataclass(frozen=True, slots=True)
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

    def every_step(self) -> Iterator[Step]:
        """All steps in document order: main flow, nested branches, then the requests' flows."""
        yield from walk(self.steps)
        for request in self.requests:
            yield from walk(request.steps)

    def find_step(self, step_id: str) -> Step | None:
        return next((step for step in self.every_step() if step.id == step_id), None)

    def find_task(self, element_id: str) -> Task | Start | Request | None:
        """The step with a form: a task, a start or a request of that id."""
        return next((item for item in self.every_form_step() if item.id == element_id), None)

    def every_form_step(self) -> Iterator[Task | Start | Request]:
        """Everything that has a form: starts, requests, then the tasks in document order."""
        yield from self.starts
        yield from self.requests
        yield from (step for step in self.every_step() if isinstance(step, Task))

    def parameter_values(self) -> Mapping[str, Limit | Decimal | str]:
        return {parameter.name: parameter.value for parameter in self.parameters}


def walk(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Steps and the steps inside them, in document order."""
    for step in steps:
        yield step
        if isinstance(step, Fork):
            for branch in step.branches:
                yield from walk(branch.steps)
