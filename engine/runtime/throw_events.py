"""Events that are thrown: at an end, on the way, or by a send task. One may throw several things, one after the other.

`thrown` notes how many of them are out already, so that a failure does not throw them twice.
"""

from __future__ import annotations

from SpiffWorkflow.bpmn.specs import defaults

from engine.runtime.compensation import begin_undo, scope_of
from engine.runtime.drawn import Event
from engine.runtime.elements import FlowNode
from engine.runtime.failures import nobody_catches
from engine.runtime.flow import InnerFlow, LiveToken
from engine.runtime.throwing import awaited, boundaries_of, loop_host, throw


class ThrowEvent(FlowNode):
    """Throws its events, then goes on."""

    def _run_hook(self, my_task: LiveToken) -> bool:
        notes = my_task.internal_data
        while (index := notes.get("thrown", 0)) < len(self.events):
            if not self._throw(my_task, self.events[index]):
                notes["done"] = True
                return False
            if not my_task.is_there:
                return False
            notes["thrown"] = index + 1
        return super()._run_hook(my_task)

    def _throw(self, token: LiveToken, event: Event) -> bool:
        """False when the token has to wait for what it brought about."""
        if event.kind == "terminate":
            token.workflow.terminate(token)
        elif event.kind in ("compensation", "cancel"):
            return self._undo(token, event)
        else:
            throw(token, event)
        return True

    def _undo(self, token: LiveToken, event: Event) -> bool:
        """Run the handlers of what is done; a cancelled transaction is then left by its cancel event."""
        notes, level = token.internal_data, token.workflow
        if "undoes" not in notes:
            notes["undoes"] = True
            if event.kind == "cancel":
                level.interrupt(token)
            if begin_undo(token, scope_of(token) if event.kind == "compensation" else level, event.name):
                return False
        if event.kind == "cancel":
            _leave_transaction(token, level, event)
        del notes["undoes"]
        return True


def _leave_transaction(token: LiveToken, level: InnerFlow, event: Event) -> None:
    for catch in boundaries_of(loop_host(level.host)):
        if any(each.kind == "cancel" for _, each in awaited(catch)):
            catch.task_spec.fire(catch)
            return
    raise nobody_catches(token.element_id, event)


class EndEvent(ThrowEvent, defaults.EndEvent):
    """The token ends; a terminate event takes the others of its level with it."""


class SendTask(ThrowEvent):
    """An activity that throws a message."""
