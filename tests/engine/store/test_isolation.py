"""Isolation: with our settings no update is lost, and a stale stream is told so."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text, update
from sqlalchemy.exc import IntegrityError

from engine.actors import SYSTEM
from engine.errors import StaleInstance
from engine.records import Record, RecordType
from engine.store.database import BUSY_TIMEOUT_MS, DATABASE_ERRORS
from engine.store.register_rows import next_count
from engine.store.tables import streams
from engine.store.unit import UnitOfWork
from tests.engine.verbs.small import begin_filing, broken_chains
from tests.world import World

THREADS, EACH = 6, 8


def at_once(work: object, times: int = THREADS) -> None:
    barrier = threading.Barrier(times)
    problems: list[BaseException] = []

    def run() -> None:
        barrier.wait()
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - reported below
            problems.append(error)

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not problems, problems


def test_the_settings_are_what_we_rely_on(world: World) -> None:
    database = world.engine.database
    with database.writing.connect() as connection:
        if database.is_sqlite:
            values = {name: connection.execute(text(f"pragma {name}")).scalar()
                      for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")}
            assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
        else:
            assert connection.execute(text("show transaction_isolation")).scalar() == "read committed"
            assert connection.execute(text("show lock_timeout")).scalar() == "10s"


def test_counting_together_loses_nothing(world: World) -> None:
    def count() -> None:
        for _ in range(EACH):
            with world.engine.begin(SYSTEM) as unit:
                next_count(unit.connection, "hits")

    at_once(count)
    with world.engine.begin(SYSTEM) as unit:
        assert next_count(unit.connection, "hits") == THREADS * EACH + 1


def test_records_of_many_writers_make_one_chain(world: World) -> None:
    begin_filing(world)

    def write() -> None:
        for _ in range(EACH):
            with world.engine.begin(SYSTEM) as unit:
                unit.lock(world.last)
                unit.record(world.last, Record(RecordType.ACTION_REFUSED, {"zh": "试", "en": "try"}))

    before = len(world.trace())
    at_once(write)
    assert len(world.trace()) == before + THREADS * EACH
    assert broken_chains(world) == []


def test_whoever_waits_for_a_lock_comes_after_whoever_had_it(world: World) -> None:
    """The moment is read when the stream is locked, not when somebody began to wait for it."""
    begin_filing(world)
    with world.engine.begin(SYSTEM) as unit:
        world.clock.advance(timedelta(seconds=3))
        unit.lock(world.last)
        first = unit.record(world.last, Record(RecordType.ACTION_REFUSED, {"zh": "试", "en": "try"})).recorded_at
        world.clock.advance(timedelta(seconds=3))
        again = unit.record(world.last, Record(RecordType.ACTION_REFUSED, {"zh": "试", "en": "try"})).recorded_at
    assert first == again == world.clock.now() - timedelta(seconds=3)


def test_a_victim_of_a_deadlock_is_tried_again(world: World) -> None:
    """Two verbs lock the same two counters in opposite order; PostgreSQL lets one through and the other comes again."""
    ready = threading.Barrier(2, timeout=5)
    orders = iter((("one", "two"), ("two", "one")))
    waited: set[int] = set()

    def count(unit: UnitOfWork, names: tuple[str, str]) -> None:
        next_count(unit.connection, names[0])
        if threading.get_ident() not in waited and not world.engine.database.is_sqlite:
            waited.add(threading.get_ident())
            ready.wait()
        next_count(unit.connection, names[1])

    def work() -> None:
        names = next(orders)
        world.engine.carry_out(SYSTEM, lambda unit: count(unit, names))

    at_once(work, 2)
    with world.engine.begin(SYSTEM) as unit:
        assert (next_count(unit.connection, "one"), next_count(unit.connection, "two")) == (3, 3)


def test_a_stream_that_moved_under_us_is_refused(world: World) -> None:
    """Defence in depth: were a lock ever missing, the compare-and-set still sees it."""
    begin_filing(world)
    with pytest.raises(StaleInstance), world.engine.begin(SYSTEM) as unit:
        move_behind_its_back(unit, world.last)
    assert broken_chains(world) == []


def move_behind_its_back(unit: UnitOfWork, stream: str) -> None:
    unit.lock(stream)
    unit.connection.execute(update(streams).where(streams.c.id == stream).values(version=streams.c.version + 1))
    unit.record(stream, Record(RecordType.ACTION_REFUSED, {"zh": "试", "en": "try"}))


def test_a_reader_sees_one_moment_and_stops_nobody(world: World) -> None:
    begin_filing(world)
    with world.engine.read(SYSTEM) as read:
        first = read.connection.execute(text("select count(*) from records")).scalar()
        begin_filing(world)
        again = read.connection.execute(text("select count(*) from records")).scalar()
    if world.engine.database.is_sqlite:
        assert again == first
    else:
        assert again > first


def test_an_error_of_the_driver_is_one_that_we_know(world: World) -> None:
    """Prepared statements too end in SQLAlchemy's errors: a broken constraint is a bug, a busy database is to be survived."""
    begin_filing(world)
    with pytest.raises(IntegrityError), world.engine.begin(SYSTEM) as unit:
        unit.open_stream(world.last)
    assert not issubclass(IntegrityError, DATABASE_ERRORS)
    if world.engine.database.is_sqlite:
        with (world.engine.begin(SYSTEM), world.engine.database.writing.connect() as other,
              pytest.raises(DATABASE_ERRORS)):
            hasten_and_begin(other)


def hasten_and_begin(connection: Connection) -> None:
    connection.connection.cursor().execute("pragma busy_timeout=1")
    try:
        connection.begin()
    finally:
        connection.connection.cursor().execute(f"pragma busy_timeout={BUSY_TIMEOUT_MS}")
