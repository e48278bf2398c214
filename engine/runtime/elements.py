"""Our flow nodes: the library's spec classes with eager steps taken out and what it gets wrong replaced.

No prediction, no data inheritance, no history, no clock; what fails stays where it is.
Specs are shared by all instances of a version and never change after compilation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.util.task import TaskState

from engine.errors import EngineError
from engine.runtime.compensation import hand_back
from engine.runtime.drawn import Event
from engine.runtime.failures import Thrown, no_way_out
from engine.runtime.flow import KEPT, READY, STARTED, WAITING, InnerFlow, Level, LiveToken, ask
from engine.runtime.throwing import throw


class FlowNode(BpmnTaskSpec):
    """The behaviour all our nodes share; mixed in before the library's class.

    `conditions` are those of its outgoing flows by their target, `default` is the target of the default flow,
    `boundaries` are the events armed with it, `handler` is the boundary event that remembers it for compensation.
    """

    is_ours = True
    is_event_scope = False
    remembers = False
    attached_to = ""
    kind = ""
    boundaries: tuple[str, ...] = ()
    conditions: Mapping[str, str] = {}
    default: str | None = None
    handler: str | None = None
    produces = 1
    events: tuple[Event, ...] = ()

    def connect(self, taskspec: FlowNode) -> None:
        self._outputs.append(taskspec.name)
        taskspec._connect_notify(self)

    def _predict(self, my_task: LiveToken, seen: Any = None, looked_ahead: int = 0, mask: int = 0) -> None:
        """Nothing is speculated: children are born when the token moves on."""

    def test(self) -> None:
        """Checked once at compilation."""

    def can_move(self, token: LiveToken) -> bool:
        """The token can take its next step without anybody's help."""
        return bool(token._state == READY)

    def step(self, token: LiveToken) -> None:
        token.run()

    def holds(self, token: LiveToken) -> bool:
        """The token keeps its level from ending."""
        return True

    def _update(self, my_task: LiveToken) -> None:
        if self._update_hook(my_task):
            my_task._ready()

    def _update_hook(self, my_task: LiveToken) -> bool:
        self._arm(my_task)
        return True

    def _on_ready(self, my_task: LiveToken) -> None:
        my_task.workflow.owner.schedule(my_task)

    def _run(self, my_task: LiveToken) -> bool:
        """True when the token completes; False when it was taken away, or waits for what it brought about."""
        notes = my_task.internal_data
        if self.is_ours and "done" not in notes:
            try:
                my_task.workflow.owner.hooks.completed(my_task.element_id, my_task.loop_id)
            except Thrown as error:
                throw(my_task, error.event)
                return False
        try:
            return self._run_hook(my_task) and my_task.is_there
        except EngineError:
            notes["done"] = True
            raise

    def _run_hook(self, my_task: LiveToken) -> bool:
        task_specs = my_task.workflow.spec.task_specs
        for name in self.chosen(my_task) if self.conditions else self._outputs:
            for _ in range(self.produces):
                my_task._add_child(task_specs[name], TaskState.FUTURE)
        return True

    def chosen(self, token: LiveToken, names: Mapping[str, object] | None = None) -> list[str]:
        """Where the token goes on: flows without a condition, those whose condition holds, or else the default."""
        true = {name for name, condition in self.conditions.items() if ask(token, condition, names)}
        found = [name for name in self._outputs
                 if name in true or (name not in self.conditions and name != self.default)]
        if self.default is not None and not true:
            found.append(self.default)
        if not found:
            raise no_way_out(token.element_id)
        return found

    def _on_complete(self, my_task: LiveToken) -> None:
        """The children born in the last step arrive where they go; then the token is gone."""
        self._on_complete_hook(my_task)
        level = my_task.workflow
        for child_id in tuple(my_task._children):
            child = level.tasks.get(child_id)
            if child is not None and child._state == TaskState.FUTURE:
                child.task_spec._update(child)
        level.leave(my_task)

    def _on_complete_hook(self, my_task: LiveToken) -> None:
        notes = my_task.internal_data
        self._disarm(my_task)
        if self.handler is not None:
            my_task.workflow.sprout(my_task.workflow.spec.task_specs[self.handler])
        if "loop" in notes:
            host = my_task.workflow.tasks[notes["loop"]]
            host.task_spec.instance_done(host, my_task)
        if "undoing" in notes:
            hand_back(my_task)

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
    """An automatic step (script, decision); its effect is what the hooks do when it is completed."""


