"""One running process of the in-memory engine: its tokens, variables and timers, and the hooks between them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.errors import EngineError
from engine.feel import compile_expression, from_json, to_json
from engine.runtime import Case, Event, Locals, Loop, Program, Token
from tests.conformance.moments import Due, first_due, next_due

if TYPE_CHECKING:
    from tests.conformance.memory import Memory


class NotWhatIsNeeded(EngineError):
    """A script that gives no context, or a loop over no list."""


class Instance:
    """The runtime's hooks; whatever concerns other instances goes to the engine's queue."""

    def __init__(self, engine: Memory, instance_id: str, program: Program, parent: tuple[str, str] | None) -> None:
        self.engine = engine
        self.id = instance_id
        self.program = program
        self.parent = parent
        self.variables: dict[str, object] = {}
        self.locals = Locals()
        self.timers: dict[str, Due] = {}
        self.trouble = ""
        self.case: Case

    # ---- stored as text, read back from it

    def dump(self) -> str:
        return json.dumps({
            "process": self.program.process_id, "parent": self.parent, "tokens": self.case.dump(),
            "variables": to_json(self.variables), "locals": to_json(self.locals.data), "trouble": self.trouble,
            "timers": {token: [to_json(due.at), due.left] for token, due in self.timers.items()},
        })

    @classmethod
    def load(cls, engine: Memory, instance_id: str, text: str) -> Instance:
        stored = json.loads(text)
        parent = tuple(stored["parent"]) if stored["parent"] else None
        instance = cls(engine, instance_id, engine.programs[stored["process"]], parent)
        instance.variables = from_json(stored["variables"])
        instance.locals = Locals(from_json(stored["locals"]))
        instance.timers = {token: Due(from_json(at), left) for token, (at, left) in stored["timers"].items()}
        instance.trouble = stored["trouble"]
        instance.case = Case.load(instance.program, stored["tokens"], hooks=instance)
        return instance

    # ---- after each verb

    def look(self) -> None:
        """Note what failed, and which timers began and ended."""
        self.trouble = "; ".join(f"{failure.element_id}: {failure.error}" for failure in self.case.failures)
        waiting = {token.id: token for token in self.case.waiting() if token.kind == "timer"}
        self.timers = {token_id: due for token_id, due in self.timers.items() if token_id in waiting}
        for token_id, token in waiting.items():
            if token_id not in self.timers:
                self._plan(token)

    def _plan(self, token: Token) -> None:
        try:
            self.timers[token.id] = first_due(token.event.timing, self._timer_value(token), self.engine.now)
        except EngineError as error:
            self.trouble = self.trouble or f"{token.element_id}: {error}"

    def _timer_value(self, token: Token) -> object:
        text = token.event.text
        return self.evaluate(text[1:], token.element_id, token.loop_id) if text.startswith("=") else text

    def trigger_timer(self, token_id: str) -> None:
        due = self.timers.pop(token_id)
        token = next(token for token in self.case.waiting() if token.id == token_id)
        is_last = due.left == 1
        if token.repeats and not is_last:
            self.timers[token_id] = next_due(self._timer_value(token), due)
        self.case.trigger(token_id, is_last=is_last)

    def write(self, values: Mapping[str, object], loop_id: str = "") -> None:
        """A value goes where its name exists already, else to the process."""
        for name, value in values.items():
            if not self.locals.assign(loop_id, name, value):
                self.variables[name] = value

    # ---- hooks

    def evaluate(self, expression: str, element_id: str, loop_id: str = "",
                 names: Mapping[str, object] | None = None) -> object:
        scope = {**self.locals.seen(loop_id, self.variables), **(names or {})}
        return compile_expression(expression).evaluate(scope, moment=self.engine.now)

    def completed(self, element_id: str, loop_id: str = "") -> None:
        script = self.program.scripts.get(element_id)
        if script:
            values = self.evaluate(script, element_id, loop_id)
            if not isinstance(values, Mapping):
                raise NotWhatIsNeeded(f"the script of {element_id} gives no context")
            self.write(values, loop_id)
        self.engine.trace.append(element_id)

    def entered(self, element_id: str, token_id: str, loop_id: str = "") -> None:
        if element_id in self.program.called:
            self.engine.queue.append(("call", self.id, token_id, self.program.called[element_id]))
        elif element_id in self.engine.failing:
            self.engine.queue.append(("fail", self.id, token_id, self.engine.failing[element_id]))

    def thrown(self, event: Event, element_id: str, loop_id: str = "") -> None:
        self.engine.queue.append((event.kind, self.id, event.name, ""))

    def escaped(self, event: Event, element_id: str, loop_id: str = "") -> bool:
        if self.parent is not None:
            self.engine.queue.append(("escape", *self.parent, event))
        return self.parent is not None

    def loop_began(self, loop: Loop, host_id: str, loop_id: str = "") -> int:
        found = self.evaluate(loop.collection or loop.cardinality, loop.element_id, loop_id)
        if loop.collection:
            if not isinstance(found, list):
                raise NotWhatIsNeeded(f"the collection of {loop.element_id} is no list")
            return self.locals.begin(host_id, found)
        if isinstance(found, bool) or not str(found).lstrip("-").isdecimal():
            raise NotWhatIsNeeded(f"the cardinality of {loop.element_id} is no number")
        return self.locals.begin(host_id, range(int(str(found)))) if int(str(found)) >= 0 else -1

    def instance_began(self, loop: Loop, host_id: str, instance_id: str, *, index: int, outer: str) -> None:
        self.locals.begin_instance(loop, host_id, instance_id, index=index, outer=outer)

    def instance_ended(self, loop: Loop, host_id: str, instance_id: str, *, index: int) -> None:
        result = self.evaluate(loop.output, loop.element_id, instance_id) if loop.output else None
        self.locals.end_instance(host_id, instance_id, index=index, result=result)

    def loop_ended(self, loop: Loop, host_id: str, loop_id: str = "") -> None:
        if loop.results:
            self.write({loop.results: self.locals.results(host_id)}, loop_id)
        self.locals.end(host_id)

    def loop_cancelled(self, host_id: str) -> None:
        self.locals.end(host_id)
