"""Where each edge turns: in the column of its gateway, or in a channel between two columns.

Turning above or below a gateway is the look people know; it needs free cells. A channel is always free. Decided on
cells, before there are coordinates.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from dataclasses import dataclass

from engine.bpmn.grid import Grid, Row
from engine.bpmn.sketch import Edge


@dataclass(frozen=True, slots=True)
class Turn:
    """One change of row: in the column of the piece `own`, or in the channel right of column `channel`."""

    start: Row
    end: Row
    channel: int
    own: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """The turns of an edge: leaving its source and entering its target (None: straight on)."""

    edge: Edge
    is_back: bool
    middle: Row
    leave: Turn | None
    enter: Turn | None


class Ports:
    """The ways of all edges, and which sides of gateways they use."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._order = {row: number for number, row in enumerate(grid.every_row())}
        self._pieces: dict[int, list[int]] = defaultdict(list)
        """By column: the rows in which a piece stands, in order."""
        for name, row in grid.rows.items():
            insort(self._pieces[grid.columns[name]], self._order[row])
        self._verticals: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
        """By column: the first and the last row that the edges of one side of a piece pass."""
        self.used: set[tuple[str, str]] = set()
        """Sides of pieces (`top`, `bottom`) at which an edge leaves or enters."""
        self._leaving: dict[str, int] = {}
        for edge in grid.edges:
            self._leaving[edge.source] = self._leaving.get(edge.source, 0) + 1
        self.ways = [self._way(edge) for edge in grid.edges]

    def _way(self, edge: Edge) -> Way:
        grid = self._grid
        source, target = grid.rows[edge.source], grid.rows[edge.target]
        is_back = edge.id in grid.back
        middle = grid.corridors.get(edge.id)
        if middle is None:
            return self._short_way(edge, source, target)
        leave = enter = None
        if is_back or middle != source or edge.boundary:
            leave = self._turn(edge, edge.source, source, middle, grid.columns[edge.source])
        if is_back or middle != target:
            enter = self._turn(edge, edge.target, middle, target, grid.columns[edge.target] - 1)
        return Way(edge, is_back, middle, leave, enter)

    def _short_way(self, edge: Edge, source: Row, target: Row) -> Way:
        """Between neighbouring columns there is one turn at most."""
        channel = self._grid.columns[edge.source]
        if source == target and not edge.boundary:
            return Way(edge, False, target, None, None)
        is_split = self._leaving[edge.source] > 1 or bool(edge.boundary)
        sides = [edge.source, edge.target] if is_split else [edge.target, edge.source]
        for side in sides[:1] if edge.boundary else sides:
            if self._may_own(edge, side, source, target):
                turn = Turn(source, target, channel, self._own(edge, side, source, target))
                return Way(edge, False, target, turn, None) if side == edge.source else Way(edge, False, source, None, turn)
        return Way(edge, False, target, Turn(source, target, channel), None)

    def _turn(self, edge: Edge, side: str, start: Row, end: Row, channel: int) -> Turn:
        if self._may_own(edge, side, start, end):
            return Turn(start, end, channel, self._own(edge, side, start, end))
        return Turn(start, end, channel)

    def _may_own(self, edge: Edge, side: str, start: Row, end: Row) -> bool:
        """Whether the edge can turn in the column of this piece: from its top or bottom, past no other piece."""
        grid = self._grid
        is_source = side == edge.source
        if start == end or not (grid.pieces[side].is_gateway or (is_source and edge.boundary)):
            return False
        if is_source and edge.boundary and self._order[end] < self._order[start]:
            return False
        column, corner = grid.columns[side], end if is_source else start
        if not grid.may_turn(column, corner, edge):
            return False
        key, (first, last) = self._key(edge, side), self._between(start, end, corner)
        pieces = self._pieces[column]
        at = bisect_left(pieces, first)
        return not (at < len(pieces) and pieces[at] <= last) and not any(
            other != key and low <= last and first <= high for other, (low, high) in self._verticals[column].items())

    def _own(self, edge: Edge, side: str, start: Row, end: Row) -> str:
        column, corner = self._grid.columns[side], end if side == edge.source else start
        key, (first, last) = self._key(edge, side), self._between(start, end, corner)
        low, high = self._verticals[column].get(key, (first, last))
        self._verticals[column][key] = min(low, first), max(high, last)
        self._grid.turn(column, corner, edge)
        home = start if side == edge.source else end
        if not (side == edge.source and edge.boundary):
            self.used.add((side, "bottom" if self._order[corner] > self._order[home] else "top"))
        return side

    def _between(self, start: Row, end: Row, corner: Row) -> tuple[int, int]:
        """The first and the last row passed, with the one of the corner, without the piece's own."""
        home, turned = self._order[end if corner == start else start], self._order[corner]
        return (turned, home - 1) if turned < home else (home + 1, turned)

    def _key(self, edge: Edge, side: str) -> str:
        return f"{side} {edge.boundary}" if side == edge.source and edge.boundary else side
