"""撤回: whoever completed a task takes it back while nobody acted on what followed; else he is told who did, or what stays."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from engine.errors import NotAllowed, NotFound, Rejected, WrongState
from engine.runtime import CannotMove
from engine.store.tables import tasks as task_rows
from engine.verbs import tasks, withdrawals
from engine.verbs.suspension import Suspended
from tests.engine.verbs import test_corrections as correcting
from tests.engine.verbs.cases import CALLS, calling
from tests.engine.verbs.constructs import QUORUM, begun, is_proven
from tests.engine.verbs.small import begin_filing, begin_limits, types_of
from tests.engine.verbs.test_migrations import changed, migrate
from tests.engine.verbs.test_moves import approved
from tests.engine.verbs.test_operations import SET, change, sentences, suspend
from tests.world import World


def completed(world: World, title: str, visit: int = 1) -> str:
    """The id of the completed task of this title."""
    with world.engine.database.reading.connect() as connection:
        return str(connection.execute(select(task_rows.c.id).where(
            task_rows.c.instance_id == world.last, task_rows.c.title == title, task_rows.c.visit == visit,
            task_rows.c.status == "completed",
            task_rows.c.action != "withdrawn").order_by(task_rows.c.completed_at.desc(), task_rows.c.created_at.desc())).scalar())


def withdraw(world: World, title: str, *, by: str, visit: int = 1, key: str = "") -> World:
    with world.engine.begin(world.actor(by)) as unit:
        withdrawals.withdraw(unit, task_id=completed(world, title, visit), key=key or uuid4().hex)
    return world


TWO = """\
  - first: {task: 甲, who: {role: centre}, form: opinion, set: {level: 3}}
  - second: {task: 乙, who: {role: office}, form: opinion}
  - third: {task: 丙, who: {role: centre}, form: opinion}
"""


def test_a_completion_taken_back_leaves_the_case_as_it_was(world: World, tmp_path: Path) -> None:
    begun(world, "two", TWO).complete("甲", by="eve", words="写错了")
    withdraw(world, "甲", by="eve")
    view = world.view()
    assert (world.open_titles(), world.titles_for("gus")) == (["甲"], [])
    assert (view.variables["first"], view.variables["level"]) == (None, None)
    assert "撤回“甲”的办理，重新打开；同时撤下：乙" in sentences(world)
    assert [(row.title, row.action) for row in view.submissions if row.title == "甲"] == [("甲", "withdrawn")]
    world.complete("甲", by="eve", words="写对了").complete("乙", by="gus", words="好")
    assert world.view().variables["first"]["visit_count"] == 1
    assert is_proven(world, tmp_path)


def test_it_is_taken_back_out_of_parallel_branches_that_nobody_touched(world: World, tmp_path: Path) -> None:
    withdraw(approved(world), "审核", by="bob")
    assert world.open_titles() == ["审核"]
    assert "verdict" not in world.view().variables or world.view().variables["verdict"] is None
    assert is_proven(world, tmp_path)


def test_what_others_do_beside_it_does_not_hinder(world: World, tmp_path: Path) -> None:
    steps = """\
  - both:
      fork:
        one: [{first: {task: 甲, who: {role: centre}, form: opinion}}]
        two: [{second: {task: 乙, who: {role: office}, form: opinion}}, {more: {task: 丁, who: {role: office}, form: opinion}}]
  - last: {task: 丙, who: {role: centre}, form: opinion}