class Work(FlowNode):
    """Waits to be done: WAITING = arrived, READY = open, STARTED = finished, effects not yet applied."""

    def _update_hook(self, my_task: LiveToken) -> bool:
        self._arm(my_task)
        my_task._set_state(WAITING)
        my_task.workflow.owner.schedule(my_task)
        return False

    def _on_ready(self, my_task: LiveToken) -> None:
        """Open: the next step is somebody else's."""

    def can_move(self, token: LiveToken) -> bool:
        return token._state in (WAITING, STARTED)

    def step(self, token: LiveToken) -> None:
        if token._state == WAITING:
            token.workflow.owner.hooks.entered(token.element_id, token.id, token.loop_id)
            token._ready()
        else:
            token.run()


class UserTask(Work, defaults.UserTask):
    """A task for people."""

    kind = "task"


class ServiceTask(Work, defaults.ServiceTask):
    """Work that an outside program fetches and completes."""

    kind = "service"


class CallActivity(Work):
    """Another process, which the owner of this one starts; completed when that one has ended."""

    kind = "call"


class SubProcess(FlowNode, defaults.SubWorkflowTask):
    """An embedded sub-process: STARTED while tokens move inside."""

    level: BpmnProcessSpec
    is_kept = True
    """What was done inside may be undone later by itself, for the sub-process has no handler of its own."""

    def _update_hook(self, my_task: LiveToken) -> bool:
        self._arm(my_task)
        my_task._set_state(STARTED)
        self.open_level(my_task)
        return False

    def open_level(self, token: LiveToken) -> None:
        token.workflow.top_workflow.create_level(token, self.level).begin()

    def enter(self, around: Level) -> InnerFlow:
        """Begin it without a token in it: somebody sets one where he wants it."""
        host = around.task_tree._add_child(self, TaskState.FUTURE)
        self._arm(host)
        host._set_state(STARTED)
        inner: InnerFlow = around.top_workflow.create_level(host, self.level)
        for scope in self.level.armed:
            inner.sprout(scope)
        return inner

    def level_over(self, token: LiveToken, level: InnerFlow) -> None:
        """Nothing holds the level any longer: its token goes on; what may be compensated is kept."""
        del level.top_workflow.subprocesses[token.id]
        for quiet in level.live():
            if quiet._state != KEPT and not quiet.task_spec.remembers:
                quiet.cancel()
        if self.is_kept and self.handler is None and (level.live() or level.spec.undo is not None):
            kept = LiveToken(token.workflow, self, token.workflow.task_tree, KEPT)
            level.host = kept
            level.top_workflow.subprocesses[kept.id] = level
        else:
            level.cancel_tokens()
        token._ready()

    def left(self, token: LiveToken) -> None:
        """A token inside came to its end."""

    def terminate(self, level: InnerFlow, survivor: LiveToken) -> None:
        level.cancel_tokens(survivor)

    def _on_cancel(self, my_task: LiveToken) -> None:
        inner = my_task.workflow.top_workflow.subprocesses.pop(my_task.id, None)
        if inner is not None:
            inner.cancel_tokens()
        super()._on_cancel(my_task)


class ExclusiveGateway(FlowNode, defaults.ExclusiveGateway):
    """One way out: the first condition that holds, in the order of the document; else the default."""

    def _run_hook(self, my_task: LiveToken) -> bool:
        way = self.default
        for name in self._outputs:
            if name != way and (name not in self.conditions or ask(my_task, self.conditions[name])):
                way = name
                break
        if way is not None:
            my_task._add_child(my_task.workflow.spec.task_specs[way], TaskState.FUTURE)
        elif self._outputs:
            raise no_way_out(my_task.element_id)
        return True
