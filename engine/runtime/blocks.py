"""Where a node stands among the parallel branches of its level: found from the flows alone, for every drawing.

A block is what lies between a node where the flow parts and the node where all its ways have met again. Found by
dominators; a way that leads into a block or out of it from the side makes the block tangled. Knows no tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine.runtime.complex_gateway import ComplexGateway
from engine.runtime.elements import ExclusiveGateway, FlowNode
from engine.runtime.events import BoundaryEvent, EventGateway
from engine.runtime.joins import Join, ParallelGateway

SHARED = -1
"""The branch of a node that several branches lead to."""
_BEGIN, _END = "", " "
"""Before every entry and after every last node; no node has such a name."""
Edges = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """From `split` to `join` (empty: the branches end each for itself), with the branch of every node between."""

    split: str
    join: str
    branches: Mapping[str, int]
    empty: int
    """The branch without a step, whose token comes to the join by the split; SHARED: there is none."""
    is_tangled: bool
    is_choice: bool
    """It goes on when some of its branches have come (n of m)."""
    waits_for_all: bool

    def flows_of(self, branch: int, into_join: Iterable[str]) -> list[str]:
        """The flows by which this branch reaches the join."""
        return [via for via in into_join if self.branch_of(via) == branch]

    def branch_of(self, via: str) -> int | None:
        """The branch of a token that came to the join from this node; None: from none of this block."""
        return self.empty if via == self.split else self.branches.get(via)


Chain = tuple[tuple[Block, int], ...]
"""The blocks around a node, the outermost first, each with the branch it stands in."""


class Blocks:
    """The blocks of one level."""

    def __init__(self, spec: BpmnProcessSpec) -> None:
        self._specs = {name: node for name, node in spec.task_specs.items() if isinstance(node, FlowNode)}
        self._next = {name: [*node._outputs, *node.boundaries] for name, node in self._specs.items()}
        before, depth = _dominators(self._forwards(spec), _BEGIN)
        after, _ = _dominators(self._backwards(spec), _END)
        self._before, self._depth = before, depth
        self._after = after
        splits = [name for name in self._specs if self._parts(name) and name in depth]
        self.all = [self._block(name) for name in sorted(splits, key=depth.__getitem__)]

    def around(self, name: str) -> Chain:
        """The blocks around a node."""
        return tuple((block, block.branches[name]) for block in self.all if name in block.branches)

    def beside(self, name: str) -> tuple[str, ...]:
        """The events that did not interrupt their step and on whose way alone this node lies, the outermost first."""
        found: list[str] = []
        while name in self._before:
            node = self._specs.get(name)
            if isinstance(node, BoundaryEvent) and not node.cancel_activity:
                found.insert(0, name)
            name = self._before[name]
        return tuple(found)

    def _parts(self, name: str) -> bool:
        """Whether a token here may become several."""
        node = self._specs[name]
        return len(node._outputs) > 1 and not isinstance(node, ExclusiveGateway | EventGateway)

    def _forwards(self, spec: BpmnProcessSpec) -> Edges:
        entered = {target for targets in self._next.values() for target in targets}
        begins = [name for name in self._specs if name not in entered]
        return {**self._next, _BEGIN: [*begins, *(name for name in spec.entries if name not in begins)]}

    def _backwards(self, spec: BpmnProcessSpec) -> Edges:
        turned: dict[str, list[str]] = {name: [] for name in self._specs}
        for name, node in self._specs.items():
            for target in node._outputs:  # an event beside a step is no way that a branch has to take
                turned[target].append(name)
        return {**turned, _END: [name for name in self._specs if not self._specs[name]._outputs]}

    def _block(self, split: str) -> Block:
        node, join = self._specs[split], self._after.get(split, _END)
        join = "" if join == _END else join
        meeting = self._specs[join] if join else None
        ways = [self._reached(way, {split, join}) for way in node._outputs]
        branches: dict[str, int] = {}
        for place, way in enumerate(ways):
            for name in way:
                branches[name] = SHARED if name in branches else place
        inside = {name: branch for name, branch in branches.items() if self._is_dominated(name, split)}
        joins = [name for name, branch in inside.items() if branch == SHARED and self._joins(name)]
        is_tangled = len(inside) < len(branches) or bool(joins) or (self._joins(join) and not self._is_dominated(join, split))
        return Block(split, join, inside, list(node._outputs).index(join) if join in node._outputs else SHARED, is_tangled,
                     isinstance(meeting, ComplexGateway) and self._joins(join),
                     isinstance(meeting, ParallelGateway) and self._joins(join))

    def _joins(self, name: str) -> bool:
        """Whether tokens wait for each other here."""
        node = self._specs.get(name)
        return isinstance(node, Join) and len(node._inputs) > 1

    def _reached(self, begin: str, stops: set[str]) -> set[str]:
        found: set[str] = set()
        todo = [begin]
        while todo:
            name = todo.pop()
            if name not in found and name not in stops:
                found.add(name)
                todo += self._next[name]
        return found

    def _is_dominated(self, name: str, by: str) -> bool:
        while name in self._before and self._depth[name] > self._depth[by]:
            name = self._before[name]
        return name == by


@lru_cache(maxsize=256)
def blocks_of(spec: BpmnProcessSpec) -> Blocks:
    """The blocks of a sealed level, found once."""
    return Blocks(spec)


def _dominators(edges: Edges, root: str) -> tuple[dict[str, str], dict[str, int]]:
    """For each node its nearest dominator, and how deep it stands below the root (Cooper, Harvey and Kennedy's way)."""
    order = _postorder(edges, root)
    place = {name: number for number, name in enumerate(order)}
    into: dict[str, list[str]] = {name: [] for name in order}
    for name in order:
        for target in edges.get(name, ()):
            into[target].append(name)
    found = {root: root}
    changed = True
    while changed:
        changed = False
        for name in reversed(order[:-1]):
            nearest = _meet([each for each in into[name] if each in found], found, place)
            if found.get(name) != nearest:
                found[name], changed = nearest, True
    depth = {root: 0}
    for name in reversed(order[:-1]):
        depth[name] = depth[found[name]] + 1
    return {name: above for name, above in found.items() if name != root}, depth


def _meet(names: list[str], found: Mapping[str, str], place: Mapping[str, int]) -> str:
    nearest = names[0]
    for other in names[1:]:
        here = other
        while here != nearest:
            while place[here] < place[nearest]:
                here = found[here]
            while place[nearest] < place[here]:
                nearest = found[nearest]
    return nearest


def _postorder(edges: Edges, root: str) -> list[str]:
    order: list[str] = []
    seen, todo = {root}, [(root, iter(edges.get(root, ())))]
    while todo:
        name, ways = todo[-1]
        step = next((each for each in ways if each not in seen), None)
        if step is None:
            order.append(name)
            todo.pop()
        else:
            seen.add(step)
            todo.append((step, iter(edges.get(step, ()))))
    return order
