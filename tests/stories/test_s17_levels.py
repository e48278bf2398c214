"""S-17 and the level branches: undecided is strict, Ⅳ lifts the limits, an upgrade starts them anew."""

from __future__ import annotations

import pytest

from engine.errors import NotAllowed
from engine.store.queries.cases import SubmissionRow
from tests.stories.incident_acts import (
    DECIDE,
    HEARD_LEADER,
    HEARD_OFFICE,
    LEADER,
    LEADER_AGAIN,
    OFFICE,
    OFFICE_AGAIN,
    PROPOSE,
    REDECIDE,
    REVIEW,
    WRITE,
    Times,
    ask_again,
    both_heard,
    completed,
    handled,
    heard,
    level,
    post_report,
    propose,
    register,
    relevel,
    secure,
    send,
    tell,
    tell_both,
    write,
)
from tests.world import World

TIMES = Times("2026-11-10 14:00", "2026-11-10 14:00")
EARLY = ("first_report", "oral_complete", "written_report", "progress_report")
WRITE_AGAIN, REVIEW_AGAIN, SEAL_AGAIN = "填写报告单（升级后）", "审核报告单（升级后）", "补盖章（升级后的报告单）"


def lifted_to_four(world: World) -> World:
    """S-17 up to 14:50: both told by word of mouth, Ⅳ decided, no written report."""
    register(world, "2026-11-10 14:00", TIMES)
    tell_both(world, "2026-11-10 14:20")
    return level(world, "Ⅳ级", "2026-11-10 14:40", "2026-11-10 14:50")


def raised_to_two(world: World) -> World:
    return relevel(lifted_to_four(world), "Ⅱ级", "2026-11-11 09:50", "2026-11-11 10:00")


def proposals(world: World) -> set[str | None]:
    return {row.proposed for row in world.view().deadlines}


def test_while_the_level_is_undecided_the_strict_limits_run(world: World) -> None:
    register(world, "2026-11-10 14:00", TIMES)
    assert {world.deadline(name).status for name in EARLY} == {"running"}
    tell_both(world, "2026-11-10 14:20")
    propose(world, "2026-11-10 14:40", "Ⅳ级")
    assert {world.deadline(name).status for name in ("written_report", "progress_report")} == {"running"}
    assert WRITE in world.open_titles()


@pytest.mark.parametrize("decided", ["Ⅰ级", "Ⅲ级"])
def test_levels_one_to_three_change_no_limit_and_close_no_duty(world: World, decided: str) -> None:
    register(world, "2026-11-10 14:00", TIMES)
    before = {name: world.stage_dues(name) for name in EARLY}
    level(world, decided, "2026-11-10 14:04", "2026-11-10 14:05")
    assert {name: world.stage_dues(name) for name in EARLY} == before
    assert {LEADER, OFFICE, WRITE} <= set(world.open_titles())
    assert world.view().variables["level"] == decided


def test_level_four_closes_the_open_reporting_duties_and_shows_their_limits_as_lifted(world: World) -> None:
    register(world, "2026-11-10 14:00", TIMES)
    tell(world, LEADER, "2026-11-10 14:20")
    level(world, "Ⅳ级", "2026-11-10 14:25", "2026-11-10 14:29")
    assert not {LEADER, OFFICE, HEARD_LEADER, WRITE} & set(world.open_titles())
    assert {world.deadline(name).status for name in EARLY} == {"lifted"}
    assert world.stage_dues("written_report") == ["2026-11-10 15:00:00"]
    world.at("2026-11-10 18:00")
    assert proposals(world) == {None}
    assert not [entry for entry in world.trace() if entry.type == "DeadlineMissed"]
    lifted = [entry.sentence.zh for entry in world.trace() if entry.type == "DeadlineLifted"]
    assert [sentence for sentence in lifted if "书面报告" in sentence and "不再适用" in sentence]


def test_level_four_before_the_review_drops_the_review_too_and_keeps_what_was_written(world: World) -> None:
    register(world, "2026-11-10 14:00", TIMES)
    write(world, "2026-11-10 14:20", TIMES)
    assert REVIEW in world.open_titles()
    level(world, "Ⅳ级", "2026-11-10 14:25", "2026-11-10 14:29")
    assert not {REVIEW, WRITE} & set(world.open_titles())
    assert world.view().variables["write"]["description"] == "首页被替换"


