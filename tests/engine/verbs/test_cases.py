"""What passes between cases: calls and their outcomes, messages, signals, changes of registers, schedules, outside programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from engine.actors import SYSTEM
from engine.errors import NotAllowed, NotFound, WrongState
from engine.store.case_tables import subscriptions
from engine.verbs import jobs, messages, registers
from tests.engine.verbs.cases import (
    CALLS,
    ONE_EACH,
    SERVICE,
    SHOUTED,
    WAITER,
    WEEKLY,
    WITH_CHECK,
    begun_alone,
    calling,
    carry,
    cases_of,
    fetched,
    look_at,
    sent,
)
from tests.engine.verbs.constructs import definition, deployed, is_proven
from tests.engine.verbs.small import FILES, types_of
from tests.world import World

# ---------------------------------------------------------------- calls

def test_a_called_case_is_the_systems_and_its_outcome_comes_back(world: World, tmp_path: Path) -> None:
    _, parent = calling(world)
    assert world.view().lit == ("asked",)
    child = look_at(world, "checking").view()
    assert (child.head.subject, child.head.started_by, child.variables["given"]) == ("主页", "system", {"what": "主页"})
    carry(world.complete("核查", by="gus", words="无误"))
    assert world.view().head.outcome == "通过"
    world.last = parent
    assert world.open_titles() == ["汇总"]
    assert world.view().variables["heard"] == "通过无误"
    assert world.view().variables["asked"]["number"] == "checking-2026-0001"
    told = [entry.sentence.zh for entry in world.trace()]
    assert "调用流程“核查”，编号 checking-2026-0001" in told
    assert "所调用的事项 checking-2026-0001 已结束" in told
    assert is_proven(world, tmp_path)


def test_an_error_of_the_called_case_is_caught_where_it_was_called(world: World, tmp_path: Path) -> None:
    _, parent = calling(world)
    carry(look_at(world, "checking").complete("核查", by="gus", action="reject", comment="不是我们的"))
    assert world.view().head.status == "ended"
    world.last = parent
    assert world.open_titles() == ["自办"]
    assert is_proven(world, tmp_path)


def test_an_error_that_nobody_catches_stops_the_calling_case(world: World) -> None:
    _, parent = calling(world, CALLS.replace("{id: refused, error: not_ours, then: alone}", "{id: refused, error: other, then: alone}"))
    carry(look_at(world, "checking").complete("核查", by="gus", action="reject", comment="不是我们的"))
    world.last = parent
    assert [incident.element_id for incident in world.view().incidents] == ["asked"]
    assert world.view().head.status == "running"


@pytest.mark.parametrize("how", ["request", "timer"])
def test_a_called_case_ends_when_nobody_waits_for_it(world: World, tmp_path: Path, how: str) -> None:
    _, parent = calling(world)
    if how == "request":
        carry(world.request("stop", by="eve"))
    else:
        world.at("2026-11-03 23:59").at("2026-11-05 00:00")
    child = look_at(world, "checking").view()
    assert (child.head.status, child.head.outcome, child.open_tasks) == ("ended", "随主事项终止", ())
    world.last = parent
    assert world.view().head.outcome == ("终止" if how == "request" else None)
    assert is_proven(world, tmp_path)


def test_a_detached_call_goes_on_at_once_and_leaves_the_other_case_alone(world: World) -> None:
    calling(world, CALLS.replace("with: {what: =ask.name}", "with: {what: =ask.name}\n      detach: true").replace(
        "set: {heard: '=asked.outcome + asked.verdict'}", "set: {heard: =asked.number}"))
    assert world.open_titles() == ["汇总"]
    assert world.view().variables["heard"] == "checking-2026-0001"
    carry(world.complete("汇总", by="eve"))
    assert look_at(world, "checking").view().head.status == "running"


def test_each_item_of_a_loop_calls_its_own_case(world: World, tmp_path: Path) -> None:
    _, parent = calling(world, ONE_EACH)
    for number, words in ((1, "二"), (0, "一")):
        look_at(world, "checking", number)
        carry(world.complete("核查", by="gus", words=words + str(world.view().variables["given"]["what"])))
    world.last = parent
    world.complete("汇总", by="eve")
    assert [text[0] + text[2] for text in world.view().variables["said"]] == ["甲甲", "乙乙"]
    assert is_proven(world, tmp_path)


def test_a_process_that_cannot_be_called_stops_the_case_until_it_can(world: World) -> None:
    world.deploy("processes/checking.yaml", files={**FILES, **WITH_CHECK})
    deployed(world, "calling", CALLS)
    deployed(world, "checking", "  - check: {task: 核查, who: {role: office}, form: opinion}\n")
    world.start("calling", "ask", by="ann", name="主页")
    carry(world)
    assert [incident.element_id for incident in world.view().incidents] == ["asked"]
    world.deploy("processes/checking.yaml", files={**FILES, **WITH_CHECK})
    world.at("2026-11-02 09:30")
    assert world.view().incidents == ()
    assert look_at(world, "checking").open_titles() == ["核查"]


# ---------------------------------------------------------------- messages and signals

BEGUN = """\
starts:
  - {id: alarm, message: answer, takes: [text], set: {heard: =alarm.text}}
  - {id: shout, signal: all_clear}
