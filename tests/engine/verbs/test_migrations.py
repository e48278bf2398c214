"""Running cases go on by another version: said before it is done, refused for what has no place, one case at a time."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from engine.actors import SYSTEM
from engine.errors import WrongState
from engine.jobs.migrating import forecast_all, migrate_all, versions_of
from engine.verbs import jobs, messages, migrations
from tests.engine.verbs.cases import SERVICE, WAITER, carry, fetched, sent
from tests.engine.verbs.constructs import QUORUM, begun, deployed, is_proven, timers_of
from tests.engine.verbs.small import FILES, LIMITS, LIMITS_TEXT, begin_limits, types_of, with_change
from tests.engine.verbs.test_operations import sentences, suspend
from tests.world import World

OLD = """\
  - first: {task: 甲, who: {role: centre}, form: opinion, set: {level: 3}}
  - both:
      fork:
        one: [{left: {task: 乙, who: {role: office}, form: opinion, on: [{id: late, timer: 1 hour, basis: A-2, then: more}]}},
              {more: {task: 丁, who: {role: office}, form: opinion}}]
        two: [{right: {task: 丙, who: {role: centre}, form: opinion}}]
  - last: {task: 完, who: {role: centre}, form: opinion}
"""


def migrate(world: World, mapping: dict[str, str] | None = None, *, process: str = "moving", by: str = "caseop", old: int = 1,
            new: int = 2) -> World:
    """This one case."""
    _, to = versions_of(world.engine, world.actor(by), process, old, new)
    with world.engine.begin(world.actor(by)) as unit:
        migrations.migrate(unit, instance_id=world.last, to=to, mapping=mapping or {}, reason="制度修订", key=uuid4().hex)
    return carry(world)


def seen(world: World, mapping: dict[str, str] | None = None, process: str = "moving") -> migrations.Forecast:
    found, = forecast_all(world.engine, world.actor("caseop"), process=process, old=1, new=2, mapping=mapping or {})
    assert found.seen is not None
    return found.seen


def changed(world: World, *edits: tuple[str, str], steps: str = OLD, process: str = "moving") -> World:
    for old, new in edits:
        assert old in steps, old
        steps = steps.replace(old, new)
    return deployed(world, process, steps)


def test_a_case_goes_on_by_the_new_version_with_its_open_tasks_in_the_same_hands(world: World, tmp_path: Path) -> None:
    begun(world, "moving", OLD).complete("甲", by="eve", words="好").complete("丙", by="eve", words="好")
    task_id = world.task_id("乙")
    changed(world, ("  - last:", "  - check: {task: 复核, who: {role: office}, form: opinion}\n  - last:"))
    forecast = seen(world)
    assert (forecast.places, forecast.problems) == ((("left", "left"), ("both_join", "both_join")), ())
    migrate(world)
    assert world.task_id("乙") == task_id
    assert (world.view().head.version, "从第 1 版换到第 2 版：制度修订" in sentences(world)) == (2, True)
    world.complete("乙", by="gus", words="好").complete("丁", by="gus", words="好")
    assert world.open_titles() == ["复核"]
    assert is_proven(world, tmp_path)


def test_steps_that_are_called_otherwise_are_proposed_by_their_titles_and_take_their_answers_along(world: World, tmp_path: Path) -> None:
    begun(world, "moving", OLD).complete("甲", by="eve", words="好").complete("乙", by="gus", words="好")
    changed(world, ("first:", "begin:"), ("more:", "second:"), ("then: more", "then: second"), ("right:", "other:"), ("both:", "pair:"))
    old, new = versions_of(world.engine, world.actor("caseop"), "moving", 1, 2)
    mapping = migrations.propose(old, new)
    assert mapping == {"first": "begin", "more": "second", "right": "other"}
    assert [each.zh for each in seen(world, {}).problems] == [
        "停在 right 的位置在新版本里没有去处", "停在 more 的位置在新版本里没有去处"]
    migrate(world, {**mapping, "both": "pair"})
    variables = world.view().variables
    assert (variables["begin"]["words"], variables["first"]) == ("好", None)
    world.complete("丁", by="gus", words="好").complete("丙", by="eve", words="好")
    assert world.open_titles() == ["完"]
    assert is_proven(world, tmp_path)


def test_a_token_that_waits_at_a_join_waits_there_under_its_new_name(world: World, tmp_path: Path) -> None:
    begun(world, "moving", OLD).complete("甲", by="eve", words="好").complete("丙", by="eve", words="好")
    changed(world, ("right:", "other:"), ("both:", "pair:"))
    migrate(world, {"right": "other", "both": "pair"})
    world.complete("乙", by="gus", words="好").complete("丁", by="gus", words="好")
    assert world.open_titles() == ["完"]
    assert is_proven(world, tmp_path)


@pytest.mark.parametrize(("edit", "said"), [
    (("left: {task: 乙, who: {role: office}, form: opinion,", "gone: {task: 乙, who: {role: office}, form: opinion,"), "停在 left 的位置"),
    (("right: {task: 丙, who: {role: centre}, form: opinion}", "right: {wait: 1 hour, basis: A-2}"), "不是同一种步骤"),
    (("set: {level: 3}", "set: {level: 很高}"), "数据 level .*须是文字"),
])
def test_what_has_no_place_in_the_new_version_refuses_the_whole_case(world: World, edit: tuple[str, str], said: str) -> None:
    begun(world, "moving", OLD).complete("甲", by="eve", words="好")
    changed(world, edit)
    before = world.view().head
    with pytest.raises(WrongState, match=said):
        migrate(world)
    assert (world.view().head, types_of(world).count("CaseMigrated")) == (before, 0)


@pytest.mark.parametrize("mapping", [{"nothing": "last"}, {"left": "nothing"}, {"left": "last"}])
def test_a_mapping_that_makes_no_sense_is_refused(world: World, mapping: dict[str, str]) -> None:
    begun(world, "moving", OLD).complete("甲", by="eve", words="好")
    changed(world, ("task: 完", "task: 完成"))
    with pytest.raises(WrongState, match="对应关系"):
        migrate(world, mapping)


def test_events_beside_a_step_follow_the_new_version_and_the_unchanged_keep_their_moment(world: World, tmp_path: Path) -> None:
    begun(world, "moving", OLD).complete("甲", by="eve", words="好")
    changed(world, ("task: 丙, who: {role: centre}, form: opinion",
                    "task: 丙, who: {role: centre}, form: opinion, on: [{timer: 2 hours, basis: A-2, then: end}]"))
    world.clock.move_to(world.clock.now().replace(minute=30))
    assert len(seen(world).begun) == 1
    migrate(world)
    assert timers_of(world).count("event") == 2
    world.at("2026-11-02 10:00")
    assert "丁" in world.open_titles()
    assert is_proven(world, tmp_path)


def test_an_event_that_the_new_version_has_no_longer_is_gone_with_its_timer(world: World, tmp_path: Path) -> None:
    begun(world, "moving", OLD).complete("甲", by="eve", words="好")
    changed(world, (", on: [{id: late, timer: 1 hour, basis: A-2, then: more}]", ""))
    assert seen(world).gone == ("late",)
    migrate(world)
    assert timers_of(world) == []
    assert is_proven(world, tmp_path)


def test_requests_and_event_sub_processes_of_the_new_version_are_there_at_once(world: World, tmp_path: Path) -> None:
    begun(world, "moving", OLD)
    deployed(world, "moving", OLD + """\
