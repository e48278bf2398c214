"""Windows of schedules (policy T-7), in China's days."""

from __future__ import annotations

from itertools import pairwise

import pytest

from engine.clock import in_china
from engine.worktime.calendar import state_council_calendar
from engine.worktime.every import parse_every
from engine.worktime.windows import next_window, window_from
from tests.world import china

CALENDAR = state_council_calendar()


@pytest.mark.parametrize("every, after, start, end", [
    ("week", "2026-11-04 12:00", "2026-11-09 00:00:00", "2026-11-13 18:00:00"),
    ("week", "2026-11-08 23:59", "2026-11-09 00:00:00", "2026-11-13 18:00:00"),
    ("week", "2026-11-09 00:00", "2026-11-16 00:00:00", "2026-11-20 18:00:00"),
    ("day", "2026-11-06 10:00", "2026-11-07 00:00:00", "2026-11-07 23:59:59"),      # a Saturday: no working day in it
    ("day", "2026-11-08 10:00", "2026-11-09 00:00:00", "2026-11-09 18:00:00"),
    ("month", "2026-01-31 10:00", "2026-02-01 00:00:00", "2026-02-28 18:00:00"),    # 28 February 2026 is worked
    ("quarter", "2026-11-02 10:00", "2027-01-01 00:00:00", "2027-03-31 18:00:00"),
    ("year", "2026-11-02 10:00", "2027-01-01 00:00:00", "2027-12-31 18:00:00"),
    ("6 months", "2026-11-02 10:00", "2027-01-01 00:00:00", "2027-06-30 18:00:00"),
])
def test_the_next_window_begins_at_midnight_and_ends_with_its_last_working_day(every: str, after: str, start: str,
                                                                               end: str) -> None:
    window = next_window(parse_every(every), china(after), CALENDAR)
    assert (f"{in_china(window.start):%Y-%m-%d %H:%M:%S}", f"{in_china(window.end):%Y-%m-%d %H:%M:%S}") == (start, end)
    assert window_from(parse_every(every), window.start, CALENDAR) == window


def test_windows_of_two_weeks_follow_one_another_wherever_one_begins_to_ask() -> None:
    every = parse_every("2 weeks")
    starts = {next_window(every, china(f"2026-11-{day:02} 08:00"), CALENDAR).start for day in range(1, 29)}
    ordered = sorted(starts)
    assert [(later - earlier).days for earlier, later in pairwise(ordered)] == [14] * (len(ordered) - 1)
