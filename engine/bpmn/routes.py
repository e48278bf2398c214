"""Coordinates: how high each row is, how wide each column and channel, where each line bends and each label stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from engine.bpmn.grid import Grid, Row
from engine.bpmn.ports import Ports, Turn, Way
from engine.bpmn.sketch import BORDER_ENDS, Box, Drawing, Edge, Piece, Point, label_size, straightened
from engine.bpmn.tracks import Run, assign_tracks

EVENT = 36.0
TRACK = 11.0
CHANNEL_EDGE = 16.0
ROW_GAP = 18.0
LANE_PADDING = 16.0
LANE_HEIGHT = 110.0
FLOW_LABEL = 100.0
NODE_LABEL = 100.0
BOUNDARY_LABEL = 68.0
CORNER_LABEL = 64.0


@dataclass(slots=True)
class Extent:
    """How far a row reaches up and down from its middle line."""

    up: float = 12.0
    down: float = 12.0

    def grow(self, up: float, down: float) -> None:
        self.up, self.down = max(self.up, up), max(self.down, down)


@dataclass(slots=True)
class Frame:
    """Middle lines of rows and columns, and the tracks of the channels."""

    rows: dict[Row, float] = field(default_factory=dict)
    columns: dict[int, float] = field(default_factory=dict)
    label_starts: dict[int, float] = field(default_factory=dict)
    tracks: dict[tuple[str, str], float] = field(default_factory=dict)
    """By edge and part (`leave` or `enter`)."""


def draw(pieces: Sequence[Piece], edges: Sequence[Edge], *, lanes: int) -> Drawing:
    """Shapes, labels and lines of one level."""
    return _Router(Grid(pieces, edges), lanes).draw()


class _Router:
    def __init__(self, grid: Grid, lanes: int) -> None:
        self._grid = grid
        self._lanes = lanes
        self._ports = Ports(grid)
        self._frame = Frame()
        self._drawing = Drawing()
        self._label_size = cache(label_size)
        """Every title is measured for its row, its column and its place."""
        self._under = self._underpasses()

    def draw(self) -> Drawing:
        self._set_rows()
        self._set_columns()
        for piece in self._grid.pieces.values():
            self._draw_piece(piece)
        for way in self._ports.ways:
            self._draw_way(way)
        return self._drawing

    # ---- rows

    def _underpasses(self) -> dict[str, float]:
        """How far below its task's middle a boundary event's edge runs to the right, where it cannot go down."""
        under: dict[str, float] = {}
        for way in self._ports.ways:
            if way.edge.boundary and (way.leave is None or not way.leave.own):
                piece = self._grid.pieces[way.edge.source]
                under[way.edge.boundary] = (piece.size[1] / 2 + EVENT / 2 + _boundary_label_height(piece)
                                            + 12 + 9 * piece.boundaries.index(way.edge.boundary))
        return under

    def _set_rows(self) -> None:
        extents: dict[Row, Extent] = {row: Extent() for row in self._grid.every_row()}
        for piece in self._grid.pieces.values():
            extents[self._grid.rows[piece.id]].grow(*self._piece_extent(piece))
        for way in self._ports.ways:
            if way.edge.title:
                height = self._label_size(way.edge.title, FLOW_LABEL)[1]
                extents[_label_row(way)].grow(height + 6, 0)
        top = 0.0
        for lane in range(self._lanes):
            bottom = self._stack(top, [(row, extent) for row, extent in extents.items() if row.lane == lane])
            self._drawing.lanes.append((top, bottom - top))
            top = bottom
        self._drawing.height = top

    def _stack(self, top: float, rows: list[tuple[Row, Extent]]) -> float:
        """Set the middle lines of one lane's rows; gives the lane's lower edge."""
        needed = sum(extent.up + extent.down + ROW_GAP for _, extent in rows) - ROW_GAP + 2 * LANE_PADDING
        spare = max(0.0, LANE_HEIGHT - needed) if self._lanes > 1 else 0.0
        y = top + LANE_PADDING + spare / 2
        for row, extent in rows:
            self._frame.rows[row] = y + extent.up
            y += extent.up + extent.down + ROW_GAP
        return y - ROW_GAP + LANE_PADDING + spare / 2 if rows else top + LANE_HEIGHT

    def _piece_extent(self, piece: Piece) -> tuple[float, float]:
        half = piece.size[1] / 2
        label = self._label(piece)[1] + 4 if piece.is_labelled else 0.0
        if piece.boundaries:
            below = EVENT / 2 + _boundary_label_height(piece) + 4
            under = max((self._under.get(event, 0.0) for event in piece.boundaries), default=0.0)
            return half, max(half + below, under + 6)
        return (half, half + label) if self._label_side(piece) == "bottom" else (half + label, half)

    def _label_side(self, piece: Piece) -> str:
        """Gateways are named where no edge leaves, or above to the left of the one that does; events below."""
        used = self._ports.used
        if (piece.id, "bottom") not in used:
            return "bottom"
        return "top" if (piece.id, "top") not in used else "corner"

    def _label(self, piece: Piece) -> tuple[float, float]:
        """Width and height of the name beside a piece."""
        return self._label_size(piece.title, CORNER_LABEL if self._label_side(piece) == "corner" else NODE_LABEL)

    def _width(self, piece: Piece) -> float:
        """The room a piece needs in its column, with the name beside it."""
        if not piece.is_labelled:
            return piece.size[0]
        named = self._label(piece)[0]
        return max(piece.size[0], 2 * (named + 6) if self._label_side(piece) == "corner" else named)

    # ---- columns

    def _set_columns(self) -> None:
        tracks, counts = assign_tracks(self._runs())
        channels = self._channel_widths(counts)
        widths: dict[int, float] = {}
        for piece in self._grid.pieces.values():
            column = self._grid.columns[piece.id]
            widths[column] = max(widths.get(column, 0.0), self._width(piece))
        last = max(self._grid.columns.values(), default=0)
        x = CHANNEL_EDGE
        left = {-1: x}
        x += channels[-1] - CHANNEL_EDGE if counts.get(-1) else 8.0
        for column in range(last + 1):
            width = widths.get(column, EVENT)
            self._frame.columns[column] = x + width / 2
            left[column] = x + width + CHANNEL_EDGE
            self._frame.label_starts[column] = left[column] + max(0, counts.get(column, 0) - 1) * TRACK + 5
            x += width + channels[column]
        self._drawing.width = x
        for (channel, name, part), track in tracks.items():
            self._frame.tracks[name, part] = left[channel] + track * TRACK

    def _channel_widths(self, counts: dict[int, int]) -> dict[int, float]:
        """By channel: room for its tracks and for the widest label in it."""
        labels: dict[int, float] = {}
        for way in self._ports.ways:
            if way.edge.title:
                channel = _label_channel(way, self._grid)
                labels[channel] = max(labels.get(channel, 0.0), self._label_size(way.edge.title, FLOW_LABEL)[0])
        return {channel: 2 * CHANNEL_EDGE + max(0, counts.get(channel, 0) - 1) * TRACK + labels.get(channel, 0.0)
                for channel in range(-1, max(self._grid.columns.values(), default=0) + 1)}

    def _runs(self) -> list[Run]:
        """All vertical pieces of lines that lie in channels."""
        runs = []
        for way in self._ports.ways:
            if way.leave is not None and not way.leave.own:
                runs.append(self._run(way, "leave", way.leave))
            if way.enter is not None and not way.enter.own:
                runs.append(self._run(way, "enter", way.enter))
        return runs

    def _run(self, way: Way, part: str, turn: Turn) -> Run:
        start, end = self._frame.rows[turn.start], self._frame.rows[turn.end]
        if part == "leave" and way.edge.boundary:
            start += self._under[way.edge.boundary]
        left, right = frozenset({start}), frozenset({end})
        if way.is_back:
            both: frozenset[float] = left | right
            left, right = (both, frozenset()) if part == "leave" else (frozenset(), both)
        group = f"leave {way.edge.source} {way.edge.boundary}" if part == "leave" else f"enter {way.edge.target}"
        return Run(turn.channel, way.edge.id, part, group, left, right)

    # ---- drawing

    def _draw_piece(self, piece: Piece) -> None:
        width, height = piece.size
        x, y = self._center(piece.id)
        self._drawing.shapes[piece.id] = Box(x - width / 2, y - height / 2, width, height)
        if piece.is_labelled:
            wide, high = self._label(piece)
            side = self._label_side(piece)
            top = y + height / 2 + 3 if side == "bottom" else y - height / 2 - high - 3
            self._drawing.labels[piece.id] = Box(x - wide - 6 if side == "corner" else x - wide / 2, top, wide, high)
        for event in piece.boundaries:
            self._draw_boundary(piece, event)

    def _draw_boundary(self, piece: Piece, event: str) -> None:
        x, y = self._boundary_center(piece, event)
        self._drawing.shapes[event] = Box(x - EVENT / 2, y - EVENT / 2, EVENT, EVENT)
        title = dict(piece.boundary_titles).get(event, "")
        if title:
            wide, high = self._label_size(title, BOUNDARY_LABEL)
            self._drawing.labels[event] = Box(x - 4 - wide, y + EVENT / 2 + 2, wide, high)

    def _center(self, piece_id: str) -> Point:
        return self._frame.columns[self._grid.columns[piece_id]], self._frame.rows[self._grid.rows[piece_id]]

    def _boundary_center(self, piece: Piece, event: str) -> Point:
        x, y = self._center(piece.id)
        width, height = piece.size
        step = (width - BORDER_ENDS) / max(1, len(piece.boundaries) - 1)
        return x + width / 2 - 26 - step * piece.boundaries.index(event), y + height / 2

    def _draw_way(self, way: Way) -> None:
        points = [*self._leaving_points(way), *self._entering_points(way)]
        self._drawing.lines[way.edge.id] = straightened(points)
        if way.edge.title:
            wide, high = self._label_size(way.edge.title, FLOW_LABEL)
            channel = _label_channel(way, self._grid)
            y = self._frame.rows[_label_row(way)]
            self._drawing.labels[way.edge.id] = Box(self._frame.label_starts[channel], y - high - 3, wide, high)

    def _leaving_points(self, way: Way) -> list[Point]:
        piece = self._grid.pieces[way.edge.source]
        x, y = self._center(piece.id)
        middle = self._frame.rows[way.middle]
        points = [(x + piece.size[0] / 2, y)]
        if way.edge.boundary:
            x, bottom = self._boundary_center(piece, way.edge.boundary)
            points = [(x, bottom + EVENT / 2)]
            if way.edge.boundary in self._under:
                y += self._under[way.edge.boundary]
                points.append((x, y))
        if way.leave is None:
            return points
        if way.leave.own:
            side = piece.size[1] / 2 * (1 if middle > y else -1)
            return [*(points if way.edge.boundary else [(x, y + side)]), (x, middle)]
        track = self._frame.tracks[way.edge.id, "leave"]
        return [*points, (track, y), (track, middle)]

    def _entering_points(self, way: Way) -> list[Point]:
        piece = self._grid.pieces[way.edge.target]
        x, y = self._center(piece.id)
        middle = self._frame.rows[way.middle]
        left = (x - piece.size[0] / 2, y)
        if way.enter is None:
            return [left]
        if way.enter.own:
            return [(x, middle), (x, y + piece.size[1] / 2 * (1 if middle > y else -1))]
        track = self._frame.tracks[way.edge.id, "enter"]
        return [(track, middle), (track, y), left]


def _boundary_label_height(piece: Piece) -> float:
    return max((label_size(title, BOUNDARY_LABEL)[1] + 2 for _, title in piece.boundary_titles if title), default=0.0)


def _label_row(way: Way) -> Row:
    """The row on whose line the label of an edge stands."""
    if way.leave is not None:
        return way.leave.end
    return way.enter.start if way.enter is not None else way.middle


def _label_channel(way: Way, grid: Grid) -> int:
    """The channel in which the label stands: right of the source, for loops left of the source."""
    column = grid.columns[way.edge.source]
    return column - 1 if way.is_back and column > grid.columns[way.edge.target] else column
