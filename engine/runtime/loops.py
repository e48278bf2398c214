"""Activities performed several times: multi-instance (one after another, or at once) and the standard loop.

The loop's token stands for the activity: boundary events hang on it, its outgoing flows are taken once. Each instance
is a token of its own that notes the loop (`loop`) and its place (`index`); finished ones wait in the loop's note
`fresh` until what they give is collected, so that nothing is lost when that fails. Items and results are the hooks'.
"""

from __future__ import annotations

from abc import abstractmethod

from SpiffWorkflow.util.task import TaskState

from engine.runtime.drawn import Event, Loop
from engine.runtime.elements import FlowNode
from engine.runtime.failures import too_many_instances
from engine.runtime.flow import READY, STARTED, LiveToken, ask
from engine.runtime.throwing import awaited, boundaries_of, deliver, throw

MAX_INSTANCES = 10_000


class LoopNode(FlowNode):
    """What both kinds of loop share; `instance` is the name of the activity that is performed."""

    is_ours = False
    loop: Loop
    instance = ""

    def can_move(self, token: LiveToken) -> bool:
        return token._state == READY or bool(token.internal_data.get("fresh"))

    def step(self, token: LiveToken) -> None:
        notes = token.internal_data
        if token._state != READY:
            self._collect(token)
        elif "over" not in notes:
            self._begin(token)
        else:
            if "ended" not in notes:
                token.workflow.owner.hooks.loop_ended(self.loop, token.id, token.loop_id)
                notes["ended"] = True
            token.run()

    def instance_done(self, token: LiveToken, instance: LiveToken) -> None:
        token.internal_data.setdefault("fresh", []).append([instance.id, instance.internal_data["index"]])
        token.workflow.owner.schedule(token)

    @abstractmethod
    def _begin(self, token: LiveToken) -> None:
        """Make the first instances."""

    @abstractmethod
    def _collect(self, token: LiveToken) -> None:
        """Take what finished instances give; go on, or finish."""

    def _make(self, token: LiveToken) -> None:
        level, notes = token.workflow, token.internal_data
        index = notes["made"]
        notes["made"] = index + 1
        instance = level.task_tree._add_child(level.spec.task_specs[self.instance], TaskState.FUTURE)
        instance.internal_data.update(loop=token.id, index=index)
        level.owner.hooks.instance_began(self.loop, token.id, instance.id, index=index, outer=token.loop_id)
        instance.task_spec._update(instance)

    def _finish(self, token: LiveToken) -> None:
        self._cancel_instances(token)
        token.internal_data.pop("fresh", None)
        token.internal_data["over"] = True
        token._ready()

    def _cancel_instances(self, token: LiveToken) -> None:
        for instance in token.workflow.live():
            if instance.internal_data.get("loop") == token.id:
                instance.cancel()

    def _on_cancel(self, my_task: LiveToken) -> None:
        self._cancel_instances(my_task)
        my_task.workflow.owner.hooks.loop_cancelled(my_task.id)
        super()._on_cancel(my_task)


class MultiInstance(LoopNode):
    """As many instances as there are items."""

    def _begin(self, token: LiveToken) -> None:
        count = token.workflow.owner.hooks.loop_began(self.loop, token.id, token.loop_id)
        if not 0 <= count <= MAX_INSTANCES:
            raise too_many_instances(token.element_id, count, MAX_INSTANCES)
        token.internal_data.update(count=count, made=0, finished=0)
        token._set_state(STARTED)
        for _ in range(min(count, 1) if self.loop.one_by_one else count):
            self._make(token)
        if count == 0:
            self._finish(token)

    def _collect(self, token: LiveToken) -> None:
        notes = token.internal_data
        while notes.get("fresh"):
            instance_id, index = notes["fresh"][0]
            token.workflow.owner.hooks.instance_ended(self.loop, token.id, instance_id, index=index)
            is_over = self._tell(token, instance_id, index) or self._is_enough(token, instance_id, index)
            if not token.is_there:
                return
            notes["fresh"].pop(0)
            notes["finished"] += 1
            if is_over or notes["finished"] == notes["count"]:
                self._finish(token)
            elif self.loop.one_by_one:
                self._make(token)

    def _names(self, token: LiveToken, index: int) -> dict[str, object]:
        """The variables that BPMN defines for a multi-instance activity; `nrOf…` is what Camunda 7 and Flowable call them."""
        count, made, finished = (token.internal_data[name] for name in ("count", "made", "finished"))
        numbers = {"Instances": count, "ActiveInstances": made - finished - 1, "CompletedInstances": finished + 1}
        return {"loopCounter": index + 1, "numberOfTerminatedInstances": 0,
                **{f"{prefix}{name}": number for prefix in ("numberOf", "nrOf") for name, number in numbers.items()}}

    def _is_enough(self, token: LiveToken, instance_id: str, index: int) -> bool:
        return bool(self.loop.until) and self._holds(token, self.loop.until, instance_id, index)

    def _holds(self, token: LiveToken, condition: str, instance_id: str, index: int) -> bool:
        """A condition asked in a finished instance: it sees the instance's locals and what is collected so far."""
        return ask(token, condition, self._names(token, index), loop_id=instance_id)

    def _tell(self, token: LiveToken, instance_id: str, index: int) -> bool:
        """Throw what the loop throws when an instance completes; True when that ends the loop (complex behaviour)."""
        is_over = False
        if self.loop.behavior == "One" and token.internal_data["finished"] > 0:
            return False
        for condition, event in self.loop.told:
            if not condition or self._holds(token, condition, instance_id, index):
                is_over = is_over or self.loop.behavior == "Complex"
                _tell(token, event)
        return is_over


class StandardLoop(LoopNode):
    """One round after another while the condition holds."""

    def _begin(self, token: LiveToken) -> None:
        token.internal_data["made"] = 0
        goes = not self.loop.test_before or self._goes_on(token)
        token._set_state(STARTED)
        if goes:
            self._make(token)
        else:
            self._finish(token)

    def _collect(self, token: LiveToken) -> None:
        instance_id, index = token.internal_data["fresh"][0]
        token.workflow.owner.hooks.instance_ended(self.loop, token.id, instance_id, index=index)
        goes = self._goes_on(token)
        token.internal_data["fresh"].pop(0)
        if goes:
            self._make(token)
        else:
            self._finish(token)

    def _goes_on(self, token: LiveToken) -> bool:
        made = token.internal_data["made"]
        if self.loop.maximum is not None and made >= self.loop.maximum:
            return False
        return not self.loop.again or ask(token, self.loop.again, {"loopCounter": made})


def _tell(token: LiveToken, event: Event) -> None:
    """An event of the loop itself: a boundary event that waits for it sends a token on and leaves the loop running.

    BPMN gives these events to boundary events so that each completed instance can send a token on ("multiple instances
    without synchronisation"); interrupting the loop by its own completion would leave nothing to send.
    """
    here = [catch for catch in boundaries_of(token)
            if any((each.kind, each.name) == (event.kind, event.name) for _, each in awaited(catch))]
    for catch in here:
        catch.task_spec.send(catch)
    if event.kind == "signal":
        token.workflow.owner.hooks.thrown(event, token.element_id, token.loop_id)
        deliver(token.workflow.owner, "signal", event.name, aside=[catch.id for catch in here])
    elif not here:
        throw(token, event)
