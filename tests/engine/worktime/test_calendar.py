"""Which days are worked."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from engine.worktime.calendar import state_council_calendar

CALENDAR = state_council_calendar()


def days(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


OFF_2026 = [day for first, last in [
    ("2026-01-01", "2026-01-03"), ("2026-02-15", "2026-02-23"), ("2026-04-04", "2026-04-06"),
    ("2026-05-01", "2026-05-05"), ("2026-06-19", "2026-06-21"), ("2026-09-25", "2026-09-27"),
    ("2026-10-01", "2026-10-07")] for day in days(first, last)]
WORKED_2026 = [date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20),
               date(2026, 10, 10)]


def test_every_day_of_2026_is_as_the_notice_says() -> None:
    for day in days("2026-01-01", "2026-12-31"):
        weekday = day.weekday() < 5
        assert CALENDAR.is_working_day(day) == (day in WORKED_2026 or (weekday and day not in OFF_2026)), day
        assert not CALENDAR.is_provisional(day)


@pytest.mark.parametrize(("day", "worked"), [
    ("2027-01-01", False), ("2027-01-04", True), ("2027-02-08", True), ("2027-05-01", False), ("2027-05-03", True),
    ("2027-10-01", False), ("2027-10-04", True), ("2027-10-09", False), ("2027-10-10", False)])
def test_an_unpublished_year_is_guessed_and_marked_provisional(day: str, *, worked: bool) -> None:
    assert CALENDAR.is_working_day(date.fromisoformat(day)) == worked
    assert CALENDAR.is_provisional(date.fromisoformat(day))


def test_the_institution_may_take_a_day_off_and_work_on_a_holiday() -> None:
    own = state_council_calendar(off_days=[date(2026, 9, 20), date(2026, 11, 20)], work_days=[date(2026, 10, 7)])
    assert not own.is_working_day(date(2026, 9, 20))
    assert not own.is_working_day(date(2026, 11, 20))
    assert own.is_working_day(date(2026, 10, 7))


def test_a_year_entered_by_hand_is_no_longer_provisional() -> None:
    own = state_council_calendar(off_days=days("2027-02-05", "2027-02-11"), work_days=[date(2027, 2, 14)],
                                 published_years=[2027])
    assert not own.is_provisional(date(2027, 3, 1))
    assert not own.is_working_day(date(2027, 2, 8))
    assert own.is_working_day(date(2027, 2, 14))


def test_one_entered_day_of_an_unpublished_year_is_certain_the_others_stay_provisional() -> None:
    own = state_council_calendar(off_days=[date(2027, 2, 8)])
    assert not own.is_provisional(date(2027, 2, 8))
    assert own.is_provisional(date(2027, 2, 9))


def test_a_day_cannot_be_both_off_and_worked() -> None:
    with pytest.raises(ValueError, match="2026-11-20"):
        state_council_calendar(off_days=[date(2026, 11, 20)], work_days=[date(2026, 11, 20)])


def test_end_of_business_is_a_setting_in_china_time() -> None:
    closing = state_council_calendar(end_of_business=time(17, 30)).closing(date(2026, 11, 20))
    assert closing.isoformat() == "2026-11-20T09:30:00+00:00"
