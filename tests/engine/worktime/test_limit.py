"""How limits are written and said."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.worktime.limit import Limit, LimitInvalid, Unit, parse_limit


@pytest.mark.parametrize(("text", "expected"), [
    ("30 minutes", Limit(30, "minutes")),
    ("1 minute", Limit(1, "minutes")),
    ("PT30M", Limit(30, "minutes")),
    ("pt1h30m", Limit(90, "minutes")),
    ("24 hours", Limit(24, "hours")),
    ("PT24H", Limit(24, "hours")),
    ("2 calendar days", Limit(2, "calendar days")),
    ("P2D", Limit(2, "calendar days")),
    ("3  Working  Days", Limit(3, "working days")),
    ("1 working day before", Limit(1, "working days", before=True)),
    ("5 minutes before", Limit(5, "minutes", before=True)),
    ("2 weeks", Limit(2, "weeks")),
    ("P2W", Limit(2, "weeks")),
    ("6 months", Limit(6, "months")),
    ("P1Y6M", Limit(18, "months")),
    ("2 years", Limit(2, "years")),
    ("30分钟", Limit(30, "minutes")),
    ("２４ 个小时", Limit(24, "hours")),
    ("3个工作日", Limit(3, "working days")),
    ("2个自然日", Limit(2, "calendar days")),
    ("提前1个工作日", Limit(1, "working days", before=True)),
    ("1个工作日前", Limit(1, "working days", before=True)),
    ("6个月", Limit(6, "months")),
    ("2周", Limit(2, "weeks")),
    ("1年", Limit(1, "years")),
])
def test_a_limit_may_be_written_in_english_chinese_or_iso(text: str, expected: Limit) -> None:
    assert parse_limit(text) == expected


@given(st.builds(Limit, st.integers(1, 100), st.sampled_from(get_args(Unit)), st.booleans()))
def test_what_a_limit_says_of_itself_reads_back_as_the_same_limit(limit: Limit) -> None:
    assert parse_limit(limit.zh) == limit == parse_limit(limit.en)


def test_a_bare_number_is_refused_because_its_unit_is_unknown() -> None:
    with pytest.raises(LimitInvalid) as refused:
        parse_limit("30")
    assert refused.value.zh == "时限“30”只有数字，缺少单位"
    assert "30 minutes" in refused.value.hint_en


@pytest.mark.parametrize("text", ["2 days", "1 day", "2天", "2 日", "两天"])
def test_days_that_are_neither_calendar_nor_working_days_are_refused(text: str) -> None:
    with pytest.raises(LimitInvalid) as refused:
        parse_limit(text)
    assert "自然日" in refused.value.hint_zh
    assert "工作日" in refused.value.hint_zh


@pytest.mark.parametrize("text", ["", "soon", "P", "PT", "P1DT2H", "P1Y2W", "-3 hours", "1.5 hours", "0 minutes", "PT0M",
                                  "3 working", "before", "30 minutes after", "9" * 5000 + " hours", "立即", "PT30S"])
def test_what_is_no_limit_is_refused_in_both_languages(text: str) -> None:
    with pytest.raises(LimitInvalid) as refused:
        parse_limit(text)
    assert refused.value.zh
    assert refused.value.en


def test_only_minutes_and_hours_are_elapsed_time() -> None:
    assert Limit(30, "minutes").duration == timedelta(minutes=30)
    assert Limit(24, "hours").duration == timedelta(days=1)
    assert not Limit(2, "calendar days").is_elapsed
    assert Limit(2, "calendar days").duration is None


@given(st.text(max_size=30))
def test_any_text_is_a_limit_or_refused_with_a_sentence(text: str) -> None:
    try:
        limit = parse_limit(text)
    except LimitInvalid:
        return
    assert limit.amount >= 1
