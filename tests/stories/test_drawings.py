"""Processes that came as BPMN files of other modellers: started, in inboxes, completed, traced, beside those in YAML."""

from __future__ import annotations

import pytest

from engine.actors import SYSTEM
from engine.errors import DefinitionInvalid, NotAllowed, Rejected
from engine.store.instance_rows import variables_of
from engine.store.queries.deployments import get_version, list_processes
from engine.verbs import deployments, jobs
from tests.engine.bpmn.reading.drawings import file_of, files_with, text_of
from tests.engine.verbs.test_withdrawals import withdraw
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


# ---------------------------------------------------------------- one task of a drawing for every item of a list

FIRST, SECOND, THIRD = "中心·负责人", "中心·网络管理", "领导小组办公室·值班"


def at_the_panel(world: World, which: str, start: str) -> World:
    """A case whose list has three people: c_head, c_net, office."""
    deployed(world, which).at("2026-09-01 09:00")
    people = {part: world.ids[login] for part, login in (("first", "c_head"), ("second", "c_net"), ("third", "office"))}
    process = {"panel8": "panel8", "panel7": "panel7", "panel_flowable": "panelFlow"}[which]
    return world.start(process, start, by="app_cie", reason="新系统", times=2, **people)


def variable(world: World, name: str) -> object:
    with world.engine.read(world.actor("caseop")) as read:
        return variables_of(read.connection, world.last).get(name)


def test_a_task_for_every_item_lies_in_each_inbox_with_its_item_and_its_limit(world: World) -> None:
    at_the_panel(world, "panel8", "ask")
    assert world.open_titles() == sorted(f"评审（{each}）" for each in (FIRST, SECOND, THIRD))
    for login, who in (("c_head", FIRST), ("c_net", SECOND), ("office", THIRD)):
        assert world.titles_for(login) == [f"评审（{who}）"]
        assert world.due(f"评审（{who}）") == "2026-09-01 17:00:00"
    assert {task.element_id for task in world.view().open_tasks} == {"review"} == set(world.view().lit)
    with pytest.raises(NotAllowed):
        world.complete(f"评审（{FIRST}）", by="c_net", opinion="同意")


def test_a_completion_condition_ends_it_and_the_output_collection_keeps_the_order_of_the_items(world: World) -> None:
    at_the_panel(world, "panel8", "ask").complete(f"评审（{THIRD}）", by="office", opinion="同意")
    assert (world.open_titles(), variable(world, "opinions"), variable(world, "opinion")) == (
        sorted([f"评审（{FIRST}）", f"评审（{SECOND}）"]), None, None)
    world.complete(f"评审（{FIRST}）", by="c_head", opinion="同意")
    assert variable(world, "opinions") == ["同意", None, "同意"]
    assert world.open_titles() == [f"签字（{THIRD}）"], "the second review is withdrawn, the first signature is due"
    assert any(f"评审（{SECOND}）" in str(entry) and "不再需要" in str(entry) for entry in world.trace())


def test_one_item_after_the_other_each_sees_its_own_answers_only(world: World) -> None:
    at_the_panel(world, "panel8", "ask")
    world.complete(f"评审（{FIRST}）", by="c_head", opinion="同意").complete(f"评审（{SECOND}）", by="c_net", opinion="同意")
    assert world.titles_for("office") == [f"签字（{THIRD}）"] and f"签字（{FIRST}）" not in world.titles_for("c_head")
    world.complete(f"签字（{THIRD}）", by="office", opinion="补充")
    assert (world.titles_for("office"), world.titles_for("c_head")) == ([], [f"签字（{FIRST}）"])
    world.complete(f"签字（{FIRST}）", by="c_head", opinion="同意")
    assert variable(world, "signatures") == [{"by": THIRD, "said": "补充"}, {"by": FIRST, "said": "同意"}]
    assert (world.view().head.status, world.view().head.outcome) == ("ended", "通过")
    assert (variable(world, "review"), variable(world, "sign")) == (None, None)