"""


def test_a_message_reaches_the_one_case_that_waits_for_its_key(world: World, tmp_path: Path) -> None:
    deployed(world, "waiter", WAITER)
    world.start("waiter", "ask", by="ann", name="主页").start("waiter", "ask", by="ann", name="邮箱")
    carry(sent(world))
    assert world.view().head.status == "ended"
    assert look_at(world, "waiter").open_titles() == ["收到"]
    assert world.view().variables["heard"] == "好的，主页"
    assert look_at(world, "waiter", 1).open_titles() == []
    assert is_proven(world, tmp_path)


def test_a_message_that_comes_too_early_is_kept_and_collected(world: World, tmp_path: Path) -> None:
    carry(sent(world))
    world.at("2026-11-03 09:00")
    deployed(world, "waiter", WAITER).start("waiter", "ask", by="ann", name="主页")
    carry(world)
    assert world.open_titles() == ["收到"]
    world.start("waiter", "ask", by="ann", name="主页")
    assert carry(world).open_titles() == []
    assert is_proven(world, tmp_path)


def test_a_message_that_nobody_takes_in_a_week_is_an_incident_of_its_sender(world: World) -> None:
    carry(sent(world))
    sender = world.last
    world.at("2026-11-09 08:59")
    assert world.view().incidents == ()
    world.at("2026-11-09 09:01")
    assert [incident.element_id for incident in world.view().incidents] == ["say"]
    assert (world.last, types_of(world).count("TimerPutOff")) == (sender, 3)
    deployed(world, "waiter", WAITER).start("waiter", "ask", by="ann", name="主页")
    assert carry(world).open_titles() == ["收到"]     # it was kept all the same


def test_a_message_or_a_signal_begins_a_case_when_a_process_starts_with_it(world: World, tmp_path: Path) -> None:
    files = {**definition("begun", WAITER.replace("=ask.name", "=alarm.text"), starts=BEGUN)}
    files["processes/begun.yaml"] = files["processes/begun.yaml"].replace("subject: =ask.name", "subject: 来讯")
    world.deploy("processes/begun.yaml", files=files)
    carry(sent(world))
    assert len(cases_of(world, "begun")) == 2
    assert look_at(world, "begun").view().variables.get("heard") == "好的，主页"
    assert world.view().head.started_by == "system"
    assert is_proven(world, tmp_path)


def test_a_signal_reaches_everybody_who_listens(world: World, tmp_path: Path) -> None:
    deployed(world, "shouted", SHOUTED)
    for name in ("一", "二"):
        world.start("shouted", "ask", by="ann", name=name)
    carry(sent(world))
    for number in (0, 1):
        view = look_at(world, "shouted", number).view()
        assert (view.head.outcome, view.variables["why"]) == ("解除", "主页")
    assert is_proven(world, tmp_path)


def test_a_message_from_outside_is_taken_or_refused(world: World) -> None:
    deployed(world, "waiter", WAITER).start("waiter", "ask", by="ann", name="主页")
    with world.engine.begin(world.actor("caseop")) as unit, pytest.raises(NotFound):
        messages.send(unit, name="answer", key="别的", values={"text": "x"})
    with world.engine.begin(world.actor("ann")) as unit, pytest.raises(NotAllowed):
        messages.send(unit, name="answer", key="主页", values={"text": "x"})
    with world.engine.begin(world.actor("caseop")) as unit:
        messages.send(unit, name="answer", key="主页", values={"text": "来自外部"})
    assert world.view().variables["heard"] == "来自外部"


def test_what_ceases_to_wait_ceases_to_listen(world: World) -> None:
    deployed(world, "shouted", SHOUTED).start("shouted", "ask", by="ann", name="一")
    world.complete("值守", by="eve")
    with world.engine.database.reading.connect() as connection:
        assert connection.execute(select(subscriptions)).all() == []


# ---------------------------------------------------------------- registers and schedules

REGISTERED = """\
  - watch: {task: 盯防, who: {role: centre}, form: opinion}
on:
  - id: changed
    entry: systems
    key: =ask.name
    when: state = "异常"
    do:
      - look: {task: 查看, who: {role: office}, form: opinion, set: {was: =changed.previous.state}}
