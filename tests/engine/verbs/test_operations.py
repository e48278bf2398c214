"""Operations on a running case as a whole: suspended, resumed, cancelled, a variable changed; each with a reason, in the trace."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from engine.actors import SYSTEM
from engine.errors import NotAllowed, NotFound, Rejected, SubmissionInvalid, WrongState
from engine.verbs import corrections, incidents, jobs, messages, operations, registers, tasks
from engine.verbs.suspension import Suspended
from engine.views import instances
from engine.views.operations import operations_view, value_typed
from tests.engine.verbs.cases import CALLS, SERVICE, WAITER, calling, carry, fetched, look_at, sent
from tests.engine.verbs.constructs import QUORUM, begun, deployed, is_proven, timers_of
from tests.engine.verbs.small import FILES, begin_filing, begin_limits, types_of
from tests.world import World, china


def suspend(world: World, *, by: str = "caseop", reason: str = "查核材料", key: str = "") -> World:
    with world.engine.begin(world.actor(by)) as unit:
        operations.suspend(unit, instance_id=world.last, reason=reason, key=key or uuid4().hex)
    return world


def resume(world: World, *, by: str = "caseop") -> World:
    with world.engine.begin(world.actor(by)) as unit:
        operations.resume(unit, instance_id=world.last, reason="查完了", key=uuid4().hex)
    return carry(world)


def cancel(world: World, *, by: str = "caseop") -> World:
    with world.engine.begin(world.actor(by)) as unit:
        operations.cancel(unit, instance_id=world.last, reason="重复立项", key=uuid4().hex)
    return carry(world)


def change(world: World, name: str, value: object, *, by: str = "caseop", clauses: tuple[str, ...] = (), loop_id: str = "") -> World:
    with world.engine.begin(world.actor(by)) as unit:
        operations.change_variable(unit, instance_id=world.last, name=name, value=value, reason="录错了", key=uuid4().hex,
                                   clauses=clauses, loop_id=loop_id)
    return carry(world)


def let_pass(world: World, moment: str) -> World:
    """Move the clock; what is held does not trigger."""
    world.clock.move_to(china(moment))
    return carry(world)


def sentences(world: World) -> list[str]:
    return [entry.sentence.zh for entry in world.trace()]


# ---------------------------------------------------------------- who may, and why

@pytest.mark.parametrize(("login", "error"), [("ann", NotAllowed), ("bob", NotAllowed), ("zoe", NotFound), ("padm", NotFound)])
def test_only_case_operators_intervene_and_others_do_not_learn_of_the_case(world: World, login: str, error: type[Rejected]) -> None:
    begin_filing(world)
    with pytest.raises(error):
        suspend(world, by=login)
    assert types_of(world).count("ActionRefused") == (error is NotAllowed)


def test_an_operator_who_takes_part_in_the_case_leaves_it_to_another_one(world: World) -> None:
    deployed(world, "open", "  - work: {task: 值守, who: {role: centre}, form: opinion}\n")
    world.start("open", "ask", by="caseop", name="自己的")
    with pytest.raises(NotAllowed, match="参与人"):
        suspend(world)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001, "a\0b"])
def test_an_operation_without_a_reason_is_refused(world: World, reason: str) -> None:
    begin_filing(world)
    with pytest.raises(SubmissionInvalid):
        suspend(world, reason=reason)


def test_the_same_key_suspends_once_and_a_second_suspension_is_told_of_the_first(world: World) -> None:
    suspend(suspend(begin_filing(world), key="k" * 16), key="k" * 16)
    assert types_of(world).count("InstanceSuspended") == 1
    with pytest.raises(Suspended, match=r"运于 2026-11-02 09:00:00 暂停.*查核材料"):
        suspend(world)


def test_a_case_that_has_ended_is_left_alone(world: World) -> None:
    cancel(begin_filing(world))
    for operation in (suspend, resume, cancel):
        with pytest.raises(WrongState, match="已经结束"):
            operation(world)


# ---------------------------------------------------------------- suspended

def test_tasks_of_a_suspended_case_are_seen_and_refused_with_who_suspended_it_and_why(world: World, tmp_path: Path) -> None:
    suspend(begin_filing(world))
    assert world.titles_for("bob") == ["审核"]
    task_id = world.task_id("审核")
    with pytest.raises(Suspended, match=r"运于 .*查核材料"):
        world.complete("审核", by="bob", action="approve", words="同意")
    with pytest.raises(Suspended), world.engine.begin(world.actor("bob")) as unit:
        tasks.claim(unit, task_id=task_id)
    with pytest.raises(Suspended):
        world.request("remark", by="gus", words="一")
    with pytest.raises(NotFound):
        world.request("remark", by="zoe", words="一")
    resume(world).complete("审核", by="bob", action="approve", words="同意")
    assert world.open_titles() == ["乙", "甲"]
    assert [text for text in sentences(world) if "暂停" in text or "恢复" in text] == [
        "暂停事项：查核材料（法定时限照常计算）", "恢复事项：查完了"]
    assert is_proven(world, tmp_path)


def test_who_holds_a_task_holds_it_through_a_suspension(world: World) -> None:
    begin_filing(world)
    with world.engine.begin(world.actor("bob")) as unit:
        tasks.claim(unit, task_id=world.task_id("审核"))
    suspend(world)
    with pytest.raises(Suspended), world.engine.begin(world.actor("bob")) as unit:
        tasks.release(unit, task_id=world.task_id("审核"))
    resume(world).complete("审核", by="bob", action="approve", words="同意")


def test_requests_are_not_offered_while_a_case_is_suspended(world: World) -> None:
    begin_filing(world)
    assert world.view(by="ann").requests_offered
    assert suspend(world).view(by="ann").requests_offered == ()


def test_timers_of_a_suspended_case_wait_and_trigger_when_it_is_resumed(world: World, tmp_path: Path) -> None:
    suspend(begin_filing(world))
    before = timers_of(world)
    let_pass(world, "2026-11-02 12:00")
    assert timers_of(world) == before
    assert not {"TaskReminded", "TaskWidened", "TaskOverdue"} & set(types_of(world))
    assert {"TaskReminded", "TaskWidened", "TaskOverdue"} <= set(types_of(resume(world)))
    assert is_proven(world, tmp_path)


WAITING = """\
  - pause: {wait: 1 hour, basis: A-2}
  - last: {task: 汇总, who: {role: centre}, form: opinion}
