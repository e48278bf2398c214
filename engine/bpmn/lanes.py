"""Which lane each node of the main flow lies in: one lane per responsible role, in the order of first work.

The lane of a task is that of the first rule of its `who`; everything else lies beside the work it follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.bpmn.graph import Graph, Node
from engine.definition.model import (
    AnyRule,
    Definition,
    Do,
    EveryoneRule,
    FirstRule,
    For,
    Fork,
    PersonRule,
    Rule,
    Start,
    Task,
    walk,
)

EVERYONE = "everyone"
PERSON = "person"
SYSTEM = "system"
_TITLES = {EVERYONE: "全体师生", PERSON: "指定人员", SYSTEM: "系统"}


@dataclass(frozen=True, slots=True)
class Lane:
    id: str
    title: str
    members: tuple[str, ...]


def lanes_of(graph: Graph, definition: Definition, titles: Mapping[str, str]) -> tuple[Lane, ...]:
    """The lanes with their nodes, each in document order."""
    placing = _Placing(graph, definition)
    members: dict[str, list[str]] = {}
    for node in graph.in_scope(""):
        if node.part != "scope":
            members.setdefault(placing.lane_of(node), []).append(node.id)
    return tuple(Lane(f"lane-{key}", titles.get(key) or _TITLES.get(key, key), tuple(nodes))
                 for key, nodes in members.items())


class _Placing:
    def __init__(self, graph: Graph, definition: Definition) -> None:
        self._nodes = {node.id: node for node in graph.nodes}
        self._definition = definition
        self._before: dict[str, list[str]] = {}
        self._after: dict[str, list[str]] = {}
        for flow in graph.flows:
            self._before.setdefault(flow.target, []).append(flow.source)
            self._after.setdefault(flow.source, []).append(flow.target)
        self._known = {node.id: self.key_of(node.step.who.rule) for node in graph.nodes
                       if node.part == "step" and isinstance(node.step, Task | Start)}
        self._known |= {node.id: lane for node in graph.nodes if node.kind == "subProcess" and node.part == "step"
                        if (lane := self._of_first_task(node)) is not None}
        self._spread()

    def lane_of(self, node: Node) -> str:
        return self._known.get(node.id, SYSTEM)

    def _of_first_task(self, node: Node) -> str | None:
        """A group lies where its first task would."""
        lists = [branch.steps for branch in node.step.branches] if isinstance(node.step, Fork) else []
        lists += [node.step.steps] if isinstance(node.step, Do | For) else []
        inner = (step for steps in lists for step in walk(steps))
        return next((self.key_of(step.who.rule) for step in inner if isinstance(step, Task)), None)

    def _spread(self) -> None:
        """Give a lane to every node that lies beside one with a lane, round by round, until nothing is left to give."""
        parts: dict[str, list[str]] = {}
        for node in self._nodes.values():
            if node.step is not None and node.step.id != node.id:
                parts.setdefault(node.step.id, []).append(node.id)
        asked = dict.fromkeys(self._nodes)
        while asked:
            found = {each: lane for each in asked if each in self._nodes and each not in self._known
                     and (lane := self._find(self._nodes[each])) is not None}
            self._known |= found
            asked = dict.fromkeys(near for each in found for near in (
                *self._after.get(each, ()), *self._before.get(each, ()), *parts.get(each, ())))

    def _find(self, node: Node) -> str | None:
        if node.part in ("action", "boundary", "join") and node.step is not None:
            return self._known.get(node.step.id)
        if node.part in ("start", "merge"):
            return self._beside((*self._after.get(node.id, ()), *self._before.get(node.id, ())))
        return self._beside(self._before.get(node.id, ()))

    def _beside(self, neighbours: Iterable[str]) -> str | None:
        return next((self._known[neighbour] for neighbour in neighbours if neighbour in self._known), None)

    def key_of(self, rule: Rule) -> str:
        """The lane of a rule: its role; a person who did a step lies in that step's lane."""
        if isinstance(rule, FirstRule | AnyRule):
            return self.key_of(rule.rules[0]) if rule.rules else SYSTEM
        if isinstance(rule, PersonRule):
            return self._lane_of_person(rule)
        return EVERYONE if isinstance(rule, EveryoneRule) else rule.role

    def _lane_of_person(self, rule: PersonRule) -> str:
        step_id, dot, rest = rule.person.text.strip().partition(".")
        step = self._definition.find_task(step_id) if dot and rest == "actor" else None
        if step is None or step.who.rule == rule:
            return PERSON
        return self.key_of(step.who.rule)
