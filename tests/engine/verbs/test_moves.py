"""Cases returned to an earlier step and jumped to any: what people see of it, in tasks, timers, loops, limits and trace.

Which tokens go and stay is held in tests/engine/runtime/test_moving.py for every pair of places.
"""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from engine.actors import SYSTEM
from engine.errors import NotAllowed, NotFound, Rejected, WrongState
from engine.runtime import CannotMove
from engine.verbs import messages, moves
from engine.verbs.offers import flow_of
from engine.views import tasks as task_views
from tests.engine.verbs.cases import CALLS, calling, carry, look_at
from tests.engine.verbs.constructs import QUORUM, begun, is_proven, timers_of
from tests.engine.verbs.small import begin_filing, begin_limits, types_of
from tests.engine.verbs.test_operations import sentences, suspend
from tests.world import World


def positions(world: World) -> dict[str, str]:
    """The tokens by the title of their step, with the item of a loop behind it."""
    with world.engine.read(world.actor("caseop")) as read:
        return {each.title + each.item: each.token_id for each in moves.positions(flow_of(read, world.last))}


def returned(world: World, step_id: str, *, start: str = "", by: str = "caseop", key: str = "") -> World:
    token_id = positions(world)[start] if start else ""
    with world.engine.begin(world.actor(by)) as unit:
        moves.return_to(unit, instance_id=world.last, step_id=step_id, reason="材料不符", key=key or uuid4().hex, token_id=token_id)
    return carry(world)


def jumped(world: World, step_id: str, *, start: str = "", by: str = "caseop", token_id: str = "") -> World:
    token_id = token_id or (positions(world)[start] if start else "")
    with world.engine.begin(world.actor(by)) as unit:
        moves.jump(unit, instance_id=world.last, step_id=step_id, reason="负责人已口头同意", key=uuid4().hex, token_id=token_id)
    return carry(world)


def approved(world: World) -> World:
    return begin_filing(world).complete("审核", by="bob", action="approve", words="同意")


def test_a_case_returned_from_parallel_branches_stands_at_the_earlier_step_alone(world: World, tmp_path: Path) -> None:
    approved(world).complete("甲", by="eve", words="好")
    returned(world, "review", start="乙")
    assert world.open_titles() == ["审核"]
    with world.engine.read(world.actor("bob")) as read:
        task = task_views.get_task(read, world.task_id("审核"))
    assert (task.returned_comment, task.visit) == ("材料不符", 2)
    assert [text for text in sentences(world) if "退回" in text] == ["从“乙”退回到“审核”：材料不符；同时撤下：汇合"]
    world.complete("审核", by="bob", action="approve", words="同意")
    assert world.open_titles() == ["乙", "甲"]
    world.complete("甲", by="eve", words="好").complete("乙", by="gus", words="好")
    assert world.view().head.outcome == "已办结"
    assert is_proven(world, tmp_path)


def test_a_step_that_was_never_done_is_jumped_to_not_returned_to(world: World) -> None:
    begin_filing(world)
    with pytest.raises(WrongState, match="还没有办过"):
        returned(world, "first")
    assert jumped(world, "first").open_titles() == ["甲"]


def test_a_jump_into_a_branch_counts_the_others_as_passed_and_the_case_goes_on(world: World, tmp_path: Path) -> None:
    jumped(begin_filing(world), "first")
    assert "从“审核”跳转到“甲”：负责人已口头同意；视为已过：乙" in sentences(world)
    world.complete("甲", by="eve", words="好")
    assert (world.view().head.status, world.view().head.outcome) == ("ended", "已办结")
    assert is_proven(world, tmp_path)


def test_a_jump_to_an_end_ends_the_case_with_its_outcome(world: World, tmp_path: Path) -> None:
    head = jumped(begin_filing(world), "refused").view().head
    assert (head.status, head.outcome) == ("ended", "未通过")
    assert is_proven(world, tmp_path)


def test_a_case_that_rests_at_several_places_has_to_be_told_which_one_moves(world: World) -> None:
    with pytest.raises(WrongState, match="停在 2 处（“甲”、“乙”）"):
        returned(approved(world), "review")


def test_the_limit_of_a_step_that_is_left_goes_and_begins_anew_when_it_comes_back(world: World, tmp_path: Path) -> None:
    begin_filing(world)
    first = timers_of(world)
    jumped(world, "second")
    assert timers_of(world) == []
    world.clock.move_to(world.clock.now().replace(hour=3))
    returned(world, "ask")
    world.complete("申请", by="ann", name="主页")
    assert sorted(timers_of(world)) == sorted(first)
    assert world.due("审核") == "2026-11-02 12:00:00"
    assert is_proven(world, tmp_path)


