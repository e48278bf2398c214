"""Timers: reminders, overdue, widening and boundary events, once each, never early, whoever looks."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from engine.actors import SYSTEM
from engine.jobs.worker import run_due
from engine.store.tables import notices
from engine.store.tables import timers as timer_rows
from engine.verbs import timers
from tests.engine.verbs.small import begin_filing, begin_limits, broken_chains, types_of
from tests.world import World, china


def planned(world: World) -> list[tuple[str, str]]:
    with world.engine.database.reading.connect() as connection:
        rows = connection.execute(select(timer_rows).order_by(timer_rows.c.due_at)).all()
    return [(row.kind, f"{row.due_at + timedelta(hours=8):%H:%M:%S}") for row in rows]


def told(world: World) -> list[tuple[str, str]]:
    with world.engine.database.reading.connect() as connection:
        return sorted((row.principal, row.zh) for row in connection.execute(select(notices)))


def test_a_task_brings_its_timers_and_takes_them_along(world: World) -> None:
    begin_filing(world)
    assert planned(world) == [("widen", "09:10:00"), ("remind", "09:30:00"), ("overdue", "10:00:01")]
    world.complete("审核", by="bob", action="approve")
    assert planned(world) == []


def test_a_reminder_comes_once_to_whoever_may_act(world: World) -> None:
    begin_filing(world).at("2026-11-02 09:30")
    assert types_of(world).count("TaskReminded") == 1
    assert told(world)[0] == ("applicant@A", "请及时办理：审核（主页）")
    run_due(world.engine)
    assert types_of(world).count("TaskReminded") == 1


def test_the_due_moment_itself_is_still_in_time(world: World) -> None:
    begin_filing(world).at("2026-11-02 10:00")
    assert "TaskOverdue" not in types_of(world)
    world.at("2026-11-02 10:00:01")
    assert types_of(world).count("TaskOverdue") == 1
    assert ("office", "已逾期：审核（主页）") in told(world)
    assert world.inbox("bob")[0].is_overdue
    world.at("2026-11-03 10:00")
    assert types_of(world).count("TaskOverdue") == 1
    assert broken_chains(world) == []


def test_a_timer_that_is_not_due_is_refused_even_when_asked_for(world: World) -> None:
    begin_filing(world)
    with world.engine.database.reading.connect() as connection:
        ids = connection.execute(select(timer_rows.c.id)).scalars().all()
    for timer_id in ids:
        with world.engine.begin(SYSTEM) as unit:
            assert timers.trigger(unit, timer_id=timer_id) is False
    assert len(planned(world)) == 3


def test_a_timer_is_triggered_once_however_often_it_is_asked_for(world: World) -> None:
    begin_filing(world)
    with world.engine.database.reading.connect() as connection:
        timer_id = connection.execute(select(timer_rows.c.id).where(timer_rows.c.kind == "widen")).scalar_one()
    world.clock.move_to(china("2026-11-02 09:10"))
    answers = []
    for _ in range(3):
        with world.engine.begin(SYSTEM) as unit:
            answers.append(timers.trigger(unit, timer_id=timer_id))
    assert answers == [True, False, False]
    assert types_of(world).count("TaskWidened") == 1


def test_a_worker_that_slept_over_everything_triggers_each_once(world: World) -> None:
    begin_filing(world)
    world.clock.move_to(china("2026-11-05 09:00"))
    assert run_due(world.engine) == 3
    assert run_due(world.engine) == 0
    kinds = types_of(world)
    assert [kinds.count(kind) for kind in ("TaskWidened", "TaskReminded", "TaskOverdue")] == [1, 1, 1]


def test_widening_lets_the_deputy_act_for_the_first_candidates(world: World) -> None:
    begin_filing(world).at("2026-11-02 09:09:59")
    assert world.titles_for("dan") == []
    world.at("2026-11-02 09:10")
    assert world.titles_for("dan") == world.titles_for("bob") == ["审核"]
    world.complete("审核", by="dan", action="approve")
    done = next(entry for entry in reversed(world.trace()) if entry.type == "TaskCompleted")
    assert done.acting_for is not None
    assert "A单位" in done.acting_for.zh
    world.at("2026-11-02 12:00")
    assert broken_chains(world) == []


def test_whoever_acts_in_his_own_right_acts_for_nobody(world: World) -> None:
    begin_filing(world).at("2026-11-02 09:10").complete("审核", by="bob", action="approve")
    done = next(entry for entry in reversed(world.trace()) if entry.type == "TaskCompleted")
    assert done.acting_for is None


def test_a_boundary_timer_goes_on_without_the_task(world: World) -> None:
    begin_limits(world)
    assert ("event", "11:00:00") in planned(world)
    world.at("2026-11-02 10:59:59")
    assert world.open_titles() == ["报告"]
    world.at("2026-11-02 11:00")
    assert world.open_titles() == ["认定"]
    assert types_of(world).count("TaskCancelled") == 1


def test_the_timer_of_a_task_that_was_done_is_gone(world: World) -> None:
    begin_limits(world).complete("报告", by="eve", name="x", found_at="2026-11-02T09:00")
    assert "event" not in [kind for kind, _ in planned(world)]
    world.at("2026-11-03 09:00")
    assert world.open_titles() == ["认定"]


def test_a_boundary_condition_goes_on_at_once(world: World) -> None:
    begin_limits(world).request("grade", by="gus", name="高")
    assert world.open_titles() == ["报告"]
    world.request("grade", by="gus", name="低")
    assert world.open_titles() == ["认定"]
    assert "event" not in [kind for kind, _ in planned(world)]
    assert broken_chains(world) == []


def fail_next(world: World, error: Exception) -> str:
    """What the worker does when a due timer fails; gives the timer's id."""
    with world.engine.database.reading.connect() as connection:
        timer_id = connection.execute(select(timer_rows.c.id).order_by(timer_rows.c.due_at).limit(1)).scalar_one()
    with world.engine.begin(SYSTEM) as unit:
        timers.put_off(unit, timer_id=timer_id, error=error)
    return str(timer_id)


