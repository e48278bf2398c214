"""Deadlines: bases, reminders, stages missed and met, lifted, rebased, and the finding a person makes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.errors import SubmissionInvalid
from engine.jobs.worker import run_due
from engine.store.tables import notices
from tests.engine.verbs.small import FILES, LIMITS, LIMITS_TEXT, begin_limits, broken_chains, types_of
from tests.world import World, china

NINE = "2026-11-02T09:00"


def kinds(world: World) -> list[str]:
    return [kind for kind in types_of(world) if kind.startswith("Deadline")]


def told(world: World) -> list[str]:
    with world.engine.database.reading.connect() as connection:
        return sorted(row.zh for row in connection.execute(select(notices))
                      if row.principal == "office" and row.zh.startswith("初报"))


def test_the_first_base_drives_and_the_others_are_shown(world: World) -> None:
    begin_limits(world, found_at="2026-11-02T08:50")
    row = world.deadline("first_report")
    assert (row.status, row.driving_base) == ("running", "discovered")
    assert world.stage_dues("first_report") == ["2026-11-02 09:20:00", "2026-11-02 09:50:00"]
    assert [f"{stage.due_at:%H:%M}" for stage in row.other_stages["registered"]] == ["01:30", "02:00"]


def test_without_the_first_base_the_next_one_drives(world: World) -> None:
    begin_limits(world)
    assert world.deadline("first_report").driving_base == "registered"


def test_a_reminder_then_every_missed_stage_once(world: World) -> None:
    begin_limits(world, found_at=NINE).at("2026-11-02 09:15")
    assert kinds(world) == ["DeadlineStarted", "DeadlineReminded"]
    world.at("2026-11-02 09:30")
    assert world.deadline("first_report").status == "running"
    world.at("2026-11-02 09:30:01")
    assert (world.deadline("first_report").status, world.deadline("first_report").proposed) == ("overdue", "迟报")
    world.at("2026-11-02 10:30")
    assert world.deadline("first_report").proposed == "漏报"
    assert kinds(world).count("DeadlineMissed") == 2
    assert len(told(world)) == 2
    assert broken_chains(world) == []


def test_met_in_time_even_when_learnt_later(world: World) -> None:
    begin_limits(world, found_at=NINE).at("2026-11-02 09:45")
    world.complete("报告", by="eve", name="x", found_at="2026-11-02T09:29")
    row = world.deadline("first_report")
    assert (row.status, row.proposed) == ("met", "按时")
    met = next(entry for entry in world.trace() if entry.type == "DeadlineMet")
    assert f"{met.occurred_at:%H:%M}" == "01:29"
    assert broken_chains(world) == []
    world.at("2026-11-03 09:00")
    assert kinds(world)[-1] == "DeadlineMet"


def test_a_case_registered_too_late_tells_at_once(world: World) -> None:
    begin_limits(world, found_at="2026-11-02T08:00:00")
    assert world.deadline("first_report").status == "overdue"
    assert len(told(world)) == 1
    world.at("2026-11-02 09:00:01")
    assert len(told(world)) == 2


def test_a_lifted_deadline_stops_its_clocks_and_comes_back(world: World) -> None:
    begin_limits(world, found_at=NINE).request("grade", by="gus", name="低")
    assert world.deadline("first_report").status == "lifted"
    world.at("2026-11-02 12:00")
    assert kinds(world) == ["DeadlineStarted", "DeadlineLifted"]
    world.request("grade", by="gus", name="高", found_at="2026-11-02T12:00")
    assert world.stage_dues("first_report")[0] == "2026-11-02 12:30:00"
    assert kinds(world)[-1] == "DeadlineStarted"
    world.at("2026-11-02 13:30")
    assert world.deadline("first_report").proposed == "漏报"


def test_a_rebase_moves_the_limits_forward(world: World) -> None:
    begin_limits(world, found_at=NINE).at("2026-11-02 09:20")
    world.request("grade", by="gus", name="高", found_at="2026-11-02T09:20")
    assert kinds(world)[-1] == "DeadlineRebased"
    assert world.stage_dues("first_report") == ["2026-11-02 09:50:00", "2026-11-02 10:20:00"]
    world.at("2026-11-02 09:40")
    assert "DeadlineMissed" not in kinds(world)
    world.at("2026-11-02 09:51")
    assert kinds(world)[-1] == "DeadlineMissed"


def confirm(world: World, **answers: str) -> World:
    return world.complete("认定", by="gus", **answers)


def judged(world: World) -> World:
    """Late by both bases."""
    begin_limits(world, found_at=NINE).at("2026-11-02 09:50")
    return world.complete("报告", by="eve", name="x", found_at="2026-11-02T09:40")


def test_a_finding_as_proposed_needs_no_reason(world: World) -> None:
    confirm(judged(world))
    row = world.deadline("first_report")
    assert (row.finding, row.reason, row.confirmed) == ("迟报", "", True)


def test_another_finding_needs_a_reason(world: World) -> None:
    judged(world)
    with pytest.raises(SubmissionInvalid) as caught:
        confirm(world, **{"finding.first_report": "按时"})
    assert [error.field for error in caught.value.errors] == ["finding_reason.first_report"]
    with pytest.raises(SubmissionInvalid):
        confirm(world, **{"finding.first_report": "瞎报", "finding_reason.first_report": "因为"})
    confirm(world, **{"finding.first_report": "按时", "finding_reason.first_report": "电话已报"})
    row = world.deadline("first_report")
    assert (row.finding, row.reason) == ("按时", "电话已报")
    made = next(entry for entry in world.trace() if entry.type == "FindingMade")
    assert made.actor_name == "顾"


def test_two_bases_that_disagree_need_a_reason(world: World) -> None:
    begin_limits(world, found_at="2026-11-02T08:45").at("2026-11-02 09:25")
    world.complete("报告", by="eve", name="x", found_at="2026-11-02T09:20")
    row = world.deadline("first_report")
    assert (row.proposed, row.literal_finding) == ("迟报", "按时")
    with pytest.raises(SubmissionInvalid):
        confirm(world)
    confirm(world, **{"finding_reason.first_report": "以发现时间为准"})


def deploy_with_senseless_rule(world: World) -> World:
    senseless = LIMITS_TEXT.replace("remind: [50%], notify: {role: office}",
                                    "notify: {person: =if true then event.found_at else event.name}")
    return world.deploy(LIMITS, files={**FILES, LIMITS: senseless})


def test_a_deadline_that_cannot_be_assessed_stops_nothing_but_itself(world: World) -> None:
    begin_limits(deploy_with_senseless_rule(world), found_at="2026-11-02T08:00")
    (incident,) = world.view().incidents
    assert incident.element_id == "deadline_first_report"
    world.complete("报告", by="eve", name="x", found_at="2026-11-02T08:10")
    assert world.view().incidents == ()
    assert world.deadline("first_report").status == "met"
    assert broken_chains(world) == []


def test_a_stage_that_cannot_be_assessed_is_tried_again_later(world: World) -> None:
    begin_limits(deploy_with_senseless_rule(world), found_at="2026-11-02T09:00").at("2026-11-02 09:20")
    world.clock.move_to(china("2026-11-02 09:30:01"))
    assert [run_due(world.engine), run_due(world.engine)] == [0, 0]
    bases = 2
    assert types_of(world).count("TimerPutOff") == bases
    world.clock.move_to(china("2026-11-02 09:40:01"))
    run_due(world.engine)
    assert (types_of(world).count("TimerPutOff"), types_of(world).count("IncidentRaised")) == (2 * bases, 1)
    assert broken_chains(world) == []
