"""S-02: typing errors, a withdrawal, a return and a change that the head sees again; and who may decide a filing."""

from __future__ import annotations

import pytest

from engine.actors import SYSTEM
from engine.clock import in_china
from engine.errors import NotAllowed, SubmissionInvalid, WrongState
from engine.store.register_rows import entries_of
from engine.verbs import people
from engine.verbs.answering import GateClosed
from tests.stories.test_s01_filing import filing_form
from tests.world import FILING, World

HEAD, RECHECK, FILL = "单位负责人意见", "复核变更", "填写备案表"
SIGNED = {"head_signature": "yes", "unit_seal.sealed": "是", "unit_seal.sealed_on": "2026-10-12"}


def form(world: World, **changes: object) -> dict[str, object]:
    """A filing of the student affairs office, with an outside developer and no letter of his."""
    return filing_form(world, **{
        "filled_on": "2026-10-12", "unit": "SAO", "unit_head_name": world.ids["head_sao"], "admin_name": world.ids["sys_sao"],
        "system_name": "招生宣传", "ip": "10.20.30.5", "open_ports": "80,443", "url": "https://zs.example.edu.cn",
        "developer": "vendor1", "om_form": "外包运维", "launch_date": "2026-12-01", **changes})


def submitted(world: World, *, by: str = "app_sao", at: str = "2026-10-12 09:20", **changes: object) -> World:
    world.deploy(FILING).at(at)
    return world.start("filing_system", "filing", by=by, **form(world, **changes))


def withdrawn(world: World) -> World:
    return submitted(world).at("2026-10-12 09:35").request("recall", by="app_sao", reason="名称写错")


def again(world: World, at: str, **changes: object) -> World:
    return world.at(at).complete(FILL, by="app_sao", **form(world, **{"system_name": "招生宣传系统", **changes}))


def agreed(world: World, *, by: str = "head_sao", at: str = "2026-10-12 10:10") -> World:
    return world.at(at).complete(HEAD, by=by, action="approve", **SIGNED)


def returned(world: World) -> World:
    agreed(again(withdrawn(world), "2026-10-12 09:50"))
    return world.at("2026-10-12 14:00").complete("形式审查", by="c_filing", action="return", marked=["location"],
                                                 comment="设备位置请写到机柜")


def changed(world: World) -> World:
    return again(returned(world), "2026-10-13 08:30", location="机房A-07-12U")


def test_three_typing_errors_are_three_field_errors_and_no_task_anywhere(world: World) -> None:
    with pytest.raises(SubmissionInvalid) as refused:
        submitted(world, at="2026-10-12 09:00", ip="10.20.300.5", open_ports="80, 443, 70000", url="htp://zs.example.edu.cn")
    assert sorted(error.field for error in refused.value.errors) == ["ip", "open_ports", "url"]
    assert [world.inbox(login) for login in ("head_sao", "app_sao", "c_filing")] == [[], [], []]


def test_a_missing_agreement_and_a_missing_vendor_letter_are_findings(world: World) -> None:
    found = submitted(world).view().variables["findings"]
    assert [text.partition("：")[0] for text in found] == ["保密协议缺失", "外包方责任书缺失"]


def test_a_withdrawal_takes_the_task_from_the_head_and_keeps_the_instance(world: World) -> None:
    submitted(world)
    number = world.view().head.number
    assert world.titles_for("head_sao") == [HEAD]
    world.at("2026-10-12 09:35").request("recall", by="app_sao", reason="名称写错")
    assert world.titles_for("head_sao") == []
    assert world.titles_for("app_sao") == [FILL]
    assert (world.view().head.number, world.view().head.status) == (number, "running")


def names_filed(world: World) -> list[tuple[int, object]]:
    return [(row.visit, row.answers["system_name"]) for row in world.view().submissions if row.step_id == "filing"]


def test_versions_one_and_two_of_a_withdrawn_filing_are_readable(world: World) -> None:
    again(withdrawn(world), "2026-10-12 09:50")
    assert names_filed(world) == [(1, "招生宣传"), (2, "招生宣传系统")]
    assert world.titles_for("head_sao") == [HEAD]
    assert world.due(HEAD) == "2026-10-14 18:00:00"


def test_after_the_head_has_decided_nothing_can_be_withdrawn(world: World) -> None:
    agreed(submitted(world))
    for request in ("recall", "withdraw"):
        with pytest.raises(WrongState):
            world.request(request, by="app_sao", reason="太晚")
    assert world.view(by="app_sao").requests_offered == ()


def test_only_who_filed_may_withdraw(world: World) -> None:
    with pytest.raises(NotAllowed):
        submitted(world).request("recall", by="head_sao", reason="代为撤回")


def test_a_filing_given_up_ends_withdrawn(world: World) -> None:
    submitted(world).request("withdraw", by="app_sao", reason="不再建设")
    assert (world.view().head.outcome, world.open_titles()) == ("撤回", [])


def test_a_changed_field_goes_back_to_the_head_who_sees_only_the_difference(world: World) -> None:
    changed(world)
    assert world.titles_for("head_sao") == [RECHECK]
    assert world.titles_for("c_filing") == []
    resubmitted = [entry for entry in world.trace() if entry.type == "TaskCompleted" and entry.element_title == FILL][-1]
    assert [(old, new) for _, old, new in resubmitted.changes] == [("机房A-07", "机房A-07-12U")]
    assert names_filed(world)[2] == (3, "招生宣传系统")


