"""Who was told by word of mouth confirms the moment, corrects it, denies it, or keeps silent."""

from __future__ import annotations

import pytest

from engine.clock import in_china
from engine.errors import NotAllowed
from tests.stories.incident_acts import (
    HEARD_LEADER,
    HEARD_OFFICE,
    LEADER,
    LEADER_AGAIN,
    OFFICE,
    OFFICE_AGAIN,
    Times,
    heard,
    level,
    register,
    relevel,
    tell,
    tell_both,
)
from tests.world import World

TIMES = Times("2026-11-10 14:00", "2026-11-10 14:00")


def told(world: World) -> World:
    """Both calls logged at 14:25, in time."""
    return tell_both(register(world, "2026-11-10 14:00", TIMES), "2026-11-10 14:25")


def met_at(world: World, deadline: str) -> str | None:
    moment = world.deadline(deadline).met_at
    return f"{in_china(moment):%m-%d %H:%M}" if moment else None


def test_both_recipients_are_asked_and_the_reporter_is_not(world: World) -> None:
    told(world)
    assert HEARD_LEADER in world.titles_for("leader")
    assert HEARD_OFFICE in world.titles_for("office")
    assert not {HEARD_LEADER, HEARD_OFFICE} & set(world.titles_for("sys_cie"))
    with pytest.raises(NotAllowed):
        heard(world, HEARD_OFFICE, "2026-11-10 14:25", by="sys_cie")


def test_a_confirmed_moment_stands(world: World) -> None:
    heard(told(world), HEARD_OFFICE, "2026-11-10 14:25", by="office")
    assert met_at(world, "first_report") == "11-10 14:25"
    assert world.deadline("first_report").proposed == "按时"


def test_the_recipient_s_own_moment_replaces_the_logged_one(world: World) -> None:
    told(world).at("2026-11-10 14:50")
    heard(world, HEARD_LEADER, "2026-11-10 14:41", by="leader")
    heard(world, HEARD_OFFICE, "2026-11-10 14:33", by="office")
    assert (met_at(world, "first_report"), world.deadline("first_report").proposed) == ("11-10 14:33", "口头初报逾期（缓报）")
    logged = [row.answers["reported_at"] for row in world.view().submissions if row.step_id in ("oral_leader", "oral_office")]
    assert [f"{in_china(moment):%H:%M}" for moment in logged] == ["14:25", "14:25"]


def test_not_heard_takes_the_report_back_and_asks_the_unit_again(world: World) -> None:
    told(world).at("2026-11-10 14:28").complete(HEARD_OFFICE, by="office", received="未接到", missed_note="通话记录中没有该来电")
    assert OFFICE in world.titles_for("sys_cie")
    assert world.view().variables["office_told_at"] is None
    assert world.deadline("oral_complete").status == "running"
    world.at("2026-11-10 14:30:01")
    assert world.deadline("oral_complete").proposed == "口头初报不完整"
    tell(world, OFFICE, "2026-11-10 14:35")
    assert HEARD_OFFICE in world.titles_for("office")
    assert world.view().variables["oral_office"]["visit_count"] == 2


def test_not_heard_by_both_leaves_nothing_reported(world: World) -> None:
    told(world).at("2026-11-10 14:28")
    world.complete(HEARD_OFFICE, by="office", received="未接到")
    world.complete(HEARD_LEADER, by="leader", received="未接到")
    assert (world.deadline("first_report").status, met_at(world, "first_report")) == ("running", None)
    assert {LEADER, OFFICE} <= set(world.open_titles())


def test_a_silent_recipient_leaves_the_logged_moment_after_one_working_day(world: World) -> None:
    told(world).at("2026-11-11 17:59:59")
    assert {HEARD_LEADER, HEARD_OFFICE} <= set(world.open_titles())
    world.at("2026-11-11 18:00:01")
    assert not {HEARD_LEADER, HEARD_OFFICE} & set(world.open_titles())
    assert met_at(world, "first_report") == "11-10 14:25"
    assert world.view().variables["leader_report"] == world.view().variables["office_report"] == "已报告"


def test_saying_that_nothing_was_reported_is_logged_with_its_reason_and_asks_nobody(world: World) -> None:
    register(world, "2026-11-10 14:00", TIMES).at("2026-11-10 14:10")
    world.complete(LEADER, by="sys_cie", reported="未报告", not_reported_reason="多次拨打无人接听")
    assert HEARD_LEADER not in world.open_titles()
    assert world.view().variables["leader_report"] == "未报告"
    assert world.deadline("first_report").status == "running"


def test_after_an_upgrade_the_recipients_confirm_again_and_may_deny(world: World) -> None:
    level(told(world), "Ⅳ级", "2026-11-10 14:40", "2026-11-10 14:50")
    relevel(world, "Ⅱ级", "2026-11-11 09:50", "2026-11-11 10:00")
    tell_both(world, "2026-11-11 10:12", (LEADER_AGAIN, OFFICE_AGAIN))
    heard(world, "确认接到口头报告（办公室，升级后）", "2026-11-11 10:12", by="office")
    world.complete("确认接到口头报告（校领导，升级后）", by="leader", received="未接到")
    assert LEADER_AGAIN in world.titles_for("sys_cie")
    assert (met_at(world, "first_report"), world.deadline("oral_complete").status) == ("11-11 10:12", "running")
