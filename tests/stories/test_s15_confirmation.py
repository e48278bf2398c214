"""S-15 after the clock: proposals wait for the office, which confirms or changes them with a reason, and both stay."""

from __future__ import annotations

from engine.store.queries.notices import unread
from engine.views.tasks import get_task
from tests.stories.test_s15_timeliness import CONCEALED, OFFICE, OMITTED, SOON, incident, told, write_and_send
from tests.world import World

REASONS = {f"finding_reason.{name}": "电话占线，有通话记录为证"
           for name in ("first_report", "oral_complete", "written_report", "progress_report")}


def concealed(world: World) -> World:
    """First told one second after two hours; the report follows."""
    incident(world)
    told(world, OFFICE, "2026-11-12 11:00:01")
    world.complete("确认接到口头报告（办公室）", by="office", received="已接到", received_at="2026-11-12T11:00:01")
    write_and_send(world, "2026-11-12 11:20")
    return world.complete("口头报告分管（联系）校领导", by="sys_cie", reported="未报告", not_reported_reason="已直接报办公室")


def test_every_proposal_waits_on_the_page_of_the_office_with_its_two_counts_and_choices(world: World) -> None:
    concealed(world)
    assert world.titles_for("office").count("确认时效") == 1
    with world.engine.read(world.actor("office")) as read:
        page = get_task(read, world.task_id("确认时效"))
    first = next(one for one in page.proposals if one.deadline_id == "first_report")
    assert (first.proposed[first.driving], first.finding) == (CONCEALED, None)
    assert first.choices == (SOON, "口头初报逾期（缓报）", OMITTED, CONCEALED)
    assert {one.finding for one in page.proposals} == {None}


def test_a_changed_finding_keeps_the_proposal_beside_it_and_its_reason(world: World) -> None:
    concealed(world).complete("确认时效", by="office", accountability="不启动", **{"finding.first_report": OMITTED}, **REASONS)
    row = world.deadline("first_report")
    assert (row.proposed, row.finding, row.reason) == (CONCEALED, OMITTED, "电话占线，有通话记录为证")
    found = [entry for entry in world.trace() if entry.type == "FindingMade" and "事件初报" in entry.sentence.zh]
    assert [(entry.sentence.zh, entry.actor_name) for entry in found] == [
        ("时效认定“事件初报”：建议 瞒报，认定 漏报，理由：电话占线，有通话记录为证", "领导小组办公室·值班")]


def test_an_adverse_finding_may_be_put_before_the_leading_group(world: World) -> None:
    concealed(world).complete("确认时效", by="office", accountability="建议启动", accountability_reason="两小时内未报告", **REASONS)
    assert world.view().variables["accountability_proposed"] is True
    with world.engine.read(world.actor("lg_a")) as read:
        assert any("问责" in notice.text.zh for notice in unread(read))


def test_the_trace_has_the_proposal_before_the_confirmation(world: World) -> None:
    concealed(world).complete("确认时效", by="office", accountability="不启动", **REASONS)
    told_of = [(entry.type, entry.actor_name) for entry in world.trace()
               if entry.element_id == "deadline_first_report" and entry.type in ("DeadlineMissed", "DeadlineMet")]
    assert told_of == [("DeadlineMissed", "系统")] * 3 + [("DeadlineMet", "信工院·系统管理员")]
    order = [entry.type for entry in world.trace() if entry.type in ("DeadlineMet", "FindingMade")]
    assert order.index("FindingMade") == len(order) - order.count("FindingMade")
    first = next(entry for entry in world.trace() if entry.type == "DeadlineMet" and entry.element_id == "deadline_first_report")
    assert first.sentence.zh == "时限“事件初报”已履行，认定时刻 2026-11-12 11:00:01，时效建议：瞒报"
