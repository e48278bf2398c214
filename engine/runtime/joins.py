"""Joins that count tokens per incoming flow, as BPMN says; the library looks at its history instead.

Waiting arrivals are the tokens. Each remembers the flow it came by; surplus ones wait for the next round.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.util.task import TaskState

from engine.runtime.elements import FlowNode
from engine.runtime.events import BoundaryEvent
from engine.runtime.failures import no_way_out
from engine.runtime.flow import WAITING, Flow, InnerFlow, LiveToken

Arrivals = Mapping[str, list[LiveToken]]


class Join(FlowNode):
    """Remembers arrivals by flow."""

    def _update_hook(self, my_task: LiveToken) -> bool:
        if len(self._inputs) == 1:
            return True
        if "via" not in my_task.internal_data:
            my_task.internal_data["via"] = my_task.parent.task_spec.name
        my_task._set_state(WAITING)
        return False

    def arrivals(self, flow: Flow | InnerFlow) -> dict[str, list[LiveToken]]:
        """The waiting tokens by incoming flow, oldest first."""
        found: dict[str, list[LiveToken]] = {}
        for token in flow.live():
            if token.task_spec is self and token._state == WAITING:
                found.setdefault(token.internal_data["via"], []).append(token)
        return found

    def consume(self, arrived: Arrivals) -> LiveToken:
        """One token of each flow becomes one token that goes on: the youngest, the others end here."""
        taken = sorted((tokens[0] for tokens in arrived.values()), key=lambda token: token.serial)
        for token in taken[:-1]:
            token.cancel()
        return taken[-1]


class ParallelGateway(Join, defaults.ParallelGateway):
    """Goes on when every incoming flow has a token."""

    def _update_hook(self, my_task: LiveToken) -> bool:
        if super()._update_hook(my_task):
            return True
        arrived = self.arrivals(my_task.workflow)
        if len(arrived) < len(self._inputs):
            return False
        return self.consume(arrived) is my_task


class InclusiveGateway(Join, defaults.InclusiveGateway):
    """Goes on when no token elsewhere can still reach an empty incoming flow; asked when all is at rest."""

    reach: Mapping[str, frozenset[str]] = {}

    def ready_token(self, flow: Flow | InnerFlow) -> LiveToken | None:
        """Join what has arrived, if nothing more can come; the token that goes on, or None."""
        arrived = self.arrivals(flow)
        if not arrived or self._may_grow(flow, arrived):
            return None
        return self.consume(arrived)

    def _may_grow(self, flow: Flow | InnerFlow, arrived: Arrivals) -> bool:
        empty, filled = set(self._inputs) - set(arrived), set(arrived)
        for token in flow.live():
            reached = self.reach.get(token.task_spec.name, frozenset())
            if token.task_spec is not self and reached & empty and not reached & filled:
                return True
        return False

    def _run_hook(self, my_task: LiveToken) -> bool:
        matches, defaults_ = self._get_matching_outputs(my_task)
        if self._outputs and not (matches or defaults_):
            raise no_way_out(my_task.element_id)
        for task_spec in matches or defaults_:
            my_task._add_child(task_spec, TaskState.FUTURE)
        return True


def reach_of(join: InclusiveGateway, spec: BpmnProcessSpec) -> dict[str, frozenset[str]]:
    """For each node: the incoming flows of `join` that a token there can reach without passing the join."""
    hosts = {event: node.name for node in spec.task_specs.values()
             for event in getattr(node, "boundaries", ())}
    found: dict[str, set[str]] = {}
    for entry in join._inputs:
        todo, seen = [entry], {join.name}
        while todo:
            name = todo.pop()
            if name in seen:
                continue
            seen.add(name)
            found.setdefault(name, set()).add(entry)
            node: Any = spec.task_specs[name]
            todo += [hosts[name]] if isinstance(node, BoundaryEvent) else node._inputs
    shared: dict[frozenset[str], frozenset[str]] = {}  # few different sets, many nodes
    frozen = {name: frozenset(entries) for name, entries in found.items()}
    return {name: shared.setdefault(entries, entries) for name, entries in frozen.items()}
