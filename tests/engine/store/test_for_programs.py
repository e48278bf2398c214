"""What programs ask for, on both databases: found instances, register entries, a page of a trace; and done only once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from engine.actors import SYSTEM
from engine.clock import utc_text
from engine.errors import NotFound, WrongState
from engine.jobs.worker import Worker
from engine.store.queries.instances import find_instances
from engine.store.queries.registers import get_entry, list_entries
from engine.store.queries.trace import page_of_trace, trace_of
from engine.store.tables import idempotency
from engine.store.unit import UnitOfWork
from engine.verbs import jobs, once, people, registers
from engine.verbs.once import only_once
from tests.engine.verbs.cases import SERVICE
from tests.engine.verbs.constructs import begun
from tests.engine.verbs.small import FILES, FILING, filed
from tests.world import World, china


def test_instances_are_found_by_whom_they_concern_page_by_page(world: World) -> None:
    for number in range(3):
        filed(world, f"系统{number}")
    with world.engine.read(world.actor("caseop")) as read:
        first = find_instances(read, limit=2)
        rest = find_instances(read, limit=2, after=first.next_cursor)
        assert sorted(row.subject for row in (*first.rows, *rest.rows)) == ["系统0", "系统1", "系统2"]
        assert rest.next_cursor is None
        assert [row.subject for row in find_instances(read, text="系统1", process="filing", status="ended").rows] == ["系统1"]
        assert find_instances(read, since=china("2030-01-01 00:00")).rows == ()
        assert find_instances(read, until=china("2020-01-01 00:00")).rows == ()
    with world.engine.read(world.actor("ann")) as read:
        assert len(find_instances(read).rows) == 3
    with world.engine.read(world.actor("padm")) as read:
        assert find_instances(read).rows == ()


def test_entries_come_in_order_of_keys_to_whoever_may_read_them(world: World) -> None:
    filed(world)
    with world.engine.begin(SYSTEM) as unit:
        for key in ("Z-9", "A-1", "b"):
            registers.import_entry(unit, register="systems", key=key, values={"name": key})
    with world.engine.read(world.actor("caseop")) as read:
        first = list_entries(read, "systems", limit=2)
        rest = list_entries(read, "systems", after=first.next_cursor or "", limit=50)
        keys = [row.key for row in (*first.rows, *rest.rows)]
        assert keys == sorted(keys) and {"Z-9", "A-1", "b"} <= set(keys) and len(keys) == 4
        assert get_entry(read, "systems", "b").values == {"name": "b"}
        with pytest.raises(NotFound):
            get_entry(read, "systems", "none")
    with world.engine.read(world.actor("ann")) as read, pytest.raises(NotFound):
        list_entries(read, "systems")


def test_personal_values_of_entries_are_masked_for_everybody_but_programs(world: World) -> None:
    files = {**FILES, "forms/request.yaml": FILES["forms/request.yaml"].replace("required: true", "required: true, personal: 用于联系")}
    filed(world.deploy(FILING, files=files), "张三家的主页")
    world.deploy(FILING, files=FILES)
    with world.engine.begin(SYSTEM) as unit:
        robot = people.add_person(unit, login="robot", name="扫描器", unit_id=None, kind="service")
        people.hold_post(unit, person_id=robot, role="program")
    shown = {}
    for reader in (world.engine.actor(robot), world.actor("caseop"), world.actor("aud")):
        with world.engine.read(reader) as read:
            [row] = list_entries(read, "systems").rows
            assert get_entry(read, "systems", row.key) == row
            shown[reader.id] = row.values
    assert shown.pop(robot) == {"name": "张三家的主页", "state": "已备案"}
    assert list(shown.values()) == [{"name": "张****", "state": "已备案"}] * 2


def test_a_page_of_a_trace_is_a_part_of_the_trace(world: World) -> None:
    filed(world)
    with world.engine.read(world.actor("aud")) as read:
        whole = trace_of(read, world.last)
        pages = [*page_of_trace(read, world.last, limit=3), *page_of_trace(read, world.last, after=3, limit=1000)]
    assert [entry for entry, _ in pages] == list(whole)
    assert [link.hash.hex() for _, link in pages] == [entry.hash_hex for entry in whole]


def test_what_is_done_under_a_key_is_done_once(world: World) -> None:
    done: list[int] = []

    def act(unit: UnitOfWork, verb: str) -> object:
        return only_once(unit, "key-00000001", verb, lambda: done.append(1) or {"count": len(done)})

    answers = [world.engine.carry_out(world.actor("ann"), lambda unit: act(unit, "x")) for _ in range(2)]
    assert (answers, done) == ([{"count": 1}, {"count": 1}], [1])
    with pytest.raises(WrongState):
        world.engine.carry_out(world.actor("ann"), lambda unit: act(unit, "y"))
    assert world.engine.carry_out(world.actor("bob"), lambda unit: act(unit, "x")) == {"count": 2}


def test_an_idle_worker_forgets_keys_after_thirty_days_a_bounded_number_at_once(
        world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def use(key: str) -> object:
        return world.engine.carry_out(SYSTEM, lambda unit: only_once(unit, key, "x", lambda: {"at": utc_text(unit.now)}))

    def kept() -> int:
        with world.engine.database.reading.connect() as connection:
            return len([row for row in connection.execute(select(idempotency.c.key)) if row.key.startswith("key-")])

    monkeypatch.setattr(once, "FORGOTTEN_AT_ONCE", 2)
    for number in range(3):
        use(f"key-0000000{number}")
    worker = Worker(world.engine)
    world.clock.advance(timedelta(days=30))
    use("key-00000009")
    worker.run_round(world.engine)
    assert kept() == 4
    world.clock.advance(timedelta(hours=1))
    left = [worker.run_round(world.engine) or kept() for _ in range(3)]
    assert left == [2, 1, 1]


def test_the_newest_instances_are_read_along_an_index(world: World) -> None:
    """A page for whoever reads all costs no more when there are millions."""
    filed(world)
    seen: list[str] = []
    if world.engine.database.is_sqlite:
        with world.engine.database.reading.connect() as connection:
            plan = connection.execute(text("explain query plan select id from instances order by started_at desc, id desc limit 51"))
            seen = [row.detail for row in plan]
        assert "ix_instances_started_at_id" in seen[0] and not any("TEMP B-TREE" in step for step in seen)
    with world.engine.read(world.actor("caseop")) as read:
        assert len(find_instances(read).rows) == 1


def test_many_at_once_under_one_key_do_it_once_and_all_get_the_answer(world: World) -> None:
    done: list[int] = []

    def act(_: int) -> object:
        return world.engine.carry_out(world.actor("ann"), lambda unit: only_once(
            unit, "key-00000002", "x", lambda: done.append(1) or {"count": len(done)}))

    with ThreadPoolExecutor(8) as many:
        assert list(many.map(act, range(8))) == [{"count": 1}] * 8
    assert done == [1]


def test_many_at_once_fetch_every_job_once(world: World) -> None:
    begun(world, "serving", SERVICE)
    for number in range(5):
        world.start("serving", "ask", by="ann", name=str(number))

    def fetch(number: int) -> list[str]:
        return [job.id for job in world.engine.carry_out(SYSTEM, lambda unit: jobs.fetch(
            unit, job_type="scan", worker=f"w{number}", most=2))]

    with ThreadPoolExecutor(4) as many:
        found = [job_id for ids in many.map(fetch, range(8)) for job_id in ids]
    assert len(found) == len(set(found)) == 6