"""


def test_a_wait_that_ends_while_the_case_is_suspended_ends_when_it_is_resumed(world: World, tmp_path: Path) -> None:
    suspend(begun(world, "waiting", WAITING))
    assert let_pass(world, "2026-11-02 11:00").open_titles() == []
    assert resume(world).open_titles() == ["汇总"]
    assert is_proven(world, tmp_path)


def test_statutory_deadlines_go_on_in_a_suspended_case(world: World, tmp_path: Path) -> None:
    suspend(begin_limits(world, found_at="2026-11-02T09:00"))
    let_pass(world, "2026-11-02 09:16")
    assert "DeadlineReminded" in types_of(world)
    let_pass(world, "2026-11-02 10:30")
    assert world.deadline("first_report").status == "overdue"
    assert world.deadline("first_report").proposed == "漏报"
    assert is_proven(resume(world), tmp_path)


def test_a_message_for_a_suspended_case_stays_with_its_sender_until_the_case_goes_on(world: World, tmp_path: Path) -> None:
    suspend(begun(world, "waiter", WAITER))
    with pytest.raises(Suspended), world.engine.begin(SYSTEM) as unit:
        messages.send(unit, name="answer", key="主页", values={"text": "外"})
    waiter = world.last
    carry(sent(world))
    let_pass(world, "2026-11-02 09:05")
    world.last = waiter
    assert world.open_titles() == []
    assert resume(world).open_titles() == ["收到"]
    assert is_proven(world, tmp_path)


SHOUTED = """\
  - heard: {listen: {signal: all_clear}}
  - last: {task: 收到, who: {role: centre}, form: opinion}
on:
  - id: changed
    entry: systems
    do: [{look: {task: 查看, who: {role: office}, form: opinion}}]
