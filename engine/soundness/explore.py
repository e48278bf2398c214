"""The token game played out: every state a net can come into, breadth first, within a bound.

A state is one whole number, a bit per arc that holds a token. It refuses to know what the knots stand for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from engine.soundness.net import Net, reach

MAX_STATES = 6_000
"""States looked at before the verdict is "not proven": some 0.2 seconds."""
MAX_FREE_ARCS = 8
"""An inclusive split of more arcs is tried with one arc, two arcs and all of them only."""


@dataclass(frozen=True, slots=True)
class Move:
    """One knot acts: the arcs that get a token, and the state after; `doubled` is an arc that held one already."""

    knot: int
    given: tuple[int, ...]
    state: int
    doubled: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found. Each finding is the shortest run into it; `complete` says that every state was seen."""

    complete: bool
    states: int
    doubled: tuple[Move, ...] | None = None
    """A run whose last move puts a second token onto an arc."""
    stuck: tuple[Move, ...] | None = None
    """A run into a state in which nothing can act, though tokens are left."""
    endless: tuple[Move, ...] | None = None
    """A run into a state from which the end cannot be reached any more, though something can always act."""
    never: frozenset[int] = frozenset()
    """Knots that act in no state; only told when every state was seen and nothing else is wrong."""

    @property
    def is_sound(self) -> bool:
        return self.complete and self.doubled is None and self.stuck is None and self.endless is None


