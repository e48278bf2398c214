"""Whether a pattern could make a backtracking matcher run away, found on the pattern itself.

A pattern is refused when some stretch of text can be walked through in two ways that lead back to where they
began: then every further character doubles the work. Loops one after another only multiply, so they bound
the length of the input instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from engine.feel.pattern_tree import Options, Piece

SAMPLE = "".join(map(chr, range(32, 127))) + "\t\n\réΩ中文１　😀"
MAX_POSITIONS, MAX_WORK, MAX_STEPS = 80, 100_000, 100_000_000
LONGEST_INPUT = 20_000
Pair = tuple[int, int]


def degree_of(options: Options) -> int:
    """The power of the input's length with which the work may grow."""
    anchored = all(pieces and pieces[0].sort == "anchor" for pieces in options)
    return max(_loops_before_more(options) + (not anchored), 1)


def longest_input(degree: int) -> int:
    """The longest input on which a pattern of that degree ends in reasonable time."""
    return min(LONGEST_INPUT, int(MAX_STEPS ** (1 / degree)))


def _loops_before_more(options: Options) -> int:
    """How many loops have something after them that may fail."""
    most = 0
    for pieces in options:
        count, followed = 0, False
        for piece in reversed(pieces):
            inner = _count_loops(piece)
            count += inner if followed else max(inner - 1, 0)
            followed = followed or piece.least > 0
        most = max(most, count)
    return most


def _count_loops(piece: Piece) -> int:
    inner = sum(_count_loops(part) for pieces in piece.options for part in pieces)
    return inner + piece.loops


def may_run_away(options: Options, flags: re.RegexFlag) -> bool:
    """Whether some input makes the work grow exponentially with its length."""
    automaton = Automaton(flags)
    automaton.read(options)
    if automaton.doubled or len(automaton.masks) > MAX_POSITIONS:
        return True
    return _two_ways_round(automaton)


@dataclass(slots=True)
class Ends:
    """Where a part of a pattern may begin and end, and whether it may be empty."""

    first: set[int] = field(default_factory=set)
    last: set[int] = field(default_factory=set)
    empty: bool = True


class Automaton:
    """The positions of a pattern's characters and which may follow which (Glushkov's construction)."""

    def __init__(self, flags: re.RegexFlag) -> None:
        self.flags = flags
        self.masks: list[int] = []
        self.follow: list[set[int]] = []
        self.doubled = False

    def read(self, options: Options) -> Ends:
        whole = Ends(empty=False)
        for pieces in options:
            part = Ends()
            for piece in pieces:
                part = self._join(part, self._piece(piece))
            whole.first |= part.first
            whole.last |= part.last
            whole.empty = whole.empty or part.empty
        return whole

    def _piece(self, piece: Piece) -> Ends:
        if piece.sort == "anchor":
            return Ends()
        if piece.loops:
            ends = self._once(piece)
            self.doubled = self.doubled or ends.empty
            self._connect(ends.last, ends.first)
        else:
            ends = Ends()
            for turn in range(piece.most or 0):
                once = self._once(piece)
                self.doubled = self.doubled or (once.empty and turn > 0)
                once.empty = once.empty or turn >= piece.least
                ends = self._join(ends, once)
        ends.empty = ends.empty or piece.least == 0
        return ends

    def _once(self, piece: Piece) -> Ends:
        if piece.sort == "group":
            return self.read(piece.options)
        if len(self.masks) > MAX_POSITIONS:
            return Ends()
        place = len(self.masks)
        pattern = re.compile(piece.text, self.flags) if piece.sort == "atom" else None
        self.masks.append(sum(1 << bit for bit, character in enumerate(SAMPLE)
                              if pattern is None or pattern.fullmatch(character)))
        self.follow.append(set())
        return Ends({place}, {place}, piece.sort == "reference")

    def _join(self, left: Ends, right: Ends) -> Ends:
        self._connect(left.last, right.first)
        return Ends(left.first | right.first if left.empty else left.first,
                    left.last | right.last if right.empty else right.last, left.empty and right.empty)

    def _connect(self, sources: set[int], targets: set[int]) -> None:
        for source in sources:
            self.doubled = self.doubled or bool(self.follow[source] & targets)
            self.follow[source] |= targets


def _two_ways_round(automaton: Automaton) -> bool:
    """Whether two different walks over the same text start and end at one position."""
    forward: dict[Pair, set[Pair]] = {}
    waiting: list[Pair] = [(place, place) for place in range(len(automaton.masks))]
    work = 0
    while waiting:
        pair = waiting.pop()
        if pair in forward:
            continue
        forward[pair] = found = _steps(automaton, pair)
        work += len(found) + 1
        if work > MAX_WORK:
            return True
        waiting.extend(found)
    backward: dict[Pair, set[Pair]] = {}
    for pair, found in forward.items():
        for following in found:
            backward.setdefault(following, set()).add(pair)
    places = [(place, place) for place in range(len(automaton.masks))]
    diagonal = set(places)
    return any((_reach(forward, pair) - diagonal) & _reach(backward, pair) for pair in places if len(forward[pair]) > 1)


def _steps(automaton: Automaton, pair: Pair) -> set[Pair]:
    masks = automaton.masks
    return {(a, b) for a in automaton.follow[pair[0]] for b in automaton.follow[pair[1]] if masks[a] & masks[b]}


def _reach(edges: dict[Pair, set[Pair]], start: Pair) -> set[Pair]:
    seen: set[Pair] = set()
    waiting = [start]
    while waiting:
        for following in edges.get(waiting.pop(), ()):
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return seen