def test_a_timer_that_fails_becomes_one_incident_and_waits(world: World) -> None:
    begin_filing(world)
    world.clock.move_to(china("2026-11-02 09:10"))
    timer_id = fail_next(world, KeyError("什么人填的内容"))
    assert planned(world)[0] == ("widen", "09:11:00")
    assert run_due(world.engine) == 0
    world.clock.move_to(china("2026-11-02 09:11"))
    assert fail_next(world, KeyError()) == timer_id
    (incident,) = world.view().incidents
    assert (incident.element_id, incident.zh) == ("review", "程序差错（KeyError）")
    world.at("2026-11-02 09:30:01")
    assert "TaskWidened" in types_of(world)
    assert world.view().incidents == ()
    assert broken_chains(world) == []


def test_a_timer_that_fails_again_and_again_waits_longer_every_time(world: World) -> None:
    begin_filing(world)
    world.clock.move_to(china("2026-11-02 09:10"))
    waits = []
    for _ in range(5):
        timer_id = fail_next(world, KeyError())
        with world.engine.database.reading.connect() as connection:
            row = connection.execute(select(timer_rows).where(timer_rows.c.id == timer_id)).one()
            connection.rollback()
            others = connection.execute(select(timer_rows.c.id).where(timer_rows.c.due_at <= row.due_at)).scalars().all()
        waits.append((row.due_at - world.clock.now()) // timedelta(minutes=1))
        world.clock.move_to(row.due_at)
        for other in others:
            if other != timer_id:
                with world.engine.begin(SYSTEM) as unit:
                    timers.trigger(unit, timer_id=other)
    assert waits == [1, 5, 25, 25, 25]
    assert types_of(world).count("IncidentRaised") == 1
    assert broken_chains(world) == []


def test_the_database_being_busy_is_an_incident_only_when_it_is_so_again_and_again(world: World) -> None:
    begin_filing(world)
    world.clock.move_to(china("2026-11-02 09:10"))
    raised = []
    for minutes in (1, 5, 25):
        fail_next(world, DBAPIError(None, None, Deadlocked()))
        raised.append(types_of(world).count("IncidentRaised"))
        world.clock.advance(timedelta(minutes=minutes))
    assert raised == [0, 0, 1]
    run_due(world.engine)
    assert world.view().incidents == ()
    assert broken_chains(world) == []


class Deadlocked(Exception):
    """What the driver raises when PostgreSQL let another through."""

    sqlstate = "40P01"


def test_a_timer_that_is_not_due_or_gone_is_not_put_off(world: World) -> None:
    begin_filing(world)
    timer_id = fail_next(world, KeyError())
    world.complete("审核", by="bob", action="approve")
    with world.engine.begin(SYSTEM) as unit:
        timers.put_off(unit, timer_id=timer_id, error=KeyError())
    assert "TimerPutOff" not in types_of(world)


def test_an_ended_case_has_no_timers(world: World) -> None:
    begin_filing(world).request("withdraw", by="ann")
    assert planned(world) == []
