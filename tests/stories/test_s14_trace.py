"""S-14 to the letter: its five lines, the whole trace in the order of the scenario, both seals at the end."""

from __future__ import annotations

import pytest

from engine.clock import in_china
from engine.errors import NotAllowed
from tests.stories.test_s14_incident import LEADER, OFFICE, finish, level_three, night, review
from tests.world import World


def decided(world: World) -> World:
    level_three(review(night(world).at("2026-10-03 03:00"), "2026-10-03 03:05"))
    return world.at("2026-10-03 04:10").complete("审定事件级别", by="lg_a", action="approve", decided_level="Ⅲ级",
                                                 decision_reason="同意")


def handled(world: World) -> World:
    decided(world).at("2026-10-03 20:30").complete("处置记录", by="sys_cie", progress="处置完毕", handled_at="2026-10-03T20:30",
                                                   done="已修复", loss="无", cause="弱口令", sabotage="不明")
    return world.complete("确认处置完毕", by="c_sec1", action="approve", handled_at="2026-10-03T20:30",
                          verified=["漏洞已修复", "服务已恢复"])


def archived(world: World) -> World:
    finish(handled(world))
    return world


def test_all_limits_are_met_and_the_office_confirms_them_as_in_time(world: World) -> None:
    archived(world)
    rows = world.view().deadlines
    assert {(row.status, row.proposed, row.finding) for row in rows} == {("met", "按时", "按时")}
    assert {row.id: next(f"{in_china(stage.due_at):%m-%d %H:%M:%S}" for stage in row.stages) for row in rows} == {
        "first_report": "10-03 02:40:00", "oral_complete": "10-03 02:40:00", "written_report": "10-03 03:10:00",
        "progress_report": "10-03 03:10:00", "after_report": "10-08 18:00:00"}


def test_after_the_deputy_reviewed_for_the_head_nobody_has_a_copy_left(world: World) -> None:
    review(night(world).at("2026-10-03 03:00"), "2026-10-03 03:05")
    assert "审核报告单" not in world.titles_for("head_cie") + world.titles_for("dep_cie")
    widened = next(entry for entry in world.trace() if entry.type == "TaskWidened")
    assert f"{in_china(widened.recorded_at):%H:%M:%S}" == "03:00:00"
    done = next(row for row in world.view().submissions if row.step_id == "review")
    assert done.actor_name == "信工院·分管领导"


def test_the_seal_is_asked_of_the_head_until_two_working_days_later(world: World) -> None:
    review(night(world).at("2026-10-03 03:00"), "2026-10-03 03:05")
    assert [title for title in world.titles_for("head_cie") if title == "补盖章"] == ["补盖章"]
    assert world.due("补盖章") == "2026-10-09 18:00:00"


def test_the_office_deciding_its_own_proposal_is_refused_and_stands_in_the_trace(world: World) -> None:
    level_three(review(night(world).at("2026-10-03 03:00"), "2026-10-03 03:05"))
    with pytest.raises(NotAllowed):
        world.complete("审定事件级别", by="office", action="approve", decided_level="Ⅲ级")
    refused = [entry for entry in world.trace() if entry.type == "ActionRefused"]
    assert [entry.element_title for entry in refused] == ["审定事件级别"]


def test_the_after_report_is_due_neither_on_sunday_nor_on_monday_of_the_holiday(world: World) -> None:
    assert handled(world).due("编写事后整改报告") == "2026-10-08 18:00:00"


def test_the_trace_of_the_night_stands_in_the_order_of_the_scenario(world: World) -> None:
    archived(world)
    told = [entry for entry in world.trace() if entry.type == "TaskCompleted"]
    scenario = ["登记安全事件", "保存证据", "隔离并保护现场", LEADER, OFFICE, "审核报告单", "提出事件级别", "审定事件级别", "处置记录",
                "审核事后整改报告", "补盖章", "补盖章（事后整改报告）"]
    assert [entry.element_title for entry in told if entry.element_title in scenario] == scenario
    by_moment = [(f"{in_china(entry.recorded_at):%m-%d %H:%M}", entry.actor_name) for entry in told if entry.element_title in scenario]
    assert by_moment == [
        ("10-03 02:12", "信工院·系统管理员"), ("10-03 02:15", "信工院·系统管理员"), ("10-03 02:18", "信工院·系统管理员"),
        ("10-03 02:31", "信工院·系统管理员"), ("10-03 02:36", "信工院·系统管理员"), ("10-03 03:05", "信工院·分管领导"),
        ("10-03 03:40", "领导小组办公室·值班"), ("10-03 04:10", "领导小组·成员甲"), ("10-03 20:30", "信工院·系统管理员"),
        ("10-08 18:00", "信工院·负责人"), ("10-09 09:00", "信工院·负责人"), ("10-09 09:00", "信工院·负责人")]
    assert world.trace()[-1].sentence.zh == "事项结束：已处置并归档"
