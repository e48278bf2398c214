"""Rules that make a net smaller without changing whether it is sound: series, parallel, choice, loops, dominance.

Each rule keeps three things, exactly: whether an arc may come to hold two tokens, whether every state can still reach the
end, and which knots can never act among those left. They are the classical ones (Murata 1989; Sadiq and Orlowska
2000; Vanhatalo, Völzer and Leymann 2007), said over knots and arcs. A block-structured net becomes nothing but a
first token and an end.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.soundness.net import Arc, Join, Knot, Net, Split, circles

_ALIKE = {("one", "one"), ("one", "some"), ("all", "all"), ("all", "some"), ("some", "some")}
"""Splits and joins between which a second arc says nothing that the first does not."""


@dataclass(slots=True)
class _Tie:
    """A knot while it is reduced."""

    name: str
    join: Join = "one"
    split: Split = "one"
    default: int | None = None
    need: int = 1
    stops: bool = False
    ins: list[int] = field(default_factory=list)
    outs: list[int] = field(default_factory=list)

    @property
    def is_choice(self) -> bool:
        """Takes one token and gives one: nothing here runs side by side."""
        return self.join == "one" and self.split == "one" and not self.stops and bool(self.outs)


def reduce(net: Net) -> Net:
    """A net that is sound exactly when this one is; arcs say which arcs of this one they stand for (`via`).

    Some way must lead to every knot: see `Net.reachable_part`.
    """
    reduction = _Reduction(net)
    reduction.run()
    return reduction.result()


class _Reduction:
    """Tokens vanish in front of `gone` at once; in front of `last` they count until they do, because the arc stands for
    steps that were there: two tokens on it are still two."""

    def __init__(self, net: Net) -> None:
        self.ties = {number: _Tie(knot.name, knot.join, knot.split, knot.default, knot.need, knot.stops,
                                  list(net.ins[number]), list(net.outs[number]))
                     for number, knot in enumerate(net.knots)}
        self.source = {number: arc.source for number, arc in enumerate(net.arcs)}
        self.target = {number: arc.target for number, arc in enumerate(net.arcs)}
        self.via: dict[int, tuple[int, ...]] = {number: (number,) for number in range(len(net.arcs))}
        self.gone, self.last = len(net.knots), len(net.knots) + 1
        self.circular = _circular(net)
        self.waiting = dict.fromkeys(self.ties)
        self.ties |= {self.gone: _Tie("gone"), self.last: _Tie("last")}
        for knot in range(len(net.knots)):
            if net.is_end(knot):
                self._move_ins(knot, self.gone)
                del self.ties[knot]

    # ------------------------------------------------------------ the rules, until none applies

    def run(self) -> None:
        while self.waiting or self._contract_circles():
            knot = next(iter(self.waiting))
            del self.waiting[knot]
            if knot in self.ties and knot not in (self.gone, self.last):
                self._look_at(knot)

    def _look_at(self, knot: int) -> None:
        tie = self.ties[knot]
        self._normalise(tie)
        if (self._merge_alike(knot, tie) or self._drop_vanishing(tie) or self._drop_loop(knot, tie)
                or self._finish(knot, tie) or self._pass_on(knot, tie) or self._take_in(knot, tie)):
            self._touch(knot)

    def _touch(self, knot: int) -> None:
        if knot in self.ties:
            self.waiting[knot] = None
            self.waiting |= dict.fromkeys(near for arc in self.ties[knot].ins if (near := self.source[arc]) is not None)
            self.waiting |= dict.fromkeys(map(self.target.__getitem__, self.ties[knot].outs))

    @staticmethod
    def _normalise(tie: _Tie) -> None:
        """One arc in is no join, one arc out is no split."""
        if len(tie.ins) == 1 and tie.join != "count":
            tie.join = "one"
        if len(tie.outs) == 1 or (tie.split == "some" and len(tie.outs) == 2 and tie.default is not None):
            tie.split, tie.default = "one", None

    def _merge_alike(self, knot: int, tie: _Tie) -> bool:
        """Parallel and choice: two arcs between the same two knots."""
        seen: dict[int, int] = {}
        for arc in tie.outs:
            target = self.target[arc]
            first = seen.setdefault(target, arc)
            if first != arc and target != knot and (tie.split, self.ties[target].join) in _ALIKE:
                if tie.default in (first, arc):
                    tie.default = None
                self._drop_arc(arc if len(self.via[first]) <= len(self.via[arc]) else first)
                self._touch(target)
                return True
        return False

    def _drop_vanishing(self, tie: _Tie) -> bool:
        """A branch that leads straight to an end beside others that do not."""
        if len(tie.outs) < 2 or tie.split == "some":
            return False
        for arc in tie.outs:
            target = self.target[arc]
            others = [self.target[each] for each in tie.outs if each != arc]
            if ((target == self.gone and (tie.split == "all" or self.last in others))
                    or (target == self.last and tie.split == "all" and set(others) - {self.gone}
                        and not self.circular & set(tie.ins))):
                self._drop_arc(arc)
                return True
        return False

    def _drop_loop(self, knot: int, tie: _Tie) -> bool:
        """Loops: a choice that leads to itself and elsewhere."""
        loop = next((arc for arc in tie.outs if self.target[arc] == knot), None)
        elsewhere = [arc for arc in tie.outs if self.target[arc] != knot]
        if loop is None or not elsewhere or not tie.is_choice:
            return False
        self._drop_arc(loop)
        self._keep_counting(tie)
        return True

    def _finish(self, knot: int, tie: _Tie) -> bool:
        """Series: what leads to nothing but an end is part of the end."""
        targets = {self.target[arc] for arc in tie.outs}
        if tie.stops or tie.join != "one" or not targets <= {self.gone, self.last}:
            return False
        if len(tie.ins) > 1 and targets != {self.gone}:
            return False
        tail = self.via[tie.outs[0]] if tie.outs else ()
        for arc in list(tie.outs):
            self._drop_arc(arc)
        self._replace(knot, self.last, tail)
        return True

    def _pass_on(self, knot: int, tie: _Tie) -> bool:
        """Series and joins of one kind: with one arc out, its arcs in may as well lead to the next knot."""
        if len(tie.outs) != 1 or tie.join == "count" or self.target[tie.outs[0]] in (knot, self.gone, self.last):
            return False
        [arc] = tie.outs
        following = self.target[arc]
        other, single = self.ties[following], len(tie.ins) == 1
        alone = len(other.ins) == 1 and other.join != "count" and bool(other.outs)
        same = ((tie.join == other.join == "one" and any(self.target[each] != self.gone for each in other.outs))
                or (tie.join == other.join == "all" and arc not in self.circular))
        if not (single or alone or same):
            return False
        if alone and not single:
            other.join = tie.join
            self._keep_counting(other)
        tail = self.via[arc]
        self._drop_arc(arc)
        self._replace(knot, following, tail)
        self._touch(following)
        return True

    def _take_in(self, knot: int, tie: _Tie) -> bool:
        """Dominance and splits of one kind: what only this knot leads to is part of its own split."""
        for arc in tie.outs:
            following = self.target[arc]
            other = self.ties[following]
            if (following == knot or len(other.ins) != 1 or other.join == "count" or not other.outs
                    or not self._same_split(tie, other)):
                continue
            self._keep_counting(other)
            head = self.via[arc]
            self._drop_arc(arc)
            for each in other.outs:
                self.via[each] = head + self.via[each]
                self.source[each] = knot
            tie.outs += other.outs
            del self.ties[following]
            return True
        return False

    @staticmethod
    def _same_split(tie: _Tie, other: _Tie) -> bool:
        free = tie.default is None and other.default is None
        return tie.split == other.split and (tie.split != "some" or free)

    def _contract_circles(self) -> bool:
        """Loops: choices that all lead to each other, and out, are one choice."""
        onward = {knot: [self.target[arc] for arc in tie.outs if self.ties[self.target[arc]].is_choice]
                  for knot, tie in self.ties.items() if tie.is_choice}
        found = False
        for circle in list(circles(onward)):
            leaving = [arc for knot in circle for arc in self.ties[knot].outs if self.target[arc] not in circle]
            if len(circle) > 1 and leaving:
                self._contract(circle)
                found = True
        return found

    def _contract(self, circle: frozenset[int]) -> None:
        first = min(circle)
        for knot in circle:
            for arc in list(self.ties[knot].outs):
                if self.target[arc] in circle:
                    self._drop_arc(arc)
        for knot in circle - {first}:
            for arc in self.ties[knot].outs:
                self.source[arc] = first
            self.ties[first].outs += self.ties[knot].outs
            self._replace(knot, first, ())
        self._keep_counting(self.ties[first])
        self._touch(first)

    # ------------------------------------------------------------ arcs

    def _keep_counting(self, tie: _Tie) -> None:
        """Two tokens must stay two: what vanished at once now stands for more, if nothing else could show them."""
        if all(self.target[arc] == self.gone for arc in tie.outs):
            for arc in tie.outs:
                self.ties[self.gone].ins.remove(arc)
                self.ties[self.last].ins.append(arc)
                self.target[arc] = self.last

    def _drop_arc(self, arc: int) -> None:
        source = self.source[arc]
        if source is not None:
            self.ties[source].outs.remove(arc)
        self.ties[self.target[arc]].ins.remove(arc)

    def _replace(self, knot: int, by: int, tail: tuple[int, ...]) -> None:
        """The arcs into `knot` lead to `by`, and stand for `tail` as well."""
        for arc in self.ties[knot].ins:
            self.via[arc] += tail
            near = self.source[arc]
            if near is not None:
                self.waiting[near] = None
        self._move_ins(knot, by)
        del self.ties[knot]

    def _move_ins(self, knot: int, onto: int) -> None:
        for arc in self.ties[knot].ins:
            self.target[arc] = onto
        self.ties[onto].ins += self.ties[knot].ins

    def result(self) -> Net:
        arcs = sorted({arc for tie in self.ties.values() for arc in tie.ins})
        numbers = {arc: number for number, arc in enumerate(arcs)}
        kept = {knot: tie for knot, tie in self.ties.items() if tie.ins}
        places = {knot: number for number, knot in enumerate(kept)}
        knots = [Knot(tie.name, tie.join, tie.split, None if tie.default is None else numbers[tie.default],
                      tie.need, tie.stops, rests=knot == self.last) for knot, tie in kept.items()]
        return Net(tuple(knots), tuple(Arc(None if (source := self.source[arc]) is None else places[source],
                                           places[self.target[arc]], self.via[arc]) for arc in arcs))


def _circular(net: Net) -> set[int]:
    """Arcs that lie on a way back to themselves."""
    onward = {knot: [net.arcs[arc].target for arc in outs] for knot, outs in enumerate(net.outs)}
    place = {knot: number for number, circle in enumerate(circles(onward)) for knot in circle}
    return {number for number, arc in enumerate(net.arcs)
            if arc.source in place and place[arc.source] == place.get(arc.target)}
