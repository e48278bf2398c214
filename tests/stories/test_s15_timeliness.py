"""S-15: the boundaries of 缓报, 漏报 and 瞒报, to the second; every proposal is made final by the office."""

from __future__ import annotations

import pytest

from engine.errors import SubmissionInvalid
from engine.store.queries.notices import unread
from tests.stories.test_s14_incident import LEADER, OFFICE, told
from tests.world import INCIDENT, World

BASE = "2026-11-12T09:00"
SOON, ORAL_LATE, OMITTED, CONCEALED = "按时", "口头初报逾期（缓报）", "漏报", "瞒报"


def incident(world: World) -> World:
    world.deploy(INCIDENT).at("2026-11-12 09:05")
    return world.start("incident", "event", by="sys_cie", affected_unit="CIE", summary="系统中毒", discovered_at=BASE,
                       occurred_at=BASE, occurred_precision="准确", contact_tel="6101")


def finding(world: World, deadline: str = "first_report") -> str | None:
    return world.deadline(deadline).proposed


@pytest.mark.parametrize(("at", "to", "expected"), [
    ("09:30:00", (OFFICE, LEADER), SOON), ("09:30:01", (OFFICE, LEADER), ORAL_LATE), ("10:00:00", (OFFICE,), ORAL_LATE),
    ("10:00:01", (OFFICE,), OMITTED),
])
def test_the_first_oral_report_decides_the_proposal_to_the_second(world: World, at: str, to: tuple[str, ...],
                                                                  expected: str) -> None:
    incident(world)
    for whom in to:
        told(world, whom, f"2026-11-12 {at}")
    assert finding(world) == expected


def write_and_send(world: World, at: str) -> None:
    world.at(at).complete(
        "填写报告单", by="sys_cie", reporting_unit="CIE", affected_unit="CIE", occurred_at=BASE, discovered_at=BASE,
        occurred_precision="准确", filled_by=world.ids["sys_cie"], categories="网络攻击类事件", harm="其它危害", description="中毒",
        measures="断网", consequences="有限", scene_preserved="日志已留存", sabotage="不明")
    world.complete("审核报告单", by="head_cie", action="approve", **{"head_signature": "yes", "unit_seal.sealed": "否"})


@pytest.mark.parametrize(("at", "expected"), [("11:00:00", OMITTED), ("11:00:01", CONCEALED)])
def test_a_written_report_alone_counts_as_the_first_report(world: World, at: str, expected: str) -> None:
    incident(world)
    write_and_send(world, f"2026-11-12 {at}")
    assert finding(world) == expected
    assert finding(world, "written_report") == "书面逾期"
    assert finding(world, "progress_report") == "事中逾期"


def test_telling_only_the_leader_in_time_is_incomplete_but_not_omitted(world: World) -> None:
    incident(world)
    told(world, LEADER, "2026-11-12 09:20:00")
    world.at("2026-11-12 09:30:00")
    assert world.deadline("oral_complete").proposed is None
    world.at("2026-11-12 09:30:01")
    assert world.deadline("oral_complete").proposed == "口头初报不完整"
    told(world, OFFICE, "2026-11-12 09:45:00")
    assert finding(world) == SOON
    assert finding(world, "oral_complete") == "口头初报不完整"


def test_two_hours_without_any_report_stand_in_the_trace_and_the_leading_group_is_told(world: World) -> None:
    incident(world).at("2026-11-12 11:00:00")
    assert finding(world) == OMITTED
    world.at("2026-11-12 11:00:01")
    assert finding(world) == CONCEALED
    missed = [entry for entry in world.trace() if entry.type == "DeadlineMissed"
              and entry.element_id == "deadline_first_report"]
    assert missed[-1].actor_name == "系统"
    with world.engine.read(world.actor("lg_a")) as read:
        assert any("瞒报" in notice.text.zh for notice in unread(read))


def test_the_office_confirms_each_proposal_and_must_say_why_it_changes_one(world: World) -> None:
    incident(world)
    told(world, OFFICE, "2026-11-12 10:00:01")
    told(world, LEADER, "2026-11-12 10:00:02")
    world.complete("确认接到口头报告（校领导）", by="leader", received="已接到", received_at="2026-11-12T10:00:02")
    world.complete("确认接到口头报告（办公室）", by="office", received="已接到", received_at="2026-11-12T10:00:01")
    write_and_send(world, "2026-11-12 10:20")
    assert "确认时效" in world.titles_for("office")
    answers = {"accountability": "不启动", "finding.first_report": ORAL_LATE}
    with pytest.raises(SubmissionInvalid) as refused:
        world.complete("确认时效", by="office", **answers)
    assert "finding_reason.first_report" in [error.field for error in refused.value.errors]
    world.complete("确认时效", by="office", **answers, **{"finding_reason.first_report": "电话占线，有通话记录为证",
                                                          "finding_reason.written_report": "同上",
                                                          "finding_reason.progress_report": "同上"})
    row = world.deadline("first_report")
    assert (row.proposed, row.finding, row.reason) == (OMITTED, ORAL_LATE, "电话占线，有通话记录为证")
    sentences = [entry.sentence.zh for entry in world.trace() if entry.type == "FindingMade"]
    assert any(OMITTED in sentence and ORAL_LATE in sentence for sentence in sentences)