"""


def test_signals_and_register_changes_reach_a_suspended_case_when_it_is_resumed(world: World, tmp_path: Path) -> None:
    suspend(begun(world, "listening", SHOUTED))
    with world.engine.begin(world.actor("caseop")) as unit:
        messages.send_signal(unit, name="all_clear", values={"why": "演练"})
        registers.import_entry(unit, register="systems", key="主页", values={"name": "主页", "state": "在用"})
    carry(world)
    assert (world.open_titles(), types_of(world).count("EventHeld")) == ([], 2)
    assert "收到信号“all_clear”，事项已暂停，恢复后处理" in sentences(world)
    assert resume(world).open_titles() == ["收到", "查看"]
    assert is_proven(world, tmp_path)


def test_what_a_called_case_gives_back_waits_for_the_suspended_caller(world: World, tmp_path: Path) -> None:
    _, parent = calling(world)
    suspend(world)
    carry(look_at(world, "checking").complete("核查", by="gus", words="好"))
    assert "主事项已暂停，恢复后再送达" in sentences(world)
    world.last = parent
    assert world.open_titles() == []
    assert resume(world).open_titles() == ["汇总"]
    assert is_proven(world, tmp_path)


def test_programs_get_no_work_of_a_suspended_case_and_what_they_fetched_before_is_refused(world: World, tmp_path: Path) -> None:
    begun(world, "scanning", SERVICE)
    job, = fetched(world)
    suspend(world)
    with pytest.raises(Suspended), world.engine.begin(SYSTEM) as unit:
        jobs.complete(unit, job_id=job.id, worker="w1", values={"found": 0})
    let_pass(world, "2026-11-02 10:00")
    assert fetched(world) == []
    resume(world)
    again, = fetched(world)
    with world.engine.begin(SYSTEM) as unit:
        jobs.complete(unit, job_id=again.id, worker="w1", values={"found": 0})
    assert world.open_titles() == ["处理"]
    assert is_proven(world, tmp_path)


def test_an_incident_of_a_suspended_case_is_not_tried_again(world: World) -> None:
    world.start("forked", "ask", by="ann", name="不明")
    incident = world.view().incidents[0].id
    suspend(world)
    with pytest.raises(Suspended), world.engine.begin(world.actor("caseop")) as unit:
        incidents.retry(unit, incident_id=incident)


def test_a_case_that_is_not_suspended_cannot_be_resumed(world: World) -> None:
    with pytest.raises(WrongState, match="没有暂停"):
        resume(begin_filing(world))


# ---------------------------------------------------------------- cancelled

def test_a_cancelled_case_leaves_no_task_timer_job_or_listener(world: World, tmp_path: Path) -> None:
    cancel(suspend(begin_filing(world)))
    view = world.view()
    assert (view.head.status, view.head.outcome, view.open_tasks) == ("ended", "已终止", ())
    assert (world.titles_for("bob"), timers_of(world)) == ([], [])
    assert "终止事项：重复立项" in sentences(world)
    cancel(begun(world, "scanning", SERVICE))
    assert fetched(world) == []
    cancel(begun(world, "waiter", WAITER))
    with pytest.raises(NotFound), world.engine.begin(SYSTEM) as unit:
        messages.send(unit, name="answer", key="主页", values={"text": "外"})
    assert is_proven(world, tmp_path)


def test_cases_that_a_cancelled_one_called_end_with_it_and_detached_ones_go_on(world: World, tmp_path: Path) -> None:
    steps = CALLS.replace("  - asked:", "  - free: {call: checking, with: {what: =ask.name}, detach: true}\n  - asked:")
    _, parent = calling(world, steps)
    carry(world)
    world.last = parent
    carry(cancel(world))
    assert look_at(world, "checking", 0).view().head.status == "running"
    head = look_at(world, "checking", 1).view().head
    assert (head.status, head.outcome) == ("ended", "随主事项终止")
    assert is_proven(world, tmp_path)


def test_a_called_case_is_not_cancelled_behind_the_back_of_its_caller(world: World) -> None:
    _, parent = calling(world)
    look_at(world, "checking")
    with pytest.raises(WrongState, match="calling-2026-0001 调用"):
        cancel(world)
    world.last = parent
    carry(cancel(world))
    assert look_at(world, "checking").view().head.status == "ended"


# ---------------------------------------------------------------- a variable

SET = """\
  - first: {task: 甲, who: {role: centre}, form: opinion, set: {level: 3, kind: 高}}
  - pick:
      switch:
        - {when: level > 5, then: above}
        - {then: wait_low}
  - above: {task: 高档, who: {role: centre}, form: opinion, end: 高}
  - wait_low:
      task: 低档
      who: {role: office}
      form: opinion
      on: [{condition: level > 8, id: risen, then: above}]
"""


def test_a_changed_variable_shows_old_and_new_and_conditions_see_it_at_once(world: World, tmp_path: Path) -> None:
    begun(world, "setting", SET).complete("甲", by="eve", words="好")
    change(world, "level", Decimal(9), clauses=("A-2",))
    assert world.open_titles() == ["高档"]
    entry = next(entry for entry in world.trace() if entry.type == "VariableChanged")
    assert (entry.changes, entry.clauses, entry.sentence.zh) == ((("level", "3", "9"),), ("A-2",), "改动数据：录错了")
    assert is_proven(world, tmp_path)


@pytest.mark.parametrize(("name", "value", "error", "said"), [
    ("level", "很多", SubmissionInvalid, "level 须是数字"),
    ("level", Decimal(3), WrongState, "已经是这个值"),
    ("nothing", "x", NotFound, "没有变量"),
    ("instance", "x", NotFound, "没有变量"),
    ("first", {"words": "改"}, WrongState, "请用更正"),
])
def test_a_change_that_makes_no_sense_is_refused_by_name(world: World, name: str, value: object, error: type[Rejected],
                                                          said: str) -> None:
    begun(world, "setting", SET).complete("甲", by="eve", words="好")
    with pytest.raises(error, match=said):
        change(world, name, value)
    assert "VariableChanged" not in types_of(world)


def test_an_unknown_clause_is_refused(world: World) -> None:
    begun(world, "setting", SET).complete("甲", by="eve", words="好")
    with pytest.raises(SubmissionInvalid, match="Z-9"):
        change(world, "level", Decimal(4), clauses=("Z-9",))


def test_a_variable_changed_while_the_case_is_suspended_counts_at_once(world: World, tmp_path: Path) -> None:
    suspend(begun(world, "setting", SET).complete("甲", by="eve", words="好"))
    assert change(world, "level", Decimal(9)).open_titles() == ["高档"]
    assert is_proven(resume(world), tmp_path)


EACH = """\
  - each:
      for: {each: part, in: '=["甲", "乙"]'}
      collect: {sort: =sort}
      do:
        - mark: {set: {sort: 一}}
        - look: {task: 查, who: {role: centre}, form: opinion}
  - last: {task: 汇总, who: {role: centre}, form: opinion}
