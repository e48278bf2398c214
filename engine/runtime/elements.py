"""Our flow nodes: the library's spec classes with eager steps taken out and what it gets wrong replaced.

No prediction, no data inheritance, no history, no clock; what fails stays where it is.
Specs are shared by all instances of a version and never change after compilation.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.util.task import TaskState

from engine.errors import EngineError
from engine.runtime.failures import no_way_out
from engine.runtime.flow import READY, STARTED, WAITING, LiveToken


class FlowNode(BpmnTaskSpec):
    """The behaviour all our nodes share; mixed in before the library's class."""

    boundaries: tuple[str, ...] = ()
    is_ours = True

    def _predict(self, my_task: LiveToken, seen: Any = None, looked_ahead: int = 0, mask: int = 0) -> None:
        """Nothing is speculated: children are born when the token moves on."""

    def test(self) -> None:
        """Checked once at compilation."""

    def can_move(self, token: LiveToken) -> bool:
        """The token can take its next step without anybody's help."""
        return bool(token._state == READY)

    def step(self, token: LiveToken) -> None:
        token.run()

    def _update_hook(self, my_task: LiveToken) -> bool:
        self._arm(my_task)
        return True

    def _on_ready(self, my_task: LiveToken) -> None:
        my_task.workflow.owner.schedule(my_task)

    def _run(self, my_task: LiveToken) -> bool:
        notes = my_task.internal_data
        if self.is_ours and "done" not in notes:
            my_task.workflow.owner.hooks.completed(my_task.element_id)
        try:
            self._run_hook(my_task)
        except EngineError:
            notes["done"] = True
            raise
        return True

    def _run_hook(self, my_task: LiveToken) -> bool:
        for task_spec in self.outputs:
            my_task._add_child(task_spec, TaskState.FUTURE)
        return True

    def _on_complete_hook(self, my_task: LiveToken) -> None:
        self._disarm(my_task)

    def _on_cancel(self, my_task: LiveToken) -> None:
        self._disarm(my_task)
        my_task.workflow.discard(my_task)

    def _arm(self, my_task: LiveToken) -> None:
        for event in self.boundaries:
            flow = my_task.workflow
            token = flow.task_tree._add_child(flow.spec.task_specs[event], TaskState.FUTURE)
            token.internal_data["host"] = my_task.id
            token.task_spec._update(token)

    def _disarm(self, my_task: LiveToken) -> None:
        if self.boundaries:
            for token in my_task.workflow.live():
                if token.internal_data.get("host") == my_task.id:
                    token.cancel()


class PassThrough(FlowNode):
    """Stands between two nodes joined by more than one flow, so that each flow counts for itself."""

    is_ours = False


class ScriptTask(FlowNode, defaults.ScriptTask):
    """An automatic step; its effect is what the hooks do when it is completed."""


class UserTask(FlowNode, defaults.UserTask):
    """Waits for a person: WAITING = arrived, READY = open, STARTED = finished, effects not yet applied."""

    def _update_hook(self, my_task: LiveToken) -> bool:
        self._arm(my_task)
        my_task._set_state(WAITING)
        my_task.workflow.owner.schedule(my_task)
        return False

    def _on_ready(self, my_task: LiveToken) -> None:
        """Open: the next step is a person's."""

    def can_move(self, token: LiveToken) -> bool:
        return token._state in (WAITING, STARTED)

    def step(self, token: LiveToken) -> None:
        if token._state == WAITING:
            token.workflow.owner.hooks.entered(token.element_id, token.id)
            token._ready()
        else:
            token.run()


class SubProcess(FlowNode, defaults.SubWorkflowTask):
    """An embedded sub-process: STARTED while tokens move inside."""

    def _update_hook(self, my_task: LiveToken) -> bool:
        self._arm(my_task)
        my_task._set_state(STARTED)
        self.start_workflow(my_task)
        return False

    def start_workflow(self, my_task: LiveToken) -> None:
        flow = my_task.workflow.top_workflow.create_subprocess(my_task, self.spec)
        flow.begin(flow.spec.bpmn_start_events[0].name)

    def _on_cancel(self, my_task: LiveToken) -> None:
        inner = my_task.workflow.top_workflow.subprocesses.pop(my_task.id, None)
        if inner is not None:
            inner.cancel_tokens()
        super()._on_cancel(my_task)


class ExclusiveGateway(FlowNode, defaults.ExclusiveGateway):
    """One way out: the first condition that holds, in the order of the document; else the default."""

    def _run_hook(self, my_task: LiveToken) -> bool:
        way = self.default_task_spec
        for condition, name in self.cond_task_specs:
            if condition is not None and condition._matches(my_task):
                way = name
                break
        if way is None and self._outputs:
            raise no_way_out(my_task.element_id)
        if way is not None:
            my_task._add_child(my_task.workflow.spec.task_specs[way], TaskState.FUTURE)
        return True
