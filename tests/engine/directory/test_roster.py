"""When nobody is on duty."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from engine.directory.roster import Span, gaps_in


def at(hour: int) -> datetime:
    return datetime.fromtimestamp(hour * 3600, UTC)


def gaps(*shifts: tuple[int, int], since: int = 0, until: int = 24) -> list[tuple[int, int]]:
    found = gaps_in(((at(begins), at(ends)) for begins, ends in shifts), at(since), at(until))
    return [(int(one.timestamp()) // 3600, int(two.timestamp()) // 3600) for one, two in found]


def test_an_empty_roster_is_one_gap() -> None:
    assert gaps() == [(0, 24)]


def test_shifts_that_follow_one_another_leave_no_gap() -> None:
    assert gaps((0, 8), (8, 16), (16, 24)) == []
    assert gaps((-5, 12), (8, 30)) == []


def test_gaps_before_between_and_after() -> None:
    assert gaps((20, 22), (4, 8), (5, 6), (10, 12)) == [(0, 4), (8, 10), (12, 20), (22, 24)]


def test_shifts_beyond_the_days_looked_at_do_not_count() -> None:
    assert gaps((-9, -3), (30, 40)) == [(0, 24)]


@given(st.lists(st.tuples(st.integers(-30, 60), st.integers(1, 20)).map(lambda one: (one[0], one[0] + one[1])), max_size=12))
def test_every_hour_is_in_a_gap_or_in_a_shift_and_never_in_both(shifts: list[tuple[int, int]]) -> None:
    found = gaps(*shifts)
    for hour in range(24):
        covered = any(begins <= hour < ends for begins, ends in shifts)
        assert any(begins <= hour < ends for begins, ends in found) is not covered
    assert all(begins < ends for begins, ends in found)


def test_a_span_is_a_pair_of_moments() -> None:
    shift: Span = (at(1), at(2))
    assert gaps_in([shift], at(1), at(2)) == ()
