"""The net of one scope: knots that join and split, arcs that hold a token or none. Small enough to reason about.

What a task, a gateway or an event is was decided before (chart.py); here is only how tokens meet and part, as BPMN 2.0
says it in its chapter 13 ("BPMN Execution Semantics"). It refuses to know steps, people, conditions and time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

Join = Literal["one", "all", "some", "count"]
"""Which tokens a knot waits for: any one, one on every arc, all that may still come (inclusive), `need` (complex)."""
Split = Literal["one", "all", "some"]
"""Where tokens go: one of the arcs, every arc, any arcs that are not none."""


@dataclass(frozen=True, slots=True)
class Knot:
    """One element. Without arcs out of it tokens vanish here; one that `stops` takes all tokens of the scope with it."""

    name: str
    join: Join = "one"
    split: Split = "one"
    default: int | None = None
    """The arc that a `some` split takes when it takes no other."""
    need: int = 1
    stops: bool = False
    rests: bool = False
    """An end in front of which tokens count until they vanish: it stands for the steps before it (see reduce.py)."""


@dataclass(frozen=True, slots=True)
class Arc:
    """From knot to knot, by number; `source` is None for the one that holds the first token."""

    source: int | None
    target: int
    via: tuple[int, ...] = ()
    """The arcs of the net before reduction that this one stands for; empty where nothing was reduced."""


@dataclass(frozen=True, slots=True)
class Net:
    """Arc 0 holds the first token."""

    knots: tuple[Knot, ...]
    arcs: tuple[Arc, ...]
    ins: tuple[tuple[int, ...], ...] = field(init=False, compare=False)
    outs: tuple[tuple[int, ...], ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        ins: list[list[int]] = [[] for _ in self.knots]
        outs: list[list[int]] = [[] for _ in self.knots]
        for number, arc in enumerate(self.arcs):
            ins[arc.target].append(number)
            if arc.source is not None:
                outs[arc.source].append(number)
        object.__setattr__(self, "ins", tuple(map(tuple, ins)))
        object.__setattr__(self, "outs", tuple(map(tuple, outs)))

    def is_end(self, knot: int) -> bool:
        """Whether tokens vanish at this knot as soon as they get there."""
        found = self.knots[knot]
        return not self.outs[knot] and not found.stops and not found.rests and found.join == "one"

    def reached(self) -> frozenset[int]:
        """Knots that some way leads to from the beginning."""
        return reach([self.arcs[0].target], {knot: [self.arcs[arc].target for arc in outs]
                                             for knot, outs in enumerate(self.outs)})

    def reachable_part(self) -> Net:
        """The net without the knots that nothing leads to, and without their arcs."""
        places = {knot: place for place, knot in enumerate(sorted(self.reached()))}
        kept = {number: place for place, number in enumerate(
            number for number, arc in enumerate(self.arcs) if arc.source is None or arc.source in places)}
        knots = [replace(knot, default=kept.get(knot.default) if knot.default is not None else None)
                 for number, knot in enumerate(self.knots) if number in places]
        arcs = [replace(self.arcs[number], source=None if (source := self.arcs[number].source) is None else places[source],
                        target=places[self.arcs[number].target]) for number in kept]
        return Net(tuple(knots), tuple(arcs))

    def ending(self) -> frozenset[int]:
        """Knots from which some way leads to where tokens vanish."""
        back = {knot: [source for arc in ins if (source := self.arcs[arc].source) is not None]
                for knot, ins in enumerate(self.ins)}
        return reach([knot for knot, outs in enumerate(self.outs) if not outs], back)


def reach(roots: Iterable[int], onward: Mapping[int, Sequence[int]]) -> frozenset[int]:
    """Everything reachable from the roots, themselves included."""
    seen = set(roots)
    waiting = list(seen)
    while waiting:
        for found in onward.get(waiting.pop(), ()):
            if found not in seen:
                seen.add(found)
                waiting.append(found)
    return frozenset(seen)


def circles(onward: Mapping[int, Sequence[int]]) -> Iterator[frozenset[int]]:
    """The largest sets of two nodes or more that all lead to each other, and nodes that lead to themselves (Tarjan)."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    held: set[int] = set()
    for root in onward:
        if root in order:
            continue
        work: list[tuple[int, Iterator[int]]] = []
        _enter(root, order, low, stack, held, work, onward)
        while work:
            node, rest = work[-1]
            following = next((each for each in rest if each not in order or each in held), None)
            if following is not None and following not in order:
                _enter(following, order, low, stack, held, work, onward)
            elif following is not None:
                low[node] = min(low[node], order[following])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    found = _leave(node, stack, held)
                    if len(found) > 1 or node in onward.get(node, ()):
                        yield found


def _enter(node: int, order: dict[int, int], low: dict[int, int], stack: list[int], held: set[int],
           work: list[tuple[int, Iterator[int]]], onward: Mapping[int, Sequence[int]]) -> None:
    order[node] = low[node] = len(order)
    stack.append(node)
    held.add(node)
    work.append((node, iter(onward.get(node, ()))))


def _leave(node: int, stack: list[int], held: set[int]) -> frozenset[int]:
    cut = stack.index(node) if stack[-1] != node else len(stack) - 1
    found = frozenset(stack[cut:])
    del stack[cut:]
    held.difference_update(found)
    return found
