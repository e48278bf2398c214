"""The definition as nodes and flows: which BPMN elements a construct becomes, before any XML is written.

Every construct is drawn one way only (docs/constructs.md). Knows neither XML nor geometry.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from engine.bpmn import ids
from engine.definition.model import Boundary, Event, EventStart, Fork, Request, Start, Step, Way

Kind = Literal["startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent",
               "userTask", "scriptTask", "serviceTask", "businessRuleTask", "callActivity", "subProcess",
               "exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway", "eventBasedGateway"]
Part = Literal["start", "step", "action", "split", "merge", "join", "way", "end", "boundary", "scope"]
Owner = Start | EventStart | Request | Event | Step


@dataclass(frozen=True, slots=True)
class Node:
    """One flow node; `part` says what it is of `step`, `scope` names the sub-process around it."""

    id: str
    kind: Kind
    part: Part
    title: str = ""
    step: Owner | None = None
    scope: str = ""
    outcome: str | None = None
    boundary: Boundary | None = None
    way: Way | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """One sequence flow; flows out of a gateway are tried in this order."""

    id: str
    source: str
    target: str
    condition: str | None = None
    is_default: bool = False
    title: str = ""
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Graph:
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]

    def in_scope(self, scope: str) -> Iterator[Node]:
        return (node for node in self.nodes if node.scope == scope)


class Draft:
    """A graph in the making."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.flows: list[Flow] = []
        self.entered: set[str] = set()
        """What some flow leads to."""
        self.clashes: list[Node] = []

    def add(self, node: Node) -> str:
        if node.id in self.nodes:
            self.clashes.append(node)
        self.nodes[node.id] = node
        return node.id

    def connect(self, source: str, target: str, *, condition: str | None = None, title: str = "",
                is_default: bool = False, basis: tuple[str, ...] = ()) -> None:
        self.entered.add(target)
        self.flows.append(Flow("", source, target, condition, is_default, title, basis))

    def finish(self) -> Graph:
        """The graph with its branches joined and its merges inserted."""
        self._join_branches()
        self._insert_merges()
        counts: Counter[tuple[str, str]] = Counter()
        named = []
        for flow in self.flows:
            counts[flow.source, flow.target] += 1
            named.append(replace(flow, id=ids.flow(flow.source, flow.target, counts[flow.source, flow.target])))
        return Graph(tuple(self.nodes.values()), tuple(named))

    def _join_branches(self) -> None:
        """A branch with one end goes straight into the join; several ends meet in a gateway first."""
        leading: dict[str, list[int]] = defaultdict(list)
        for number, flow in enumerate(self.flows):
            leading[flow.target].append(number)
        for node in [each for each in self.nodes.values() if isinstance(each.step, Fork) and each.part == "merge"]:
            fork = node.step
            assert isinstance(fork, Fork)
            entries = leading[node.id]
            if len(entries) == 1:
                self.flows[entries[0]] = replace(self.flows[entries[0]], target=ids.join_gateway(fork.id))
            elif entries:
                self.connect(node.id, ids.join_gateway(fork.id))
            if len(entries) < 2:
                del self.nodes[node.id]

    def _insert_merges(self) -> None:
        entered = Counter(flow.target for flow in self.flows)
        nodes: dict[str, Node] = {}
        merges: dict[str, str] = {}
        for node in self.nodes.values():
            if entered[node.id] > 1 and node.kind != "endEvent" and node.part not in ("merge", "join", "split"):
                merge = Node(ids.merge_gateway(node.id), "exclusiveGateway", "merge", step=node.step, scope=node.scope)
                if merge.id in self.nodes:
                    self.clashes.append(merge)
                merges[node.id] = merge.id
                nodes[merge.id] = merge
            nodes[node.id] = node
        self.nodes = nodes
        self.flows = [replace(flow, target=merges[flow.target]) if flow.target in merges else flow for flow in self.flows]
        for target, merge_id in merges.items():
            self.connect(merge_id, target)
