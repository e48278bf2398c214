"""Our events: begun by name, ended, or awaited. Nothing here reads a clock or fires by itself.

Who decides that a moment has come or a message arrived is outside; conditions are asked through the hooks.
"""

from __future__ import annotations

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.runtime.elements import FlowNode
from engine.runtime.flow import WAITING, LiveToken


class StartEvent(FlowNode, defaults.StartEvent):
    """A token is put here by name."""


class EndEvent(FlowNode, defaults.EndEvent):
    """The token ends; a terminate event takes the others with it."""

    def _on_complete_hook(self, my_task: LiveToken) -> None:
        if isinstance(self.event_definition, TerminateEventDefinition):
            my_task.workflow.terminate(my_task)


class Awaited(EventDefinition):
    """A moment, a message or a condition: fires when we are told, never by itself."""

    def __init__(self, kind: str, expression: str, *, repeats: bool) -> None:
        super().__init__(kind)
        self.kind = kind
        self.expression = expression
        self.repeats = repeats


class CatchEvent(FlowNode, defaults.IntermediateCatchEvent):
    """Waits until it is fired."""

    event_definition: Awaited

    def _update_hook(self, my_task: LiveToken) -> bool:
        if self.event_definition.has_fired(my_task):
            return True
        my_task._set_state(WAITING)
        return False

    def fire(self, token: LiveToken) -> None:
        self.event_definition.catch(token)
        self._update(token)

    @property
    def fires_again(self) -> bool:
        return False

    def became_true(self, token: LiveToken) -> bool:
        """Ask the condition; True only when it turns true, so that a repeating event fires once per turn."""
        hooks = token.workflow.owner.hooks
        holds = hooks.evaluate(self.event_definition.expression, token.element_id) is True
        turned = holds and "met" not in token.internal_data
        if holds:
            token.internal_data["met"] = True
        else:
            token.internal_data.pop("met", None)
        return turned


class BoundaryEvent(CatchEvent, defaults.BoundaryEvent):
    """Waits beside its host; interrupting, it takes the host's token away, else it sends one of its own."""

    def fire(self, token: LiveToken) -> None:
        flow = token.workflow
        if self.fires_again:
            happened = flow.task_tree._add_child(self, TaskState.FUTURE)
        else:
            happened = token
            host = flow.tasks[token.internal_data.pop("host")]
            if self.cancel_activity:
                host.cancel()
        super().fire(happened)

    @property
    def fires_again(self) -> bool:
        return not self.cancel_activity and self.event_definition.repeats