on:
  - {id: alarm, message: alarm, do: [{look: {task: 查看, who: {role: office}, form: opinion}}]}
""")
    migrate(world)
    with world.engine.begin(SYSTEM) as unit:
        messages.send(unit, name="alarm", values={})
    assert world.open_titles() == ["查看", "甲"]
    assert is_proven(world, tmp_path)


def test_a_loop_goes_on_item_by_item(world: World, tmp_path: Path) -> None:
    begun(world, "moving", QUORUM).complete("表决（A）", by="bob", name="一", secret="是")
    changed(world, ("vote:", "poll:"), ("vote.results", "poll.results"), ("vote.completed", "poll.completed"), ("vote.count", "poll.count"),
            ("ballot:", "paper:"), ("item.ballot", "item.paper"), steps=QUORUM)
    with pytest.raises(WrongState, match="停在 vote 的位置"):
        migrate(world)
    migrate(world, {"vote": "poll", "ballot": "paper"})
    world.complete("表决（B）", by="zoe", name="二", secret="是")
    assert world.open_titles() == ["汇总"]
    assert [each["paper"]["name"] for each in world.view().variables["poll"]["results"]] == ["一", "二"]
    assert is_proven(world, tmp_path)


def test_what_programs_and_senders_know_of_the_case_goes_with_it(world: World, tmp_path: Path) -> None:
    begun(world, "moving", SERVICE)
    changed(world, ("scan:\n", "probe:\n"), ("=scan.found", "=probe.found"), steps=SERVICE)
    migrate(world, {"scan": "probe"})
    job, = fetched(world)
    with world.engine.begin(SYSTEM) as unit:
        jobs.complete(unit, job_id=job.id, worker="w1", values={"found": 0})
    assert (world.open_titles(), world.view().variables["probe"]["found"]) == (["处理"], 0)
    begun(world, "waiter", WAITER)
    deployed(world, "waiter", WAITER.replace("task: 收到", "task: 收到了"))
    waiter = migrate(world, process="waiter").last
    carry(sent(world))
    world.last = waiter
    assert world.open_titles() == ["收到了"]
    assert is_proven(world, tmp_path)


def test_a_statutory_deadline_that_runs_must_have_a_place_too(world: World) -> None:
    begin_limits(world, found_at="2026-11-02T09:00")
    without = LIMITS_TEXT[:LIMITS_TEXT.index("deadlines:")] + LIMITS_TEXT[LIMITS_TEXT.index("on:\n  - request: grade"):]
    world.deploy(LIMITS, files={**FILES, LIMITS: without})
    with pytest.raises(WrongState, match="正在计时的法定时限“初报”"):
        migrate(world, process="limits")


def test_a_deadline_takes_the_limits_of_the_new_version_from_its_old_base(world: World, tmp_path: Path) -> None:
    begin_limits(world, found_at="2026-11-02T09:00")
    world.deploy(LIMITS, files=with_change(LIMITS_TEXT, "oral: {value: 30 minutes", "oral: {value: 20 minutes"))
    migrate(world, process="limits")
    assert world.stage_dues("first_report") == ["2026-11-02 09:20:00", "2026-11-02 10:00:00"]
    assert is_proven(world, tmp_path)


def test_a_suspended_case_is_migrated_and_stays_suspended(world: World) -> None:
    suspend(begun(world, "moving", OLD))
    changed(world, ("task: 完", "task: 完成"))
    migrate(world)
    with pytest.raises(WrongState, match="暂停"):
        world.complete("甲", by="eve", words="好")


def test_many_cases_go_one_by_one_and_what_cannot_go_stops_none_of_the_others(world: World, tmp_path: Path) -> None:
    deployed(world, "moving", OLD)
    for number in range(6):
        world.start("moving", "ask", by="ann", name=f"第{number}件")
        if number % 3 == 0:
            world.complete("甲", by="eve", words="好")
    changed(world, ("left: {task: 乙, who: {role: office}, form: opinion,", "gone: {task: 乙, who: {role: office}, form: opinion,"))
    caseop = world.actor("caseop")
    told = [(each.number[-1], each.problem is None) for each in
            forecast_all(world.engine, caseop, process="moving", old=1, new=2, mapping={})]
    done = [(each.number[-1], each.problem is None) for each in
            migrate_all(world.engine, caseop, process="moving", old=1, new=2, mapping={}, reason="制度修订")]
    assert sorted(done) == sorted(told) == [("1", False), ("2", True), ("3", True), ("4", False), ("5", True), ("6", True)]
    again = [each.number[-1] for each in
             migrate_all(world.engine, caseop, process="moving", old=1, new=2, mapping={"left": "gone"}, reason="制度修订")]
    assert sorted(again) == ["1", "4"]
    assert is_proven(world, tmp_path)


def test_cases_that_come_back_to_a_version_are_migrated_to_the_other_again(world: World) -> None:
    begun(world, "moving", OLD)
    changed(world, ("task: 完", "task: 完成"))
    for old, new in ((1, 2), (2, 1), (1, 2)):
        done, = migrate_all(world.engine, world.actor("caseop"), process="moving", old=old, new=new, mapping={}, reason="制度修订")
        assert (done.problem, world.view().head.version) == (None, new)
    assert types_of(world).count("CaseMigrated") == 3
