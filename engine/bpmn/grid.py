"""Columns, rows and corridors: every piece gets a cell, every edge that passes columns gets free cells to pass through.

Columns count the longest way from a start; rows are counted within a lane. Because a cell is either a piece's or one
edge's, no edge can run through a shape. Knows no coordinates.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import count
from typing import NamedTuple

from engine.bpmn.sketch import Edge, Piece


class Row(NamedTuple):
    """A row of cells within a lane; rows above the first have negative numbers."""

    lane: int
    number: int


class Grid:
    """The cells of one level."""

    def __init__(self, pieces: Sequence[Piece], edges: Sequence[Edge]) -> None:
        self.pieces = {piece.id: piece for piece in pieces}
        self.edges = edges
        self.back = _back_edges(pieces, edges)
        self.columns = _columns(pieces, [edge for edge in edges if edge.id not in self.back])
        self.rows: dict[str, Row] = {}
        self.corridors: dict[str, Row] = {}
        """The row in which an edge passes the columns between (for a loop: all columns from target to source)."""
        self._taken: dict[Row, int] = {}
        """The columns of each row that are taken, a bit for each."""
        self._corners: dict[tuple[int, Row], str] = {}
        """Cells that edges took beside their corridors."""
        self._full: dict[tuple[int, int], int] = {}
        """Column and lane → how many rows from the top on are known to be taken."""
        self._place_pieces()
        for edge in sorted(edges, key=self._span):
            self._place_edge(edge)

    def may_turn(self, column: int, row: Row, edge: Edge) -> bool:
        """Whether the cell is free or the edge's own."""
        return (self._is_free(1 << column, row) or self._corners.get((column, row)) == edge.id
                or (self.corridors.get(edge.id) == row and column in self.passed(edge)))

    def turn(self, column: int, row: Row, edge: Edge) -> None:
        """The edge takes the cell for its corner."""
        self._corners[column, row] = edge.id
        self._take(1 << column, row)

    def _take(self, columns: int, row: Row) -> None:
        self._taken[row] = self._taken.get(row, 0) | columns

    def passed(self, edge: Edge) -> range:
        """The columns in which the edge has a cell of its own."""
        source, target = self.columns[edge.source], self.columns[edge.target]
        return range(target, source + 1) if edge.id in self.back else range(source + 1, target)

    def every_row(self) -> list[Row]:
        return sorted({*self.rows.values(), *self.corridors.values()})

    def _span(self, edge: Edge) -> tuple[bool, int]:
        return edge.id in self.back, len(self.passed(edge))

    def _place_pieces(self) -> None:
        entering: dict[str, list[Edge]] = defaultdict(list)
        leaving: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            if edge.id not in self.back:
                entering[edge.target].append(edge)
                leaving[edge.source].append(edge)
        order = {name: number for number, name in enumerate(self.pieces)}
        for name in sorted(self.pieces, key=lambda each: (self.columns[each], order[each])):
            piece = self.pieces[name]
            first = _first_edge(entering[name], piece, self.pieces)
            if first is None:
                self._settle(piece, self._top_row(self.columns[name], piece.lane), None, range(0))
                continue
            wanted = self._wanted(piece, first, entering[name], leaving)
            passed = self.passed(first)
            row = self._free_row(_bits(passed) | 1 << self.columns[name], piece.lane, wanted)
            self._settle(piece, row, first, passed)

    def _settle(self, piece: Piece, row: Row, first: Edge | None, passed: range) -> None:
        self.rows[piece.id] = row
        self._take(1 << self.columns[piece.id], row)
        if first is not None and passed:
            self._take_corridor(first, row, passed)

    def _take_corridor(self, edge: Edge, row: Row, passed: range) -> None:
        self.corridors[edge.id] = row
        self._take(_bits(passed), row)

    def _wanted(self, piece: Piece, first: Edge, entering: list[Edge], leaving: dict[str, list[Edge]]) -> int:
        """The row number that would draw the way here straight."""
        if self.pieces[first.source].lane != piece.lane:
            return 0
        if piece.kind == "parallelGateway" and len(entering) > 1:
            near = [self.rows[edge.source].number for edge in entering if self.pieces[edge.source].lane == piece.lane]
            return (min(near) + max(near)) // 2
        siblings = sorted((edge for edge in leaving[first.source] if not edge.boundary), key=lambda edge: not edge.is_default)
        place = siblings.index(first) if first in siblings else 1
        source = self.pieces[first.source]
        return self.rows[first.source].number + _offset(place, len(siblings), symmetrical=source.kind == "parallelGateway")

    def _place_edge(self, edge: Edge) -> None:
        passed = self.passed(edge)
        if not passed or edge.id in self.corridors:
            return
        source, target = self.rows[edge.source], self.rows[edge.target]
        if edge.id in self.back:
            row = self._free_row(_bits(passed), source.lane, source.number + 1)
        else:
            straight = (row for row in (target, source) if self._is_free(_bits(passed), row) and not edge.boundary)
            wanted = target.number if target.lane == source.lane else target.number + (target.lane < source.lane)
            row = next(straight, None) or self._free_row(_bits(passed), target.lane, wanted)
        self._take_corridor(edge, row, passed)

    def _top_row(self, column: int, lane: int) -> Row:
        """The first free row of a lane in this column; what is taken is never given back."""
        row = next(row for number in count(self._full.get((column, lane), 0)) if self._is_free(1 << column, row := Row(lane, number)))
        self._full[column, lane] = row.number
        return row

    def _free_row(self, columns: int, lane: int, wanted: int) -> Row:
        """The nearest row whose cells are free in all these columns, a bit for each; below before above."""
        return next(row for number in _around(wanted) if self._is_free(columns, row := Row(lane, number)))

    def _is_free(self, columns: int, row: Row) -> bool:
        return not self._taken.get(row, 0) & columns