def test_a_move_out_of_a_quorum_makes_its_votes_void_and_only_the_trace_keeps_them(world: World, tmp_path: Path) -> None:
    begun(world, "voting", QUORUM).complete("表决（A）", by="bob", name="一", secret="是")
    start = positions(world)["表决B"]
    jumped(world, "judge", token_id=start)
    assert world.open_titles() == ["汇总"]
    assert "vote" not in world.view().variables
    assert types_of(world).count("TaskCancelled") == 2
    with pytest.raises(CannotMove, match="循环里的步骤"):
        jumped(world, "ballot")
    jumped(world, "vote")
    assert len(world.open_titles()) == 3
    assert is_proven(world, tmp_path)


def test_an_event_beside_a_step_goes_with_it_and_statutory_deadlines_go_on(world: World, tmp_path: Path) -> None:
    begin_limits(world, found_at="2026-11-02T09:00")
    before = world.stage_dues("first_report")
    jumped(world, "judge")
    assert "event" not in timers_of(world)
    assert (world.deadline("first_report").status, world.stage_dues("first_report")) == ("running", before)
    jumped(world, "report")
    assert timers_of(world).count("event") == 1
    assert is_proven(world, tmp_path)


def test_a_case_that_a_request_interrupted_is_brought_back_and_offers_its_requests_again(world: World, tmp_path: Path) -> None:
    steps = """\
  - work: {task: 值守, who: {role: centre}, form: opinion}
on:
  - {id: alarm, message: alarm, interrupting: true, do: [{look: {task: 查看, who: {role: office}, form: opinion}}]}
"""
    begun(world, "interrupted", steps)
    with world.engine.begin(SYSTEM) as unit:
        messages.send(unit, name="alarm", values={})
    assert world.open_titles() == ["查看"]
    jumped(world, "work")
    assert world.open_titles() == ["值守"]
    with world.engine.begin(SYSTEM) as unit:
        messages.send(unit, name="alarm", values={})
    assert world.open_titles() == ["查看"]
    assert is_proven(world, tmp_path)


def test_a_called_case_that_is_no_longer_waited_for_ends(world: World, tmp_path: Path) -> None:
    _, parent = calling(world, CALLS)
    jumped(world, "alone")
    assert carry(world).open_titles() == ["自办"]
    assert look_at(world, "checking").view().head.outcome == "随主事项终止"
    world.last = parent
    assert is_proven(world, tmp_path)


@pytest.mark.parametrize(("step_id", "error"), [("nothing", NotFound), ("both_join", NotFound), ("withdraw", CannotMove)])
def test_what_cannot_be_done_is_refused_and_nothing_has_moved(world: World, step_id: str, error: type[Rejected]) -> None:
    before = begin_filing(world).view().head.tokens
    with pytest.raises(error):
        jumped(world, step_id)
    assert (world.view().head.tokens, types_of(world).count("CaseMoved")) == (before, 0)


def test_people_of_the_case_do_not_move_it(world: World) -> None:
    with pytest.raises(NotAllowed):
        jumped(begin_filing(world), "first", by="bob")


def test_a_suspended_case_is_moved_and_stays_suspended(world: World, tmp_path: Path) -> None:
    suspend(begin_filing(world))
    assert jumped(world, "first").open_titles() == ["甲"]
    with pytest.raises(WrongState, match="暂停"):
        world.complete("甲", by="eve", words="好")
    assert is_proven(world, tmp_path)


def test_a_case_is_moved_over_the_step_where_it_stands_still(world: World, tmp_path: Path) -> None:
    world.start("forked", "ask", by="ann", name="不明")
    assert world.view().incidents
    jumped(world, "silent")
    assert (world.open_titles(), world.view().incidents) == (["静默"], ())
    assert is_proven(world, tmp_path)


def test_the_same_form_sent_twice_moves_once(world: World) -> None:
    approved(world)
    start = positions(world)["甲"]
    for _ in range(2):
        with world.engine.begin(world.actor("caseop")) as unit:
            moves.return_to(unit, instance_id=world.last, step_id="review", reason="材料不符", key="k" * 16, token_id=start)
    assert types_of(world).count("CaseMoved") == 1
