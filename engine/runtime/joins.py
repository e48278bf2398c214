"""Joins that count tokens per incoming flow, as BPMN says; the library looks at its history instead.

Waiting arrivals are the tokens. Each remembers the flow it came by; surplus ones wait for the next round.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine.runtime.elements import FlowNode
from engine.runtime.events import BoundaryEvent
from engine.runtime.flow import WAITING, Level, LiveToken

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

    def arrivals(self, level: Level) -> dict[str, list[LiveToken]]:
        """The waiting tokens by incoming flow, oldest first."""
        found: dict[str, list[LiveToken]] = {}
        for token in level.live():
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


class LateJoin(Join):
    """A join that is asked when all is at rest; `reach` says which incoming flows a token elsewhere can still reach."""

    reach: Mapping[str, frozenset[str]] = {}

    @abstractmethod
    def ready_token(self, level: Level) -> LiveToken | None:
        """Join what has arrived, if it is enough; the token that goes on, or None."""

    def may_come(self, level: Level, empty: set[str], filled: set[str]) -> bool:
        """A token elsewhere can reach an empty flow, and cannot reach one that has a token already."""
        for token in level.live():
            reached = self.reach.get(token.task_spec.name, frozenset())
            if token.task_spec is not self and reached & empty and not reached & filled:
                return True
        return False


class InclusiveGateway(LateJoin, defaults.InclusiveGateway):
    """Goes on when no token elsewhere can still reach an empty incoming flow."""

    def ready_token(self, level: Level) -> LiveToken | None:
        arrived = self.arrivals(level)
        if not arrived or self.may_come(level, set(self._inputs) - set(arrived), set(arrived)):
            return None
        return self.consume(arrived)


class Gather(FlowNode):
    """Stands before an activity that takes several tokens at once (`startQuantity`)."""

    is_ours = False
    takes = 1

    def _update_hook(self, my_task: LiveToken) -> bool:
        waiting = [token for token in my_task.workflow.live() if token.task_spec is self and token._state == WAITING]
        if len(waiting) < self.takes - 1:
            my_task._set_state(WAITING)
            return False
        for token in waiting[:self.takes - 1]:
            token.cancel()
        return True


def reach_of(join: LateJoin, spec: BpmnProcessSpec) -> dict[str, frozenset[str]]:
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