def test_the_answers_of_the_item_just_finished_may_end_it(world: World) -> None:
    at_the_panel(world, "panel8", "ask").complete(f"评审（{SECOND}）", by="c_net", opinion="不同意")
    assert variable(world, "opinions") == [None, "不同意", None]
    assert (world.view().head.outcome, world.open_titles()) == ("不通过", [])


def test_a_timer_on_its_border_takes_all_items_away(world: World) -> None:
    at_the_panel(world, "panel8", "ask").complete(f"评审（{SECOND}）", by="c_net", opinion="同意").at("2026-09-05 09:00")
    assert (world.view().head.outcome, world.open_titles(), variable(world, "opinions")) == ("未评完", [], None)


def test_a_camunda_7_task_runs_over_a_collection_then_as_often_as_its_cardinality_says(world: World) -> None:
    at_the_panel(world, "panel7", "ask")
    assert world.titles_for("c_net") == [f"会签（{SECOND}）"]
    world.complete(f"会签（{SECOND}）", by="c_net", opinion="同意").complete(f"会签（{FIRST}）", by="c_head", opinion="同意")
    assert world.open_titles() == ["抽查（1）"], "two of three are more than 0.6"
    world.complete("抽查（1）", by="c_net", opinion="同意")
    assert world.open_titles() == ["抽查（2）"]
    world.complete("抽查（2）", by="c_net", opinion="同意")
    assert world.view().head.outcome == "同意"


def test_a_flowable_task_goes_from_person_to_person_until_one_refuses(world: World) -> None:
    at_the_panel(world, "panel_flowable", "fill").complete(f"审批（{SECOND}）", by="c_net", opinion="不同意")
    assert world.titles_for("c_head") == ["复核"]
    world.complete("复核", by="c_head", opinion="同意")
    assert world.view().head.outcome == "未批准"


def test_a_standard_loop_brings_the_task_again_while_its_condition_holds(world: World) -> None:
    at_the_panel(world, "panel_flowable", "fill")
    world.complete(f"审批（{SECOND}）", by="c_net", opinion="同意").complete(f"审批（{FIRST}）", by="c_head", opinion="同意")
    world.complete("复核", by="c_head", opinion="补充")
    assert world.open_titles() == ["复核"]
    world.complete("复核", by="c_head", opinion="同意")
    assert world.view().head.outcome == "已批准"
    confirmed = variable(world, "confirm")
    assert isinstance(confirmed, dict) and (confirmed["opinion"], confirmed["visit_count"]) == ("同意", 2)


def test_what_was_said_in_a_standard_loop_is_taken_back_to_what_was_said_before(world: World) -> None:
    at_the_panel(world, "panel_flowable", "fill").complete(f"审批（{SECOND}）", by="c_net", opinion="不同意")
    world.complete("复核", by="c_head", opinion="补充").complete("复核", by="c_head", opinion="补充")
    withdraw(world, "复核", by="c_head", visit=2)
    assert (world.open_titles(), world.view().variables["confirm"]["visit_count"]) == (["复核"], 1)
    world.complete("复核", by="c_head", opinion="同意")
    assert world.view().head.outcome == "未批准"


def test_a_standard_loop_ends_at_its_maximum(world: World) -> None:
    at_the_panel(world, "panel_flowable", "fill").complete(f"审批（{SECOND}）", by="c_net", opinion="不同意")
    for _ in range(3):
        world.complete("复核", by="c_head", opinion="补充")
    assert world.view().head.outcome == "未批准"


def changed(world: World, which: str, *changes: tuple[str, str]) -> World:
    """Deploy a drawing in which somebody changed something."""
    text = text_of(which)
    for written, instead in changes:
        assert written in text, "the drawing has changed"
        text = text.replace(written, instead, 1)
    return world.deploy(file_of(which), files=files_with(which, text))