def test_after_the_recheck_the_reviewer_has_his_whole_limit_again(world: World) -> None:
    changed(world).at("2026-10-13 09:00").complete(RECHECK, by="head_sao", action="approve", recheck_signature="yes")
    assert world.titles_for("c_filing") == ["形式审查"]
    assert world.due("形式审查") == "2026-10-16 18:00:00"


def test_a_change_the_head_does_not_accept_goes_back_to_the_applicant_and_needs_a_full_opinion(world: World) -> None:
    changed(world).at("2026-10-13 09:00").complete(RECHECK, by="head_sao", action="return", comment="机柜号不对",
                                                   marked=["location"])
    again(world, "2026-10-13 10:00", location="机房A-07-13U")
    assert world.titles_for("head_sao") == [HEAD]


def test_the_trace_tells_the_filing_in_order(world: World) -> None:
    changed(world).at("2026-10-13 09:00").complete(RECHECK, by="head_sao", action="approve", recheck_signature="yes")
    done = [(entry.element_title, entry.sentence.zh) for entry in world.trace() if entry.type == "TaskCompleted"]
    assert [title for title, _ in done] == [FILL, "撤回修改", FILL, HEAD, "形式审查", FILL, RECHECK]
    assert done[4][1] == "退回“形式审查”：设备位置请写到机柜"


def reviewed(world: World) -> World:
    agreed(submitted(world))
    return world.at("2026-10-12 15:00").complete("形式审查", by="c_filing", action="approve", checked=["栏目填写完整", "签字盖章齐全"])


@pytest.mark.parametrize(("title", "by", "other"), [("接入审批", "c_net", "备案登记"), ("备案登记", "c_head", "接入审批")])
def test_one_refusal_of_the_two_decisions_ends_the_filing(world: World, title: str, by: str, other: str) -> None:
    reviewed(world)
    assert {title, other} <= set(world.open_titles())
    extra = {"findings_decision": "不补签"} if title == "备案登记" else {}
    world.complete(title, by=by, action="reject", comment="端口说明不足", **extra)
    assert (world.view().head.outcome, world.open_titles()) == ("不予备案", [])
    assert [entry.element_title for entry in world.trace() if entry.type == "TaskCancelled"] == [other]
    assert not [entry for entry in world.trace() if entry.type in ("NumberIssued", "EntryWritten")]
    with world.engine.read(world.actor("aud")) as read:
        assert entries_of(read.connection, "systems") == []


def test_the_head_may_refuse_and_the_applicant_is_told(world: World) -> None:
    submitted(world).complete(HEAD, by="head_sao", action="reject", comment="重复建设", **SIGNED)
    assert world.view().head.outcome == "不予备案"


def test_findings_must_be_answered_before_a_filing_is_registered(world: World) -> None:
    reviewed(world).complete("接入审批", by="c_net", action="approve")
    with pytest.raises(SubmissionInvalid) as refused:
        world.complete("备案登记", by="c_head", action="approve")
    assert [error.field for error in refused.value.errors] == ["findings_decision"]
    world.complete("备案登记", by="c_head", action="approve", findings_decision="一个月内补签")
    assert world.view().head.outcome == "已备案"


def test_a_head_who_files_himself_is_confirmed_by_the_deputy(world: World) -> None:
    submitted(world, by="head_sao")
    assert world.titles_for("head_sao") == []
    assert world.titles_for("dep_sao") == [HEAD]
    with pytest.raises(NotAllowed):
        agreed(world, by="head_sao")
    agreed(world, by="dep_sao")
    assert world.titles_for("c_filing") == ["形式审查"]


def without_deputy(world: World) -> World:
    with world.engine.begin(SYSTEM) as unit:
        people.leave_post(unit, person_id=world.ids["dep_sao"], role="unit_deputy", unit_id="SAO")
    return world


def test_without_a_deputy_the_centre_counter_checks_and_the_trace_says_that_the_second_person_is_missing(world: World) -> None:
    submitted(without_deputy(world), by="head_sao")
    assert world.titles_for("head_sao") == world.titles_for("dep_sao") == []
    assert world.titles_for("c_filing") == [HEAD]
    arrived = next(entry for entry in world.trace() if entry.type == "TaskCreated" and entry.element_title == HEAD)
    assert "缺少第二人" in arrived.sentence.zh


def test_who_counter_checked_for_the_unit_may_not_review_the_form_too(world: World) -> None:
    agreed(submitted(without_deputy(world), by="head_sao"), by="c_filing")
    assert "形式审查" not in world.titles_for("c_filing")
    assert "形式审查" in world.titles_for("c_sec1")


def test_a_silent_head_is_joined_by_the_deputy_after_two_working_days(world: World) -> None:
    submitted(world, at="2026-09-30 16:40", filled_on="2026-09-30").at("2026-10-09 18:00:00")
    widened = next(entry for entry in world.trace() if entry.type == "TaskWidened")
    assert f"{in_china(widened.recorded_at):%Y-%m-%d %H:%M}" == "2026-10-09 18:00"
    assert world.titles_for("dep_sao") == world.titles_for("head_sao") == [HEAD]


def test_a_classified_system_may_not_slip_in_by_a_return(world: World) -> None:
    with pytest.raises(GateClosed):
        again(withdrawn(world), "2026-10-12 09:50", classified="是")
    assert world.view().variables["filing"]["classified"] == "否"
