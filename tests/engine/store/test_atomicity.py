"""Atomicity: whichever statement fails, the database is as before, and the same click works afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import pytest
from sqlalchemy import event, select

from engine.actors import SYSTEM
from engine.store.tables import timers as timer_rows
from engine.trace.receipts import Receipt
from engine.verbs import deployments, requests, schedules, tasks, timers
from tests.engine.verbs.cases import CALLS, WAITER, WEEKLY, WITH_CHECK, begun_alone, look_at, sent
from tests.engine.verbs.constructs import QUORUM, begun, deployed
from tests.engine.verbs.small import (
    FILES,
    FILING,
    FILING_TEXT,
    begin_filing,
    broken_chains,
    rows_of,
    start_typed,
    with_change,
)
from tests.world import World, china, typed

KEY = "one-click-many-tries"
Act = Callable[[], object]


class Broken(Exception):
    """What the database says at the statement that fails."""


@contextmanager
def failing_at(world: World, number: int) -> Iterator[None]:
    """The n-th statement of any write transaction fails, prepared or not."""
    engine, seen = world.engine.database.writing, count(1)
    ordinary = engine._connection_cls

    class Failing(ordinary):
        def execute(self, *given: object, **options: object) -> object:
            if next(seen) == number:
                raise Broken
            return super().execute(*given, **options)

    world.engine.database.dispose()  # what this thread kept is none of those that fail, and what it keeps then is
    engine._connection_cls = Failing
    try:
        yield
    finally:
        engine._connection_cls = ordinary
        world.engine.database.dispose()


@contextmanager
def failing_commit(world: World) -> Iterator[None]:
    def break_commit(_: object) -> None:
        raise Broken

    event.listen(world.engine.database.writing, "commit", break_commit)
    try:
        yield
    finally:
        event.remove(world.engine.database.writing, "commit", break_commit)


def start(world: World) -> Act:
    return lambda: start_typed(world, by="ann", key=KEY).receipt


def complete_into_a_fork(world: World) -> Act:
    return _complete(begin_filing(world), "审核", "bob", "approve")


def complete_with_every_effect(world: World) -> Act:
    begin_filing(world).complete("审核", by="bob", action="approve").complete("甲", by="eve")
    return _complete(world, "乙", "gus", "complete")


def _complete(world: World, title: str, login: str, action: str) -> Act:
    task_id, actor = world.task_id(title), world.actor(login)

    def act() -> Receipt:
        with world.engine.begin(actor) as unit:
            return tasks.complete(unit, task_id=task_id, typed=typed({"words": "好"}), action=action, key=KEY).receipt

    return act


def claim(world: World) -> Act:
    task_id, actor = begin_filing(world).task_id("审核"), world.actor("bob")

    def act() -> None:
        with world.engine.begin(actor) as unit:
            tasks.claim(unit, task_id=task_id)

    return act


def request(world: World) -> Act:
    begin_filing(world).complete("审核", by="bob", action="approve")
    actor = world.actor("ann")

    def act() -> Receipt:
        with world.engine.begin(actor) as unit:
            return requests.raise_request(unit, instance_id=world.last, request_id="withdraw", typed={}, key=KEY).receipt

    return act


def timer(world: World) -> Act:
    begin_filing(world)
    world.clock.move_to(china("2026-11-02 11:00"))
    return _trigger(world, "overdue")


def _trigger(world: World, kind: str) -> Act:
    with world.engine.database.reading.connect() as connection:
        timer_id = connection.execute(select(timer_rows.c.id).where(timer_rows.c.kind == kind)).scalar_one()

    def act() -> None:
        with world.engine.begin(SYSTEM) as unit:
            timers.trigger(unit, timer_id=timer_id)

    return act


def end_a_loop(world: World) -> Act:
    begun(world, "voting", QUORUM).complete("表决（A）", by="bob", name="a", secret="是")
    task_id, actor = world.task_id("表决（B）"), world.actor("zoe")

    def act() -> Receipt:
        with world.engine.begin(actor) as unit:
            return tasks.complete(unit, task_id=task_id, typed=typed({"name": "b", "secret": "是"}), key=KEY).receipt

    return act


def call(world: World) -> Act:
    world.deploy("processes/checking.yaml", files={**FILES, **WITH_CHECK})
    deployed(world, "calling", CALLS, files=WITH_CHECK).start("calling", "ask", by="ann", name="主页")
    return _trigger(world, "call")


def hand_back(world: World) -> Act:
    call(world)()
    look_at(world, "checking").complete("核查", by="gus", words="无误")
    return _trigger(world, "return")


def carry_a_message(world: World) -> Act:
    deployed(world, "waiter", WAITER).start("waiter", "ask", by="ann", name="主页")
    sent(world)
    return _trigger(world, "message")


def schedule(world: World) -> Act:
    begun_alone(world, "weekly", WEEKLY, "周检")
    world.clock.move_to(china("2026-11-09 00:00"))

    def act() -> None:
        with world.engine.begin(SYSTEM) as unit:
            schedules.trigger(unit, process="weekly", start_id="weekly")

    return act


def deploy(world: World) -> Act:
    files = with_change(FILING_TEXT, "task: 审核", "task: 复核")

    def act() -> None:
        with world.engine.begin(world.actor("pedit")) as unit:
            deployments.deploy(unit, main_file=FILING, files=files)

    return act


@pytest.mark.parametrize("prepare", [start, complete_into_a_fork, complete_with_every_effect, claim, request, timer,
                                     deploy, end_a_loop, call, hand_back, carry_a_message, schedule])
def test_any_statement_may_fail_and_nothing_is_half_done(world: World, prepare: Callable[[World], Act]) -> None:
    act = prepare(world)
    before = rows_of(world.engine)
    for number in count(1):
        try:
            with failing_at(world, number):
                receipt = act()
        except Broken:
            assert rows_of(world.engine) == before, f"half done at statement {number}"
            continue
        break
    assert number > 4
    after = rows_of(world.engine)
    assert after != before
    assert broken_chains(world) == []
    assert act() == receipt
    if receipt is not None:
        assert rows_of(world.engine) == after


@pytest.mark.parametrize("prepare", [start, complete_with_every_effect, deploy])
def test_a_commit_that_fails_leaves_nothing(world: World, prepare: Callable[[World], Act]) -> None:
    act = prepare(world)
    before = rows_of(world.engine)
    with pytest.raises(Broken), failing_commit(world):
        act()
    assert rows_of(world.engine) == before
    act()
    assert broken_chains(world) == []
