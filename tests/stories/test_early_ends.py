"""An event that was none, an event registered twice, and events that go to the police."""

from __future__ import annotations

import pytest

from engine.errors import NotAllowed, SubmissionInvalid
from engine.store.queries.notices import unread
from engine.verbs.answering import GateClosed
from tests.stories.incident_acts import (
    Times,
    both_heard,
    handle,
    handled,
    level,
    post_report,
    register,
    secure,
    send,
    tell_both,
    write,
)
from tests.world import World

TIMES = Times("2026-11-10 14:00", "2026-11-10 14:00")
POLICE, POLICE_LATER = "公安联络", "公安联络（处置中提出）"
SEALED = {"head_signature": "yes", "unit_seal.sealed": "是", "unit_seal.sealed_on": "2026-11-10"}


def begun(world: World) -> World:
    return register(world, "2026-11-10 14:00", TIMES, by="app_cie")


def notices_of(world: World, login: str) -> list[str]:
    with world.engine.read(world.actor(login)) as read:
        return [notice.text.zh for notice in unread(read)]


def test_a_false_alarm_cancels_every_task_and_ends_the_event(world: World) -> None:
    tell_both(begun(world), "2026-11-10 14:10")
    world.request("call_police", by="sys_cie", reason="疑似")
    before = world.open_titles()
    world.request("false_alarm", by="office", reason="计划内改版", verified_by=world.ids["office"])
    view = world.view()
    assert (view.head.status, view.head.outcome, world.open_titles()) == ("ended", "误报", [])
    cancelled = [entry.element_title for entry in world.trace() if entry.type == "TaskCancelled"]
    assert sorted(cancelled) == before
    assert POLICE_LATER in cancelled
    for login in ("sys_cie", "office", "leader", "police_liaison", "lg_a"):
        assert world.titles_for(login) == []
    assert any("误报" in text for text in notices_of(world, "app_cie"))


def test_after_a_false_alarm_no_limit_runs_and_time_brings_no_finding(world: World) -> None:
    begun(world).at("2026-11-10 14:20").request("false_alarm", by="office", reason="计划内改版", verified_by=world.ids["office"])
    assert {row.status for row in world.view().deadlines} == {"lifted", "waiting"}
    told = len(world.trace())
    world.at("2026-11-12 18:00")
    assert len(world.trace()) == told


def test_only_the_office_closes_a_false_alarm_and_never_one_that_it_registered(world: World) -> None:
    begun(world)
    with pytest.raises(NotAllowed):
        world.request("false_alarm", by="sys_cie", reason="误报", verified_by=world.ids["sys_cie"])
    register(world, "2026-11-10 15:00", TIMES, by="office")
    with pytest.raises(NotAllowed):
        world.request("false_alarm", by="office", reason="误报", verified_by=world.ids["office"])
    assert world.view().head.status == "running"


def test_a_false_alarm_needs_its_reason(world: World) -> None:
    with pytest.raises(SubmissionInvalid) as refused:
        begun(world).request("false_alarm", by="office", verified_by=world.ids["office"])
    assert [error.field for error in refused.value.errors] == ["reason"]


def test_an_event_registered_twice_is_merged_into_the_main_one_and_leaves_it_alone(world: World) -> None:
    begun(world)
    main, number = world.last, world.view().head.number
    register(world, "2026-11-10 14:05", TIMES, by="emg_cie")
    own = world.view().head.number
    with pytest.raises(SubmissionInvalid) as refused:
        world.request("merge", by="office", main_number=own, reason="重复登记")
    assert [error.field for error in refused.value.errors] == ["main_number"]
    world.request("merge", by="office", main_number=number, reason="重复登记")
    assert (world.view().head.outcome, world.open_titles()) == ("并案", [])
    assert {row.status for row in world.view().deadlines} == {"lifted", "waiting"}
    assert any(number in text for text in notices_of(world, "emg_cie"))
    world.last = main
    assert world.view().head.status == "running"
    assert "填写报告单" in world.open_titles()


def archived(world: World) -> World:
    """Everything beside the police done: reports, level III, repair, after-report."""
    both_heard(tell_both(world, "2026-11-10 14:25"), "2026-11-10 14:25")
    write(world, "2026-11-10 14:30", TIMES)
    send(world, "2026-11-10 14:35")
    level(world, "Ⅲ级", "2026-11-10 15:00", "2026-11-10 15:10")
    world.complete("补盖章", by="head_cie", **{"unit_seal.sealed": "是", "unit_seal.sealed_on": "2026-11-10"})
    world.complete("确认时效", by="office", accountability="不启动")
    handled(world, "2026-11-10 16:00", sabotage="是")
    post_report(world, "2026-11-10 17:00")
    world.complete("审核事后整改报告", by="head_cie", action="approve", **SEALED)
    return world


def liaise(world: World, title: str, outcome: str, **more: object) -> World:
    return world.complete(title, by="police_liaison", outcome=outcome, **more)


def test_evidence_of_sabotage_brings_the_security_department_in_and_the_event_is_handed_over(world: World) -> None:
    secure(begun(world), "2026-11-10 14:15", sabotage="是")
    assert world.titles_for("police_liaison") == [POLICE]
    assert world.due(POLICE) == "2026-11-10 18:15:00"
    archived(world)
    world.complete("接收事后整改报告", by="office", action="approve", follow_up=["无"])
    assert world.open_titles() == [POLICE]
    liaise(world, POLICE, "已移交公安机关", reported_at="2026-11-10T16:30", authority="属地公安分局")
    assert world.view().head.outcome == "移交公安"


def test_no_sign_of_sabotage_asks_the_police_nothing(world: World) -> None:
    secure(begun(world), "2026-11-10 14:15", sabotage="否")
    assert world.titles_for("police_liaison") == []


def test_sabotage_found_while_repairing_must_go_to_the_police_before_the_report_is_accepted(world: World) -> None:
    archived(secure(begun(world), "2026-11-10 14:15"))
    assert any("公安联络" in text for text in notices_of(world, "head_cie"))
    with pytest.raises(GateClosed) as closed:
        world.complete("接收事后整改报告", by="office", action="approve", follow_up=["无"])
    assert "公安联络" in str(closed.value)
    world.request("call_police", by="sys_cie", reason="离职帐号登录并删除数据")
    world.complete("接收事后整改报告", by="office", action="approve", follow_up=["无"])
    assert world.view().head.status == "running"
    liaise(world, POLICE_LATER, "经核实无需报案", liaison_note="经核实为误操作")
    assert world.view().head.outcome == "已处置并归档"


def test_the_police_are_called_once_only(world: World) -> None:
    secure(begun(world), "2026-11-10 14:15")
    world.request("call_police", by="sys_cie", reason="离职帐号")
    assert "call_police" not in [offer.id for offer in world.view(by="sys_cie").requests_offered]
    handle(world, "2026-11-10 16:00", sabotage="是")
    assert [title for title in world.open_titles() if title.startswith(POLICE)] == [POLICE_LATER]