"""
ENTRY_START = "starts: [{id: found, entry: systems, when: 'state = \"异常\"'}]\n"
FOR_EACH = "starts: [{id: due, every: month, for_each: systems, when: 'state = \"在用\"'}]\n"
def written(world: World, key: str, state: str) -> World:
    with world.engine.begin(world.actor("caseop")) as unit:
        registers.import_entry(unit, register="systems", key=key, values={"name": key, "state": state})
    return world


def test_a_change_of_an_entry_is_an_event_when_its_question_becomes_true(world: World, tmp_path: Path) -> None:
    deployed(world, "registered", REGISTERED).start("registered", "ask", by="ann", name="主页")
    for state in ("在用", "异常", "异常"):
        written(world, "主页", state)
    written(world, "邮箱", "异常")
    assert world.open_titles() == ["查看", "盯防"]
    world.complete("查看", by="gus")
    assert world.view().variables["was"] == "在用"
    assert is_proven(world, tmp_path)


def test_a_change_of_an_entry_begins_a_case(world: World, tmp_path: Path) -> None:
    begun_alone(world, "inspecting", ENTRY_START, "=found.name")
    written(world, "主页", "在用")
    assert cases_of(world, "inspecting") == []
    written(world, "主页", "异常")
    assert look_at(world, "inspecting").view().head.subject == "主页"
    world.start("filing", "ask", by="ann", name="备案").complete("审核", by="bob", action="approve")
    world.complete("甲", by="eve").complete("乙", by="gus")
    carry(world)
    assert len(cases_of(world, "inspecting")) == 1
    assert is_proven(world, tmp_path)


def test_a_schedule_begins_one_case_per_window_and_makes_up_for_missed_ones(world: World, tmp_path: Path) -> None:
    begun_alone(world, "weekly", WEEKLY, "周检")
    carry(world)
    assert cases_of(world, "weekly") == []
    world.at("2026-11-09 00:00").at("2026-11-09 00:01")
    assert len(cases_of(world, "weekly")) == 1
    window = look_at(world, "weekly").view().variables["weekly"]
    assert [f"{window[name]:%m-%d %H:%M}" for name in ("window_start", "window_end")] == ["11-08 16:00", "11-13 10:00"]
    world.at("2026-11-23 08:00")
    assert len(cases_of(world, "weekly")) == 3
    begun_alone(world, "weekly", WEEKLY, "每周检查")
    assert len(cases_of(carry(world), "weekly")) == 3
    assert is_proven(world, tmp_path)


def test_a_schedule_over_a_register_begins_one_case_for_each_entry_it_asks_for(world: World, tmp_path: Path) -> None:
    for key, state in (("主页", "在用"), ("邮箱", "停用"), ("网盘", "在用")):
        written(world, key, state)
    begun_alone(world, "monthly", FOR_EACH, "=due.key")
    world.at("2026-12-01 00:00")
    subjects = [look_at(world, "monthly", number).view().head.subject for number in range(2)]
    assert sorted(subjects) == ["主页", "网盘"]
    assert len(cases_of(carry(world), "monthly")) == 2
    assert is_proven(world, tmp_path)


# ---------------------------------------------------------------- outside programs

def test_an_outside_program_fetches_work_under_a_lease_and_completes_it(world: World, tmp_path: Path) -> None:
    deployed(world, "scanning", SERVICE).start("scanning", "ask", by="ann", name="主页")
    job, = fetched(world)
    assert (job.values, job.instance_id) == ({"what": "主页"}, world.last)
    assert fetched(world, "w2") == []
    world.at("2026-11-02 09:06")
    assert [other.id for other in fetched(world, "w2")] == [job.id]
    with world.engine.begin(SYSTEM) as unit, pytest.raises(WrongState):
        jobs.complete(unit, job_id=job.id, worker="w1", values={"found": 0})
    with world.engine.begin(SYSTEM) as unit:
        jobs.complete(unit, job_id=job.id, worker="w2", values={"found": 3})
    assert (world.open_titles(), world.view().variables["found"]) == (["处理"], 3)
    with world.engine.begin(SYSTEM) as unit, pytest.raises(NotFound):
        jobs.complete(unit, job_id=job.id, worker="w2", values={"found": 4})
    assert is_proven(world, tmp_path)


def test_work_that_fails_is_caught_by_name_or_is_an_incident_and_offered_again(world: World, tmp_path: Path) -> None:
    deployed(world, "scanning", SERVICE).start("scanning", "ask", by="ann", name="主页")
    job, = fetched(world)
    with world.engine.begin(SYSTEM) as unit:
        jobs.fail(unit, job_id=job.id, worker="w1", message="连不上")
    assert [incident.element_id for incident in world.view().incidents] == ["scan"]
    assert fetched(world) == []
    job, = fetched(world.at("2026-11-02 09:11"))
    with world.engine.begin(SYSTEM) as unit:
        jobs.fail(unit, job_id=job.id, worker="w1", message="连不上", error="unreachable")
    assert (world.open_titles(), world.view().incidents) == (["手工"], ())
    assert is_proven(world, tmp_path)


def test_only_programs_of_the_system_fetch_work(world: World) -> None:
    with world.engine.begin(world.actor("ann")) as unit, pytest.raises(NotAllowed):
        jobs.fetch(unit, job_type="scan", worker="w1")
