"""The clock that all nodes share: the database's, whatever the machine's own clock says."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, text

from engine.clock import SystemClock
from engine.store import moments
from engine.store.database import Database, open_database
from engine.store.moments import DatabaseClock, shared_clock
from tests.databases import fresh_database, remove_database


@pytest.fixture
def shared(tmp_path):
    url = fresh_database("postgresql", tmp_path)
    database = open_database(url)
    yield database
    database.dispose()
    remove_database(url)


def moment_of(database: Database) -> datetime:
    with database.reading.connect() as connection:
        return connection.execute(text("select clock_timestamp()")).scalar_one()


def test_on_sqlite_the_machine_has_the_only_clock(tmp_path) -> None:
    assert isinstance(shared_clock(open_database(f"sqlite:///{tmp_path}/a.db")), SystemClock)


def test_the_machines_clock_may_say_what_it_likes(shared: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SystemClock, "now", lambda _: datetime(2031, 1, 1, tzinfo=UTC))
    assert abs(shared_clock(shared).now() - moment_of(shared)) < timedelta(seconds=5)


def test_it_is_never_ahead_of_the_database_and_goes_on_with_it(shared: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moments, "LOOK_SECONDS", 0.01)
    clock = DatabaseClock(shared.reading)
    before = clock.now()
    for _ in range(200):
        said = clock.now()
        assert said <= moment_of(shared)
    assert said > before


@contextmanager
def closed_to_all(database: Database) -> Iterator[None]:
    """The database takes no connection, and those there are have ended."""
    url = database.reading.url
    admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"alter database {url.database} allow_connections false"))
        connection.execute(text("select pg_terminate_backend(pid) from pg_stat_activity where datname = :name"),
                           {"name": url.database})
        try:
            yield
        finally:
            connection.execute(text(f"alter database {url.database} allow_connections true"))
    admin.dispose()


def test_it_goes_on_while_the_database_does_not_answer(shared: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = DatabaseClock(shared.reading)
    monkeypatch.setattr(moments, "LOOK_SECONDS", 0.0)
    with closed_to_all(shared):
        counted, before = time.monotonic(), clock.now()
        went = clock.now() - before
        assert timedelta(0) < went <= timedelta(seconds=time.monotonic() - counted)
    assert clock.now() <= moment_of(shared)


def test_moments_are_aware_utc(shared: Database) -> None:
    assert DatabaseClock(shared.reading).now().tzinfo is UTC
