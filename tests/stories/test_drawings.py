"""Processes that came as BPMN files of other modellers: started, in inboxes, completed, traced, beside those in YAML."""

from __future__ import annotations

import pytest

from engine.errors import DefinitionInvalid, NotAllowed, Rejected
from engine.store.queries.deployments import get_version, list_processes
from engine.verbs import deployments
from tests.engine.bpmn.reading.drawings import file_of, files_with, text_of
from tests.world import World


def deployed(world: World, which: str) -> World:
    return world.deploy(file_of(which), files=files_with(which, text_of(which)))


def test_a_camunda_8_drawing_runs_from_the_form_to_the_outcome(world: World) -> None:
    deployed(world, "camunda8").at("2026-09-01 09:00")
    world.start("room_entry", "apply", by="app_cie", reason="更换硬盘", people=2)
    assert world.titles_for("c_head") == ["批准"] and world.titles_for("c_net") == []
    assert world.due("批准") == "2026-09-01 17:00:00"
    world.complete("批准", by="c_head", opinion="同意")
    assert world.titles_for("c_head") == ["陪同进入"]
    world.complete("陪同进入", by="c_head", opinion="同意")
    head = world.view().head
    assert (head.status, head.outcome, head.number) == ("ended", "已进入", "room_entry-2026-0001")
    assert any("headcount" in str(entry) for entry in world.trace())


def test_its_boundary_timer_takes_the_task_away(world: World) -> None:
    deployed(world, "camunda8").at("2026-09-01 09:00").start("room_entry", "apply", by="app_cie", reason="更换硬盘", people=2)
    world.at("2026-09-02 09:00")
    assert (world.view().head.outcome, world.open_titles()) == ("未批准", [])


def test_a_camunda_7_drawing_starts_at_an_event_with_a_form_and_comes_back_to_its_starter(world: World) -> None:
    deployed(world, "camunda7").start("account_request", "request", by="app_cie", reason="新同事", people=3)
    assert world.titles_for("c_net") == ["审核"]
    world.complete("审核", by="c_net", opinion="补充")
    assert world.titles_for("app_cie") == ["补充材料"] and world.titles_for("app_sao") == []
    world.complete("补充材料", by="app_cie", opinion="同意").complete("审核", by="c_head", opinion="同意")
    assert world.view().head.outcome == "已开通"
    assert any("开通 3 个" in str(entry) for entry in world.trace())


def test_a_flowable_drawing_forks_and_joins(world: World) -> None:
    deployed(world, "flowable").start("sealUse", "fill", by="app_cie", reason="合同", people=1)
    assert world.open_titles() == ["中心意见", "办公室意见"]
    world.complete("中心意见", by="c_head", opinion="同意").complete("办公室意见", by="office", opinion="不同意")
    assert world.view().head.outcome == "不予用印"


def test_gates_actions_and_separation_of_duty_hold_in_a_drawing(world: World) -> None:
    deployed(world, "own_notes")
    with pytest.raises(Rejected, match="一次最多开放九个端口"):
        world.start("port_opening", "apply", by="c_net", reason="调试", people=12)
    world.start("port_opening", "apply", by="c_net", reason="调试", people=2)
    with pytest.raises(NotAllowed):
        world.complete("审核", by="c_net", action="approve", opinion="同意")
    world.complete("审核", by="c_head", action="return", comment="写明用途")
    world.complete("填写申请", by="c_net", reason="调试网关", people=2).complete("审核", by="c_head", action="approve", opinion="同意")
    assert world.view().head.outcome == "已开放"


ITEMS = """\
        <bpmn:extensionElements>
          <zeebe:loopCharacteristics inputCollection="=[&#34;centre_head&#34;, &#34;centre_net&#34;]" inputElement="member"/>
        </bpmn:extensionElements>
"""


def at_the_vote(world: World, loop: str = ITEMS) -> World:
    text = text_of("committee")
    assert ITEMS in text
    world.deploy(file_of("committee"), files=files_with("committee", text.replace(ITEMS, loop)))
    world.at("2026-09-01 09:00").start("committee", "ask", by="app_cie", reason="新系统", people=2)
    assert world.open_titles() == []
    world.at("2026-09-01 10:00")
    assert world.titles_for("c_room") == ["定会议室"]
    return world.complete("定会议室", by="c_room", opinion="同意")


def test_a_wait_a_sub_process_and_a_loop_of_a_drawing_run(world: World) -> None:
    at_the_vote(world)
    voting = [task for task in world.view().open_tasks if task.title.startswith("投票")]
    assert len(voting) == 2
    for task, login in zip(voting, ("c_head", "c_net"), strict=True):
        world.complete(task.title, by=login, opinion="同意")
    assert world.view().head.outcome == "通过"


def test_a_loop_of_a_drawing_may_say_how_often_instead_of_over_what(world: World) -> None:
    at_the_vote(world, '<bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">=ask.people + 1</bpmn:loopCardinality>')
    assert len(world.open_titles()) == 3


def test_a_timer_at_a_sub_process_takes_all_of_it_away(world: World) -> None:
    deployed(world, "committee").at("2026-09-01 09:00").start("committee", "ask", by="app_cie", reason="新系统", people=2)
    world.at("2026-09-01 10:00").at("2026-09-05 10:00")
    assert (world.view().head.outcome, world.open_titles()) == ("未召开", [])


def test_who_may_not_start_may_not_start_a_drawing_either(world: World) -> None:
    deployed(world, "camunda7")
    with pytest.raises(NotAllowed):
        world.start("account_request", "request", by="c_head", reason="新同事", people=3)


def test_a_drawing_stays_bpmn_and_stands_beside_the_others(world: World) -> None:
    deployed(world, "camunda8").deploy("processes/incident.zzut.yaml")
    with world.engine.read(world.actor("pedit1")) as read:
        rows = {row.process: row for row in list_processes(read)}
        version = get_version(read, rows["room_entry"].hash)
    assert set(rows) == {"incident", "room_entry"} and rows["room_entry"].title == "机房进出登记"
    assert version.main_file == "processes/camunda8.bpmn" and version.bundle.definition.drawing is not None
    assert "陪同进入" in version.sources[version.main_file]


def test_a_draft_is_not_deployed(world: World) -> None:
    with pytest.raises(DefinitionInvalid) as refused, world.engine.begin(world.actor("pedit1")) as unit:
        deployments.deploy(unit, main_file=file_of("bpmnio_draft"), files=files_with("bpmnio_draft", text_of("bpmnio_draft")))
    assert len(refused.value.problems) > 5
    with world.engine.read(world.actor("pedit1")) as read:
        assert list_processes(read) == ()


def test_the_same_drawing_again_is_no_new_version(world: World) -> None:
    deployed(world, "flowable")
    with world.engine.begin(world.actor("pedit1")) as unit:
        again = deployments.deploy(unit, main_file=file_of("flowable"), files=files_with("flowable", text_of("flowable")))
    assert (again.number, again.is_new) == (1, False)