def _bits(columns: range) -> int:
    return (1 << columns.stop) - (1 << columns.start)


def _first_edge(entering: list[Edge], piece: Piece, pieces: dict[str, Piece]) -> Edge | None:
    """The edge that is drawn straight: one from the same lane if there is one."""
    near = [edge for edge in entering if pieces[edge.source].lane == piece.lane and not edge.boundary]
    return next(iter(near or entering), None)


def _offset(place: int, of: int, *, symmetrical: bool) -> int:
    """Rows between a splitting piece and its place-th successor."""
    if not symmetrical:
        return place
    offset = place - of // 2
    return offset + 1 if of % 2 == 0 and offset >= 0 else offset


def _around(wanted: int) -> Iterator[int]:
    yield wanted
    for distance in count(1):
        yield wanted + distance
        yield wanted - distance


def _back_edges(pieces: Sequence[Piece], edges: Sequence[Edge]) -> frozenset[str]:
    """The edges that close a loop, seen from the starts in document order."""
    leaving: dict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        leaving[edge.source].append(edge)
    back: set[str] = set()
    finished: set[str] = set()
    for piece in sorted(pieces, key=lambda each: each.kind != "startEvent"):
        open_now = {piece.id}
        waiting = [(piece.id, iter(leaving[piece.id]))] if piece.id not in finished else []
        while waiting:
            name, ways = waiting[-1]
            way = next(ways, None)
            if way is None:
                waiting.pop()
                open_now.discard(name)
                finished.add(name)
            elif way.target in open_now:
                back.add(way.id)
            elif way.target not in finished:
                open_now.add(way.target)
                waiting.append((way.target, iter(leaving[way.target])))
    return frozenset(back)


def _columns(pieces: Sequence[Piece], edges: Sequence[Edge]) -> dict[str, int]:
    """The length of the longest way to each piece; two flows between the same two need a column to part in."""
    times = Counter((edge.source, edge.target) for edge in edges)
    missing = {piece.id: 0 for piece in pieces}
    leaving: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        missing[edge.target] += 1
        leaving[edge.source].append(edge.target)
    columns = {piece.id: 0 for piece in pieces}
    ready = [name for name, entries in missing.items() if entries == 0]
    for name in ready:  # grows while it is walked
        for target in leaving[name]:
            columns[target] = max(columns[target], columns[name] + min(times[name, target], 2))
            missing[target] -= 1
            if missing[target] == 0:
                ready.append(target)
    return columns
