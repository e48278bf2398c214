"""Values as JSON and back: nothing is lost, and people can read it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import Range, YearsMonthsDuration, compile_expression, from_json, to_json
from engine.feel.values import Exclusion

_OFFSETS = st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_ZONES = st.one_of(st.none(), st.just(UTC), _OFFSETS, st.just(ZoneInfo("Asia/Shanghai")))
_ENDS = st.one_of(st.none(), st.decimals(allow_nan=False, allow_infinity=False), st.dates())
_SCALARS = st.one_of(
    st.none(), st.booleans(), st.text(), st.decimals(allow_nan=False, allow_infinity=False, places=4),
    st.integers(-10**30, 10**30).map(Decimal), st.dates(), st.times(timezones=st.one_of(st.none(), _OFFSETS)),
    st.datetimes(min_value=datetime(1900, 1, 3), max_value=datetime(2200, 1, 1), timezones=_ZONES),  # noqa: DTZ001
    st.timedeltas(), st.integers(-100_000, 100_000).map(YearsMonthsDuration),
    st.builds(Range, _ENDS, _ENDS, st.booleans(), st.booleans(), st.sampled_from(["", "start", "end"])),
    st.builds(Exclusion, st.text()),
)
VALUES = st.recursive(_SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
    st.text() | st.text().map(lambda text: "@" + text) | st.sampled_from(["@date", "@@number"]), inner, max_size=4), max_leaves=12)


@settings(deadline=None, print_blob=True)
@given(VALUES)
def test_every_value_survives_json(value: object) -> None:
    text = json.dumps(to_json(value), ensure_ascii=False, sort_keys=True)
    assert from_json(json.loads(text)) == value


@pytest.mark.parametrize(("value", "written"), [
    (Decimal(3), 3), (3, 3), (Decimal("1.50"), {"@number": "1.50"}), (Decimal("2.00"), 2), (True, True), (None, None),
    (date(2026, 10, 3), {"@date": "2026-10-03"}),
    (datetime(2026, 10, 3, 1, tzinfo=UTC), {"@moment": "2026-10-03T01:00:00Z"}),
    (datetime(2026, 10, 3, 9, tzinfo=timezone(timedelta(hours=8))),
     {"@moment": "2026-10-03T01:00:00Z", "@offset": "+08:00"}),
    (datetime(2026, 10, 3, 9), {"@moment": "2026-10-03T09:00:00"}),  # noqa: DTZ001
    (time(8, 30), {"@time": "08:30:00"}), (timedelta(days=1, minutes=5), {"@duration": "P1DT5M"}),
    (YearsMonthsDuration(-14), {"@duration": "-P1Y2M"}), ({"@a": 1, "b": ["x"]}, {"@@a": 1, "b": ["x"]}),
])
def test_json_is_readable(value: object, written: object) -> None:
    assert to_json(value) == written
    assert from_json(written) == value


def test_a_function_is_no_data() -> None:
    with pytest.raises(TypeError):
        to_json(compile_expression("function(a) a").evaluate({}))


@pytest.mark.parametrize("written", [{"@what": 1}, {"@date": "2026-13-01"}, {"@moment": "soon"}])
def test_json_that_was_never_written_here_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="un"):
        from_json(written)


def test_a_duration_shows_years_and_months_with_its_sign() -> None:
    assert (YearsMonthsDuration(-20).years, YearsMonthsDuration(-20).months) == (-1, -8)
