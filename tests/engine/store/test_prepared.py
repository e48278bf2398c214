"""The short way of a prepared statement gives what the ordinary way gives, in both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from engine.store import migrations
from engine.store.database import open_database
from engine.store.prepared import prepare
from engine.store.statements import upsert
from engine.store.tables import counters, tasks, timers, units

NOW = datetime(2026, 11, 18, 2, 0, 0, 123456, tzinfo=UTC)
ROWS = [{"id": f"u{number}", "name": f"单位{number}", "parent_id": None, "kind": "unit"} for number in range(3)]


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    opened = open_database(database)
    migrations.upgrade(opened)
    with opened.writing.begin() as used:
        yield used
        used.rollback()
    opened.dispose()


def test_rows_and_names_are_those_of_the_ordinary_way(connection: Connection) -> None:
    assert connection.execute(prepare(insert(units)), ROWS).rowcount in (len(ROWS), -1)
    wanted = select(units.c.id, units.c.name, units.c.parent_id).where(units.c.kind == "unit").order_by(units.c.id)
    ordinary, quick = connection.execute(wanted).all(), connection.execute(prepare(wanted.limit(10)))
    assert [tuple(row) for row in quick] == [tuple(row) for row in ordinary]
    assert [(row.id, row.name, row.parent_id) for row in quick] == [(row.id, row.name, row.parent_id) for row in ordinary]
    assert quick.first().name == "单位0"
    assert quick.scalars().all() == ["u0", "u1", "u2"]
    assert quick.scalar() == "u0"


def test_no_row_is_none(connection: Connection) -> None:
    found = connection.execute(prepare(select(units).where(units.c.id == bindparam("unit"))), {"unit": "none"})
    assert (found.first(), found.scalar(), found.all()) == (None, None, [])


def test_moments_and_truth_go_in_and_come_out_as_themselves(connection: Connection) -> None:
    compared = prepare(select(bindparam("at", NOW, tasks.c.due_at.type).label("at"),
                              bindparam("yes", True, tasks.c.provisional.type).label("yes")))
    row = connection.execute(compared, {"at": NOW + timedelta(hours=1), "yes": False}).one()
    assert row.at == NOW + timedelta(hours=1)
    assert row.yes in (False, 0)
    assert connection.execute(compared).one().at == NOW


def test_an_insert_is_given_every_column_of_its_table(connection: Connection) -> None:
    statement = prepare(insert(units))
    connection.execute(statement, {"id": "a", "name": "甲", "kind": "unit", "parent_id": None})
    with pytest.raises(KeyError):
        connection.execute(statement, {"id": "b", "name": "乙", "kind": "unit"})
    found = connection.execute(select(units.c.id, units.c.parent_id)).all()
    assert [tuple(row) for row in found] == [("a", None)]


def test_an_update_says_how_many_rows_it_changed(connection: Connection) -> None:
    connection.execute(insert(units), ROWS)
    rename = prepare(update(units).where(units.c.id == bindparam("unit")).values(name=bindparam("called")))
    assert connection.execute(rename, {"unit": "u1", "called": "新名"}).rowcount == 1
    assert connection.execute(rename, {"unit": "none", "called": "新名"}).rowcount == 0


def test_an_upsert_returns_what_it_wrote(connection: Connection) -> None:
    count = upsert(counters, ("name",), ("value",))[connection.dialect.name]
    for value in (1, 2):
        connection.execute(count, {"name": "n", "value": value})
    assert connection.execute(select(counters.c.value)).scalar() == 2


def test_a_parameter_that_is_missing_is_never_null(connection: Connection) -> None:
    with pytest.raises(KeyError):
        connection.execute(prepare(select(units).where(units.c.id == bindparam("unit"))), {})


def test_an_error_of_the_driver_is_sqlalchemys_and_tells_no_parameters(connection: Connection) -> None:
    statement = prepare(insert(timers))
    row = {"id": "t", "instance_id": None, "kind": "k", "subject_id": "s", "due_at": NOW, "detail": "", "tries": 0}
    with pytest.raises(IntegrityError) as caught:
        connection.execute(statement, row)
    assert "parameters hidden" in str(caught.value)
