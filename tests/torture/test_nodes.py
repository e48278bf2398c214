"""Several nodes on one database: what one has in hand the others pass over, and what it leaves they take over."""

from __future__ import annotations

import os
import random
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.actors import SYSTEM
from engine.jobs.worker import run_due
from engine.store.database import DATABASE_ERRORS, FROZEN_SECONDS, LOCK_SECONDS
from engine.store.due_rows import lock_due_timer
from engine.store.tables import timers as timer_rows
from engine.verbs import timers
from engine.verbs.timers import AGAIN
from tests.databases import fresh_database, remove_database
from tests.engine.verbs.small import begin_filing, broken_chains, build_small, types_of
from tests.torture import storm
from tests.torture.cluster import WAITS, Cluster
from tests.torture.reckoning import reckon
from tests.world import World, china

TIMERS = 300
STORM_SECONDS = 4.0


@pytest.fixture
def shared(tmp_path: Path) -> World:
    """The small world on PostgreSQL: locks of single cases are only there."""
    url = fresh_database("postgresql", tmp_path)
    built = build_small(url, tmp_path)
    yield built
    built.engine.close()
    remove_database(url)


def two_overdue(world: World) -> tuple[str, str]:
    """Two cases with three timers each that are due."""
    begin_filing(world)
    first = world.last
    world.clock.advance(timedelta(seconds=1))
    begin_filing(world, "另一件")
    world.clock.move_to(china("2026-11-02 12:00"))
    return first, world.last


def left_of(world: World, instance_id: str) -> int:
    with world.engine.database.reading.connect() as connection:
        return len(connection.execute(timer_rows.select().where(timer_rows.c.instance_id == instance_id)).all())


def test_a_case_that_another_node_has_in_hand_keeps_no_other_waiting(shared: World) -> None:
    first, second = two_overdue(shared)
    with shared.engine.begin(SYSTEM) as unit:
        assert lock_due_timer(unit.connection, unit.now, ()) is not None
        assert run_due(shared.engine) == 3
        assert (left_of(shared, first), left_of(shared, second)) == (3, 0)
    assert run_due(shared.engine) == 3
    assert broken_chains(shared) == []


def freeze_in_the_middle(world: World, instance_id: str) -> None:
    """A node triggers a timer and stands still before it commits, until others have done everything; then it goes on."""
    with world.engine.begin(SYSTEM) as frozen:
        timer_id = lock_due_timer(frozen.connection, frozen.now, ())
        assert timer_id is not None
        assert timers.trigger(frozen, timer_id=timer_id)
        frozen.connection.execute(text("set local idle_in_transaction_session_timeout = '300ms'"))
        end, taken_over = time.monotonic() + LOCK_SECONDS, 0
        while taken_over < 6 and time.monotonic() < end:
            taken_over += run_due(world.engine)
        assert (taken_over, left_of(world, instance_id)) == (6, 0)


def test_a_node_that_wakes_up_can_commit_nothing_of_what_was_taken_over(shared: World) -> None:
    first, _ = two_overdue(shared)
    with pytest.raises(DATABASE_ERRORS):
        freeze_in_the_middle(shared, first)
    shared.last = first
    kinds = types_of(shared)
    assert [kinds.count(kind) for kind in ("TaskWidened", "TaskReminded", "TaskOverdue")] == [1, 1, 1]
    assert broken_chains(shared) == []


def test_whoever_waits_for_a_frozen_node_waits_longer_than_the_database_does() -> None:
    assert FROZEN_SECONDS < LOCK_SECONDS


def test_a_backlog_is_triggered_in_due_order(world: World) -> None:
    for number in range(3):
        begin_filing(world, f"第{number}件")
        world.clock.advance(timedelta(minutes=7))
    with world.engine.database.reading.connect() as connection:
        due = [row.due_at for row in connection.execute(timer_rows.select().order_by(timer_rows.c.due_at))]
    seen = []
    for _ in range(len(due)):
        world.clock.move_to(china("2026-11-02 12:00"))
        with world.engine.begin(SYSTEM) as unit:
            timer_id = lock_due_timer(unit.connection, unit.now, ())
            row = unit.connection.execute(timer_rows.select().where(timer_rows.c.id == timer_id)).one()
            seen.append(row.due_at)
            assert timers.trigger(unit, timer_id=row.id)
    assert seen == due
    assert len(due) == 9


def test_a_timer_for_which_the_database_is_too_busy_waits_and_the_others_go_on(shared: World) -> None:
    first, second = two_overdue(shared)
    worker = threading.Thread(target=run_due, args=(shared.engine,))
    with shared.engine.database.writing.begin() as busy:
        # Somebody holds more than the case: whoever writes about it waits, until the database tells it to stop.
        busy.execute(text("select * from instances join tasks on instance_id = instances.id where instances.id = :id for update"),
                     {"id": first})
        worker.start()
        while worker.is_alive():
            with shared.engine.database.reading.connect() as looking:
                looking.execute(text("select pg_cancel_backend(pid) from pg_stat_activity"
                                     " where datname = current_database() and wait_event_type = 'Lock'"))
            worker.join(0.05)
        assert left_of(shared, second) == 0
        assert left_of(shared, first) > 0
    shared.last = first
    assert "IncidentRaised" not in types_of(shared)
    shared.clock.advance(AGAIN[0])
    run_due(shared.engine)
    assert left_of(shared, first) == 0
    assert broken_chains(shared) == []


def test_nothing_is_lost_doubled_or_early_while_nodes_die_freeze_and_lose_their_database() -> None:
    seed = int(os.environ.get("ANLIU_SEED") or random.SystemRandom().getrandbits(32))
    print(f"ANLIU_SEED={seed}")
    cluster = Cluster(seed)
    try:
        storm.begin_nodes([cluster.node(role) for role in ("worker",) * storm.WORKERS + ("web",) * storm.WEBS])
        count, first = TIMERS // WAITS, cluster.in_seconds(1)
        storm.start_cases(cluster, count, lambda number: first + timedelta(seconds=number * STORM_SECONDS / count))
        faults = list(storm.storm(cluster, random.Random(seed), until=time.monotonic() + STORM_SECONDS, every=0.5))
        found = storm.wait_until_done(cluster, 30)
        storm.check(found, cluster)
        assert len(found.fired) >= TIMERS
        assert faults
        assert reckon(cluster.engine) == found
    finally:
        cluster.close()
