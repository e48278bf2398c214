"""Claim, release, complete: who may, why not, and exactly once."""

from __future__ import annotations

import pytest

from engine.actors import SYSTEM
from engine.errors import NotAllowed, NotFound, SubmissionInvalid, WrongState
from engine.trace.receipts import verify_receipt
from engine.verbs import instances, people, tasks
from tests.engine.verbs.small import SHARED, begin_filing, broken_chains, filed, start_typed, types_of
from tests.world import World, typed

KEY = "the-key-of-one-click"


def claim(world: World, title: str, *, by: str) -> None:
    with world.engine.begin(world.actor(by)) as unit:
        tasks.claim(unit, task_id=world.task_id(title))


def release(world: World, title: str, *, by: str) -> None:
    with world.engine.begin(world.actor(by)) as unit:
        tasks.release(unit, task_id=world.task_id(title))


def complete(world: World, task_id: str, *, by: str, key: str, **answers: object) -> tasks.Done:
    with world.engine.begin(world.actor(by)) as unit:
        return tasks.complete(unit, task_id=task_id, typed=typed(answers), action="approve", key=key)


def refusals(world: World) -> list[tuple[str, str]]:
    return [(entry.actor_name, entry.element_title) for entry in world.trace() if entry.type == "ActionRefused"]


def test_a_case_runs_from_its_form_to_its_end(world: World) -> None:
    filed(world)
    view = world.view()
    assert (view.head.status, view.head.outcome) == ("ended", "已办结")
    assert view.head.number == "filing-2026-0001"
    assert view.head.subject == "主页"
    assert view.variables["filing_no"] == "N-2026-001"
    assert broken_chains(world) == []


def test_a_claimed_task_is_with_its_holder_alone(world: World) -> None:
    begin_filing(world)
    assert world.titles_for("bob") == world.titles_for("ada") == ["审核"]
    claim(world, "审核", by="bob")
    assert world.titles_for("bob") == ["审核"]
    assert world.titles_for("ada") == []
    with pytest.raises(WrongState, match="包认领"):
        claim(world, "审核", by="ada")
    with pytest.raises(WrongState, match="包认领"):
        world.complete("审核", by="ada", action="approve")


def test_claiming_twice_changes_nothing(world: World) -> None:
    begin_filing(world)
    claim(world, "审核", by="bob")
    claim(world, "审核", by="bob")
    assert types_of(world).count("TaskClaimed") == 1


def test_a_released_task_is_everybodys_again(world: World) -> None:
    begin_filing(world)
    claim(world, "审核", by="bob")
    with pytest.raises(WrongState):
        release(world, "审核", by="ada")
    release(world, "审核", by="bob")
    world.complete("审核", by="ada", action="approve")
    assert world.open_titles() == ["乙", "甲"]


def test_whoever_has_no_part_in_a_case_does_not_find_its_tasks(world: World) -> None:
    begin_filing(world)
    with pytest.raises(NotFound):
        claim(world, "审核", by="zoe")
    with pytest.raises(NotFound):
        world.complete("审核", by="zoe", action="approve")
    assert refusals(world) == []


def test_whoever_may_see_but_not_act_is_refused_and_traced(world: World) -> None:
    begin_filing(world).complete("审核", by="bob", action="approve")
    with pytest.raises(NotAllowed):
        world.complete("甲", by="bob")
    with pytest.raises(NotAllowed):
        claim(world, "甲", by="bob")
    assert refusals(world) == [("包", "甲"), ("包", "甲")]
    assert broken_chains(world) == []


def test_separation_of_duty_refuses_the_applicant_and_says_so_in_the_trace(world: World) -> None:
    begin_filing(world)
    assert world.titles_for("ann") == []
    with pytest.raises(NotAllowed, match="岗位分离"):
        world.complete("审核", by="ann", action="approve")
    assert refusals(world) == [("安", "审核")]


def test_an_auditor_sees_everything_and_does_nothing(world: World) -> None:
    begin_filing(world)
    with pytest.raises(NotAllowed):
        claim(world, "审核", by="aud")


def test_the_same_key_twice_gives_the_same_receipt_and_one_effect(world: World) -> None:
    begin_filing(world)
    task_id = world.task_id("审核")
    first = complete(world, task_id, by="bob", key=KEY, words="同意")
    before = types_of(world)
    again = complete(world, task_id, by="bob", key=KEY, words="同意")
    assert again.receipt == first.receipt
    assert types_of(world) == before


