"""Random nets, block-structured and wild, and a slow and obvious token game to hold the fast one against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from random import Random

from engine.soundness.net import Arc, Join, Knot, Net, Split

State = tuple[tuple[int, ...], frozenset[int]]
"""The arcs that hold a token (twice if two), and the complex joins that have acted."""


# ---------------------------------------------------------------- inventing nets

class Inventor:
    """Draws blocks between two knots; now and then, when `careless`, a gateway of the wrong kind."""

    def __init__(self, dice: Random, careless: float = 0.0) -> None:
        self._dice, self._careless = dice, careless
        self.knots: list[Knot] = []
        self.arcs: list[Arc] = []

    def net(self, size: int) -> Net:
        first = self._knot()
        self.arcs.append(Arc(None, first))
        last = self._block(first, size)
        end = self._knot(stops=self._dice.random() < 0.1)
        self._arc(last, end)
        return Net(tuple(self.knots), tuple(self.arcs))

    def _knot(self, join: Join = "one", split: Split = "one", *, stops: bool = False) -> int:
        if self._dice.random() < self._careless:
            join = self._dice.choice(("one", "all", "some"))
        if self._dice.random() < self._careless:
            split = self._dice.choice(("one", "all", "some"))
        self.knots.append(Knot(f"k{len(self.knots)}", join, split, stops=stops))
        return len(self.knots) - 1

    def _arc(self, source: int, target: int) -> None:
        self.arcs.append(Arc(source, target))

    def _block(self, before: int, size: int) -> int:
        """Something that begins after `before`; the knot it ends in."""
        if size <= 1:
            step = self._knot()
            self._arc(before, step)
            return step
        kind = self._dice.choice(("row", "choice", "fork", "free", "loop"))
        if kind == "row":
            return self._block(self._block(before, size // 2), size - size // 2)
        if kind == "loop":
            return self._loop(before, size)
        return self._branches(before, size, {"choice": "one", "fork": "all", "free": "some"}[kind])

    def _loop(self, before: int, size: int) -> int:
        head = self._knot()
        self._arc(before, head)
        tail = self._knot()
        self._arc(self._block(head, size - 1), tail)
        self._arc(tail, head)
        return tail

    def _branches(self, before: int, size: int, kind: str) -> int:
        split, join = self._knot(split=kind), self._knot(join=kind)  # type: ignore[arg-type]
        self._arc(before, split)
        count = self._dice.randint(2, 3)
        for _ in range(count):
            self._arc(self._block(split, max(1, size // count)) if self._dice.random() < 0.9 else split, join)
        return join


def structured(dice: Random, *, size: int = 8, careless: float = 0.0) -> Net:
    return Inventor(dice, careless).net(size)


def wild(dice: Random, *, knots: int = 7) -> Net:
    """Any knots, any arcs between them; the last knot ends. Only what can be reached."""
    made = [Knot(f"k{number}", *_kinds(dice), need=dice.randint(1, 2), stops=number == knots - 2 and dice.random() < 0.3)
            for number in range(knots)]
    made[-1] = Knot("end")
    arcs = [Arc(None, 0)]
    for number in range(knots - 1):
        if not made[number].stops:
            arcs += [Arc(number, dice.randrange(number + 1 if dice.random() < 0.75 else 1, knots))
                     for _ in range(dice.choice((1, 1, 2, 2, 3)))]
    for number, knot in enumerate(made):
        mine = [place for place, arc in enumerate(arcs) if arc.source == number]
        if knot.split == "some" and len(mine) > 1 and dice.random() < 0.5:
            made[number] = Knot(knot.name, knot.join, knot.split, mine[-1], knot.need, knot.stops)
    return Net(tuple(made), tuple(arcs)).reachable_part()


def _kinds(dice: Random) -> tuple[Join, Split]:
    return (dice.choice(("one", "one", "one", "all", "all", "some", "count")), dice.choice(("one", "one", "all", "all", "some")))


# ---------------------------------------------------------------- the slow and obvious game

@dataclass
class Played:
    """What brute force finds; None where the game is too large."""

    doubled: bool
    stuck: bool
    endless: bool

    @property
    def is_sound(self) -> bool:
        return not (self.doubled or self.stuck or self.endless)


def play(net: Net, *, most: int = 4_000) -> Played | None:
    """Every state by brute force, tokens counted one by one."""
    first: State = (() if net.is_end(net.arcs[0].target) else (0,), frozenset())
    after: dict[State, list[State]] = {}
    waiting, doubled = [first], False
    while waiting:
        state = waiting.pop()
        if state in after:
            continue
        if len(after) > most:
            return None
        after[state] = []
        for following in _following(net, state):
            if max(Counter(following[0]).values(), default=1) > 1:
                doubled = True
            else:
                after[state].append(following)
                waiting.append(following)
    stuck = any(state[0] and not list(_following(net, state)) for state in after)
    return Played(doubled, stuck, not doubled and not stuck and not all(_can_end(state, after) for state in after))


def _can_end(state: State, after: dict[State, list[State]]) -> bool:
    seen, waiting = {state}, [state]
    while waiting:
        for following in after[waiting.pop()]:
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return any(not each[0] for each in seen)


def _following(net: Net, state: State) -> Iterator[State]:
    tokens, spent = state
    for number, knot in enumerate(net.knots):
        present = [arc for arc in net.ins[number] if arc in tokens]
        if number in spent:
            for arc in present:
                yield _settled(net, Counter(tokens) - Counter([arc]), spent)
            continue
        for taken in _taken(net, number, knot, present, tokens):
            left = Counter(tokens)
            left.subtract(taken)
            if knot.stops:
                yield (), frozenset()
                continue
            now = spent | {number} if knot.join == "count" else spent
            for given in _given(net, number, knot):
                yield _settled(net, left + Counter(given), now)


def _settled(net: Net, tokens: Counter[int], spent: frozenset[int]) -> State:
    kept = [arc for arc in tokens.elements() if not net.is_end(net.arcs[arc].target)]
    return tuple(sorted(kept)), spent


def _taken(net: Net, number: int, knot: Knot, present: list[int], tokens: tuple[int, ...]) -> Iterator[list[int]]:
    if not present:
        return
    if knot.join == "one":
        yield from ([arc] for arc in present)
    elif knot.join in ("all", "count"):
        if len(present) >= (len(net.ins[number]) if knot.join == "all" else knot.need):
            yield present
    else:
        empty = [arc for arc in net.ins[number] if arc not in present]
        others = [arc for arc in tokens if arc not in present]
        if not any(any(_leads(net, token, arc, number) for arc in empty)
                   and not any(_leads(net, token, arc, number) for arc in present) for token in others):
            yield present


def _leads(net: Net, arc: int, wanted: int, around: int) -> bool:
    """Whether a token on `arc` may come onto `wanted` without passing the knot `around`."""
    seen, waiting = {arc}, [arc]
    while waiting:
        here = waiting.pop()
        if here == wanted:
            return True
        target = net.arcs[here].target
        if target != around:
            fresh = [out for out in net.outs[target] if out not in seen]
            seen.update(fresh)
            waiting += fresh
    return False


def _given(net: Net, number: int, knot: Knot) -> Iterator[list[int]]:
    outs = net.outs[number]
    if not outs or knot.split == "all":
        yield list(outs)
    elif knot.split == "one":
        yield from ([arc] for arc in outs)
    else:
        free = [arc for arc in outs if arc != knot.default]
        for chosen in product((False, True), repeat=len(free)):
            if any(chosen):
                yield [arc for arc, is_chosen in zip(free, chosen, strict=True) if is_chosen]
        if knot.default is not None:
            yield [knot.default]
