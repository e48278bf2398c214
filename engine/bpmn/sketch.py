"""What the layout arranges: pieces, edges and boxes, without XML. The vocabulary of grid, routes and layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil

Point = tuple[float, float]

SIZES = {"Event": (36.0, 36.0), "Gateway": (50.0, 50.0), "": (124.0, 76.0)}
"""By the ending of the kind; activities have no ending in common."""
BORDER_ENDS, BORDER_STEP = 100.0, 76.0
"""What the events on a border need: right of the last and left of the first with its name, and from one to the next."""
LETTER = 11.0
"""Width of a 中文 character in a label; a latin letter takes half of it."""
LINE = 14.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def moved(self, by: Point) -> Box:
        return Box(self.x + by[0], self.y + by[1], self.width, self.height)

    def overlaps(self, other: Box) -> bool:
        return (self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom)

    def contains(self, other: Box) -> bool:
        return (self.x <= other.x and other.right <= self.right and self.y <= other.y and other.bottom <= self.bottom)


@dataclass(frozen=True, slots=True)
class Piece:
    """A flow node with a cell of its own; `boundary_titles` are the events on its border."""

    id: str
    kind: str
    lane: int
    title: str = ""
    boundary_titles: tuple[tuple[str, str], ...] = ()
    room: Point = (0.0, 0.0)
    """Width and height of an expanded sub-process, which is as large as what it holds."""

    @property
    def boundaries(self) -> tuple[str, ...]:
        return tuple(event for event, _ in self.boundary_titles)

    @property
    def size(self) -> tuple[float, float]:
        width, height = self.room if self.room[0] else next(size for ending, size in SIZES.items() if self.kind.endswith(ending))
        # Every event on the border has its name to its left: they must not lie on each other.
        return max(width, BORDER_ENDS + BORDER_STEP * (len(self.boundary_titles) - 1) if self.boundary_titles else 0.0), height

    @property
    def is_labelled(self) -> bool:
        """Activities have their title inside, the others beside them."""
        return bool(self.title) and self.kind.endswith(("Event", "Gateway"))

    @property
    def is_gateway(self) -> bool:
        return self.kind.endswith("Gateway")


@dataclass(frozen=True, slots=True)
class Edge:
    """A flow between two pieces; one that leaves a boundary event names it and has the host as source."""

    id: str
    source: str
    target: str
    title: str = ""
    boundary: str = ""
    is_default: bool = False


@dataclass(slots=True)
class Drawing:
    """The result, in coordinates of its own from (0, 0)."""

    width: float = 0.0
    height: float = 0.0
    shapes: dict[str, Box] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, list[Point]] = field(default_factory=dict)
    lanes: list[tuple[float, float]] = field(default_factory=list)
    """Upper edge and height of each lane."""


def text_width(text: str) -> float:
    """The width of a label on one line."""
    return sum(LETTER if ord(mark) > 0x2E7F else LETTER * 0.56 for mark in text)


def label_size(text: str, widest: float) -> tuple[float, float]:
    """Width and height of a label that wraps at `widest`."""
    whole = ceil(text_width(text)) + 1.0
    if whole <= widest:
        return whole, LINE
    lines = int(whole // (widest - LETTER)) + 1
    return widest, lines * LINE


def straightened(points: Sequence[Point]) -> list[Point]:
    """The same line without repeated points and without points between two others on one straight."""
    kept: list[Point] = []
    for point in points:
        if kept and kept[-1] == point:
            continue
        while len(kept) > 1 and _in_line(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    return kept


def segments(points: Sequence[Point]) -> list[tuple[Point, Point]]:
    return list(pairwise(points))


def _in_line(first: Point, middle: Point, last: Point) -> bool:
    return first[0] == middle[0] == last[0] or first[1] == middle[1] == last[1]
