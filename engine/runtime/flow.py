"""The library's workflow, kept flat: a tree of depth one that holds living tokens and nothing of the past.

Knows the library's workflow and task classes. The agenda (which token moves next) belongs to the case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.runtime.failures import not_boolean
from engine.runtime.tokens import Hooks

WAITING, READY, STARTED = TaskState.WAITING, TaskState.READY, TaskState.STARTED


class Owner(Protocol):
    """The case, as its flows see it."""

    hooks: Hooks

    def new_token_id(self) -> str: ...

    def schedule(self, token: LiveToken) -> None: ...

    def terminate(self, survivor: LiveToken) -> None: ...


class LiveToken(Task):
    """A task of the library without clock, log and copies of the variables.

    The library's `internal_data` holds what a token must remember: `via` (the flow it came by), `host` (the
    token a boundary event hangs on), `met` (its condition was already true), `done` (effects applied).
    """

    def __init__(self, workflow: Flow | InnerFlow, task_spec: Any, parent: LiveToken | None = None,
                 state: int = TaskState.MAYBE, id: str | None = None) -> None:
        self.id: str = workflow.owner.new_token_id() if id is None else id
        self.workflow: Flow | InnerFlow = workflow
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

    def _add_child(self, task_spec: Any, state: int = TaskState.MAYBE) -> LiveToken:
        return LiveToken(self.workflow, task_spec, self, state)

    def _set_state(self, value: int) -> None:
        self._state = value

    def _inherit_data(self) -> None:
        """Variables live once per instance, outside: nothing is copied from token to token."""

    @property
    def element_id(self) -> str:
        return self.task_spec.name[1:]  # type: ignore[no-any-return]

    @property
    def serial(self) -> int:
        """The order of birth, the same before and after a reload."""
        return int(self.id)


class Conditions:
    """The library's door to expressions; ours leads to the hooks and insists on a boolean."""

    def evaluate(self, token: LiveToken, expression: str, external_context: object = None) -> bool:
        value = token.workflow.owner.hooks.evaluate(expression, token.element_id)
        if not isinstance(value, bool):
            raise not_boolean(token.element_id, expression, value)
        return value


CONDITIONS = Conditions()
ROOT_ID = "0"


class _Flat:
    """What main flow and embedded sub-processes have in common."""

    owner: Owner
    spec: BpmnProcessSpec
    tasks: dict[str, LiveToken]
    task_tree: LiveToken

    def plant(self) -> None:
        """Set the root, the one finished task that everything alive hangs on."""
        root = LiveToken(self, self.spec.start, None, TaskState.COMPLETED, ROOT_ID)  # type: ignore[arg-type]
        self.task_tree = root

    def begin(self, start_name: str) -> None:
        """Put a token on a start event."""
        self.sprout(self.spec.task_specs[start_name])

    def sprout(self, task_spec: Any) -> LiveToken:
        """A new token at `task_spec`, as if it had just arrived there."""
        token = self.task_tree._add_child(task_spec, TaskState.FUTURE)
        task_spec._update(token)
        return token

    def live(self) -> Iterator[LiveToken]:
        return (token for token in list(self.tasks.values()) if token.id != ROOT_ID)

    @property
    def is_alive(self) -> bool:
        return len(self.tasks) > 1

    def discard(self, token: LiveToken) -> None:
        """Take a finished or cancelled token out; what it gave birth to hangs on the root."""
        del self.tasks[token.id]
        root = self.task_tree
        root._children.remove(token.id)
        for child_id in token._children:
            self.tasks[child_id]._parent = ROOT_ID
        root._children += token._children

    def cancel_tokens(self, survivor: LiveToken | None = None) -> None:
        for token in self.live():
            if token is not survivor and token.id in self.tasks:
                token.cancel()

    def update_waiting_tasks(self) -> None:
        """The library asks all waiting tasks after each step; ours are asked when the flow is at rest."""


class Flow(_Flat, BpmnWorkflow):
    """The main flow, or one activation of an event sub-process: a scope of the instance."""

    def __init__(self, owner: Owner, scope_id: str, *, spec: BpmnProcessSpec,
                 inner_specs: Mapping[str, Any]) -> None:
        self.owner = owner
        self.scope_id = scope_id
        BpmnWorkflow.__init__(self, spec, inner_specs, CONDITIONS, deserializing=True)
        self.plant()

    def create_subprocess(self, my_task: LiveToken, spec_name: str) -> InnerFlow:
        inner = InnerFlow(self, my_task, self.subprocess_specs[spec_name])
        self.subprocesses[my_task.id] = inner
        return inner

    def levels(self) -> tuple[Flow | InnerFlow, ...]:
        """This flow and the embedded sub-processes running in it."""
        return (self, *self.subprocesses.values())

    def find(self, token_id: str) -> LiveToken | None:
        found = (level.tasks.get(token_id) for level in self.levels())
        return next((token for token in found if token is not None and token_id != ROOT_ID), None)

    def terminate(self, survivor: LiveToken) -> None:
        self.owner.terminate(survivor)

    def _task_completed_notify(self, task: LiveToken) -> None:
        self.discard(task)


class InnerFlow(_Flat, BpmnSubWorkflow):
    """An embedded sub-process while it runs; its last token hands over to the token that started it."""

    def __init__(self, top: Flow, host: LiveToken, spec: BpmnProcessSpec) -> None:
        self.owner = top.owner
        self.scope_id = top.scope_id
        self.host = host
        BpmnSubWorkflow.__init__(self, spec, host.id, top, deserializing=True)
        self.plant()

    def terminate(self, survivor: LiveToken) -> None:
        self.cancel_tokens(survivor)

    def _task_completed_notify(self, task: LiveToken) -> None:
        self.discard(task)
        if not self.is_alive:
            del self.top_workflow.subprocesses[self.host.id]
            self.completed = True
            self.host._ready()