def test_a_level_four_event_ends_with_the_written_report_that_was_asked_for_and_the_office(world: World) -> None:
    lifted_to_four(world)
    assert "书面报告" in world.open_titles()
    assert world.due("书面报告") == "2026-11-17 18:00:00"
    secure(world, "2026-11-10 15:00")
    world.complete("书面报告", by="sys_cie", required_by_notice="要求", notice_source="办公室", disposal="已升级组件")
    handled(world, "2026-11-10 16:00")
    assert world.open_titles() == ["办结Ⅳ级事件"]
    assert world.deadline("after_report").status == "lifted"
    world.complete("办结Ⅳ级事件", by="office", written="已收到")
    view = world.view()
    assert (view.head.status, view.head.outcome) == ("ended", "已处置并归档")
    assert completed(world)[-4:] == ["书面报告", "处置记录", "确认处置完毕", "办结Ⅳ级事件"]


def test_closing_a_level_four_event_ends_a_written_report_that_never_came(world: World) -> None:
    handled(secure(lifted_to_four(world), "2026-11-10 15:00"), "2026-11-10 16:00")
    world.complete("办结Ⅳ级事件", by="office", written="未要求")
    assert world.view().head.outcome == "已处置并归档"
    assert world.open_titles() == []


def test_an_upgrade_starts_new_limits_from_the_decision(world: World) -> None:
    raised_to_two(world)
    assert world.due(LEADER_AGAIN) == world.due(OFFICE_AGAIN) == "2026-11-11 10:30:00"
    assert world.due(WRITE_AGAIN) == "2026-11-11 11:00:00"
    assert world.stage_dues("first_report") == ["2026-11-11 10:30:00", "2026-11-11 11:00:00", "2026-11-11 12:00:00"]
    assert world.stage_dues("written_report") == ["2026-11-11 11:00:00"]
    assert {world.deadline(name).status for name in EARLY} == {"running"}
    assert "书面报告" not in world.open_titles()


def reported_again(world: World) -> World:
    raised_to_two(world)
    tell_both(world, "2026-11-11 10:12", (LEADER_AGAIN, OFFICE_AGAIN))
    write(world, "2026-11-11 10:45", TIMES, title=WRITE_AGAIN)
    return send(world, "2026-11-11 10:50", title=REVIEW_AGAIN)


def test_new_reports_within_the_new_limits_are_in_time_and_the_old_ones_are_not_labelled(world: World) -> None:
    reported_again(world)
    assert [(world.deadline(name).status, world.deadline(name).proposed) for name in EARLY] == [("met", "按时")] * 4
    assert world.deadline("first_report").met_at.isoformat() == "2026-11-11T10:12:00+08:00"
    told = [entry for entry in world.trace() if entry.type in ("DeadlineMissed", "FindingMade")]
    assert told == []
    lifted = [entry.sentence.zh for entry in world.trace() if entry.type == "DeadlineLifted"]
    assert len(lifted) == 4
    assert all("不再适用" in sentence for sentence in lifted)


def test_the_office_confirms_the_new_limits_only_and_the_upgraded_event_is_archived(world: World) -> None:
    reported_again(world)
    heard(world, "确认接到口头报告（校领导，升级后）", "2026-11-11 10:12", by="leader")
    heard(world, "确认接到口头报告（办公室，升级后）", "2026-11-11 10:12", by="office")
    world.complete(SEAL_AGAIN, by="head_cie", **{"unit_seal.sealed": "是", "unit_seal.sealed_on": "2026-11-11"})
    world.complete("确认升级后的时效", by="office", oral_finding="按时", both_told="都已报告", written_finding="按时")
    secure(world, "2026-11-11 11:00")
    handled(world, "2026-11-11 15:00")
    post_report(world, "2026-11-12 10:00")
    assert world.stage_dues("after_report") == ["2026-11-12 18:00:00"]
    world.complete("审核事后整改报告", by="head_cie", action="approve", head_signature="yes",
                   **{"unit_seal.sealed": "是", "unit_seal.sealed_on": "2026-11-12"})
    world.complete("接收事后整改报告", by="office", action="approve", follow_up=["无"])
    assert world.view().head.outcome == "已处置并归档"
    assert not {"漏报", "瞒报"} & {row.finding for row in world.view().deadlines}


def test_reports_late_after_the_upgrade_are_late_by_the_new_base(world: World) -> None:
    raised_to_two(world)
    world.at("2026-11-11 10:30:00")
    assert world.deadline("first_report").proposed is None
    world.at("2026-11-11 10:30:01")
    assert world.deadline("first_report").proposed == "口头初报逾期（缓报）"
    world.at("2026-11-11 11:00:01")
    assert (world.deadline("first_report").proposed, world.deadline("written_report").proposed) == ("漏报", "书面逾期")


def decisions(world: World, *steps: str) -> list[SubmissionRow]:
    return [row for row in world.view().submissions if row.step_id in steps]


