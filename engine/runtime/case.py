"""The tokens of one instance: loaded, moved one verb further, and dumped.

Variables belong to whoever owns the hooks. A case has one owner at a time. An error that is no EngineError
leaves it half-moved: throw it away and roll back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.errors import EngineError, NotFound, WrongState
from engine.runtime.drawn import INNER_KINDS, Event
from engine.runtime.failures import Failure, too_many_steps
from engine.runtime.flow import MAIN_SCOPE, READY, STARTED, WAITING, Flow, Level, LiveToken
from engine.runtime.moving import Move, carry_out, plan_move
from engine.runtime.naming import inner_name
from engine.runtime.places import is_position, place_kind
from engine.runtime.program import Program
from engine.runtime.scopes import EventScope
from engine.runtime.snapshot import grow, read_snapshot, write_snapshot
from engine.runtime.throwing import awaited, deliver, throw
from engine.runtime.tokens import Hooks, Token
from engine.runtime.transfer import arm

__all__ = ["MAIN_SCOPE", "STEP_LIMIT", "Case"]

STEP_LIMIT = 10_000


class Case:
    """All tokens of an instance: those of the main flow, and in it those of every sub-process that runs."""

    def __init__(self, program: Program, hooks: Hooks, last_id: int) -> None:
        self.program = program
        self.hooks = hooks
        self._last_id = last_id
        self._agenda: deque[LiveToken] = deque()
        self._failures: dict[str, Failure] = {}
        self._main = Flow(self, program.main)
        self.notes: object = None
        """What the owner of the variables keeps with the tokens, as JSON types."""

    @classmethod
    def start(cls, program: Program, *, start_id: str | None = None, hooks: Hooks) -> Case:
        """A new instance with one token at a start event; which one may be left open if there is only one."""
        chosen = start_id if start_id is not None else program.only_start
        if chosen != "" and chosen not in program.start_ids:
            raise NotFound(f"流程 {program.process_id} 没有开始事件 {chosen or '（须指明一个）'}",
                           f"Expected a start event out of {', '.join(program.start_ids)}, but got {chosen}")
        case = cls(program, hooks, 0)
        case._main.begin(*([inner_name(chosen)] if chosen else []))
        if chosen in program.received:
            for token in case.live():
                if token.element_id == chosen:
                    token.task_spec.fire(token)
        case.settle()
        return case

    @classmethod
    def load(cls, program: Program, tokens: str, *, hooks: Hooks) -> Case:
        """The instance as dumped; nothing moves until a verb or `settle` is called."""
        last_id, rows, notes = read_snapshot(tokens)
        case = cls(program, hooks, last_id)
        case.notes = notes
        grow(case._main, rows)
        return case

    def dump(self) -> str:
        """The tokens as text; equal cases give equal texts."""
        return write_snapshot(self._last_id, self._main, self.notes)

    @property
    def last_id(self) -> int:
        """The id given out last: tokens with higher ones came later."""
        return self._last_id

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The tokens that could not go on in the last run."""
        return tuple(self._failures.values())

    @property
    def ended(self) -> bool:
        """No token holds the instance any longer."""
        return not self._main.is_alive

    def open_tokens(self, kind: str = "task") -> tuple[Token, ...]:
        """What somebody may finish now, oldest first: tasks of people, or of kind `service` or `call`."""
        return tuple(_opened(token) for token in self.live()
                     if token._state == READY and token.task_spec.kind == kind)

    def waiting(self) -> tuple[Token, ...]:
        """Events that have not happened yet, boundary events included, oldest first."""
        return tuple(shown for token in self.live() for shown in _awaited(token))

    def complete(self, token_id: str) -> None:
        """Finish a task, service or call, or try again to finish one whose effects failed; then settle."""
        token = self._find_work(token_id)
        token._set_state(STARTED)
        self._agenda.append(token)
        self.settle()

    def throw(self, token_id: str, event: Event) -> Failure | None:
        """A task, service or call ends with an error, or meets an escalation, for the process to catch; then settle.

        What is not caught is given back, for only the thrower can try again.
        """
        token = self._find_work(token_id)
        failure = None
        try:
            throw(token, event)
        except EngineError as error:
            failure = Failure(token.id, token.element_id, error)
        self.settle()
        if failure is not None:
            self._failures[token.id] = failure
        return failure

    def trigger(self, token_id: str, *, is_last: bool = False) -> None:
        """Fire a waiting event, then settle; `is_last` says that a cycle has come to its end."""
        serial, _, index = token_id.partition(":")
        token = self.find(serial)
        if token is None or int(index or 0) not in dict(awaited(token)):
            raise WrongState(f"事件 {token_id} 不在等待中",
                             f"Expected event {token_id} to be waiting, but it is not")
        token.task_spec.fire(token, int(index or 0), is_last=is_last)
        self.settle()

    def deliver(self, kind: str, name: str) -> bool:
        """A message comes in for the oldest that waits for it, a signal for all; then settle. False: nobody waits."""
        fired = deliver(self, kind, name, most=1 if kind == "message" else None)
        self.settle()
        return fired > 0

    def start_scope(self, element_id: str, *, scope_id: str = MAIN_SCOPE) -> None:
        """Activate an event sub-process of the level `scope_id`; an interrupting one first cancels what is alive there."""
        if scope_id == MAIN_SCOPE and element_id not in self.program.scopes:
            raise NotFound(f"流程没有事件子流程 {element_id}",
                           f"Expected an event sub-process {element_id}, but there is none")
        if self.ended:
            raise WrongState("流程实例已经结束", "Expected a running instance, but it has ended")
        level = next((level for level in self._levels_with(element_id) if level.scope_id == scope_id), None)
        if level is None:
            raise WrongState(f"{element_id} 所在的部分不在运行", f"Expected the part around {element_id} to run, but it does not")
        level.spec.task_specs[inner_name(element_id)].activate(level)
        self.settle()

    def levels_with(self, element_id: str) -> tuple[tuple[str, str], ...]:
        """Where an event sub-process could start now: the scope id and the loop id of each running level that has it."""
        return tuple((level.scope_id, level.loop_id) for level in self._levels_with(element_id))

    def _levels_with(self, element_id: str) -> list[Level]:
        name = inner_name(element_id)
        return [level for level in self._levels() if isinstance(level.spec.task_specs.get(name), EventScope)
                and (level.host is None or level.host._state == STARTED)]

    def arm(self, begun: Iterable[tuple[str, str]]) -> None:
        """Let events wait that `transfer` found anew; nothing else moves until `settle`."""
        for host_id, node in begun:
            if not any(arm(level, host_id, node) for level in self._levels()):
                raise LookupError(f"no place for {node} at {host_id}")

    def positions(self) -> tuple[Token, ...]:
        """Where the case rests and can be moved from, oldest first: open work, waits on the way, arrivals, what cannot go on."""
        return tuple(replace(_opened(token), kind=place_kind(token)) for token in self.live() if is_position(token))

    def plan_move(self, token_id: str, element_id: str) -> Move:
        """What moving a token from where it rests to an element would be. Raises CannotMove, NotFound; nothing moves."""
        return plan_move(self, self.program, token_id, element_id).move

    def move(self, token_id: str, element_id: str) -> Move:
        """Move a token from where it rests to an element, then settle. Raises as `plan_move` does."""
        move = carry_out(plan_move(self, self.program, token_id, element_id))
        self.settle()
        return move

    def cancel_all(self) -> None:
        """Take every token away."""
        self._main.cancel_tokens()

    def settle(self) -> None:
        """Run until every token waits for somebody; tokens that failed before are tried again, once."""
        self._failures.clear()
        self._agenda.extend(token for token in self.live()
                            if token.task_spec.can_move(token) and token not in self._agenda)
        steps = 0
        while self._agenda or self._join_late() or self._ask_conditions():
            if steps == STEP_LIMIT:
                self._stop()
                break
            steps += self._step(self._agenda.popleft())
            if self.program.has_conditions:
                self._ask_conditions()

    def new_token_id(self) -> str:
        self._last_id += 1
        return str(self._last_id)

    def schedule(self, token: LiveToken) -> None:
        self._agenda.append(token)

    def live(self) -> list[LiveToken]:
        """Every token of every level, oldest first."""
        tokens = [token for level in self._levels() for token in level.live()]
        tokens.sort(key=_serial)
        return tokens

    def find(self, token_id: str) -> LiveToken | None:
        found = (level.tasks.get(token_id) for level in self._levels() if token_id != "0")
        return next((token for token in found if token is not None), None)

    def loop_of(self, token_id: str) -> str:
        """The loop instance a token lives in; empty outside loops, and for a token that is gone."""
        token = self.find(token_id.partition(":")[0])
        return token.loop_id if token is not None else ""

    def _find_work(self, token_id: str) -> LiveToken:
        token = self.find(token_id)
        if token is None or not token.task_spec.kind or token._state == WAITING:
            raise WrongState(f"任务 {token_id} 不在办理中", f"Expected task {token_id} to be open, but it is not")
        return token

    def _step(self, token: LiveToken) -> int:
        """Move one token, unless it was cancelled while it stood on the agenda; the number of steps made."""
        if not token.is_there or not token.task_spec.can_move(token):
            return 0
        try:
            token.task_spec.step(token)
        except EngineError as error:
            self._fail(token, error)
        return 1

    def _fail(self, token: LiveToken, error: EngineError) -> None:
        self._failures[token.id] = Failure(token.id, token.element_id, error)

    def _stop(self) -> None:
        token = self._agenda[0]
        self._fail(token, too_many_steps(token.element_id, STEP_LIMIT))
        self._agenda.clear()

    def _join_late(self) -> bool:
        """Let joins go on that had to wait until all is at rest; False when nothing moved."""
        for level in self._levels():
            for join in level.spec.late_joins:
                try:
                    token = join.ready_token(level)
                except EngineError as error:
                    self._fail(next(each for each in level.live() if each.task_spec is join), error)
                    continue
                if token is not None:
                    token._ready()
                    return True
        return bool(self._agenda)  # a late token that ended here may have ended its level

    def _ask_conditions(self) -> bool:
        """Fire every conditional event whose condition has turned true; False when there was none."""
        if not self.program.has_conditions:
            return False
        for token in self.live():
            if any(event.kind == "condition" for _, event in awaited(token)):
                self._ask(token)
        return bool(self._agenda)

    def _ask(self, token: LiveToken) -> None:
        if not token.is_there:
            return
        try:
            turned = token.task_spec.became_true(token)
        except EngineError as error:
            self._fail(token, error)
            return
        self._failures.pop(token.id, None)
        if turned:
            token.task_spec.fire(token)

    def _levels(self) -> tuple[Level, ...]:
        return self._main.levels()


def _serial(token: LiveToken) -> int:
    return int(token.id)


def _opened(token: LiveToken) -> Token:
    return Token(token.id, token.element_id, token.workflow.scope_id, token.task_spec.kind, loop_id=token.loop_id)


def _awaited(token: LiveToken) -> Iterator[Token]:
    """One of several events of a node is named by its place behind the token's id."""
    spec, many = token.task_spec, len(token.task_spec.events) > 1
    for index, event in awaited(token):
        if event.kind not in INNER_KINDS:
            yield Token(f"{token.id}:{index}" if many else token.id, token.element_id, token.workflow.scope_id,
                        event.kind, host_id=token.internal_data.get("host"), repeats=spec.repeats(event),
                        loop_id=token.loop_id, event=event)
