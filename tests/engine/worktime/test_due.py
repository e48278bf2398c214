"""When limits end: the dates of the acceptance scenarios, and laws that hold for all dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clock import CHINA
from engine.worktime.calendar import state_council_calendar
from engine.worktime.due import due_at, is_in_time, moment_of_fraction, working_days_after
from engine.worktime.limit import Limit, LimitInvalid, Unit, parse_limit

CALENDAR = state_council_calendar()


def china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def due(limit: str, base: str) -> str:
    return due_at(parse_limit(limit), china(base), CALENDAR).at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(("scenario", "limit", "base", "expected"), [
    ("S-01 head signs", "2 working days", "2026-09-30 16:40:00", "2026-10-09 18:00:00"),
    ("S-01 review over a worked Saturday", "3 working days", "2026-10-09 18:00:00", "2026-10-13 18:00:00"),
    ("S-04 calendar days do not roll", "2 calendar days", "2026-11-05 00:00:00", "2026-11-07 23:59:59"),
    ("S-06 entry after National Day", "1 working day before", "2026-10-08 09:00:00", "2026-09-30 18:00:00"),
    ("S-06 entry on a worked Saturday", "1 working day before", "2026-10-10 14:00:00", "2026-10-09 18:00:00"),
    ("S-07 hours run through holidays", "24 hours", "2026-10-02 15:20:00", "2026-10-03 15:20:00"),
    ("S-09 anniversary", "1 year", "2026-03-05 09:00:00", "2027-03-05 23:59:59"),
    ("S-09 leap base, first year", "1 year", "2024-02-29 10:00:00", "2025-02-28 23:59:59"),
    ("S-09 leap base comes back", "4 years", "2024-02-29 10:00:00", "2028-02-29 23:59:59"),
    ("S-10 notice", "30 calendar days", "2026-11-23 10:00:00", "2026-12-23 23:59:59"),
    ("S-11 fix", "10 working days", "2026-11-18 11:00:00", "2026-12-02 18:00:00"),
    ("S-14 oral", "30 minutes", "2026-10-03 02:10:00", "2026-10-03 02:40:00"),
    ("S-14 written", "1 hour", "2026-10-03 02:10:00", "2026-10-03 03:10:00"),
    ("S-14 post report", "1 working day", "2026-10-03 20:30:00", "2026-10-08 18:00:00"),
    ("S-15 oral", "30 minutes", "2026-11-12 09:00:00", "2026-11-12 09:30:00"),
    ("S-15 missed", "1 hour", "2026-11-12 09:00:00", "2026-11-12 10:00:00"),
    ("S-15 concealed", "2 hours", "2026-11-12 09:00:00", "2026-11-12 11:00:00"),
    ("S-18 four hours at night", "4 hours", "2026-12-24 23:30:00", "2026-12-25 03:30:00"),
    ("S-18 post report", "1 working day", "2026-12-28 16:00:00", "2026-12-29 18:00:00"),
    ("S-18 summary", "30 calendar days", "2026-12-28 16:00:00", "2027-01-27 23:59:59"),
    ("S-19 A", "6 months", "2026-08-31 00:00:00", "2027-02-28 23:59:59"),
    ("S-19 B", "12 months", "2025-11-30 00:00:00", "2026-11-30 23:59:59"),
    ("S-19 C", "24 months", "2024-02-29 00:00:00", "2026-02-28 23:59:59"),
    ("S-19 D", "12 months", "2026-01-15 00:00:00", "2027-01-15 23:59:59"),
    ("S-19 A early", "6 months", "2027-01-20 00:00:00", "2027-07-20 23:59:59"),
    ("S-20 acknowledge", "1 working day", "2026-11-17 10:00:00", "2026-11-18 18:00:00"),
    ("S-21 a day before the campaign ends", "1 working day before", "2026-10-10 18:00:00", "2026-10-09 18:00:00"),
    ("S-22 notice inside the holiday", "2 calendar days", "2026-09-30 00:00:00", "2026-10-02 23:59:59"),
])
def test_the_dates_of_the_scenarios(scenario: str, limit: str, base: str, expected: str) -> None:
    assert due(limit, base) == expected, scenario


def test_the_due_second_is_in_time_and_the_next_one_is_not() -> None:
    end = due_at(Limit(30, "minutes"), china("2026-11-12 09:00:00"), CALENDAR).at
    assert is_in_time(china("2026-11-12 09:30:00"), end)
    assert is_in_time(china("2026-11-12 09:30:00.900000"), end)
    assert not is_in_time(china("2026-11-12 09:30:01"), end)


@pytest.mark.parametrize(("base", "expected"), [
    ("2026-01-31 09:00:00", "2026-02-28 23:59:59"), ("2024-01-31 09:00:00", "2024-02-29 23:59:59"),
    ("2026-03-31 09:00:00", "2026-04-30 23:59:59"), ("2026-12-31 23:59:59", "2027-01-31 23:59:59"),
    ("2026-02-28 09:00:00", "2026-03-28 23:59:59"), ("2028-02-29 09:00:00", "2028-03-29 23:59:59")])
def test_months_keep_the_day_or_end_with_the_month(base: str, expected: str) -> None:
    assert due("1 month", base) == expected


def test_limits_cross_the_year_end() -> None:
    assert due("24 hours", "2026-12-31 23:59:59") == "2027-01-01 23:59:59"
    assert due("1 calendar day", "2026-12-31 08:00:00") == "2027-01-01 23:59:59"
    assert due("1 working day", "2025-12-31 08:00:00") == "2026-01-04 18:00:00"
    assert due("2 weeks", "2026-12-25 08:00:00") == "2027-01-08 23:59:59"


def test_the_day_of_the_base_is_the_day_in_china() -> None:
    base = datetime(2026, 11, 19, 16, 30, tzinfo=UTC)
    assert due_at(Limit(1, "working days"), base, CALENDAR).at == china("2026-11-23 18:00:00")


def test_counting_working_days_through_an_unpublished_year_is_provisional() -> None:
    across = due_at(Limit(1, "working days"), china("2026-12-31 10:00:00"), CALENDAR)
    assert across.provisional
    assert across.at == china("2027-01-04 18:00:00")
    assert due_at(Limit(1, "working days", before=True), china("2027-01-05 10:00:00"), CALENDAR).provisional


def test_a_published_year_replaces_the_guess() -> None:
    entered = state_council_calendar(off_days=[date(2027, 1, 4)], published_years=[2027])
    across = due_at(Limit(1, "working days"), china("2026-12-31 10:00:00"), entered)
    assert not across.provisional
    assert across.at == china("2027-01-05 18:00:00")


@pytest.mark.parametrize("limit", ["24 hours", "5 calendar days", "2 months", "3 working days"])
def test_what_does_not_count_unpublished_working_days_is_certain(limit: str) -> None:
    assert not due_at(parse_limit(limit), china("2026-12-28 10:00:00"), CALENDAR).provisional


def test_a_reminder_stands_at_its_fraction_of_the_limit() -> None:
    base, end = china("2026-10-03 02:10:00"), china("2026-10-03 02:40:00")
    assert moment_of_fraction(base, end, Decimal("0.5")) == china("2026-10-03 02:25:00")
    assert moment_of_fraction(base, end, Decimal(1)) == end
    assert due_at(parse_limit("5 minutes before"), end, CALENDAR).at == china("2026-10-03 02:35:00")


@pytest.mark.parametrize(("base", "count", "expected"), [
    (china("2026-09-30 16:40:00"), 2, "2026-10-09T18:00:00+08:00"), (date(2026, 9, 30), 1, "2026-10-08T18:00:00+08:00"),
    (date(2026, 10, 8), -1, "2026-09-30T18:00:00+08:00"), (date(2026, 10, 3), 0, "2026-10-03T18:00:00+08:00")])
def test_definitions_may_ask_for_working_days(base: date, count: int, expected: str) -> None:
    found = working_days_after(base, count, CALENDAR)
    assert found is not None
    assert found.isoformat() == expected


def test_working_days_after_nothing_are_nothing() -> None:
    assert working_days_after(None, 3, CALENDAR) is None


def test_a_base_beyond_the_calendar_is_refused_with_a_sentence() -> None:
    with pytest.raises(LimitInvalid, match="9997"):
        due_at(Limit(100, "years"), china("9998-01-01 00:00:00"), CALENDAR)


limits = st.builds(Limit, st.integers(1, 60), st.sampled_from(get_args(Unit)))
moments = st.timedeltas(timedelta(0), timedelta(days=1460)).map(lambda passed: china("2025-01-01") + passed)


@given(limits, moments, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_later_base_never_ends_earlier(limit: Limit, base: datetime, later: timedelta) -> None:
    assert due_at(limit, base, CALENDAR).at <= due_at(limit, base + later, CALENDAR).at


@given(limits, moments, st.integers(1, 40))
def test_a_longer_limit_ends_later(limit: Limit, base: datetime, more: int) -> None:
    longer = Limit(limit.amount + more, limit.unit)
    assert due_at(limit, base, CALENDAR).at < due_at(longer, base, CALENDAR).at


@given(limits, moments)
def test_every_limit_ends_after_its_base_and_every_backward_limit_before_it(limit: Limit, base: datetime) -> None:
    assert due_at(limit, base, CALENDAR).at > base
    assert due_at(Limit(limit.amount, limit.unit, before=True), base, CALENDAR).at < base


@given(moments, st.integers(1, 30))
def test_working_days_end_on_a_working_day_with_exactly_that_many_between(base: datetime, count: int) -> None:
    end = due_at(Limit(count, "working days"), base, CALENDAR).at.astimezone(CHINA)
    first = base.date() + timedelta(days=1)
    counted = [first + timedelta(days=n) for n in range((end.date() - base.date()).days)]
    assert sum(map(CALENDAR.is_working_day, counted)) == count
    assert CALENDAR.is_working_day(end.date())


@given(moments, limits, st.decimals(0, 1, places=2))
def test_every_fraction_lies_between_base_and_due(base: datetime, limit: Limit, fraction: Decimal) -> None:
    end = due_at(limit, base, CALENDAR).at
    assert base <= moment_of_fraction(base, end, fraction) <= end
