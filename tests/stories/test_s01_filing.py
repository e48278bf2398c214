"""S-01: a system filing over National Day, the happy path; and a return with marked fields (S-02)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.errors import SubmissionInvalid
from engine.store.tables import metadata
from engine.verbs.answering import GateClosed
from tests.world import FILING, World


def filing_form(world: World, **changes: object) -> dict[str, object]:
    return {
        "filled_on": "2026-09-30", "unit": "CIE", "unit_head_name": world.ids["head_cie"], "unit_head_tel": "6001",
        "admin_name": world.ids["sys_cie"], "admin_tel": "6002", "system_name": "实验室管理系统",
        "url": "https://lab.cie.example.edu.cn/", "ip": "10.20.30.41，10.20.30.42", "open_ports": "80，443",
        "deploy_env": "Linux", "deploy_env_Linux": "openEuler 22.03", "launch_date": "2026-11-02", "location": "机房A-07",
        "developer": "自主开发", "nda_signed": "否", "om_form": "自行运维", "om_mode": "现场运维", "backup_mode": ["本地", "异地"],
        "backup_cycle": "每周", "protection_level": "第二级", "icp_no": "", "access_scope": "仅校园网", "classified": "否",
        "description": "实验室预约", **changes,
    }


def file(world: World, **changes: object) -> World:
    world.deploy(FILING).at("2026-09-30 16:40")
    return world.start("filing_system", "filing", by="app_cie", **filing_form(world, **changes))


def signed(world: World, at: str) -> World:
    return world.at(at).complete("单位负责人意见", by="head_cie", action="approve",
                                 **{"head_signature": "yes", "unit_seal.sealed": "是", "unit_seal.sealed_on": at[:10]})


def test_lists_typed_with_full_width_commas_are_stored_as_lists(world: World) -> None:
    file(world)
    stored = world.view().variables["filing"]
    assert stored["ip"] == ["10.20.30.41", "10.20.30.42"]
    assert [int(port) for port in stored["open_ports"]] == [80, 443]


def test_a_self_developed_campus_system_gets_no_finding_for_agreement_or_icp(world: World) -> None:
    file(world)
    findings = world.view().variables["findings"]
    assert not [text for text in findings if "保密协议" in text or "ICP" in text]


def test_the_head_has_two_working_days_over_the_holiday_and_its_last_second_is_in_time(world: World) -> None:
    file(world)
    assert world.titles_for("head_cie") == ["单位负责人意见"]
    assert world.due("单位负责人意见") == "2026-10-09 18:00:00"
    signed(world, "2026-10-09 18:00:00")
    assert not [entry for entry in world.trace() if entry.type == "TaskOverdue"]


def test_the_centre_reviews_within_three_working_days_counting_the_make_up_saturday(world: World) -> None:
    signed(file(world), "2026-10-09 18:00:00")
    assert world.titles_for("c_filing") == ["形式审查"]
    assert world.due("形式审查") == "2026-10-13 18:00:00"


def decided(world: World) -> World:
    signed(file(world), "2026-10-09 18:00:00")
    world.at("2026-10-12 10:05").complete("形式审查", by="c_filing", action="approve", checked=["栏目填写完整", "签字盖章齐全"])
    assert world.titles_for("c_net") == ["接入审批"]
    assert world.titles_for("c_head") == ["备案登记"]
    world.at("2026-10-12 10:30").complete("接入审批", by="c_net", action="approve", ports_confirmed="80,443", scope_confirmed="仅校园网")
    assert world.view().head.status == "running"
    return world.at("2026-10-13 09:00").complete("备案登记", by="c_head", action="approve")


def test_both_decisions_are_needed_for_the_filing_number_and_the_register_entry(world: World) -> None:
    view = decided(world).view()
    assert (view.head.status, view.head.outcome) == ("ended", "已备案")
    assert view.variables["filing_no"] == "XZTC-2026-0001"
    entry = next(entry for entry in world.trace() if entry.type == "EntryWritten")
    assert ("level", "（空）", "第二级") in entry.changes
    assert ("evaluation", "（空）", "未测评") in entry.changes


def test_the_trace_reads_like_the_filing(world: World) -> None:
    told = [entry.element_title if entry.type == "TaskCompleted" else entry.type for entry in decided(world).trace()
            if entry.type in ("TaskCompleted", "NumberIssued", "EntryWritten", "InstanceEnded")]
    assert told == ["填写备案表", "单位负责人意见", "形式审查", "接入审批", "备案登记", "NumberIssued", "EntryWritten", "InstanceEnded"]


def test_exactly_the_wrong_fields_are_named_and_no_task_is_made(world: World) -> None:
    with pytest.raises(SubmissionInvalid) as refused:
        file(world, ip="10.20.300.5", open_ports="80, 443, 70000", url="htp://zs.example.edu.cn")
    assert {error.field for error in refused.value.errors} == {"ip", "open_ports", "url"}
    assert world.inbox("head_cie") == []


def test_a_classified_system_is_refused_and_nothing_of_it_is_kept(world: World) -> None:
    with pytest.raises(GateClosed) as refused:
        file(world, classified="是", description="涉密内容")
    assert refused.value.discard
    assert world.inbox("head_cie") == []
    assert "涉密内容" not in everything_stored(world)


def everything_stored(world: World) -> str:
    with world.engine.database.reading.connect() as connection:
        return "\n".join(str(row) for table in metadata.sorted_tables for row in connection.execute(select(table)))


def test_a_return_marks_fields_and_only_those_may_change(world: World) -> None:
    signed(file(world), "2026-10-09 10:00")
    world.at("2026-10-09 14:00").complete("形式审查", by="c_filing", action="return", marked=["location"], comment="位置请写到机柜")
    assert world.titles_for("app_cie") == ["填写备案表"]
    world.at("2026-10-10 08:30").complete("填写备案表", by="app_cie",
                                          **filing_form(world, location="机房A-07-12U", description="偷偷改了"))
    stored = world.view().variables["filing"]
    assert (stored["location"], stored["description"]) == ("机房A-07-12U", "实验室预约")
    assert world.titles_for("head_cie") == ["复核变更"]
    world.complete("复核变更", by="head_cie", action="approve", recheck_signature="yes")
    assert world.titles_for("c_filing") == ["形式审查"]