"""
    begun(world, "beside", steps).complete("甲", by="eve", words="一").complete("乙", by="gus", words="二")
    assert withdraw(world, "甲", by="eve").open_titles() == ["丁", "甲"]
    world.complete("甲", by="eve", words="三").complete("丁", by="gus", words="四")
    with pytest.raises(WrongState, match="已汇合"):
        withdraw(world, "甲", by="eve")
    assert withdraw(world, "丁", by="gus").open_titles() == ["丁"]
    assert world.complete("丁", by="gus", words="五").open_titles() == ["丙"]
    assert is_proven(world, tmp_path)


def test_a_second_visit_taken_back_gives_the_answers_of_the_first_again(world: World, tmp_path: Path) -> None:
    begin_filing(world).complete("审核", by="bob", action="return", comment="改名")
    world.complete("申请", by="ann", name="新名")
    withdraw(world, "申请", by="ann", visit=2)
    assert (world.open_titles(), world.view().variables["ask"]["name"]) == (["申请"], "主页")
    assert is_proven(world, tmp_path)


def test_who_claimed_what_followed_is_named(world: World) -> None:
    begun(world, "two", TWO).complete("甲", by="eve", words="写错了")
    with world.engine.begin(world.actor("gus")) as unit:
        tasks.claim(unit, task_id=world.task_id("乙"))
    with pytest.raises(WrongState, match="已由顾认领"):
        withdraw(world, "甲", by="eve")


@pytest.mark.parametrize(("login", "error"), [("fay", NotAllowed), ("caseop", NotAllowed), ("zoe", NotFound)])
def test_nobody_takes_back_what_another_did(world: World, login: str, error: type[Rejected]) -> None:
    begun(world, "two", TWO).complete("甲", by="eve", words="写错了")
    with pytest.raises(error):
        withdraw(world, "甲", by=login)


def test_what_has_left_the_case_is_not_taken_back(world: World) -> None:
    approved(world).complete("甲", by="eve", words="好").complete("乙", by="gus", words="好")
    with pytest.raises(WrongState, match="已发放编号"):
        withdraw(world, "乙", by="gus")
    begun(world, "short", "  - first: {task: 甲, who: {role: centre}, form: opinion}\n").complete("甲", by="eve", words="好")
    with pytest.raises(WrongState, match="已经结束"):
        withdraw(world, "甲", by="eve")


def test_a_start_is_not_taken_back_and_a_called_case_stops_it(world: World) -> None:
    with pytest.raises(WrongState, match="发起和请求"):
        withdraw(begin_filing(world), "申请", by="ann")
    calling(world, "  - first: {task: 甲, who: {role: centre}, form: opinion}\n" + CALLS)
    world.complete("甲", by="eve", words="好")
    with pytest.raises(WrongState, match="已交给其他事项"):
        withdraw(world, "甲", by="eve")


def test_a_signature_of_a_quorum_that_was_counted_is_not_taken_back(world: World) -> None:
    begun(world, "voting", QUORUM).complete("表决（A）", by="bob", name="一", secret="是")
    with pytest.raises((WrongState, CannotMove)):
        withdraw(world, "表决（A）", by="bob")
    assert types_of(world).count("CompletionWithdrawn") == 0


def test_within_one_item_a_step_is_taken_back_with_its_own_answers(world: World, tmp_path: Path) -> None:
    steps = """\
  - each:
      for: {each: part, in: '=["甲", "乙"]'}
      do:
        - look: {task: 查, who: {role: centre}, form: opinion}
        - sign: {task: 签, who: {role: office}, form: opinion}
  - last: {task: 汇总, who: {role: centre}, form: opinion}
"""
    begun(world, "eaching", steps).complete("查（甲）", by="eve", words="一").complete("查（乙）", by="eve", words="二")
    withdraw(world, "查（甲）", by="eve")
    assert world.open_titles() == ["查（甲）", "签（乙）"]
    world.complete("查（甲）", by="eve", words="三").complete("签（甲）", by="gus", words="好").complete("签（乙）", by="gus", words="好")
    assert [each["look"]["words"] for each in world.view().variables["each"]["results"]] == ["三", "二"]
    assert is_proven(world, tmp_path)


def test_a_report_taken_back_lets_its_deadline_run_on(world: World, tmp_path: Path) -> None:
    begin_limits(world, found_at="2026-11-02T09:00").complete("报告", by="eve", name="x", found_at="2026-11-02T09:10")
    assert world.deadline("first_report").status == "met"
    withdraw(world, "报告", by="eve")
    assert (world.deadline("first_report").status, world.open_titles()) == ("running", ["报告"])
    assert is_proven(world, tmp_path)


def test_taking_back_never_moves_the_base_of_a_deadline(world: World) -> None:
    steps = """\
  - first: {task: 甲, who: {role: centre}, form: request}
  - second: {task: 乙, who: {role: office}, form: opinion}
parameters:
  oral: {value: 30 minutes, basis: A-2}
