"""Cases that are to begin: each by itself, exactly once; one that cannot begin stops no other, is seen, and is tried again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.actors import SYSTEM
from engine.clock import in_china
from engine.errors import NotAllowed, NotFound
from engine.store.case_tables import planned as planned_rows
from engine.store.queries.planned import StoppedBeginning, count_stopped, stopped_beginnings
from engine.store.register_rows import find_entry
from engine.verbs import messages, planned, registers, schedules
from tests.engine.verbs.cases import PATROL, begun_alone, carry, cases_of, look_at
from tests.engine.verbs.constructs import definition, is_proven
from tests.world import World

HEAVY = "count(for i in 1..100000 return for j in 1..1000 return i + j)"
ANSWERED = 'if state = "在用" then true else if state = "停用" then false else null'
MONTHLY = f"starts: [{{id: due, every: month, for_each: systems, when: '{ANSWERED}'}}]\n"
DAILY = MONTHLY.replace("every: month", "every: day")
FOUND = f"starts: [{{id: found, entry: systems, when: '{ANSWERED}'}}]\n"
COSTLY = f"'=if due.name = \"坏\" then {HEAVY} else due.key'"


def written(world: World, key: str, state: str, *, name: str = "好") -> World:
    with world.engine.begin(world.actor("caseop")) as unit:
        registers.import_entry(unit, register="systems", key=key, values={"name": name, "state": state})
    return world


def stopped(world: World, by: str = "caseop") -> list[StoppedBeginning]:
    with world.engine.read(world.actor(by)) as read:
        found = list(stopped_beginnings(read))
        assert count_stopped(read) == len(found)
    return found


def names(world: World) -> list[str]:
    return sorted(row.name for row in stopped(world))


def subjects(world: World, process: str) -> list[str]:
    return sorted(look_at(world, process, number).view().head.subject for number in range(len(cases_of(world, process))))


def act(world: World, verb: object, name: str) -> World:
    row = next(row for row in stopped(world) if row.name == name)
    with world.engine.begin(world.actor("caseop")) as unit:
        verb(unit, planned_id=row.id)  # type: ignore[operator]
    return carry(world)


@pytest.fixture
def registered(world: World) -> World:
    for key, state in (("主页", "在用"), ("邮箱", "停用"), ("网盘", "不明"), ("论坛", "在用")):
        written(world, key, state)
    return world


def test_one_entry_that_cannot_be_asked_stops_no_other_and_is_seen(registered: World, tmp_path: Path) -> None:
    world = registered
    begun_alone(world, "monthly", MONTHLY, "=due.key")
    world.at("2026-12-01 00:00")
    assert subjects(world, "monthly") == ["主页", "论坛"]
    row, = stopped(world)
    assert (row.name, row.process_title, row.tries, "null" in row.reason.zh) == ("网盘", "monthly", 1, True)
    assert stopped(world, by="ann") == []
    assert is_proven(world, tmp_path)


def test_a_mended_entry_begins_its_case_once(registered: World, tmp_path: Path) -> None:
    world = registered
    begun_alone(world, "monthly", MONTHLY, "=due.key")
    written(world.at("2026-12-01 00:00"), "网盘", "在用")
    world.at("2026-12-01 00:10").at("2026-12-05 00:00")
    assert subjects(world, "monthly") == ["主页", "网盘", "论坛"]
    assert stopped(world) == []
    assert is_proven(world, tmp_path)


def test_one_entry_whose_case_cannot_begin_stops_no_other_and_the_next_window_comes(registered: World, tmp_path: Path) -> None:
    world = written(registered, "主页", "在用", name="坏")
    begun_alone(world, "monthly", MONTHLY, COSTLY)
    world.at("2026-12-01 00:00")
    assert (subjects(world, "monthly"), names(world)) == (["论坛"], ["主页", "网盘"])
    world.at("2027-01-01 00:00")
    assert subjects(world, "monthly") == ["论坛", "论坛"]
    assert is_proven(world, tmp_path)


def test_what_cannot_begin_is_tried_again_twice_as_late_every_time(registered: World) -> None:
    world = registered
    begun_alone(world, "monthly", MONTHLY, "=due.key")
    world.at("2026-12-01 00:00")
    seen = []
    for _ in range(9):
        row, = stopped(world)
        seen.append(row.again_at - world.clock.now())
        world.at(f"{in_china(row.again_at):%Y-%m-%d %H:%M:%S}")
    minutes = [10, 20, 40, 80, 160, 320, 640, 1280, 1440]
    assert seen == [timedelta(minutes=number) for number in minutes]


def test_an_entry_that_could_not_begin_is_not_planned_again_by_the_next_day(registered: World) -> None:
    world = registered
    begun_alone(world, "daily", DAILY, "=due.key")
    world.at("2026-11-03 00:00").at("2026-11-04 00:00").at("2026-11-05 00:00")
    assert (subjects(world, "daily"), names(world)) == (["主页", "论坛"], ["网盘"])


def test_a_schedule_that_cannot_begin_waits_and_its_next_window_is_planned(world: World, tmp_path: Path) -> None:
    begun_alone(world, "weekly", "starts: [{id: weekly, every: week}]\n", f"'=string({HEAVY})'")
    world.at("2026-11-09 00:00").at("2026-11-16 00:00")
    assert (cases_of(world, "weekly"), names(world)) == ([], ["", ""])
    begun_alone(world, "weekly", "starts: [{id: weekly, every: week}]\n", "周检")
    world.at("2026-11-18 00:00")
    assert (len(cases_of(world, "weekly")), stopped(world)) == (2, [])
    assert is_proven(world, tmp_path)


def test_a_window_plans_once_and_each_row_begins_once(registered: World) -> None:
    world = registered
    begun_alone(world, "monthly", MONTHLY, "=due.key")
    world.clock.move_to(world.clock.now() + timedelta(days=29))
    with world.engine.begin(SYSTEM) as unit:
        assert schedules.trigger(unit, process="monthly", start_id="due") is True
        assert schedules.trigger(unit, process="monthly", start_id="due") is False
    with world.engine.database.reading.connect() as connection:
        due = [row.id for row in connection.execute(select(planned_rows)) if row.tries == 0]
    with world.engine.begin(SYSTEM) as unit:
        assert [planned.begin(unit, planned_id=due[0]) for _ in range(2)] == [True, False]
    assert len(cases_of(carry(world), "monthly")) == len(due) == 2


def test_a_case_operator_tries_again_at_once_or_gives_up(registered: World, tmp_path: Path) -> None:
    world = written(registered, "主页", "在用", name="坏")
    begun_alone(world, "monthly", MONTHLY, COSTLY)
    world.at("2026-12-01 00:00")
    row = next(row for row in stopped(world) if row.name == "主页")
    with world.engine.begin(world.actor("ann")) as unit, pytest.raises(NotAllowed):
        planned.drop(unit, planned_id=row.id)
    written(world, "主页", "在用")
    act(world, planned.retry, "主页")
    assert subjects(world, "monthly") == ["主页", "论坛"]
    act(world, planned.drop, "网盘")
    assert stopped(world) == []
    with world.engine.begin(world.actor("caseop")) as unit, pytest.raises(NotFound):
        planned.retry(unit, planned_id=row.id)
    assert is_proven(world, tmp_path)


# ---------------------------------------------------------------- starts by changes and signals

@pytest.mark.parametrize("when", [ANSWERED, f"{HEAVY} > 1"])
def test_a_question_that_cannot_be_answered_leaves_the_change_standing(world: World, tmp_path: Path, when: str) -> None:
    begun_alone(world, "found", FOUND.replace(ANSWERED, when), "=found.key")
    written(world, "主页", "不明")
    with world.engine.read(world.actor("caseop")) as read:
        assert find_entry(read.connection, "systems", "主页") == {"name": "好", "state": "不明", "key": "主页"}
    assert (cases_of(world, "found"), names(world)) == ([], ["systems 主页"])
    begun_alone(world, "found", FOUND.replace(ANSWERED, 'state = "不明"'), "=found.key")
    world.at("2026-11-02 09:10")
    assert (subjects(world, "found"), stopped(world)) == (["主页"], [])
    assert look_at(world, "found").view().head.started_by == "system"
    assert is_proven(world, tmp_path)


def test_a_change_that_a_newer_one_has_overtaken_begins_nothing(world: World, tmp_path: Path) -> None:
    begun_alone(world, "found", FOUND, "=found.key")
    written(written(world, "主页", "不明"), "主页", "在用")
    assert subjects(world, "found") == ["主页"]
    world.at("2026-11-02 09:10")
    assert (subjects(world, "found"), stopped(world)) == (["主页"], [])
    assert is_proven(world, tmp_path)


def test_a_signal_that_cannot_begin_one_process_begins_the_others(world: World, tmp_path: Path) -> None:
    begun_alone(world, "a", "starts: [{id: bell, signal: ring}]\n", f"'=string({HEAVY})'")
    begun_alone(world, "b", "starts: [{id: bell, signal: ring}]\n", "铃")
    with world.engine.begin(world.actor("caseop")) as unit:
        messages.send_signal(unit, name="ring", values={})
    assert (cases_of(world, "a"), subjects(world, "b"), names(world)) == ([], ["铃"], ["ring"])
    begun_alone(world, "a", "starts: [{id: bell, signal: ring}]\n", "响")
    act(world, planned.retry, "ring")
    assert (subjects(world, "a"), stopped(world)) == (["响"], [])
    assert is_proven(world, tmp_path)


def test_a_start_that_a_new_version_no_longer_has_is_let_go(registered: World, tmp_path: Path) -> None:
    world = registered
    begun_alone(world, "monthly", MONTHLY, "=due.key")
    world.at("2026-12-01 00:00")
    world.deploy("processes/monthly.yaml", files=definition("monthly", PATROL))
    world.at("2026-12-01 00:10")
    assert stopped(world) == []
    assert is_proven(world, tmp_path)
