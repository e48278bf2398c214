"""The tokens of one instance: loaded, moved one verb further, and dumped.

Variables belong to whoever owns the hooks. A case has one owner at a time. An error that is no EngineError
leaves it half-moved: throw it away and roll back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from engine.errors import EngineError, NotFound, WrongState
from engine.runtime.blueprint import inner_name
from engine.runtime.events import CatchEvent
from engine.runtime.failures import Failure, too_many_steps, unknown_element
from engine.runtime.flow import READY, STARTED, WAITING, Flow, InnerFlow, LiveToken
from engine.runtime.program import Program
from engine.runtime.snapshot import grow, read_snapshot, write_snapshot
from engine.runtime.tokens import Hooks, Token

STEP_LIMIT = 10_000
MAIN_SCOPE = "main"


class Case:
    """All scopes of an instance: the main flow, and one per running event sub-process."""

    def __init__(self, program: Program, hooks: Hooks, last_id: int) -> None:
        self.program = program
        self.hooks = hooks
        self._last_id = last_id
        self._flows: list[Flow] = []
        self._agenda: deque[LiveToken] = deque()
        self._failures: dict[str, Failure] = {}

    @classmethod
    def start(cls, program: Program, *, start_id: str | None = None, hooks: Hooks) -> Case:
        """A new instance with one token at a start event; which one may be left open if there is only one."""
        chosen = start_id if start_id is not None or len(program.start_ids) > 1 else program.start_ids[0]
        if chosen is None or chosen not in program.start_ids:
            raise NotFound(f"流程 {program.process_id} 没有开始事件 {chosen or '（须指明一个）'}",
                           f"Expected a start event out of {', '.join(program.start_ids)}, but got {chosen}")
        case = cls(program, hooks, 0)
        case._open_scope(MAIN_SCOPE).begin(inner_name(chosen))
        case.settle()
        return case

    @classmethod
    def load(cls, program: Program, tokens: str, *, hooks: Hooks) -> Case:
        """The instance as dumped; nothing moves until a verb or `settle` is called."""
        last_id, scopes = read_snapshot(tokens)
        case = cls(program, hooks, last_id)
        for scope_id, rows in scopes:
            grow(case._open_scope(scope_id), rows)
        return case

    def dump(self) -> str:
        """The tokens as text; equal cases give equal texts."""
        return write_snapshot(self._last_id, self._flows)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The tokens that could not go on in the last run."""
        return tuple(self._failures.values())

    @property
    def ended(self) -> bool:
        """No token is alive in any scope."""
        return not any(flow.is_alive for flow in self._flows)

    def open_tokens(self) -> tuple[Token, ...]:
        """Tasks that somebody may finish now, oldest first."""
        return tuple(Token(token.id, token.element_id, token.workflow.scope_id, "task")
                     for token in self._live() if token.task_spec.manual and token._state == READY)

    def waiting(self) -> tuple[Token, ...]:
        """Events that have not happened yet, boundary events included, oldest first."""
        return tuple(_awaited(token) for token in self._live() if _is_waiting(token))

    def complete(self, token_id: str) -> None:
        """Finish a task, or try again to finish one whose effects failed; then settle."""
        token = self._find(token_id)
        if token is None or not token.task_spec.manual or token._state == WAITING:
            raise WrongState(f"任务 {token_id} 不在办理中", f"Expected task {token_id} to be open, but it is not")
        token._set_state(STARTED)
        self._agenda.append(token)
        self.settle()

    def trigger(self, token_id: str) -> None:
        """Fire a waiting event, then settle."""
        token = self._find(token_id)
        if token is None or not _is_waiting(token):
            raise WrongState(f"事件 {token_id} 不在等待中",
                             f"Expected event {token_id} to be waiting, but it is not")
        token.task_spec.fire(token)
        self.settle()

    def start_scope(self, element_id: str) -> None:
        """Activate an event sub-process; an interrupting one first cancels everything that is alive."""
        if element_id not in self.program.interrupting:
            raise NotFound(f"流程没有事件子流程 {element_id}",
                           f"Expected an event sub-process {element_id}, but there is none")
        if self.ended:
            raise WrongState("流程实例已经结束", "Expected a running instance, but it has ended")
        if self.program.interrupting[element_id]:
            self.cancel_all()
        flow = self._open_scope(f"{element_id}#{self.new_token_id()}")
        flow.begin(flow.spec.bpmn_start_events[0].name)
        self.settle()

    def cancel_all(self) -> None:
        """Take every token of every scope away."""
        for flow in self._flows:
            flow.cancel_tokens()
        self._close_scopes()

    def settle(self) -> None:
        """Run until every token waits for somebody; tokens that failed before are tried again, once."""
        self._failures.clear()
        self._agenda.extend(token for token in self._live()
                            if token.task_spec.can_move(token) and token not in self._agenda)
        steps = 0
        while self._agenda or self._join_inclusive() or self._ask_conditions():
            if steps == STEP_LIMIT:
                self._stop()
                break
            steps += self._step(self._agenda.popleft())
            if self.program.has_conditions:
                self._ask_conditions()
        self._close_scopes()

    def new_token_id(self) -> str:
        self._last_id += 1
        return str(self._last_id)

    def schedule(self, token: LiveToken) -> None:
        self._agenda.append(token)

    def terminate(self, survivor: LiveToken) -> None:
        for flow in self._flows:
            flow.cancel_tokens(survivor)

    def _step(self, token: LiveToken) -> int:
        """Move one token, unless it was cancelled while it stood on the agenda; the number of steps made."""
        if token.workflow.tasks.get(token.id) is not token or not token.task_spec.can_move(token):
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

    def _join_inclusive(self) -> bool:
        for level in self._levels():
            for join in level.spec.inclusive_joins:
                token = join.ready_token(level)
                if token is not None:
                    token._ready()
                    return True
        return False

    def _ask_conditions(self) -> bool:
        """Fire every conditional event whose condition has turned true; False when there was none."""
        for token in self._live():
            if _is_waiting(token) and token.task_spec.event_definition.kind == "condition":
                self._ask(token)
        return bool(self._agenda)

    def _ask(self, token: LiveToken) -> None:
        if token.workflow.tasks.get(token.id) is not token:
            return
        try:
            turned = token.task_spec.became_true(token)
        except EngineError as error:
            self._fail(token, error)
            return
        self._failures.pop(token.id, None)
        if turned:
            token.task_spec.fire(token)

    def _open_scope(self, scope_id: str) -> Flow:
        name = self.program.process_id if scope_id == MAIN_SCOPE else scope_id.rpartition("#")[0]
        spec = self.program.specs.get(inner_name(name))
        if spec is None:
            raise unknown_element(name)
        flow = Flow(self, scope_id, spec=spec, inner_specs=self.program.specs)
        self._flows.append(flow)
        return flow

    def _close_scopes(self) -> None:
        if len(self._flows) > 1:
            self._flows = [flow for flow in self._flows if flow.is_alive or flow.scope_id == MAIN_SCOPE]

    def _levels(self) -> Iterator[Flow | InnerFlow]:
        return (level for flow in self._flows for level in flow.levels())

    def _live(self) -> list[LiveToken]:
        tokens = [token for level in self._levels() for token in level.live()]
        tokens.sort(key=lambda token: token.serial)
        return tokens

    def _find(self, token_id: str) -> LiveToken | None:
        found = (flow.find(token_id) for flow in self._flows)
        return next((token for token in found if token is not None), None)


def _is_waiting(token: LiveToken) -> bool:
    return token._state == WAITING and isinstance(token.task_spec, CatchEvent)


def _awaited(token: LiveToken) -> Token:
    definition = token.task_spec.event_definition
    return Token(token.id, token.element_id, token.workflow.scope_id, definition.kind,
                 host_id=token.internal_data.get("host"), repeats=token.task_spec.fires_again)