def test_a_key_of_something_else_is_refused(world: World) -> None:
    start_typed(world, by="ann", key=KEY)
    begin_filing(world)
    with pytest.raises(WrongState, match="已经提交过"):
        start_typed(world, by="ann", key=KEY, process="forked")
    with pytest.raises(WrongState, match="提交编号"):
        start_typed(world, by="ann", key="short")


def test_a_key_of_a_start_for_another_unit_is_refused(world: World) -> None:
    with world.engine.begin(SYSTEM) as unit:
        people.hold_post(unit, person_id=world.ids["ann"], role="applicant", unit_id="B")

    def start(own_unit: str) -> tasks.Done:
        return world.engine.carry_out(world.actor("ann"), lambda unit: instances.start(
            unit, process="filing", start_id="ask", typed=typed({"name": "主页"}), key=KEY, own_unit=own_unit))

    first = start("B")
    assert start("B").receipt == first.receipt
    with pytest.raises(WrongState, match="已经提交过"):
        start("A")


def test_starting_with_the_same_key_starts_once(world: World) -> None:
    first = start_typed(world, by="ann", key=KEY)
    assert start_typed(world, by="ann", key=KEY).receipt == first.receipt
    assert start_typed(world, by="ada", key=KEY).instance_id != first.instance_id


def test_a_completed_task_says_who_completed_it_and_when(world: World) -> None:
    begin_filing(world).at("2026-11-02 09:05")
    task_id = world.task_id("审核")
    complete(world, task_id, by="bob", key=KEY)
    world.at("2026-11-02 09:06")
    with pytest.raises(WrongState, match="包于 2026-11-02 09:05:00"):
        complete(world, task_id, by="ada", key="another-click")
    with pytest.raises(WrongState, match="包于 2026-11-02 09:05:00"):
        complete(world, task_id, by="bob", key="another-click")


def test_wrong_answers_change_nothing_and_free_the_key(world: World) -> None:
    with pytest.raises(SubmissionInvalid) as caught:
        start_typed(world, by="ann", key=KEY, name="")
    assert [error.field for error in caught.value.errors] == ["name"]
    assert start_typed(world, by="ann", key=KEY).instance_id


def test_an_action_that_is_not_offered_is_refused(world: World) -> None:
    begin_filing(world).complete("审核", by="bob", action="approve")
    with pytest.raises(WrongState, match="办理选项"):
        world.complete("甲", by="eve", action="approve")


def test_a_receipt_proves_the_completion(world: World) -> None:
    begin_filing(world).complete("审核", by="bob", action="approve")
    ring = world.engine.means.keys
    for done in world.receipts:
        assert verify_receipt(done.receipt, {ring.signing_key_id: ring.public_key})
    entry = world.trace()[world.receipts[-1].receipt.seq - 1]
    assert (entry.type, f"sha256:{entry.hash_hex}") == ("TaskCompleted", world.receipts[-1].receipt.hash)


def test_a_task_for_everyone_is_found_and_done_by_anybody(world: World) -> None:
    open_text = world_with_open_task()
    world.deploy("processes/open.yaml", files=open_text)
    world.start("open", "ask", by="ann", name="问卷")
    assert world.titles_for("zoe") == ["答"]
    claim(world, "答", by="zoe")
    world.complete("答", by="zoe")
    assert world.view(by="zoe").head.status == "ended"
    with pytest.raises(NotFound):
        world.view(by="ada")


def world_with_open_task() -> dict[str, str]:
    return {**SHARED, "processes/open.yaml": """\
anliu: 1
process: open
title: 开放
profile: test
basis: A-1
starts:
  - {id: ask, title: 问, who: {anyone: true}, form: request}
do:
  - answer: {task: 答, who: {anyone: true}, form: opinion}
"""}


def test_a_comment_or_key_that_no_database_could_hold_is_refused(world: World) -> None:
    begin_filing(world)
    with pytest.raises(SubmissionInvalid):
        world.complete("审核", by="bob", action="return", comment="退\0回")
    with pytest.raises(WrongState), world.engine.begin(world.actor("bob")) as unit:
        tasks.complete(unit, task_id=world.task_id("审核"), typed={}, action="approve", key="\0" * 12)
