"""The library's workflow, kept flat: a tree of depth one that holds living tokens and nothing of the past.

Knows the library's workflow and task classes. The agenda (which token moves next) belongs to the case.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Protocol

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.runtime.failures import not_boolean
from engine.runtime.tokens import Hooks

WAITING, READY, STARTED = TaskState.WAITING, TaskState.READY, TaskState.STARTED
KEPT = TaskState.COMPLETED
"""A finished sub-process that may still be compensated: it holds nothing up and does nothing by itself."""

MAIN_SCOPE = "main"


class Owner(Protocol):
    """The case, as its flows see it."""

    hooks: Hooks

    def new_token_id(self) -> str: ...

    def schedule(self, token: LiveToken) -> None: ...

    def live(self) -> list[LiveToken]: ...

    def find(self, token_id: str) -> LiveToken | None: ...

    def cancel_all(self) -> None: ...


class LiveToken(Task):
    """A task of the library without clock, log and copies of the variables.

    The library's `internal_data` holds what a token must remember: `via` (the flow it came by), `host` (the token a
    boundary event hangs on), `met` (its condition was already true), `done` (effects applied), and what single
    constructs write there, each said in its module.
    """

    def __init__(self, workflow: Level, task_spec: Any, parent: LiveToken | None = None,
                 state: int = TaskState.MAYBE, id: str | None = None) -> None:
        self.id: str = workflow.owner.new_token_id() if id is None else id
        self.workflow: Level = workflow
        self.task_spec = task_spec
        self._state = state
        self._children: list[str] = []
        self._parent: str | None = None
        self.triggered = False
        self.thread_id = 0
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        self.last_state_change = 0.0
        workflow.tasks[self.id] = self
        if parent is not None:
            self._parent = parent.id
            parent._children.append(self.id)

    def run(self) -> None:
        """Move on; a token that was taken away, or has to wait, while it moved does not complete."""
        if self.task_spec._run(self):
            self.complete()

    def cancel(self) -> None:
        if self.is_there:
            self._state = TaskState.CANCELLED
            self.task_spec._on_cancel(self)

    def _ready(self) -> None:
        self._state = READY
        self.task_spec._on_ready(self)

    def _add_child(self, task_spec: Any, state: int = TaskState.MAYBE) -> LiveToken:
        return LiveToken(self.workflow, task_spec, self, state)

    def _set_state(self, value: int) -> None:
        self._state = value

    def _inherit_data(self) -> None:
        """Variables live once per instance, outside: nothing is copied from token to token."""

    @property
    def is_there(self) -> bool:
        return self.workflow.tasks.get(self.id) is self

    @property
    def holds(self) -> bool:
        """It keeps its level from ending."""
        return self._state != KEPT and bool(self.task_spec.holds(self))

    @property
    def loop_id(self) -> str:
        """The loop instance around it, itself included."""
        return self.id if "loop" in self.internal_data else self.workflow.loop_id

    @property
    def element_id(self) -> str:
        return self.task_spec.name[1:]  # type: ignore[no-any-return]

    @property
    def serial(self) -> int:
        """The order of birth, the same before and after a reload."""
        return int(self.id)


def ask(token: LiveToken, expression: str, names: Mapping[str, object] | None = None, *,
        loop_id: str | None = None) -> bool:
    """The value of a condition at a token; anything but true and false is a failure."""
    place = token.loop_id if loop_id is None else loop_id
    value = token.workflow.owner.hooks.evaluate(expression, token.element_id, place, names)
    if not isinstance(value, bool):
        raise not_boolean(token.element_id, expression, value)
    return value


ROOT_ID = "0"


class _Flat:
    """What the main flow and the sub-processes in it have in common."""

    owner: Owner
    spec: BpmnProcessSpec
    tasks: dict[str, LiveToken]
    task_tree: LiveToken
    loop_id: str

    def plant(self) -> None:
        """Set the root, the one finished task that everything alive hangs on."""
        root = LiveToken(self, self.spec.start, None, TaskState.COMPLETED, ROOT_ID)  # type: ignore[arg-type]
        self.task_tree = root

    def begin(self, *names: str) -> None:
        """Put tokens on these nodes (none: where the level begins), after its event sub-processes are armed."""
        for scope in self.spec.armed:
            self.sprout(scope)
        for name in names or self.spec.entries:
            if self.is_open:
                self.sprout(self.spec.task_specs[name])

    def sprout(self, task_spec: Any, **notes: Any) -> LiveToken:
        """A new token at `task_spec`, as if it had just arrived there."""
        token = self.task_tree._add_child(task_spec, TaskState.FUTURE)
        token.internal_data.update(notes)
        task_spec._update(token)
        return token

    def live(self) -> list[LiveToken]:
        return [token for token in self.tasks.values() if token.id != ROOT_ID]

    @property
    def is_open(self) -> bool:
        """It has not been taken away while it began."""
        return True

    @property
    def is_alive(self) -> bool:
        if len(self.tasks) == 1:
            return False
        return not self.spec.has_quiet or any(token.holds for token in self.live())

    def discard(self, token: LiveToken) -> None:
        """Take a finished or cancelled token out; what it gave birth to hangs on the root."""
        del self.tasks[token.id]
        self.tasks[token._parent or ROOT_ID]._children.remove(token.id)
        for child_id in token._children:
            self.tasks[child_id]._parent = ROOT_ID
        self.task_tree._children += token._children

    def leave(self, token: LiveToken) -> None:
        """A token ends here; with the last one the level ends."""
        if token.is_there:
            self.discard(token)
        if not self.is_alive:
            self.close()

    @abstractmethod
    def close(self) -> None:
        """What happens when no token holds the level any longer."""

    def cancel_tokens(self, survivor: LiveToken | None = None) -> None:
        for token in self.live():
            if token is not survivor:
                token.cancel()

    def interrupt(self, survivor: LiveToken) -> None:
        """Cancel all but one token; what was completed and may be undone stays so."""
        for token in self.live():
            if token is not survivor and token._state != KEPT and not token.task_spec.remembers:
                token.cancel()

    def update_waiting_tasks(self) -> None:
        """The library asks all waiting tasks after each step; ours are asked when the flow is at rest."""


class Flow(_Flat, BpmnWorkflow):
    """The main flow of an instance; `subprocesses` are all levels in it, by the token that started each."""

    scope_id = MAIN_SCOPE
    loop_id = ""
    host = None
    subprocesses: dict[str, InnerFlow]

    def __init__(self, owner: Owner, spec: BpmnProcessSpec) -> None:
        self.owner = owner
        BpmnWorkflow.__init__(self, spec, {}, self, deserializing=True)
        self.plant()

    def create_level(self, host: LiveToken, spec: BpmnProcessSpec) -> InnerFlow:
        inner = InnerFlow(self, host, spec)
        self.subprocesses[host.id] = inner
        return inner

    def levels(self) -> tuple[Level, ...]:
        """This flow and all levels running in it."""
        return (self, *self.subprocesses.values())

    def terminate(self, survivor: LiveToken) -> None:
        self.cancel_tokens(survivor)

    def close(self) -> None:
        self.cancel_tokens()


class InnerFlow(_Flat, BpmnSubWorkflow):
    """A sub-process while it runs; its last token hands over to the token that started it."""

    def __init__(self, top: Flow, host: LiveToken, spec: BpmnProcessSpec) -> None:
        self.owner = top.owner
        self.scope_id = f"{host.element_id}#{host.id}"
        self.loop_id = host.loop_id
        self.host = host
        BpmnSubWorkflow.__init__(self, spec, host.id, top, deserializing=True)
        self.plant()

    def _calculate_depth(self) -> int:
        return 0

    @property
    def is_open(self) -> bool:
        return self.top_workflow.subprocesses.get(self.host.id) is self

    def terminate(self, survivor: LiveToken) -> None:
        self.host.task_spec.terminate(self, survivor)

    def leave(self, token: LiveToken) -> None:
        super().leave(token)
        self.host.task_spec.left(self.host)

    def close(self) -> None:
        if self.is_open and self.host._state == STARTED:
            self.host.task_spec.level_over(self.host, self)


Level = Flow | InnerFlow
