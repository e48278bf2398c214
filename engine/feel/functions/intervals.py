"""Built-in functions over ranges and points: how two of them lie to each other (Allen's relations).

A point stands for itself; every relation is put together from comparisons of ends, so that anything that
cannot be ordered gives null.
"""

from __future__ import annotations

from engine.feel.errors import NoValue
from engine.feel.functions.registry import Declarations
from engine.feel.kinds import Range, kind
from engine.feel.operators import compare, equal

FUNCTIONS = feel = Declarations()




def _less(left: object, right: object) -> bool:
    answer = compare("<", left, right)
    if answer is None:
        raise NoValue
    return answer


def _same(left: object, right: object) -> bool:
    if kind(left) != kind(right) or left is None:
        raise NoValue
    return equal(left, right) is True


def _ends_before(left: object, right: object) -> bool:
    """Whether everything of the left lies before everything of the right."""
    end, end_in = (left.end, left.end_included) if isinstance(left, Range) else (left, True)
    start, start_in = (right.start, right.start_included) if isinstance(right, Range) else (right, True)
    return _less(end, start) or (_same(end, start) and not (end_in and start_in))


def _starts_first(left: Range, right: Range) -> bool:
    """Whether the left starts before the right does."""
    return _less(left.start, right.start) or (
        _same(left.start, right.start) and left.start_included and not right.start_included)


def _ends_last(left: Range, right: Range) -> bool:
    """Whether the left ends after the right does."""
    return _less(right.end, left.end) or (_same(left.end, right.end) and left.end_included and not right.end_included)


def _start_together(left: Range, right: Range) -> bool:
    return _same(left.start, right.start) and left.start_included == right.start_included


def _end_together(left: Range, right: Range) -> bool:
    return _same(left.end, right.end) and left.end_included == right.end_included


def _holds(outer: Range, point: object) -> bool:
    return not _ends_before(outer, point) and not _ends_before(point, outer)


@feel("before(a: any, b: any) -> boolean")
@feel("before(point1: any, point2: any) -> boolean")
@feel("before(point: any, range: any) -> boolean")
@feel("before(range: any, point: any) -> boolean")
@feel("before(range1: any, range2: any) -> boolean")
def before(first: object, second: object) -> object:
    return _ends_before(first, second)


@feel("after(a: any, b: any) -> boolean")
@feel("after(point1: any, point2: any) -> boolean")
@feel("after(point: any, range: any) -> boolean")
@feel("after(range: any, point: any) -> boolean")
@feel("after(range1: any, range2: any) -> boolean")
def after(first: object, second: object) -> object:
    return _ends_before(second, first)


@feel("meets(range1: range, range2: range) -> boolean")
def meets(range1: Range, range2: Range) -> object:
    return _same(range1.end, range2.start) and range1.end_included and range2.start_included


@feel("met by(range1: range, range2: range) -> boolean")
def met_by(range1: Range, range2: Range) -> object:
    return meets(range2, range1)


@feel("overlaps(range1: range, range2: range) -> boolean")
def overlaps(range1: Range, range2: Range) -> object:
    return not _ends_before(range1, range2) and not _ends_before(range2, range1)


@feel("overlaps before(range1: range, range2: range) -> boolean")
def overlaps_before(range1: Range, range2: Range) -> object:
    return bool(overlaps(range1, range2)) and _starts_first(range1, range2) and not _ends_last(range1, range2)


@feel("overlaps after(range1: range, range2: range) -> boolean")
def overlaps_after(range1: Range, range2: Range) -> object:
    return bool(overlaps(range1, range2)) and _starts_first(range2, range1) and not _ends_last(range2, range1)


@feel("finishes(point: any, range: range) -> boolean")
@feel("finishes(range1: any, range2: range) -> boolean")
def finishes(first: object, second: Range) -> object:
    if not isinstance(first, Range):
        return second.end_included and _same(first, second.end)
    return _end_together(first, second) and not _starts_first(first, second)


@feel("finished by(range: range, point: any) -> boolean")
@feel("finished by(range1: range, range2: any) -> boolean")
def finished_by(first: Range, second: object) -> object:
    return finishes(second, first)


@feel("includes(range: range, point: any) -> boolean")
@feel("includes(range1: range, range2: any) -> boolean")
def includes(first: Range, second: object) -> object:
    if not isinstance(second, Range):
        return _holds(first, second)
    return not _starts_first(second, first) and not _ends_last(second, first)


@feel("during(point: any, range: range) -> boolean")
@feel("during(range1: any, range2: range) -> boolean")
def during(first: object, second: Range) -> object:
    return includes(second, first)


@feel("starts(point: any, range: range) -> boolean")
@feel("starts(range1: any, range2: range) -> boolean")
def starts(first: object, second: Range) -> object:
    if not isinstance(first, Range):
        return second.start_included and _same(first, second.start)
    return _start_together(first, second) and not _ends_last(first, second)


@feel("started by(range: range, point: any) -> boolean")
@feel("started by(range1: range, range2: any) -> boolean")
def started_by(first: Range, second: object) -> object:
    return starts(second, first)


@feel("coincides(point1: any, point2: any) -> boolean")
@feel("coincides(range1: any, range2: any) -> boolean")
def coincides(first: object, second: object) -> object:
    if isinstance(first, Range) and isinstance(second, Range):
        return _start_together(first, second) and _end_together(first, second)
    return _same(first, second)