deadlines:
  d:
    title: 限
    bases: {found: =first.found_at}
    met_at: =second.completed_at
    stages: [{within: oral, otherwise: 迟报}]
    confirmed_in: second
"""
    begun(world, "based", steps).complete("甲", by="eve", name="x", found_at="2026-11-02T09:00")
    with pytest.raises(WrongState, match="起算时刻"):
        withdraw(world, "甲", by="eve")
    assert world.deadline("d").status == "running"


def test_a_value_that_was_changed_since_is_not_overwritten(world: World) -> None:
    change(begun(world, "setting", SET).complete("甲", by="eve", words="好"), "level", Decimal(4))
    with pytest.raises(WrongState, match="level 之后又有改动"):
        withdraw(world, "甲", by="eve")


def test_a_suspended_case_gives_nothing_back(world: World) -> None:
    suspend(begun(world, "setting", SET).complete("甲", by="eve", words="好"))
    with pytest.raises(Suspended):
        withdraw(world, "甲", by="eve")


def test_the_same_key_takes_back_once_and_what_was_taken_back_is_open(world: World) -> None:
    begun(world, "two", TWO).complete("甲", by="eve", words="写错了")
    task_id = completed(world, "甲")
    for _ in range(2):
        with world.engine.begin(world.actor("eve")) as unit:
            withdrawals.withdraw(unit, task_id=task_id, key="k" * 16)
    assert types_of(world).count("CompletionWithdrawn") == 1
    with pytest.raises(WrongState, match="没有办理完成"), world.engine.begin(world.actor("eve")) as unit:
        withdrawals.withdraw(unit, task_id=task_id, key=uuid4().hex)


@pytest.mark.parametrize(("edits", "mapping"), [
    ([("second:", "other:")], {"second": "other"}), ([("first:", "begin:")], {"first": "begin"}), ([("task: 丙", "task: 完")], {}),
])
def test_what_was_done_before_a_migration_is_not_taken_back(world: World, edits: list[tuple[str, str]], mapping: dict[str, str]) -> None:
    begun(world, "two", TWO).complete("甲", by="eve", words="写错了")
    changed(world, *edits, steps=TWO, process="two")
    migrate(world, mapping, process="two")
    with pytest.raises(WrongState, match="已迁移到另一版本，不能撤回"):
        withdraw(world, "甲", by="eve")
    assert world.open_titles() == ["乙"]


def test_what_was_done_after_a_migration_is_taken_back(world: World, tmp_path: Path) -> None:
    begun(world, "two", TWO).complete("甲", by="eve", words="好")
    changed(world, ("second:", "other:"), steps=TWO, process="two")
    migrate(world, {"second": "other"}, process="two").complete("乙", by="gus", words="写错了")
    assert withdraw(world, "乙", by="gus").open_titles() == ["乙"]
    assert is_proven(world, tmp_path)


def test_a_second_visit_taken_back_gives_the_corrected_answers_of_the_first(world: World, tmp_path: Path) -> None:
    begin_filing(world)
    correcting.confirm(world, correcting.propose(world, "ask", "name", "改正的名", by="ann"))
    world.complete("审核", by="bob", action="return", comment="改名").complete("申请", by="ann", name="新名")
    correcting.confirm(world, correcting.propose(world, "ask", "name", "再改的名", by="ann"))
    withdraw(world, "申请", by="ann", visit=2)
    assert world.view().variables["ask"]["name"] == "改正的名"
    world.complete("申请", by="ann", name="又一名")
    withdraw(world, "申请", by="ann", visit=2)
    assert world.view().variables["ask"]["name"] == "改正的名"
    assert is_proven(world, tmp_path)


def test_what_was_proposed_for_an_answer_that_is_taken_back_falls_away(world: World, tmp_path: Path) -> None:
    begun(world, "two", TWO).complete("甲", by="eve", words="写错了")
    correction = correcting.propose(world, "first", "words", "写对了", by="eve")
    withdraw(world, "甲", by="eve")
    assert "不更正“甲”：所更正的办理已由办理人撤回" in sentences(world)
    with pytest.raises(WrongState, match="已经处理"):
        correcting.decline(world, correction)
    assert is_proven(world, tmp_path)