class Game:
    """The moves of a net. Arcs that lead to an end never hold a token."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.in_masks = [sum(1 << arc for arc in ins) for ins in net.ins]
        self.vanishing = sum(1 << number for number, arc in enumerate(net.arcs) if net.is_end(arc.target))
        counting = [knot for knot, each in enumerate(net.knots) if each.join == "count"]
        self.spent = {knot: 1 << len(net.arcs) + number for number, knot in enumerate(counting)}
        """The bit that says that a complex join has acted: what comes later is taken away."""
        self.tokens = (1 << len(net.arcs)) - 1
        self.is_exact = all(len(net.outs[knot]) <= MAX_FREE_ARCS or each.split != "some"
                            for knot, each in enumerate(net.knots))
        self._choices = [tuple(self._choices_of(knot)) for knot in range(len(net.knots))]

    @property
    def first(self) -> int:
        return 1 & ~self.vanishing

    def moves(self, state: int) -> Iterator[Move]:
        """Everything that can happen next."""
        for knot in self._touched(state):
            if knot in self.spent and state & self.spent[knot]:
                yield from (Move(knot, (), state & ~(1 << arc)) for arc in self.net.ins[knot] if state >> arc & 1)
                continue
            for taken in self._takes(knot, state):
                yield from self._gives(knot, state & ~taken)

    def _touched(self, state: int) -> list[int]:
        found = []
        rest = state & self.tokens
        while rest:
            arc = (rest & -rest).bit_length() - 1
            rest &= rest - 1
            found.append(self.net.arcs[arc].target)
        return list(dict.fromkeys(found))

    def _takes(self, knot: int, state: int) -> Iterator[int]:
        """The sets of tokens that the knot may take now."""
        join, present = self.net.knots[knot].join, state & self.in_masks[knot]
        if join == "one":
            yield from (1 << arc for arc in self.net.ins[knot] if present >> arc & 1)
        elif join == "all":
            if present == self.in_masks[knot]:
                yield present
        elif join == "some":
            if not self._awaited(knot, state, present):
                yield present
        elif present.bit_count() >= self.net.knots[knot].need:
            yield present

    def _awaited(self, knot: int, state: int, present: int) -> bool:
        """Whether a token may still come onto an arc without one (BPMN 2.0, 13.4.3: inclusive gateway)."""
        coming = arrived = 0
        for arc in self.net.ins[knot]:
            if present >> arc & 1:
                arrived |= self._upstream[arc]
            else:
                coming |= self._upstream[arc]
        return bool(state & coming & ~arrived & self.tokens)

    @cached_property
    def _upstream(self) -> dict[int, int]:
        """For each arc into an inclusive join: the arcs from which a token may come onto it, not through the join."""
        net = self.net
        found = {}
        for knot, each in enumerate(net.knots):
            for arc in net.ins[knot] if each.join == "some" else ():
                back = {number: () if one.source is None or one.source == knot else net.ins[one.source]
                        for number, one in enumerate(net.arcs)}
                found[arc] = sum(1 << one for one in reach([arc], back))
        return found

    def _gives(self, knot: int, state: int) -> Iterator[Move]:
        if self.net.knots[knot].stops:
            yield Move(knot, (), 0)
            return
        state |= self.spent.get(knot, 0)
        for given in self._choices[knot]:
            added = sum(1 << arc for arc in given) & ~self.vanishing
            doubled = state & added
            yield Move(knot, given, state | added, (doubled & -doubled).bit_length() - 1 if doubled else None)

    def _choices_of(self, knot: int) -> Iterator[tuple[int, ...]]:
        """The sets of arcs that may get a token."""
        split, outs, default = self.net.knots[knot].split, self.net.outs[knot], self.net.knots[knot].default
        if not outs or split == "all":
            yield outs
        elif split == "one":
            yield from ((arc,) for arc in outs)
        else:
            free = [arc for arc in outs if arc != default]
            sizes: Sequence[int] = range(1, len(free) + 1) if len(free) <= MAX_FREE_ARCS else (1, 2, len(free))
            for size in sizes:
                yield from combinations(free, size)
            if default is not None:
                yield (default,)


def explore(net: Net, *, most: int = MAX_STATES) -> Verdict:
    """Play every run of the net from its first token, `most` states at most."""
    return _Search(Game(net), most).verdict()


class _Search:
    def __init__(self, game: Game, most: int) -> None:
        self.game, self.most = game, most
        self.come_by: dict[int, tuple[int, Move] | None] = {game.first: None}
        self.into: dict[int, list[int]] = {}
        self.doubled: tuple[int, Move] | None = None
        self.stuck: int | None = None
        self.acted: set[int] = set()
        self.complete = game.is_exact
        self._play()

    def _play(self) -> None:
        waiting = [self.game.first]
        for state in waiting:   # grows while it is walked: breadth first
            moved = False
            for move in self.game.moves(state):
                moved = True
                self.acted.add(move.knot)
                if move.doubled is not None:
                    self.doubled = self.doubled or (state, move)
                    continue
                self.into.setdefault(move.state, []).append(state)
                if move.state not in self.come_by:
                    self.come_by[move.state] = (state, move)
                    waiting.append(move.state)
            if not moved and state & self.game.tokens and self.stuck is None:
                self.stuck = state
            if len(waiting) > self.most:
                self.complete = False
                return

    def verdict(self) -> Verdict:
        doubled = (*self._run_to(self.doubled[0]), self.doubled[1]) if self.doubled is not None else None
        stuck = self._run_to(self.stuck) if self.stuck is not None else None
        endless = self._find_endless() if self.complete and stuck is None and doubled is None else None
        never: frozenset[int] = frozenset()
        if self.complete and doubled is None and stuck is None and endless is None:
            never = frozenset(knot for knot in range(len(self.game.net.knots))
                              if knot not in self.acted and not self.game.net.is_end(knot))
        return Verdict(self.complete, len(self.come_by), doubled, stuck, endless, never)

    def _find_endless(self) -> tuple[Move, ...] | None:
        """The first state from which no way leads to a state without tokens."""
        done = [state for state in self.come_by if not state & self.game.tokens]
        ending = reach(done, self.into)
        return next((self._run_to(state) for state in self.come_by if state not in ending), None)

    def _run_to(self, state: int) -> tuple[Move, ...]:
        moves = []
        step = self.come_by[state]
        while step is not None:
            moves.append(step[1])
            step = self.come_by[step[0]]
        return tuple(reversed(moves))
