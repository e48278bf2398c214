"""One instance on the move: loads it, lets its tokens run, and turns what happened into records.

Everything that changes an instance goes through here: `open_flow`, act, `settle`. It knows which step a
BPMN element belongs to, evaluates the definition's expressions over the instance's variables, and leaves
effects, tasks and deadlines to their own modules.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.bpmn.names import names_of
from engine.definition.model import EXTRA_NAMES, Definition, Expression, Value
from engine.errors import EngineError, NotFound
from engine.feel import Layers, compile_expression, to_json
from engine.records import Record, RecordType, StoredRecord
from engine.runtime import Case, Event, Locals
from engine.store import instance_rows
from engine.store.payload import StoredValues
from engine.store.unit import UnitOfWork
from engine.store.versions import Version
from engine.verbs import effects, loops, outgoing
from engine.verbs.outside import base_scope, engine_functions
from engine.verbs.outward import Outward
from engine.verbs.programs import program_of
from engine.verbs.suspension import refuse_suspended

_WHERE_IT_IS = nullcontext()


@dataclass(slots=True)
class Flow(Outward):
    """The instance as this unit of work sees it; also the runtime's hooks."""

    unit: UnitOfWork
    instance_id: str
    version: Version
    process: StoredValues
    """The variables of the process."""
    outside: dict[str, object]
    """What else expressions may name: parameters, and `instance`."""
    tokens: str = ""
    own_unit: str | None = None
    started_by: str = ""
    number: str = ""
    process_title: str = ""
    subject: str = ""
    outcome: str | None = None
    status: str = "running"
    tasked: set[str] = field(default_factory=set)
    """Tokens that have an open task; known once the case is loaded."""
    is_stuck: bool = False
    """Whether an incident was open when the instance was loaded."""
    is_suspended: bool = False
    """Whether somebody had suspended the instance when it was loaded."""
    _open_tasks: int = 0
    fired: dict[str, datetime] = field(default_factory=dict)
    """When the event of a token was due that has just happened: a repeating one counts from there."""
    parent_id: str | None = None
    """The case that called this one and waits."""
    parent_token: str | None = None
    chain: int = 0
    """How many cases began one after another up to this one, with nobody acting in between."""
    error: str | None = None
    """The error with which it ended, for whoever called it."""
    leaving: list[dict[str, object]] = field(default_factory=list)
    """Rows of the worker's post that the next settling records."""
    sent_back: dict[str, str] = field(default_factory=dict)
    """Tasks that an operator sends the case back to, each with his reason: whoever does it again reads that."""
    position: Mapping[str, object] | None = None
    """Where the tokens are and what waits, while no record says it yet."""
    loop_id: str = ""
    """The loop instance whose locals `variables` and `scope` show now; empty: the process as a whole."""
    variables: MutableMapping[str, object] = field(init=False)
    scope: Layers = field(init=False)
    _case: Case | None = None
    _locals: Locals | None = None
    _functions: Mapping[str, Callable[..., object]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.variables, self.scope = self.process, Layers(self.process, self.outside)

    @property
    def definition(self) -> Definition:
        return self.version.definition

    @property
    def case(self) -> Case:
        """The tokens; loaded when first needed."""
        if self._case is None:
            self._case = Case.load(program_of(self.version), self.tokens, hooks=self)
            self.tasked = self._find_tasked(self._case)
        return self._case

    def start_case(self, start_id: str) -> None:
        self._case = Case.start(program_of(self.version), start_id=start_id, hooks=self)

    def _find_tasked(self, case: Case) -> set[str]:
        """All tokens at tasks, unless some task could not be opened: then the rows say which ones could."""
        tokens = {token.id for token in case.open_tokens()}
        if len(tokens) == self._open_tasks:
            return tokens
        return {row.token_id for row in instance_rows.open_tasks_of(self.unit.connection, self.instance_id)}

    def is_on_the_way(self, element_id: str) -> bool:
        """Whether what waits at this element holds the flow up, as an event beside it does not."""
        reached = names_of(self.definition).find(element_id)
        return reached is not None and reached.part in ("step", "way")

    # ---- expressions

    def evaluate(self, expression: str, element_id: str, loop_id: str = "",
                 names: Mapping[str, object] | None = None) -> object:
        """The runtime's hook: a FEEL text over the instance's variables, and over those of the loop it stands in."""
        with self.within(loop_id):
            if not names:
                return self.value_of_text(expression)
            return self._evaluate(expression, self.scope.new_child({**loops.progress(self, element_id, names), **names}))

    def value_of(self, value: Value | Expression) -> object:
        """A literal as it is, an expression evaluated, a list item by item."""
        if isinstance(value, Expression):
            return self.value_of_text(value.text)
        if isinstance(value, tuple):
            return [self.value_of(item) for item in value]
        return value

    def value_of_text(self, text: str) -> object:
        return self._evaluate(text, self.scope)

    def _evaluate(self, text: str, scope: Mapping[str, object]) -> object:
        return compile_expression(text, names=EXTRA_NAMES).evaluate(scope, functions=self.functions, moment=self.unit.now)

    @property
    def functions(self) -> Mapping[str, Callable[..., object]]:
        """What a definition may ask of registers and calendar."""
        if not self._functions:
            self._functions = engine_functions(self.unit)
        return self._functions

    # ---- loops

    def within(self, loop_id: str) -> AbstractContextManager[None]:
        """See the variables as an element in this loop instance does; empty: as the process does."""
        return _WHERE_IT_IS if loop_id == self.loop_id else self._moved_to(loop_id)

    @contextmanager
    def _moved_to(self, loop_id: str) -> Iterator[None]:
        before = self.loop_id, self.variables, self.scope
        around = self.locals.around(loop_id) if loop_id else []
        self.loop_id = loop_id
        self.variables = ChainMap(*around, self.process) if loop_id else self.process
        self.scope = Layers(*around, self.process, self.outside)
        try:
            yield
        finally:
            self.loop_id, self.variables, self.scope = before

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Records, rows and variables as before when the block fails with an error of the engine."""
        variables, around = self.process.copy(), self.locals.around(self.loop_id) if self.loop_id else []
        before = [dict(values) for values in around]
        try:
            with self.unit.all_or_nothing():
                yield
        except EngineError:
            self.process.go_back(variables)
            for values, old in zip(around, before, strict=True):
                values.clear()
                values.update(old)
            raise

    # ---- what the runtime tells us

    def entered(self, element_id: str, token_id: str, loop_id: str = "") -> None:
        """Tasks are opened after the tokens came to rest; nothing to do while they run."""

    def completed(self, element_id: str, loop_id: str = "") -> None:
        with self.within(loop_id):
            effects.apply(self, element_id)

    def send_out(self, event: Event, element_id: str, loop_id: str) -> None:
        outgoing.raise_event(self, event, element_id, loop_id)

    def let_out(self, event: Event, element_id: str) -> bool:
        return outgoing.escape(self, event, element_id)

    # ---- records

    def record(self, record: Record) -> StoredRecord:
        """Record it; the first record after the tokens moved says under `position` where they are."""
        if self.position is not None:
            record = replace(record, payload={**record.payload, "position": self.position})
            self.position = None
        return self.unit.record(self.instance_id, record, definition_hash=self.version.hash)

    def set_variable(self, name: str, value: object) -> None:
        """Set a variable of the process, whatever loop this is in."""
        self.process[name] = value

    def leave(self, step_id: str, value: object) -> bool:
        """What a step leaves behind under its id; True when it belongs to the loop around and to no row of its own."""
        if self.loop_id and self.locals.keep(self.loop_id, step_id, value):
            return True
        self.set_variable(step_id, value)
        return False

    def parts_of(self, name: str) -> object:
        """A variable as JSON types, not to be changed: what is only kept or copied need not be read."""
        return to_json(self.variables.get(name)) if self.loop_id else self.process.parts(name)

    def leave_both(self, step_id: str, value: object, parts: object) -> None:
        """`leave`, where the value is known as JSON types too."""
        if not (self.loop_id and self.locals.keep(self.loop_id, step_id, value)):
            self.process.set_both(step_id, value, parts)

    def receive(self, element_id: str, variable: str, value: Mapping[str, object], *, loop_id: str, kind: str, name: str,
                source: str) -> None:
        """Something came from outside to a token that waits; what it brought is a variable in the loop or the process."""
        reached = names_of(self.definition).find(element_id)
        with self.within(loop_id):
            change = {"old": self.variables.get(variable), "new": dict(value)}
            local = {"local": [variable]} if self.leave(variable, dict(value)) else {}
        self.record(Record(RecordType.EVENT_RECEIVED, {"kind": kind, "name": name, "source": source,
                                                       "set": {variable: change}, **local}, element_id=element_id,
                           clauses=reached.step.basis if reached is not None and reached.step is not None else ()))

    def set_result(self, element_id: str, name: str, value: object, *, loop_id: str = "") -> None:
        """What a step without a form leaves behind, in the loop around it or in the process; it stands in the trace."""
        reached = names_of(self.definition).find(element_id)
        with self.within(loop_id):
            change = {"old": self.variables.get(name), "new": value}
            local = {"local": [name]} if self.leave(name, value) else {}
        self.record(Record(RecordType.VARIABLES_SET, {"set": {name: change}, **local}, element_id=element_id,
                           clauses=reached.step.basis if reached is not None and reached.step is not None else ()))

    def set_variables(self, changes: Mapping[str, object], *, element_id: str, clauses: tuple[str, ...]) -> None:
        """Set variables where they stand, in a loop or in the process; old and new stand in the trace."""
        changed = {name: {"old": self.variables.get(name), "new": value} for name, value in changes.items()
                   if name not in self.variables or self.variables[name] != value}
        local = [name for name, value in changes.items() if self.loop_id and self.locals.assign(self.loop_id, name, value)]
        for name, value in changes.items():
            if name not in local:
                self.set_variable(name, value)
        if changed:
            payload = {"set": changed, "local": local} if local else {"set": changed}
            self.record(Record(RecordType.VARIABLES_SET, payload, element_id=element_id, clauses=clauses))


def open_flow(unit: UnitOfWork, instance_id: str) -> Flow:
    """Lock and load an instance to work in it. Raises NotFound, and Suspended when somebody suspended it."""
    flow = lock_flow(unit, instance_id)
    if flow.is_suspended:
        refuse_suspended(unit, instance_id)
    return flow


def lock_flow(unit: UnitOfWork, instance_id: str) -> Flow:
    """Lock and load an instance, suspended or not. Raises NotFound."""
    unit.lock(instance_id)
    row = instance_rows.instance_at_work(unit.connection, instance_id)
    if row is None:
        raise NotFound()
    return flow_of(unit, instance_id, row)


def flow_of(unit: UnitOfWork, instance_id: str, row: instance_rows.AnyRow) -> Flow:
    """The flow of a locked instance, of which `instance_at_work` is known already."""
    version = unit.means.versions.get(unit.connection, row.definition_hash)
    return Flow(unit, instance_id, version, instance_rows.variables_of(unit.connection, instance_id),
                base_scope(version.definition, row),
                tokens=row.tokens, own_unit=row.own_unit, started_by=row.started_by, number=row.number,
                process_title=row.process_title, subject=row.subject, outcome=row.outcome, status=row.instance_status,
                parent_id=row.parent_id, parent_token=row.parent_token, chain=row.chain,
                is_stuck=bool(row.is_stuck), is_suspended=bool(row.is_suspended), _open_tasks=row.open_tasks)
