"""S-16: an event found two days late, both ways of counting side by side, and a corrected beginning."""

from __future__ import annotations

from datetime import datetime

import pytest

from engine.clock import in_china
from engine.errors import NotAllowed, SubmissionInvalid
from tests.stories.incident_acts import (
    HEARD_LEADER,
    HEARD_OFFICE,
    LEADER,
    OFFICE,
    REVIEW,
    WRITE,
    Times,
    both_heard,
    completed,
    register,
    send,
    tell_both,
    write,
)
from tests.world import World

TIMES = Times("2026-11-14 01:00", "2026-11-16 08:10")
CORRECTED = {"occurred_at": "2026-11-16T07:50", "discovered_at": "2026-11-16T08:10"}
REASON = {"finding_reason.first_report": "发现滞后，非隐瞒", "finding_reason.written_report": "发现滞后，非隐瞒"}


def reported(world: World) -> World:
    register(world, "2026-11-16 08:12", TIMES)
    both_heard(tell_both(world, "2026-11-16 08:35"), "2026-11-16 08:35")
    write(world, "2026-11-16 09:00", TIMES)
    return send(world, "2026-11-16 09:05")


def literal_dues(world: World, deadline: str) -> list[str]:
    return [f"{in_china(stage.due_at):%Y-%m-%d %H:%M}" for stage in world.deadline(deadline).other_stages["occurred"]]


def results(world: World, deadline: str) -> tuple[str | None, str | None]:
    """What the clock proposes: counted from the discovery, and to the letter from the beginning."""
    row = world.deadline(deadline)
    return row.proposed, row.literal_finding


def test_the_limits_follow_the_discovery_and_the_literal_ones_stand_beside_them_as_past(world: World) -> None:
    register(world, "2026-11-16 08:12", TIMES)
    assert world.stage_dues("first_report")[0] == "2026-11-16 08:40:00"
    assert world.stage_dues("written_report") == ["2026-11-16 09:10:00"]
    assert literal_dues(world, "first_report")[0] == "2026-11-14 01:30"
    assert literal_dues(world, "written_report") == ["2026-11-14 02:00"]
    assert results(world, "first_report") == (None, "瞒报")
    assert results(world, "written_report") == (None, "书面逾期")


def test_the_proposal_is_in_time_and_the_literal_result_is_shown_with_it(world: World) -> None:
    reported(world)
    assert results(world, "first_report") == ("按时", "瞒报")
    assert results(world, "written_report") == ("按时", "书面逾期")
    assert results(world, "progress_report") == ("按时", None)
    assert "确认时效" in world.titles_for("office")


def test_the_office_says_why_when_the_two_results_differ(world: World) -> None:
    reported(world)
    with pytest.raises(SubmissionInvalid) as refused:
        world.complete("确认时效", by="office", accountability="不启动")
    assert {error.field for error in refused.value.errors} == set(REASON)
    world.complete("确认时效", by="office", accountability="不启动", **REASON)
    row = world.deadline("first_report")
    assert (row.finding, row.reason) == ("按时", "发现滞后，非隐瞒")


def confirmed(world: World) -> World:
    return reported(world).complete("确认时效", by="office", accountability="不启动", **REASON)


def asked(world: World) -> World:
    return confirmed(world).at("2026-11-17 10:00").request("correct_times", by="sys_cie", reason="日志时区错误", **CORRECTED)


def test_a_correction_without_a_reason_or_without_a_change_is_refused(world: World) -> None:
    confirmed(world).at("2026-11-17 10:00")
    with pytest.raises(SubmissionInvalid) as refused:
        world.request("correct_times", by="sys_cie", **CORRECTED)
    assert [error.field for error in refused.value.errors] == ["reason"]
    with pytest.raises(SubmissionInvalid):
        world.request("correct_times", by="sys_cie", reason="日志时区错误", occurred_at="2026-11-14T01:00",
                      discovered_at="2026-11-16T08:10")
    assert "核对更正" not in world.open_titles()


def test_before_the_office_confirms_a_correction_it_has_no_effect(world: World) -> None:
    asked(world)
    assert world.titles_for("office").count("核对更正") == 1
    assert results(world, "first_report") == ("按时", "瞒报")
    assert literal_dues(world, "first_report")[0] == "2026-11-14 01:30"
    with pytest.raises(NotAllowed):
        world.complete("核对更正", by="sys_cie", action="approve", confirm_note="自己确认")


def test_a_refused_correction_changes_nothing_and_may_be_asked_for_again(world: World) -> None:
    asked(world).at("2026-11-17 10:30").complete("核对更正", by="office", action="reject", confirm_note="日志未提供",
                                                 comment="日志未提供")
    assert results(world, "written_report") == ("按时", "书面逾期")
    assert literal_dues(world, "written_report") == ["2026-11-14 02:00"]
    assert "correct_times" in [offer.id for offer in world.view(by="sys_cie").requests_offered]


def corrected(world: World) -> World:
    return asked(world).at("2026-11-17 10:30").complete("核对更正", by="office", action="approve", confirm_note="已核对原始日志")


def test_after_the_confirmation_the_literal_result_is_counted_from_the_new_beginning(world: World) -> None:
    corrected(world)
    assert results(world, "first_report") == ("按时", "口头初报逾期（缓报）")
    assert results(world, "written_report") == ("按时", "书面逾期")
    assert literal_dues(world, "first_report")[0] == "2026-11-16 08:20"
    assert literal_dues(world, "written_report") == ["2026-11-16 08:50"]
    assert world.stage_dues("first_report")[0] == "2026-11-16 08:40:00"
    assert world.deadline("first_report").finding == "按时"


def occurred_in(world: World, step: str) -> list[str]:
    moments = [row.answers["occurred_at"] for row in world.view().submissions if row.step_id == step]
    return [f"{in_china(moment):%Y-%m-%d %H:%M}" for moment in moments if isinstance(moment, datetime)]


def test_the_first_version_of_the_report_stays_as_it_was_written(world: World) -> None:
    corrected(world)
    assert occurred_in(world, "write") == ["2026-11-14 01:00"]
    assert occurred_in(world, "event") == ["2026-11-14 01:00"]
    assert occurred_in(world, "correct_times") == ["2026-11-16 07:50"]


def test_the_trace_tells_the_correction_in_order(world: World) -> None:
    corrected(world)
    assert completed(world) == [
        "登记安全事件", LEADER, OFFICE, HEARD_LEADER, HEARD_OFFICE, WRITE, REVIEW, "确认时效", "更正事件时间", "核对更正"]
    after = [entry.type for entry in world.trace()][-2:]
    assert after == ["DeadlineRebased", "DeadlineRebased"]
    changed = [(old, new) for entry in world.trace() for name, old, new in entry.changes if name == "known_start"]
    assert changed[-1] == ("2026-11-14 01:00:00", "2026-11-16 07:50:00")
