"""What the tokens of one instance ask beside conditions and effects: loops with their locals, and events that leave it.

The base of `Flow`. Locals of loops are kept with the tokens (`Case.notes`), so that they are stored with them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from decimal import Decimal

from engine.bpmn.names import loop_at
from engine.definition.model import Definition, Expression, Value
from engine.feel import from_json, to_json
from engine.runtime import HERE, Case, Event, ExecutionFailed, Locals, Loop
from engine.verbs import loops


class Outward(ABC):
    """Hooks of the runtime for everything but the main road."""

    tokens: str
    _case: Case | None
    _locals: Locals | None

    @property
    @abstractmethod
    def definition(self) -> Definition: ...

    @property
    @abstractmethod
    def case(self) -> Case: ...

    @abstractmethod
    def evaluate(self, expression: str, element_id: str, loop_id: str = "") -> object: ...

    @abstractmethod
    def value_of(self, value: Value | Expression) -> object: ...

    @abstractmethod
    def within(self, loop_id: str) -> AbstractContextManager[None]: ...

    @abstractmethod
    def set_result(self, element_id: str, name: str, value: object, *, loop_id: str = "") -> None: ...

    @abstractmethod
    def send_out(self, event: Event, element_id: str, loop_id: str) -> None: ...

    @abstractmethod
    def let_out(self, event: Event, element_id: str) -> bool: ...

    @property
    def locals(self) -> Locals:
        """The locals of the loops that run; read from the tokens when first needed."""
        if self._locals is None:
            # While an instance starts there are no tokens to read yet.
            case = self.case if self.tokens else self._case
            notes = from_json(case.notes) if case is not None and case.notes else {}
            self._locals = Locals(notes if isinstance(notes, dict) else {})
        return self._locals

    def keep_locals(self) -> None:
        """Put the locals back to the tokens, before these are dumped."""
        if self._locals is not None and self._case is not None:
            self._case.notes = to_json(self._locals.data) or None

    def item_at(self, token_id: str) -> str:
        """What the items of the loops around this token are called; empty outside loops."""
        loop_id = self.case.loop_of(token_id)
        return loops.called(self.locals, loop_id) if loop_id else ""

    def thrown(self, event: Event, element_id: str, loop_id: str = "") -> None:
        self.send_out(event, element_id, loop_id)

    def escaped(self, event: Event, element_id: str, loop_id: str = "") -> bool:
        return self.let_out(event, element_id)

    def loop_began(self, loop: Loop, host_id: str, loop_id: str = "") -> int:
        found = self.evaluate(loop.collection or loop.cardinality, loop.element_id, loop_id)
        items = found if loop.collection else range(_whole(found, loop.element_id))
        if not isinstance(items, list | range):
            raise ExecutionFailed(f"{HERE} 的集合不是列表", f"Expected the collection of {HERE} to be a list", at=loop.element_id)
        return self.locals.begin(host_id, items)

    def instance_began(self, loop: Loop, host_id: str, instance_id: str, *, index: int, outer: str) -> None:
        self.locals.begin_instance(loop, host_id, instance_id, index=index, outer=outer)
        step = loop_at(self.definition, loop.element_id)
        if step is not None and step.at:
            self.locals.keep(instance_id, step.at, Decimal(index + 1))
        for variable in loops.own_variables(step) if step is not None else ():
            self.locals.keep(instance_id, variable, None)

    def instance_ended(self, loop: Loop, host_id: str, instance_id: str, *, index: int) -> None:
        step = loop_at(self.definition, loop.element_id)
        with self.within(instance_id):
            collected = {name: self.value_of(value) for name, value in (step.collect if step is not None else ())}
        self.locals.end_instance(host_id, instance_id, index=index, result={**self.locals.own(instance_id), **collected})

    def loop_ended(self, loop: Loop, host_id: str, loop_id: str = "") -> None:
        step = loop_at(self.definition, loop.element_id)
        if step is not None:
            for name, value in loops.left_by(step, self.locals, host_id).items():
                self.set_result(loop.element_id, name, value, loop_id=loop_id)
        self.locals.end(host_id)

    def loop_cancelled(self, host_id: str) -> None:
        self.locals.end(host_id)


def _whole(value: object, element_id: str) -> int:
    text = str(value)
    if isinstance(value, bool) or not text.isdecimal():
        raise ExecutionFailed(f"{HERE} 的次数不是非负整数", f"Expected the cardinality of {HERE} to be a whole number",
                              at=element_id)
    return int(text)
