"""S-14: an incident in a National Day night, all limits met, the head absent; then the after-report."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.demo import college
from engine.errors import NotAllowed
from engine.store.queries.notices import unread
from engine.verbs import roster
from engine.views.roster import get_roster
from tests.world import INCIDENT, World, china


def register(world: World, *, by: str = "sys_cie", at: str = "2026-10-03 02:12",
             discovered: str = "2026-10-03T02:10", occurred: str = "2026-10-03T02:10") -> World:
    world.deploy(INCIDENT).at(at)
    return world.start("incident", "event", by=by, affected_unit="CIE", summary="首页被篡改", discovered_at=discovered,
                       occurred_at=occurred, occurred_precision="准确", contact_tel="6101")


def told(world: World, whom: str, at: str, *, by: str = "sys_cie") -> World:
    """An oral report logged at the moment it was made."""
    return world.at(at).complete(whom, by=by, reported="已报告", reported_at=at.replace(" ", "T"), reported_to="值班人员",
                                 reported_by=world.ids[by], how="电话")


def write_report(world: World, at: str, *, by: str = "sys_cie", title: str = "填写报告单") -> World:
    return world.at(at).complete(
        title, by=by, reporting_unit="CIE", affected_unit="CIE", occurred_at="2026-10-03T02:10", discovered_at="2026-10-03T02:10",
        occurred_precision="准确", filled_by=world.ids[by], categories="网络攻击类事件", harm="其它危害",
        description="首页被替换", measures="已断网保存证据", consequences="影响有限", scene_preserved="日志已留存", sabotage="不明")


LEADER, OFFICE = "口头报告分管（联系）校领导", "口头报告领导小组办公室"


def night(world: World) -> World:
    """Everything of the night up to the decided level III."""
    register(world)
    world.at("2026-10-03 02:15").complete("保存证据", by="sys_cie", kept_at="2026-10-03T02:15", what="首页截图与访问日志",
                                          scene="已保留", sabotage="不明")
    world.at("2026-10-03 02:18").complete("隔离并保护现场", by="sys_cie", isolated_at="2026-10-03T02:18", ways="断开网络")
    told(world, LEADER, "2026-10-03 02:31")
    told(world, OFFICE, "2026-10-03 02:36")
    world.at("2026-10-03 02:38").complete("确认接到口头报告（校领导）", by="leader", received="已接到",
                                          received_at="2026-10-03T02:31")
    world.complete("确认接到口头报告（办公室）", by="office", received="已接到", received_at="2026-10-03T02:36")
    return write_report(world, "2026-10-03 02:50")


def test_the_four_limits_of_the_regulation_are_computed_to_the_second(world: World) -> None:
    register(world)
    assert world.stage_dues("first_report")[0] == "2026-10-03 02:40:00"
    assert world.stage_dues("written_report") == ["2026-10-03 03:10:00"]
    assert world.stage_dues("progress_report") == ["2026-10-03 03:10:00"]
    assert world.due(LEADER) == world.due(OFFICE) == "2026-10-03 02:40:00"
    assert world.due("填写报告单") == "2026-10-03 03:10:00"


def test_ten_minutes_without_the_head_the_deputy_may_review_for_him(world: World) -> None:
    night(world)
    assert world.titles_for("head_cie") == ["审核报告单"]
    assert world.titles_for("dep_cie") == []
    world.at("2026-10-03 03:00")
    assert world.titles_for("head_cie") == world.titles_for("dep_cie") == ["审核报告单"]
    review(world, "2026-10-03 03:03")
    assert "审核报告单" not in world.titles_for("head_cie")
    done = next(entry for entry in world.trace() if entry.type == "TaskCompleted" and entry.element_title == "审核报告单")
    assert done.actor_name == "信工院·分管领导"
    assert done.acting_for is not None
    assert "信工院·负责人" in done.acting_for.zh


def review(world: World, at: str) -> World:
    return world.at(at).complete("审核报告单", by="dep_cie", action="approve",
                                 **{"head_signature": "yes", "unit_seal.sealed": "否"})


def level_three(world: World) -> World:
    world.at("2026-10-03 03:40").complete("提出事件级别", by="office", proposed_level="Ⅲ级", importance="重要", loss="网站停用",
                                          impact="较小")
    return world


def test_a_missing_seal_does_not_hurt_the_limits_and_is_asked_for_afterwards(world: World) -> None:
    review(night(world).at("2026-10-03 03:00"), "2026-10-03 03:03")
    for deadline in ("first_report", "oral_complete", "written_report", "progress_report"):
        assert world.deadline(deadline).status == "met", deadline
        assert world.deadline(deadline).proposed == "按时", deadline
    assert "补盖章" in world.titles_for("head_cie")
    assert world.due("补盖章").startswith("2026-10-09")


def test_the_office_may_propose_a_level_but_never_decide_it(world: World) -> None:
    level_three(review(night(world).at("2026-10-03 03:00"), "2026-10-03 03:03"))
    assert "审定事件级别" in world.titles_for("lg_a")
    with pytest.raises(NotAllowed):
        world.complete("审定事件级别", by="office", action="approve", decided_level="Ⅲ级", decision_reason="同意")
    refused = [entry for entry in world.trace() if entry.type == "ActionRefused"]
    assert [entry.actor_name for entry in refused] == ["领导小组办公室·值班"]


def test_the_after_report_is_due_on_the_first_working_day_after_the_holiday(world: World) -> None:
    level_three(review(night(world).at("2026-10-03 03:00"), "2026-10-03 03:03"))
    world.at("2026-10-03 04:10").complete("审定事件级别", by="lg_a", action="approve", decided_level="Ⅲ级", decision_reason="同意")
    assert world.view().variables["level"] == "Ⅲ级"
    world.at("2026-10-03 20:30").complete("处置记录", by="sys_cie", progress="处置完毕", handled_at="2026-10-03T20:30",
                                          done="已修复", loss="无", cause="弱口令", sabotage="不明")
    world.complete("确认处置完毕", by="c_sec1", action="approve", handled_at="2026-10-03T20:30", verified=["漏洞已修复", "服务已恢复"])
    assert world.stage_dues("after_report") == ["2026-10-08 18:00:00"]
    finish(world)
    view = world.view()
    assert (view.head.status, view.head.outcome) == ("ended", "已处置并归档")


def finish(world: World) -> None:
    """From the handled event to the archive: after-report on the last second, seals, findings, acceptance."""
    world.at("2026-10-08 17:00").complete(
        "编写事后整改报告", by="sys_cie", course="经过", cause="弱口令", loss_impact="无", measures="已修复",
        lessons="加强口令", assessment="可控", hazards="已排查", improvements="双因素", police="不涉及",
        written_by=world.ids["sys_cie"])
    world.at("2026-10-08 18:00").complete("审核事后整改报告", by="head_cie", action="approve",
                                          **{"head_signature": "yes", "unit_seal.sealed": "否"})
    assert world.deadline("after_report").status == "met"
    assert world.deadline("after_report").proposed == "按时"
    world.at("2026-10-09 09:00").complete("补盖章", by="head_cie", **{"unit_seal.sealed": "是", "unit_seal.sealed_on": "2026-10-09"})
    world.complete("确认时效", by="office", accountability="不启动")
    world.complete("接收事后整改报告", by="office", action="approve", follow_up=["无"])
    world.complete("补盖章（事后整改报告）", by="head_cie", **{"unit_seal.sealed": "是", "unit_seal.sealed_on": "2026-10-09"})


def test_the_trace_tells_the_night_in_order(world: World) -> None:
    level_three(review(night(world).at("2026-10-03 03:00"), "2026-10-03 03:03"))
    done = [entry.element_title for entry in world.trace() if entry.type == "TaskCompleted"]
    assert done == ["登记安全事件", "保存证据", "隔离并保护现场", LEADER, OFFICE, "确认接到口头报告（校领导）",
                    "确认接到口头报告（办公室）", "填写报告单", "审核报告单", "提出事件级别"]


def test_whoever_the_roster_has_on_duty_that_night_is_told_and_takes_part(world: World) -> None:
    world.deploy(INCIDENT).at("2026-10-02 09:00")
    with world.engine.begin(world.actor("padm")) as unit:
        for login, since in (("c_duty", "2026-10-02 08:00"), ("c_room", "2026-10-03 08:00")):
            roster.set_shift(unit, role="centre_duty", person_id=world.ids[login], since=china(since),
                             until=china(since) + timedelta(days=1))
    register(world)
    assert (world.titles_for("c_duty"), world.titles_for("c_room")) == (["保存证据"], [])
    with world.engine.read(world.actor("c_duty")) as read:
        assert [row.text.zh for row in unread(read)] == ["安全事件：信息工程学院 首页被篡改"]
    world.at("2026-10-03 08:00")
    assert (world.titles_for("c_duty"), world.titles_for("c_room")) == ([], ["保存证据"])


def test_the_roster_of_the_demonstration_has_no_gap_and_is_filled_up_at_every_start(world: World) -> None:
    world.deploy(INCIDENT)
    counts = []
    for moment in ("2026-09-01 08:00", "2026-09-01 09:00", "2026-09-11 09:00"):
        world.at(moment)
        college.fill_roster(world.engine, dict(world.ids))
        with world.engine.read(world.actor("padm")) as read:
            view = get_roster(read)
        assert view.gaps == ()
        assert view.roles[0].id == "centre_duty"
        counts.append(len(view.shifts))
    assert counts == [college.DAYS_ON_ROSTER] * 3