def test_each_level_keeps_its_proposer_decider_factors_and_moment(world: World) -> None:
    raised_to_two(world)
    proposed = decisions(world, "propose_level", "level_review")
    decided = decisions(world, "decide_level", "review_decide")
    assert [(row.answers["proposed_level"], row.answers["importance"], row.actor_name) for row in proposed] == [
        ("Ⅳ级", "一般", "领导小组办公室·值班"), ("Ⅱ级", "一般", "领导小组办公室·值班")]
    assert [(row.answers["decided_level"], row.actor_name, f"{row.completed_at:%m-%d %H:%M}") for row in decided] == [
        ("Ⅳ级", "领导小组·成员甲", "11-10 06:50"), ("Ⅱ级", "领导小组·成员甲", "11-11 02:00")]
    changed = [(old, new) for entry in world.trace() for name, old, new in entry.changes if name == "level"]
    assert changed == [("（空）", "Ⅳ级"), ("Ⅳ级", "Ⅱ级")]


def test_who_proposed_a_new_level_is_refused_as_its_decider_and_the_refusal_is_traced(world: World) -> None:
    ask_again(lifted_to_four(world), "2026-11-11 09:50", "Ⅱ级")
    with pytest.raises(NotAllowed):
        world.complete(REDECIDE, by="office", action="approve", decided_level="Ⅱ级")
    assert world.view().variables["level"] == "Ⅳ级"
    refused = [entry for entry in world.trace() if entry.type == "ActionRefused"]
    assert [(entry.actor_name, entry.element_title) for entry in refused] == [("领导小组办公室·值班", REDECIDE)]
    assert "岗位分离" in refused[0].sentence.zh


def test_a_refused_change_keeps_the_level_and_every_limit(world: World) -> None:
    ask_again(lifted_to_four(world), "2026-11-11 09:50", "Ⅱ级")
    assert "level_review" not in [offer.id for offer in world.view(by="office").requests_offered]
    world.complete(REDECIDE, by="lg_b", action="reject", comment="影响面没有变化")
    assert world.view().variables["level"] == "Ⅳ级"
    assert {world.deadline(name).status for name in EARLY} == {"lifted"}
    assert not {LEADER_AGAIN, OFFICE_AGAIN, WRITE_AGAIN} & set(world.open_titles())
    assert "level_review" in [offer.id for offer in world.view(by="office").requests_offered]
    ask_again(world, "2026-11-11 11:00", "Ⅲ级")
    assert REDECIDE in world.open_titles()


def reported_at_two(world: World) -> World:
    register(world, "2026-11-12 09:00", Times("2026-11-12 09:00", "2026-11-12 09:00"))
    both_heard(tell_both(world, "2026-11-12 09:10"), "2026-11-12 09:10")
    write(world, "2026-11-12 09:20", Times("2026-11-12 09:00", "2026-11-12 09:00"))
    send(world, "2026-11-12 09:25")
    return level(world, "Ⅱ级", "2026-11-12 09:30", "2026-11-12 09:40")


def test_a_downgrade_to_four_lifts_what_is_still_open_and_the_office_closes_the_event(world: World) -> None:
    handled(secure(reported_at_two(world), "2026-11-12 09:45"), "2026-11-12 12:00")
    assert {"编写事后整改报告", "确认时效", "补盖章"} <= set(world.open_titles())
    relevel(world, "Ⅳ级", "2026-11-12 13:00", "2026-11-12 13:10")
    assert world.open_titles() == ["办结Ⅳ级事件"]
    assert world.deadline("after_report").status == "lifted"
    world.complete("办结Ⅳ级事件", by="office", written="以报告单代替")
    assert world.view().head.outcome == "已处置并归档"


def test_a_finding_made_before_the_downgrade_stays(world: World) -> None:
    reported_at_two(world).complete("确认时效", by="office", accountability="不启动")
    relevel(world, "Ⅳ级", "2026-11-12 10:00", "2026-11-12 10:10")
    assert [(world.deadline(name).status, world.deadline(name).finding) for name in EARLY] == [("lifted", "按时")] * 4


def test_from_one_strict_level_to_another_nothing_is_reported_again(world: World) -> None:
    relevel(reported_at_two(world), "Ⅰ级", "2026-11-12 10:00", "2026-11-12 10:10")
    assert world.view().variables["level"] == "Ⅰ级"
    assert not {LEADER_AGAIN, OFFICE_AGAIN, WRITE_AGAIN, PROPOSE, HEARD_OFFICE} & set(world.open_titles())
    assert world.deadline("first_report").met_at.isoformat() == "2026-11-12T09:10:00+08:00"


def test_the_trace_tells_the_upgrade_in_order(world: World) -> None:
    reported_again(world)
    assert completed(world) == [
        "登记安全事件", LEADER, OFFICE, PROPOSE, DECIDE, "级别重定", REDECIDE, LEADER_AGAIN, OFFICE_AGAIN, WRITE_AGAIN, REVIEW_AGAIN]