"""


def test_a_variable_of_one_item_is_changed_for_this_item_only(world: World, tmp_path: Path) -> None:
    begun(world, "eaching", EACH)
    with world.engine.read(world.actor("caseop")) as read:
        loop_ids = sorted(instances.flow_of(read, world.last).locals.running())
    change(world, "sort", "二", loop_id=loop_ids[0])
    world.complete("查（甲）", by="eve").complete("查（乙）", by="eve")
    assert world.view().variables["sort"] == ["二", "一"]
    with pytest.raises(NotFound):
        change(world, "sort", "三", loop_id="999")
    assert is_proven(world, tmp_path)


def test_the_number_of_votes_of_a_quorum_is_not_for_an_operator_to_change(world: World) -> None:
    begun(world, "voting", QUORUM)
    with pytest.raises(NotFound):
        change(world, "vote", {"results": [], "count": Decimal(0), "completed": Decimal(0)})




@pytest.mark.parametrize("typed", ["NaN", "Infinity", "-Infinity", "1e9999999", "1e40", "9" * 31, "=1e9999999", "=10 ** 60", "=1 +",
                                   "=sum(for i in 1..100000000 return i)"])
def test_a_number_that_no_form_would_take_is_no_value(world: World, typed: str) -> None:
    begun(world, "setting", SET).complete("甲", by="eve", words="好")
    with world.engine.read(world.actor("caseop")) as read:
        with pytest.raises(SubmissionInvalid) as refused:
            value_typed(read, world.last, "level", typed)
        assert [(error.field, error.zh.startswith("level")) for error in refused.value.errors] == [("value", True)]
        assert (value_typed(read, world.last, "level", "１２.5"), value_typed(read, world.last, "level", "=level + 1")) == (
            Decimal("12.5"), Decimal(4))


PERSONAL = {"forms/request.yaml": FILES["forms/request.yaml"].replace("required: true", "required: true, personal: 用于联系")}
DERIVED = """\
  - first: {task: 甲, who: {role: centre}, form: opinion, set: {called: =ask.name, kind: 高}}
  - each:
      for: {each: part, in: '=["甲"]'}
      collect: {names: =look.name}
      do: [{look: {task: 查, who: {role: centre}, form: request}}]
  - last: {task: 完, who: {role: centre}, form: opinion}
"""


@pytest.mark.parametrize("typed", ["=string(ask)", "=ask.name", "=ask.previous", "=called", "=each.results[1].look", "=names[1]",
                                   '={a: ask}.a.name', '=entry("systems", "1").name', "=string([ask][1])"])
def test_an_expression_of_an_operator_does_not_read_what_he_sees_masked(world: World, typed: str) -> None:
    deployed(world, "deriving", DERIVED, files=PERSONAL).start("deriving", "ask", by="ann", name="张三")
    world.complete("甲", by="eve", words="好")
    with world.engine.read(world.actor("caseop")) as read:
        with pytest.raises(SubmissionInvalid, match="个人信息"):
            value_typed(read, world.last, "kind", typed)
        assert value_typed(read, world.last, "kind", "=first.words + ask.actor.name + kind") == "好安高"


def test_who_confirms_a_correction_sees_old_and_new_masked_where_personal(world: World) -> None:
    deployed(world, "deriving", DERIVED, files=PERSONAL).start("deriving", "ask", by="ann", name="张三", secret="是")
    for field, typed in (("name", "李四"), ("secret", "否")):
        with world.engine.begin(world.actor("ann")) as unit:
            corrections.propose(unit, instance_id=world.last, step_id="ask", field=field, typed=typed, reason="看错", key=uuid4().hex)
    with world.engine.read(world.actor("caseop")) as read:
        shown = {(each.title, each.label, each.old, each.new) for each in operations_view(read, world.last).proposals}
    assert shown == {("申请", "名称", "张**", "李**"), ("申请", "涉密", "是", "否")}
