"""Races of people and operators in one case: one wins, the other is told, the chain holds and nothing happens twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from engine.errors import WrongState
from engine.jobs.migrating import versions_of
from engine.jobs.worker import run_due
from engine.verbs import migrations, moves, operations, withdrawals
from engine.verbs.offers import flow_of
from tests.engine.verbs.constructs import deployed
from tests.engine.verbs.small import begin_filing, broken_chains, types_of
from tests.engine.verbs.test_withdrawals import TWO, completed
from tests.torture.test_races import ROUNDS, Hand, Race, claiming, completing, race, refusals
from tests.world import World

__all__ = ["race"]


def hand(world: World, login: str, verb: Callable[..., object], **given: Any) -> Hand:
    actor = world.actor(login)

    def act() -> object:
        with world.engine.begin(actor) as unit:
            return verb(unit, **given, key=uuid4().hex)

    return act


def of_case(world: World, verb: Callable[..., object], **given: Any) -> Hand:
    return hand(world, "caseop", verb, instance_id=world.last, reason="查核", **given)


def test_a_task_is_completed_or_the_case_is_suspended_before(world: World, race: Race) -> None:
    for _ in range(ROUNDS):
        task_id = begin_filing(world).task_id("审核")
        answers = race(completing(world, task_id, "bob"), of_case(world, operations.suspend))
        kinds = types_of(world)
        assert refusals(answers[1:]) == []
        assert (kinds.count("TaskCompleted") == 2) == (refusals(answers) == [])
        assert kinds.count("InstanceSuspended") == 1
    assert broken_chains(world) == []


def test_a_task_is_completed_or_the_case_is_cancelled_before(world: World, race: Race) -> None:
    for _ in range(ROUNDS):
        task_id = begin_filing(world).task_id("审核")
        answers = race(completing(world, task_id, "bob"), of_case(world, operations.cancel))
        assert refusals(answers[1:]) == []
        assert (world.view().head.outcome, world.open_titles()) == ("已终止", [])
        assert types_of(world).count("InstanceEnded") == 1
    assert broken_chains(world) == []


def test_a_completion_is_taken_back_or_what_followed_is_claimed_before(world: World, race: Race) -> None:
    deployed(world, "two", TWO)
    for _ in range(ROUNDS):
        world.start("two", "ask", by="ann", name="主页").complete("甲", by="eve", words="写错了")
        taking_back = hand(world, "eve", withdrawals.withdraw, task_id=completed(world, "甲"))
        answers = race(taking_back, claiming(world, world.task_id("乙"), "gus"))
        (refused,) = refusals(answers)
        assert isinstance(refused, WrongState)
        assert world.open_titles() == (["甲"] if answers[1] is refused else ["乙"])
    assert broken_chains(world) == []


def position(world: World) -> str:
    with world.engine.read(world.actor("caseop")) as read:
        return moves.positions(flow_of(read, world.last))[0].token_id


def test_two_operators_move_one_case_and_the_second_is_told_it_has_moved_on(world: World, race: Race) -> None:
    for _ in range(ROUNDS):
        begin_filing(world)
        token_id = position(world)
        answers = race(*(of_case(world, moves.jump, step_id=step_id, token_id=token_id) for step_id in ("first", "second")))
        assert len(refusals(answers)) == 1
        assert types_of(world).count("CaseMoved") == 1
        assert len(world.open_titles()) == 1
    assert broken_chains(world) == []


def test_a_case_is_completed_and_migrated_in_either_order(world: World, race: Race) -> None:
    deployed(world, "moving", TWO)
    for number in range(ROUNDS):
        world.start("moving", "ask", by="ann", name="主页")
        deployed(world, "moving", TWO.replace("task: 丙", f"task: 丙{number}"))
        _, to = versions_of(world.engine, world.actor("caseop"), "moving", 1, number + 2)
        answers = race(completing(world, world.task_id("甲"), "eve", action="complete"),
                       of_case(world, migrations.migrate, to=to, mapping={}))
        assert refusals(answers) == []
        assert (world.open_titles(), world.view().head.version) == (["乙"], number + 2)
    assert broken_chains(world) == []


def test_a_timer_triggers_or_is_held_by_a_suspension_and_never_twice(world: World, race: Race) -> None:
    deployed(world, "waiting", "  - pause: {wait: 1 hour, basis: A-2}\n  - last: {task: 汇总, who: {role: centre}, form: opinion}\n")
    for _ in range(ROUNDS):
        world.start("waiting", "ask", by="ann", name="主页")
        world.clock.move_to(world.clock.now() + timedelta(hours=1))
        answers = race(lambda: run_due(world.engine), of_case(world, operations.suspend))
        assert world.open_titles() == (["汇总"] if answers[0] else [])
        with world.engine.begin(world.actor("caseop")) as unit:
            operations.resume(unit, instance_id=world.last, reason="查完", key=uuid4().hex)
        run_due(world.engine)
        assert (world.open_titles(), types_of(world).count("TimerTriggered")) == (["汇总"], 1)
    assert broken_chains(world) == []
