"""Our events: begun by name, or awaited. Nothing here reads a clock or fires by itself.

Who decides that a moment has come or a message arrived is outside; conditions are asked through the hooks.
"""

from __future__ import annotations

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.runtime.drawn import Event
from engine.runtime.elements import FlowNode
from engine.runtime.flow import WAITING, LiveToken


class StartEvent(FlowNode, defaults.StartEvent):
    """A token is put here by name."""


class Waiting(FlowNode):
    """Waits for one of its events, or for all of them (`needs_all`); `got` notes those that came already."""

    needs_all = False

    def _update_hook(self, my_task: LiveToken) -> bool:
        self._arm(my_task)
        my_task._set_state(WAITING)
        return False

    def fire(self, token: LiveToken, index: int = 0, *, is_last: bool = False) -> None:
        """One of the events happened; `is_last` says that a counted cycle is over."""
        if self.needs_all:
            got = token.internal_data.setdefault("got", [])
            got.append(index)
            if len(got) < len(self.events):
                return
            del token.internal_data["got"]
        self._let_go(token, is_consumed=is_last or not self.repeats(self.events[index]))

    def repeats(self, event: Event) -> bool:
        """The event may happen again after it did: here, a cycle that says how often."""
        return event.is_counted

    def _let_go(self, token: LiveToken, *, is_consumed: bool) -> None:
        self._drop_rivals(token)
        if not is_consumed:
            token = token.workflow.task_tree._add_child(self, TaskState.FUTURE)
        token._ready()

    def _drop_rivals(self, token: LiveToken) -> None:
        """Behind an event-based gateway the first event takes the others away; `group` names the gateway's token."""
        group = token.internal_data.pop("group", None)
        if group is not None:
            for rival in token.workflow.live():
                if rival.internal_data.get("group") == group:
                    rival.cancel()

    def became_true(self, token: LiveToken) -> bool:
        """Ask the condition; True only when it turns true, so that a repeating event fires once per turn."""
        hooks, condition = token.workflow.owner.hooks, self.events[0].text
        holds = hooks.evaluate(condition, token.element_id, token.loop_id) is True
        turned = holds and "met" not in token.internal_data
        if holds:
            token.internal_data["met"] = True
        else:
            token.internal_data.pop("met", None)
        return turned


class CatchEvent(Waiting, defaults.IntermediateCatchEvent):
    """Waits until it is fired."""


class ReceiveTask(Waiting):
    """An activity that waits for a message."""


class BoundaryEvent(Waiting, defaults.BoundaryEvent):
    """Waits beside its host; interrupting, it takes the host's token away, else it sends one of its own."""

    def repeats(self, event: Event) -> bool:
        return not self.cancel_activity and event.may_repeat

    def _let_go(self, token: LiveToken, *, is_consumed: bool) -> None:
        if is_consumed:
            host = token.workflow.tasks[token.internal_data.pop("host")]
            if self.cancel_activity:
                host.cancel()
        super()._let_go(token, is_consumed=is_consumed)

    def send(self, token: LiveToken) -> None:
        """Send a token on and leave the host alone, whatever the event does otherwise."""
        super()._let_go(token, is_consumed=False)


class CompensationEvent(FlowNode):
    """Remembers, quietly, that an activity was completed and which handler undoes it."""

    remembers = True
    attached_to = ""
    undone_by = ""

    def _update_hook(self, my_task: LiveToken) -> bool:
        my_task._set_state(WAITING)
        return False

    def holds(self, token: LiveToken) -> bool:
        return False


class EventGateway(FlowNode):
    """Arms the events behind it; the first one that happens takes the others away."""

    def _run_hook(self, my_task: LiveToken) -> bool:
        for name in self._outputs:
            event = my_task._add_child(my_task.workflow.spec.task_specs[name], TaskState.FUTURE)
            event.internal_data["group"] = my_task.id
        return True


NOTHING = NoneEventDefinition()
"""What the library's event classes are told of their definition; ours stands in `events`."""
