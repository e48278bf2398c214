"""Races: two hands on one thing. One wins, the other is told, nothing is lost and nothing happens twice.

Each race runs ROUNDS times with the order of the hands and a little spinning drawn from a printed seed:
`ANLIU_SEED=… ANLIU_ROUNDS=… pytest tests/torture/test_races.py -k name` runs it again, or longer.
"""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from engine.actors import SYSTEM, Actor
from engine.errors import NotAllowed, Rejected, WrongState
from engine.jobs.worker import run_due
from engine.store.tables import counters, definitions, processes, sign_in_attempts
from engine.store.tables import tasks as task_rows
from engine.store.tables import timers as timer_rows
from engine.verbs import accounts, deployments, people, requests, tasks, timers
from tests.engine.verbs.small import (
    FILES,
    FILING,
    FILING_TEXT,
    begin_filing,
    begin_limits,
    broken_chains,
    start_typed,
    types_of,
    with_change,
)
from tests.world import World, china, typed

ROUNDS = int(os.environ.get("ANLIU_ROUNDS", "4"))
Hand = Callable[[], object]


class Race:
    """Several hands at once, in an order and with delays that the seed decides."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def __call__(self, *hands: Hand) -> list[object]:
        """What each hand got: its answer, or the refusal it met. Anything else is a failure."""
        answers: list[object] = [None] * len(hands)
        barrier = threading.Barrier(len(hands))
        order = self._random.sample(range(len(hands)), len(hands))
        spins = [self._random.randrange(3000) for _ in hands]

        def run(place: int) -> None:
            barrier.wait()
            for _ in range(spins[place]):
                pass
            try:
                answers[place] = hands[place]()
            except BaseException as error:  # noqa: BLE001 - judged below, by the thread that asserts
                answers[place] = error

        threads = [threading.Thread(target=run, args=(place,)) for place in order]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
            assert not thread.is_alive(), "a hand never came back: deadlock"
        broken = [answer for answer in answers if isinstance(answer, BaseException) and not isinstance(answer, Rejected)]
        assert not broken, broken
        return answers


@pytest.fixture
def race() -> Race:
    seed = int(os.environ.get("ANLIU_SEED") or random.randrange(10**9))
    print(f"ANLIU_SEED={seed}")
    return Race(seed)


def completing(world: World, task_id: str, login: str, *, key: str = "", action: str = "approve") -> Hand:
    actor = world.actor(login)
    key = key or uuid4().hex

    def act() -> object:
        with world.engine.begin(actor) as unit:
            return tasks.complete(unit, task_id=task_id, typed=typed({"words": "好"}), action=action, key=key)

    return act


def claiming(world: World, task_id: str, login: str) -> Hand:
    actor = world.actor(login)

    def act() -> object:
        with world.engine.begin(actor) as unit:
            tasks.claim(unit, task_id=task_id)
            return login

    return act


def refusals(answers: list[object]) -> list[Rejected]:
    return [answer for answer in answers if isinstance(answer, Rejected)]


def sound(world: World) -> None:
    assert broken_chains(world) == []


def test_two_complete_one_task_one_wins_and_the_other_is_told_who(world: World, race: Race) -> None:
    for _ in range(ROUNDS):
        task_id = begin_filing(world).task_id("审核")
        answers = race(completing(world, task_id, "bob"), completing(world, task_id, "ada"))
        (refused,) = refusals(answers)
        winner = "包" if answers[1] is refused else "艾"
        assert isinstance(refused, WrongState)
        assert f"已由{winner}于" in refused.sentence.zh
        assert types_of(world).count("TaskCompleted") == 2
        assert world.open_titles() == ["乙", "甲"]
    sound(world)


def test_one_completes_while_the_other_claims(world: World, race: Race) -> None:
    for _ in range(ROUNDS):
        task_id = begin_filing(world).task_id("审核")
        answers = race(completing(world, task_id, "bob"), claiming(world, task_id, "ada"))
        assert len(refusals(answers)) == 1
        assert isinstance(refusals(answers)[0], WrongState)
        kinds = types_of(world)
        assert (kinds.count("TaskClaimed") == 1) == isinstance(answers[0], WrongState)
    sound(world)


def test_two_claim_one_task(world: World, race: Race) -> None:
    for _ in range(ROUNDS):
        task_id = begin_filing(world).task_id("审核")
        answers = race(claiming(world, task_id, "bob"), claiming(world, task_id, "ada"))
        assert len(refusals(answers)) == 1
        assert types_of(world).count("TaskClaimed") == 1
    sound(world)


def test_one_click_sent_twenty_times_has_one_effect_and_one_receipt(world: World, race: Race) -> None:
    task_id = begin_filing(world).task_id("审核")
    answers = race(*[completing(world, task_id, "bob", key="one-nervous-click")] * 20)
    assert refusals(answers) == []
    assert len({answer.receipt.text for answer in answers}) == 1
    assert types_of(world).count("TaskCompleted") == 2
    sound(world)


def test_one_start_sent_twenty_times_starts_one_case(world: World, race: Race) -> None:
    answers = race(*[lambda: start_typed(world, by="ann", key="one-nervous-click")] * 20)
    assert refusals(answers) == []
    assert len({(answer.instance_id, answer.receipt.text) for answer in answers}) == 1
    with world.engine.database.reading.connect() as connection:
        assert connection.execute(select(counters.c.value).where(counters.c.name == "instances/filing/2026")).scalar() == 1
    sound(world)


def test_two_branches_join_once(world: World, race: Race) -> None:
    for _ in range(ROUNDS):
        begin_filing(world).complete("审核", by="bob", action="approve")
        answers = race(completing(world, world.task_id("甲"), "eve", action="complete"),
                       completing(world, world.task_id("乙"), "gus", action="complete"))
        assert refusals(answers) == []
        assert world.view().head.outcome == "已办结"
        assert types_of(world).count("NumberIssued") == 1
    sound(world)


def test_a_deadline_fires_while_somebody_completes(world: World, race: Race) -> None:
    for _ in range(ROUNDS):
        world.clock.move_to(china("2026-11-02 09:00"))
        begin_limits(world, found_at="2026-11-02T09:00")
        task_id = world.task_id("报告")
        world.clock.move_to(china("2026-11-02 11:00"))
        actor = world.actor("eve")

        def report(task_id: str = task_id, actor: Actor = actor) -> object:
            with world.engine.begin(actor) as unit:
                return tasks.complete(unit, task_id=task_id, key=uuid4().hex,
                                      typed=typed({"name": "x", "found_at": "2026-11-02T09:10"}))

        answers = race(report, lambda: run_due(world.engine))
        run_due(world.engine)
        assert world.open_titles() == ["认定"]
        kinds = types_of(world)
        assert kinds.count("TaskCompleted") + kinds.count("TaskCancelled") == 2
        assert bool(refusals(answers)) == (kinds.count("TaskCancelled") == 1)
    sound(world)


def test_two_workers_trigger_each_timer_once(world: World, race: Race) -> None:
    for number in range(ROUNDS):
        world.clock.move_to(china(f"2026-11-{2 + number:02} 09:00"))
        begin_filing(world)
        world.clock.move_to(china(f"2026-11-{2 + number:02} 12:00"))
        answers = race(lambda: run_due(world.engine), lambda: run_due(world.engine), lambda: run_due(world.engine))
        assert sum(answers) == 3
        kinds = types_of(world)
        assert [kinds.count(kind) for kind in ("TaskReminded", "TaskOverdue", "TaskWidened")] == [1, 1, 1]
    sound(world)


def test_one_timer_asked_for_by_many_is_triggered_once(world: World, race: Race) -> None:
    begin_filing(world)
    with world.engine.database.reading.connect() as connection:
        timer_id = connection.execute(select(timer_rows.c.id).where(timer_rows.c.kind == "overdue")).scalar_one()
    world.clock.move_to(china("2026-11-02 12:00"))

    def act() -> bool:
        with world.engine.begin(SYSTEM) as unit:
            return timers.trigger(unit, timer_id=timer_id)

    assert sorted(race(*[act] * 8)) == [False] * 7 + [True]
    sound(world)


def deploying(world: World, login: str, title: str) -> Hand:
    actor, files = world.actor(login), with_change(FILING_TEXT, "task: 审核", f"task: {title}") if title else FILES

    def act() -> object:
        with world.engine.begin(actor) as unit:
            return deployments.deploy(unit, main_file=FILING, files=files)

    return act


def test_two_publish_at_once(world: World, race: Race) -> None:
    for number in range(ROUNDS):
        answers = race(deploying(world, "pedit", f"甲审{number}"), deploying(world, "pedit2", f"乙审{number}"))
        assert refusals(answers) == []
        assert sorted(answer.number for answer in answers) == [2 * number + 2, 2 * number + 3]
        last = max(answers, key=lambda answer: answer.number)
        with world.engine.database.reading.connect() as connection:
            assert connection.execute(select(processes.c.definition_hash).where(
                processes.c.process == "filing")).scalar() == last.hash
    sound(world)


def test_two_publish_the_same_at_once(world: World, race: Race) -> None:
    for number in range(ROUNDS):
        answers = race(*[deploying(world, login, f"同审{number}") for login in ("pedit", "pedit2")])
        assert sorted(answer.is_new for answer in answers) == [False, True]
        assert len({answer.number for answer in answers}) == 1
    with world.engine.database.reading.connect() as connection:
        assert connection.execute(select(func.count()).select_from(definitions).where(
            definitions.c.process == "filing")).scalar() == ROUNDS + 1
    sound(world)


def test_publishing_while_cases_start_pins_each_to_one_version(world: World, race: Race) -> None:
    for number in range(ROUNDS):
        answers = race(deploying(world, "pedit", f"审{number}"), *[
            lambda login=login: start_typed(world, by=login) for login in ("ann", "ada", "ann")])
        assert refusals(answers) == []
        for done in answers[1:]:
            world.last = done.instance_id
            (title,) = world.open_titles()
            assert title in (f"审{number}", f"审{number - 1}" if number else "审核")
            world.complete(title, by="bob", action="approve")
    sound(world)


def test_many_starts_have_different_numbers_without_gaps(world: World, race: Race) -> None:
    answers = race(*[lambda login=login: start_typed(world, by=login) for login in ("ann", "ada") * 6])
    assert refusals(answers) == []
    numbers = []
    for done in answers:
        world.last = done.instance_id
        numbers.append(world.view().head.number)
    assert sorted(numbers) == [f"filing-2026-{number:04d}" for number in range(1, 13)]
    sound(world)


def test_a_withdrawal_while_somebody_approves(world: World, race: Race) -> None:
    for _ in range(ROUNDS):
        task_id = begin_filing(world).task_id("审核")
        actor, instance_id = world.actor("ann"), world.last

        def withdraw(instance_id: str = instance_id, actor: Actor = actor) -> object:
            with world.engine.begin(actor) as unit:
                return requests.raise_request(unit, instance_id=instance_id, request_id="withdraw", typed={},
                                              key=uuid4().hex)

        answers = race(withdraw, completing(world, task_id, "bob"))
        assert answers[0] not in refusals(answers)
        assert world.view().head.outcome == "已撤回"
        assert world.view().open_tasks == ()
    sound(world)


def test_a_post_is_taken_away_while_its_holder_completes(world: World, race: Race) -> None:
    """Whoever comes first counts; the task never stays with somebody who may not do it."""
    for _ in range(ROUNDS):
        task_id = begin_filing(world).task_id("审核")
        claiming(world, task_id, "bob")()

        def take_away() -> object:
            with world.engine.begin(SYSTEM) as unit:
                people.leave_post(unit, person_id=world.ids["bob"], role="unit_head", unit_id="A")
            return "taken"

        answers = race(take_away, completing(world, task_id, "bob"))
        assert answers[0] == "taken"
        with world.engine.database.reading.connect() as connection:
            row = connection.execute(select(task_rows).where(task_rows.c.id == task_id)).one()
        assert (row.status, row.assignee_id) in (("completed", world.ids["bob"]), ("open", None))
        with world.engine.begin(SYSTEM) as unit:
            people.hold_post(unit, person_id=world.ids["bob"], role="unit_head", unit_id="A")
    sound(world)


def test_guesses_at_once_are_counted_like_guesses_in_a_row(world: World, race: Race) -> None:
    """At one moment three wrong passwords are checked, then the account pauses: twelve hands get no more."""
    with world.engine.begin(SYSTEM) as unit:
        accounts.issue_password(unit, person_id=world.ids["ann"])

    def guess() -> object:
        with world.engine.begin(SYSTEM) as unit:
            return accounts.sign_in(unit, login="ann", password="wrong", address="10.0.0.1", agent="t")

    answers = race(*[guess] * 8)
    assert all(isinstance(answer, NotAllowed) for answer in answers)
    with world.engine.database.reading.connect() as connection:
        assert connection.execute(select(func.count()).select_from(sign_in_attempts)).scalar() == 3
    sound(world)