STAMPS = (("<zeebe:formDefinition formId=\"decision\"/>\n        <zeebe:assignmentDefinition assignee=\"=signer\"/>",
           '<zeebe:taskDefinition type="stamp"/><zeebe:ioMapping><zeebe:input source="=signer.name" target="who"/></zeebe:ioMapping>'),
          ('<bpmn:userTask id="sign"', '<bpmn:serviceTask id="sign"'),
          ("</bpmn:userTask>\n    <bpmn:endEvent", "</bpmn:serviceTask>\n    <bpmn:endEvent"))


def test_an_outside_program_works_for_one_item_after_the_other(world: World) -> None:
    changed(world, "panel8", *STAMPS)
    people = {part: world.ids[login] for part, login in (("first", "c_head"), ("second", "c_net"), ("third", "office"))}
    world.start("panel8", "ask", by="app_cie", reason="新系统", times=2, **people)
    world.complete(f"评审（{FIRST}）", by="c_head", opinion="同意").complete(f"评审（{SECOND}）", by="c_net", opinion="同意")
    for expected in (THIRD, FIRST):
        with world.engine.begin(SYSTEM) as unit:
            (job,) = jobs.fetch(unit, job_type="stamp", worker="press", most=5)
            assert job.values == {"who": expected}
            jobs.complete(unit, job_id=job.id, worker="press", values={"opinion": "已盖章"})
    assert variable(world, "signatures") == [{"by": THIRD, "said": "已盖章"}, {"by": FIRST, "said": "已盖章"}]
    assert world.view().head.outcome == "通过"


BALLOTS = (('inputElement="member"', 'inputElement="member" outputCollection="ballots" outputElement="=vote.opinion"'),
           ('=every v in votes.results satisfies v.vote.opinion = "同意"', '=ballots = ["同意", "不同意"]'))
ASIDE = ('<bpmn:startEvent id="v0">', '<bpmn:subProcess id="late" triggeredByEvent="true"><bpmn:startEvent id="l0">'
         '<bpmn:outgoing>l1</bpmn:outgoing><bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration>'
         '</bpmn:timerEventDefinition></bpmn:startEvent><bpmn:userTask id="stand_in" name="代投"><bpmn:extensionElements>'
         '<zeebe:formDefinition formId="decision"/><zeebe:assignmentDefinition candidateGroups="centre_room"/></bpmn:extensionElements>'
         '<bpmn:incoming>l1</bpmn:incoming><bpmn:outgoing>l2</bpmn:outgoing></bpmn:userTask><bpmn:endEvent id="l9">'
         '<bpmn:incoming>l2</bpmn:incoming></bpmn:endEvent><bpmn:sequenceFlow id="l1" sourceRef="l0" targetRef="stand_in"/>'
         '<bpmn:sequenceFlow id="l2" sourceRef="stand_in" targetRef="l9"/></bpmn:subProcess>\n      <bpmn:startEvent id="v0">')


def at_the_ballots(world: World, *changes: tuple[str, str]) -> World:
    changed(world, "committee", *BALLOTS, *changes).at("2026-09-01 09:00")
    world.start("committee", "ask", by="app_cie", reason="新系统", people=2).at("2026-09-01 10:00")
    return world.complete("定会议室", by="c_room", opinion="同意")


def test_a_sub_process_for_every_item_fills_its_output_collection_too(world: World) -> None:
    at_the_ballots(world).complete("投票（centre_net）", by="c_net", opinion="不同意")
    world.complete("投票（centre_head）", by="c_head", opinion="同意")
    assert (variable(world, "ballots"), world.view().head.outcome) == (["同意", "不同意"], "通过")


def test_an_event_beside_the_flow_of_one_item_happens_in_that_item(world: World) -> None:
    at_the_ballots(world, ASIDE).complete("投票（centre_net）", by="c_net", opinion="不同意").at("2026-09-01 11:00")
    assert world.open_titles() == ["代投（centre_head）"], "it takes the place of the vote that is late"
    world.complete("代投（centre_head）", by="c_room", opinion="同意")
    assert (variable(world, "ballots"), world.view().head.outcome) == ([None, "不同意"], "不通过")
